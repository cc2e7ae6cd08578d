"""The ports on which a service may listen, from everything that speaks of them, and those that it publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Port, Service


def container_ports(project: Project, service: Service) -> frozenset[str]:
    """Every port inside of the container that anything names: mappings, EXPOSE, the image, its programs and source."""
    return project.once("container-ports", service, lambda: frozenset(_inside(project, service)))


def _inside(project: Project, service: Service) -> set[str]:
    found = {port.target for port in (*service.ports, *service.expose) if port.target}
    stage, base = project.stage_of(service), project.base_of(service)
    if stage is not None:
        for one in stage.exposed:
            found.update(str(port) for port in range(one.first, min(one.last, one.first + 100) + 1))
    if base is not None:
        found.update(str(port) for port in base.ports or ())
    for server in project.servers_of(service):
        if server.port.value:
            found.add(server.port.value)
    for name in ("PORT", "SERVER_PORT", "APP_PORT", "HTTP_PORT", "LISTEN_PORT", "NODE_PORT"):
        value = project.environment_of(service).text(name)
        if value:
            found.add(value)
    for use in project.sources_of(service):
        found.update(listen.port for listen in use.facts.listens if listen.port)
    return found


def publishing(service: Service, port: str) -> Port | None:
    """The mapping of a service that publishes this host port."""
    for one in service.ports:
        if one.published is None or one.protocol != "tcp":
            continue
        first, dash, last = one.published.partition("-")
        if port == first or (dash and first.isdigit() and last.isdigit() and int(first) <= int(port) <= int(last)):
            return one
    return None
