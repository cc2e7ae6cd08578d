"""What a service's ``build:`` names and nobody finds: its folder, its Dockerfile, a stage, an argument."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.image.stages import PLATFORM_ARGS, PREDEFINED_ARGS
from dockerlint.model.loading import dockerfile_of
from dockerlint.model.promised import may_lie_there, moves_the_project
from dockerlint.source.nearness import comparable
from dockerlint.source.record import dataclass
from dockerlint.source.tree import parent

if TYPE_CHECKING:
    from dockerlint.model.image.dockerfile import Dockerfile
    from dockerlint.model.project import Build, Project
    from dockerlint.model.service import BuildSpec, Service
    from dockerlint.source.text import Span

# Arguments that the builder reads itself (docs.docker.com/reference/dockerfile/#buildkit-built-in-build-args).
_BUILDERS_OWN = ("BUILDKIT_", "SOURCE_DATE_EPOCH")


@dataclass(frozen=True, slots=True)
class Absent:
    """A path of a build that is not there. `kind`: "context" or "dockerfile"; `near`: what lies there instead."""

    service: Service
    kind: str
    path: str
    span: Span
    near: str | None


def absent_dockerfiles(project: Project) -> Iterator[Absent]:
    """Builds without a Dockerfile. Silent where it may lie in the author's folder."""
    workspace, tree = project.workspace, project.tree
    if project.partial or project.compose is None:
        return
    folder = project.compose.folder
    for service in project.services:
        spec = service.build
        if spec is None or spec.inline is not None or spec.context is None or spec.dockerfile_path is None:
            continue
        path, file = dockerfile_of(tree, spec)
        if file is not None or path is None or not service.complete:
            continue
        path = spec.dockerfile_path
        if tree.kind(path) == "file" or moves_the_project(workspace, folder, path):
            continue
        if tree.kind(spec.context) is None and _is_in(path, spec.context):
            if not may_lie_there(workspace, spec.context):
                yield Absent(service, "context", spec.context, spec.context_span, _near_folder(project, spec.context))
            continue
        if may_lie_there(workspace, path) or _other_tool(project, path):
            continue
        span = spec.dockerfile_span or spec.context_span
        yield Absent(service, "dockerfile", path, span, _near_dockerfile(project, spec, path))


def _is_in(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")


def _other_tool(project: Project, path: str) -> bool:
    """Podman takes a Containerfile as well."""
    name = f"{parent(path)}/Containerfile".lstrip("/")
    return path.rpartition("/")[2] == "Dockerfile" and project.tree.kind(name) == "file"


def _near_folder(project: Project, path: str) -> str | None:
    from difflib import get_close_matches

    names = [entry.name for entry in project.tree.entries(parent(path)) if entry.folder]
    name = path.rpartition("/")[2]
    found = get_close_matches(name, comparable(name, names), 1, 0.7)
    return found[0] if found else None


def _near_dockerfile(project: Project, spec: BuildSpec, path: str) -> str | None:
    """A Dockerfile that was probably meant, as it is seen from the context."""
    from dockerlint.source.discover import is_dockerfile

    context = spec.context or ""
    for folder in dict.fromkeys((parent(path), context)):
        for entry in project.tree.entries(folder):
            found = f"{folder}/{entry.name}" if folder else entry.name
            if not entry.folder and is_dockerfile(found) and _is_in(found, context):
                return found[len(context) :].lstrip("/")
    beside = [other for other in project.workspace.paths_below(context) if is_dockerfile(other)]
    return beside[0][len(context) :].lstrip("/") if len(beside) == 1 else None


def has_stage(build: Build) -> bool:
    """Does the Dockerfile have the stage that the build asks for? True where nobody knows."""
    spec = build.spec
    asked = spec is not None and spec.target_known and bool(spec.target)
    return not asked or build.stage is not None or not build.dockerfile.stages


def undeclared_arguments(project: Project, build: Build) -> Iterator[str]:
    """The names of ``args:`` that no ARG of the Dockerfile takes."""
    spec, dockerfile = build.spec, build.dockerfile
    if spec is None or not dockerfile.stages or not spec.args or _takes_unseen(dockerfile):
        return
    declared = declared_arguments(dockerfile)
    taken = project.once_for_all("taken arguments", lambda: _taken_arguments(project))
    for name in spec.args:
        if name in declared or name in PREDEFINED_ARGS or name in PLATFORM_ARGS or name.startswith(_BUILDERS_OWN):
            continue
        if name in spec.arg_spans and spec.arg_spans[name] not in taken:
            yield name


def _taken_arguments(project: Project) -> frozenset[Span]:
    """Where the arguments stand that the Dockerfile of some build takes: builds may share their lines."""
    return frozenset(
        span
        for build in project.builds
        if build.spec is not None and build.spec.arg_spans
        for name, span in build.spec.arg_spans.items()
        if name in declared_arguments(build.dockerfile)
    )


def declared_arguments(dockerfile: Dockerfile) -> frozenset[str]:
    """Every name that an ARG of the file declares, triggers included."""
    found: list[str] = []
    for instruction in dockerfile.parsed.instructions:
        inner = instruction.inner if instruction.keyword == "ONBUILD" else instruction
        if inner is not None and inner.keyword == "ARG":
            found.extend(pair.name for pair in inner.pairs)
    return frozenset(found)


def _takes_unseen(dockerfile: Dockerfile) -> bool:
    """May a trigger of the base image or another language than the Dockerfile's read arguments?"""
    syntax = dockerfile.parsed.directives.get("syntax", "docker/dockerfile")
    bases = [stage.base for stage in dockerfile.stages if stage.base is not None]
    return "docker/dockerfile" not in syntax or any("onbuild" in base for base in bases)
