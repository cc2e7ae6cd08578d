"""Rules about what only one container can have: a name, a port of the machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.rulebook.finding import Finding, Related
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Port, Service


def duplicate_published_port(project: Project, rule: Rule) -> Iterator[Finding]:
    """Two services of one start publish the same port of the machine."""
    from dockerlint.model.network.replicas import replicas_of, run_together

    taken: list[tuple[Service, Port, str]] = []
    for service in project.services:
        if service.network_mode is not None or replicas_of(service) == 0:
            continue
        for port in service.ports:
            number = port.published
            if number is None or not port.published_known or not port.host_ip_known or not number.isdigit():
                continue
            other = next(
                (
                    one
                    for one in taken
                    if one[2] == number
                    and one[1].protocol == port.protocol
                    and _meet(one[1].host_ip, port.host_ip)
                    and run_together(one[0], service)
                    and (one[0] is not service or one[1].target != port.target)
                ),
                None,
            )
            if other is None:
                taken.append((service, port, number))
                continue
            yield rule.finding(
                port.span,
                service=service.name,
                related=[Related(other[1].span, f"{other[0].name} publishes it here")],
                subject=number,
                port=number,
                other=other[0].name if other[0] is not service else "the same service",
                target=port.target or "",
            )


def _meet(first: str | None, second: str | None) -> bool:
    """Do two addresses of the machine share a port? None is every address of both families."""
    one, two = first or "", second or ""
    if one == two or not one or not two:
        return True
    if {one, two} & {"0.0.0.0", "::"}:
        return (":" in one) == (":" in two)
    return False


def duplicate_container_name(project: Project, rule: Rule) -> Iterator[Finding]:
    """A container is called like another service, so that one name leads to two containers."""
    from dockerlint.model.network.names import networks_of
    from dockerlint.model.network.replicas import run_together

    services = {service.name: service for service in project.services}
    for service in project.services:
        name = service.container_name
        other = services.get(name.value) if name is not None and name.value else None
        if name is None or other is None or other is service or not run_together(service, other):
            continue
        own, theirs = networks_of(project, service), networks_of(project, other)
        if own is None or theirs is None or not set(own) & set(theirs):
            continue
        yield rule.finding(
            name.span,
            service=service.name,
            related=[Related(other.span, "the service of that name")],
            subject=other.name,
            name=other.name,
        )


def scaled_fixed_name(project: Project, rule: Rule) -> Iterator[Finding]:
    """Several containers of a service want the same port or address."""
    from dockerlint.model.network.replicas import is_for_swarm, replicas_of, replicas_place

    for service in project.services:
        count = replicas_of(service)
        if count is None or count < 2 or service.network_mode is not None or is_for_swarm(project, service):
            continue
        place = replicas_place(service)
        related = [Related(place, f"{count} containers")] if place is not None else []
        for port in service.ports:
            if port.published is not None and port.published_known and port.published.isdigit():
                yield rule.finding(
                    port.span,
                    case="port",
                    service=service.name,
                    related=related,
                    subject=port.published,
                    count=count,
                    port=port.published,
                    target=port.target or "",
                    last=int(port.published) + count - 1,
                )
                break
        for use in service.networks.values():
            if use.ipv4:
                yield rule.finding(
                    use.span,
                    case="address",
                    service=service.name,
                    related=related,
                    subject=use.ipv4,
                    count=count,
                    address=use.ipv4,
                )
                break
