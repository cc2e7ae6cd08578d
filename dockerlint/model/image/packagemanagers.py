"""Calls of a package manager in a RUN, compared with the one that the base image has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dockerlint.formats.shelltree import Command
from dockerlint.formats.shellwords import commands, parse_shell
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.model.image.dockerfile import Stage
    from dockerlint.model.project import Build
    from dockerlint.model.workspace import Workspace
    from dockerlint.source.text import Span


@dataclass(frozen=True, slots=True)
class Strange:
    """A command of another system's package manager."""

    span: Span
    stage: Stage
    base: str
    called: str
    has: str


def strange_managers(build: Build, workspace: Workspace, families: Mapping[str, Sequence[str]]) -> Iterator[Strange]:
    """The first strange call of each RUN that certainly runs it. `families`: programs by manager."""
    if build.stage is None:
        return
    known = {name for names in families.values() for name in names}
    for stage in build.dockerfile.needed(build.stage):
        base = stage.root.base
        facts = workspace.image(base) if base is not None else None
        has = facts.package_manager if facts is not None else None
        if base is None or has is None or has not in families:
            continue
        foreign = known.difference(families[has])
        for step in stage.own_steps:
            instruction = step.instruction
            if instruction.keyword != "RUN" or instruction.exec_form or instruction.heredocs:
                continue
            if not any(name in instruction.text for name in foreign):
                continue
            for command in _certain(instruction.text):
                words = [word.value for word in command.words]
                words = words[1:] if words[:1] == ["sudo"] else words
                called = words[0].rpartition("/")[2] if words else ""
                if called not in foreign or len(words) < 2:
                    continue
                if not _is_installed(called, stage):
                    yield Strange(instruction.locate(command.start, command.end), stage, base, called, has)
                    break


def _certain(text: str) -> Iterator[Command]:
    """The simple commands that run whatever the ones before say, and whose failure nobody catches."""
    statements = parse_shell(text).statements
    for number, statement in enumerate(statements):
        following = statements[number + 1].joined_by if number + 1 < len(statements) else ""
        if statement.joined_by == "||" or following == "||":
            return
        if not isinstance(statement, Command):
            continue
        if any(word.value in ("command", "which", "[", "test") for word in statement.words[:1]) and following == "&&":
            return
        yield statement


def _is_installed(manager: str, stage: Stage) -> bool:
    """Does a RUN install the manager itself: ``apk add apt``, ``dnf install yum``?"""
    for step in stage.steps:
        if step.instruction.keyword != "RUN" or manager not in step.instruction.text:
            continue
        for command in commands(parse_shell(step.instruction.text)):
            words = [word.value for word in command.words]
            if manager in words[2:] and ("add" in words or "install" in words):
                return True
    return False
