"""How Compose lays one file over another, and a service over the one that it extends.

Source: https://docs.docker.com/reference/compose-file/merge/ : mappings merge, lists append, what has a key of its own
(environment, labels, ports, volumes …) is unique by it, and a command, entrypoint or health test is replaced.
"""

from __future__ import annotations

from collections.abc import Callable

from dockerlint.formats.gotext import go_text
from dockerlint.formats.interpolation import UNKNOWN
from dockerlint.formats.yamlnodes import Entry, Mapping, Node, Scalar, Sequence, node_to_plain
from dockerlint.model.compose.short import split_volume
from dockerlint.model.compose.tree import (
    Report,
    Rules,
    below,
    is_null,
    label,
    made,
    mapping_of,
    pairs,
    rule_at,
    rules,
    scalar,
    text,
    with_entries,
)

Merger = Callable[[Node, Node, Report, tuple[str, ...], "Rules | None"], Node]


def merge(base: Node, over: Node, report: Report, path: tuple[str, ...] = (), rule_tree: Rules | None = None) -> Node:
    """`over` laid over `base`, both at `path`; values keep the places that they were written at."""
    tree = MERGERS if rule_tree is None and not path else rule_tree
    special: Merger | None = rule_at(tree)
    if special is not None:
        return special(base, over, report, path, tree)
    if is_null(over):
        return base
    if isinstance(base, Mapping):
        if isinstance(over, Mapping):
            return _mappings(base, over, report, path, tree)
    elif isinstance(base, Sequence):
        if isinstance(over, Sequence):
            known = [node_to_plain(item) for item in base.items]
            more = tuple(item for item in over.items if node_to_plain(item) not in known)
            return Sequence(base.items + more, over.span, over.tag)
    else:
        return over
    kind = "a mapping" if isinstance(base, Mapping) else "a list"
    report(over.span, f"{label(path)} is {kind} in another file and cannot be merged with this")
    return base


def merge_service(base: Node, over: Node, report: Report) -> Node:
    """A service laid over the one that it extends."""
    return merge(base, over, report, ("services", "x"), below(below(MERGERS, "services"), "x"))


def merge_at(base: Node, over: Node, report: Report, path: tuple[str, ...]) -> Node:
    tree: Rules | None = MERGERS
    for step in path:
        tree = below(tree, step)
    return merge(base, over, report, path, tree if tree is not None else {})


def _mappings(base: Mapping, over: Mapping, report: Report, path: tuple[str, ...], tree: Rules | None) -> Mapping:
    entries = dict(base.entries)
    for key, entry in over.entries.items():
        old = entries.get(key)
        if old is None:
            entries[key] = entry
        else:
            merged = merge(old.value, entry.value, report, (*path, key), below(tree, key) or {})
            entries[key] = entry if merged is entry.value else Entry(entry.key, merged)
    return Mapping(entries, over.span, over.tag)


def _replace(_base: Node, over: Node, _report: Report, _path: tuple[str, ...], _tree: Rules | None) -> Node:
    return over


def _pairs(base: Node, over: Node, report: Report, path: tuple[str, ...], tree: Rules | None) -> Node:
    if is_null(over):
        return base
    if is_null(base):
        return over
    for node in (base, over):
        for item in node.items if isinstance(node, Sequence) else ():
            if not isinstance(item, Scalar) or not isinstance(item.value, str):
                report(item.span, f"{label(path)} is a list of texts; this is none")
    first, second = pairs(base), pairs(over)
    return Mapping({**first.entries, **second.entries}, over.span)


def _lists(base: Node, over: Node, report: Report, path: tuple[str, ...], tree: Rules | None) -> Node:
    return Sequence(_as_items(base) + _as_items(over), over.span if not is_null(over) else base.span)


def _as_items(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Sequence):
        return node.items
    if isinstance(node, Mapping):
        items: list[Node] = []
        for key, entry in sorted(node.entries.items()):
            values = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
            for value in values:
                content = key if is_null(value) else f"{key}={text(value) or ''}"
                items.append(scalar(content, entry.span))
        return tuple(items)
    return () if is_null(node) else (node,)


def _hosts(base: Node, over: Node, report: Report, path: tuple[str, ...], tree: Rules | None) -> Node:
    first = _as_items(base)
    known = {text(item) for item in first}
    more = tuple(item for item in _as_items(over) if text(item) not in known)
    return Sequence(first + more, over.span)


def _build(base: Node, over: Node, report: Report, path: tuple[str, ...], tree: Rules | None) -> Node:
    return _mappings(_context(base), _context(over), report, path, tree)


def _context(node: Node) -> Mapping:
    if isinstance(node, Mapping):
        return node
    return Mapping({}, node.span) if is_null(node) else made(node.span, [("context", node)])


def _named(defaults: tuple[tuple[str, object], ...] | None) -> Merger:
    """Lists of names count as mappings of them."""

    def convert(node: Node) -> Mapping:
        if isinstance(node, Mapping):
            return node
        entries: dict[str, Entry] = {}
        for item in node.items if isinstance(node, Sequence) else ():
            name = text(item)
            if isinstance(item, Scalar) and name is not None:
                value: Node = scalar(None, item.span)
                if defaults is not None:
                    value = made(item.span, [(key, scalar(word, item.span)) for key, word in defaults])
                entries[name] = Entry(item, value)
        return Mapping(entries, node.span)

    def merger(base: Node, over: Node, report: Report, path: tuple[str, ...], tree: Rules | None) -> Node:
        return _mappings(convert(base), convert(over), report, path, tree)

    return merger


def _logging(base: Node, over: Node, report: Report, path: tuple[str, ...], tree: Rules | None) -> Node:
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        return over
    first, second = base.get("driver"), over.get("driver")
    if first is None or second is None or text(first) == text(second):
        return _mappings(base, over, report, path, tree)
    return over


