"""One decoded file and places in it.

Offsets count characters from 0 and ranges are half open; lines and columns count characters from 1.
Nothing else in dockerlint converts between the two.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from dockerlint.source.record import dataclass


class SourceFile:
    """A file of the project: its path in the tree (POSIX, relative) and its text, decoded once.

    A byte order mark is not part of `text`; line ends are kept as they are in the file.
    """

    __slots__ = ("__dict__", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    def __repr__(self) -> str:
        return f"SourceFile({self.path!r}, {len(self.text)} characters)"

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offset of the first character of every line; a line ends after ``\\n``."""
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return tuple(starts)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of the character at `offset`."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def offset(self, line: int, column: int = 1) -> int:
        """The offset of a line and column, both from 1."""
        return self.line_starts[line - 1] + column - 1

    def line_text(self, line: int) -> str:
        """The text of a line (from 1) without its line end."""
        start = self.line_starts[line - 1]
        end = self.line_starts[line] if line < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def span(self, start: int, end: int) -> Span:
        return Span(self, start, end)

    def line_span(self, line: int) -> Span:
        """The written part of a line: without indentation and line end; nothing, at its start, of a blank one."""
        start = self.line_starts[line - 1]
        text = self.line_text(line).rstrip()
        return Span(self, start + len(text) - len(text.lstrip()), start + len(text))


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `start` to `end` (half open) of a file."""

    file: SourceFile
    start: int
    end: int

    @property
    def path(self) -> str:
        return self.file.path

    @property
    def text(self) -> str:
        return self.file.text[self.start : self.end]

    @property
    def line(self) -> int:
        return self.file.position(self.start)[0]

    @property
    def column(self) -> int:
        return self.file.position(self.start)[1]

    @property
    def end_line(self) -> int:
        return self.file.position(self.end)[0]

    @property
    def end_column(self) -> int:
        """The column behind the last character."""
        return self.file.position(self.end)[1]

    def sub(self, start: int, end: int) -> Span:
        """A part of this span, by offsets that count from its start."""
        return Span(self.file, self.start + start, self.start + end)


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` in the place of a span; an empty span inserts."""

    span: Span
    text: str
