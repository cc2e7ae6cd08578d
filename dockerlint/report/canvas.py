"""A line of a file as it can be shown: tabs widened, control characters escaped, wide characters counted as two."""

from __future__ import annotations

from dockerlint.source.record import dataclass

TAB = 4
WIDEST = 160
_LEAD = 40
_NO_COMMAND = "##\\x5b"


@dataclass(frozen=True, slots=True)
class Shown:
    """`text` for the terminal; the marked part begins at display column `start` (from 0) and is `width` wide."""

    text: str
    start: int
    width: int


def show(line: str, start: int, end: int) -> Shown:
    """A line with its characters `start` to `end` marked, cut around them when it is very long."""
    line, start, end = _crop(line, start, end)
    pieces: list[str] = []
    column = left = right = 0
    for at, char in enumerate(line):
        if at == start:
            left = column
        if at == end:
            right = column
        piece, width = _piece(char, column)
        if char == "[" and line.startswith("##", max(0, at - 2)) and at >= 2:
            piece, width = _escape(char), 4
        pieces.append(piece)
        column += width
    left = column if start >= len(line) else left
    right = column if end >= len(line) else right
    return Shown("".join(pieces).rstrip(), left, max(1, right - left))


def safe(text: str) -> str:
    """A text on one line without control characters, which a file could use to write over the report.

    Nor does it hold ``##[``, which the runner of GitHub Actions takes for a command anywhere in a line.
    """
    if not text.isprintable():
        text = "".join(char if char.isprintable() or char == " " else _escape(char) for char in text)
    return text.replace("##[", _NO_COMMAND) if "##[" in text else text


def display_width(text: str) -> int:
    return sum(_width(char) for char in text)


def _crop(line: str, start: int, end: int) -> tuple[str, int, int]:
    if len(line) <= WIDEST:
        return line, start, end
    first = max(0, min(start - _LEAD, len(line) - WIDEST))
    last = first + WIDEST
    head = "…" if first else ""
    tail = "…" if last < len(line) else ""
    shift = len(head) - first
    return f"{head}{line[first:last]}{tail}", start + shift, min(end, last) + shift


def _piece(char: str, column: int) -> tuple[str, int]:
    if char == "\t":
        width = TAB - column % TAB
        return " " * width, width
    if " " <= char < "\x7f":
        return char, 1
    if not char.isprintable() and char != "\u00a0":
        escaped = _escape(char)
        return escaped, len(escaped)
    return char, _width(char)


def _escape(char: str) -> str:
    """``\\x1b`` and the like; a byte of a file name that is no text shows as what it was."""
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _width(char: str) -> int:
    if char < "\u0300":
        return 1
    from unicodedata import combining, east_asian_width

    if combining(char) or char in "\u200b\u200c\u200d\ufe0e\ufe0f":
        return 0
    return 2 if east_asian_width(char) in "WF" else 1
