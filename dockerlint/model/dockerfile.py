"""Stages of a Dockerfile: what each inherits, and the state in which each of its instructions runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dockerlint.formats.instructiontypes import Instruction, ParsedDockerfile
from dockerlint.formats.problem import Problem
from dockerlint.model.value import Value
from dockerlint.source.text import Span


@dataclass(frozen=True, slots=True)
class Step:
    """An instruction with the state just before it takes effect (for WORKDIR, ENV, USER: before the change).

    `stage` is the stage that runs it: a trigger (ONBUILD) of a parent runs in the child.
    """

    instruction: Instruction
    stage: Stage
    workdir: str | None
    environment: Mapping[str, Value]
    user: str | None
    shell: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    index: int
    name: str | None
    base: str | None
    base_span: Span
    parent: Stage | None
    platform: str | None
    start: Instruction
    instructions: tuple[Instruction, ...]
    own_steps: tuple[Step, ...] = field(repr=False)
    environment: Mapping[str, Value] = field(repr=False)
    arguments: Mapping[str, Value] = field(repr=False)
    workdir: str | None
    user: str | None
    shell: tuple[str, ...]
    entrypoint: Instruction | None
    cmd: Instruction | None
    exposed: tuple[Exposed, ...]
    volumes: tuple[tuple[str, Span], ...]
    healthcheck: Instruction | None

    @property
    def chain(self) -> tuple[Stage, ...]:
        raise NotImplementedError

    @property
    def steps(self) -> tuple[Step, ...]:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Exposed:
    """``EXPOSE 8000-8010/udp``: a range of ports and its protocol."""

    first: int
    last: int
    protocol: str
    span: Span


@dataclass(frozen=True, slots=True)
class Dockerfile:
    parsed: ParsedDockerfile
    stages: tuple[Stage, ...]
    global_args: Mapping[str, Value]
    problems: tuple[Problem, ...]

    def stage(self, target: str | None) -> Stage | None:
        """The stage that ``--target`` names (name in any case, or index); the last one for None."""
        raise NotImplementedError


def read_stages(parsed: ParsedDockerfile, build_args: Mapping[str, Value]) -> Dockerfile:
    """Join the instructions to stages. `build_args` are the values given to the build (``args`` of Compose)."""
    raise NotImplementedError
