"""Strings and comments of source code in one linear pass: what every language reader stands on.

The result is the list of literals and a skeleton: the text, character for character at the same offsets, with comments
turned to spaces and every literal to ``"`` + HIDDEN… + CLOSE, so that what is searched in it is code. The code inside a
template (``${…}``, ``#{…}``, an f-string's ``{…}``) stays, in round brackets.
"""

from __future__ import annotations

import re

from dockerlint.source.pattern import pattern
from dockerlint.source.record import dataclass, field

HIDDEN = "\x01"
CLOSE = "\x02"
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Literal:
    """One literal by offsets: `start` and `end` with its quotes, `inner` and `inner_end` without.

    `holes` are the expressions of a template, each from its opening mark to behind its closing one.
    """

    start: int
    end: int
    inner: int
    inner_end: int
    kind: str = "string"
    raw: bool = False
    holes: tuple[tuple[int, int, int, int], ...] = ()
    attribute: str | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """How one kind of string is written: what ends it, and what in it is not text.

    `run` matches the text up to the next thing that could end it or open an expression.
    """

    close: str
    run: re.Pattern[str]
    raw: bool = False
    hole: str = ""
    doubled: bool = False
    lines: bool = False


def style(close: str, *, raw: bool = False, lines: bool = False, hole: str = "", doubled: bool = False) -> Style:
    """A string style; `lines`: it may go over lines; `hole`: what opens an expression; `doubled`: ``""`` is a quote."""
    stop = re.escape(close[0]) + ("" if raw else r"\\") + ("" if lines else r"\n") + re.escape(hole[:1])
    text = f"[^{stop}]*" if raw else rf"[^{stop}]*(?:\\.[^{stop}]*)*"
    return Style(close, pattern(text, re.DOTALL), raw, hole, doubled, lines)


@dataclass(frozen=True, slots=True)
class Grammar:
    """The strings and comments of a language.

    `mark` finds the next place of interest in code: a comment's start, a string's opening, or a brace; `nested` is the
    same with braces, for code inside a template. `comments` map an opening to its end,
    `strings` one to its style.
    """

    mark: re.Pattern[str]
    nested: re.Pattern[str]
    comments: dict[str, str]
    strings: dict[str, Style]


def grammar(comments: dict[str, str], strings: dict[str, Style], extra: str = "") -> Grammar:
    openings = sorted((*comments, *strings), key=len, reverse=True)
    text = "|".join([*(re.escape(opening) for opening in openings), *([extra] if extra else [])])
    return Grammar(pattern(text), pattern(text + "|[{}]|\n"), comments, strings)


@dataclass(slots=True)
class Lexed:
    """The literals in order of their start, and the skeleton."""

    text: str
    skeleton: str
    literals: list[Literal] = field(default_factory=list)


