"""The networks of a project at a glance: what `dockerlint map` draws, as plain data.

Bridges, containers with everything that they are called by, and the addresses that their programs use. How a bridge
ties containers to each other and to the host's interface: https://docs.docker.com/engine/network/drivers/bridge/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.network.names import LOOPBACK, MACHINE, SELF, SERVICE, names_of, namespace_of, networks_of
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.model.network.connections import Connection
    from dockerlint.model.project import Project
    from dockerlint.model.service import Mount, Port, Service

HOST_STACK, DEFAULT_BRIDGE = "host", "docker0"
BROWSER = "browser"


@dataclass(frozen=True, slots=True)
class Bridge:
    """One network. `key` is its name in the compose file, `name` its real one (None: unknown).

    `kind` is "network", "host" (the machine's own interfaces) or "docker0" (Docker's default bridge, without names).
    `internal` has no way out; `external` may hold containers of other projects as well.
    """

    key: str
    name: str | None
    kind: str
    driver: str
    internal: bool
    external: bool


@dataclass(frozen=True, slots=True)
class Container:
    """One service as others see it.

    `stack` is "own", "host", "none", "bridge" or "unknown"; `leader` the service whose network stack it lives in, None
    for its own. `bridges` are the keys of the networks it is on. `names` are (name, kind, network or None for all).
    `listens` are (port, program or ""); `outward` says whether it reaches the outside.
    """

    service: Service
    stack: str
    leader: str | None
    bridges: tuple[str, ...]
    names: tuple[tuple[str, str, str | None], ...]
    image: str
    listens: tuple[tuple[str, str], ...]
    mounts: tuple[Mount, ...]
    outward: bool

    @property
    def name(self) -> str:
        return self.service.name

    @property
    def published(self) -> tuple[Port, ...]:
        return self.service.ports


@dataclass(frozen=True, slots=True)
class Link:
    """One address that a service is given, and where it leads.

    `end` is "service" (`target` answers), "self", "machine", "outside", "not-shared" (`target` has the name and cannot
    be reached), "nobody" or "unknown". `browser`: the user's browser uses it, not the container.
    """

    source: str
    end: str
    target: str | None
    connection: Connection
    browser: bool


@dataclass(frozen=True, slots=True)
class Network:
    """The map. `reach` holds, for every two containers of which the first reaches the second, how: "stack" (as
    localhost), a network's key, "published" (at the host's port) or "machine" (as the host)."""

    name: str | None
    bridges: tuple[Bridge, ...]
    containers: tuple[Container, ...]
    links: tuple[Link, ...]
    reach: dict[tuple[str, str], str]


def network_of(project: Project) -> Network:
    """The map of a project; empty for one without services."""
    containers = tuple(_container(project, service) for service in project.services)
    return Network(
        project.compose.name if project.compose is not None else None,
        tuple(_bridges(project, containers)),
        containers,
        tuple(link for service in project.services for link in _links(project, service)),
        {
            (one.name, other.name): how
            for one in containers
            for other in containers
            if one is not other and (how := _reach(one, other))
        },
    )


def _container(project: Project, service: Service) -> Container:
    space = namespace_of(project, service)
    networks = networks_of(project, service) or {}
    bridges = {"host": (HOST_STACK,), "bridge": (DEFAULT_BRIDGE,)}.get(space.kind, tuple(networks.values()))
    joined = space.leader is not service
    names = []
    for name in names_of(project, service):
        keys = [networks[real] for real in name.networks or () if real in networks]
        if not (joined and name.how != "service"):
            names.append((name.text, name.how, keys[0] if keys else None))
    return Container(
        service=service,
        stack=space.kind,
        leader=space.leader.name if joined else None,
        bridges=bridges,
        names=tuple(dict.fromkeys(names)),
        image=_image(project, service),
        listens=tuple(_listens(project, service)),
        mounts=project.mounts_of(service),
        outward=space.kind in ("host", "bridge", "unknown") or _has_way_out(project, bridges),
    )


def _image(project: Project, service: Service) -> str:
    """The image that runs, without a digest, or what it is built on."""
    if service.build is None:
        text = (service.image.value or service.image.template) if service.image is not None else ""
        return text.partition("@")[0]
    stage = project.stage_of(service)
    if stage is not None and stage.root.base:
        return f"built on {stage.root.base.partition('@')[0]}"
    return f"built from {service.build.context or service.build.remote or 'a folder'}"


def _listens(project: Project, service: Service) -> Iterator[tuple[str, str]]:
    """The ports of the container: those on which a program certainly listens, then what it publishes or exposes."""
    from dockerlint.model.network.listening import own_listening

    found: dict[str, str] = {}
    for listener in own_listening(project, service).listeners:
        found.setdefault(listener.port, listener.program)
    for port in (*service.ports, *service.expose):
        if port.target:
            found.setdefault(port.target, "")
    base, stage = project.base_of(service), project.stage_of(service)
    if stage is not None:
        for exposed in stage.exposed:
            found.setdefault(str(exposed.first), "")
    if not found and base is not None:
        found.update((str(port), "") for port in base.ports or ())
    yield from sorted(found.items(), key=lambda item: (len(item[0]), item[0]))


def _has_way_out(project: Project, keys: tuple[str, ...]) -> bool:
    networks = project.compose.networks if project.compose is not None else {}
    return any(key not in networks or not networks[key].internal for key in keys)


def _bridges(project: Project, containers: tuple[Container, ...]) -> Iterator[Bridge]:
    """The networks on which somebody is, in the order of the compose file, and Docker's own."""
    used = {key for container in containers for key in container.bridges}
    networks = project.compose.networks if project.compose is not None else {}
    for key, network in networks.items():
        if key in used or key != "default":
            driver = network.driver or "bridge"
            yield Bridge(key, network.name, "network", driver, network.internal, network.external)
    for key in sorted(used - set(networks) - {HOST_STACK, DEFAULT_BRIDGE}):
        yield Bridge(key, None, "network", "bridge", False, False)
    if DEFAULT_BRIDGE in used - set(networks):
        yield Bridge(DEFAULT_BRIDGE, "bridge", "docker0", "bridge", False, False)
    if HOST_STACK in used - set(networks):
        yield Bridge(HOST_STACK, "host", "host", "host", False, False)


