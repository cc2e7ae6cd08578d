"""Words of shell text: quotes, expansions, command substitutions inside them, redirections and here-documents."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from dockerlint.formats.shelltree import Redirect, ShellWord
from dockerlint.source.pattern import pattern

if TYPE_CHECKING:
    from dockerlint.formats.shelltree import Block

# Nesting beyond this is left unread; each level costs a few Python frames.
DEEPEST = 40
# An arithmetic expression is searched for its end; caps keep many unfinished ones linear.
_LONGEST_ARITHMETIC = 4000
_MOST_MISSES = 200

BLANK = pattern(r"(?:[ \t\r\v\f]+|\\\r?\n)+")
_REDIRECT = pattern(r"([0-9]+|\{[A-Za-z_]\w*\})?(<<<|<<-?|<>|<&|>&|>>|>\||&>>|&>|<(?!\()|>(?!\())")
_PLAIN = pattern(r"[^\s'\"\\$`;&|<>()]+")
_IN_QUOTES = pattern(r'[^"\\$`]+')
_IN_BRACES = pattern(r"[^'\"\\$`}]+")
_VARIABLE = pattern(r"\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])")
_TICKED = pattern(r"`[^`\\]*(?:\\.[^`\\]*)*`", re.S)
_ANSI = pattern(r"\$'[^'\\]*(?:\\.[^'\\]*)*'", re.S)


class Reader:
    """A place in a text. `inside` parses the commands of a substitution; the parser sets it.

    Behind the line end at `line_end` stand here-documents, up to `body_end`.
    """

    __slots__ = (
        "at",
        "body_end",
        "complete",
        "depth",
        "end",
        "inside",
        "line_end",
        "misses",
        "parts",
        "static",
        "substitutions",
        "text",
    )

    def __init__(self, text: str, at: int, end: int) -> None:
        self.text = text
        self.at = at
        self.end = end
        self.depth = 0
        self.complete = True
        self.misses = 0
        self.line_end = self.body_end = -1
        self.inside: Callable[[int | None], Block] = _unset
        self.parts: list[str] = []
        self.static = True
        self.substitutions: list[Block] = []

    def word(self) -> ShellWord | None:
        """The word that starts here; None where an operator or the end stands instead."""
        text, start, end = self.text, self.at, self.end
        match = _PLAIN.match(text, start, end)
        if match is not None:
            at = match.end()
            if at >= end or text[at] in " \t\n;&|<>()\r":
                raw = match.group()
                self.at = at
                return ShellWord(raw, raw, True, start, at)
        saved = self.parts, self.static, self.substitutions
        self.parts, self.static, self.substitutions = [], True, []
        parts = self.parts
        while self.at < end:
            at = self.at
            match = _PLAIN.match(text, at, end)
            if match is not None:
                parts.append(match.group())
                self.at = match.end()
                continue
            char = text[at]
            if char == "'":
                self._single()
            elif char == '"':
                self._double()
            elif char == "\\":
                self.at = min(at + 2, end)
                if text[at + 1 : at + 2] != "\n":
                    parts.append(text[at + 1 : self.at] or char)
            elif char == "$":
                self._dollar(False)
            elif char == "`":
                self._ticked()
            elif char in "<>" and text.startswith("(", at + 1):
                self.static = False
                self._substitution(at + 2)
            elif char.isspace() and char not in " \t\r\n":
                parts.append(char)
                self.at = at + 1
            else:
                break
        word = None
        if self.at > start:
            word = ShellWord(
                text[start : self.at], "".join(parts), self.static, start, self.at, tuple(self.substitutions)
            )
        self.parts, self.static, self.substitutions = saved
        return word

    def _single(self) -> None:
        close = self.text.find("'", self.at + 1, self.end)
        if close < 0:
            self.complete = False
            close = self.end
        self.parts.append(self.text[self.at + 1 : close])
        self.at = min(close + 1, self.end)

    def _double(self) -> None:
        text, end, parts = self.text, self.end, self.parts
        self.at += 1
        while self.at < end:
            at = self.at
            match = _IN_QUOTES.match(text, at, end)
            if match is not None:
                parts.append(match.group())
                self.at = match.end()
                continue
            char = text[at]
            if char == '"':
                self.at = at + 1
                return
            if char == "\\":
                following = text[at + 1 : at + 2]
                if following != "\n":
                    parts.append(following if following and following in '"\\$`' else char + following)
                self.at = min(at + 2, end)
            elif char == "$":
                self._dollar(True)
            else:
                self._ticked()
        self.complete = False

    def _dollar(self, quoted: bool) -> None:
        text, at = self.text, self.at
        following = text[at + 1 : at + 2] if at + 1 < self.end else ""
        if following == "(":
            self.static = False
            if text.startswith("(", at + 2) and self.arithmetic(at + 1):
                self.parts.append(text[at : self.at])
                return
            self._substitution(at + 2)
        elif following == "{":
            self.static = False
            self._braced(quoted)
        elif following == "'" and not quoted:
            match = _ANSI.match(text, at, self.end)
            if match is None:
                self.complete = False
                self.at = self.end
                return
            raw = match.group()[2:-1]
            self.parts.append(_ansi(raw) if "\\" in raw else raw)
            self.at = match.end()
        elif following == '"' and not quoted:
            self.at = at + 1
        else:
            match = _VARIABLE.match(text, at, self.end)
            if match is None:
                self.parts.append("$")
                self.at = at + 1
            else:
                self.static = False
                self.parts.append(match.group())
                self.at = match.end()

    def arithmetic(self, at: int) -> bool:
        """Step over ``((…))`` whose first parenthesis is at `at`; False where it is something else."""
        depth = 0
        longest = _LONGEST_ARITHMETIC if self.misses < _MOST_MISSES else 100
        for place in range(at, min(self.end, at + longest)):
            char = self.text[place]
            if char == "(":
                depth += 1
            elif char == ")":
                depth -= 1
                if depth == 0:
                    if self.text[place - 1] != ")":
                        break
                    self.at = place + 1
                    return True
        self.misses += 1
        return False

    def _substitution(self, inside: int) -> None:
        start = self.at
        self.at = inside
        if self.depth >= DEEPEST:
            self.complete = False
        else:
            parts, static, found = self.parts, self.static, self.substitutions
            block = self.inside(None)
            self.parts, self.static, self.substitutions = parts, static, found
            found.append(block)
            if self.at < self.end and self.text[self.at] == ")":
                self.at += 1
            else:
                self.complete = False
        self.parts.append(self.text[start : self.at])

    def _ticked(self) -> None:
        start = self.at
        self.static = False
        match = _TICKED.match(self.text, start, self.end)
        if match is None:
            self.complete = False
            self.at = self.end
        elif self.depth >= DEEPEST:
            self.complete = False
            self.at = match.end()
        else:
            parts, static, found = self.parts, self.static, self.substitutions
            self.at = start + 1
            block = self.inside(match.end() - 1)
            self.parts, self.static, self.substitutions = parts, static, found
            found.append(block)
            self.at = match.end()
        self.parts.append(self.text[start : self.at])

    def _braced(self, quoted: bool) -> None:
        """Step over ``${…}``, with the substitutions in its default."""
        text, start, end = self.text, self.at, self.end
        kept, self.parts = self.parts, []
        levels = 1
        inner = quoted
        self.at += 2
        while self.at < end and levels:
            at = self.at
            match = _IN_BRACES.match(text, at, end)
            if match is not None:
                self.at = match.end()
                continue
            char = text[at]
            if char == "}":
                levels -= 1
                self.at = at + 1
            elif char == "\\":
                self.at = min(at + 2, end)
            elif char == '"':
                # Quotes inside braces are stepped over one by one: both sides may hold substitutions.
                inner = quoted or not inner
                self.at = at + 1
            elif char == "'":
                # Inside double quotes a single one is a plain character, here too.
                close = -1 if inner else text.find("'", at + 1, min(end, at + _LONGEST_ARITHMETIC))
                self.at = close + 1 if close >= 0 else at + 1
            elif char == "`":
                self._ticked()
            elif text.startswith("${", at):
                levels += 1
                self.at = at + 2
            else:
                self._dollar(True)
        if levels:
            self.complete = False
        self.parts = kept
        kept.append(text[start : self.at])

    def blank(self) -> None:
        match = BLANK.match(self.text, self.at, self.end)
        if match is not None:
            self.at = match.end()
        if self.at < self.end and self.text[self.at] == "#":
            stop = self.text.find("\n", self.at, self.end)
            self.at = self.end if stop < 0 else stop

    def line_behind(self) -> None:
        """Step over a line end and the here-documents behind it."""
        self.at = min(self.body_end, self.end) if self.at == self.line_end else self.at + 1

    def _heredoc_body(self, name: str, tabs: bool) -> tuple[int, str | None]:
        """Where the body of a here-document starts, and the body; None where the text has no further line."""
        text, end = self.text, self.end
        if self.line_end < self.at:
            self.line_end = text.find("\n", self.at, end)
            self.body_end = self.line_end + 1
            if self.line_end < 0:
                return 0, None
        start = at = self.body_end
        while at < end:
            stop = text.find("\n", at, end)
            line = text[at : end if stop < 0 else stop].rstrip("\r")
            if (line.lstrip("\t") if tabs else line) == name:
                self.body_end = end if stop < 0 else stop + 1
                return start, text[start:at]
            at = end if stop < 0 else stop + 1
        self.complete = False
        self.body_end = end
        return start, text[start:end]

    def redirects(self) -> tuple[Redirect, ...]:
        found: list[Redirect] = []
        place = self.at
        self.blank()
        while self.redirect(found):
            place = self.at
            self.blank()
        self.at = place
        return tuple(found)

    def redirect(self, found: list[Redirect]) -> bool:
        match = _REDIRECT.match(self.text, self.at, self.end)
        if match is None:
            return False
        start, operator, number = self.at, match.group(2), match.group(1)
        self.at = match.end()
        self.blank()
        target = self.word()
        if target is None:
            self.complete = False
            target = ShellWord("", "", True, self.at, self.at)
        descriptor = int(number) if number and number.isdigit() and len(number) < 6 else None
        redirect = Redirect(operator, target, descriptor, start, self.at)
        if operator in ("<<", "<<-"):
            body_start, body = self._heredoc_body(target.value, operator == "<<-")
            if body is not None:
                redirect = Redirect(operator, target, descriptor, start, self.at, body, body_start)
        found.append(redirect)
        return True

    def take(self, word: str) -> bool:
        if self.text.startswith(word, self.at) and self.at + len(word) <= self.end:
            self.at += len(word)
            return True
        self.complete = False
        return False


def _unset(end: int | None) -> Block:
    raise NotImplementedError


def _ansi(text: str) -> str:
    escapes = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
    return re.sub(r"\\(.)", lambda match: escapes.get(match.group(1), match.group(1)), text, flags=re.S)
