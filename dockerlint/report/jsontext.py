"""A document as JSON text in which nothing of a file can act on the terminal or log that it is shown in."""

from __future__ import annotations

import json
import re

_UNUSUAL = re.compile(r"[^\n -~]")


def json_text(document: object) -> str:
    """Indented JSON that ends its last line; any parser reads the same strings from it.

    What does not print (controls, direction marks) is written as an escape. So is the start of ``##[``, which the
    runner of GitHub Actions takes for a command anywhere in a line. A byte of a file name that is no text becomes the
    four characters ``\\xff``, because JSON has no way to write it.
    """
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return _UNUSUAL.sub(_escaped, text).replace("##[", "\\u0023#[") + "\n"


def _escaped(match: re.Match[str]) -> str:
    char = match.group()
    code = ord(char)
    if char.isprintable():
        return char
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\\\x{code - 0xDC00:02x}"
    if 0xD800 <= code <= 0xDFFF:
        return f"\\\\u{code:04x}"
    if code > 0xFFFF:
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"
