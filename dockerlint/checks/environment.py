"""Rules about the variables that application source reads, and about literals that should be variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dockerlint.model.browser.publicenv import missing_public
from dockerlint.model.environment.backing import HardCoded, hard_coded
from dockerlint.model.environment.neededenv import needed_reads
from dockerlint.model.environment.suppliedenv import supply_of
from dockerlint.model.running.reached import reached
from dockerlint.rulebook.finding import Finding, Related
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import EnvRead
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service

_NOTHING = {"python": "None", "javascript": "undefined", "ruby": "nil", "go": "an empty text", "php": "false"}


def missing_env(project: Project, rule: Rule) -> Iterator[Finding]:
    """A service's source reads a variable that nothing gives it."""
    for service in project.services:
        for name, reads in missing_public(project, service).items():
            yield _missing(project, service, name, reads, "javascript", rule)
        reach = reached(project, service)
        if reach is None or not reach.certain:
            continue
        needed = {
            name: reads
            for name, reads in needed_reads(project, reach).items()
            if not _comes_by_itself(name, rule.tables, any(read.fails for read in reads))
        }
        if not needed:
            continue
        supply = supply_of(project, service, reach)
        for name, reads in needed.items():
            if all(supply.gives(name, read.how) is False for read in reads):
                language = reach.certain[reads[0].span.path].facts.language
                yield _missing(project, service, name, reads, language, rule)


def _comes_by_itself(name: str, tables: Mapping[str, Any], fails: bool) -> bool:
    """Is it set by the system, the runtime or a platform, or a switch that programs run without?

    `fails` says that a read stops the program without it, so that it is no such switch.
    """
    upper = name.upper()
    return (
        upper in tables["names"]
        or upper.startswith(tuple(tables["prefixes"]))
        or (upper.endswith(tuple(tables["endings"])) and not fails)
    )


def _missing(project: Project, service: Service, name: str, reads: list[EnvRead], language: str, rule: Rule) -> Finding:
    first = next((read for read in reads if read.fails), reads[0])
    related = [Related(read.span, "and reads it here") for read in reads if read is not first]
    where = next(iter(service.environment.values()), None)
    if where is not None:
        related.append(Related(where.span, f"these are the variables that {service.name} gets"))
    return rule.finding(
        first.span,
        case="stops" if first.fails else "empty",
        service=service.name,
        related=related,
        subject=name,
        name=name,
        file=project.workspace.own(first.span.path),
        nothing=_NOTHING.get(language, "nothing"),
    )


def hardcoded_config(project: Project, rule: Rule) -> Iterator[Finding]:
    """A service's source holds the address or user of another service literally."""
    for service in sorted(project.services, key=lambda service: _distance(project, service)):
        for found in hard_coded(project, service):
            span = found.text.span
            related = [Related(other.span, "and this belongs to it") for other in found.more]
            related.extend(_unread(project, service, found))
            yield rule.finding(
                span,
                case=found.kind,
                service=service.name,
                related=related,
                subject=found.value,
                file=project.workspace.own(span.path),
                value=found.value,
                what=found.what,
                name=_variable(found),
            )


def _distance(project: Project, service: Service) -> int:
    """Services of the deepest context first: a file that several see is most of all theirs. The engine keeps one."""
    build = project.build_of(service)
    if build is None or build.context is None:
        return 0
    return -len(build.context.folder.split("/")) if build.context.folder else 0


def _variable(found: HardCoded) -> str:
    what = found.what.upper().replace("-", "_").replace(".", "_")
    return f"{what}_{'USER' if found.kind == 'user' else 'HOST' if found.kind == 'host' else 'URL'}"


def _unread(project: Project, service: Service, found: HardCoded) -> Iterator[Related]:
    """The variable of compose that holds the same address and that no source reads."""
    if found.host is None:
        return
    read = {read.name for use in project.sources_of(service) for read in use.facts.env_reads}
    for setting in service.environment.values():
        if setting.name not in read and setting.value and found.host in setting.value:
            yield Related(setting.span, f"{setting.name} says it as well, but no source reads it")
