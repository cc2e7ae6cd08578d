"""Rules about what a build is sent and what COPY takes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.broughtfolders import Brought, brought_folders
from dockerlint.rulebook.finding import Finding, Related
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.model.project import Build, Project


def dependencies_not_ignored(project: Project, rule: Rule) -> Iterator[Finding]:
    """A COPY brings the host's dependency folder."""
    for build in project.builds:
        said: set[object] = set()
        for brought in brought_folders(build, project.workspace):
            key = brought.copy.source.span
            if key not in said:
                said.add(key)
                yield _dependencies(build, brought, rule)


def _dependencies(build: Build, brought: Brought, rule: Rule) -> Finding:
    context = build.context
    assert context is not None
    related = []
    if brought.install is not None:
        related.append(Related(brought.install.span, f"installs into {brought.install.folder} here"))
    if context.ignore_file is not None:
        pattern = brought.near_miss
        place = pattern.span if pattern is not None else context.ignore_file.span(0, 0)
        words = "this matches at the root of the context only" if pattern is not None else "does not name it"
        related.append(Related(place, words))
    nested = "nested" if brought.near_miss is not None else "plain"
    kind = "overwrites" if brought.overwrites else "built" if brought.folder.built else "slows"
    name = brought.folder.path.rpartition("/")[2]
    return rule.finding(
        brought.copy.step.instruction.span,
        case=f"{kind}-{nested}" if kind != "built" else "built",
        service=build.service.name if build.service is not None else None,
        stage=brought.copy.step.stage.name,
        related=related,
        subject=brought.folder.path,
        folder=brought.folder.path,
        name=name,
        keyword=brought.copy.step.instruction.keyword,
        ignore=context.ignore_file.path if context.ignore_file is not None else context.tree_path(".dockerignore"),
    )