class Lexer:
    """One pass over a text. A language with more than strings and comments has a subclass's `special`."""

    __slots__ = ("at", "depth", "grammar", "last", "literals", "parts", "text")

    def __init__(self, text: str, rules: Grammar) -> None:
        self.text = text
        self.grammar = rules
        self.parts: list[str] = []
        self.last = 0
        self.at = 0
        self.depth = 0
        self.literals: list[Literal | None] = []

    def put(self, start: int, end: int, filling: str) -> None:
        """Write `filling` (of the same length) in the skeleton's place `start` to `end`."""
        self.parts.append(self.text[self.last : start])
        self.parts.append(filling)
        self.last = end

    def blank(self, start: int, end: int) -> None:
        """Blank a place but keep its line ends."""
        piece = self.text[start:end]
        if "\n" not in piece:
            self.put(start, end, " " * (end - start))
        else:
            self.put(start, end, "\n".join(" " * len(line) for line in piece.split("\n")))

    def hide(self, start: int, end: int) -> None:
        self.put(start, end, HIDDEN * (end - start))

    def finish(self) -> Lexed:
        self.parts.append(self.text[self.last :])
        return Lexed(self.text, "".join(self.parts), [literal for literal in self.literals if literal])

    def code(self, pos: int, *, nested: bool = False, lines: bool = True) -> int:
        """Read code from `pos`; nested code ends at its ``}`` (whose offset is returned), else at the end of the text.

        Without `lines`, nested code ends at a line's end too.
        """
        search = (self.grammar.nested if nested else self.grammar.mark).search
        comments = self.grammar.comments
        strings = self.grammar.strings
        depth = 0
        text = self.text
        while True:
            found = search(text, pos)
            if not found:
                return len(text)
            mark = found.group()
            start = found.start()
            if mark in comments:
                pos = self.comment(start, found.end(), comments[mark])
            elif mark in strings:
                pos = self.string(start, found.end(), strings[mark])
            elif mark == "\n":
                if not lines:
                    return start
                pos = start + 1
            elif nested and mark == "{":
                depth += 1
                pos = start + 1
            elif nested and mark == "}":
                if not depth:
                    return start
                depth -= 1
                pos = start + 1
            else:
                pos = self.special(mark, start, found.end())

    def special(self, mark: str, start: int, end: int) -> int:
        """Read what `extra` of the grammar found; the answer is where to go on."""
        return end

    def comment(self, start: int, end: int, close: str) -> int:
        stop = self.text.find(close, end)
        if stop < 0:
            stop = len(self.text)
        elif close != "\n":
            stop += len(close)
        self.blank(start, stop)
        return stop

    def string(self, start: int, inner: int, how: Style) -> int:
        """Read a string whose content begins at `inner`; one that is never closed is no literal."""
        text = self.text
        close = how.close
        run = how.run
        place = len(self.literals)
        self.literals.append(None)
        self.put(start, inner, " " * (inner - start - 1) + '"')
        holes: list[tuple[int, int, int, int]] = []
        shown = pos = inner
        while True:
            found = run.match(text, pos)
            pos = found.end() if found else len(text)
            if text.startswith(close, pos):
                if how.doubled and text.startswith(close, pos + len(close)):
                    pos += 2 * len(close)
                    continue
                self.hide(shown, pos)
                end = pos + len(close)
                self.put(pos, end, CLOSE + " " * (len(close) - 1))
                self.literals[place] = Literal(start, end, inner, pos, "string", how.raw, tuple(holes))
                return end
            if how.hole and text.startswith(how.hole, pos):
                opening = how.hole
                if opening == "{" and text.startswith("{{", pos):
                    pos += 2
                    continue
                if self.depth < _DEEPEST:
                    body = pos + len(opening)
                    self.hide(shown, body - 1)
                    self.put(body - 1, body, "(")
                    self.depth += 1
                    stop = self.code(body, nested=True, lines=how.lines)
                    self.depth -= 1
                    if not text.startswith("}", stop):
                        return max(stop, pos + 1)
                    self.put(stop, stop + 1, ")")
                    holes.append((pos, body, stop, stop + 1))
                    shown = pos = stop + 1
                    continue
            if pos >= len(text) or (text[pos] == "\n" and not how.lines):
                self.hide(shown, pos)
                return max(pos, inner)
            pos += 1


_ESCAPE = pattern(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\n": ""}


def _unescape(found: re.Match[str]) -> str:
    code = found.group(1) or found.group(2)
    if code:
        return chr(int(code, 16))
    return _LETTERS.get(found.group(3), found.group(3))


def value_of(text: str, literal: Literal) -> str:
    """A literal's value: escapes resolved, expressions as ``${…}`` whatever the language writes."""
    if not literal.holes:
        raw = text[literal.inner : literal.inner_end]
        return raw if literal.raw or "\\" not in raw else _ESCAPE.sub(_unescape, raw)
    pieces: list[str] = []
    at = literal.inner
    for start, body, stop, end in literal.holes:
        piece = text[at:start]
        pieces.append(piece if literal.raw or "\\" not in piece else _ESCAPE.sub(_unescape, piece))
        pieces.append("${" + text[body:stop].strip() + "}")
        at = end
    piece = text[at : literal.inner_end]
    pieces.append(piece if literal.raw or "\\" not in piece else _ESCAPE.sub(_unescape, piece))
    return "".join(pieces)
