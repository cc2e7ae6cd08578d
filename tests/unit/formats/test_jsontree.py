from __future__ import annotations

import json

import pytest

from dockerlint.formats.jsontree import Node, parse_json
from dockerlint.source.text import SourceFile


def plain(node: Node | None) -> object:
    if node is None:
        return None
    if isinstance(node.value, dict):
        return {key: plain(value) for key, value in node.value.items()}
    return [plain(item) for item in node.value] if isinstance(node.value, list) else node.value


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        " [ ] ",
        '{"a": [1, -2.5e3, true, false, null, "x"]}',
        r'"é\"\\\/\b\f\n\r\t\u0041\ud83d\ude00"',
        "0",
        '{"a":1,"a":2}',
    ],
)
def test_reads_what_json_reads(text: str) -> None:
    node, problems = parse_json(SourceFile("a.json", text))
    assert plain(node) == json.loads(text)
    assert problems == ()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "ends too early"),
        ('{"a": 1,\n "b": 2,\n}', 2, "comma stands before"),
        ('{"a": 1\n "b": 2}', 2, "comma is missing"),
        ("{'a': 1}", 1, "key in double quotes"),
        ('{"a" 1}', 1, "colon"),
        ('{\n"a": "x\ny"}', 2, "not closed"),
        ('["\\q"]', 1, "escape"),
        ("[1] [2]", 1, "behind the end"),
        ("[01]", 1, "value is missing"),
        ("// no\n{}", 1, "value is missing"),
        ("[" * 5000, 1, "nested"),
        ('{"a": ', 1, "ends too early"),
        ("[1", 1, "ends too early"),
    ],
)
def test_places_what_it_refuses(text: str, line: int, says: str) -> None:
    node, (problem,) = parse_json(SourceFile("a.json", text))
    assert node is None
    assert problem.span.line == line
    assert says in problem.message


def test_leniency_is_asked_for() -> None:
    node, problems = parse_json(SourceFile("a.json", '// x\n{"a": /* y */ [1,],}'), lenient=True)
    assert plain(node) == {"a": [1]}
    assert not problems


def test_spans_are_inside_the_quotes() -> None:
    node, _ = parse_json(SourceFile("a.json", '{"scripts": {"dev": "vite --host"}}'))
    assert node is not None
    found = node.get("scripts", "dev")
    assert found is not None and found.span.text == "vite --host"
    assert node.text("scripts", "no") is None and node.texts("scripts") == ()
