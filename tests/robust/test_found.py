"""What hypothesis, the fuzzer and audits have found, each in the shortest form that broke something."""

from __future__ import annotations

import pytest

from tests.robust.parsers import check_parser

FOUND = [
    # A place in the closing line of a here-document that nothing closes lay behind the end of the file.
    ("dockerfile", "FROM a\nRUN <<A <<-B\nx\nA\n\ty\n"),
    # One that begins in the last line, which has no line end, began behind the end of the file.
    ("dockerfile", "FROM a\nRUN <<A <<-B"),
    # The builder takes away tabs at the start of a line only, and these characters end none.
    ("dockerfile", "FROM a\nRUN cat <<-B\n\ty\x85\tz\x0b\tz\nB\n"),
    # The place of a blank line ended before it began.
    ("manifest-xml", " "),
    # A quote alone was taken for a quoted value.
    ("config-lines", 'datasource db {\nurl = "\n}'),
]


@pytest.mark.parametrize(("name", "text"), FOUND)
def test_parser(name: str, text: str) -> None:
    check_parser(name, text)
