"""The located parts of a Dockerfile: instructions, their words, flags and pairs.

Offsets into `Instruction.text` count characters of the arguments after continuations and comments were taken
out; `Instruction.locate` leads back to the file.
"""

from __future__ import annotations

from functools import cached_property

from dockerlint.formats.dockerwords import Range, json_elements, plain_words, quoted_ranges, quoted_words, unquote
from dockerlint.formats.logicallines import Heredoc, LogicalLine
from dockerlint.formats.problem import Comment, Problem
from dockerlint.source.record import dataclass, field
from dockerlint.source.text import SourceFile, Span

JSON_FORMS = frozenset(("ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"))
_PLAIN = frozenset(("FROM", "EXPOSE", "COPY", "ADD", "VOLUME"))
_WHOLE = frozenset(("WORKDIR", "USER", "STOPSIGNAL", "MAINTAINER"))


@dataclass(frozen=True, slots=True)
class Word:
    """`text` as written without continuations; `value` without quotes and escapes, variables left in place."""

    text: str
    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Flag:
    """``--name=value``; `value` is None without an equals sign, quotes and escapes are removed."""

    name: str
    value: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Pair:
    """``NAME=value`` of ENV, ARG and LABEL; `value` is None for a bare ``ARG NAME``; `span` covers both."""

    name: str
    value: Word | None
    span: Span


@dataclass(frozen=True, eq=False)
class Instruction:
    """One instruction: `keyword` in upper case, `span` from it to the end of its last line, here-documents included.

    `text` is what stands behind the flags, continuations and comments removed: the shell text of RUN and CMD.
    `inner` is the instruction inside an ONBUILD (`onbuild` is true for that one), or the CMD of a HEALTHCHECK.
    Words and pairs are cut when first asked for: most instructions are never asked.
    """

    keyword: str
    flags: tuple[Flag, ...]
    text: str
    heredocs: tuple[Heredoc, ...]
    span: Span
    onbuild: bool = False
    inner: Instruction | None = None
    escape: str = "\\"
    line: LogicalLine = field(default=LogicalLine("", 0, 0), repr=False)
    keyword_at: int = field(default=0, repr=False)
    text_at: int = field(default=0, repr=False)

    @property
    def keyword_span(self) -> Span:
        line, at = self.line, self.keyword_at
        # As it is written: upper case may be longer.
        written = line.text[at : at + len(self.keyword)].split(None, 1)[0]
        return Span(self.span.file, line.place(at), line.place(at + len(written) - 1) + 1)

    @cached_property
    def exec_form(self) -> bool:
        """Is it in JSON form? For HEALTHCHECK and ONBUILD ask `inner`."""
        return self.text[:1] == "[" and self._elements is not None

    @cached_property
    def _elements(self) -> list[Range] | None:
        return json_elements(self.text) if self.keyword in JSON_FORMS else None

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The arguments behind the flags; the elements in JSON form.

        WORKDIR, USER, STOPSIGNAL and MAINTAINER have one, spaces included. RUN, CMD and ENTRYPOINT are cut as a
        shell would, operators stay part of the text: `parse_shell` knows more.
        """
        text, keyword = self.text, self.keyword
        ranges: list[Range]
        elements = self._elements if text[:1] == "[" else None
        if elements is not None:
            ranges = elements
        elif keyword in _WHOLE:
            ranges = [(0, len(text), unquote(text, self.escape))] if text else []
        elif keyword in _PLAIN:
            ranges = plain_words(text, self.escape)
        else:
            ranges = quoted_words(text, self.escape)
        return tuple([Word(text[start:end], value, self.locate(start, end)) for start, end, value in ranges])

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The assignments of ENV, ARG and LABEL, in both forms of ENV; empty for any other instruction."""
        if self.keyword not in ("ENV", "ARG", "LABEL"):
            return ()
        text, escape = self.text, self.escape
        ranges = quoted_ranges(text, escape)
        if ranges and self.keyword != "ARG" and "=" not in text[ranges[0][0] : ranges[0][1]]:
            # ENV NAME the rest of the line
            start, name_end, _ = plain_words(text)[0]
            value_start = len(text) - len(text[name_end:].lstrip())
            rest = text[value_start:]
            value = Word(rest, unquote(rest, escape), self.locate(value_start, len(text))) if rest else None
            return (Pair(text[start:name_end], value, self.locate(start, len(text))),)
        pairs = []
        for start, end in ranges:
            name, equals, rest = text[start:end].partition("=")
            value = None
            if equals:
                value = Word(rest, unquote(rest, escape), self.locate(end - len(rest), end))
            pairs.append(Pair(name, value, self.locate(start, end)))
        return tuple(pairs)

    def flag(self, name: str) -> str | None:
        """The value of the last flag of that name; "" for one without a value, None where it is absent."""
        for flag in reversed(self.flags):
            if flag.name == name:
                return flag.value or ""
        return None

    def flag_values(self, name: str) -> tuple[str, ...]:
        """The values of a flag that may be repeated (``--mount``, ``--exclude``), in order."""
        return tuple([flag.value or "" for flag in self.flags if flag.name == name])

    def locate(self, start: int, end: int) -> Span:
        """The place in the file of the characters `start` to `end` of `text`."""
        line, at = self.line, self.text_at
        first = line.place(at + start)
        return Span(self.span.file, first, line.place(at + end - 1) + 1 if end > start else first)


@dataclass(frozen=True, slots=True)
class ParsedDockerfile:
    """A whole Dockerfile. `directives` has lower-case names: syntax, escape, check."""

    file: SourceFile
    directives: dict[str, str]
    instructions: tuple[Instruction, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...]
    escape: str
