"""The answers in the fixture table are the builder's own (moby/patternmatcher with BuildKit's walk)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dockerlint.formats.ignorefile import IgnoreMatcher, parse_ignorefile
from dockerlint.source.text import SourceFile

TABLE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "fixtures/parse/ignorefile.json").read_text(encoding="utf-8")
)


def matcher(text: str) -> IgnoreMatcher:
    return IgnoreMatcher(parse_ignorefile(SourceFile(".dockerignore", text)).patterns)


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: repr(case["ignore"]))
def test_answers_as_the_builder(case: dict[str, Any]) -> None:
    parsed = parse_ignorefile(SourceFile(".dockerignore", case["ignore"].removeprefix("\ufeff")))
    assert bool(parsed.problems) == case.get("refused", False)
    if parsed.problems:
        return
    rules = IgnoreMatcher(parsed.patterns)
    kept = [path for path in TABLE["files"] if not rules.excludes(path)]
    expected = case["kept"] if "kept" in case else set(TABLE["files"]) - set(case["left_out"])
    assert sorted(kept) == sorted(expected)
    for path in kept:
        folder = path.rpartition("/")[0]
        while folder:
            assert rules.reaches(folder)
            folder = folder.rpartition("/")[0]


@pytest.mark.parametrize(
    ("ignore", "folder", "reached"),
    [
        ("node_modules", "node_modules", False),
        ("node_modules/*", "node_modules", False),
        ("node_modules/**", "node_modules", False),
        ("**/node_modules", "web/node_modules", False),
        ("node_modules", "web/node_modules", True),
        ("*\n!src", "node_modules", False),
        ("*\n!src", "src", True),
        ("*\n!src/a/b", "src/a", True),
        ("*\n!src/a/b", "src/c", False),
        ("*\n!**/*.js", "node_modules", True),
        ("node_modules\n!node_modules/left-pad", "node_modules", True),
        ("*.log", "logs", True),
        ("", "", True),
        ("**", "", False),
        ("**/?", "foo", True),
        ("foo/[^a]*", "foo", True),
    ],
)
def test_reaches(ignore: str, folder: str, reached: bool) -> None:
    assert matcher(ignore).reaches(folder) is reached


def test_names_the_pattern_that_decided() -> None:
    rules = matcher("docs\n*.md\n!README.md\n")
    assert [rules.verdict(path).pattern for path in ("a.txt",)] == [None]
    decided = {path: rules.verdict(path).pattern for path in ("docs/x", "a.md", "README.md")}
    assert {path: pattern.text for path, pattern in decided.items() if pattern} == {
        "docs/x": "docs",
        "a.md": "*.md",
        "README.md": "!README.md",
    }


def test_places_a_refused_line() -> None:
    parsed = parse_ignorefile(SourceFile(".dockerignore", "a\r\n  [b\r\nc\r\n"))
    assert [(problem.span.line, problem.span.text) for problem in parsed.problems] == [(2, "[b")]
    assert [pattern.path for pattern in parsed.patterns] == ["a", "c"]


@pytest.mark.parametrize(
    ("ignore", "path", "empty"),
    [
        ("logs\n!logs/keep\nlog*", "logs/keep", True),
        ("logs\n!logs/keep\n**/logs", "logs/keep", True),
        ("logs\n!logs/a\nlog*", "logs/a/b", True),
        ("logs\n!logs/keep", "logs/keep", False),
        ("logs\n!logs/keep\nlogs/other", "logs/keep", False),
        ("log*\n!logs/keep\nlogs", "logs/keep", True),
        ("logs\nlog*\n!logs/keep", "logs/keep", False),
        ("!logs/keep\n*.tmp", "logs/keep", False),
    ],
)
def test_a_file_that_is_sent_without_its_content(ignore: str, path: str, empty: bool) -> None:
    rules = matcher(ignore)
    assert not rules.excludes(path)
    assert rules.empties(path) is empty


@pytest.mark.parametrize(
    ("ignore", "refused"),
    [
        ("a\tb", ["a\tb"]),
        ("vendor\r*.go\r", ["vendor\r*.go"]),
        ("node_modules\t# all\nb\x7f\n", ["node_modules\t# all", "b\x7f"]),
        ("\ta\t\r\n# a\tb\n", []),
        ("a\tb\né", []),
    ],
)
def test_a_control_character_is_refused_unless_the_patterns_travel_encoded(ignore: str, refused: list[str]) -> None:
    problems = parse_ignorefile(SourceFile(".dockerignore", ignore)).problems
    assert [problem.span.text for problem in problems] == refused
    assert all(problem.message.isprintable() for problem in problems)


@pytest.mark.parametrize(
    ("ignore", "refused"),
    [
        ("src\\main", 1),
        ("a\n!src\\main", 1),
        ("!src\\main\na", 0),
        ("*\nsrc\\main", 0),
        ("**/*\nsrc\\main", 0),
        ("*\n!a\nsrc\\main", 1),
        ("*\n[", 1),
    ],
)
def test_an_unknown_escape_is_refused_where_it_is_tried(ignore: str, refused: int) -> None:
    assert len(parse_ignorefile(SourceFile(".dockerignore", ignore)).problems) == refused
