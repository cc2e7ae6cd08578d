from __future__ import annotations

import time

import pytest

from dockerlint.formats.globs import BadPattern, _ignore_steps, check_glob, follow, glob, has_wildcards, ignore_pattern


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("package*.json", "package-lock.json", True),
        ("package*.json", "web/package.json", False),
        ("**/package.json", "package.json", False),
        ("**/package.json", "a/package.json", True),
        ("**/package.json", "a/b/package.json", False),
        ("[a-c]?", "bz", True),
        ("[^a-c]?", "bz", False),
        ("[z-a]", "b", False),
        ("a\\*b", "a*b", True),
        ("a\\*b", "axb", False),
        ("", "", True),
    ],
)
def test_glob(pattern: str, path: str, matches: bool) -> None:
    assert glob(pattern)(path) is matches


@pytest.mark.parametrize("pattern", ["[", "[]", "[]a]", "[a-]", "[-a]", "[^]", "a\\", "[a\\", "x[a-b"])
def test_refuses_what_go_refuses(pattern: str) -> None:
    with pytest.raises(BadPattern):
        check_glob(pattern)


def test_sees_wildcards_but_not_escaped_ones() -> None:
    assert [has_wildcards(pattern) for pattern in ("a*", "a?", "[a]", "a", "\\*a", "a\\")] == [True] * 3 + [False] * 3


@pytest.mark.parametrize("pattern", ["a/**/b*c?", "**/x[a-c]*", "**a**b", "***", "a**/b**/", "*a*b*", "**/a/**/b/**"])
def test_both_ways_of_matching_agree(pattern: str) -> None:
    short = ignore_pattern(pattern)
    steps = _ignore_steps(pattern)
    for path in ("a/b", "a/x/bzcd", "xa", "q/xbb", "ab", "a/b/a/b/c", "aab/b", "a/a/b/b/x", "", "b", "zazbz", "a/bcd"):
        assert follow(steps, path) is short(path), path


def test_stays_linear() -> None:
    start = time.perf_counter()
    assert not ignore_pattern("**/a" * 20 + "/**/*a*a*a*a*a*b")("a/" * 1000 + "c")
    assert not glob("*a" * 30 + "b")("a" * 2000)
    assert time.perf_counter() - start < 60  # it ends at all
