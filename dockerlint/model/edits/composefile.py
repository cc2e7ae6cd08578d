"""Edits of compose files: what a service, its lists and the named volumes get.

A service is given by the span of its key (`Service.span`, or one of `key_spans`): the edit is made in that file.
"""

from __future__ import annotations

from dockerlint.formats.yamltree import Mapping, Scalar, Sequence
from dockerlint.model.edits.yamledits import (
    add_entry,
    append_item,
    ends_openly,
    fill_empty,
    replace_part,
    replace_scalar,
)
from dockerlint.model.edits.yamlplace import (
    Place,
    holder,
    insert_lines,
    is_flow,
    key_column,
    newline_of,
    place_at,
    place_from,
    place_of,
    step_of,
)
from dockerlint.model.edits.yamltext import scalar_text
from dockerlint.source.text import Edit, SourceFile, Span


def add_beside(item: Span, text: str) -> Edit | None:
    """A text at the end of the list that holds the item (a mount, a port), for what must stand in the same list."""
    place = place_of(item)
    while place is not None and not isinstance(place.node, Sequence):
        place = holder(place)
    return append_item(place, text) if place is not None else None


def add_to_list(service: Span, key: str, text: str) -> Edit | None:
    """A text in a list of a service (``volumes``, ``ports``…); the list is made where there is none."""
    place = place_of(service)
    if place is None or not isinstance(place.node, Mapping):
        return None
    if key not in place.node.entries:
        return add_entry(place, key, [text])
    inner = _child(place, key)
    if inner is None:
        return None
    return append_item(inner, text) or fill_empty(inner, [text])


def set_key(service: Span, key: str, value: str) -> Edit | None:
    """A key of a service with a text: replaced where it is there, else added at the end."""
    place = place_of(service)
    if place is None or not isinstance(place.node, Mapping):
        return None
    if key not in place.node.entries:
        return add_entry(place, key, value)
    inner = _child(place, key)
    return replace_scalar(inner, value) if inner is not None else None


def add_setting(service: Span, key: str, name: str, value: str, sign: str = "=") -> Edit | None:
    """One more name and value in ``environment`` or ``extra_hosts`` (`sign` ":"), in the form that is there.

    A new section of ``environment`` is a mapping, one of ``extra_hosts`` a list, as the manual writes them.
    """
    place = place_of(service)
    if place is None or not isinstance(place.node, Mapping):
        return None
    text = f"{name}{sign}{value}"
    if key not in place.node.entries:
        return add_entry(place, key, [text] if sign == ":" else {name: value})
    inner = _child(place, key)
    if inner is None:
        return None
    if isinstance(inner.node, Sequence) and inner.node.items:
        return append_item(inner, text)
    if isinstance(inner.node, Mapping) and inner.node.entries:
        return add_entry(inner, name, value)
    return fill_empty(inner, [text] if sign == ":" else {name: value})


def declare_volume(file: SourceFile, name: str) -> Edit | None:
    """A named volume below the top-level ``volumes:``; the section is made at the end of the file."""
    place = place_at(file, ())
    if place is None or not isinstance(place.node, Mapping) or place.flow:
        return None
    if "volumes" not in place.node.entries:
        return _new_section(place, name)
    inner = _child(place, "volumes")
    if inner is None:
        return None
    if isinstance(inner.node, Mapping) and inner.node.entries and not is_flow(inner.node):
        return _declared(inner, name)
    return fill_empty(inner, {name: None})


def _declared(volumes: Place, name: str) -> Edit | None:
    """As its sisters are declared: ``name:`` or ``name: {}``."""
    assert isinstance(volumes.node, Mapping)
    edit = add_entry(volumes, name, None)
    empty = [entry.value.span.text for entry in volumes.node.entries.values() if isinstance(entry.value, Mapping)]
    if edit is not None and empty and all(text == "{}" for text in empty) and len(empty) == len(volumes.node.entries):
        return Edit(edit.span, edit.text.replace(":", ": {}", 1))
    return edit


def _new_section(root: Place, name: str) -> Edit | None:
    file, text = root.file, root.file.text
    assert isinstance(root.node, Mapping)
    if key_column(root.node) != 0 or ends_openly(root.node):
        return None
    written = scalar_text(name)
    lines = ["volumes:", f"{' ' * step_of(file)}{written}:"]
    if text[-2:] not in ("\n\n", "") and text[-4:] != "\r\n\r\n" and _has_blank_lines(text):
        lines.insert(0, "")
    at, inserted = insert_lines(file, max(len(text) - 1, 0), lines)
    return Edit(Span(file, at, at), inserted)


def _has_blank_lines(text: str) -> bool:
    """Does the file part its sections by blank lines? One of a single section does not tell: then too."""
    newline = newline_of(text)
    tops = [line for line in text.split(newline) if line and line[0] not in " #\t-"]
    return len(tops) < 2 or newline * 2 in text


def replace_text(place: Span, text: str) -> Edit | None:
    """Another text in the place of a scalar of a YAML file (its span), or of the part that the span is."""
    found = place_of(place)
    if found is None or not isinstance(found.node, Scalar):
        return None
    if (found.node.span.start, found.node.span.end) == (place.start, place.end):
        return replace_scalar(found, text)
    return replace_part(found, place, text)


def _child(place: Place, key: str) -> Place | None:
    """The value of a key, where it is written in the service itself."""
    assert isinstance(place.node, Mapping)
    entry = place.node.entries[key]
    if key in place.node.merged or entry.value.span.start < entry.key.span.end:
        return None
    return place_from(place.file, entry.value)
