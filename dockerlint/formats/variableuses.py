"""Which variables a word of a Dockerfile or a shell text takes, and where: quotes and escapes as the readers know them.

For a Dockerfile's words see https://docs.docker.com/reference/dockerfile/#environment-replacement.
"""

from __future__ import annotations

from collections.abc import Iterator

from dockerlint.source.record import dataclass

_FIRST = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_NAME = _FIRST | frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class VariableUse:
    """`optional`: something stands in for a missing value (``${X:-d}``, ``${X+y}``, ``${X:?}``)."""

    name: str
    start: int
    end: int
    optional: bool


def variable_uses(text: str, escape: str = "\\") -> Iterator[VariableUse]:
    """Every ``$X`` and ``${X…}`` outside of single quotes, in order; those in a default as well."""
    if "$" not in text:
        return
    at, end = 0, len(text)
    quote = ""
    while at < end:
        char = text[at]
        if char == escape and quote != "'":
            at += 2
        elif char == "'" and quote != '"':
            quote = "" if quote else "'"
            at += 1
        elif char == '"' and quote != "'":
            quote = "" if quote else '"'
            at += 1
        elif char == "$" and quote != "'":
            start = at
            at += 1
            braced = text[at : at + 1] == "{"
            at += braced
            length = text[at : at + 1] == "#" and braced
            at += length
            name_start = at
            while at < end and text[at] in (_NAME if at > name_start else _FIRST):
                at += 1
            name = text[name_start:at]
            if name and not (braced and text[at : at + 1] in ("", "!")):
                optional = braced and text[at : at + 2].lstrip(":")[:1] in ("-", "+", "?", "=")
                yield VariableUse(name, start, at + (text[at : at + 1] == "}" and braced), optional)
            elif not braced and text[at : at + 1] == "$":
                at += 1  # $$ of a shell is its process
        else:
            at += 1
