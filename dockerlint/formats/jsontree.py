"""JSON as located values: package.json, composer.json and the like.

Comments and trailing commas are refused, as npm and composer do, or accepted on request, as .NET does.
"""

from __future__ import annotations

from collections.abc import Iterator

from dockerlint.formats.problem import Problem
from dockerlint.source.pattern import pattern
from dockerlint.source.record import dataclass
from dockerlint.source.text import SourceFile, Span

_DEPTH = 200
_SPACE = pattern(r"[ \t\r\n]*")
_PLAIN = pattern(r"[^\"\\\x00-\x1f]*")
_WORD = pattern(r"[-+.\w]+")
_COMMENT = pattern(r"//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/")
_NUMBER = pattern(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place: a string's span is without its quotes. Objects map each key to its (last) value."""

    value: dict[str, Node] | list[Node] | str | int | float | bool | None
    span: Span

    def get(self, *path: str) -> Node | None:
        """The value behind nested keys; None where one of them is missing."""
        node: Node | None = self
        for key in path:
            node = node.value.get(key) if node is not None and isinstance(node.value, dict) else None
        return node

    def text(self, *path: str) -> str | None:
        """The string behind nested keys; None where there is none or it is no string."""
        node = self.get(*path)
        return node.value if node is not None and isinstance(node.value, str) else None

    def entries(self, *path: str) -> Iterator[tuple[str, Node]]:
        """The keys and values of the object behind nested keys; nothing where there is none."""
        node = self.get(*path)
        if node is not None and isinstance(node.value, dict):
            yield from node.value.items()

    def texts(self, *path: str) -> tuple[str, ...]:
        """The strings of the list behind nested keys, others left out."""
        node = self.get(*path)
        items = node.value if node is not None and isinstance(node.value, list) else []
        return tuple(item.value for item in items if isinstance(item.value, str))


class Fault(Exception):
    """What the format refuses: a message and the offset."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


def parse_json(file: SourceFile, lenient: bool = False) -> tuple[Node | None, tuple[Problem, ...]]:
    """The root, or None and the problem at which reading stopped. `lenient`: comments and trailing commas pass."""
    reader = _Reader(file, lenient)
    try:
        return reader.read(), ()
    except Fault as fault:
        at = min(fault.at, len(file.text))
        return None, (Problem(Span(file, at, min(at + 1, len(file.text))), fault.message),)


class _Reader:
    def __init__(self, file: SourceFile, lenient: bool) -> None:
        self.file = file
        self.text = file.text
        self.at = 0
        self.lenient = lenient

    def read(self) -> Node:
        root = self.value(0)
        self.space()
        if self.at < len(self.text):
            raise Fault("there is more text behind the end of the JSON value", self.at)
        return root

    def space(self) -> None:
        while True:
            found = _SPACE.match(self.text, self.at)
            self.at = found.end() if found else self.at
            comment = _COMMENT.match(self.text, self.at) if self.lenient else None
            if comment is None:
                return
            self.at = comment.end()

    def value(self, depth: int) -> Node:
        self.space()
        if depth > _DEPTH:
            raise Fault("the JSON is nested too deeply", self.at)
        start = self.at
        sign = self.text[start : start + 1]
        if sign == "{":
            return self.object(depth)
        if sign == "[":
            return self.array(depth)
        if sign == '"':
            return self.string()
        word = _WORD.match(self.text, start)
        text = word.group() if word else ""
        constants: dict[str, bool | None] = {"true": True, "false": False, "null": None}
        number = _NUMBER.fullmatch(text)
        if text not in constants and number is None:
            raise Fault("a JSON value is missing here" if sign else "the JSON ends too early", start)
        self.at = start + len(text)
        span = Span(self.file, start, self.at)
        if number is None:
            return Node(constants[text], span)
        if number.group(1) or number.group(2) or len(text) > 300:
            return Node(float(text), span)
        return Node(int(text), span)

    def object(self, depth: int) -> Node:
        start = self.at
        entries: dict[str, Node] = {}
        while self.more("}", start):
            if not self.text.startswith('"', self.at):
                raise Fault("a key in double quotes is missing here", self.at)
            key = self.string()
            self.space()
            if not self.text.startswith(":", self.at):
                raise Fault("a colon is missing behind the key", self.at)
            self.at += 1
            entries[str(key.value)] = self.value(depth + 1)
        return Node(entries, Span(self.file, start, self.at))

    def array(self, depth: int) -> Node:
        start = self.at
        items: list[Node] = []
        while self.more("]", start):
            items.append(self.value(depth + 1))
        return Node(items, Span(self.file, start, self.at))

    def more(self, closing: str, start: int) -> bool:
        """Steps to the next member; False behind the closing bracket."""
        first = self.at == start
        if first:
            self.at += 1
        self.space()
        if not first and not self.text.startswith(closing, self.at):
            if not self.text.startswith(",", self.at):
                end = self.at >= len(self.text)
                raise Fault("the JSON ends too early" if end else "a comma is missing here", self.at)
            comma = self.at
            self.at += 1
            self.space()
            if self.text.startswith(closing, self.at) and not self.lenient:
                raise Fault("a comma stands before the closing bracket", comma)
        if self.text.startswith(closing, self.at):
            self.at += 1
            return False
        return True

    def string(self) -> Node:
        start = self.at = self.at + 1
        parts: list[str] = []
        while True:
            found = _PLAIN.match(self.text, self.at)
            if found is not None:
                parts.append(found.group())
                self.at = found.end()
            sign = self.text[self.at : self.at + 1]
            if sign == '"':
                self.at += 1
                return Node("".join(parts), Span(self.file, start, self.at - 1))
            if sign != "\\":
                raise Fault("a string is not closed on its line", start - 1)
            parts.append(self.escape())

    def escape(self) -> str:
        sign = self.text[self.at + 1 : self.at + 2]
        if sign in _ESCAPES and sign:
            self.at += 2
            return _ESCAPES[sign]
        digits = self.text[self.at + 2 : self.at + 6]
        if sign != "u" or len(digits) < 4 or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
            raise Fault("JSON knows no such escape", self.at)
        self.at += 6
        code = int(digits, 16)
        low = self.text[self.at + 2 : self.at + 6]
        if 0xD800 <= code < 0xDC00 and self.text.startswith("\\u", self.at) and low[:1] in ("d", "D") and len(low) == 4:
            try:
                pair = int(low, 16)
            except ValueError:
                return "\ufffd"
            if 0xDC00 <= pair < 0xE000:
                self.at += 6
                return chr(0x10000 + ((code - 0xD800) << 10) + (pair - 0xDC00))
        return chr(code) if not 0xD800 <= code < 0xE000 else "\ufffd"
