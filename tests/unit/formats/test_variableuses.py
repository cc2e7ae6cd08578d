"""Which variables a word takes."""

from __future__ import annotations

import pytest

from dockerlint.formats.variableuses import variable_uses


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("/srv/$A/${B}", ["A", "B"]),
        ("${A:-x} ${B-x} ${C:+x} ${D:?x} ${E}", ["E"]),
        ("${A#x} ${#B} ${C[@]}", ["A", "B", "C"]),
        ('\'$A\' "$B" "it\'s $C" \\$D', ["B", "C"]),
        ("$1 $? $$ $! ${!A} $(id) ${} ${", []),
        ("$$A$B", ["B"]),
        ("${A:-$B}", ["B"]),
        ("$", []),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert [use.name for use in variable_uses(text) if not use.optional] == names


def test_places() -> None:
    text = "a $ONE b ${TWO} c"
    assert [text[use.start : use.end] for use in variable_uses(text)] == ["$ONE", "${TWO}"]
