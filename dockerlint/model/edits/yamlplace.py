"""Where a YAML node stands in its file, and how its surroundings are laid out.

A place is only found along nodes that are written out where they count: what comes through an alias or a merge key,
and what carries an anchor that others use, has none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeVar

from dockerlint.formats.yamltree import Entry, Mapping, Node, Scalar, Sequence, parse_yaml_once
from dockerlint.source.record import dataclass
from dockerlint.source.text import SourceFile, Span

_ANCHOR = re.compile(r"(?:^|\s)&(\S+)")
_COMMENT = re.compile(r"(?:^|\s)#[^\n]*")
_END = re.compile(r"^\.\.\.(?:\s|$)", re.MULTILINE)
_DASH = re.compile(r"-([ ]*)")
STEP = 2
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Place:
    """A node and what it stands in: `above` leads from the root to its holder, `entry` is its own in a mapping."""

    file: SourceFile
    node: Node
    above: tuple[Node, ...]
    entry: Entry | None = None

    @property
    def flow(self) -> bool:
        """Does it stand in, or is it, a collection in brackets?"""
        return any(is_flow(node) for node in (*self.above, self.node))


def is_flow(node: Node) -> bool:
    return not isinstance(node, Scalar) and node.span.text[:1] in ("[", "{")


def place_at(file: SourceFile, keys: tuple[str, ...]) -> Place | None:
    """The place of the value under these keys of a file of one document."""
    root = _root(file)
    if root is None or "<<" in keys:
        return None
    place = Place(file, root, ())
    for key in keys:
        found = next(
            (below for below in _below(place) if below.entry is not None and below.entry.key.text == key), None
        )
        if found is None:
            return None
        place = found
    return place


def place_of(span: Span) -> Place | None:
    """The place of the scalar that holds the span, or of the value that the span is, or whose key it is."""
    root = _root(span.file)
    place = Place(span.file, root, ()) if root is not None else None
    while place is not None:
        if _is(place, span):
            return place
        place = next((below for below in _below(place, span) if _holds(below, span)), None)
    return None


def holder(place: Place) -> Place | None:
    """The place of the mapping or list that the place stands in; None for the root."""
    return place_from(place.file, place.above[-1]) if place.above else None


def place_from(file: SourceFile, node: Node) -> Place | None:
    """The place of a node of this file's own tree."""
    root = _root(file)
    return _search(Place(file, root, ()), node) if root is not None else None


def _search(place: Place, node: Node) -> Place | None:
    if place.node is node:
        return place
    for below in _below(place):
        if below.node is node or (below.node.span.start <= node.span.start and node.span.end <= below.node.span.end):
            found = _search(below, node)
            if found is not None:
                return found
    return None


def _root(file: SourceFile) -> Node | None:
    parsed = parse_yaml_once(file)
    if parsed.problems or len(parsed.documents) != 1 or parsed.root is None:
        return None
    return None if _remembered(file, "ends", lambda: _END.search(file.text) is not None) else parsed.root


def _below(place: Place, around: Span | None = None) -> Iterator[Place]:
    """The values of a mapping or list that are written in it, and nowhere else; without those before a span."""
    node, above = place.node, (*place.above, place.node)
    if isinstance(node, Mapping):
        for name, entry in node.entries.items():
            if around is not None and max(entry.value.span.end, entry.key.span.end) < around.start:
                continue
            if name not in node.merged and _own(entry.key.span.end, entry.value):
                yield Place(place.file, entry.value, above, entry)
    elif isinstance(node, Sequence):
        end = node.span.start
        for item in node.items:
            if _own(end, item):
                yield Place(place.file, item, above)
                end = item.span.end


def _own(behind: int, value: Node) -> bool:
    """Does the value stand behind what comes before it, with no anchor that is used elsewhere?"""
    text = value.span.file.text
    if value.span.start < behind:
        return False
    gap = _COMMENT.sub("", text[behind : value.span.start])
    anchor = _ANCHOR.search(gap)
    return anchor is None or re.search(rf"\*{re.escape(anchor[1])}(?![^\s,\]}}])", text) is None


