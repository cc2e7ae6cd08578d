from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import pytest

from dockerlint.formats.shellwords import (
    Block,
    Case,
    Command,
    Function,
    Group,
    If,
    Loop,
    commands,
    expand,
    parse_shell,
    split_words,
)


def show(block: Block) -> list[str]:
    """Every command with the operator before it."""
    return [
        " ".join(
            [
                *([command.joined_by] if command.joined_by else []),
                *(f"{name}={word.value}" for name, word in command.assignments),
                *(word.value for word in command.words),
                *(f"{redirect.operator}{redirect.target.value}" for redirect in command.redirects),
            ]
        )
        for command in commands(block)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a b", ["a b"]),
        ("a && b || c; d & e | f", ["a", "&& b", "|| c", "; d", "& e", "| f"]),
        ("a &&\n b |\n\n c\nd", ["a", "&& b", "| c", "; d"]),
        ("set -eux; \tapt-get update;", ["set -eux", "; apt-get update"]),
        ("a 'b  c' \"d $E\" f\\ g", ["a b  c d $E f g"]),
        ("A=1 B='x y' c --d=$A", ["A=1 B=x y c --d=$A"]),
        ("export A=1; A=2", ["export A=1", "; A=2"]),
        ("a >x 2>&1 <y >>z &>w", ["a >x >&1 <y >>z &>w"]),
        ("a # b && c\nd", ["a", "; d"]),
        ("a#b c#d", ["a#b c#d"]),
        ("echo $(a | b $(c)) `d`", ["echo $(a | b $(c)) `d`", "a", "| b $(c)", "c", "d"]),
        ("x=$(a)", ["x=$(a)", "a"]),
        ('"$(a "b c")"', ['$(a "b c")', "a b c"]),
        ("echo ${A:-$(b)} $((1 + 2))", ["echo ${A:-$(b)} $((1 + 2))", "b"]),
        ("if a; then b; elif c; then d; else e; fi && f", ["a", "b", "c", "d", "e", "&& f"]),
        ("for x in a $(b) c; do d $x; done", ["b", "d $x"]),
        ("for x; do d; done; while a; do b; done; until c; do e; done", ["d", "a", "b", "c", "e"]),
        ("for ((i=0; i<3; i++)); do d; done", ["d"]),
        ("case $x in a|b) c;; (d) e ;; *) f; esac; g", ["c", "e", "f", "; g"]),
        ("f() { a; }; function g { b; }; h () (c)", ["a", "b", "c"]),
        ("{ a; b; } >x && (c; d)", ["a", "; b", "c", "; d"]),
        ("! a && ! b", ["a", "&& b"]),
        ("[[ $a < b && ( -f c ) ]] && d", ["[[ $a b -f c ]]", "&& d"]),
        ("[ -f a ] && b", ["[ -f a ]", "&& b"]),
        ("a=(1 2 $(b)); c", ["a=1 2 $(b)", "b", "; c"]),
        ("cat <<EOF | b\none $(x\nEOF\nc", ["cat <<EOF", "| b", "; c"]),
        ("cat <<-'A' <<B; c\n\tq\n\tA\nw\nB\nd", ["cat <<-A <<B", "; c", "; d"]),
        ("a <<< 'b c'", ["a <<<b c"]),
        ("diff <(a) <(b)", ["diff <(a) <(b)", "a", "b"]),
        ("a \\\n b", ["a b"]),
        ("echo $'a\\nb' $\"c\"", ["echo a\nb c"]),
        ("a\r\nb\r\n", ["a", "; b"]),
        ("echo if then; then_x", ["echo if then", "; then_x"]),
        ("((a + b)) && c", ["((a + b))", "&& c"]),
        ('case ${1?"try `a` help\' x"} in *) b;; esac', ["a", "b"]),
    ],
)
def test_commands(text: str, expected: list[str]) -> None:
    block = parse_shell(text)
    assert show(block) == expected
    assert block.complete


@pytest.mark.parametrize(
    "text", ["(a", "a)", "$(a", "'a", '"a', "`a", "if a", "fi", "case x", "{ a", "for", "a ;;", "${a", "a <<E\nb", "! "]
)
def test_what_is_unfinished_is_marked(text: str) -> None:
    assert not parse_shell(text).complete or text == "! "


def words(block: Block) -> Iterator[tuple[str, int, int]]:
    for command in commands(block):
        for word in command.words:
            yield word.raw, word.start, word.end


def test_offsets() -> None:
    text = "a 'b' && if c $(d \"e\"); then `f g`; fi >h"
    assert all(text[start:end] == raw for raw, start, end in words(parse_shell(text)))
    first = next(iter(parse_shell("  a b  ")))
    assert (first.start, first.end) == (2, 5)


def test_kinds_of_statements() -> None:
    block = parse_shell("a; if b; then c; fi; case d in e) f;; esac; for g in h; do i; done; { j; }; k() { l; }")
    assert [type(statement) for statement in block] == [Command, If, Case, Loop, Group, Function]


def test_static_words() -> None:
    (command,) = parse_shell("a 'b$c' \"$d\" *.e \\$f $(g) ~/h ${i}")
    assert isinstance(command, Command)
    assert [word.static for word in command.words] == [True, True, False, True, True, False, True, False]


def test_heredoc_bodies() -> None:
    text = "cat <<A > x; b\none\n\ntwo\nA\nc"
    command = next(commands(parse_shell(text)))
    redirect = command.redirects[0]
    assert redirect.body == "one\n\ntwo\n"
    assert text[redirect.body_start :].startswith("one")


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        "$(",
        "${",
        "`",
        "{ ",
        "if ",
        "case x in ",
        "$((",
        "((",
        'a "$(',
        "a<<E\n",
        "f(){ ",
        "[[ ",
        "a=(",
        "! ",
        "\\\n",
    ],
)
def test_depth_and_time(piece: str) -> None:
    start = perf_counter()
    list(commands(parse_shell(piece * 50_000)))
    assert perf_counter() - start < 60  # it ends at all


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("echo hi", ("echo", "hi")),
        ("a \"b c\" 'd e' f\\ g", ("a", "b c", "d e", "f g")),
        ("sh -c 'x && y'", ("sh", "-c", "x && y")),
        ("a && b", ("a",)),
        ("a; b", ("a",)),
        ("a 2>b", ("a",)),
        ("a2$>b", ("a2$",)),
        ("x $(a b) `c d`", ("x", "$(a b)", "`c d`")),
        ('"a\\nb"', ("a\nb",)),
        ("a '' \"\"", ("a", "", "")),
        ("  ", ()),
        ("", ()),
        ('a "b', None),
        ("a \\", None),
        ("a (b)", None),
        ("a b)", None),
        ("$(a", None),
    ],
)
def test_split_words(text: str, expected: tuple[str, ...] | None) -> None:
    assert split_words(text) == expected


def test_expand() -> None:
    known = {"A": "1", "E": ""}
    assert expand('"$A"/${A}x${E:-d}', known.get) == "1/1xd"
    assert expand("$B", known.get) is None
    assert expand("$(a)", known.get) is None
    assert expand("`a`", known.get) is None
    assert expand("'$B'", known.get) == "$B"
    assert expand("${A:-$B}", known.get) == "1"
    assert expand("${", known.get) is None
