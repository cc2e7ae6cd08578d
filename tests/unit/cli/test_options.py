"""What is read without click is read as click reads it."""

from __future__ import annotations

import itertools
import os

import click
import pytest

from dockerlint.cli import options
from dockerlint.cli.check import check_command
from dockerlint.cli.options import OPTIONS, Option


def by_click(words: list[str]) -> tuple[tuple[str, ...], dict[str, object]]:
    given = dict(check_command.make_context("check", list(words)).params)
    return given.pop("paths"), given


def samples(option: Option) -> list[list[str]]:
    if option.value is None:
        return [[name] for name in option.names]
    values = option.value if isinstance(option.value, tuple) else ("3",) if option.number else ("a, b,,c", "", "é")
    return [[name, value] for name in option.names for value in values]


ORDINARY = [
    [],
    ["."],
    ["a", "b/c.yaml", "-"],
    *(given for option in OPTIONS for given in samples(option)),
    *([*samples(option)[0], "here", *samples(option)[-1]] for option in OPTIONS),
    [word for option in OPTIONS for word in samples(option)[0]],
]


@pytest.mark.parametrize("words", ORDINARY, ids=" ".join)
def test_ordinary_words(words: list[str]) -> None:
    assert options.read(words) == by_click(words)


UNUSUAL = ["-qv", "-fx", "--format=json", "--", "--help", "-h", "--nothing", "--formats"]


@pytest.mark.parametrize(
    "option", [option for option in OPTIONS if option.value is not None], ids=lambda o: o.names[-1]
)
def test_a_value_that_lacks_or_looks_like_an_option_is_left_to_click(option: Option) -> None:
    for name in option.names:
        assert options.read([name]) is None
        assert options.read([name, "-q"]) is None
        if option.number or isinstance(option.value, tuple):
            assert options.read([name, "none of them"]) is None


@pytest.mark.parametrize("word", UNUSUAL)
def test_unusual_words_are_left_to_click(word: str) -> None:
    assert options.read(["here", word]) is None


def test_what_is_wrong_for_click_is_not_read() -> None:
    words = ["--jobs", "0", "٣", "x", "--format", "csv", "-f", "--fix", "-", "p"]
    for some in itertools.permutations(words, 3):
        read = options.read(list(some))
        if read is None:
            continue
        assert read == by_click(list(some))


def test_windows_patterns_are_left_to_click(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "name", "nt")
    assert options.read(["*.yaml"]) is None and options.read(["~"]) is None
    monkeypatch.undo()
    assert options.read(["*.yaml"]) == by_click(["*.yaml"])


def test_click_complains() -> None:
    with pytest.raises(click.UsageError):
        by_click(["--jobs", "0"])