def _links(project: Project, service: Service) -> Iterator[Link]:
    from dockerlint.model.network.connections import connections_of

    for connection in connections_of(project, service):
        target = connection.target
        other = target.service.name if target.service is not None else None
        if connection.browser and connection.host.lower() in LOOPBACK:
            # In the browser, localhost is the machine that publishes the ports.
            publisher = _publisher(project, connection)
            yield Link(service.name, SERVICE if publisher else MACHINE, publisher, connection, True)
        elif target.outcome == SELF and other != service.name:
            yield Link(service.name, SERVICE, other, connection, connection.browser)
        else:
            yield Link(service.name, target.outcome, other, connection, connection.browser)


def _publisher(project: Project, connection: Connection) -> str | None:
    from dockerlint.model.network.connections import default_port
    from dockerlint.model.network.knownports import publishing

    port = default_port(project, connection)
    if not port:
        return None
    return next((one.name for one in project.services if publishing(one, port) is not None), None)


def _reach(one: Container, other: Container) -> str:
    """How the first container reaches the second; "" where it does not, or where nobody knows."""
    if "unknown" in (one.stack, other.stack) or "none" in (one.stack, other.stack):
        return ""
    if (one.leader or one.name) == (other.leader or other.name) or one.stack == other.stack == "host":
        return "stack"
    shared = next((key for key in one.bridges if key in other.bridges), "")
    if shared:
        return shared
    if one.stack == "host":
        return "published" if other.published else ""
    return "machine" if other.stack == "host" and one.outward else ""