def _pools(base: Node, over: Node, report: Report, path: tuple[str, ...], tree: Rules | None) -> Node:
    """Address pools of a network, unique by subnet."""
    if not isinstance(base, Sequence) or not isinstance(over, Sequence):
        return over
    pools: list[Mapping] = []
    for original in base.items:
        for override in over.items:
            if not isinstance(original, Mapping) or not isinstance(override, Mapping):
                continue
            merged = override
            if text(original.get("subnet")) == text(override.get("subnet")):
                merged = _mappings(original, override, report, path, tree)
            subnet = text(merged.get("subnet"))
            same = next((i for i, pool in enumerate(pools) if text(pool.get("subnet")) == subnet), None)
            if same is None:
                pools.append(merged)
            elif merged is not override:
                pools[same] = merged
    return Sequence(tuple(pools), over.span)


_STARTED = (("condition", "service_started"), ("required", True))
_PAIRS = [
    "networks.*.labels",
    "volumes.*.labels",
    "services.*.annotations",
    "services.*.build.args",
    "services.*.build.labels",
    "services.*.build.additional_contexts",
    "services.*.deploy.labels",
    "services.*.environment",
    "services.*.labels",
    "services.*.sysctls",
]
_LISTS = [f"services.*.{key}" for key in ["dns", "dns_opt", "dns_search", "env_file", "label_file", "tmpfs"]]
_SPECIAL: dict[str, Merger] = {
    "networks.*.ipam.config": _pools,
    "services.*.build": _build,
    "services.*.build.extra_hosts": _hosts,
    "services.*.command": _replace,
    "services.*.entrypoint": _replace,
    "services.*.healthcheck.test": _replace,
    "services.*.ulimits.*": _replace,
    "services.*.depends_on": _named(_STARTED),
    "services.*.networks": _named(None),
    "services.*.models": _named(None),
    "services.*.extra_hosts": _hosts,
    "services.*.logging": _logging,
}
MERGERS = rules({**_SPECIAL, **dict.fromkeys(_PAIRS, _pairs), **dict.fromkeys(_LISTS, _lists)})


def unique(node: Node, report: Report, path: tuple[str, ...] = (), tree: Rules | None = None) -> Node:
    """Of list items with one key, only the last one, at the first one's position."""
    if tree is None:
        if path:
            return node
        tree = UNIQUE
    if isinstance(node, Mapping):
        changed: dict[str, Entry] | None = None
        for key, entry in node.entries.items():
            child = below(tree, key)
            if child is None:
                continue
            value = unique(entry.value, report, (*path, key), child)
            if value is not entry.value:
                changed = dict(node.entries) if changed is None else changed
                changed[key] = Entry(entry.key, value)
        return node if changed is None else with_entries(node, changed)
    key_of = rule_at(tree)
    if key_of is None or not isinstance(node, Sequence) or len(node.items) < 2:
        return node
    positions: dict[object, int] = {}
    items: list[Node] = []
    for item in node.items:
        found = key_of(item)
        if found is None or UNKNOWN in str(found):
            items.append(item)
        elif found in positions:
            items[positions[found]] = item
        else:
            positions[found] = len(items)
            items.append(item)
    return Sequence(tuple(items), node.span, node.tag) if len(items) < len(node.items) else node


def _name(node: Node) -> object:
    found = text(node)
    return None if found is None else found.partition("=")[0]


def _whole(node: Node) -> object:
    return text(node)


def _target(node: Node) -> object:
    if isinstance(node, Mapping):
        return text(node.get("target"))
    found = split_volume(text(node) or "")
    return None if isinstance(found, str) else found.target[0]


def _device(node: Node) -> object:
    if isinstance(node, Mapping):
        return text(node.get("target"))
    parts = (text(node) or "").split(":")
    return parts[0] if len(parts) == 1 else parts[1]


def _mounted(folder: str) -> Callable[[Node], object]:
    def key(node: Node) -> object:
        entries = mapping_of(node)
        if "target" in entries:
            return text(entries["target"].value)
        source = text(entries["source"].value) if "source" in entries else text(node)
        return f"{folder}/{source}"

    return key


def _port(node: Node) -> object:
    if not isinstance(node, Mapping):
        return go_text(node.value) if isinstance(node, Scalar) else None
    host = text(node.get("host_ip")) or "0.0.0.0"
    target, published = text(node.get("target")), text(node.get("published"))
    if isinstance(number := node.get("published"), Scalar) and not isinstance(number.value, str):
        published = f"number {published}"  # Compose takes 443 and "443" for two ports
    return f"{host}:{published}:{target}/{text(node.get('protocol')) or 'tcp'}"


def _env_file(node: Node) -> object:
    return text(node.get("path")) if isinstance(node, Mapping) else text(node)


_BY_NAME = [
    "networks.*.ipam.options",
    "services.*.build.platform",
    "services.*.build.tags",
    "services.*.cap_add",
    "services.*.cap_drop",
    "services.*.dns",
    "services.*.dns_opt",
    "services.*.dns_search",
    "services.*.links",
    "services.*.networks.*.aliases",
    "services.*.networks.*.link_local_ips",
    "services.*.profiles",
    "services.*.tmpfs",
]
UNIQUE = rules(
    {
        **dict.fromkeys(_BY_NAME, _name),
        **dict.fromkeys((path for path in _PAIRS if path != "volumes.*.labels"), _name),
        "services.*.devices": _device,
        "services.*.configs": _mounted(""),
        "services.*.secrets": _mounted("/run/secrets"),
        "services.*.env_file": _env_file,
        "services.*.expose": _whole,
        "services.*.ports": _port,
        "services.*.volumes": _target,
    }
)
