"""Env files as Compose v2 reads them."""

from __future__ import annotations

import pytest

from dockerlint.formats.dotenv import fill_dotenv, parse_dotenv, parse_raw_env
from dockerlint.source.text import SourceFile


def values(text: str, **outside: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    fill_dotenv(parse_dotenv(SourceFile(".env", text)), outside.get, found)
    return found


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("A = b ", "b"),
        ("  export A=b", "b"),
        ("export\tA=b", "b"),
        ("A: b", "b"),
        ("A=", ""),
        ("A=b c", "b c"),
        ("A=b # c", "b"),
        ("A=b#c", "b#c"),
        ("A=#c", "#c"),
        ("A='b # c' # d", "b # c"),
        ("A='$B'", "$B"),
        ("A='it\\'s'", "it's"),
        ("A='a\\nb'", "a\\nb"),
        ('A="a\\nb\\t\\"q\\" \\\\ \\$B"', 'a\nb\t"q" \\ $B'),
        ('A="\\x \\0101"', "\\x A"),
        ('A="one\ntwo"', "one\ntwo"),
        ("A='one\ntwo'", "one\ntwo"),
        ("A=$$B", "$B"),
        ("A=${B:-x}", "x"),
        ("A=x=y", "x=y"),
    ],
)
def test_values(line: str, value: str) -> None:
    assert values(line + "\n") == {"A": value}
    if "\n" not in line:
        assert values(line.replace("\n", "\r\n") + "\r\n") == {"A": value}


def test_order_of_variables() -> None:
    assert values("A=1\nB=$A$C\nC=3\nD=$C\n", C="out") == {"A": "1", "B": "1out", "C": "3", "D": "out"}


def test_a_name_alone() -> None:
    assert values("A\nB\nC=1\n", A="x") == {"A": "x", "C": "1"}
    entries = parse_dotenv(SourceFile(".env", "A\nB=1")).entries
    assert [(e.name, e.value) for e in entries] == [("A", None), ("B", "1")]


def test_later_lines_win() -> None:
    assert values("A=1\nA=2\n") == {"A": "2"}


def test_places() -> None:
    text = "# top\nexport A='b c' # in\nB=d #e\n"
    found = parse_dotenv(SourceFile(".env", text))
    assert [(e.span.text, e.name_span.text, e.value_span.text, e.quote) for e in found.entries] == [
        ("A='b c'", "A", "b c", "'"),
        ("B=d", "B", "d", ""),
    ]
    assert [c.text for c in found.comments] == [" top", " in", "e"]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("A=1\nB C=2\nD=3\n", 2, "space"),
        ("A=1\n\nB!=2\n", 3, '"!"'),
        ("A='x\n", 1, "not closed"),
        ("A=1\n<html>\n", 2, '"<"'),
    ],
)
def test_faults(text: str, line: int, says: str) -> None:
    found = parse_dotenv(SourceFile(".env", text))
    assert [problem.span.line for problem in found.problems] == [line]
    assert says in found.problems[0].message


def test_required_variable() -> None:
    problems = fill_dotenv(parse_dotenv(SourceFile(".env", "A=${B:?no}\n")), {}.get, {})
    assert [problem.message for problem in problems] == ["the variable B is required but has no value: no"]


def test_raw_format() -> None:
    found = parse_raw_env(SourceFile("r.env", "A='q' $B # c\n # x\n B=\nC\n"))
    assert [(e.name, e.value) for e in found.entries] == [("A", "'q' $B # c"), ("B", ""), ("C", None)]
    assert [c.text for c in found.comments] == [" x"]


@pytest.mark.parametrize("text", ["", "\n\n", "#", "=", "=x\n", "A='", '"', "\ufeff", "A=\\", 'A="\\'])
def test_odd_files_do_no_harm(text: str) -> None:
    parse_dotenv(SourceFile(".env", text))
    parse_raw_env(SourceFile(".env", text))
