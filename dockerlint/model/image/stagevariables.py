"""Variables that a Dockerfile's instructions take and that no ARG or ENV of their stage gives.

Only where the base image is known not to bring them, or where the file itself shows what was meant: an ARG before FROM,
or a variable that compose sets at run time only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dockerlint.formats.shelltree import Case, Command, Function, Group, If, Loop
from dockerlint.formats.shellwords import commands, parse_shell
from dockerlint.formats.variableuses import VariableUse, variable_uses
from dockerlint.model.image.stages import NOT_GIVEN, PLATFORM_ARGS, PREDEFINED_ARGS
from dockerlint.model.promised import documents
from dockerlint.model.value import Unknown
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.formats.shelltree import Block
    from dockerlint.model.image.dockerfile import Stage, Step
    from dockerlint.model.project import Build, Project
    from dockerlint.source.text import Span

_WORDS = frozenset(("ADD", "COPY", "EXPOSE", "VOLUME"))
_WHOLE = frozenset(("WORKDIR", "USER", "STOPSIGNAL"))
_PAIRS = frozenset(("ENV", "ARG", "LABEL"))
_SETTERS = frozenset(
    ("export", "local", "declare", "typeset", "readonly", "read", "getopts", "mapfile", "readarray", "let")
)


@dataclass(frozen=True, slots=True)
class Undefined:
    """`kind`: "global" (an ARG before FROM has it), "runtime" (compose gives it to the container only) or "nowhere".

    `place` is that ARG or setting. `grave`: the build stops.
    """

    name: str
    span: Span
    stage: Stage | None
    step: Step | None
    kind: str
    place: Span | None
    grave: bool


def undefined_in_build(project: Project, build: Build, tables: Mapping[str, Sequence[str]]) -> Iterator[Undefined]:
    """The first use of each such variable in each stage that the image needs."""
    if build.stage is None:
        return
    yield from _in_from(build)
    settings = build.service.environment_full if build.service is not None else {}
    for stage in build.dockerfile.needed(build.stage):
        base = _base_variables(project, stage)
        said: set[str] = set()
        for step in stage.own_steps:
            for use, span in _uses(step):
                name = use.name
                if use.optional or name in said or _is_given(name, tables):
                    continue
                if name in step.environment:
                    if name in settings and _is_late(project, build, step, name):
                        said.add(name)
                        yield Undefined(name, span, stage, step, "runtime", settings[name].span, False)
                    continue
                if name in settings and _is_replaced(stage, step, name):
                    continue
                said.add(name)
                place = build.dockerfile.global_args.get(name)
                grave = step.instruction.keyword == "VOLUME"  # which the builder refuses without a path
                if place is not None:
                    if _may_be_base(name, tables) or (base is not None and name in base):
                        continue
                    yield Undefined(name, span, stage, step, "global", place.span, grave)
                elif name in settings:
                    yield Undefined(name, span, stage, step, "runtime", settings[name].span, grave)
                elif base is not None and name not in base and not _may_be_base(name, tables):
                    yield Undefined(name, span, stage, step, "nowhere", None, grave)


def _is_replaced(stage: Stage, step: Step, name: str) -> bool:
    """Is it ``ENV X=$X`` with no RUN behind it, so that the value that compose sets is all that anybody sees?"""
    if step.instruction.keyword != "ENV" or all(pair.name != name for pair in step.instruction.pairs):
        return False
    later = stage.own_steps[stage.own_steps.index(step) + 1 :]
    return all(other.instruction.keyword != "RUN" for other in later)


def _is_late(project: Project, build: Build, step: Step, name: str) -> bool:
    """Does an ARG without a value take it, whom neither ``args`` nor a document gives one?

    ENV is left out: what compose sets takes its place when the container runs.
    """
    value = step.environment[name]
    if not isinstance(value, Unknown) or not value.reason.endswith(NOT_GIVEN) or step.instruction.keyword == "ENV":
        return False
    if build.spec is None or name in build.spec.args:
        return False
    return not any("--build-arg" in file.text and name in file.text for file in documents(project.workspace))


def _in_from(build: Build) -> Iterator[Undefined]:
    """FROM sees the ARGs before the first one, and those that the builder sets itself."""
    assert build.stage is not None
    known: Collection[str] = build.dockerfile.global_args
    for stage in build.dockerfile.needed(build.stage):
        text = stage.start.text
        for use in variable_uses(text, stage.start.escape):
            if use.optional or use.name in known or use.name in PLATFORM_ARGS or stage.base is None:
                continue  # where nothing is left of the name, the builder refuses it and syntax-error speaks
            yield Undefined(use.name, stage.start.locate(use.start, use.end), stage, None, "nowhere", None, True)


def _base_variables(project: Project, stage: Stage) -> Collection[str] | None:
    """What the base image sets; None where nobody knows the image."""
    base = stage.root.base
    if base == "scratch":
        return ()
    facts = project.workspace.image(base) if base is not None else None
    if facts is None or not facts.owner_known or facts.kind not in ("language", "system"):
        return None
    return (facts.environment or {}).keys()


def _is_given(name: str, tables: Mapping[str, Sequence[str]]) -> bool:
    return name in tables["shell"] or name in PREDEFINED_ARGS or name in PLATFORM_ARGS or name.startswith("BUILDKIT_")


def _may_be_base(name: str, tables: Mapping[str, Sequence[str]]) -> bool:
    return (
        name in tables["bases"]
        or name.endswith(tuple(tables["base_endings"]))
        or name.startswith(tuple(tables["base_starts"]))
    )


def _uses(step: Step) -> Iterator[tuple[VariableUse, Span]]:
    instruction = step.instruction
    keyword = instruction.keyword
    if keyword in _WHOLE:
        for use in variable_uses(instruction.text, instruction.escape):
            yield use, instruction.locate(use.start, use.end)
    elif keyword in _WORDS and not instruction.exec_form:
        words = instruction.words
        for word in words:
            for use in variable_uses(word.text, instruction.escape):
                yield use, word.span.sub(use.start, use.end) if word.span.text == word.text else word.span
    elif keyword in _PAIRS:
        for pair in instruction.pairs:
            if pair.value is None:
                continue
            earlier = {other.name for other in instruction.pairs} if keyword == "ARG" else ()
            for use in variable_uses(pair.value.text, instruction.escape):
                # A search path that grows by itself is no fault: ENV PYTHONPATH=$PYTHONPATH:/app.
                if use.name not in earlier and not (use.name == pair.name and ":" in pair.value.text):
                    yield use, pair.value.span
    elif keyword == "RUN" and not instruction.exec_form and not instruction.heredocs and step.shell[0].endswith("sh"):
        yield from _in_shell(step)


def _in_shell(step: Step) -> Iterator[tuple[VariableUse, Span]]:
    """The variables that the text takes and does not set; nothing where it reads other files or builds its names."""
    instruction = step.instruction
    text = instruction.text
    if "$" not in text:
        return
    block = parse_shell(text)
    found = tuple(commands(block))
    names = [command.words[0].value for command in found if command.words]
    if not block.complete or any(name in (".", "source", "eval", "set", "env", "envsubst") for name in names):
        return
    own = _assigned(block)
    for use in variable_uses(text):
        if use.name not in own:
            yield use, instruction.locate(use.start, use.end)


def _assigned(block: Block) -> set[str]:
    """Names that the text gives a value anywhere: assignments, loops, ``read X``, ``export X=``, ``-v X``."""
    found: set[str] = set()
    for command in commands(block):
        found.update(name for name, _ in command.assignments)
        words = [word.value for word in command.words]
        if words and words[0] in _SETTERS:
            found.update(word.partition("=")[0] for word in words[1:])
        if words[:2] == ["printf", "-v"]:
            found.update(words[2:3])
    for statement in block.statements:
        found |= _in_statement(statement)
    return found


def _in_statement(statement: Command | If | Case | Loop | Group | Function) -> set[str]:
    found: set[str] = set()
    inner: list[Block] = []
    if isinstance(statement, If):
        inner = [part for branch in statement.branches for part in branch]
        inner += [statement.otherwise] if statement.otherwise is not None else []
    elif isinstance(statement, Case):
        inner = [body for _, body in statement.arms]
    elif isinstance(statement, Loop):
        found.update([statement.variable] if statement.variable else [])
        inner = [statement.body] + ([statement.condition] if statement.condition is not None else [])
    elif isinstance(statement, (Group, Function)):
        inner = [statement.body]
    for block in inner:
        for each in block.statements:
            found |= _in_statement(each)
    return found
