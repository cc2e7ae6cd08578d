"""The first steps on a compose document: ``!reset`` and ``!override`` found, variables filled in, texts made numbers.

Source: https://docs.docker.com/reference/compose-file/merge/#reset-value and
https://docs.docker.com/reference/compose-file/interpolation/.
"""

from __future__ import annotations

from collections.abc import Callable

from dockerlint.formats.gotext import parse_bool, parse_float, parse_int
from dockerlint.formats.interpolation import UNKNOWN, Fault, Lookup, Variable, interpolate
from dockerlint.formats.yamlnodes import Entry, Mapping, Node, Scalar, Sequence
from dockerlint.model.compose.tree import Report, Rules, below, label, rule_at, rules, with_entries

Cast = tuple[Callable[[str], "int | float | bool | None"], str]
NotePart = Callable[[Scalar, Variable, "tuple[str, ...]"], None]
NoteFault = Callable[[Scalar, Fault, str], None]

_INT: Cast = (parse_int, "a whole number")
_FLOAT: Cast = (parse_float, "a number")
_BOOL: Cast = (parse_bool, "true or false")


def _casts() -> Rules:
    table: dict[str, Cast] = {}
    for cast, keys in (
        (_INT, "cpu_count cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares oom_score_adj pids_limit scale "
               "deploy.replicas deploy.update_config.parallelism deploy.rollback_config.parallelism "
               "deploy.restart_policy.max_attempts deploy.placement.max_replicas_per_node healthcheck.retries "
               "ports.*.target ulimits.* ulimits.*.hard ulimits.*.soft"),
        (_FLOAT, "cpu_percent cpus deploy.update_config.max_failure_ratio deploy.rollback_config.max_failure_ratio"),
        (_BOOL, "init depends_on.*.required depends_on.*.restart healthcheck.disable oom_kill_disable privileged "
                "read_only stdin_open tty volumes.*.read_only volumes.*.volume.nocopy"),
    ):  # fmt: skip
        table.update(dict.fromkeys((f"services.*.{key}" for key in keys.split()), cast))
    for key in [
        "networks.*.external",
        "networks.*.internal",
        "networks.*.attachable",
        "networks.*.enable_ipv4",
        "networks.*.enable_ipv6",
        "volumes.*.external",
        "secrets.*.external",
        "configs.*.external",
    ]:
        table[key] = _BOOL
    return rules(table)


_CASTS = _casts()


class Preparation:
    """Fills a document in; what it meets is told to its callbacks."""

    def __init__(self, lookup: Lookup, unset: str, report: Report, variable: NotePart, fault: NoteFault) -> None:
        self.lookup = lookup
        self.unset = unset
        self.report = report
        self.variable = variable
        self.fault = fault

    def document(self, root: Mapping) -> Mapping:
        node = self._mapping(root, (), _CASTS)
        assert isinstance(node, Mapping)
        return node

    def text(self, scalar: Scalar) -> Scalar:
        """One scalar outside of a document's walk."""
        node = self._scalar(scalar, (), None)
        return node if isinstance(node, Scalar) else scalar

    def _node(self, node: Node, path: tuple[str, ...], casts: Rules | None) -> Node | None:
        if isinstance(node, Scalar):
            if isinstance(node.value, str) and (casts is not None or "$" in node.value):
                return self._scalar(node, path, casts)
            return node
        return self._mapping(node, path, casts) if isinstance(node, Mapping) else self._sequence(node, path, casts)

    def _mapping(self, node: Mapping, path: tuple[str, ...], casts: Rules | None) -> Node:
        changed: dict[str, Node | None] = {}
        for key, entry in node.entries.items():
            if not isinstance(entry.key.value, str) and not entry.key.quoted:
                self.report(entry.key.span, f"the key {entry.key.text or 'null'} must be a text: put it into quotes")
                changed[key] = None
                continue
            value = self._node(entry.value, (*path, key), below(casts, key) if casts is not None else None)
            if value is not entry.value:
                changed[key] = value
        if not changed:
            return node
        entries = {}
        for key, entry in node.entries.items():
            if key not in changed:
                entries[key] = entry
            else:
                new = changed[key]
                if new is not None:
                    entries[key] = Entry(entry.key, new)
        return with_entries(node, entries)

    def _sequence(self, node: Sequence, path: tuple[str, ...], casts: Rules | None) -> Node:
        child = casts.get("*") if casts is not None else None
        items = [self._node(item, (*path[:-1], f"{path[-1]}[{i}]"), child) for i, item in enumerate(node.items)]
        if all(new is old for new, old in zip(items, node.items, strict=True)):
            return node
        return Sequence(tuple(item for item in items if item is not None), node.span, node.tag)

    def _scalar(self, node: Scalar, path: tuple[str, ...], casts: Rules | None) -> Node | None:
        content = str(node.value)
        template = None
        pieces = node.pieces
        if "$" in content:
            filled = interpolate(content, self.lookup, self.unset)
            for variable in filled.variables:
                self.variable(node, variable, path)
            for fault in filled.faults:
                self.fault(node, fault, label(path))
            template, content, pieces = content, filled.text, filled.pieces
        cast: Cast | None = rule_at(casts)
        if cast is not None and UNKNOWN not in content:
            value = cast[0](content)
            if value is None:
                self.report(node.span, f'{label(path)} must be {cast[1]}, not "{content}"')
                return None
            return Scalar(value, content, node.span, node.quoted, node.tag, template, pieces)
        if template is None:
            return node
        return Scalar(content, content, node.span, True, node.tag, template, pieces)


def take_resets(root: Mapping) -> tuple[Mapping, tuple[tuple[str, ...], ...]]:
    """The document without what ``!reset`` marks, and the paths that it and ``!override`` clear in the files before."""
    found: list[tuple[str, ...]] = []
    node = _without_resets(root, (), found)
    return (node if isinstance(node, Mapping) else Mapping({}, root.span)), tuple(found)


def _without_resets(node: Node, path: tuple[str, ...], found: list[tuple[str, ...]]) -> Node | None:
    if node.tag == "!reset":
        found.append(path)
        return None
    if node.tag == "!override":
        found.append(path)
        return node
    if isinstance(node, Mapping):
        entries = {}
        for key, entry in node.entries.items():
            value = _without_resets(entry.value, (*path, key), found)
            if value is not None:
                entries[key] = entry if value is entry.value else Entry(entry.key, value)
        return with_entries(node, entries)
    if isinstance(node, Sequence):
        items = [_without_resets(item, (*path, f"[{i}]"), found) for i, item in enumerate(node.items)]
        return Sequence(tuple(item for item in items if item is not None), node.span, node.tag)
    return node


def apply_resets(root: Mapping, paths: tuple[tuple[str, ...], ...]) -> Mapping:
    """The project so far without what stands at the paths."""
    for path in paths:
        root = _removed(root, path)
    return root


def _removed(node: Mapping, path: tuple[str, ...]) -> Mapping:
    entry = node.entries.get(path[0]) if path else None
    if entry is None:
        return node
    if len(path) == 1:
        return with_entries(node, {key: kept for key, kept in node.entries.items() if key != path[0]})
    if not isinstance(entry.value, Mapping):
        return node
    return with_entries(node, {**node.entries, path[0]: Entry(entry.key, _removed(entry.value, path[1:]))})