def _is(place: Place, span: Span) -> bool:
    node, entry = place.node, place.entry
    if entry is not None and (entry.key.span.start, entry.key.span.end) == (span.start, span.end):
        return True
    inside = node.span.start <= span.start and span.end <= node.span.end
    return inside and (isinstance(node, Scalar) or (node.span.start, node.span.end) == (span.start, span.end))


def _holds(place: Place, span: Span) -> bool:
    start = place.entry.key.span.start if place.entry is not None else place.node.span.start
    return start <= span.start and span.end <= max(place.node.span.end, start)


def newline_of(text: str) -> str:
    """The line end of a file, that of its first line."""
    at = text.find("\n")
    return "\r\n" if at > 0 and text[at - 1] == "\r" else "\n"


def column_of(file: SourceFile, offset: int) -> int:
    """The number of characters before an offset in its line."""
    return file.position(offset)[1] - 1


def line_end(text: str, offset: int) -> int:
    """The offset behind the line end of the line that holds `offset`; the length of the text in its last line."""
    at = text.find("\n", offset)
    return len(text) if at < 0 else at + 1


def insert_lines(file: SourceFile, after: int, lines: list[str]) -> tuple[int, str]:
    """Where whole lines go below the line of the offset `after`, and their text with the line ends of the file."""
    newline, at = newline_of(file.text), line_end(file.text, after)
    if at == len(file.text) and not file.text.endswith("\n"):
        return at, "".join(newline + line for line in lines)
    return at, "".join(line + newline for line in lines)


def dash_of(sequence: Sequence) -> tuple[int, str] | None:
    """The column of a block list's dashes, and the blanks between a dash and its item; None where that is unclear."""
    file, start = sequence.span.file, sequence.span.start
    if not sequence.items or file.text[start : start + 1] != "-":
        return None
    line = file.line_text(file.position(start)[0])
    column = column_of(file, start)
    if line[:column].strip():  # "- - a": a list in a list, on one line
        return None
    found = _DASH.match(line, column)
    blanks = found[1] if found else ""
    return column, blanks if blanks and line[column + 1 + len(blanks) :][:1] not in ("", "#") else " "


def key_column(mapping: Mapping) -> int | None:
    """The column of a block mapping's keys; None where they do not begin their lines alike."""
    columns = set()
    for name, entry in mapping.entries.items():
        if name in mapping.merged:
            continue
        span = entry.key.span
        before = span.file.line_text(span.line)[: span.column - 1]
        if before.strip(" ") and not re.fullmatch(r" *(?:- +)+", before):
            return None
        columns.add(len(before))
    return columns.pop() if len(columns) == 1 else None


def step_of(file: SourceFile) -> int:
    """How many blanks deeper a file indents the keys below a key: that of its first nested mapping."""
    root = _root(file)
    if isinstance(root, Mapping):
        for entry in root.entries.values():
            if isinstance(entry.value, Mapping) and not is_flow(entry.value) and _own(entry.key.span.end, entry.value):
                column = key_column(entry.value)
                if column:
                    return column
    return STEP


def list_step_of(file: SourceFile) -> int:
    """How many blanks deeper than its key a file writes the dashes of a list; as its mappings where it has none."""
    return _remembered(file, "list step", lambda: _list_step(file))


def _list_step(file: SourceFile) -> int:
    root = _root(file)
    steps = Counter(_list_steps(root)) if root is not None else Counter()
    return steps.most_common(1)[0][0] if steps else step_of(file)


def _remembered(file: SourceFile, what: str, make: Callable[[], _Answer]) -> _Answer:
    """A fact about a file, found once: files are asked for many places."""
    memo: dict[str, _Answer] = file.__dict__
    key = f"yaml: {what}"
    if key not in memo:
        memo[key] = make()
    return memo[key]


def _list_steps(node: Node) -> Iterator[int]:
    if isinstance(node, Mapping):
        for name, entry in node.entries.items():
            if name in node.merged or entry.value.span.start < entry.key.span.end:
                continue
            if isinstance(entry.value, Sequence) and not is_flow(entry.value):
                dash = dash_of(entry.value)
                if dash is not None:
                    yield dash[0] - column_of(entry.key.span.file, entry.key.span.start)
            yield from _list_steps(entry.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            if item.span.start >= node.span.start:
                yield from _list_steps(item)
