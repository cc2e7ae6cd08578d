"""Peel a wrapper off an argument list: ``tini -- node x`` is ``node x``. The table is rules/facts/wrappers.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dockerlint.source.record import dataclass


@dataclass(frozen=True, slots=True)
class Peeled:
    """What the wrapper runs, the variables that it sets, and the folder it changes to."""

    argv: tuple[str, ...]
    assignments: Mapping[str, str | None]
    workdir: str | None


def peel(argv: tuple[str, ...], facts: Mapping[str, Any]) -> Peeled | None:
    """The command behind one wrapper; None where the first word is none, or nothing stands behind it."""
    name = argv[0].rpartition("/")[2]
    for row in facts.get("wrappers", ()):
        if name in row["names"]:
            peeled = _peel(argv[1:], row)
            if peeled is not None:
                return peeled
    return None


def _peel(words: tuple[str, ...], row: Mapping[str, Any]) -> Peeled | None:
    if "words" in row:
        if not words or words[0] not in row["words"]:
            return None
        words = words[1:]
    until = row.get("until")
    if until in words:
        rest = words[words.index(until) + 1 :]
        return Peeled(rest, {}, None) if rest else None
    if until is not None and not row.get("optional"):
        return None
    values, workdir_options = row.get("values", ()), row.get("workdir", ())
    assignments: dict[str, str | None] = {}
    workdir: str | None = None
    waiting = list(words)
    while waiting and waiting[0].startswith("-"):
        option, equals, value = waiting.pop(0).partition("=")
        if option == "--":
            break
        if option in values and not equals and waiting:
            value = waiting.pop(0)
        if option in workdir_options:
            workdir = value
    if row.get("assignments"):
        while waiting and _is_assignment(waiting[0]):
            name, _, text = waiting.pop(0).partition("=")
            assignments[name] = None if "$" in text else text
    rest = tuple(waiting[row.get("positional", 0) :])
    return Peeled(rest, assignments, workdir) if rest else None


def _is_assignment(word: str) -> bool:
    name, equals, _ = word.partition("=")
    return bool(equals) and name.replace("_", "a").isalnum() and not name[0].isdigit()
