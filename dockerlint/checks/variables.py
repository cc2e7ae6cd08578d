"""Variables that a compose file or a Dockerfile takes and that nothing gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.rulebook.finding import Finding, Related
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.model.image.stagevariables import Undefined
    from dockerlint.model.project import Project


def undefined_variable(project: Project, rule: Rule) -> Iterator[Finding]:
    """A variable without a value, in the compose files and in the builds."""
    compose = project.compose
    if compose is not None and any(use.operator is None and use.value is None for use in compose.interpolations):
        yield from _in_compose(project, rule)
    if not any("$" in build.file.text for build in project.builds):
        return
    from dockerlint.model.image.stagevariables import undefined_in_build

    for build in project.builds:
        service = build.service.name if build.service is not None else None
        for found in undefined_in_build(project, build, rule.tables):
            yield _in_build(project, found, service, rule)


def _in_compose(project: Project, rule: Rule) -> Iterator[Finding]:
    from dockerlint.model.environment.unsetvariables import unset_variables

    for unset in unset_variables(project, rule.tables):
        name = unset.use.name
        related = []
        if unset.container is not None:
            related = [Related(unset.container, f"only the container gets this {name}")]
        yield rule.finding(
            unset.use.span,
            case=unset.part,
            service=unset.service.name if unset.service is not None else None,
            related=related,
            subject=name,
            name=name,
            where=unset.where,
        )


def _in_build(project: Project, found: Undefined, service: str | None, rule: Rule) -> Finding:
    words = {"global": "this ARG counts for FROM lines only", "runtime": "the container gets it, the build does not"}
    related = [Related(found.place, words[found.kind])] if found.place is not None else []
    stage = found.stage.name if found.stage is not None else None
    keyword = found.step.instruction.keyword if found.step is not None else "FROM"
    case = "from" if keyword == "FROM" else found.kind + ("-grave" if found.grave else "")
    return rule.finding(
        found.span,
        case=case,
        service=service,
        stage=stage,
        related=related,
        subject=found.name,
        name=found.name,
        keyword=keyword,
    )
