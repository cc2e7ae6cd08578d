"""What a build writes into a folder after VOLUME made it one.

Tried on a real engine: BuildKit keeps all of it. The classic builder, to which Compose falls back without buildx, keeps
what COPY, ADD and WORKDIR write and throws away what RUN changes there. Either way a container that Compose makes anew
gets the anonymous volume of the one before, with the old files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dockerlint.formats.shellwords import commands, parse_shell
from dockerlint.model.paths import absolute, is_within
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.formats.shelltree import Command
    from dockerlint.model.image.dockerfile import Step
    from dockerlint.model.project import Build
    from dockerlint.model.workspace import Workspace
    from dockerlint.source.text import Span


@dataclass(frozen=True, slots=True)
class Write:
    """`declared` is the place of the VOLUME, None where the base image has it. `ran`: a RUN writes, not a COPY."""

    step: Step
    span: Span
    path: str
    volume: str
    declared: Span | None
    base: str | None
    ran: bool


def late_writes(build: Build, workspace: Workspace, writers: Sequence[str]) -> Iterator[Write]:
    """The writes of the image's own chain, the first of each instruction. `writers` are programs that write their
    arguments."""
    stage, layout = build.stage, build.layout
    if stage is None or layout is None:
        return
    base = stage.root.base
    facts = workspace.image(base) if base is not None else None
    volumes: list[tuple[str, Span | None]] = []
    for path in (facts.volumes or ()) if facts is not None else ():
        volumes.append((absolute(path), None))
    for step in stage.steps:
        instruction = step.instruction
        if instruction.keyword == "VOLUME":
            start = layout.workdir_at(step)
            for word in instruction.words:
                if "$" not in word.value and word.value:
                    volumes.append((absolute(word.value, start), word.span))
            continue
        if not volumes:
            continue
        if instruction.keyword == "RUN" and not instruction.exec_form and not instruction.heredocs:
            found = _of_run(step, layout.workdir_at(step), volumes, writers)
        elif instruction.keyword in ("COPY", "ADD"):
            targets = [copy.source.target for copy in layout.copies if copy.step is step and copy.source.target]
            found = next(((instruction.span, t, v) for t in targets for v in volumes if is_within(t, v[0])), None)
        else:
            continue
        if found is not None:
            span, path, (volume, declared) = found
            yield Write(step, span, path, volume, declared, base, instruction.keyword == "RUN")


_Found = tuple["Span", str, "tuple[str, Span | None]"]


def _of_run(
    step: Step, workdir: str, volumes: Sequence[tuple[str, Span | None]], writers: Sequence[str]
) -> _Found | None:
    for command in commands(parse_shell(step.instruction.text)):
        words = [word.value for word in command.words]
        if words[:1] == ["cd"] and len(words) == 2:
            workdir = absolute(words[1], workdir)
        for path in _written(command, words, writers):
            if "$" in path or "`" in path:
                continue
            place = absolute(path, workdir)
            for volume in volumes:
                if is_within(place, volume[0]):
                    return step.instruction.locate(command.start, command.end), place, volume
    return None


def _written(command: Command, words: Sequence[str], writers: Sequence[str]) -> Iterator[str]:
    name = words[0].rpartition("/")[2] if words else ""
    if name == "sudo" and len(words) > 1:
        words, name = words[1:], words[1]
    arguments = [word for word in words[1:] if not word.startswith("-")]
    if name in ("cp", "mv", "ln", "install", "rsync"):
        yield from arguments[-1:] if len(arguments) > 1 or name == "install" else ()
    elif name in ("chown", "chmod", "chgrp"):
        yield from arguments[1:]
    elif name in writers:
        yield from arguments
    for redirect in command.redirects:
        if redirect.operator in (">", ">>") and redirect.target.static:
            yield redirect.target.value
