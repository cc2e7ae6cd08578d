"""The located parts of a Dockerfile: instructions, their words, flags, pairs and heredocs.

Offsets into `Instruction.text` count characters of the arguments after continuations and comments were taken
out; `Instruction.locate` leads back to the file.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from dockerlint.formats.problem import Comment, Problem
from dockerlint.source.text import SourceFile, Span


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


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A here-document: `body` and `span` without the closing line; tabs are already stripped from `body` for ``<<-``."""

    name: str
    body: str
    span: Span
    expand: bool
    strip_tabs: bool


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction. `words` are the arguments behind the flags, or the elements of the JSON form.

    `text` is what stands behind the flags, continuations and comments removed: the shell text of RUN and CMD.
    `onbuild` marks the inner instruction of an ONBUILD; the outer one holds it in `trigger`.
    """

    keyword: str
    keyword_span: Span
    flags: tuple[Flag, ...]
    words: tuple[Word, ...]
    exec_form: bool
    text: str
    heredocs: tuple[Heredoc, ...]
    span: Span
    onbuild: bool = False
    pairs: tuple[Pair, ...] = ()
    trigger: Instruction | None = None
    pieces: tuple[tuple[int, int], ...] = field(default=(), repr=False)

    def flag(self, name: str) -> str | None:
        """The value of the last flag of that name; "" for one without a value, None where it is absent."""
        for flag in reversed(self.flags):
            if flag.name == name:
                return flag.value or ""
        return None

    def flag_values(self, name: str) -> tuple[str, ...]:
        """The values of a flag that may be repeated (``--mount``, ``--exclude``), in order."""
        return tuple(flag.value or "" for flag in self.flags if flag.name == name)

    def locate(self, start: int, end: int) -> Span:
        """The place in the file of the characters `start` to `end` of `text`."""
        first = self._offset(start)
        return Span(self.span.file, first, max(first, self._offset(end - 1) + 1 if end > start else first))

    def _offset(self, at: int) -> int:
        # Only called for a diagnostic, so a search beats a table of every character.
        index = bisect_right(self.pieces, (at, 1 << 62)) - 1
        if index < 0:
            return self.span.start
        text_at, file_at = self.pieces[index]
        return min(file_at + at - text_at, self.span.end)


@dataclass(frozen=True, slots=True)
class ParsedDockerfile:
    """A whole Dockerfile. `directives` has lower-case names (syntax, escape, check); `escape` is ``\\`` or a backtick."""

    file: SourceFile
    directives: dict[str, str]
    instructions: tuple[Instruction, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...]
    escape: str
