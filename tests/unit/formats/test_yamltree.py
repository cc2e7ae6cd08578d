# ruff: noqa: E501
"""YAML nodes: values as Docker reads them, places, merge keys, and files that are broken or hostile."""

from __future__ import annotations

import math
from typing import Any

import pytest

from dockerlint.formats.yamltree import (
    Mapping,
    ParsedYaml,
    Scalar,
    Sequence,
    node_to_plain,
    parse_yaml,
    part,
    text_span,
)
from dockerlint.source.text import SourceFile

PURE = pytest.mark.parametrize("pure", [False, True], ids=["libyaml", "pure"])


def read(text: str, pure: bool = False) -> ParsedYaml:
    return parse_yaml(SourceFile("compose.yaml", text), pure)


def plain(text: str) -> Any:
    return node_to_plain(read(text).root)


def mapping(text: str) -> Mapping:
    root = read(text).root
    assert isinstance(root, Mapping)
    return root


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("0777", 511),
        ("0o17", 15),
        ("0x1F", 31),
        ("-0b11", -3),
        ("1_000", 1000),
        ("08", 8.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1.2.3", "1.2.3"),
        ("+5", 5),
        ("-x", "-x"),
        ("true", True),
        ("TRUE", True),
        ("tRUE", "tRUE"),
        ("~", None),
        ("", None),
        ("null", None),
        ("'5'", "5"),
        ("!!str 5", "5"),
        ('!!int "5"', 5),
        ("2020-01-01", "2020-01-01"),
        ("99999999999999999999999", 1e23),
        ("1__0", 10),
        ("0x", "0x"),
        ("e5", "e5"),
    ],
)
def test_scalars(written: str, value: object) -> None:
    found = plain(f"a: {written}\n")["a"]
    assert found == pytest.approx(value) if isinstance(value, float) else found == value
    assert type(found) is type(value)


def test_infinity_and_nothing() -> None:
    assert plain("a: -.inf")["a"] == -math.inf
    assert math.isnan(plain("a: .nan")["a"])


@PURE
def test_places(pure: bool) -> None:
    text = "a:  b c # note\nq: 'x''y'\nl:\n  - one\n  - {k: v}\nt: |  # head\n  # text\n  more\n\nend: &x [1,\n  2]\nz: *x\n"
    root = read(text, pure).root
    assert isinstance(root, Mapping)
    spans = {key: entry.value.span.text for key, entry in root.entries.items()}
    assert spans == {
        "a": "b c",
        "q": "'x''y'",
        "l": "- one\n  - {k: v}",
        "t": "|  # head\n  # text\n  more",
        "end": "[1,\n  2]",
        "z": "[1,\n  2]",
    }
    assert root.entries["a"].span.text == "a:  b c"
    assert [comment.text for comment in read(text, pure).comments] == [" note", " head"]


def test_comments_outside_of_texts() -> None:
    text = "#one\r\na: b#no\nb: 'x # no'\nc: # two\n  - d   # three  \ne: \"#no\"\nf: >\n  g # no\n# last"
    assert [comment.text for comment in read(text).comments] == ["one", " two", " three", " last"]


def test_merge_keys() -> None:
    text = "x: &a {p: 1, q: 1}\ny: &b {q: 2, r: 2}\nm: {<<: [*b, *a], r: 3}\nn: {q: 9, <<: *a}\n"
    assert plain(text)["m"] == {"r": 3, "q": 2, "p": 1}
    assert plain(text)["n"] == {"q": 9, "p": 1}
    merged = mapping(text).get("m")
    assert isinstance(merged, Mapping)
    assert merged.merged == {"p", "q"}
    assert merged.entries["q"].key.span.line == 2


@PURE
@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "line 1"),
        ("a:\n\tb: 1\n", 2, "tab"),
        ("a: [1, 2\nb: 3\n", 2, "not valid YAML"),
        ("a: 'open\n", 1, "not valid YAML"),
        ("a: *nope\n", 1, "no anchor"),
        ("a: &a [*a]\n", 1, "contains itself"),
        ("? [a]\n: b\n", 1, "a key must be a text"),
        ("a: {<<: 5}\n", 1, "merge"),
        ("a: 1\nb: \x01\n", 2, "control character"),
        ("[" * 5000, 1, "levels deep"),
    ],
)
def test_faults(text: str, line: int, says: str, pure: bool) -> None:
    problems = read(text, pure).problems
    assert problems, text
    assert says in problems[0].message
    assert problems[0].span.line == line


def test_what_stands_before_a_fault_is_kept() -> None:
    found = read("services:\n  a: {image: x}\n  b: [\n  c: d\n")
    assert node_to_plain(found.root)["services"]["a"] == {"image": "x"}
    assert len(found.problems) == 1


def test_aliases_are_bounded() -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    found = read("\n".join(lines))
    assert len(found.problems) == 1
    assert "unfold" in found.problems[0].message


def test_documents_and_emptiness() -> None:
    assert [node_to_plain(d) for d in read("a: 1\n---\nb: 2\n").documents] == [{"a": 1}, {"b": 2}]
    assert read("").root is None
    assert read("# only\n").root is None
    assert read("\n---\n# x\n---\na: 1\n").documents[-1:] != ()


def test_tags_stay() -> None:
    root = mapping("a: !reset null\nb: !override [1]\n")
    assert [entry.value.tag for entry in root.entries.values()] == ["!reset", "!override"]
    assert root.entries["b"].value.span.text == "[1]"


def test_windows_lines_and_wide_characters() -> None:
    root = mapping("a: é😀\r\nb: c\r\n")
    assert [entry.value.span.text for entry in root.entries.values()] == ["é😀", "c"]
    assert root.entries["b"].key.span.line == 2


def test_parts_of_a_text() -> None:
    root = mapping("a: 'x:yy'\nb: \"x\\ty\"\n")
    value, escaped = root.get("a"), root.get("b")
    assert isinstance(value, Scalar)
    assert part(value, 2, 4).span.text == "yy"
    assert isinstance(escaped, Scalar)
    assert text_span(escaped, 0, 1) == escaped.span


def test_sequences_of_sequences() -> None:
    root = read("- - 1\n  - 2\n- 3\n").root
    assert isinstance(root, Sequence)
    assert [item.span.text for item in root.items] == ["- 1\n  - 2", "3"]
