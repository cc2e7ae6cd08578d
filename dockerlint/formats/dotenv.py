"""Env files as Compose v2 reads them: ``.env``, ``env_file:`` and ``--env-file``.

Names may end in ``=`` or ``:``; a name alone takes its value from outside; single quotes keep the text, double quotes
know escapes and variables, both may run over lines; `` #`` ends an unquoted value.
Source: https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
"""

from __future__ import annotations

from dockerlint.formats.interpolation import Lookup, interpolate
from dockerlint.formats.problem import Comment, Problem
from dockerlint.source.record import dataclass
from dockerlint.source.text import SourceFile, Span

_BLANK = frozenset("\t\v\f\r \x85\xa0")  # everything that is space in a line
_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "$": "$$",
    '"': '"',
    "\\": "\\",
}


@dataclass(frozen=True, slots=True)
class EnvEntry:
    """One setting. `value` is unquoted and unescaped, its variables not filled in; None: only the name is given."""

    name: str
    value: str | None
    span: Span  # from the name to the end of the value, with its quotes
    name_span: Span
    value_span: Span  # inside of the quotes; empty where there is no value
    quote: str  # "", "'" or '"'
    has_variables: bool


@dataclass(frozen=True, slots=True)
class ParsedEnv:
    file: SourceFile
    entries: tuple[EnvEntry, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...]  # Compose reads nothing behind the first one


def parse_dotenv(file: SourceFile) -> ParsedEnv:
    """Read an env file; entries before a fault are kept. Remembered with the file: projects share their files."""
    memo: dict[str, ParsedEnv] = file.__dict__
    if "parsed_env" not in memo:
        reader = _Reader(file)
        reader.read()
        parsed = ParsedEnv(file, tuple(reader.entries), tuple(reader.comments), tuple(reader.problems))
        memo["parsed_env"] = parsed
    return memo["parsed_env"]


def parse_raw_env(file: SourceFile) -> ParsedEnv:
    """``format: raw``: every line is ``NAME=value``, taken as it stands."""
    entries: list[EnvEntry] = []
    comments: list[Comment] = []
    problems: list[Problem] = []
    at = 0
    for line in file.text.splitlines(keepends=True):
        body = line.rstrip("\r\n")
        stripped = body.lstrip()
        start = at + len(body) - len(stripped)
        end = start + len(stripped)
        at += len(line)
        if not stripped:
            continue
        if stripped[0] == "#":
            comments.append(Comment(stripped[1:].rstrip(), Span(file, start, start + len(stripped.rstrip()))))
            continue
        name, equals, value = stripped.partition("=")
        if not name or " " in name or "\t" in name:
            problems.append(Problem(Span(file, start, end), f'"{name}" is no name of a variable'))
            break
        value_span = Span(file, start + len(name) + len(equals), end)
        name_span = Span(file, start, start + len(name))
        entries.append(
            EnvEntry(name, value if equals else None, Span(file, start, end), name_span, value_span, "", False)
        )
    return ParsedEnv(file, tuple(entries), tuple(comments), tuple(problems))


def fill_dotenv(
    parsed: ParsedEnv, lookup: Lookup, values: dict[str, str | None], unset: str = ""
) -> tuple[Problem, ...]:
    """Put the file's values into `values`, variables filled in: from `lookup` first, then from what `values` has.

    A name alone takes `lookup`'s value; without one it is left out. The result: what Compose refuses.
    """
    problems: list[Problem] = []

    def known(name: str) -> str | None:
        found = lookup(name)
        return values.get(name) if found is None else found

    for entry in parsed.entries:
        if entry.value is None:
            passed = lookup(entry.name)
            if passed is not None:
                values[entry.name] = passed
        elif entry.has_variables:
            filled = interpolate(entry.value, known, unset)
            values[entry.name] = filled.text
            problems.extend(Problem(entry.value_span, fault.message) for fault in filled.faults)
        else:
            values[entry.name] = entry.value
    return tuple(problems)


