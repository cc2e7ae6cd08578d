"""What Compose adds to a project that is written out: defaults, absolute paths, implied networks and dependencies.

Sources: https://docs.docker.com/reference/compose-file/services/ (defaults of each key) and
https://docs.docker.com/reference/compose-file/networks/#the-default-network.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from dockerlint.formats.interpolation import UNKNOWN, Lookup
from dockerlint.formats.yamlnodes import Entry, Mapping, Node, Scalar, Sequence
from dockerlint.model.compose.tree import (
    Report,
    at,
    is_null,
    made,
    mapping_of,
    put,
    scalar,
    text,
    texts,
    with_entries,
)
from dockerlint.source.record import dataclass

_REMOTE = ("https://", "http://", "git://", "ssh://", "github.com/", "git@")
_PRIVATE_NAMESPACES = ("network_mode", "ipc", "pid", "uts", "cgroup")


@dataclass(frozen=True, slots=True)
class Paths:
    """Makes relative paths absolute: `folder` is the project's, `home` what ``~`` means, None: it stays."""

    folder: str
    home: str | None

    def absolute(self, path: str, windows: bool = False) -> str:
        if UNKNOWN in path or not path:
            return path
        if path.startswith("~"):
            if self.home is None:
                return path
            return posixpath.normpath(f"{self.home}/{path[1:]}")
        if path.startswith("/"):
            return path
        if windows and (path.startswith("\\\\") or (path[1:2] == ":" and path[0].isalpha() and path[2:3] in "/\\")):
            return path
        return clean(f"{self.folder}/{path}")

    def context(self, path: str) -> str:
        if "://" in path or path.startswith("service:") or path.startswith(_REMOTE):
            return path
        return self.absolute(path)

    def host(self, path: str) -> str:
        return self.absolute(path, windows=True)


def clean(path: str) -> str:
    """A path without ``.``, ``..`` and doubled slashes."""
    cleaned = posixpath.normpath(path)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def is_remote(context: str) -> bool:
    return "://" in context or context.startswith(_REMOTE)


def each(root: Mapping, kind: str, change: Callable[[str, Mapping], Mapping]) -> Mapping:
    """The project with every mapping of ``services`` (``volumes`` …) changed."""
    group = root.get(kind)
    if not isinstance(group, Mapping):
        return root
    entries = {}
    touched = False
    for name, entry in group.entries.items():
        value = change(name, entry.value) if isinstance(entry.value, Mapping) else entry.value
        touched = touched or value is not entry.value
        entries[name] = entry if value is entry.value else Entry(entry.key, value)
    return put(root, kind, with_entries(group, entries)) if touched else root


def _items(mapping: Mapping, key: str, change: Callable[[Mapping], Mapping]) -> Mapping:
    node = mapping.get(key)
    if not isinstance(node, Sequence):
        return mapping
    items = tuple(change(item) if isinstance(item, Mapping) else item for item in node.items)
    return put(mapping, key, Sequence(items, node.span, node.tag))


def _default(mapping: Mapping, key: str, value: object) -> Mapping:
    return mapping if key in mapping.entries else put(mapping, key, scalar(value, mapping.span))


def add_defaults(root: Mapping) -> Mapping:
    return each(root, "services", _service_defaults)


def _service_defaults(_name: str, service: Mapping) -> Mapping:
    build = service.get("build")
    if isinstance(build, Mapping):
        service = put(service, "build", _default(build, "context", "."))
    service = _items(service, "secrets", lambda s: _default(s, "target", f"/run/secrets/{text(s.get('source')) or ''}"))
    service = _items(service, "ports", lambda port: _default(_default(port, "protocol", "tcp"), "mode", "ingress"))
    service = _items(service, "gpus", _device_count)
    service = _items(service, "volumes", _mount_defaults)
    devices = at(service, "deploy", "resources", "reservations", "devices")
    if isinstance(devices, Sequence):
        service = _deep(
            service, ("deploy", "resources", "reservations"), lambda node: _items(node, "devices", _device_count)
        )
    return service


def _mount_defaults(mount: Mapping) -> Mapping:
    bind = mount.get("bind")
    return put(mount, "bind", _default(bind, "create_host_path", True)) if isinstance(bind, Mapping) else mount


