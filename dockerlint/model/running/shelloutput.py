"""What ``$(dirname "$0")``, ``$(pwd)`` and their like print, where the shell's state tells."""

from __future__ import annotations

from collections.abc import Callable
from posixpath import basename, dirname

from dockerlint.formats.shelltree import Block, Command, ShellWord
from dockerlint.formats.shellwords import expand
from dockerlint.model.paths import absolute
from dockerlint.model.running.shelltest import is_open

Lookup = Callable[[str], "str | None"]


def with_outputs(word: ShellWord, lookup: Lookup, workdir: str | None) -> str | None:
    """The text of a word in which every substitution is replaced by what it prints; None where nobody knows one."""
    text = word.value
    for block in word.substitutions:
        place = _substitution(text)
        output = _output(block, lookup, workdir)
        if place is None or output is None:
            return None
        text = text[: place[0]] + output + text[place[1] :]
    return expand(text, lookup)


def _substitution(text: str) -> tuple[int, int] | None:
    """Where the first ``$(…)`` or backquoted command of a text begins and ends."""
    start, quote = text.find("$("), text.find("`")
    if quote >= 0 and (start < 0 or quote < start):
        end = text.find("`", quote + 1)
        return (quote, end + 1) if end > 0 else None
    if start < 0:
        return None
    depth = 0
    for index in range(start + 1, len(text)):
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        if depth == 0:
            return start, index + 1
    return None


def _output(block: Block, lookup: Lookup, workdir: str | None) -> str | None:
    printed: str | None = None
    for statement in block.statements:
        if not isinstance(statement, Command) or statement.joined_by not in ("", "&&", ";"):
            return None
        words = [_text(word, lookup, workdir) for word in statement.words]
        plain = [word for word in words if word is not None and not (word.startswith("-") and len(word) > 1)]
        if None in words or not plain:
            return None
        name, arguments = plain[0], plain[1:]
        if name == "cd" and len(arguments) == 1 and workdir is not None:
            workdir = absolute(arguments[0], workdir)
        elif name == "pwd":
            printed = workdir
        elif name == "dirname" and len(arguments) == 1:
            printed = dirname(arguments[0]) or "."
        elif name == "basename" and len(arguments) == 1:
            printed = basename(arguments[0])
        elif name in ("realpath", "readlink") and len(arguments) == 1 and workdir is not None:
            printed = absolute(arguments[0], workdir)
        elif name == "echo":
            printed = " ".join(arguments)
        else:
            return None
    return printed if printed is None or not is_open(printed) else None


def _text(word: ShellWord, lookup: Lookup, workdir: str | None) -> str | None:
    if word.static:
        return word.value
    return with_outputs(word, lookup, workdir) if word.substitutions else expand(word.value, lookup)
