"""The commands that the RUN steps of an image run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dockerlint.formats.scripts import script_of
from dockerlint.formats.shellwords import parse_shell
from dockerlint.model.paths import absolute
from dockerlint.model.running.shellrun import ShellState, run_shell
from dockerlint.model.running.wrappers import peel
from dockerlint.model.value import text_of
from dockerlint.source.record import dataclass
from dockerlint.source.text import Span

if TYPE_CHECKING:
    from dockerlint.model.image.dockerfile import Step
    from dockerlint.model.image.layout import Layout


@dataclass(frozen=True, slots=True)
class RanCommand:
    """A command of a RUN, with the state that it runs in."""

    words: tuple[str, ...]
    workdir: str
    environment: Mapping[str, str | None]
    span: Span
    step: Step
    certain: bool


def ran_commands(layout: Layout, facts: Mapping[str, Any]) -> Iterator[RanCommand]:
    """Every command of every RUN of a stage's chain, wrappers peeled off."""
    for step in layout.stage.steps:
        if step.instruction.keyword != "RUN":
            continue
        environment = {name: text_of(value) for name, value in step.environment.items()}
        workdir = layout.workdir_at(step)
        for words, assignments, folder, span, certain in _commands_of(step, environment, workdir):
            peeled = peel(words, facts)
            while peeled is not None:
                assignments = {**assignments, **peeled.assignments}
                folder = absolute(peeled.workdir, folder) if peeled.workdir else folder
                words = peeled.argv
                peeled = peel(words, facts)
            yield RanCommand(words, folder, {**environment, **assignments}, span, step, certain)


def _commands_of(
    step: Step, environment: dict[str, str | None], workdir: str
) -> Iterator[tuple[tuple[str, ...], dict[str, str | None], str, Span, bool]]:
    instruction = step.instruction
    if instruction.exec_form:
        words = tuple(word.value for word in instruction.words)
        if len(words) == 3 and words[1] == "-c":
            yield from _shell(words[2], environment, workdir, lambda start, end: instruction.span)
        elif words:
            yield words, {}, workdir, instruction.span, True
        return
    script = script_of(instruction)
    if script is not None and (script.interpreter or "sh").rpartition("/")[2].endswith("sh"):
        yield from _shell(script.text, environment, workdir, script.locate)


def _shell(
    text: str, environment: dict[str, str | None], workdir: str, locate: Callable[[int, int], Span]
) -> Iterator[tuple[tuple[str, ...], dict[str, str | None], str, Span, bool]]:
    state = ShellState(dict(environment), workdir=workdir)
    for ran in run_shell(parse_shell(text), state):
        if ran.words:
            folder = ran.workdir or workdir
            yield ran.words, dict(ran.assignments), folder, locate(ran.start, ran.end), ran.certain