def _device_count(device: Mapping) -> Mapping:
    return device if "device_ids" in device.entries else _default(device, "count", "all")


def _deep(mapping: Mapping, path: tuple[str, ...], change: Callable[[Mapping], Mapping]) -> Mapping:
    if not path:
        return change(mapping)
    child = mapping.get(path[0])
    return put(mapping, path[0], _deep(child, path[1:], change)) if isinstance(child, Mapping) else mapping


def resolve_paths(root: Mapping, paths: Paths, report: Report) -> Mapping:
    """Relative paths made absolute, seen from the project's folder."""

    def service(name: str, node: Mapping) -> Mapping:
        build = node.get("build")
        if isinstance(build, Mapping):
            build = _path(build, "context", paths.context)
            more = build.get("additional_contexts")
            if isinstance(more, Mapping):
                for key in more.entries:
                    more = _path(more, key, paths.context)
                build = put(build, "additional_contexts", more)
            node = put(node, "build", build)
        node = _items(node, "env_file", lambda file: _path(file, "path", paths.absolute))
        node = _items(node, "volumes", lambda mount: _mount_path(mount, name))
        labels = node.get("label_file")
        if isinstance(labels, Sequence):
            moved = tuple(_moved(item, paths.absolute) for item in labels.items)
            node = put(node, "label_file", Sequence(moved, labels.span))
        node = _deep(node, ("extends",), lambda extends: _path(extends, "file", paths.absolute))
        return _deep(
            node, ("develop",), lambda d: _items(d, "watch", lambda watch: _path(watch, "path", paths.absolute))
        )

    def _mount_path(mount: Mapping, name: str) -> Mapping:
        if text(mount.get("type")) != "bind":
            return mount
        if is_null(mount.get("source")):
            report(mount.span, f"a bind mount of services.{name} has no source")
        return _path(mount, "source", paths.host)

    def volume(_name: str, node: Mapping) -> Mapping:
        if text(node.get("driver")) == "local" and text(at(node, "driver_opts", "o")) == "bind":
            return _deep(node, ("driver_opts",), lambda options: _path(options, "device", paths.host))
        return node

    root = each(root, "services", service)
    root = each(root, "volumes", volume)
    for kind in ("secrets", "configs"):
        root = each(root, kind, lambda _name, node: _path(node, "file", paths.host))
    return root


def _path(mapping: Mapping, key: str, resolve: Callable[[str], str]) -> Mapping:
    node = mapping.get(key)
    return mapping if is_null(node) or node is None else put(mapping, key, _moved(node, resolve))


def _moved(node: Node, resolve: Callable[[str], str]) -> Node:
    """A path scalar with its absolute path as value; `text` stays as it was, for who wants the written one."""
    if not isinstance(node, Scalar):
        return node
    written = text(node) or ""
    path = resolve(written)
    return Scalar(path, node.text, node.span, True, node.tag, node.template, node.pieces)


def resolve_environment(root: Mapping, lookup: Lookup) -> Mapping:
    """Names without a value take the one that ``.env`` or the machine gives them."""

    def service(_name: str, node: Mapping) -> Mapping:
        environment = node.get("environment")
        return put(node, "environment", passed(environment, lookup)) if isinstance(environment, Mapping) else node

    return each(root, "services", service)


def passed(mapping: Mapping, lookup: Lookup, keep: bool = True) -> Mapping:
    """Null values looked up by their name; without `keep` the ones that nobody has are dropped."""
    entries = {}
    for key, entry in mapping.entries.items():
        if is_null(entry.value):
            value = lookup(key)
            if value is not None:
                entries[key] = Entry(entry.key, Scalar(value, value, entry.value.span, True, PASSED))
            elif keep:
                entries[key] = entry
        else:
            entries[key] = entry
    return with_entries(mapping, entries)


PASSED = "passed"  # the tag of a value that only the variable's name was written for


