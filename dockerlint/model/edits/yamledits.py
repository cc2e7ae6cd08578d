"""Edits of one YAML collection or scalar at its place, in the style in which it is written."""

from __future__ import annotations

import re

from dockerlint.formats.yamltree import Mapping, Node, Scalar, Sequence
from dockerlint.model.edits.yamlplace import (
    Place,
    column_of,
    dash_of,
    insert_lines,
    is_flow,
    key_column,
    list_step_of,
    newline_of,
    step_of,
)
from dockerlint.model.edits.yamltext import common_quote, is_plain, quote_of, scalar_text
from dockerlint.source.text import Edit, SourceFile, Span

Value = str | list[str] | dict[str, str | None] | None  # what a new key may hold; None is written as nothing


def append_item(place: Place, text: str, after: Node | None = None) -> Edit | None:
    """One more text in a list: at its end, or behind the item `after`."""
    sequence = place.node
    if not isinstance(sequence, Sequence):
        return None
    items = list(sequence.items)
    last = after if after is not None else items[-1] if items else None
    written = scalar_text(text, common_quote(items), place.flow)
    if written is None:
        return None
    aliased = last is not None and not sequence.span.start <= last.span.start < sequence.span.end
    if is_flow(sequence):
        return _in_flow(place, items, last, written) if not aliased else None
    dash = dash_of(sequence)
    if dash is None or last is None or (aliased and after is not None):
        return None
    end = last.span.end if after is not None else sequence.span.end
    return _lines_below(place.file, end, [" " * dash[0] + "-" + dash[1] + written], last)


def add_entry(place: Place, key: str, value: Value) -> Edit | None:
    """One more key in a mapping, at its end. None where the key is there already."""
    mapping = place.node
    if not isinstance(mapping, Mapping) or key in mapping.entries:
        return None
    own = [entry for name, entry in mapping.entries.items() if name not in mapping.merged]
    if place.flow:
        return _entry_in_flow(place, key, value)
    column = key_column(mapping)
    if column is None:
        return None
    keys: list[Node] = [entry.key for entry in own]
    values: list[Node] = [entry.value for entry in own if isinstance(entry.value, Scalar) and entry.value.span.text]
    lines = _entry_lines(place.file, column, key, value, common_quote(keys), common_quote(values))
    return _lines_below(place.file, mapping.span.end, lines, mapping) if lines is not None else None


def fill_empty(place: Place, value: list[str] | dict[str, str | None]) -> Edit | None:
    """Items or entries for a key that holds nothing: ``key:``, ``key: {}`` or ``key: []``."""
    node, entry = place.node, place.entry
    if entry is None or any(is_flow(holder) for holder in place.above):
        return None
    file, text = place.file, place.file.text
    column = column_of(file, entry.key.span.start)
    lines = _value_lines(file, column, value)
    if lines is None:
        return None
    if isinstance(node, Scalar) and node.value is None and not node.span.text:
        colon = text.find(":", entry.key.span.end)
        rest = file.line_text(file.position(colon)[0])[column_of(file, colon) + 1 :] if colon >= 0 else "?"
        if not re.fullmatch(r"[ \t]*(?:#.*)?", rest):
            return None
        return _lines_below(file, colon, lines)
    if not isinstance(node, Scalar) and re.fullmatch(r"[{\[]\s*[}\]]", node.span.text):
        start = len(text[: node.span.start].rstrip(" "))
        if text[start - 1] != ":":
            return None
        newline = newline_of(text)
        return Edit(Span(file, start, node.span.end), "".join(newline + line for line in lines))
    return None


def replace_scalar(place: Place, text: str) -> Edit | None:
    """Another text in the place of a scalar, in its quotes."""
    node = place.node
    if not isinstance(node, Scalar) or node.span.text[:1] in ("|", ">", "") or node.tag is not None:
        return None
    written = scalar_text(text, quote_of(node), place.flow)
    return Edit(node.span, written) if written is not None else None


def replace_part(place: Place, part: Span, text: str) -> Edit | None:
    """Another text in the place of a part of a scalar; None where that would need other quotes."""
    node = place.node
    if not isinstance(node, Scalar) or not (node.span.start <= part.start and part.end <= node.span.end):
        return None
    quote = quote_of(node)
    written = node.span.text
    start, end = part.start - node.span.start, part.end - node.span.start
    if not quote and written[:1] not in ("|", ">"):
        after = written[:start] + text + written[end:]
        return Edit(part, text) if "\n" not in written and is_plain(after, place.flow) else None
    if re.search(r"[\x00-\x1f\x7f]", text) or (quote and (quote in text or "\\" in text)):
        return None
    return Edit(part, text)


