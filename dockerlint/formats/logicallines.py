"""A Dockerfile's text → one logical line an instruction, with the way back to the file.

This is the preparation in front of dockerfile-parse: it takes out continuations, comments and blank lines as the
parser of BuildKit does (frontend/dockerfile/parser), reads the directives, and puts here-documents aside.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate

from dockerlint.formats.dockerwords import heredoc_words, json_elements
from dockerlint.formats.problem import Comment, Problem
from dockerlint.source.text import SourceFile, Span

DIRECTIVES = frozenset(("syntax", "escape", "check"))
# bufio.Scanner, with which the builder reads lines, gives up at this many bytes.
LONGEST_LINE = 65535


class Heredoc:
    """A here-document: `span` is its body in the file, without the closing line.

    `body` is the text that the builder sees: without leading tabs for ``<<-``. `expand` is False for a quoted name.
    """

    __slots__ = ("body", "expand", "name", "span", "strip_tabs")

    def __init__(self, name: str, body: str, span: Span, expand: bool, strip_tabs: bool) -> None:
        self.name = name
        self.body = body
        self.span = span
        self.expand = expand
        self.strip_tabs = strip_tabs

    def __repr__(self) -> str:
        return f"Heredoc({self.name!r}, {self.body!r})"

    def place(self, at: int) -> int:
        """The offset in the file of the character `at` of the body."""
        if not self.strip_tabs:
            return min(self.span.start + at, self.span.end)
        place = self.span.start
        for line in _lines(self.span.text):
            kept = line.lstrip("\t")
            if at < len(kept):
                return place + len(line) - len(kept) + at
            at -= len(kept)
            place += len(line)
        return self.span.end


def _lines(text: str) -> list[str]:
    """With their ends. The builder ends a line at a line feed only."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines


class LogicalLine:
    """One instruction's text without continuations: its `parts` stand at the `places` in the file.

    A text in one piece stands at `start` and has no parts.
    """

    __slots__ = ("end", "heredocs", "parts", "places", "start", "starts", "text")

    def __init__(
        self, text: str, start: int, end: int, parts: tuple[str, ...] = (), places: tuple[int, ...] = ()
    ) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.parts = parts
        self.places = places
        self.starts: list[int] | None = None
        self.heredocs: tuple[Heredoc, ...] = ()

    def place(self, at: int) -> int:
        """The offset in the file of the character `at` of the text."""
        places = self.places
        if not places:
            return self.start + at
        starts = self.starts
        if starts is None:
            starts = self.starts = list(accumulate(map(len, self.parts), initial=0))[:-1]
        index = bisect_right(starts, at) - 1
        return places[index] + at - starts[index]


class Preparation:
    """What `prepare` found in a file."""

    __slots__ = ("comments", "directives", "escape", "lines", "problems")

    def __init__(self) -> None:
        self.lines: list[LogicalLine] = []
        self.comments: list[Comment] = []
        self.problems: list[Problem] = []
        self.directives: dict[str, str] = {}
        self.escape = "\\"


def prepare(file: SourceFile) -> Preparation:
    """Split a file into logical lines, comments and directives; linear in its length."""
    result = Preparation()
    text = file.text
    rows = text.split("\n")
    if len(text) > LONGEST_LINE:
        _report_long_lines(file, rows, result.problems)
    row, offset = _read_directives(file, rows, result)
    escape = result.escape
    comments, lines = result.comments, result.lines
    bodies = _Bodies(file, rows)
    count = len(rows)
    parts: list[str] = []
    places: list[int] = []
    end = 0
    while row < count:
        raw = rows[row]
        row += 1
        at = offset
        offset += len(raw) + 1
        written = raw.strip()
        if not written:
            continue
        if written[0] == "#":
            start = at + raw.index("#")
            comments.append(Comment(written[1:].strip(), Span(file, start, start + len(written))))
            continue
        more = False
        if escape == written[-1]:
            # Only these may stand behind the escape character; two of them are none.
            kept = raw if raw[-1] == escape else raw.rstrip(" \t\r")
            if kept[-1] == escape and kept[-2:-1] != escape:
                more = True
                raw = kept[:-1]
        if more or parts:
            if not parts:
                lead = len(raw) - len(raw.lstrip())
                raw = raw[lead:]
                at += lead
            elif not more:
                raw = raw.rstrip()
            parts.append(raw)
            places.append(at)
            if more:
                end = offset - 1
                continue
            line = LogicalLine("".join(parts), places[0], at + len(raw), tuple(parts), tuple(places))
            parts, places = [], []
            if not line.text or line.text.isspace():
                continue
        else:
            start = at + len(raw) - len(raw.lstrip())
            line = LogicalLine(written, start, start + len(written))
        lines.append(line)
        if "<<" in line.text:
            row, offset = bodies.take(line, row, offset, result)
    if parts:
        # The file ends in a continuation.
        joined = "".join(parts).rstrip()
        if joined:
            stop = places[0] + len(text[places[0] : end].rstrip())
            lines.append(LogicalLine(joined, places[0], stop, tuple(parts), tuple(places)))
    return result


