"""Rules about what a build names: its folder, its Dockerfile, the stage, the arguments, the package manager."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.rulebook.finding import Finding, Related
from dockerlint.rulebook.rule import Rule
from dockerlint.source.nearness import comparable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockerlint.model.project import Project


def missing_dockerfile(project: Project, rule: Rule) -> Iterator[Finding]:
    """A build whose folder or Dockerfile is not there."""
    from dockerlint.model.image.unbuildable import absent_dockerfiles

    own = project.workspace.own
    for absent in absent_dockerfiles(project):
        case = f"{absent.kind}-near" if absent.near is not None else absent.kind
        yield rule.finding(
            absent.span,
            case=case,
            service=absent.service.name,
            subject=absent.path,
            path=own(absent.path) or ".",
            near=absent.near or "",
        )


def missing_target(project: Project, rule: Rule) -> Iterator[Finding]:
    """A build asks for a stage that its Dockerfile does not have."""
    from dockerlint.model.image.unbuildable import has_stage

    for build in project.builds:
        spec = build.spec
        if spec is None or spec.target is None or has_stage(build):
            continue
        names = [stage.name for stage in build.dockerfile.stages if stage.name is not None]
        near = _near(spec.target, names)
        case = "number" if spec.target.isdigit() else "near" if near else "named" if names else "unnamed"
        yield rule.finding(
            spec.target_span or spec.span,
            case=case,
            service=build.service.name if build.service is not None else None,
            related=[Related(stage.start.span, "is a stage") for stage in build.dockerfile.stages if stage.name],
            subject=spec.target,
            target=spec.target,
            file=_file(project, build.file.path),
            near=near or "",
            names=", ".join(names),
        )


def undeclared_argument(project: Project, rule: Rule) -> Iterator[Finding]:
    """A build is given an argument that its Dockerfile does not take."""
    from dockerlint.model.image.unbuildable import declared_arguments, undeclared_arguments

    for build in project.builds:
        spec = build.spec
        assert spec is not None or build.service is None
        for name in undeclared_arguments(project, build) if spec is not None else ():
            assert spec is not None
            near = _near(name, declared_arguments(build.dockerfile))
            stage = build.stage or build.dockerfile.stages[-1]
            yield rule.finding(
                spec.arg_spans[name],
                case="near" if near else "plain",
                service=build.service.name if build.service is not None else None,
                related=[Related(stage.start.span, f"no ARG {name} stands behind this FROM")],
                subject=name,
                name=name,
                near=near or "",
                file=_file(project, build.file.path),
            )


def package_manager(project: Project, rule: Rule) -> Iterator[Finding]:
    """A RUN calls a package manager that the base image does not have."""
    from dockerlint.model.image.packagemanagers import strange_managers

    for build in project.builds:
        for strange in strange_managers(build, project.workspace, rule.tables["families"]):
            yield rule.finding(
                strange.span,
                service=build.service.name if build.service is not None else None,
                stage=strange.stage.name,
                related=[Related(strange.stage.root.base_span, f"this image has {strange.has}")],
                subject=strange.called,
                called=strange.called,
                base=strange.base,
                has=strange.has,
                install=rule.tables["installs"][strange.has],
            )


def _file(project: Project, path: str) -> str:
    return project.workspace.own(path) or "dockerfile_inline"


def _near(name: str, names: Iterable[str]) -> str | None:
    from difflib import get_close_matches

    folded = {other.lower(): other for other in names}
    found = get_close_matches(name.lower(), comparable(name.lower(), folded), 1, 0.75)
    return folded[found[0]] if found else None
