"""What lies where in an image: what COPY brings from the context and what other stages hand over.

Container paths are absolute; host paths are paths of the tree. The last step that touches a path decides
(https://docs.docker.com/reference/dockerfile/#copy).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from dockerlint.model.image.copying import CopySource, copy_targets
from dockerlint.model.image.dockerfile import find_stage
from dockerlint.model.paths import absolute, is_within, relative, under
from dockerlint.model.value import text_of
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.model.image.context import Context
    from dockerlint.model.image.dockerfile import Dockerfile, Stage, Step

_DEPTH = 16
BaseWorkdir = Callable[["Stage"], str]


@dataclass(frozen=True, slots=True)
class Copy:
    """One source of one COPY or ADD. `origin` is the stage it comes from, None for the build context.

    `foreign`: it comes from another image, a named context, a URL or a heredoc, so the context says nothing of it.
    """

    step: Step
    source: CopySource
    origin: Stage | None
    foreign: bool

    @property
    def from_context(self) -> bool:
        return self.origin is None and not self.foreign


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The copies of a stage's chain in order. `context` is None where the build context is unknown."""

    stage: Stage
    dockerfile: Dockerfile
    context: Context | None
    copies: tuple[Copy, ...]
    base_workdir: BaseWorkdir
    others: dict[int, Layout]  # layouts of the same Dockerfile's stages that were asked for, by index

    @property
    def workdir(self) -> str:
        """The working folder that the image starts in."""
        return absolute(self.stage.workdir or "", self.base_workdir(self.stage))

    def workdir_at(self, step: Step) -> str:
        """The working folder in which a step of this stage runs."""
        return absolute(step.workdir or "", self.base_workdir(self.stage))

    def host_path(self, path: str, depth: int = 0) -> str | None:
        """The file or folder of the tree that lies at a container path, None where nothing of the context does."""
        if depth > _DEPTH or self.context is None:
            return None
        for copy in reversed(self.copies):
            if copy.foreign:
                continue
            inner = copy.source.context_path(path)
            if inner is None:
                continue
            if copy.origin is not None:
                found = self.of(copy.origin).host_path("/" + inner, depth + 1)
            elif inner and not copy.source.brings(inner):
                found = None
            else:
                found = self.context.tree_path(inner) if self.context.kind(inner) is not None else None
            if found is not None:
                return found
        return None

    def container_paths(self, context_path: str, depth: int = 0) -> Iterator[str]:
        """Where a file of the context (relative to it) ends up in this stage; several where it is copied twice."""
        if depth > _DEPTH:
            return
        for copy in self.copies:
            if copy.foreign:
                continue
            if copy.origin is None:
                target = copy.source.container_path(context_path)
                if target is not None:
                    yield target
                continue
            for path in self.of(copy.origin).container_paths(context_path, depth + 1):
                target = copy.source.container_path(path.lstrip("/"))
                if target is not None:
                    yield target

    def of(self, stage: Stage) -> Layout:
        """The layout of another stage of the same Dockerfile."""
        if stage.index not in self.others:
            layout_of(stage, self.dockerfile, self.context, self.base_workdir, self.others)
        return self.others[stage.index]


def layout_of(
    stage: Stage,
    dockerfile: Dockerfile,
    context: Context | None,
    base_workdir: BaseWorkdir,
    others: dict[int, Layout] | None = None,
) -> Layout:
    """Read what the steps of the stage's chain copy. `base_workdir` tells where a base image starts."""
    copies: list[Copy] = []
    start = base_workdir(stage)
    for step in stage.steps:
        instruction = step.instruction
        if instruction.keyword not in ("COPY", "ADD"):
            continue
        origin = copied_stage(step, dockerfile)
        handed = instruction.flag("from") is not None
        sources = copy_targets(
            instruction,
            absolute(step.workdir or "", start),
            None if handed else context,
            lambda name, step=step: text_of(step.environment.get(name)),  # type: ignore[misc]
        )
        for source in sources:
            copies.append(Copy(step, source, origin, (handed and origin is None) or source.kind != "path"))
    known = {} if others is None else others
    layout = known[stage.index] = Layout(stage, dockerfile, context, tuple(copies), base_workdir, known)
    return layout


def copied_stage(step: Step, dockerfile: Dockerfile) -> Stage | None:
    """The stage that ``--from`` names, None for another image, a named context or no ``--from``."""
    name = step.instruction.flag("from") if step.instruction.keyword in ("COPY", "ADD") else None
    return find_stage(dockerfile.stages[: step.stage.index], name) if name else None


def handed_over(layout: Layout, path: str) -> Iterator[tuple[Stage, str]]:
    """Where a container path comes from when another stage hands it over: that stage, and the path there."""
    for copy in reversed(layout.copies):
        if copy.origin is None or copy.source.target is None or not is_within(path, copy.source.target):
            continue
        inner = copy.source.context_path(path)
        if inner is not None:
            yield copy.origin, "/" + inner


def moved(folder: str, copy: Copy) -> str | None:
    """Where a folder of the stage that `copy` takes from ends up, None where the copy leaves it behind."""
    source = "/" + copy.source.path
    if copy.source.target is None:
        return None
    if is_within(folder, source):
        rest = relative(folder, source)
        return under(copy.source.target, rest or "")
    return None
