"""Every short form of a compose file written out in its long form, as `docker compose config` prints it.

Source: https://docs.docker.com/reference/compose-file/services/ (short and long syntax of each key).
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from dockerlint.formats.gotext import go_text, time_text
from dockerlint.formats.interpolation import UNKNOWN
from dockerlint.formats.yamlnodes import Entry, Mapping, Node, Scalar, Sequence, part
from dockerlint.model.compose.short import PROPAGATION, PortSpec, VolumeSpec, split_port, split_volume
from dockerlint.model.compose.tree import (
    Report,
    Rules,
    below,
    is_date,
    is_null,
    label,
    made,
    pairs,
    put,
    rules,
    scalar,
    text,
    with_entries,
    without,
)

Transform = Callable[[Node, Report, tuple[str, ...]], "Node | None"]


def canonical(node: Node, report: Report, path: tuple[str, ...] = (), tree: Rules | None = None) -> Node | None:
    """The node in long form; None for what cannot be understood, which is reported."""
    if tree is None:
        tree = TRANSFORMS
    transform: Transform | None = tree.get(None)
    result: Node | None = node if transform is None else transform(node, report, path)
    if result is None or len(tree) == (transform is not None):
        return result
    if isinstance(result, Mapping):
        changed: dict[str, Entry | None] = {}
        for key, entry in result.entries.items():
            child = below(tree, key)
            if child is not None:
                value = canonical(entry.value, report, (*path, key), child)
                if value is not entry.value:
                    changed[key] = None if value is None else Entry(entry.key, value)
        if changed:
            entries: dict[str, Entry] = {}
            for key, old in result.entries.items():
                new = changed.get(key, old)
                if new is not None:
                    entries[key] = new
            result = with_entries(result, entries)
    elif isinstance(result, Sequence) and "*" in tree:
        items = [
            canonical(item, report, (*path[:-1], f"{path[-1]}[{i}]"), tree["*"]) for i, item in enumerate(result.items)
        ]
        result = Sequence(tuple(item for item in items if item is not None), result.span, result.tag)
    return result


def _pairs(node: Node, report: Report, path: tuple[str, ...]) -> Node | None:
    if isinstance(node, Sequence):
        for item in node.items:
            name = (text(item) or "").partition("=")[0]
            if name != name.rstrip() and path[-1] in ("environment", "args"):
                report(item.span, f'the name "{name}" in {label(path)} ends with a space')
    if isinstance(node, Mapping):
        dates = {key: entry for key, entry in node.entries.items() if is_date(entry.value)}
        if dates:
            printed = {key: Entry(entry.key, _printed_date(entry.value)) for key, entry in dates.items()}
            return with_entries(node, {**node.entries, **printed})
    return node if is_null(node) else pairs(node)


def _printed_date(node: Node) -> Node:
    """A date without quotes reaches the container as Go prints it."""
    return scalar(time_text(text(node) or "") or "", node.span)


def _settings(node: Node, report: Report, path: tuple[str, ...]) -> Node | None:
    if isinstance(node, Sequence):
        for item in node.items:
            if "=" not in (text(item) or "="):
                report(item.span, f'"{text(item)}" in {label(path)} must be NAME=VALUE')
    return pairs(node)


def _listed(node: Node, report: Report, path: tuple[str, ...]) -> Node | None:
    return node if isinstance(node, (Sequence, Mapping)) or is_null(node) else Sequence((node,), node.span)


def _keyed(key: str) -> Transform:
    """A text stands for a mapping with it under `key`."""

    def transform(node: Node, report: Report, path: tuple[str, ...]) -> Node | None:
        return made(node.span, [(key, node)]) if isinstance(node, Scalar) else node

    return transform


def _named(node: Node, report: Report, path: tuple[str, ...]) -> Node | None:
    if not isinstance(node, Sequence):
        return node
    entries = {}
    for item in node.items:
        name = text(item)
        if isinstance(item, Scalar) and name is not None:
            entries[name] = Entry(item, scalar(None, item.span))
    return Mapping(entries, node.span)


def _depends_on(node: Node, report: Report, path: tuple[str, ...]) -> Node | None:
    mapping = _named(node, report, path)
    if not isinstance(mapping, Mapping):
        return None
    entries = {}
    for name, entry in mapping.entries.items():
        value = entry.value if isinstance(entry.value, Mapping) else Mapping({}, entry.value.span)
        for key, default in (("condition", "service_started"), ("required", True)):
            if key not in value.entries:
                value = put(value, key, scalar(default, entry.key.span))
        entries[name] = Entry(entry.key, value)
    return with_entries(mapping, entries)


def _env_file(node: Node, report: Report, path: tuple[str, ...]) -> Node | None:
    items = node.items if isinstance(node, Sequence) else (node,)
    files: list[Node] = []
    for item in items:
        value = made(item.span, [("path", item)]) if isinstance(item, Scalar) else item
        if isinstance(value, Mapping):
            if "required" not in value.entries:
                value = put(value, "required", scalar(True, item.span))
            files.append(value)
    return Sequence(tuple(files), node.span)


def _ssh(node: Node, report: Report, path: tuple[str, ...]) -> Node | None:
    if isinstance(node, Sequence):
        for item in node.items:
            if "=" not in (text(item) or "") and text(item) != "default":
                report(item.span, f'"{text(item)}" is no SSH key; write ID=PATH or default')
        return pairs(node)
    return node


def _as_text(node: Node, report: Report, path: tuple[str, ...]) -> Node | None:
    if isinstance(node, Scalar) and not isinstance(node.value, str):
        return scalar(go_text(node.value), node.span)
    return node


def _gpus(node: Node, report: Report, path: tuple[str, ...]) -> Node | None:
    if isinstance(node, Scalar):
        return Sequence((made(node.span, [("count", node)]),), node.span)
    return node


def _ulimit(node: Node, report: Report, path: tuple[str, ...]) -> Node | None:
    if isinstance(node, Scalar) and not (isinstance(node.value, int) or UNKNOWN in node.text):
        report(node.span, f"{label(path)} must be a whole number")
        return None
    return node


def _device(node: Node, report: Report, path: tuple[str, ...]) -> Node | None:
    if not isinstance(node, Scalar):
        return node
    pieces = (text(node) or "").split(":")
    if len(pieces) > 3:
        report(node.span, f'the device "{text(node)}" has too many colons; write source, target and permissions')
        return None
    target = (pieces[1] if len(pieces) > 1 else "") or pieces[0]
    permissions = pieces[2] if len(pieces) > 2 else "rwm"
    words = (("source", pieces[0]), ("target", target), ("permissions", permissions))
    return made(node.span, [(key, scalar(word, node.span)) for key, word in words])


def _external(node: Node, report: Report, path: tuple[str, ...]) -> Node | None:
    if not isinstance(node, Mapping):
        return node
    external = node.get("external")
    if isinstance(external, Mapping):
        name = external.get("name")
        node = put(node, "external", scalar(True, external.span))
        if name is not None and "name" in node.entries and text(node.get("name")) != text(name):
            report(name.span, f"{label(path)} has two names: name and external.name")
        elif name is not None:
            node = put(node, "name", name)
    return node


def _volume(node: Node, report: Report, path: tuple[str, ...]) -> Node | None:
    if not isinstance(node, Scalar):
        return node
    spec = text(node) or ""
    found = split_volume(spec)
    if isinstance(found, str):
        if UNKNOWN not in spec:
            report(node.span, found)
        return None
    return _long_volume(node, found)


def _long_volume(node: Scalar, found: VolumeSpec) -> Mapping:
    span = node.span
    target = part(node, found.target[1], found.target[2])
    cleaned = target.text if UNKNOWN in target.text else posixpath.normpath(target.text or "")
    if cleaned.startswith("//"):
        cleaned = cleaned[1:]
    entries: list[tuple[str, Node]] = [("type", scalar("bind" if found.is_bind else "volume", span))]
    if found.source is not None:
        entries.append(("source", part(node, found.source[1], found.source[2])))
    entries.append(("target", Scalar(cleaned, cleaned, target.span, True, None, target.template, target.pieces)))
    details: list[tuple[str, Node]] = []
    if found.is_bind:
        details.append(("create_host_path", scalar(True, span)))
    for option in found.options:
        if option in ("ro", "rw"):
            entries = [entry for entry in entries if entry[0] != "read_only"]
            if option == "ro":
                entries.append(("read_only", scalar(True, span)))
        elif option in PROPAGATION and found.is_bind:
            details.append(("propagation", scalar(option, span)))
        elif option in ("z", "Z") and found.is_bind:
            details.append(("selinux", scalar(option, span)))
        elif option == "nocopy" and not found.is_bind:
            details.append(("nocopy", scalar(True, span)))
    if len(text(node) or "") > 2:
        entries.append(("bind" if found.is_bind else "volume", made(span, details)))
    return made(span, entries)


def _ports(node: Node, report: Report, path: tuple[str, ...]) -> Node | None:
    if not isinstance(node, Sequence):
        return None
    ports: list[Node] = []
    for index, item in enumerate(node.items):
        if isinstance(item, Mapping):
            ports.append(item)
        elif isinstance(item, Scalar):
            if isinstance(item.value, float):
                report(item.span, f"{label(path)}[{index}] must be a whole number or a text")
                continue
            found = split_port(text(item) or "")
            if isinstance(found, str):
                report(item.span, found)
            else:
                ports.extend(_long_port(item.span, port) for port in found)
    return Sequence(tuple(ports), node.span)


def _long_port(span: object, port: PortSpec) -> Mapping:
    place = span  # the whole entry: a port's parts are rarely worth a place of their own
    words: list[tuple[str, object]] = [("mode", "ingress")]
    if port.host_ip:
        words.append(("host_ip", port.host_ip))
    words.append(("target", int(port.target) if port.target.isdigit() else port.target))
    if port.published:
        words.append(("published", port.published))
    words.append(("protocol", port.protocol))
    return made(place, [(key, scalar(word, place)) for key, word in words])  # type: ignore[arg-type]


_PAIR_KEYS = [
    "services.*.environment",
    "services.*.labels",
    "services.*.annotations",
    "services.*.sysctls",
    "services.*.build.args",
    "services.*.build.labels",
    "services.*.deploy.labels",
    "networks.*.labels",
    "volumes.*.labels",
    "secrets.*.labels",
    "configs.*.labels",
    "networks.*.driver_opts",
    "volumes.*.driver_opts",
    "services.*.volumes.*.volume.labels",
    "services.*.post_start.*.environment",
    "services.*.pre_stop.*.environment",
    "services.*.pre_start.*.environment",
]
_LIST_KEYS = [
    "services.*.label_file",
    "services.*.dns",
    "services.*.dns_search",
    "services.*.tmpfs",
    "services.*.develop.watch.*.ignore",
    "services.*.develop.watch.*.include",
    "services.*.build.no_cache_filter",
]
TRANSFORMS = rules(
    {
        **dict.fromkeys(_PAIR_KEYS, _pairs),
        **dict.fromkeys(_LIST_KEYS, _listed),
        "services.*.build": _keyed("context"),
        "services.*.build.secrets.*": _keyed("source"),
        "services.*.build.provenance": _as_text,
        "services.*.build.sbom": _as_text,
        "services.*.build.additional_contexts": _settings,
        "services.*.build.ssh": _ssh,
        "services.*.build.ulimits.*": _ulimit,
        "services.*.depends_on": _depends_on,
        "services.*.env_file": _env_file,
        "services.*.extends": _keyed("service"),
        "services.*.gpus": _gpus,
        "services.*.networks": _named,
        "services.*.models": _named,
        "services.*.volumes.*": _volume,
        "services.*.devices.*": _device,
        "services.*.secrets.*": _keyed("source"),
        "services.*.configs.*": _keyed("source"),
        "services.*.ports": _ports,
        "services.*.ulimits.*": _ulimit,
        "volumes.*": _external,
        "networks.*": _external,
        "secrets.*": _external,
        "configs.*": _external,
        "include.*": _keyed("path"),
    }
)


def drop_empty_dns(root: Mapping) -> Mapping:
    """Compose leaves empty texts out of ``dns``."""
    services = root.get("services")
    if not isinstance(services, Mapping):
        return root
    for name, entry in services.entries.items():
        if isinstance(entry.value, Mapping) and "dns" in entry.value.entries:
            dns = entry.value.get("dns")
            if isinstance(dns, Sequence):
                kept = tuple(item for item in dns.items if text(item))
                service = put(entry.value, "dns", Sequence(kept, dns.span))
                services = put(services, name, service)
            elif is_null(dns):
                services = put(services, name, without(entry.value, "dns"))
    return put(root, "services", services)