def normalize(root: Mapping, name: str | None, lookup: Lookup, keep_args: bool) -> Mapping:
    """Implied networks, dependencies, names and the Dockerfile's name; build arguments nobody sets are dropped."""
    root = each(root, "services", lambda _name, service: _normal_service(service, lookup, keep_args))
    root = _default_network(root)
    for kind in ("networks", "volumes", "configs", "secrets"):
        group = root.get(kind)
        if isinstance(group, Mapping):
            entries = {}
            for key, entry in group.entries.items():
                value = entry.value if isinstance(entry.value, Mapping) else Mapping({}, entry.key.span)
                if is_null(value.get("name")):
                    external = text(value.get("external")) in ("true", "1", "t", "T", "TRUE", "True")
                    full = key if external else f"{name or UNKNOWN}_{key}"
                    value = put(value, "name", scalar(full, entry.key.span))
                entries[key] = Entry(entry.key, value)
            root = put(root, kind, with_entries(group, entries))
    return root


def _normal_service(service: Mapping, lookup: Lookup, keep_args: bool) -> Mapping:
    if text(service.get("pull_policy")) == "if_not_present":
        service = put(service, "pull_policy", scalar("missing", service.span))
    build = service.get("build")
    if isinstance(build, Mapping):
        build = _default(build, "context", ".")
        if is_null(build.get("dockerfile")) and is_null(build.get("dockerfile_inline")):
            build = put(build, "dockerfile", scalar("Dockerfile", build.span))
        args = build.get("args")
        if isinstance(args, Mapping):
            build = put(build, "args", passed(args, lookup, keep=keep_args))
        service = put(service, "build", build)
    environment = service.get("environment")
    if isinstance(environment, Mapping):
        service = put(service, "environment", passed(environment, lookup))
    needed = _implied(service)
    if needed:
        depends = service.get("depends_on")
        mapping = depends if isinstance(depends, Mapping) else Mapping({}, service.span)
        for name, (node, restart) in needed.items():
            if name not in mapping.entries:
                words = (("condition", "service_started"), ("restart", restart), ("required", True))
                value = made(node.span, [(key, scalar(word, node.span)) for key, word in words])
                mapping = with_entries(mapping, {**mapping.entries, name: Entry(scalar(name, node.span), value)})
        service = put(service, "depends_on", mapping)
    image = service.get("image")
    if image is not None and text(image):
        service = _items(
            service, "pre_start", lambda hook: hook if "image" in hook.entries else put(hook, "image", image)
        )
    return _items(service, "volumes", _clean_target)


def _implied(service: Mapping) -> dict[str, tuple[Node, bool]]:
    """The services that links, shared namespaces and ``volumes_from`` depend on."""
    needed: dict[str, tuple[Node, bool]] = {}
    for link in texts(service.get("links")):
        parts = (text(link) or "").split(":")
        needed.setdefault(parts[0] if len(parts) == 2 else text(link) or "", (link, True))
    for namespace in _PRIVATE_NAMESPACES:
        node = service.get(namespace)
        shared = text(node) or ""
        if node is not None and shared.startswith("service:"):
            needed.setdefault(shared[8:], (node, True))
    for source in texts(service.get("volumes_from")):
        written = text(source) or ""
        if not written.startswith("container:"):
            needed.setdefault(written.split(":")[0], (source, False))
    return {name: found for name, found in needed.items() if UNKNOWN not in name}


def _clean_target(mount: Mapping) -> Mapping:
    target = mount.get("target")
    written = text(target)
    if not isinstance(target, Scalar) or written is None or UNKNOWN in written:
        return mount
    cleaned = clean(written) if written else "."
    if cleaned == written:
        return mount
    moved = Scalar(cleaned, target.text, target.span, True, target.tag, target.template, target.pieces)
    return put(mount, "target", moved)


def _default_network(root: Mapping) -> Mapping:
    uses = False

    def service(_name: str, node: Mapping) -> Mapping:
        nonlocal uses
        if "provider" in node.entries or "network_mode" in node.entries:
            return node
        networks = node.get("networks")
        if not mapping_of(networks):
            uses = True
            span = node.span if networks is None else networks.span
            return put(node, "networks", made(span, [("default", scalar(None, span))]))
        uses = uses or "default" in mapping_of(networks)
        return node

    root = each(root, "services", service)
    networks = root.get("networks")
    if uses and "default" not in mapping_of(networks):
        span = root.span if networks is None else networks.span
        base = networks if isinstance(networks, Mapping) else Mapping({}, span)
        root = put(root, "networks", put(base, "default", scalar(None, span)))
    return root
