"""Rules about what COPY, ADD and RUN find, and about what becomes of what they write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.rulebook.finding import Finding, Related
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.model.project import Build, Project


def absent_source(project: Project, rule: Rule) -> Iterator[Finding]:
    """A COPY names what is not in the context."""
    from dockerlint.model.image.copysources import absent_sources

    for build in project.builds:
        for absent in absent_sources(build, project.workspace):
            yield rule.finding(
                absent.copy.source.span,
                case="near" if absent.near is not None else "plain",
                service=_service(build),
                stage=absent.copy.step.stage.name,
                related=_context_place(build),
                subject=absent.path,
                keyword=absent.copy.step.instruction.keyword,
                source=absent.copy.source.text,
                path=absent.path,
                context=_context(project, build),
                near=absent.near or "",
            )


def outside_context(project: Project, rule: Rule) -> Iterator[Finding]:
    """A COPY points out of the context."""
    from dockerlint.model.image.copysources import outside_sources

    for build in project.builds:
        for outside in outside_sources(build, project.workspace):
            yield rule.finding(
                outside.copy.source.span,
                case="fails" if outside.read is None else "same" if outside.same else "other",
                service=_service(build),
                stage=outside.copy.step.stage.name,
                related=_context_place(build),
                subject=outside.text,
                keyword=outside.copy.step.instruction.keyword,
                source=outside.text,
                read=outside.read or "",
                path=outside.copy.source.path or ".",
                context=_context(project, build),
            )


def write_after_volume(project: Project, rule: Rule) -> Iterator[Finding]:
    """A build step writes into a folder that is a volume already."""
    from dockerlint.model.image.volumewrites import late_writes

    for build in project.builds:
        for write in late_writes(build, project.workspace, rule.tables["writers"]):
            place = write.declared or write.step.stage.root.base_span
            words = "the volume is declared here" if write.declared is not None else "this image declares the volume"
            yield rule.finding(
                write.span,
                case=("run" if write.ran else "copy") + ("" if write.declared is not None else "-base"),
                service=_service(build),
                stage=write.step.stage.name,
                related=[Related(place, words)],
                subject=write.volume,
                keyword=write.step.instruction.keyword,
                path=write.path,
                volume=write.volume,
                base=write.base or "",
            )


def _service(build: Build) -> str | None:
    return build.service.name if build.service is not None else None


def _context(project: Project, build: Build) -> str:
    return (project.workspace.own(build.context.folder) if build.context is not None else "") or "."


def _context_place(build: Build) -> list[Related]:
    return [Related(build.spec.context_span, "is the context of this build")] if build.spec is not None else []
