"""What the engine reads off a project: kinds of files for `reads`, comments, and how far a comment reaches."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from dockerlint.engine.suppress import Scopes
from dockerlint.formats.problem import Comment
from dockerlint.source.text import SourceFile

if TYPE_CHECKING:
    from dockerlint.model.project import Project


def is_needless(reads: tuple[str, ...], project: Project) -> bool:
    """Has the project none of what the rule reads?"""
    if not reads:
        return False
    if "compose" in reads and project.services:
        return False
    if "dockerfile" in reads and project.dockerfiles:
        return False
    return not set(reads) - {"compose", "dockerfile"}


def comments_of(project: Project) -> Iterable[tuple[SourceFile, tuple[Comment, ...]]]:
    """The parsed files of a project, each with its comments."""
    if project.compose is not None:
        for file in project.compose.files:
            yield file, tuple(project.compose.comments.get(file.path, ()))
    for dockerfile in project.dockerfiles:
        yield dockerfile.parsed.file, _with_directive(dockerfile.parsed)


def scopes_of(project: Project, file: SourceFile) -> Scopes:
    """Services, stages and instructions of a file: first line → last line."""
    blocks = {}
    for dockerfile in project.dockerfiles:
        if dockerfile.parsed.file.path != file.path:
            continue
        for instruction in dockerfile.parsed.instructions:
            blocks[instruction.span.line] = max(instruction.span.line, instruction.span.end_line)
        starts = [stage.start.span.line for stage in dockerfile.stages]
        for start, following in pairwise([*starts, len(file.line_starts) + 1]):
            blocks[start] = following - 1
    for service in project.services:
        for span in service.key_spans:
            if span.path == file.path:
                blocks[span.line] = _block_end(file, span.line)
    return Scopes(blocks)


def _with_directive(parsed: object) -> tuple[Comment, ...]:
    """The comments, with the `# check=` line whether the parser calls it a comment or a directive."""
    comments: tuple[Comment, ...] = parsed.comments  # type: ignore[attr-defined]
    file: SourceFile = parsed.file  # type: ignore[attr-defined]
    directives: dict[str, str] = parsed.directives  # type: ignore[attr-defined]
    if "check" not in directives or any("check=skip" in comment.text for comment in comments):
        return comments
    return (*comments, Comment(f"check={directives['check']}", file.span(0, 0)))


def _block_end(file: SourceFile, line: int) -> int:
    """The last line of a YAML block whose key stands on `line`: before the next line that is not deeper."""
    text = file.line_text(line)
    depth = len(text) - len(text.lstrip())
    last = line
    for number in range(line + 1, len(file.line_starts) + 1):
        text = file.line_text(number)
        stripped = text.lstrip()
        if not stripped or stripped.startswith("#"):
            continue
        if len(text) - len(stripped) <= depth:
            break
        last = number
    return last
