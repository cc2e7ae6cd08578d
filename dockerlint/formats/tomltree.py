"""TOML as located values (pyproject.toml, Pipfile, Cargo.toml, poetry.toml), on every Python the tool runs on.

It reads what manifests hold: tables, arrays of tables, dotted keys, strings of all four kinds, arrays, inline tables,
booleans. Numbers and dates stay text, and what TOML merely forbids (a key given twice) is not looked for.
"""

from __future__ import annotations

import re

from dockerlint.formats.jsontree import Fault, Node
from dockerlint.formats.problem import Problem
from dockerlint.source.pattern import pattern
from dockerlint.source.text import SourceFile, Span

_DEPTH = 100
_BLANK = pattern(r"[ \t]*")
_GAP = pattern(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = pattern(r"[A-Za-z0-9_-]+")
_SCALAR = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9][^\s,\]}#]*|[^\s,\]}#]+")
_SIMPLE = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
_CONTINUED = pattern(r"\\[ \t]*\r?\n[ \t\r\n]*")


def parse_toml(file: SourceFile) -> tuple[Node, tuple[Problem, ...]]:
    """The root table; reading stops at the first problem, and what stood before it is kept."""
    reader = _Reader(file)
    try:
        reader.read()
    except Fault as fault:
        at = min(fault.at, len(file.text))
        return reader.root, (Problem(Span(file, at, min(at + 1, len(file.text))), fault.message),)
    return reader.root, ()


class _Reader:
    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.text = file.text
        self.at = 0
        self.root = Node({}, Span(file, 0, len(file.text)))

    def read(self) -> None:
        table = self.root
        self.skip(_GAP)
        while self.at < len(self.text):
            if self.text.startswith("[", self.at):
                table = self.header()
            else:
                self.pair(table, 0)
            self.skip(_BLANK)
            if self.at < len(self.text) and self.text[self.at] not in "\r\n#":
                raise Fault("the line should end here", self.at)
            self.skip(_GAP)

    def skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def expect(self, sign: str, what: str) -> None:
        if not self.text.startswith(sign, self.at):
            raise Fault(what, self.at)
        self.at += len(sign)

    def header(self) -> Node:
        start = self.at
        listed = self.text.startswith("[[", start)
        self.at += 2 if listed else 1
        keys = self.keys()
        self.expect("]]" if listed else "]", "the table's name is not closed")
        span = Span(self.file, start, self.at)
        above = self.descend(self.root, keys[:-1], span)
        if listed:
            return self.append(above, keys[-1], span)
        return self.descend(above, keys[-1:], span)

    def append(self, above: Node, key: str, span: Span) -> Node:
        entries = above.value if isinstance(above.value, dict) else {}
        found = entries.setdefault(key, Node([], span))
        table = Node({}, span)
        if isinstance(found.value, list):
            found.value.append(table)
        return table

    def descend(self, node: Node, keys: list[str], span: Span) -> Node:
        for key in keys:
            entries = node.value if isinstance(node.value, dict) else {}
            found = entries.setdefault(key, Node({}, span))
            if isinstance(found.value, list) and found.value:
                found = found.value[-1]
            node = found
        return node

    def pair(self, table: Node, depth: int) -> None:
        start = self.at
        keys = self.keys()
        self.expect("=", "an equals sign is missing behind the key")
        self.skip(_BLANK)
        value = self.value(depth)
        above = self.descend(table, keys[:-1], Span(self.file, start, self.at))
        if isinstance(above.value, dict):
            above.value[keys[-1]] = value

    def keys(self) -> list[str]:
        found: list[str] = []
        while True:
            self.skip(_BLANK)
            bare = _BARE.match(self.text, self.at)
            if bare is not None:
                found.append(bare.group())
                self.at = bare.end()
            elif self.text.startswith(('"', "'"), self.at):
                found.append(str(self.string().value))
            else:
                raise Fault("a key is missing here", self.at)
            self.skip(_BLANK)
            if not self.text.startswith(".", self.at):
                return found
            self.at += 1

    def value(self, depth: int) -> Node:
        if depth > _DEPTH:
            raise Fault("the TOML is nested too deeply", self.at)
        sign = self.text[self.at : self.at + 1]
        if sign in ('"', "'") and sign:
            return self.string()
        if sign == "[":
            return self.array(depth)
        if sign == "{":
            return self.inline_table(depth)
        found = _SCALAR.match(self.text, self.at)
        if found is None:
            raise Fault("a value is missing here", self.at)
        span = Span(self.file, self.at, found.end())
        self.at = found.end()
        word = found.group()
        return Node(word == "true" if word in ("true", "false") else word, span)

    def array(self, depth: int) -> Node:
        start = self.at
        self.at += 1
        items: list[Node] = []
        while True:
            self.skip(_GAP)
            if self.text.startswith("]", self.at):
                self.at += 1
                return Node(items, Span(self.file, start, self.at))
            items.append(self.value(depth + 1))
            self.skip(_GAP)
            if not self.text.startswith("]", self.at):
                self.expect(",", "a comma or a closing bracket is missing here")

    def inline_table(self, depth: int) -> Node:
        start = self.at
        self.at += 1
        table = Node({}, Span(self.file, start, start + 1))
        while True:
            self.skip(_GAP)
            if self.text.startswith("}", self.at):
                self.at += 1
                return Node(table.value, Span(self.file, start, self.at))
            self.pair(table, depth + 1)
            self.skip(_GAP)
            if not self.text.startswith("}", self.at):
                self.expect(",", "a comma or a closing brace is missing here")

    def string(self) -> Node:
        quote = self.text[self.at]
        long = self.text.startswith(quote * 3, self.at)
        closing = quote * 3 if long else quote
        opening = self.at
        start = self.at = self.at + len(closing)
        end = self.closing(closing, start, opening)
        if long:
            # Up to two quotes may stand right before the closing ones.
            for _ in range(2):
                end += self.text.startswith(quote, end + 3)
        self.at = end + len(closing)
        raw = self.text[start:end]
        if long:
            raw = raw.removeprefix("\r").removeprefix("\n")
        return Node(raw if quote == "'" else _unescaped(raw, long), Span(self.file, start, end))

    def closing(self, quotes: str, at: int, opening: int) -> int:
        escapes = quotes[0] == '"'
        while True:
            end = self.text.find(quotes, at)
            slash = self.text.find("\\", at, end) if escapes and end >= 0 else -1
            if slash < 0:
                if end < 0 or (len(quotes) == 1 and "\n" in self.text[opening:end]):
                    raise Fault("a string is not closed", opening)
                return end
            at = slash + 2


def _unescaped(raw: str, long: bool) -> str:
    if "\\" not in raw:
        return raw
    if long:
        raw = _CONTINUED.sub("", raw)
    parts: list[str] = []
    at = 0
    while at < len(raw):
        if raw[at] != "\\":
            end = raw.find("\\", at)
            end = len(raw) if end < 0 else end
            parts.append(raw[at:end])
            at = end
            continue
        sign = raw[at + 1 : at + 2]
        width = {"u": 4, "U": 8, "x": 2}.get(sign, 0)
        digits = raw[at + 2 : at + 2 + width]
        if width:
            try:
                parts.append(chr(int(digits, 16)))
            except (ValueError, OverflowError):
                parts.append("\ufffd")
        else:
            parts.append(_SIMPLE.get(sign, sign))
        at += 2 + width
    return "".join(parts)
