"""YAML as located nodes: every scalar, sequence and mapping knows the characters that wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Union

from dockerlint.formats.problem import Comment, Problem
from dockerlint.source.text import SourceFile, Span

ScalarValue = Union[str, int, float, bool, None]


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. `text` is what the author wrote (quotes removed, escapes resolved); `value` is what it means."""

    value: ScalarValue
    text: str
    span: Span
    quoted: bool = False
    tag: str | None = None
    template: str | None = None  # the text before ${} interpolation, where a variable stood in it


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    span: Span
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    key: Scalar
    value: Node

    @property
    def span(self) -> Span:
        """From the key to the end of the value, where both stand in one file in that order."""
        key, value = self.key.span, self.value.span
        if key.file is value.file and key.start <= value.start:
            return Span(key.file, key.start, max(key.end, value.end))
        return key


@dataclass(frozen=True, slots=True)
class Mapping:
    entries: dict[str, Entry]
    span: Span
    tag: str | None = None

    def get(self, key: str) -> Node | None:
        entry = self.entries.get(key)
        return None if entry is None else entry.value

    def entry(self, key: str) -> Entry | None:
        return self.entries.get(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)


Node = Union[Scalar, Sequence, Mapping]


@dataclass(frozen=True, slots=True)
class ParsedYaml:
    """The first document (`root`), all `documents`, comments in order, and what is wrong with the file."""

    file: SourceFile
    root: Node | None
    documents: tuple[Node, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...]


def parse_yaml(file: SourceFile) -> ParsedYaml:
    """Read a file; what stands before a fault is kept, and the fault is a problem with its place."""
    raise NotImplementedError
