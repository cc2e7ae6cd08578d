from __future__ import annotations

import pytest

from dockerlint.formats.jsontree import Node
from dockerlint.formats.tomltree import parse_toml
from dockerlint.source.text import SourceFile


def plain(node: Node) -> object:
    if isinstance(node.value, dict):
        return {key: plain(value) for key, value in node.value.items()}
    return [plain(item) for item in node.value] if isinstance(node.value, list) else node.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a = \"x\"\r\nb = 'C:\\y' # c\r\n", {"a": "x", "b": "C:\\y"}),
        ("[a.b]\nc.d = true\n[a.e]\n", {"a": {"b": {"c": {"d": True}}, "e": {}}}),
        ('[[p]]\nn = "1"\n[[p]]\nn = "2"\n[p.q]\nr = 3', {"p": [{"n": "1"}, {"n": "2", "q": {"r": "3"}}]}),
        ('a = [\n  "x", # one\n  "y",\n]\n', {"a": ["x", "y"]}),
        ('a = {b = "c", "d e" = [1]}', {"a": {"b": "c", "d e": ["1"]}}),
        ('a = """\none \\\n   two"""', {"a": "one two"}),
        ("a = '''x'y'''''", {"a": "x'y''"}),
        (r'a = "\u00e9\t\"\\"', {"a": 'é\t"\\'}),
        ("d = 2020-01-02 03:04:05Z", {"d": "2020-01-02 03:04:05Z"}),
        ("", {}),
    ],
)
def test_reads(text: str, value: object) -> None:
    root, problems = parse_toml(SourceFile("a.toml", text))
    assert plain(root) == value
    assert problems == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        *(("a = 1\nb", 2), ("a = 1\nb = ", 2), ('a = "x', 1), ('a = "x\ny"', 1), ("[a", 1), ("a = [1 2]", 1)),
        *(("a = 1 b", 1), ("a = " + "[" * 5000, 1), ("a = {b = 1", 1), ('a = """x', 1)),
    ],
)
def test_keeps_what_stood_before_a_fault(text: str, line: int) -> None:
    root, problems = parse_toml(SourceFile("a.toml", text))
    assert [problem.span.line for problem in problems] == [line]
    assert line == 1 or plain(root) == {"a": "1"}
