from __future__ import annotations

import pytest

from dockerlint.report.canvas import WIDEST, display_width, safe, show


@pytest.mark.parametrize(
    ("line", "start", "end", "text", "column", "width"),
    [
        ("abc def", 4, 7, "abc def", 4, 3),
        ("\tabc", 1, 4, "    abc", 4, 3),
        ("a\tbc", 2, 4, "a   bc", 4, 2),
        ("한국 x", 3, 4, "한국 x", 5, 1),
        ("x 한국", 2, 4, "x 한국", 2, 4),
        ("e\u0301 x", 3, 4, "e\u0301 x", 2, 1),
        ("a\x1b[31mb", 6, 7, "a\\x1b[31mb", 9, 1),
        ("a\u202eb", 2, 3, "a\\u202eb", 7, 1),
        ("abc", 3, 3, "abc", 3, 1),
        ("", 0, 0, "", 0, 1),
    ],
)
def test_show(line: str, start: int, end: int, text: str, column: int, width: int) -> None:
    shown = show(line, start, end)
    assert (shown.text, shown.start, shown.width) == (text, column, width)


def test_long_line_is_cut_around_the_mark() -> None:
    shown = show("x" * 5000 + "HERE" + "y" * 5000, 5000, 5004)
    assert len(shown.text) == WIDEST + 2 and shown.text.startswith("…") and shown.text.endswith("…")
    assert shown.text[shown.start : shown.start + shown.width] == "HERE"


def test_safe() -> None:
    assert safe("a\nb\x07\u2028") == "a\\x0ab\\x07\\u2028"
    assert safe("한국어 ok") == "한국어 ok"
    assert safe("\udcff") == "\\xff"
    assert display_width("한a") == 3
