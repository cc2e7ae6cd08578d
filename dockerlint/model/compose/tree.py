"""Small steps on YAML nodes that every stage of reading a compose project takes: rules by path, new nodes, texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from dockerlint.formats.gotext import go_text, time_text
from dockerlint.formats.yamlnodes import Entry, Mapping, Node, Scalar, Sequence, part
from dockerlint.source.text import Span

T = TypeVar("T")
Report = Callable[..., None]  # span, message, and whether another file may supply what is missing
Rules = dict[Any, Any]  # a tree of path parts; "*" is any part, and None holds the rule of the path that ends here


def rules(table: dict[str, T]) -> Rules:
    """``{"services.*.build": rule}`` as a tree that is walked along with the nodes."""
    root: Rules = {}
    for path, rule in table.items():
        at = root
        for step in path.split("."):
            at = at.setdefault(step, {})
        at[None] = rule
    return root


def below(tree: Rules | None, key: str) -> Rules | None:
    """The rules under a key."""
    if tree is None:
        return None
    found = tree.get(key)
    return tree.get("*") if found is None else found


def rule_at(tree: Rules | None) -> Any:
    return None if tree is None else tree.get(None)


def scalar(value: Any, span: Span) -> Scalar:
    """A scalar that nobody wrote, at the place that implies it."""
    return Scalar(value, go_text(value), span, isinstance(value, str))


def with_entries(mapping: Mapping, entries: dict[str, Entry]) -> Mapping:
    return Mapping(entries, mapping.span, mapping.tag, mapping.merged)


def put(mapping: Mapping, key: str, value: Node) -> Mapping:
    """The mapping with one more or another value; an existing key keeps its place."""
    old = mapping.entries.get(key)
    entry = Entry(old.key if old else scalar(key, value.span), value)
    return with_entries(mapping, {**mapping.entries, key: entry})


def without(mapping: Mapping, key: str) -> Mapping:
    if key not in mapping.entries:
        return mapping
    return with_entries(mapping, {name: entry for name, entry in mapping.entries.items() if name != key})


def made(span: Span, pairs: Iterable[tuple[str, Node]]) -> Mapping:
    """A mapping whose keys stand where their values stand."""
    return Mapping({key: Entry(scalar(key, node.span), node) for key, node in pairs}, span)


def is_null(node: Node | None) -> bool:
    return node is None or (isinstance(node, Scalar) and node.value is None)


def is_date(node: Node | None) -> bool:
    """An unquoted date, which YAML takes for a point in time."""
    if not isinstance(node, Scalar) or node.quoted or not isinstance(node.value, str):
        return False
    return node.value[4:5] == "-" and time_text(node.value) is not None


def text(node: Node | None) -> str | None:
    """A scalar's value as Go would print it; None for null and for what is no scalar."""
    if isinstance(node, Scalar) and node.value is not None:
        return node.value if isinstance(node.value, str) else go_text(node.value)
    return None


def texts(node: Node | None) -> list[Scalar]:
    """The scalars of a list, or the one scalar that stands for it."""
    if isinstance(node, Sequence):
        return [item for item in node.items if isinstance(item, Scalar)]
    return [node] if isinstance(node, Scalar) and node.value is not None else []


def mapping_of(node: Node | None) -> dict[str, Entry]:
    return node.entries if isinstance(node, Mapping) else {}


def at(node: Node | None, *keys: str) -> Node | None:
    for key in keys:
        if not isinstance(node, Mapping):
            return None
        node = node.get(key)
    return node


def pairs(node: Node) -> Mapping:
    """``[K=v, N]`` or ``{K: v}`` as a mapping; a later item of a list wins, a name alone has a null value."""
    if isinstance(node, Mapping):
        return node
    entries: dict[str, Entry] = {}
    for item in texts(node):
        entry = pair(item)
        entries[entry.key.text] = entry
    return Mapping(entries, node.span)


def pair(item: Scalar, separator: str = "=") -> Entry:
    """``K=v`` as an entry whose key and value stand where they were written."""
    whole = item if isinstance(item.value, str) else scalar(go_text(item.value), item.span)
    content = str(whole.value)
    cut = content.find(separator)
    if cut < 0:
        key = part(whole, 0, len(content))
        return Entry(Scalar(content, content, key.span, True), Scalar(None, "", item.span))
    key = part(whole, 0, cut)
    return Entry(Scalar(key.text, key.text, key.span, True), part(whole, cut + 1, len(content)))


def label(path: tuple[str, ...]) -> str:
    """How messages name a place: ``services.web.ports``."""
    return ".".join(path)
