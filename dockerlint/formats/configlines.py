"""Settings files that are read line by line: properties, INI and TOML, blocks in braces, and "name value" files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dockerlint.source.pattern import pattern

_PROPERTY = pattern(r"[ \t]*((?:[^\s:=\\]|\\.)+)[ \t]*(?:[:=][ \t]*|[ \t]|$)")
_INI = pattern(r"[^=:\n#;]{1,200}(?=([=:]))")
_SECTION = pattern(r"[ \t]*\[\[?([^\[\]\n]*)\]\]?[ \t]*(?:[#;]|$)")
_WORDS = pattern(r"[ \t]*([\w.-]+)[ \t]+")
_BLOCK = pattern(r"[ \t]*\}?[ \t]*([\w.-]+)(?:[ \t][^\n{}=]*)?\{")
_BLOCK_ENTRY = pattern(
    r"(?<![\w.\[\]@\"'-])([\w.\[\]@\"'-]{1,80})\s*(?:=>|=(?!=))\s*(\"[^\"\n]*\"|'[^'\n]*'|\[[^\]\n]*\]|[^\s{}]+)"
)
_STRING = pattern(r"\"([^\"\n]*)\"|'([^'\n]*)'")


def read_lines(text: str, kind: str) -> Iterator[tuple[str, int, int]]:
    """The key of each setting, and its value's place without quotes. `kind` as `configfiles.kind_of` tells it."""
    if kind == "properties":
        return _properties(text)
    if kind == "blocks":
        return _blocks(text)
    return _simple(text, words=kind == "words")


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end - (end > start and text[end - 1] == "\r")
        start = end + 1


def _value(text: str, start: int, end: int, comments: str) -> tuple[int, int]:
    """A value's place without spaces, quotes, and a comment behind it."""
    end = max(start, end)
    while start < end and text[start] in " \t":
        start += 1
    while end > start and text[end - 1] in " \t;,\r":
        end -= 1
    if start < end and text[start] in "\"'":
        for quote in (text[start] * 3, text[start]):
            if text.startswith(quote, start):
                stop = text.find(quote, start + len(quote), end)
                if stop >= 0:
                    return start + len(quote), stop
        return start, end
    for mark in comments:
        at = text.find(mark, start, end)
        if at == start:
            return start, start
        if at > start and text[at - 1] in " \t":
            end = at
            while end > start and text[end - 1] in " \t":
                end -= 1
    return start, end


def _properties(text: str) -> Iterator[tuple[str, int, int]]:
    continued = False
    for start, end in _lines(text):
        was, continued = continued, end > start and text[end - 1] == "\\"
        line = text[start:end].lstrip()
        if was or not line or line[0] in "#!":
            continued = continued and bool(line) and line[0] not in "#!"
            continue
        found = _PROPERTY.match(text, start, end)
        if found:
            value_end = end
            while value_end > found.end() and text[value_end - 1] in " \t":
                value_end -= 1
            yield found.group(1).replace("\\", ""), found.end(), value_end


def _simple(text: str, *, words: bool) -> Iterator[tuple[str, int, int]]:
    section = ""
    for start, end in _lines(text):
        line = text[start:end].lstrip()
        if not line or line[0] in "#;!":
            continue
        head = None if words else _SECTION.match(text, start, end)
        if head:
            section = head.group(1).strip().strip("\"'")
            continue
        found = (_WORDS if words else _INI).match(text, start, end)
        if not found:
            continue
        value_start, value_end = _value(text, found.end() + (not words), end, "#" if words else "#;")
        name = found.group(1 if words else 0).strip("\"' \t").removeprefix("export ")
        key = f"{section}.{name}" if section else name
        if value_start < value_end and text[value_start] in "[{" and not words:
            yield from _inline(text, key, value_start, value_end)
        elif value_start < value_end:
            yield key, value_start, value_end


def _inline(text: str, key: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """The strings of a TOML list or inline table."""
    for number, found in enumerate(_STRING.finditer(text, start, end)):
        group = 1 if found.group(1) is not None else 2
        before = text[max(start, found.start() - 60) : found.start()].rstrip()
        name = re.search(r"([\w-]+)\s*=\Z", before)
        yield f"{key}.{name.group(1) if name else number}", *found.span(group)


def _blocks(text: str) -> Iterator[tuple[str, int, int]]:
    """``output { elasticsearch { password => "x" } }`` and ``datasource db { url = "…" }``."""
    names: list[str] = []
    for start, end in _lines(text):
        line = text[start:end].lstrip()
        if not line or line.startswith(("#", "//")):
            continue
        at = start
        while at < end:
            block = _BLOCK.match(text, at, end)
            if block and "=" not in text[block.start() : block.end()]:
                closes = text[at : block.start(1)].count("}")
                del names[len(names) - min(closes, len(names)) :]
                names.append(block.group(1))
                at = block.end()
                continue
            entry = _BLOCK_ENTRY.search(text, at, end)
            stop = entry.start() if entry else end
            for char in text[at:stop]:
                if char == "{":
                    names.append("")
                elif char == "}" and names:
                    names.pop()
            if not entry:
                break
            key = ".".join([*(name for name in names if name), entry.group(1).strip("\"'")])
            value = entry.group(2)
            if value[0] == "[":
                yield from _inline(text, key, *entry.span(2))
            else:
                quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
                yield key, entry.start(2) + quoted, entry.end(2) - quoted
            at = entry.end()
