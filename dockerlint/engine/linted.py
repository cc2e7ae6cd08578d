"""What the engine reads off a project: kinds of files for `reads`, comments, and how far a comment reaches."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from dockerlint.engine.suppress import DIRECTIVE, Scopes
from dockerlint.formats.problem import Comment
from dockerlint.source.text import SourceFile

if TYPE_CHECKING:
    from dockerlint.formats.instructiontypes import ParsedDockerfile
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
    stages: dict[int, int] = {}
    instructions: dict[int, int] = {}
    services: dict[int, int] = {}
    for dockerfile in project.dockerfiles:
        if dockerfile.parsed.file.path != file.path:
            continue
        for instruction in dockerfile.parsed.instructions:
            instructions[instruction.span.line] = max(instruction.span.line, instruction.span.end_line)
        starts = [stage.start.span.line for stage in dockerfile.stages]
        for start, following in pairwise([*starts, len(file.line_starts) + 1]):
            stages[start] = following - 1
    for service in project.services:
        for span in service.key_spans:
            if span.path == file.path:
                services[span.line] = _block_end(file, span.line)
    return Scopes({**instructions, **stages, **services}, stages, instructions)


def strict_files(project: Project) -> set[str]:
    """Dockerfiles in which `# check=error=true` makes an error of every warning of the builder."""
    return {
        dockerfile.parsed.file.path
        for dockerfile in project.dockerfiles
        if any(part.strip() == "error=true" for part in dockerfile.parsed.directives.get("check", "").split(";"))
    }


def _with_directive(parsed: ParsedDockerfile) -> tuple[Comment, ...]:
    """The comments, with the directive `check` as one of them."""
    if "check" not in parsed.directives:
        return parsed.comments
    return (*parsed.comments, Comment(DIRECTIVE + parsed.directives["check"], parsed.file.span(0, 0)))


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
