"""The outcome of shell tests (``[ … ]``) as far as it is known before the container runs."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase

from dockerlint.model.paths import absolute


def is_open(text: str) -> bool:
    """Does a word still hold an expansion that nobody could resolve?"""
    return "$" in text or "`" in text


def evaluate_test(
    words: list[str], exists: Callable[[str], bool | None] | None = None, workdir: str | None = None
) -> bool | None:
    """The outcome of ``[ … ]``: None where it depends on something unknown."""
    if len(words) == 0:
        return False
    for operator, join in (("-o", either), ("||", either), ("-a", both), ("&&", both)):
        if operator in words[1:-1]:
            at = words.index(operator, 1)
            return join(evaluate_test(words[:at], exists, workdir), evaluate_test(words[at + 1 :], exists, workdir))
    if words[0] == "!":
        result = evaluate_test(words[1:], exists, workdir)
        return None if result is None else not result
    if len(words) == 1:
        return None if is_open(words[0]) else words[0] != ""
    if len(words) == 2:
        operator, operand = words
        if is_open(operand):
            return None
        if operator == "-z":
            return operand == ""
        if operator == "-n":
            return operand != ""
        if operator in ("-f", "-e", "-d", "-s", "-r", "-x") and exists is not None:
            return exists(absolute(operand, workdir or "/")) if operand.startswith("/") or workdir else None
        return None
    if len(words) == 3 and not is_open(words[0]) and not is_open(words[2]):
        left, operator, right = words
        if operator in ("=", "=="):
            return fnmatchcase(left, right) if any(c in right for c in "*?[") else left == right
        if operator == "!=":
            return not fnmatchcase(left, right) if any(c in right for c in "*?[") else left != right
        if operator in _NUMERIC and left.lstrip("-").isdigit() and right.lstrip("-").isdigit():
            return _NUMERIC[operator](int(left), int(right))
    return None


_NUMERIC: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
}


def both(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return True if left and right else None


def either(left: bool | None, right: bool | None) -> bool | None:
    if left or right:
        return True
    return False if left is False and right is False else None
