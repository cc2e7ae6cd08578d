from __future__ import annotations

import time

import pytest

from dockerlint.source.gitignore import decide, parse_gitignore

# pattern file, path, is a folder, verdict; checked against git's own answers
TABLE = [
    ("node_modules", "node_modules", True, True),
    ("node_modules", "web/node_modules", True, True),
    ("node_modules/", "web/node_modules", False, None),
    ("/build", "build", True, True),
    ("/build", "web/build", True, None),
    ("web/build", "web/build", True, True),
    ("web/build", "api/web/build", True, None),
    ("*.log", "a/b/x.log", False, True),
    ("*.log\n!keep.log", "keep.log", False, False),
    ("a/**", "a", True, None),
    ("a/**", "a/b/c", False, True),
    ("**/b", "b", False, True),
    ("**/b", "x/y/b", False, True),
    ("a/**/b", "a/b", False, True),
    ("a/**/b", "a/x/y/b", False, True),
    ("a**b", "a/b", False, None),
    ("a*c", "a/c", False, None),
    ("?", "x", False, True),
    ("[ab]x", "bx", False, True),
    ("[!ab]x", "bx", False, None),
    ("[]a]", "]", False, True),
    ("[a-c]", "b", False, True),
    ("[[:digit:]]", "7", False, True),
    ("[a", "[a", False, None),
    (r"\#x", "#x", False, True),
    ("# x", "# x", False, None),
    (r"\!x", "!x", False, True),
    (r"a\*b", "a*b", False, True),
    (r"a\*b", "aab", False, None),
    ("x  ", "x", False, True),
    ("x\\ ", "x ", False, True),
    ("x\r", "x", False, True),
    ("/", "x", False, None),
    ("", "x", False, None),
]


@pytest.mark.parametrize(("text", "path", "folder", "verdict"), TABLE)
def test_patterns(text: str, path: str, folder: bool, verdict: bool | None) -> None:
    assert decide(parse_gitignore(text), path, folder) is verdict


def test_no_pattern_backtracks() -> None:
    patterns = parse_gitignore("*a" * 40 + "b\n" + "**/a/" * 30 + "b")
    start = time.perf_counter()
    assert decide(patterns, "a/" * 40 + "a" * 4000, False) is None
    assert time.perf_counter() - start < 60  # it ends at all
