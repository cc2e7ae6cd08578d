"""YAML as located nodes: every scalar, sequence and mapping knows the characters that wrote it.

Reads the events of PyYAML's parser (libyaml where it is there), so nothing is constructed twice. Knows nothing of
compose.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from dockerlint.formats.problem import Comment, Problem
from dockerlint.formats.yamlnodes import Entry, Mapping, Node, Piece, Scalar, Sequence, node_to_plain, part, text_span
from dockerlint.formats.yamlscalar import plain_value, tagged_value
from dockerlint.source.record import dataclass
from dockerlint.source.text import SourceFile, Span

__all__ = [
    "Entry",
    "Mapping",
    "Node",
    "ParsedYaml",
    "Piece",
    "Scalar",
    "Sequence",
    "node_to_plain",
    "parse_yaml",
    "parse_yaml_once",
    "part",
    "text_span",
    "write_yaml",
]

DEPTH_CAP = 100
SIZE_CAP = 100_000  # nodes after every alias is written out; Compose stops at the same number


@dataclass(frozen=True, slots=True)
class ParsedYaml:
    """The first document (`root`), all `documents`, comments in order, and what is wrong with the file."""

    file: SourceFile
    root: Node | None
    documents: tuple[Node, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...]


def parse_yaml(file: SourceFile, pure: bool = False) -> ParsedYaml:
    """Read a file; what stands before a fault is kept, and the fault is a problem with its place.

    `pure` leaves libyaml out; the result is the same.
    """
    reader = _Reader(file, pure)
    documents = tuple(reader.documents())
    comments = _comments(file, reader.scalar_starts, reader.scalar_ends)
    return ParsedYaml(file, documents[0] if documents else None, documents, comments, tuple(reader.problems))


def parse_yaml_once(file: SourceFile) -> ParsedYaml:
    """`parse_yaml`, remembered with the file: projects share their files."""
    memo: dict[str, ParsedYaml] = file.__dict__
    if "parsed_yaml" not in memo:
        memo["parsed_yaml"] = parse_yaml(file)
    return memo["parsed_yaml"]


def write_yaml(data: Any) -> str:
    """Python data as YAML, in the order that it has."""
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=1000)
    return text


class _Reader:
    """Composes nodes out of parser events."""

    def __init__(self, file: SourceFile, pure: bool) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.scalar_starts: list[int] = []
        self.scalar_ends: list[int] = []
        self.anchors: dict[str, tuple[Node, int] | None] = {}
        self.total = 0
        self.broken = False
        self.full = False
        try:
            self.parser: Any = _parser(file.text, pure)
        except (yaml.YAMLError, ValueError) as error:
            self.fault(error)

    def documents(self) -> Iterator[Node]:
        while not self.broken:
            event = self.next()
            if event is None or type(event) is StreamEndEvent:
                return
            if type(event) is StreamStartEvent:
                continue
            if type(event) is DocumentStartEvent:
                self.anchors = {}
                self.total = 0
                first = self.next()
                if first is None:
                    return
                node, _ = self.node(first, 0)
                if not (isinstance(node, Scalar) and node.span.start == node.span.end and node.value is None):
                    yield node

    def next(self) -> Any:
        """The next event; None behind a fault, and for ever after it."""
        if self.broken:
            return None
        try:
            return self.parser.get_event()
        except (yaml.YAMLError, ValueError) as error:
            self.fault(error)
            return None

    def fault(self, error: Exception) -> None:
        self.broken = True
        self.problems.append(Problem(*_fault(self.file, error)))

    def report(self, start: int, end: int, message: str) -> None:
        self.problems.append(Problem(Span(self.file, start, end), message))

    def node(self, event: Any, depth: int) -> tuple[Node, int]:
        """The node that begins with `event`, and how many nodes it is when written out."""
        kind = type(event)
        if kind is ScalarEvent:
            scalar: Node = self.scalar(event)
            self.total += 1
            if event.anchor is not None:
                self.anchors[event.anchor] = scalar, 1
            return scalar, 1
        if kind is AliasEvent:
            return self.alias(event)
        start: int = event.start_mark.index
        if event.anchor is not None:
            self.anchors[event.anchor] = None  # not finished: an alias to it from inside is a cycle
        self.total += 1
        if depth >= DEPTH_CAP:
            self.report(start, event.end_mark.index, f"is nested more than {DEPTH_CAP} levels deep")
            self.broken = True
            return Scalar(None, "", Span(self.file, start, event.end_mark.index)), 1
        node, size = self.mapping(event, depth) if kind is MappingStartEvent else self.sequence(event, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = node, size
        return node, size

    def scalar(self, event: Any) -> Scalar:
        start = event.start_mark.index
        end = event.end_mark.index
        text = event.value
        style = event.style
        tag = event.tag
        if event.anchor is not None or tag is not None:
            start = self.content_start(start, end)
        if style == "|" or style == ">":
            end = start + len(self.file.text[start:end].rstrip())
        if end > start:
            self.scalar_starts.append(start)
            self.scalar_ends.append(end)
        span = Span(self.file, start, end)
        if tag is not None and tag not in ("!", "tag:yaml.org,2002:str"):
            value = tagged_value(text, tag) if tag.startswith("tag:yaml.org,2002:") else text
            return Scalar(value, text, span, bool(style), tag)
        if style or tag is not None:
            return Scalar(text, text, span, True)
        return Scalar(plain_value(text), text, span)

    def content_start(self, start: int, end: int) -> int:
        """Behind the anchor and tag that the parser counts as part of a node."""
        text = self.file.text
        while start < end and text[start] in "&!":
            while start < end and not text[start].isspace():
                start += 1
            while start < end and text[start].isspace():
                start += 1
        return start

    def alias(self, event: Any) -> tuple[Node, int]:
        start, end = event.start_mark.index, event.end_mark.index
        span = Span(self.file, start, end)
        if event.anchor not in self.anchors:
            self.report(start, end, f"there is no anchor &{event.anchor} above this alias")
            return Scalar(None, "", span), 1
        target = self.anchors[event.anchor]
        if target is None:
            self.report(start, end, f"the anchor &{event.anchor} contains itself")
            return Scalar(None, "", span), 1
        self.total += target[1]
        if self.total > SIZE_CAP:
            if not self.full:
                self.full = True
                self.report(start, end, f"the aliases of this file unfold to more than {SIZE_CAP} values")
            return Scalar(None, "", span), 1
        return target

    def sequence(self, event: Any, depth: int) -> tuple[Node, int]:
        items = []
        size = 1
        start = event.start_mark.index
        if event.anchor is not None or event.tag is not None:
            start = self.content_start(start, len(self.file.text))
        end = event.end_mark.index
        while True:
            child = self.next()
            if child is None:
                break
            if type(child) is SequenceEndEvent:
                if event.flow_style:
                    end = _end(child)
                break
            node, count = self.node(child, depth + 1)
            items.append(node)
            size += count
            end = _end(child) if type(child) is AliasEvent else max(end, node.span.end)
        return Sequence(tuple(items), Span(self.file, start, max(start, end)), event.tag), size

    def mapping(self, event: Any, depth: int) -> tuple[Node, int]:
        entries: dict[str, Entry] = {}
        merges: list[tuple[Scalar, Node]] = []
        size = 1
        start = event.start_mark.index
        if event.anchor is not None or event.tag is not None:
            start = self.content_start(start, len(self.file.text))
        end = event.end_mark.index
        while True:
            child = self.next()
            if child is None:
                break
            if type(child) is MappingEndEvent:
                if event.flow_style:
                    end = _end(child)
                break
            key, count = self.node(child, depth + 1)
            after = self.next()
            if after is None or type(after) is MappingEndEvent:
                value: Node = Scalar(None, "", Span(self.file, key.span.end, key.span.end))
            else:
                value, more = self.node(after, depth + 1)
                count += more
                end = _end(after) if type(after) is AliasEvent else max(end, value.span.end)
            size += count
            if not isinstance(key, Scalar):
                self.report(key.span.start, key.span.end, "a key must be a text, not a list or a mapping")
                continue
            if key.text == "<<" and not key.quoted:
                merges.append((key, value))
                continue
            if key.text in entries:
                line = entries[key.text].key.span.line
                self.report(key.span.start, key.span.end, f'the key "{key.text}" stands already in line {line}')
            entries[key.text] = Entry(key, value)
        merged = self.merge(entries, merges) if merges else frozenset[str]()
        return Mapping(entries, Span(self.file, start, max(start, end)), event.tag, merged), size

    def merge(self, entries: dict[str, Entry], merges: list[tuple[Scalar, Node]]) -> frozenset[str]:
        """Put in what ``<<`` brings: own keys win, then the first mapping of a list."""
        if len(merges) > 1:
            key = merges[1][0]
            self.report(key.span.start, key.span.end, f'the key "<<" stands already in line {merges[0][0].span.line}')
        added = set()
        for key, value in merges:
            for source in value.items if isinstance(value, Sequence) else (value,):
                if not isinstance(source, Mapping):
                    self.report(key.span.start, key.span.end, "a merge (<<) needs a mapping or a list of mappings")
                    break
                for name, entry in source.entries.items():
                    if name not in entries:
                        entries[name] = entry
                        added.add(name)
        return frozenset(added)


def _end(event: Any) -> int:
    mark: int = event.end_mark.index
    return mark


def _parser(text: str, pure: bool) -> Any:
    if not pure and yaml.__with_libyaml__:
        from yaml._yaml import CParser

        return CParser(text)
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class PureParser(Reader, Scanner, Parser):
        def __init__(self, stream: str) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)

    return PureParser(text)


def _fault(file: SourceFile, error: Exception) -> tuple[Span, str]:
    """The place and the sentence of what the parser refused."""
    length = len(file.text)
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        at = min(mark.index if mark is not None else 0, length)
        problem = error.problem or "it cannot be read"
        if "nesting depth" in problem:  # libyaml since PyYAML 6.0.4 stops by itself
            return Span(file, at, length), f"is nested more than {DEPTH_CAP} levels deep"
        if file.text[at : at + 1] == "\t":
            problem = "a tab stands where YAML allows only spaces"
        elif error.context and error.context_mark is not None:
            problem = f"{problem} ({error.context} from line {error.context_mark.line + 1})"
    else:
        at = min(getattr(error, "position", 0) or 0, length)
        reason = getattr(error, "reason", None)
        problem = "a control character stands in it" if reason else str(error)
    if at == length:  # the end of the file: show the last line that has text
        at = len(file.text.rstrip())
        at = max(0, at - 1)
    end = file.text.find("\n", at)
    end = length if end < 0 else end
    return Span(file, at, max(at, at + len(file.text[at:end].rstrip()))), f"is not valid YAML: {problem}"


def _comments(file: SourceFile, starts: list[int], ends: list[int]) -> tuple[Comment, ...]:
    """Every ``#`` that begins a line or follows a space and stands in no scalar."""
    text = file.text
    comments = []
    at = text.find("#")
    while at >= 0:
        if at == 0 or text[at - 1] in " \t\n\r":
            index = bisect_right(starts, at) - 1
            inside = index >= 0 and at < ends[index]
            if inside and text[starts[index]] in "|>":  # the header line of a block may carry a comment
                inside = "\n" in text[starts[index] : at]
            if not inside:
                end = text.find("\n", at)
                end = len(text) if end < 0 else end
                line = text[at:end].rstrip()
                comments.append(Comment(line[1:], Span(file, at, at + len(line))))
                at = text.find("#", end)
                continue
            if index >= 0 and at < ends[index]:
                at = text.find("#", max(at + 1, ends[index]) if text[starts[index]] not in "|>" else at + 1)
                continue
        at = text.find("#", at + 1)
    return tuple(comments)
