"""Who answers to a host name in a container: the other services by their names, the machine, or nobody.

Names on a network: https://docs.docker.com/compose/how-tos/networking/ ; the default bridge has no names:
https://docs.docker.com/engine/network/drivers/bridge/ ; `network_mode`:
https://docs.docker.com/reference/compose-file/services/#network_mode
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service
    from dockerlint.source.text import Span

SERVICE, SELF, MACHINE, OUTSIDE = "service", "self", "machine", "outside"
NOT_SHARED, NOBODY, UNKNOWN = "not-shared", "nobody", "unknown"

LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1", "0.0.0.0", "127.0.1.1", "localhost.localdomain"))
MACHINE_NAMES = frozenset(
    (
        "host.docker.internal", "gateway.docker.internal", "host.containers.internal", "kubernetes.docker.internal",
        "docker.for.mac.localhost", "docker.for.mac.host.internal", "docker.for.win.localhost",
        "docker.for.win.host.internal", "host-gateway", "host.lima.internal", "host.orb.internal",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Namespace:
    """The network stack that a container lives in.

    `kind` is "own" (networks of its own), "host", "none", "bridge" (Docker's default bridge), or "unknown"
    (``container:x``, a variable). `leader` is the service whose stack it is: itself, or the one that
    ``network_mode: service:x`` names.
    """

    kind: str
    leader: Service


@dataclass(frozen=True, slots=True)
class Target:
    """What a host name leads to, seen from one service.

    `outcome`:
    "service"     `service` answers, on `networks` (keys of the compose file)
    "self"        the container itself: a loopback name, its own name, a peer of the same network stack, or another
                  container of its service
    "machine"     the machine that runs Docker
    "outside"     a name of the DNS or an address that is no container's
    "not-shared"  `service` has the name but cannot be reached; `reason` says why: "networks" (none in common), "bridge"
                  (the default bridge has no names), "host", "none" (one of the two has no networks), "joined" (it
                  lives in the network stack of another service, whose name would answer)
    "nobody"      nobody has the name
    "unknown"     it depends on what is not in the project
    `how` is the kind of name: "service", "alias", "container_name", "hostname", "link", "extra_host", "address".
    """

    outcome: str
    service: Service | None = None
    how: str = ""
    networks: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a service. `networks` are the real networks on which it counts; None: on all of the service's."""

    text: str
    how: str
    span: Span | None
    networks: frozenset[str] | None = None


def namespace_of(project: Project, service: Service) -> Namespace:
    """The network stack of a service; chains of ``service:x`` are followed."""
    return project.once("namespace", service, lambda: _namespace_of(project, service))


def _namespace_of(project: Project, service: Service) -> Namespace:
    seen = set()
    while True:
        mode = service.network_mode
        if mode is None:
            return Namespace("own", service)
        value = mode.value
        if value is None or service.name in seen:
            return Namespace("unknown", service)
        seen.add(service.name)
        if value.startswith("service:"):
            other = project.compose.services.get(value[8:].strip()) if project.compose is not None else None
            if other is None:
                return Namespace("unknown", service)
            service = other
        elif value.startswith("container:"):
            other = next((one for one in project.services if _is_called(project, one, value[10:].strip())), None)
            if other is None:
                return Namespace("unknown", service)
            service = other
        elif value in ("host", "none", "bridge"):
            return Namespace(value, service)
        elif value == "default":
            return Namespace("bridge", service)
        else:
            return Namespace("unknown", service)


def peers_of(project: Project, service: Service) -> tuple[Service, ...]:
    """The services that share the network stack of `service`, itself included: ``localhost`` is the same for them."""
    own = namespace_of(project, service)
    groups = project.once_for_all("peers", lambda: _peers(project))
    return tuple(groups["host" if own.kind == "host" else f"leader {own.leader.name}"])


def _peers(project: Project) -> dict[str, list[Service]]:
    groups: dict[str, list[Service]] = {}
    for service in project.services:
        space = namespace_of(project, service)
        for group in (f"leader {space.leader.name}", *(("host",) if space.kind == "host" else ())):
            groups.setdefault(group, []).append(service)
    return groups


def networks_of(project: Project, service: Service) -> dict[str, str] | None:
    """The networks of a service's stack: real name → key of the compose file. None where they are unknown.

    A network whose name the project's unknown name takes part in has its key in brackets.
    """
    return project.once("networks", service, lambda: _networks_of(project, service))


def _networks_of(project: Project, service: Service) -> dict[str, str] | None:
    space = namespace_of(project, service)
    if space.kind == "unknown":
        return None
    if space.kind != "own" or project.compose is None:
        return {}
    found = {}
    for key in space.leader.networks:
        resource = project.compose.networks.get(key)
        if resource is not None and resource.name is None and resource.external:
            return None
        found[(resource.name if resource is not None else None) or f"({key})"] = key
    return found


def on_external(project: Project, service: Service) -> bool:
    """Is the service on a network that other projects may join as well?"""
    keys = (networks_of(project, service) or {}).values()
    networks = project.compose.networks if project.compose is not None else {}
    return any(key in networks and networks[key].external for key in keys)


def names_of(project: Project, service: Service) -> tuple[Name, ...]:
    """Every name that other containers may call a service by. Unknown ones (``container_name: ${X}``) are left out."""
    return project.once("names", service, lambda: _names_of(project, service))


def _names_of(project: Project, service: Service) -> tuple[Name, ...]:
    found = [Name(service.name, "service", service.span)]
    for how in ("container_name", "hostname"):
        located = service.container_name if how == "container_name" else service.hostname
        if located is not None and located.value:
            found.append(Name(located.value, how, located.span))
    networks = networks_of(project, service) or {}
    real = {key: name for name, key in networks.items()}
    for key, use in service.networks.items():
        for alias in use.aliases:
            found.append(Name(alias, "alias", use.span, frozenset((real.get(key, key),))))
        for address in (use.ipv4, use.ipv6):
            if address:
                found.append(Name(address.partition("/")[0], "address", use.span))
    return tuple(found)


def owners_of(project: Project) -> dict[str, list[tuple[int, Service, Name]]]:
    """By names in small letters: whose they are, in the order of the services and their names, with the number."""
    return project.once_for_all("owners", lambda: _owners_of(project))


def _owners_of(project: Project) -> dict[str, list[tuple[int, Service, Name]]]:
    found: dict[str, list[tuple[int, Service, Name]]] = {}
    every = ((service, name) for service in project.services for name in names_of(project, service))
    for number, (service, name) in enumerate(every):
        found.setdefault(name.text.lower(), []).append((number, service, name))
    return found


def has_unknown_names(project: Project) -> bool:
    """May a container have a name that nobody can read here?"""
    return project.once_for_all("unknown names", lambda: _has_unknown_names(project))


def _has_unknown_names(project: Project) -> bool:
    if project.compose is None or project.partial or project.compose.absent or project.compose.outside:
        return True
    return any(
        not service.complete
        or any(one is not None and one.value is None for one in (service.container_name, service.hostname))
        or service.external_links
        for service in project.services
    )


def resolve(project: Project, service: Service, host: str) -> Target:
    """Who answers when `service` asks for `host` (a name or an address without a port)."""
    from dockerlint.model.network.answers import answer

    text = host.strip("[]").rstrip(".")
    host = text.lower()
    if not host or "$" in host or "{" in host or "*" in host:
        return Target(UNKNOWN)
    space = namespace_of(project, service)
    if host in LOOPBACK or host.startswith("127."):
        return Target(MACHINE if space.kind == "host" else SELF, service)
    told = answer(project, service, text)
    if told is not None and told.how == "extra_host" and not told.own:
        return _extra(project, service, told.address)
    if told is not None:
        other = space.leader if told.own else told.containers[0].service
        keys = (told.network,) if told.network is not None else ()
        return Target(SELF if namespace_of(project, other).leader is space.leader else SERVICE, other, told.how, keys)
    if host in MACHINE_NAMES:
        return Target(MACHINE)
    found = _search(project, service, space, _linked(space.leader, text) or host)
    if found is not None:
        return found
    if space.kind in ("unknown", "host"):
        return Target(UNKNOWN if "." not in host else OUTSIDE)
    if "." in host or ":" in host:
        return Target(OUTSIDE)
    if on_external(project, service) or has_unknown_names(project) or service.external_links:
        return Target(UNKNOWN)
    if _is_made_up(project, host):
        return Target(UNKNOWN)
    return Target(NOBODY)


def _search(project: Project, service: Service, space: Namespace, host: str) -> Target | None:
    """The service that has the name: one that can be reached before one that cannot."""
    own = networks_of(project, service)
    best: Target | None = None
    owners = owners_of(project)
    having = {number: (other, name) for number, other, name in owners.get(host, ())}
    for short in _default_names(project, host):
        having.update((number, (other, name)) for number, other, name in owners.get(short, ()) if name.how == "service")
    for _, (other, name) in sorted(having.items(), key=lambda item: item[0]):
        target = _reach(project, service, space, own, other, name)
        if target.outcome in (SERVICE, SELF):
            return target
        if best is None or (best.outcome == NOT_SHARED and target.outcome == UNKNOWN):
            best = target
    return best


def _reach(
    project: Project, service: Service, space: Namespace, own: dict[str, str] | None, other: Service, name: Name
) -> Target:
    there = namespace_of(project, other)
    if there.leader is space.leader and (other is service or space.kind != "host"):
        if other is not there.leader:
            return Target(NOT_SHARED, other, name.how, reason="joined")
        # Without networks of its own a container knows its host name only, which has been asked before.
        return Target(SELF if name.how == "address" or space.kind in ("own", "unknown") else UNKNOWN, other, name.how)
    theirs = networks_of(project, other)
    if own is None or theirs is None or "unknown" in (space.kind, there.kind):
        return Target(UNKNOWN, other, name.how)
    if name.how == "address" and there.kind == "own":
        shared = tuple(key for real, key in own.items() if real in theirs)
        return Target(SERVICE if shared or space.kind == "host" else NOT_SHARED, other, name.how, shared, "networks")
    for kind in ("none", "host"):
        if kind in (space.kind, there.kind):
            return Target(NOT_SHARED, other, name.how, reason=kind)
    if "bridge" in (space.kind, there.kind):
        return Target(NOT_SHARED, other, name.how, reason="bridge" if space.kind == there.kind else "networks")
    if other is not there.leader:
        return Target(NOT_SHARED, other, name.how, reason="joined")
    shared = tuple(
        key for real, key in own.items() if real in theirs and (name.networks is None or real in name.networks)
    )
    if shared:
        return Target(SERVICE, other, name.how, shared)
    if on_external(project, service):
        return Target(UNKNOWN, other, name.how)
    return Target(NOT_SHARED, other, name.how, reason="networks")


def _extra(project: Project, service: Service, address: str | None) -> Target:
    if address is None:
        return Target(UNKNOWN, how="extra_host")
    if address == "host-gateway":
        return Target(MACHINE, how="extra_host")
    for other in project.services:
        for use in other.networks.values():
            if use.ipv4 == address or use.ipv6 == address:
                return Target(SERVICE, other, "extra_host")
    if address.startswith("127.") or address == "::1":
        return Target(SELF, service, "extra_host")
    return Target(OUTSIDE, how="extra_host")


def _linked(service: Service, host: str) -> str | None:
    """The service that ``links: - db:database`` gives this name, and nobody else then; the last of several."""
    for link in reversed(service.links):
        name, _, alias = (link.value or "").partition(":")
        if alias == host:
            return name.lower()
    return None


def _default_names(project: Project, host: str) -> Iterator[str]:
    """The services whose containers Compose may give this name, where the project's own name is unknown: ``db`` for
    ``shop-db-1``."""
    if host.endswith("-1") and (project.compose is None or project.compose.name is None):
        yield from (name for _, name in _splits(host[:-2], "-"))


def _splits(text: str, sign: str) -> Iterator[tuple[str, str]]:
    """What stands before and behind each `sign`."""
    at = text.find(sign)
    while at >= 0:
        yield text[:at], text[at + 1 :]
        at = text.find(sign, at + 1)


def _is_made_up(project: Project, host: str) -> bool:
    """May Compose or a swarm have made the name of a service's: ``shop-db-1``, ``db-2``, ``shop_db`` of a stack?"""
    made_of, stack = project.once_for_all("made-up names", lambda: _made_of(project))
    head, _, number = host.replace("_", "-").rpartition("-")
    if number.isdigit():
        return any(name in made_of for name in (head, *(name for _, name in _splits(head, "-"))))
    return any(name in stack for _, name in _splits(host, "_"))


def _made_of(project: Project) -> tuple[frozenset[str], frozenset[str]]:
    """The names of services as Compose puts them into a container's, and as a stack does where the project is one."""
    names = frozenset(service.name.lower() for service in project.services)
    stack = any(service.deploy is not None for service in project.services)
    return frozenset(name.replace("_", "-") for name in names), names if stack else frozenset()


def _is_called(project: Project, service: Service, container: str) -> bool:
    """Is it the name of the service's container: the one that is given, or the one that Compose makes?"""
    if service.container_name is not None:
        return service.container_name.value == container
    name = project.compose.name if project.compose is not None else None
    return name is not None and container == f"{name}-{service.name}-1"
