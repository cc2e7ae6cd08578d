"""Lines for the ignore file that a build reads, which is created where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dockerlint.formats.ignorefile import IgnoreMatcher, parse_ignorefile
from dockerlint.model.edits.yamlplace import newline_of
from dockerlint.source.text import Edit, SourceFile

if TYPE_CHECKING:
    from dockerlint.formats.ignorefile import Pattern
    from dockerlint.model.image.context import Context

_SPECIAL = frozenset("*?[]\\")


def pattern_for(path: str) -> str:
    """The pattern that matches a path of the context and nothing else."""
    text = "".join(f"\\{char}" if char in _SPECIAL else char for char in path)
    return f"\\{text}" if text[:1] in ("#", "!") else text


def ignore(context: Context, patterns: Iterable[str], keeps_out: Iterable[str]) -> Edit | None:
    """Patterns at the end of the context's ignore file, behind every ``!`` that would undo them.

    `keeps_out` are the paths of the context that must be left out then. None where the file cannot be read or is
    refused by the builder, where a pattern stands already, or where it would undo a ``!`` line of the author.
    """
    wanted = list(dict.fromkeys(patterns))
    if not context.known or context.problems or not wanted:
        return None
    file = context.ignore_file or SourceFile(context.ignore_path, "")
    if any(pattern.text in wanted for pattern in context.patterns):
        return None
    if any("\n" in line or line != line.strip() for line in wanted):
        return None
    return _checked(context, append_lines(file, wanted), keeps_out)


def replace_pattern(context: Context, old: Pattern, text: str, keeps_out: Iterable[str]) -> Edit | None:
    """Another pattern in the place of one, as `ignore` adds one."""
    return _checked(context, Edit(old.span, text), keeps_out) if context.known and not context.problems else None


def _checked(context: Context, edit: Edit, keeps_out: Iterable[str]) -> Edit | None:
    file, span = edit.span.file, edit.span
    after = parse_ignorefile(SourceFile(file.path, file.text[: span.start] + edit.text + file.text[span.end :]))
    matcher = IgnoreMatcher(after.patterns)
    if after.problems or not all(matcher.excludes(path) for path in keeps_out):
        return None
    if any(_undone(pattern.path, context, matcher) for pattern in context.patterns if pattern.negated):
        return None
    return edit


def _undone(path: str, context: Context, matcher: IgnoreMatcher) -> bool:
    """Was the path of a ``!`` line let in, and is it not any more?"""
    return context.includes(path) and matcher.excludes(path) and context.kind(path) is not None


def append_lines(file: SourceFile, lines: Iterable[str]) -> Edit:
    """Lines at the end of a file, with its line ends; a last line without one keeps that habit."""
    text, newline = file.text, newline_of(file.text)
    end = file.span(len(text), len(text))
    if text and not text.endswith("\n"):
        return Edit(end, "".join(newline + line for line in lines))
    return Edit(end, "".join(line + newline for line in lines))
