"""The nodes that a YAML document is made of. Each knows the characters that wrote it; an alias is its anchor's node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dockerlint.formats.yamlscalar import ScalarValue
from dockerlint.source.record import dataclass
from dockerlint.source.text import Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a scalar's text and the stretch of its template that it came from."""

    start: int
    end: int
    from_start: int
    from_end: int
    literal: bool


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. `text` is the author's text (quotes removed, escapes resolved); `value` is what it means.

    Interpolation sets `template`, the text before it, and `pieces`, which lead from one to the other.
    """

    value: ScalarValue
    text: str
    span: Span
    quoted: bool = False
    tag: str | None = None
    template: str | None = None
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    span: Span
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    key: Scalar
    value: Node

    @property
    def span(self) -> Span:
        """From the key to the end of the value, where both stand in one file in that order; else the key."""
        key, value = self.key.span, self.value.span
        if key.file is value.file and key.start <= value.start:
            return Span(key.file, key.start, max(key.end, value.end))
        return key


@dataclass(frozen=True, slots=True)
class Mapping:
    """`merged` names the keys that ``<<`` brought in."""

    entries: dict[str, Entry]
    span: Span
    tag: str | None = None
    merged: frozenset[str] = frozenset()

    def get(self, key: str) -> Node | None:
        entry = self.entries.get(key)
        return None if entry is None else entry.value

    def entry(self, key: str) -> Entry | None:
        return self.entries.get(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)


Node = Scalar | Sequence | Mapping


def node_to_plain(node: Node | None) -> Any:
    """A node as Python data."""
    if isinstance(node, Mapping):
        return {key: node_to_plain(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, Sequence):
        return [node_to_plain(item) for item in node.items]
    return None if node is None else node.value


def text_span(scalar: Scalar, start: int, end: int) -> Span:
    """Where the characters `start` to `end` of a scalar's text stand; the whole scalar where that is unclear.

    For an interpolated scalar the characters count in its text after interpolation.
    """
    span = scalar.span
    text = scalar.text
    if scalar.template is not None:
        text = scalar.template
        start, end = _before(scalar.pieces, start, False), _before(scalar.pieces, end, True)
    written = span.text
    if written == text:
        return Span(span.file, span.start + start, span.start + end)
    if written[1:-1] == text and written[:1] in ("'", '"'):
        return Span(span.file, span.start + 1 + start, span.start + 1 + end)
    return span


def part(scalar: Scalar, start: int, end: int) -> Scalar:
    """A part of a text scalar, as a text of its own with its place."""
    text = str(scalar.value)[start:end]
    span = text_span(scalar, start, end)
    if scalar.template is None:
        return Scalar(text, text, span, True)
    first, last = _before(scalar.pieces, start, False), _before(scalar.pieces, end, True)
    pieces = tuple(
        Piece(
            max(p.start - start, 0),
            min(p.end, end) - start,
            max(p.from_start - first, 0),
            min(p.from_end, last) - first,
            p.literal,
        )
        for p in scalar.pieces
        if p.end >= start and p.start <= end
    )
    return Scalar(text, text, span, True, None, scalar.template[first:last], pieces)


def _before(pieces: tuple[Piece, ...], at: int, is_end: bool) -> int:
    for piece in pieces:
        if piece.start <= at < piece.end or (is_end and piece.start < at <= piece.end):
            if piece.literal:
                return piece.from_start + at - piece.start
            return piece.from_end if is_end else piece.from_start
    return pieces[-1].from_end if pieces and at > 0 else 0
