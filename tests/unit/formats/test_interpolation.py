"""Variables in compose files."""

from __future__ import annotations

import pytest

from dockerlint.formats.interpolation import UNKNOWN, interpolate, variables

VALUES = {"T": "tee", "E": ""}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain", "plain"),
        ("$T", "tee"),
        ("${T}x", "teex"),
        ("$N.", "."),
        ("$$T", "$T"),
        ("$$$T", "$tee"),
        ("$", "$"),
        ("a$5 $(x) $-", "a$5 $(x) $-"),
        ("${N:-d}", "d"),
        ("${E:-d}", "d"),
        ("${E-d}", ""),
        ("${N-d}", "d"),
        ("${N-}", ""),
        ("${T:+s}${T+s}", "ss"),
        ("${E:+s}|${E+s}", "|s"),
        ("${N:+s}${N+s}", ""),
        ("${T:?e}${E?e}", "tee"),
        ("${N:-${M:-in}ner}", "inner"),
        ("${N:-a}${M:-b}", "ab"),
        ("${N:-{}x}", "{}x"),
        ("${N:-$T}", "tee"),
        ("${N:-a:b/c?d}", "a:b/c?d"),
        ("${N:-a b}}", "a b}"),
        ("$T$T", "teetee"),
    ],
)
def test_text(template: str, text: str) -> None:
    found = interpolate(template, VALUES.get)
    assert (found.text, found.faults) == (text, ())


@pytest.mark.parametrize("template", ["${T", "${}", "${1}", "${T!x}", "${T:-a\nb}", "${ T}"])
def test_no_variable(template: str) -> None:
    found = interpolate(template, VALUES.get)
    assert [fault.missing for fault in found.faults] == [False]
    assert "$$" in found.faults[0].message


def test_required() -> None:
    found = interpolate("a ${N:?because} ${E?x}", VALUES.get)
    assert [(fault.message, fault.missing, fault.start, fault.end) for fault in found.faults] == [
        ("the variable N is required but has no value: because", True, 2, 15)
    ]


def test_unknown_stays_visible() -> None:
    found = interpolate("${N}/x:${M:-y}", VALUES.get, UNKNOWN)
    assert found.text == f"{UNKNOWN}/x:y"
    assert not found.known
    assert interpolate("${N:+s}", VALUES.get, UNKNOWN).text == UNKNOWN


def test_places_and_pieces() -> None:
    found = interpolate("ab${N:-$T}c$E", VALUES.get)
    assert [(v.name, v.start, v.end, v.operator, v.argument, v.value) for v in found.variables] == [
        ("N", 2, 10, ":-", "$T", None),
        ("T", 7, 9, None, None, "tee"),
        ("E", 11, 13, None, None, ""),
    ]
    assert [(p.start, p.end, p.from_start, p.from_end, p.literal) for p in found.pieces] == [
        (0, 2, 0, 2, True),
        (2, 5, 2, 10, False),
        (5, 6, 10, 11, True),
        (6, 6, 11, 13, False),
    ]


def test_names() -> None:
    assert [v.name for v in variables("$a ${B} $$c ${_d1:-${e}}")] == ["a", "B", "_d1", "e"]


def test_deep_nesting_ends() -> None:
    assert interpolate("${a:-" * 3000 + "}" * 3000, VALUES.get).faults