class _Reader:
    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.text = file.text
        self.at = 0
        self.entries: list[EnvEntry] = []
        self.comments: list[Comment] = []
        self.problems: list[Problem] = []

    def read(self) -> None:
        while self.to_statement():
            if not self.statement():
                return

    def report(self, start: int, end: int, message: str) -> bool:
        self.problems.append(Problem(Span(self.file, start, end), message))
        return False

    def comment(self, start: int, end: int) -> None:
        line = self.text[start:end].rstrip()
        self.comments.append(Comment(line[1:], Span(self.file, start, start + len(line))))

    def line_end(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def to_statement(self) -> bool:
        """Go to the next thing that is neither space nor comment."""
        text = self.text
        while self.at < len(text):
            if text[self.at].isspace():
                self.at += 1
            elif text[self.at] == "#":
                end = self.line_end(self.at)
                self.comment(self.at, end)
                self.at = end
            else:
                return True
        return False

    def statement(self) -> bool:
        text, start = self.text, self.at
        if text.startswith("export", start) and text[start + 6 : start + 7].isspace():
            start += 6
            while start < len(text) and text[start] in _BLANK:
                start += 1
        end = start
        while end < len(text):
            char = text[end]
            if char in "=:\n":
                break
            if char not in _BLANK and char not in "_.-[]" and not char.isalpha() and not char.isnumeric():
                name = text[start : self.line_end(start)].rstrip()
                return self.report(start, start + len(name), f'"{char}" cannot stand in the name of a variable')
            end += 1
        if end == len(text):
            return self.last_word(start)
        name = text[start:end].rstrip()
        if " " in name:
            return self.report(start, start + len(name), f'"{name}" is no name of a variable: it has a space')
        name_span = Span(self.file, start, start + len(name))
        if text[end] == "\n":
            empty = Span(self.file, name_span.end, name_span.end)
            self.entries.append(EnvEntry(name, None, name_span, name_span, empty, "", False))
            self.at = end + 1
            return True
        at = end + 1
        while at < len(text) and text[at] in _BLANK:
            at += 1
        if text[at : at + 1] in ('"', "'"):
            return self.quoted(name, name_span, at)
        return self.unquoted(name, name_span, at)

    def last_word(self, start: int) -> bool:
        """A name at the end of a file that lacks its line end: Compose gives its text to a variable without a name."""
        end = start + len(self.text[start:].rstrip())
        span = Span(self.file, start, end)
        empty = Span(self.file, end, end)
        self.entries.append(EnvEntry(span.text, None, span, span, empty, "", False))
        self.at = len(self.text)
        return True

    def unquoted(self, name: str, name_span: Span, at: int) -> bool:
        end = self.line_end(at)
        value = self.text[at:end]
        mark = value.find(" #")
        if mark >= 0:
            self.comment(at + mark + 1, end)
            value = value[:mark]
        value = value.rstrip()
        value_span = Span(self.file, at, at + len(value))
        span = Span(self.file, name_span.start, max(name_span.end + 1, value_span.end))
        self.entries.append(EnvEntry(name, value, span, name_span, value_span, "", "$" in value))
        self.at = end + 1
        return True

    def quoted(self, name: str, name_span: Span, at: int) -> bool:
        text, quote = self.text, self.text[at]
        end = at + 1
        while end < len(text) and text[end] != quote:
            end += 2 if text[end] == "\\" else 1
        if end >= len(text):
            return self.report(at, self.line_end(at), f"the quote {quote} is not closed")
        raw = text[at + 1 : end]
        value = _unescape(raw) if quote == '"' else raw.replace("\\'", "'")
        span = Span(self.file, name_span.start, end + 1)
        has_variables = quote == '"' and "$" in value
        self.entries.append(EnvEntry(name, value, span, name_span, Span(self.file, at + 1, end), quote, has_variables))
        self.at = end + 1
        return True


def _unescape(raw: str) -> str:
    """Escapes of a double-quoted value; an escaped dollar becomes ``$$``, which interpolation makes one of."""
    if "\\" not in raw:
        return raw
    out = []
    at = 0
    while at < len(raw):
        char = raw[at]
        follower = raw[at + 1 : at + 2]
        if char != "\\" or not follower:
            out.append(char)
            at += 1
        elif follower in _ESCAPES:
            out.append(_ESCAPES[follower])
            at += 2
        elif follower == "0" and len(raw) >= at + 5 and all(d in "01234567" for d in raw[at + 2 : at + 5]):
            out.append(chr(int(raw[at + 2 : at + 5], 8) & 0xFF))
            at += 5
        else:
            out.append(char + follower)
            at += 2
    return "".join(out)
