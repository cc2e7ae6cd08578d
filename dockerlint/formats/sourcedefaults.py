"""Whether the code around a read of a variable copes without it: a fallback, a test, a guard."""

from __future__ import annotations

import re

from dockerlint.formats.sourceshape import Shape
from dockerlint.source.pattern import pattern

_CONVERSIONS = frozenset(
    ("", "parseInt", "parseFloat", "Number", "String", "Boolean", "int", "str", "float", "bool", "len", "Path", "URL")
)
_RADIX = pattern(r"\s*,\s*\d+\s*\)")
_FALLBACK = pattern(r"\|\||\?\?|\?:|or\b")
_TESTED = pattern(r"&&|\?(?!\.\w)|[=!]==?|and\b|if\b|is\b|in\b|\?\.")
_ASIDE = pattern(r"\s*(?:!(?!=)|as\s+\w+|\.(?:trim|strip|toString|to_s|lower|toLowerCase|presence)\b(?:\(\))?)")
_STOPS = pattern(r"\b(?:throw|exit|raise|abort|die|panic|Fatal\w*|reject)\b")
_ASKS = pattern(r"\s*(?:\}?\s*else\s+)?(?:if|elif|unless|while|assert)\b")
_OPERAND = pattern(r"[\w$.]+")


def outcome(shape: Shape, start: int, end: int) -> tuple[bool, int | None]:
    """Whether the code around a read copes without the variable, and where its stand-in begins."""
    code = shape.code
    at = end
    for _ in range(4):
        aside = _ASIDE.match(code, at)
        if aside:
            at = aside.end()
            continue
        radix = _RADIX.match(code, at)
        if radix:
            at = radix.end()
            continue
        after = shape.forward(at)
        opening = shape.opens.get(after) if code[after : after + 1] == ")" else None
        if opening is None or shape.callee(opening)[1] not in _CONVERSIONS:
            break
        at = after + 1
    at = shape.forward(at)
    crossed = "\n" in code[end:at] and shape.language in ("python", "ruby", "elixir")
    fallback = None if crossed else _FALLBACK.match(code, at)
    if fallback:
        at = fallback.end()
        for _ in range(4):
            at = shape.forward(at)
            while code[at : at + 1] == "(":
                at = shape.forward(at + 1)
            operand = _OPERAND.match(code, at)
            if operand and _STOPS.match(operand.group()):
                return False, None
            if not operand or operand.group().isdigit():
                return True, at
            after = shape.forward(operand.end())
            more = _FALLBACK.match(code, after)
            if not more:
                return True, None
            at = more.end()
        return True, None
    item = shape.item_at(start, end)
    line = shape.statement_start(item.item, start)
    around = shape.bracket(item.frame)
    asks = around.kind == "control" or ((item.frame < 0 or around.kind == "block") and _ASKS.match(code, line, start))
    if asks:
        body = shape.closes.get(shape.frame_open(item.frame), end) if around.kind == "control" else end
        stops = _STOPS.search(code, body, body + 160)
        return not stops, None
    if not crossed and _TESTED.match(code, at) and code[at : at + 2] != "?:":
        return True, None
    before = shape.back(start - 1, max(0, start - 40))
    if (before >= 0 and code[before] == "!") or shape.word_before(start) in ("not", "if", "elif"):
        return True, None
    return code[max(0, before - 1) : before + 1] in ("==", "!=", "||", "??"), None


def copes(code: str, variable: str) -> bool:
    """Whether a variable that holds a read is tested or given a stand-in later on."""
    name = re.escape(variable)
    pattern = rf"(?:!|\bnot |\bif |\bif \(|\bunless ){name}\b|(?<![\w.]){name}\s*(?:\|\||\?\?|\?[^.]|&&|[=!]==?|or\b)"
    # A test that only ends the program is no way to cope.
    return any(not _STOPS.search(code, found.end(), found.end() + 160) for found in re.finditer(pattern, code))
