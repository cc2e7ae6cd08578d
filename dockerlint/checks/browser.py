"""Rules about what the user's browser is told to reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.browser.given import browser_addresses, container_names, too_late
from dockerlint.rulebook.finding import Finding, Related
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.model.project import Project


def container_url(project: Project, rule: Rule) -> Iterator[Finding]:
    """A browser is given a container's name, or a variable that cannot reach it any more."""
    names = container_names(project)
    for service in project.services:
        for address in browser_addresses(project, service, names):
            case = {"client": "client", "nobody": "unread", "unknown": "public"}[address.readers]
            related = []
            if address.use is not None and address.use != address.span:
                related.append(Related(address.use, "client code reads it here"))
            owner = project.compose.services[names[address.host]] if project.compose is not None else None
            if owner is not None:
                related.append(Related(owner.span, f"{address.host} is the name of this container"))
            yield rule.finding(
                address.span,
                case=case if address.variable is None or case != "client" else "variable",
                service=service.name,
                related=related,
                subject=address.variable or address.address,
                host=address.host,
                name=address.variable or "",
                published=_published(project, names[address.host]),
            )
        for late in too_late(project, service):
            yield rule.finding(
                late.span,
                case="too-late",
                service=service.name,
                related=[Related(late.built, "the bundle is built here"), Related(late.use, "and reads it here")],
                subject=late.name,
                name=late.name,
            )


def _published(project: Project, name: str) -> str:
    """The address at which the host publishes a service."""
    service = project.compose.services[name] if project.compose is not None else None
    for port in service.ports if service is not None else ():
        if port.published is not None and port.published.isdigit():
            return f"http://localhost:{port.published}"
    return "the address that its published port has"