def _report_long_lines(file: SourceFile, rows: list[str], problems: list[Problem]) -> None:
    at = 0
    for raw in rows:
        # Characters first: a line with fewer than a quarter of the bytes cannot be too long.
        if len(raw) * 4 > LONGEST_LINE and len(raw.encode("utf-8", "replace")) > LONGEST_LINE:
            problems.append(Problem(Span(file, at, at + 1), "A line may not be longer than 65,535 bytes"))
        at += len(raw) + 1


def _read_directives(file: SourceFile, rows: list[str], result: Preparation) -> tuple[int, int]:
    """Read ``# name=value`` lines at the top; gives the first row behind them and its offset."""
    offset = 0
    for row, raw in enumerate(rows):
        written = raw.strip()
        name, equals, value = written[1:].partition("=")
        name, value = name.strip().lower(), value.strip()
        if written[:1] != "#" or not equals or not value or name not in DIRECTIVES:
            return row, offset
        start = offset + raw.index("#")
        span = Span(file, start, start + len(written))
        if name in result.directives:
            result.problems.append(Problem(span, f"The directive {name} may be given only once"))
        elif name == "escape" and value not in ("\\", "`"):
            result.problems.append(Problem(span, f"The escape character can only be \\ or `, not {value}"))
        else:
            result.directives[name] = value
            if name == "escape":
                result.escape = value
        offset += len(raw) + 1
    return len(rows), offset


class _Bodies:
    """Finds the bodies of here-documents. The line indexes are built on first use and keep the search linear."""

    def __init__(self, file: SourceFile, rows: list[str]) -> None:
        self.file = file
        self.rows = rows
        self.indexes: dict[str, dict[str, list[int]]] = {}

    def take(self, line: LogicalLine, row: int, offset: int, result: Preparation) -> tuple[int, int]:
        """Give the line its here-documents, whose bodies start at `row`; returns the first row behind them."""
        keyword, _, rest = line.text.replace("\t", " ").partition(" ")
        keyword = keyword.upper()
        if keyword == "ONBUILD":
            keyword, _, rest = rest.lstrip().partition(" ")
            keyword = keyword.upper()
        if keyword not in ("RUN", "COPY", "ADD"):
            return row, offset
        rest = rest.strip()
        if rest[:1] == "[" and json_elements(rest) is not None:
            return row, offset
        found: list[Heredoc] = []
        for word_start, word_end, name, expand, tabs in heredoc_words(line.text):
            last, behind = self._closing(name, tabs, row)
            if last is None:
                place = line.place(word_start)
                span = Span(self.file, place, line.place(word_end - 1) + 1)
                message = f"Nothing ends this here-document: no line that is only {name} follows"
                result.problems.append(Problem(span, message))
            stop = self.file.line_starts[behind] if behind < len(self.rows) else len(self.file.text)
            body = self.file.text[offset:stop]
            if tabs and "\t" in body:
                body = "".join(part.lstrip("\t") for part in _lines(body))
            found.append(Heredoc(name, body, Span(self.file, min(offset, stop), stop), expand, tabs))
            if behind >= len(self.rows):
                row, offset = len(self.rows), len(self.file.text)
                line.end = len(self.file.text.rstrip())
            else:
                line.end = stop + len(self.rows[behind].rstrip())
                row, offset = behind + 1, stop + len(self.rows[behind]) + 1
        line.heredocs = tuple(found)
        return row, offset

    def _closing(self, name: str, tabs: bool, row: int) -> tuple[int | None, int]:
        """The row that closes a body; None and the best guess where the builder finds none."""
        at = self._find("tabs" if tabs else "exact", name, row)
        if at is not None:
            return at, at
        # A name with spaces around it is what people get wrong; reading on behind it spares them a flood.
        guess = self._find("loose", name, row)
        return None, len(self.rows) if guess is None else guess

    def _find(self, how: str, name: str, row: int) -> int | None:
        index = self.indexes.get(how)
        if index is None:
            index = self.indexes[how] = {}
            for number, raw in enumerate(self.rows):
                raw = raw.strip() if how == "loose" else raw.rstrip("\r")
                index.setdefault(raw.lstrip("\t") if how == "tabs" else raw, []).append(number)
        numbers = index.get(name, ())
        at = bisect_left(numbers, row)
        return numbers[at] if at < len(numbers) else None
