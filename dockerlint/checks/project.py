"""Rules about files that compose files name and that are not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.rulebook.finding import Finding, Related
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.model.project import Project


def missing_env_file(project: Project, rule: Rule) -> Iterator[Finding]:
    """A required env file is not there, so Compose does not start."""
    from dockerlint.model.absentfiles import absent_env_files

    own = project.workspace.own
    for service in project.services:
        for absent in absent_env_files(project, service):
            path = absent.use.path or absent.use.text
            related = []
            if absent.example is not None:
                example = project.tree.read(absent.example)
                related = [Related(example.line_span(1), "shows what belongs in it")] if example is not None else []
            yield rule.finding(
                absent.use.span,
                case="example" if absent.example is not None else "plain",
                service=service.name,
                related=related,
                subject=path,
                path=own(path),
                example=own(absent.example) if absent.example is not None else "",
            )


def missing_bind_source(project: Project, rule: Rule) -> Iterator[Finding]:
    """A bind mount of a file or of source that is not there: Docker makes an empty folder of it."""
    from dockerlint.model.absentfiles import absent_bind_sources

    own = project.workspace.own
    for service in project.services:
        for absent in absent_bind_sources(project, service, rule.tables):
            yield rule.finding(
                absent.mount.source_span or absent.mount.span,
                case=absent.kind + ("-near" if absent.near is not None and absent.kind == "file" else ""),
                service=service.name,
                subject=absent.path,
                path=own(absent.path),
                target=absent.mount.target or "",
                near=own(absent.near) if absent.near is not None else "",
            )


def missing_command_file(project: Project, rule: Rule) -> Iterator[Finding]:
    """The script that a container starts is not in it."""
    from dockerlint.model.running.commandfiles import absent_scripts

    for service in project.services:
        for absent in absent_scripts(project, service):
            words = {"mount": "this mount covers the place", "ignored": "keeps it out of the build"}
            related = []
            if absent.place is not None:
                related = [Related(absent.place, words.get(absent.kind, "this could have brought it"))]
            yield rule.finding(
                absent.span,
                case=absent.kind,
                service=service.name,
                related=related,
                subject=absent.path,
                word=absent.word,
                path=absent.path,
                host=project.workspace.own(absent.host) if absent.host is not None else "",
            )
