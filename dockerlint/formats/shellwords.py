"""RUN, CMD and script text → located commands. Not an interpreter: which commands there are, not which will run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from dockerlint.formats.shelltree import (
    Block,
    Case,
    Command,
    Function,
    Group,
    If,
    Loop,
    Redirect,
    ShellWord,
    Statement,
)

__all__ = [
    "Block",
    "Case",
    "Command",
    "Function",
    "Group",
    "If",
    "Loop",
    "Redirect",
    "ShellWord",
    "Statement",
    "commands",
    "expand",
    "parse_shell",
    "split_words",
]


@lru_cache(maxsize=1000)  # several rules read the same commands
def parse_shell(text: str) -> Block:
    """Parse POSIX shell text and the common parts of bash; never raises, linear in the length.

    What cannot be understood is skipped, and `Block.complete` is False then.
    """
    from dockerlint.formats.shellparser import Parser

    return Parser(text).whole()


def commands(block: Block) -> Iterator[Command]:
    """Every simple command of a block in the order of the text: all branches, bodies and substitutions."""
    for statement in block.statements:
        if isinstance(statement, Command):
            yield statement
            for _, value in statement.assignments:
                for inner in value.substitutions:
                    yield from commands(inner)
            for word in statement.words:
                for inner in word.substitutions:
                    yield from commands(inner)
        elif isinstance(statement, If):
            for condition, body in statement.branches:
                yield from commands(condition)
                yield from commands(body)
            if statement.otherwise is not None:
                yield from commands(statement.otherwise)
        elif isinstance(statement, Case):
            for inner in statement.subject.substitutions:
                yield from commands(inner)
            for _, body in statement.arms:
                yield from commands(body)
        elif isinstance(statement, Loop):
            for item in statement.items:
                for inner in item.substitutions:
                    yield from commands(inner)
            if statement.condition is not None:
                yield from commands(statement.condition)
            yield from commands(statement.body)
        else:
            yield from commands(statement.body)
        for redirect in statement.redirects:
            for inner in redirect.target.substitutions:
                yield from commands(inner)


def expand(word: str, lookup: Callable[[str], str | None]) -> str | None:
    """Replace the variables of a word and remove its quotes; None when something in it is unknown.

    `lookup` gives None for a variable that nobody knows and "" for one that is not set.
    """
    from dockerlint.formats.variables import CannotExpand, substitute

    if "`" in word:
        return None

    def known(name: str) -> str:
        value = lookup(name)
        if value is None:
            raise CannotExpand(f"{name} is unknown")
        return value

    try:
        return substitute(word, known)
    except CannotExpand:
        return None


def split_words(text: str) -> tuple[str, ...] | None:
    """Split a command string as Compose does; None where Compose refuses it.

    Compose reads it with go-shellwords: quotes and backslashes count, nothing is expanded, and the first of
    ``; & | < >`` outside quotes ends the reading.
    """
    found: list[str] = []
    kept: list[str] = []
    quote = ""
    started = escaped = ticked = dollar = False
    for char in text:
        if escaped:
            kept.append({"n": "\n", "t": "\t"}.get(char, char))
            escaped, started = False, True
            continue
        if char == "\\" and quote != "'" and not ticked:
            escaped = True
            continue
        if char in " \t\r\n":
            if quote or ticked or dollar:
                kept.append(char)
            elif started:
                found.append("".join(kept))
                kept, started = [], False
            continue
        if char == "`" and not quote and not dollar:
            ticked = not ticked
        elif char == ")" and not quote and not ticked:
            if not dollar:
                return None
            dollar = False
        elif char == "(" and not quote and not ticked:
            if dollar or not kept or kept[-1] != "$":
                return None
            dollar = True
        elif char in "\"'" and quote in ("", char) and not (dollar or ticked):
            quote = "" if quote else char
            started = started or not quote
            continue
        elif char in ";&|<>" and not (quote or ticked or dollar):
            # The 2 of 2> is no word.
            if char == ">" and "".join(kept).isdigit():
                started = False
            break
        started = True
        kept.append(char)
    if escaped or quote or ticked or dollar:
        return None
    if started:
        found.append("".join(kept))
    return tuple(found)
