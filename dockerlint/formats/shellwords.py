"""RUN, CMD and script text → located commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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


def parse_shell(text: str) -> Block:
    """Parse POSIX shell text (and the common parts of bash); never raises."""
    raise NotImplementedError


def commands(block: Block) -> Iterator[Command]:
    """Every simple command of a block in the order of the text: all branches, bodies and substitutions."""
    raise NotImplementedError


def expand(word: str, lookup: Callable[[str], str | None]) -> str | None:
    """Replace the variables of a shell word; None when one of them is unknown."""
    raise NotImplementedError


def split_words(text: str) -> tuple[str, ...] | None:
    """Split a command string as Compose does; None where Compose refuses it."""
    raise NotImplementedError
