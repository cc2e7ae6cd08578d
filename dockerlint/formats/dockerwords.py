"""How the builder cuts the arguments of an instruction into words: ranges of offsets, nothing located yet.

Every expression here is linear: its alternatives start with different characters, and a search never has to
give back more than the last quote.
"""

from __future__ import annotations

import re

from dockerlint.source.pattern import pattern

# start, end (in the text), value without quotes and escapes
Range = tuple[int, int, str]

_PLAIN = pattern(r"[^\s]+")
_QUOTED = {
    "\\": pattern(r"""(?:[^\s"'\\]+|\\.?|"(?:[^"\\]+|\\.)*(?:"|\\?\Z)|'[^']*(?:'|\Z))+""", re.S),
    "`": pattern(r"""(?:[^\s"'`]+|`.?|"(?:[^"`]+|`.)*(?:"|`?\Z)|'[^']*(?:'|\Z))+""", re.S),
}
_CLOSED = {
    "\\": pattern(r"""(?:[^"'\\]+|\\.?|"[^"\\]*(?:\\.[^"\\]*)*"|'[^']*')*""", re.S),
    "`": pattern(r"""(?:[^"'`]+|`.?|"[^"`]*(?:`.[^"`]*)*"|'[^']*')*""", re.S),
}
_JSON_STRING = pattern(r'[ \t\r\n]*("[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*")[ \t\r\n]*([,\]])')
_HEREDOC = pattern(r"[0-9]*<<(-?)([^<]+)")


def plain_words(text: str, escape: str = "\\") -> list[Range]:
    """Words between white space; quotes mean nothing to the splitting (FROM, COPY, EXPOSE, VOLUME)."""
    escapes = escape in text or '"' in text or "'" in text
    found = []
    for match in _PLAIN.finditer(text):
        word = match.group()
        found.append((match.start(), match.end(), unquote(word, escape) if escapes else word))
    return found


def quoted_words(text: str, escape: str = "\\") -> list[Range]:
    """Words between white space outside quotes (ENV, ARG, LABEL, and shell text)."""
    pattern = _QUOTED[escape]
    return [(match.start(), match.end(), unquote(match.group(), escape)) for match in pattern.finditer(text)]


def quoted_ranges(text: str, escape: str = "\\") -> list[tuple[int, int]]:
    """Start and end of the same words."""
    return [match.span() for match in _QUOTED[escape].finditer(text)]


def unquote(word: str, escape: str = "\\") -> str:
    """Remove quotes and escapes as a shell and the builder do; variables stay as they are written."""
    if escape not in word and '"' not in word and "'" not in word:
        return word
    inside = word[1:-1]
    if word[0] == word[-1] and word[0] in "\"'" and escape not in inside and word[0] not in inside and inside:
        return inside
    kept: list[str] = []
    quote = ""
    at, end = 0, len(word)
    while at < end:
        char = word[at]
        if char == quote:
            quote = ""
        elif not quote and char in "\"'":
            quote = char
        elif char == escape and quote != "'" and at + 1 < end:
            at += 1
            following = word[at]
            if quote and following not in ('"', "$", escape):
                kept.append(char + following)
            else:
                kept.append(following)
        else:
            kept.append(char)
        at += 1
    return "".join(kept)


def open_quote(text: str, escape: str = "\\") -> int | None:
    """The offset of a quote that nothing closes, or None."""
    if escape not in text and "'" not in text and not text.count('"') % 2:
        return None
    match = _CLOSED[escape].match(text)
    end = match.end() if match else 0
    return end if end < len(text) else None


def json_elements(text: str) -> list[Range] | None:
    """The elements of ``["a", "b"]``; None where the builder would not take the text for a JSON array of strings."""
    text_end = len(text.rstrip())
    if text[:1] != "[" or text_end < 2:
        return None
    if text[1:text_end].strip() == "]":
        return []
    found: list[Range] = []
    at = 1
    while True:
        match = _JSON_STRING.match(text, at)
        if match is None:
            return None
        raw = match.group(1)
        value = raw[1:-1]
        if "\\" in value:
            import json

            try:
                value = json.loads(raw)
            except ValueError:
                return None
        found.append((match.start(1), match.end(1), value))
        at = match.end()
        if match.group(2) == "]":
            return found if at == text_end else None


def builder_flags(text: str) -> tuple[list[Range], int]:
    """The words at the start that begin with ``--``, and the offset of what follows them; ``--`` alone ends them."""
    found: list[Range] = []
    at = 0
    while text.startswith("--", at):
        match = _QUOTED["\\"].match(text, at)
        if match is None:
            break
        word = match.group()
        at = match.end()
        while at < len(text) and text[at].isspace():
            at += 1
        if word == "--":
            break
        found.append((match.start(), match.end(), unquote(word)))
    return found, at


def json_mixed(text: str) -> bool:
    """Is the text a JSON array with something else than strings in it? The builder refuses that one."""
    import json

    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, list) and not all(isinstance(item, str) for item in value)


def heredoc_words(text: str) -> list[tuple[int, int, str, bool, bool]]:
    """The words that open here-documents: start, end, name, whether the body is expanded, whether tabs go.

    The builder wants the word for itself: ``<<EOF``, ``3<<-"EOF"``; ``<< EOF`` and ``$((1<<2))`` are the shell's own.
    """
    if open_quote(text) is not None:
        return []
    found = []
    for match in _QUOTED["\\"].finditer(text):
        word = match.group()
        if "<<" not in word:
            continue
        opening = _HEREDOC.fullmatch(word)
        if opening is None:
            continue
        name = unquote(opening.group(2))
        if name:
            found.append((match.start(), match.end(), name, name == opening.group(2), bool(opening.group(1))))
    return found