def _lines_below(file: SourceFile, end: int, lines: list[str], last: Node | None = None) -> Edit | None:
    """Whole lines below the one that ends at `end`; None where line ends there are part of the `last` text."""
    if last is not None and ends_openly(last):
        return None
    at, text = insert_lines(file, max(end - 1, 0), lines)
    return Edit(Span(file, at, at), text)


def ends_openly(node: Node) -> bool:
    """Does a node end with a block of text to which the next line end would belong?

    Such are a block that keeps its blank lines (``|+``), and one that the end of the file cuts off before its line end.
    """
    while not isinstance(node, Scalar):
        children = list(node.items) if isinstance(node, Sequence) else [entry.value for entry in node.entries.values()]
        inside = [child for child in children if node.span.start <= child.span.start]
        if not inside or is_flow(node):
            return False
        node = max(inside, key=lambda child: child.span.end)
    head = re.match(r"[|>]\d?([+-]?)", node.span.text)
    cut = node.span.end == len(node.span.file.text)
    return head is not None and (head[1] == "+" or (cut and head[1] != "-"))


def _value_lines(file: SourceFile, column: int, value: list[str] | dict[str, str | None]) -> list[str] | None:
    """The lines of a list or mapping below a key at `column`."""
    if isinstance(value, list):
        indent = " " * (column + list_step_of(file))
        texts = [scalar_text(item) for item in value]
        return [f"{indent}- {text}" for text in texts if text is not None] if None not in texts else None
    found: list[str] = []
    for key, text in value.items():
        lines = _entry_lines(file, column + step_of(file), key, text, "", "")
        if lines is None:
            return None
        found += lines
    return found


def _entry_lines(
    file: SourceFile, column: int, key: str, value: Value, key_quote: str, value_quote: str
) -> list[str] | None:
    name = scalar_text(key, key_quote)
    if name is None:
        return None
    indent = " " * column
    if isinstance(value, (list, dict)):
        lines = _value_lines(file, column, value)
        return [f"{indent}{name}:", *lines] if lines is not None else None
    if value is None:
        return [f"{indent}{name}:"]
    text = scalar_text(value, value_quote)
    return [f"{indent}{name}: {text}"] if text is not None else None


def _in_flow(place: Place, items: list[Node], last: Node | None, written: str) -> Edit | None:
    """An item in brackets: behind the last one, on a line of its own where the others have theirs."""
    span, text = place.node.span, place.file.text
    if last is None:
        inside = text[span.start + 1 : span.end - 1]
        return Edit(Span(place.file, span.start + 1, span.end - 1), written) if not inside.strip() else None
    end = last.span.end
    following = items[items.index(last) + 1] if last is not items[-1] else None
    gap = text[end : following.span.start if following is not None else span.end - 1]
    if "#" in gap:
        return None
    blank = _blank_before(text, last.span.start, span.start)
    if following is None and "," in gap:
        at = end + gap.index(",") + 1
        return Edit(Span(place.file, at, at), blank + written + ("," if "\n" in gap else ""))
    return Edit(Span(place.file, end, end), "," + blank + written)


def _entry_in_flow(place: Place, key: str, value: Value) -> Edit | None:
    mapping = place.node
    assert isinstance(mapping, Mapping)
    if not is_flow(mapping) or isinstance(value, (list, dict)):
        return None
    entries = [entry for name, entry in mapping.entries.items() if name not in mapping.merged]
    if len(entries) != len(mapping.entries) or any(entry.value.span.start < entry.key.span.end for entry in entries):
        return None
    name = scalar_text(key, common_quote([entry.key for entry in entries]), True)
    text = scalar_text(value, common_quote([entry.value for entry in entries]), True) if value is not None else ""
    if name is None or text is None:
        return None
    written = f"{name}: {text}".rstrip()
    spans: list[Node] = [Scalar(None, "", entry.span) for entry in entries]
    return _in_flow(place, spans, spans[-1] if spans else None, written)


def _blank_before(text: str, start: int, opening: int) -> str:
    """What parts a flow item from the one before it: a blank, or a line end and its indentation."""
    line = text.rfind("\n", opening, start)
    indent = text[line + 1 : start]
    if line < 0 or indent.strip():
        return " "
    return ("\r\n" if text[line - 1] == "\r" else "\n") + indent
