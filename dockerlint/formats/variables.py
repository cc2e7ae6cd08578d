"""``$X``, ``${X:-d}``, ``${X#p}``, ``${X/a/b}`` … with the quotes and escapes around them.

As the builder does it (frontend/dockerfile/shell), which for these forms is what a POSIX shell does too.
"""

from __future__ import annotations

from collections.abc import Callable

# Substitutions nest in their defaults; nobody writes this many.
_DEEPEST = 20
# Characters that variables may bring into one text: a few that double each other would fill the memory.
_LONGEST = 200_000


class CannotExpand(Exception):
    """A variable is unknown, or the builder would refuse the substitution (`refused`)."""

    def __init__(self, reason: str, refused: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.refused = refused


def substitute(text: str, lookup: Callable[[str], str | None], escape: str = "\\") -> str:
    """The text with variables, quotes and escapes resolved.

    `lookup` gives None for a variable that is not set and raises CannotExpand for one that nobody knows.
    """
    if "$" not in text and escape not in text and "'" not in text and '"' not in text:
        return text
    return _Expansion(text, lookup, escape).run()


class _Expansion:
    __slots__ = ("at", "brought", "depth", "escape", "lookup", "text")

    def __init__(self, text: str, lookup: Callable[[str], str | None], escape: str) -> None:
        self.text = text
        self.lookup = lookup
        self.escape = escape
        self.at = 0
        self.depth = 0
        self.brought = 0

    def run(self, stop: str = "") -> str:
        """Read up to one of the characters in `stop` (left unread) or the end."""
        text, kept, quote = self.text, [], ""
        end = len(text)
        while self.at < end:
            char = text[self.at]
            if not quote and char in stop:
                break
            self.at += 1
            if char == quote:
                quote = ""
            elif not quote and char in "'\"":
                quote = char
            elif char == self.escape and quote != "'":
                if self.at >= end:
                    break
                following = text[self.at]
                self.at += 1
                if quote and following not in ('"', "$", self.escape):
                    kept.append(char)
                kept.append(following)
            elif char == "$" and quote != "'":
                kept.append(self._dollar())
            else:
                kept.append(char)
        return "".join(kept)

    def _name(self) -> str:
        text, start = self.text, self.at
        if start < len(text) and (text[start] == "_" or (text[start].isascii() and text[start].isalpha())):
            at = start + 1
            while at < len(text) and (text[at] == "_" or (text[at].isascii() and text[at].isalnum())):
                at += 1
            self.at = at
        elif start < len(text) and (text[start].isdigit() or text[start] in "@*#!?-$"):
            self.at = start + 1
            if text[start].isdigit():
                while self.at < len(text) and text[self.at].isdigit():
                    self.at += 1
        return text[start : self.at]

    def _dollar(self) -> str:
        text = self.text
        if not text.startswith("{", self.at):
            if text.startswith("(", self.at):
                raise CannotExpand("a command's output")
            name = self._name()
            return self._found(name) or "" if name else "$"
        self.at += 1
        name = self._name()
        if not name:
            raise CannotExpand("Nothing stands between the braces of ${}", True)
        if text.startswith("}", self.at):
            self.at += 1
            return self._found(name) or ""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise CannotExpand("substitutions nest too deeply")
        result = self._modified(name)
        self.depth -= 1
        if not text.startswith("}", self.at):
            raise CannotExpand(f"Nothing closes the brace of ${{{name}", True)
        self.at += 1
        return result

    def _found(self, name: str) -> str | None:
        value = self.lookup(name)
        self.brought += len(value or "")
        if self.brought > _LONGEST:
            raise CannotExpand("the text grows too long")
        return value

    def _modified(self, name: str) -> str:
        text = self.text
        sign = text[self.at : self.at + 1]
        self.at += 1
        if sign in ":-+?" and sign:
            colon = sign == ":"
            if colon:
                sign = text[self.at : self.at + 1]
                self.at += 1
            if not sign or sign not in "-+?":
                raise CannotExpand(f"${{{name}:{sign} is no substitution that the builder knows", True)
            start = self.at
            value = self._found(name)
            unset = not value if colon else value is None
            if unset == (sign == "+"):
                # The other branch: only its end matters, and what is unknown in it does not.
                self._skip(start)
                return "" if sign == "+" else value or ""
            word = self.run("}")
            if sign == "?":
                raise CannotExpand(f"{name} must be set: {word}", True)
            return word
        if sign in ("#", "%", "/"):
            double = text.startswith(sign, self.at)
            self.at += double
            pattern = self.run("/}" if sign == "/" else "}")
            replacement = ""
            if sign == "/" and text.startswith("/", self.at):
                self.at += 1
                replacement = self.run("}")
            value = self._found(name) or ""
            return _replace(value, pattern, replacement, double) if sign == "/" else _trim(value, pattern, sign, double)
        raise CannotExpand(f"${{{name}{sign} is no substitution that the builder knows", True)

    def _skip(self, start: int) -> None:
        self.at = start
        inner = _Expansion(self.text, lambda name: "", self.escape)
        inner.at, inner.depth = start, self.depth
        inner.run("}")
        self.at = inner.at


def _trim(value: str, pattern: str, sign: str, greedy: bool) -> str:
    if len(value) > 4096 or pattern.count("*") > 8:
        raise CannotExpand("the pattern is too costly")
    if not any(char in pattern for char in "*?[\\"):
        if sign == "#":
            return value.removeprefix(pattern)
        return value.removesuffix(pattern)
    from fnmatch import fnmatchcase

    lengths = range(len(value) + 1)
    for length in reversed(lengths) if greedy else lengths:
        part = value[:length] if sign == "#" else value[len(value) - length :]
        if fnmatchcase(part, pattern):
            return value[length:] if sign == "#" else value[: len(value) - length]
    return value


def _replace(value: str, pattern: str, replacement: str, every: bool) -> str:
    if any(char in pattern for char in "*?[\\"):
        raise CannotExpand("a pattern in a replacement")
    if not pattern:
        return value
    return value.replace(pattern, replacement) if every else value.replace(pattern, replacement, 1)
