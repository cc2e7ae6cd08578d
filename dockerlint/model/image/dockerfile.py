"""Stages of a Dockerfile: what each inherits, and the state in which each of its instructions runs.

Knows nothing of what base images hold: a variable or folder that only the base could set is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from dockerlint.formats.instructiontypes import Instruction, ParsedDockerfile
from dockerlint.formats.problem import Problem
from dockerlint.model.value import Value
from dockerlint.source.record import dataclass, field
from dockerlint.source.text import Span


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """An instruction with the state just before it: a WORKDIR step has the folder it leaves.

    `stage` is the stage that runs it: the trigger (ONBUILD) of a parent runs in the child. `workdir` is absolute
    once something made it so, "" or relative below the base image's own folder, None unknown. `user` is "" while the
    base's own applies and None unknown. `environment` holds ARG values too, as RUN sees them; see `read_stages`.
    """

    instruction: Instruction
    stage: Stage
    workdir: str | None
    environment: Mapping[str, Value]
    user: str | None
    shell: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exposed:
    """``EXPOSE 8000-8010/udp``: a range of ports and its protocol."""

    first: int
    last: int
    protocol: str
    span: Span


@dataclass(frozen=True, eq=False)
class Stage:
    """One FROM and what follows it, with everything that the stages below it pass on.

    `base` is the image that the FROM names, variables resolved: None where it depends on something unknown or
    where `parent` is the stage meant instead. The fields from `environment` on are the effective configuration at
    the end of the stage, as the image would carry it; `variables` adds the ARGs, as a RUN at the end would see them.
    """

    index: int
    name: str | None
    base: str | None
    base_span: Span
    parent: Stage | None
    platform: str | None
    start: Instruction
    instructions: tuple[Instruction, ...]
    own_steps: tuple[Step, ...] = field(init=False, repr=False)
    environment: Mapping[str, Value] = field(init=False, repr=False)
    variables: Mapping[str, Value] = field(init=False, repr=False)
    workdir: str | None = field(init=False)
    user: str | None = field(init=False)
    shell: tuple[str, ...] = field(init=False)
    entrypoint: Instruction | None = field(init=False)
    cmd: Instruction | None = field(init=False)
    exposed: tuple[Exposed, ...] = field(init=False)
    volumes: tuple[tuple[str, Span], ...] = field(init=False)
    healthcheck: Instruction | None = field(init=False)

    @cached_property
    def chain(self) -> tuple[Stage, ...]:
        """The stages that this one is built on, the root first and itself last."""
        found = [self]
        while found[-1].parent is not None:
            found.append(found[-1].parent)
        return tuple(reversed(found))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the whole chain in the order in which they run."""
        return tuple([step for stage in self.chain for step in stage.own_steps])

    @property
    def root(self) -> Stage:
        """The stage at the bottom of the chain, whose `base` is the image that all of it stands on."""
        return self.chain[0]


@dataclass(frozen=True, slots=True)
class StageUse:
    """A place that names another stage or image: FROM, ``COPY --from``, ``RUN --mount=from=``.

    `stage` is the earlier stage meant; otherwise `image` is an image or a named context, None where unknown.
    """

    instruction: Instruction
    span: Span
    stage: Stage | None
    image: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Dockerfile:
    """The stages in order; `global_args` are the ARGs before the first FROM."""

    parsed: ParsedDockerfile
    stages: tuple[Stage, ...]
    global_args: Mapping[str, Value]
    problems: tuple[Problem, ...]
    _needed: dict[int, tuple[Stage, ...]] = field(default_factory=dict, repr=False)

    def stage(self, target: str | None) -> Stage | None:
        """The stage that ``--target`` names, in any case; the last one for None. A number is no name there."""
        if target is None:
            return self.stages[-1] if self.stages else None
        return None if target.isdigit() else find_stage(self.stages, target)

    def uses(self, stage: Stage) -> Iterator[StageUse]:
        """The references to other stages and images in the instructions of a stage."""
        from dockerlint.model.image.stages import stage_uses

        return stage_uses(self.stages, stage)

    def needed(self, target: Stage) -> tuple[Stage, ...]:
        """The stages that are built for `target`, in their order: the others never run."""
        if target.index not in self._needed:
            self._needed[target.index] = self._find_needed(target)
        return self._needed[target.index]

    def _find_needed(self, target: Stage) -> tuple[Stage, ...]:
        wanted = {target.index}
        for stage in reversed(self.stages[: target.index + 1]):
            if stage.index in wanted:
                if stage.parent is not None:
                    wanted.add(stage.parent.index)
                wanted.update(use.stage.index for use in self.uses(stage) if use.stage is not None)
        return tuple([stage for stage in self.stages if stage.index in wanted])


def find_stage(stages: tuple[Stage, ...] | list[Stage], name: str) -> Stage | None:
    """The last of these stages with that name, whatever its case, or with that index."""
    lower = name.lower()
    for stage in reversed(stages):
        if stage.name == lower:
            return stage
    if name.isascii() and name.isdigit() and len(name) < 6 and int(name) < len(stages):
        return stages[int(name)]
    return None


def read_stages(parsed: ParsedDockerfile, build_args: Mapping[str, Value]) -> Dockerfile:
    """Join the instructions to stages. `build_args` are the values given to the build (``args`` of Compose)."""
    from dockerlint.model.image.stages import join_stages

    return join_stages(parsed, build_args)
