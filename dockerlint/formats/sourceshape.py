"""Where a literal stands in code: what it is given to, and which call takes it.

Works on the skeleton of `sourcelex`: one pass notes the brackets and the items between commas; names and callees are
read backwards from a literal, each within a bounded distance, and only for the literals that somebody asks about.
"""

from __future__ import annotations

from typing import NamedTuple

from dockerlint.formats.sourcebrackets import FAR, Brackets, Frame, Item
from dockerlint.formats.sourcelex import CLOSE, Lexed
from dockerlint.source.pattern import pattern

_DEEP = 80
_CONTROL = frozenset(
    (
        "if",
        "while",
        "for",
        "switch",
        "catch",
        "return",
        "elif",
        "and",
        "or",
        "not",
        "in",
        "with",
        "when",
        "unless",
        "until",
        "match",
        "case",
        "await",
        "yield",
        "typeof",
        "throw",
        "print",
        "echo",
        "else",
        "except",
        "assert",
        "super",
        "lambda",
        "raise",
        "do",
        "of",
        "new",
        "import",
    )
)
_DECLARES = frozenset(("function", "def", "func", "fn", "fun", "defp", "sub"))
_OBJECT_WORDS = frozenset(
    (
        "return",
        "default",
        "const",
        "let",
        "var",
        "import",
        "export",
        "case",
        "typeof",
        "in",
        "of",
        "await",
        "yield",
        "throw",
        "new",
        "extends",
    )
)
_TRANSPARENT = frozenset(
    (
        "str",
        "int",
        "bool",
        "float",
        "bytes",
        "String",
        "Number",
        "Boolean",
        "parseInt",
        "parseFloat",
        "Buffer.from",
        "array",
        "dict",
        "tuple",
        "list",
        "Secret",
        "SecretStr",
        "quote_plus",
        "encodeURIComponent",
        "Object.freeze",
        "Object.assign",
        "mark_safe",
        "_",
    )
)
_COLON_ARGUMENTS = frozenset(("ruby", "elixir", "php", "csharp"))
_ROCKETS = frozenset(("ruby", "php", "elixir", "csharp"))
_GO_BLOCK = pattern(r"\s*(?:func|if|for|switch|select|else|type|go|defer|struct|interface|case|import|var)\b")


class Place(NamedTuple):
    """What the things in a bracket, or one literal, are given to."""

    kind: str  # "top", "block", "call", "group", "array", "object", "index", "control" or "params"
    name: str | None = None
    path: str = ""
    call: str | None = None
    position: int | None = None


_TOP = Place("top")
_BLOCK = Place("block")


class Shape(Brackets):
    """The brackets of one lexed text, and what stands in them is given to."""

    def __init__(self, lexed: Lexed, language: str) -> None:
        super().__init__(lexed, language)
        self._places: dict[int, Place] = {-1: _TOP}

    def place(self, item: Item) -> Place:
        """What a literal or number is given to."""
        return self._place(item.frame, item.item, item.nth, item.start)

    def bracket(self, frame: int) -> Place:
        """What the things in a bracket are given to."""
        known = self._places.get(frame)
        if known is None:
            known = self._places[frame] = self._bracket(self.frames[frame])
        return known

    def _bracket(self, frame: Frame) -> Place:
        if frame.depth > _DEEP:
            return _BLOCK
        code = self.code
        if frame.char == "(":
            start, callee = self.callee(frame.at)
            if not callee:
                return self._place(frame.parent, frame.item, frame.nth, frame.at)._replace(kind="group")
            if callee in _CONTROL:
                return Place("control")
            word = self.word_before(start)
            if word in _DECLARES:
                return Place("params")
            outer = self._place(frame.parent, frame.item, frame.nth, start)
            if callee in _TRANSPARENT:
                return outer._replace(kind="group")
            return Place("call", None, outer.path, callee, None)
        if frame.char == "[":
            before = code[frame.at - 1] if frame.at else ""
            if before.isalnum() or before in ("_", ")", "]", CLOSE, "$", "?"):
                return Place("index")
            return self._place(frame.parent, frame.item, frame.nth, frame.at)._replace(kind="array")
        if self._is_block(frame):
            return _BLOCK
        at = frame.at
        outer = self._place(frame.parent, frame.item, frame.nth, at)
        return outer._replace(kind="object")

    def _is_block(self, frame: Frame) -> bool:
        language = self.language
        if language in ("python", "json", "elixir"):
            return False
        if language in ("shell", "php"):
            return True
        at = self.back(frame.at - 1, 0)
        before = self.code[at] if at >= 0 else ""
        if language == "go":
            line = self.code[max(frame.item, self.code.rfind("\n", 0, frame.at) + 1) : frame.at]
            return before in (")", "{", ";", "") or bool(_GO_BLOCK.match(line))
        if language in ("java", "csharp"):
            return before not in ("=", "(", ",", "]", "{") and not (
                language == "csharp" and "new" in self.code[max(frame.item, frame.at - 120) : frame.at].split()
            )
        if before == ">" and at and self.code[at - 1] == "=":
            return True
        if before in ")};{" or not before:
            return True
        if before.isalnum() or before in "_$":
            return language == "ruby" or self.word_before(frame.at) not in _OBJECT_WORDS
        return False

    def _place(self, frame: int, item: int, index: int, start: int) -> Place:
        around = self.bracket(frame)
        kind = around.kind
        if kind in ("index", "control"):
            return around
        name, path = self._target(item, start, kind)
        if kind == "call":
            joined = _join(around.path, path)
            return Place(kind, name, joined, around.call, index)
        if name is None:
            return around
        return Place(kind, name, _join(around.path, path), around.call, around.position)

    def _target(self, item: int, start: int, kind: str) -> tuple[str | None, str]:
        """The name and the dotted path that the expression before `start` gives its value to."""
        code = self.code
        floor = max(item, start - FAR)
        statements = kind in ("top", "block")
        colons = kind == "object"
        rockets = self.language in _ROCKETS
        colon = -1
        at = start - 1
        while at >= floor:
            char = code[at]
            if char in ")]}":
                at = self.opens.get(at, at) - 1
                continue
            if char == CLOSE:
                at = self.quote_of_close.get(at, at) - 1
                continue
            if char in ",;":
                break
            if char == "\n":
                if statements and self.ends_statement(at):
                    break
            elif char == "=":
                before = code[at - 1] if at else ""
                after = code[at + 1 : at + 2]
                if after == ">":
                    if rockets:
                        return self.target_before(at, floor, plain=True)
                elif after in ("=", "~"):
                    pass
                elif before in "=!<>" and before:
                    at -= 1
                else:
                    while at > floor and code[at - 1] in ":|?+-*/&%":
                        at -= 1
                    return self.target_before(at, floor, plain=colons)
            elif char == ":":
                before = code[at - 1] if at else ""
                if before == ":" or code[at + 1 : at + 2] == ":":
                    at -= 2
                    continue
                if colons:
                    colon = at
                elif self.language in _COLON_ARGUMENTS and (before.isalnum() or before in ("_", CLOSE)):
                    return self.target_before(at, floor, plain=True)
            at -= 1
        if colon >= 0:
            return self.target_before(colon, floor, plain=True)
        return None, ""


def _join(first: str, second: str) -> str:
    return f"{first}.{second}" if first and second else first or second
