"""Hold nodes against the table of shapes: report what Compose would refuse, drop it, and keep the rest."""

from __future__ import annotations

from itertools import pairwise

from dockerlint.formats.interpolation import UNKNOWN
from dockerlint.formats.yamlnodes import Entry, Mapping, Node, Scalar, Sequence, node_to_plain
from dockerlint.model.compose.shape import ANY, LOWER, Shape
from dockerlint.model.compose.tree import Report, is_date, label, with_entries

_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
_ALNUM = _NAME - frozenset("._-")
_KIND_WORDS = {"s": "a text", "i": "a whole number", "n": "a number", "b": "true or false", "0": "empty"}
_MOST_HINTS = 20  # of what was meant, in one mapping: each costs a millisecond
_POLICIES = ("always", "never", "build", "if_not_present", "missing", "refresh", "daily", "weekly")


def validate(node: Node, shape: Shape, report: Report, path: tuple[str, ...] = ()) -> Node | None:
    """The node without what its shape forbids; None where nothing can be kept."""
    if isinstance(node, Scalar):
        return _scalar(node, shape, report, path)
    if isinstance(node, Mapping):
        if shape.is_mapping:
            return _mapping(node, shape, report, path)
    elif shape.items is not None:
        return _sequence(node, shape, report, path)
    report(node.span, f"{label(path) or 'the file'} must be {_expected(shape)}, not {_actual(node)}")
    return None


def _scalar(node: Scalar, shape: Shape, report: Report, path: tuple[str, ...]) -> Node | None:
    value = node.value
    kinds = shape.kinds
    if isinstance(value, str):
        fits = "s" in kinds
        if UNKNOWN in value:
            return node
        if fits and "n" not in kinds and value[4:5] == "-" and is_date(node):
            report(node.span, f"{label(path)} is a date, not a text: put it into quotes")
            return None
    elif value is None:
        fits = "0" in kinds
    elif isinstance(value, bool):
        fits = "b" in kinds
    else:
        fits = "n" in kinds or ("i" in kinds and (isinstance(value, int) or value == value // 1))
    if not fits:
        report(node.span, f"{label(path) or 'the file'} must be {_expected(shape)}, not {_actual(node)}")
        return None
    if shape.words and value not in shape.words:
        choices = ", ".join(shape.words)
        report(node.span, f'{label(path)} cannot be "{value}"; it is one of {choices}{_nearest(value, shape.words)}')
        return None
    if isinstance(value, (int, float)) and (
        (shape.least is not None and value < shape.least) or (shape.most is not None and value > shape.most)
    ):
        report(node.span, f"{label(path)} cannot be {value}")
        return None
    if shape.pattern and isinstance(value, str) and not _fits_pattern(value, shape.pattern):
        report(node.span, f'"{value}" is no valid {path[-1]}')
        return None
    return node


def _sequence(node: Sequence, shape: Shape, report: Report, path: tuple[str, ...]) -> Node | None:
    items = []
    assert shape.items is not None
    for index, item in enumerate(node.items):
        kept = validate(item, shape.items, report, (*path[:-1], f"{path[-1]}[{index}]"))
        if kept is not None:
            items.append(kept)
    if shape.unique and len(items) > 1:
        seen: set[object] = set()
        for item in items:
            plain = node_to_plain(item)
            key = (type(plain) is bool, plain if isinstance(item, Scalar) else repr(plain))
            if key in seen and not (isinstance(plain, str) and UNKNOWN in plain):
                report(item.span, f"{label(path)} holds this twice")
            seen.add(key)
    if len(items) == len(node.items) and all(a is b for a, b in zip(items, node.items, strict=True)):
        return node
    return Sequence(tuple(items), node.span, node.tag)


def _mapping(node: Mapping, shape: Shape, report: Report, path: tuple[str, ...]) -> Node:
    fields = shape.fields or {}
    changed: dict[str, Entry | None] = {}
    if not path and _has_no_services(node):
        first = next(iter(node.entries.values()))
        report(first.key.span, "this is the old form of a compose file: the services must stand below `services:`")
        return Mapping({}, node.span, node.tag)
    for key, entry in node.entries.items():
        child = fields.get(key)
        if child is None:
            if shape.others is not None and _fits_key(key, shape.keys):
                child = shape.others
            elif (shape.extensions and key.startswith("x-")) or shape.open:
                continue
            else:
                report(entry.key.span, _unknown_key(key, fields, path, len(changed) < _MOST_HINTS))
                changed[key] = None
                continue
        kept = validate(entry.value, child, report, (*path, key))
        if kept is not entry.value:
            changed[key] = None if kept is None else Entry(entry.key, kept)
    for key in shape.required:
        if key not in node.entries:
            report(node.span, f'{label(path)} lacks "{key}"')
    if not changed:
        return node
    entries = {}
    for key, entry in node.entries.items():
        replaced = changed.get(key, entry)
        if replaced is not None:
            entries[key] = replaced
    return with_entries(node, entries)


def _fits_key(key: str, keys: str) -> bool:
    if keys == ANY:
        return bool(key)
    if keys == LOWER:
        return key.isascii() and key.isalpha() and key.islower()
    return bool(key) and _NAME.issuperset(key)


def _fits_pattern(value: str, pattern: str) -> bool:
    if pattern == "container_name":  # the schema's pattern is not anchored: two fitting characters are enough
        return any(a in _ALNUM and b in _NAME for a, b in pairwise(value))
    return value in _POLICIES or (value.startswith("every_") and _is_period(value[6:]))


def _is_period(text: str) -> bool:
    """``1w2d``: numbers, each with its unit."""
    number = ""
    for char in text:
        if char.isascii() and char.isdigit():
            number += char
        elif number and char in "wdhms":
            number = ""
        else:
            return False
    return bool(text) and not number


def _has_no_services(node: Mapping) -> bool:
    """Compose files of version 1 named their services at the top."""
    return "services" not in node.entries and any(
        isinstance(entry.value, Mapping) and ("image" in entry.value.entries or "build" in entry.value.entries)
        for key, entry in node.entries.items()
        if key not in ("networks", "volumes", "secrets", "configs") and not key.startswith("x-")
    )


def _unknown_key(key: str, fields: dict[str, Shape], path: tuple[str, ...], hint: bool) -> str:
    if not fields:
        return f'"{key}" is no valid name in {label(path)}'
    where = f"{label(path)} has" if path else "a compose file has"
    return f'{where} no key "{key}"' + (_nearest(key, tuple(fields)) if hint else "")


def _nearest(word: object, words: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    found = get_close_matches(str(word), words, 1, 0.7)
    return f'; did you mean "{found[0]}"?' if found else ""


def _expected(shape: Shape) -> str:
    kinds = [_KIND_WORDS[kind] for kind in shape.kinds if kind in _KIND_WORDS]
    if shape.items is not None:
        kinds.append("a list")
    if shape.is_mapping:
        kinds.append("a mapping")
    return " or ".join(kinds)


def _actual(node: Node) -> str:
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    if node.value is None:
        return "empty"
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return "a text" if isinstance(node.value, str) else f"the number {node.text}"
