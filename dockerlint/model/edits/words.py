"""Another word in a command, in any of the forms that commands have, and another text for a part of a line."""

from __future__ import annotations

import re

from dockerlint.formats.yamltree import Scalar, Sequence
from dockerlint.model.edits.yamledits import append_item, replace_part
from dockerlint.model.edits.yamlplace import holder, place_of
from dockerlint.source.text import Edit, Span

_PLAIN_WORD = re.compile(r"[A-Za-z0-9_./:=@%+,-]+")
_YAML = (".yaml", ".yml")
_BORDER = r"[A-Za-z0-9_.-]"


def add_words(command: Span, behind: str, words: list[str]) -> tuple[Edit, ...] | None:
    """Words behind the word `behind` of a command, in the form in which it is written.

    `command` is the span of the word or of the text around it: a string, an item of a list, a JSON array of a
    Dockerfile, a script of a package.json. None where `behind` stands there several times or in quotes of its own.
    """
    if not words or not all(_PLAIN_WORD.fullmatch(word) for word in words):
        return None
    text = command.text
    found = list(re.finditer(rf"(?<![^\s\"'\[,]){re.escape(behind)}(?![^\s\"'\],;&|])", text))
    if len(found) != 1:
        return None
    word = command.sub(*found[0].span())
    file = word.file
    before, after = file.text[word.start - 1 : word.start], file.text[word.end : word.end + 1]
    if file.path.endswith(_YAML):
        return _in_yaml(word, words)
    if before == after == '"' and _in_array(word):
        return (Edit(file.span(word.end + 1, word.end + 1), "".join(f', "{each}"' for each in words)),)
    if before and before in "\"'" and before == after and not file.path.endswith(".json"):
        return None
    return (Edit(file.span(word.end, word.end), "".join(f" {each}" for each in words)),)


def _in_array(word: Span) -> bool:
    """Is the quoted word an element of a list in square brackets?"""
    text = word.file.text
    line = text.rfind("\n", 0, word.start) + 1
    return re.search(r"[\[,]\s*\"$", text[line : word.start]) is not None or text[line : word.start].strip() == '"'


def _in_yaml(word: Span, words: list[str]) -> tuple[Edit, ...] | None:
    place = place_of(word)
    if place is None or not isinstance(place.node, Scalar):
        return None
    around = holder(place)
    if around is not None and isinstance(around.node, Sequence):
        if place.node.text.strip() != word.text:  # a whole shell line in one item
            return _single(replace_part(place, word, " ".join((word.text, *words))))
        edits = [append_item(around, each, place.node) for each in words]
        if any(edit is None for edit in edits):
            return None
        joined = "".join(edit.text for edit in edits if edit is not None)
        assert edits[0] is not None
        return (Edit(edits[0].span, joined),)
    return _single(replace_part(place, word, " ".join((word.text, *words))))


def _single(edit: Edit | None) -> tuple[Edit, ...] | None:
    return (edit,) if edit is not None else None


def replace_host(place: Span, host: str, text: str) -> Edit | None:
    """Another name in the place of the host in an address, a setting or a line: where it stands once as a host.

    In a compose file the scalar keeps its quotes, or the answer is None.
    """
    found = list(re.finditer(rf"(?<!{_BORDER}){re.escape(host)}(?!{_BORDER})", place.text))
    if len(found) > 1:  # postgres://app:app@app:5432/app
        found = [one for one in found if re.search(r"(?:@|//|^|[\"'=,\s])$", place.text[: one.start()])]
        at = [one for one in found if place.text[one.start() - 1 : one.start()] == "@"]
        found = at or [one for one in found if not re.match(r":[^@/\s]*@", place.text[one.end() :])]
    if len(found) != 1 or not _PLAIN_WORD.fullmatch(text):
        return None
    part = place.sub(*found[0].span())
    if not place.path.endswith(_YAML):
        return Edit(part, text)
    holds = place_of(part)
    return replace_part(holds, part, text) if holds is not None else None
