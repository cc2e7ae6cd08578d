"""The effective command of a container: entrypoint and command joined, and followed down to the programs that run.

Docker's rules for joining them: https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
and, for what compose overrides, https://docs.docker.com/reference/compose-file/services/#entrypoint.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dockerlint.formats.instructiontypes import Instruction
from dockerlint.model.service import CommandSpec, Service
from dockerlint.source.record import dataclass
from dockerlint.source.text import Span

if TYPE_CHECKING:
    from dockerlint.model.image.dockerfile import Stage
    from dockerlint.model.image.facts import ImageFacts


@dataclass(frozen=True, slots=True)
class Passage:
    """A place on the way from the container's command to a program, and what happens there."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Program:
    """A program that the container starts.

    `argv` has the wrappers around it (shells, ``tini --``, ``poetry run``, ``npm run x``) peeled off; they stand in
    `wrappers`, outermost first. A word that nobody knows keeps its ``$``. `workdir` is a container path, None where it
    is unknown. `environment` holds what only this program is given (None: unknown value). `certain` is False where it
    depends on something unknown whether it runs.
    """

    argv: tuple[str, ...]
    span: Span
    workdir: str | None
    environment: Mapping[str, str | None]
    wrappers: tuple[str, ...]
    trail: tuple[Passage, ...]
    certain: bool
    background: bool

    @property
    def name(self) -> str:
        """The program without its folder: ``gunicorn`` of ``/venv/bin/gunicorn``."""
        return self.argv[0].rpartition("/")[2] if self.argv else ""

    @property
    def text(self) -> str:
        return " ".join(self.argv)


@dataclass(frozen=True, slots=True)
class EffectiveCommand:
    """Everything that a container runs, in order. `complete` is False where something could not be followed.

    `span` is the line that decides the command: ``command:`` or ``entrypoint:`` of compose, else CMD or ENTRYPOINT;
    None where the base image's own is used.
    """

    words: tuple[str, ...]
    programs: tuple[Program, ...]
    complete: bool
    span: Span | None
    in_compose: bool

    @property
    def main(self) -> Program | None:
        """The program that keeps the container alive: the last certain one in the foreground."""
        certain = [program for program in self.programs if program.certain]
        foreground = [program for program in certain if not program.background]
        return foreground[-1] if foreground else certain[-1] if certain else None


@dataclass(frozen=True, slots=True)
class StartLine:
    """Entrypoint and command joined: the words that Docker executes, and where they are written."""

    words: tuple[str, ...]
    known: bool
    span: Span | None
    in_compose: bool
    script: ShellScript | None = None  # the last word is this shell text, with its place


@dataclass(frozen=True, slots=True)
class ShellScript:
    text: str
    instruction: Instruction | None  # to find positions in; None: the whole text is `span`
    span: Span

    def locate(self, start: int, end: int) -> Span:
        return self.instruction.locate(start, end) if self.instruction is not None else self.span


@dataclass(frozen=True, slots=True)
class StartWords:
    """Entrypoint and command as the container has them, before they are joined, and what decides each.

    Words are None where only the image decides and nobody knows it; the origin is None where the base image decides.
    """

    entrypoint: tuple[str, ...] | None
    command: tuple[str, ...] | None
    entry_origin: CommandSpec | Instruction | None = None
    command_origin: CommandSpec | Instruction | None = None


def start_words(service: Service | None, stage: Stage | None, base: ImageFacts | None) -> StartWords:
    """Entrypoint and command of the container."""
    bare = stage is not None and stage.root.base == "scratch"
    entry_words: tuple[str, ...] | None = () if bare else base.entrypoint if base is not None else None
    command_words: tuple[str, ...] | None = () if bare else base.command if base is not None else None
    entry: CommandSpec | Instruction | None = None
    command: CommandSpec | Instruction | None = None
    if stage is not None and stage.entrypoint is not None:
        entry, entry_words = stage.entrypoint, instruction_words(stage.entrypoint, stage.shell)
        command_words = ()  # it takes the command of the base image away
    if stage is not None and stage.cmd is not None:
        command, command_words = stage.cmd, instruction_words(stage.cmd, stage.shell)
    if service is not None and service.entrypoint is not None:
        entry, entry_words = service.entrypoint, service.entrypoint.words
        if entry_words:
            command, command_words = None, ()  # compose's entrypoint takes the image's CMD away, an empty one does not
    if service is not None and service.command is not None and service.command.words:
        command, command_words = service.command, service.command.words
    return StartWords(entry_words, command_words, entry, command)


def start_line(service: Service | None, stage: Stage | None, base: ImageFacts | None) -> StartLine | None:
    """The words that the container executes; None where nobody knows them."""
    start = start_words(service, stage, base)
    entry, command = start.entry_origin, start.command_origin
    # The shell form of ENTRYPOINT takes no arguments: CMD is ignored.
    closed_entry = isinstance(entry, Instruction) and not entry.exec_form
    entry_words = start.entrypoint or ()
    words = entry_words if closed_entry else entry_words + (start.command or ())
    if not words:
        return None
    decisive = entry if closed_entry or command is None else command
    script = None
    if isinstance(decisive, Instruction) and not decisive.exec_form:
        script = ShellScript(decisive.text, decisive, decisive.span)
    known = all(spec.known for spec in (entry, command) if isinstance(spec, CommandSpec))
    span = decisive.span if decisive is not None else None
    return StartLine(words, known, span, isinstance(decisive, CommandSpec), script)


def instruction_words(instruction: Instruction, shell: tuple[str, ...]) -> tuple[str, ...]:
    """CMD or ENTRYPOINT as an argument list; the shell form becomes ``/bin/sh -c TEXT``."""
    if instruction.exec_form:
        return tuple(word.value for word in instruction.words)
    return (*shell, instruction.text) if instruction.text.strip() else ()
