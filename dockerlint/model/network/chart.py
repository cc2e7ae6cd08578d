"""The networks of a project at a glance: what `dockerlint map` draws, as plain data.

Bridges, containers with everything that they are called by, and the addresses that their programs use. How a bridge
ties containers to each other and to the host's interface: https://docs.docker.com/engine/network/drivers/bridge/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.formats.yamlnodes import Mapping, Scalar, Sequence
from dockerlint.model.network.answers import Answer, Running, answers, containers_of
from dockerlint.model.network.names import (
    LOOPBACK,
    MACHINE,
    SELF,
    SERVICE,
    has_unknown_names,
    names_of,
    namespace_of,
    networks_of,
    on_external,
)
from dockerlint.model.network.ways import Way, ways
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.model.network.connections import Connection
    from dockerlint.model.project import Project
    from dockerlint.model.service import Mount, Port, Resource, Service

HOST_STACK, DEFAULT_BRIDGE = "host", "docker0"
BROWSER = "browser"


@dataclass(frozen=True, slots=True)
class Bridge:
    """One network. `key` is its name in the compose file, `name` its real one (None: unknown).

    `kind` is "network", "host" (the machine's own interfaces) or "docker0" (Docker's default bridge, without names).
    `internal` has no way out; `external` may hold containers of other projects as well. `subnets` are those that the
    project gives it, as ``10.5.0.0/16``.
    """

    key: str
    name: str | None
    kind: str
    driver: str
    internal: bool
    external: bool
    subnets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Container:
    """One service as others see it.

    `stack` is "own", "host", "none", "bridge" or "unknown"; `leader` the service whose network stack it lives in, None
    for its own. `bridges` are the keys of the networks it is on. `names` are (name, kind, network or None for all).
    `listens` are (port, program or ""), of which those in `inner` are open only inside of the stack; `outward` says
    whether it reaches the outside. `running` are its containers, `addresses` its fixed ones (network, address).
    `told` are the names that lead it to containers, all that there are where `closed`.
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
    running: tuple[Running, ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()
    inner: frozenset[str] = frozenset()
    told: tuple[Answer, ...] = ()
    closed: bool = False

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
    """The map. `ways` are all ways from service to service. `reach` holds the one to draw, for every two of which the
    first reaches the second: "stack" (as localhost), a network's key, "published" (at the host's port) or "machine"
    (as the host)."""

    name: str | None
    bridges: tuple[Bridge, ...]
    containers: tuple[Container, ...]
    links: tuple[Link, ...]
    ways: tuple[Way, ...]
    reach: dict[tuple[str, str], str]


def network_of(project: Project) -> Network:
    """The map of a project; empty for one without services."""
    containers = tuple(_container(project, service) for service in project.services)
    found = tuple(ways(project, containers))
    return Network(
        project.compose.name if project.compose is not None else None,
        tuple(_bridges(project, containers)),
        containers,
        tuple(link for service in project.services for link in _links(project, service)),
        found,
        _drawn(containers, found),
    )


def _container(project: Project, service: Service) -> Container:
    space = namespace_of(project, service)
    networks = networks_of(project, service) or {}
    bridges = {"host": (HOST_STACK,), "bridge": (DEFAULT_BRIDGE,)}.get(space.kind, tuple(networks.values()))
    joined = space.leader is not service
    listens, inner = _listens(project, service)
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
        listens=listens,
        mounts=project.mounts_of(service),
        outward=space.kind in ("host", "bridge", "unknown") or _has_way_out(project, bridges),
        running=containers_of(project, service),
        addresses=tuple(_addresses(space.leader)),
        inner=inner,
        told=tuple(answers(project, service)),
        closed=not (space.kind == "unknown" or on_external(project, service) or has_unknown_names(project)),
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


def _listens(project: Project, service: Service) -> tuple[tuple[tuple[str, str], ...], frozenset[str]]:
    """The ports of the container: those on which a program certainly listens, then what it publishes or exposes; and
    those that only its own stack can call."""
    from dockerlint.model.network.listening import own_listening

    found: dict[str, str] = {}
    listeners = own_listening(project, service).listeners
    for listener in listeners:
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
    inner = {one.port for one in listeners if one.loopback} - {one.port for one in listeners if not one.loopback}
    return tuple(sorted(found.items(), key=lambda item: (len(item[0]), item[0]))), frozenset(inner)


def _addresses(leader: Service) -> Iterator[tuple[str, str]]:
    for key, use in leader.networks.items():
        for address in (use.ipv4, use.ipv6):
            if address:
                yield key, address.partition("/")[0]


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
            subnets = tuple(_subnets(network))
            yield Bridge(key, network.name, "network", driver, network.internal, network.external, subnets)
    for key in sorted(used - set(networks) - {HOST_STACK, DEFAULT_BRIDGE}):
        yield Bridge(key, None, "network", "bridge", False, False)
    if DEFAULT_BRIDGE in used - set(networks):
        yield Bridge(DEFAULT_BRIDGE, "bridge", "docker0", "bridge", False, False)
    if HOST_STACK in used - set(networks):
        yield Bridge(HOST_STACK, "host", "host", "host", False, False)


def _subnets(network: Resource) -> Iterator[str]:
    ipam = network.node.get("ipam")
    config = ipam.get("config") if isinstance(ipam, Mapping) else None
    for entry in config.items if isinstance(config, Sequence) else ():
        subnet = entry.get("subnet") if isinstance(entry, Mapping) else None
        if isinstance(subnet, Scalar):
            yield subnet.text


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


def _drawn(containers: tuple[Container, ...], found: tuple[Way, ...]) -> dict[tuple[str, str], str]:
    """The way to draw for every two services. That a container may go round by a port of the machine is left out."""
    hosts = {one.name for one in containers if one.stack == "host"}
    drawn: dict[tuple[str, str], str] = {}
    for way in found:
        if way.source != way.target and way.by != "bridge" and (way.by != "published" or way.source in hosts):
            drawn.setdefault((way.source, way.target), way.network or way.by)
    return drawn
