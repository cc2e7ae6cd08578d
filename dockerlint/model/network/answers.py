"""Which containers answer to a name, as Docker's name server and a container's hosts file tell it.

Every network has a table of names. The server asks the tables of the container's networks in turn, networks with a way
out first and then by their real names, and the first that knows the name answers for all; aliases of ``links:`` come
before. ``name.network`` asks one table only. Small and capital letters are the same, but in the aliases of links.
https://docs.docker.com/engine/network/#dns-services ; https://docs.docker.com/reference/compose-file/services/#links
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dockerlint.model.network.names import Namespace, namespace_of, networks_of
from dockerlint.model.network.replicas import replicas_of
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service


@dataclass(frozen=True, slots=True, eq=False)
class Running:
    """One container: the `number`-th of a service, from 1. `name` is None where the project's name is unknown.

    There is one object for each (`containers_of`).
    """

    service: Service
    number: int
    name: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Whom a name leads to. `how` is "service", "alias", "container_name", "hostname", "link" or "extra_host".

    `network` is the key of the network on which the containers are met. It is None for a name of the hosts file: an
    extra host's (`address` is the one that is given, `containers` those that the project gives it), one of a link on
    the default bridge, or the container's own host name; `own` says that the asking container's addresses are among
    the answers.
    """

    name: str
    how: str
    network: str | None
    containers: tuple[Running, ...]
    address: str | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """A name in a network's table as somebody spells it, and who has it as what kind of name."""

    name: str
    holders: dict[Running, str]


def containers_of(project: Project, service: Service) -> tuple[Running, ...]:
    """The containers of a service; one where nobody knows how many."""
    return project.once("containers", service, lambda: tuple(_containers_of(project, service)))


def _containers_of(project: Project, service: Service) -> Iterator[Running]:
    given = service.container_name
    prefix = project.compose.name if project.compose is not None else None
    count = replicas_of(service)
    for number in range(1, (1 if count is None else count) + 1):
        made = f"{prefix}-{service.name}-{number}" if prefix is not None else None
        yield Running(service, number, given.value if given is not None else made)


def answer(project: Project, service: Service, name: str) -> Answer | None:
    """Who answers when a container of `service` asks for `name`; None: no container of the project does."""
    return _Resolver(project, service).answer(name)


def answers(project: Project, service: Service) -> Iterator[Answer]:
    """Every name that leads a container of `service` to another, or to an extra host, in the order of the names.

    Left out are the loopback names, ids of containers, and ``name.network``.
    """
    resolver = _Resolver(project, service)
    for name in sorted(resolver.names()):
        found = resolver.answer(name)
        if found is not None:
            yield found


class _Resolver:
    """What the containers of one service are told."""

    def __init__(self, project: Project, service: Service) -> None:
        self._project = project
        self._space = namespace_of(project, service)
        leader = self._space.leader
        self._hosts = {host.name.lower(): host.address for host in reversed(leader.extra_hosts)}
        self._own = _own_names(self._space)
        self._links = dict(_links(project, leader)) if self._space.kind in ("own", "bridge") else {}
        self._tables: list[tuple[str, str, Mapping[str, _Entry]]] = []
        if self._space.kind == "own":
            tables = project.once_for_all("name tables", lambda: _tables(project))
            networks = networks_of(project, service) or {}
            self._tables = [(real, networks[real], tables.get(real, {})) for real in _in_turn(project, networks)]

    def names(self) -> set[str]:
        """Every name that may have an answer, once for all spellings; the aliases of links as they are spelt."""
        found = {*self._hosts, *self._own}
        found |= {entry.name for _, _, table in self._tables for small, entry in table.items() if small not in found}
        return found | set(self._links)

    def answer(self, name: str) -> Answer | None:
        small = name.lower()
        if small in self._hosts or small in self._own:
            own = containers_of(self._project, self._space.leader) if small in self._own else ()
            address = self._hosts.get(small)
            how = "extra_host" if small in self._hosts else "hostname"
            return Answer(name, how, None, (*_at(self._project, address), *own), address, bool(own))
        if self._space.kind == "bridge":
            found = [target for link, target in self._links.items() if link.lower() == small]
            return Answer(name, "link", None, (found[0],)) if found else None
        for text, only in _readings(name):
            told = self._of_link(name, text, only) or self._of_table(name, text, only)
            if told is not None:
                return told
        return None

    def _of_link(self, name: str, text: str, only: str | None) -> Answer | None:
        linked = self._links.get(text)
        if linked is None:
            return None
        for real, key, table in self._tables:
            if only in (None, real) and any(linked in entry.holders for entry in table.values()):
                return Answer(name, "link", key, (linked,))
        return None

    def _of_table(self, name: str, text: str, only: str | None) -> Answer | None:
        if text in self._links:  # a link hides whoever has the name
            return None
        for real, key, table in self._tables:
            entry = table.get(text.lower()) if only in (None, real) else None
            if entry is not None:
                return Answer(name, next(iter(entry.holders.values())), key, tuple(entry.holders))
        return None


def _readings(name: str) -> Iterator[tuple[str, str | None]]:
    """The name on any network, then every ``name.network`` that it may be."""
    yield name, None
    at = name.rfind(".")
    while at > 0:
        yield name[:at], name[at + 1 :]
        at = name.rfind(".", 0, at)


def _own_names(space: Namespace) -> frozenset[str]:
    """The host name that Docker writes into the container's own hosts file, and its part before the first dot."""
    hostname = space.leader.hostname
    if space.kind not in ("own", "bridge") or hostname is None or not hostname.value:
        return frozenset()
    name = hostname.value.lower()
    return frozenset((name, name.partition(".")[0]))


def _in_turn(project: Project, networks: Mapping[str, str]) -> list[str]:
    resources = project.compose.networks if project.compose is not None else {}
    return sorted(networks, key=lambda real: (networks[real] in resources and resources[networks[real]].internal, real))


def _tables(project: Project) -> dict[str, dict[str, _Entry]]:
    """By the real name of a network and by name in small letters: the containers that have it, and what it is."""
    tables: dict[str, dict[str, _Entry]] = {}
    for service in project.services:
        space = namespace_of(project, service)
        if space.kind != "own" or space.leader is not service:
            continue
        hostname = service.hostname.value if service.hostname is not None else None
        for real, key in (networks_of(project, service) or {}).items():
            table = tables.setdefault(real, {})
            for running in containers_of(project, service):
                names = [(running.name, "container_name"), (service.name, "service")]
                names += [(alias, "alias") for alias in service.networks[key].aliases]
                for name, how in (*names, (hostname, "hostname")):
                    if name:
                        table.setdefault(name.lower(), _Entry(name, {})).holders.setdefault(running, how)
    return tables


def _links(project: Project, service: Service) -> Iterator[tuple[str, Running]]:
    """The names that ``links:`` adds: the alias, and two that Compose makes of it as it names its containers.

    In those it puts the number of the container that has the link; these are the first's.
    """
    services = {other.name: other for other in project.services}
    prefix = project.compose.name if project.compose is not None else None
    for link in service.links:
        name, _, alias = (link.value or "").partition(":")
        other = services.get(name)
        targets = containers_of(project, other) if other is not None else ()
        if len(targets) != 1:  # which of several containers gets the alias is chance
            continue
        yield alias or name, targets[0]
        for made in (f"{name}-1", f"{prefix}-{name}-1" if prefix is not None else None):
            if made is not None:
                yield made, targets[0]
        if namespace_of(project, service).kind == "bridge":  # the hosts file gets these as well
            hostname = other.hostname.value if other is not None and other.hostname is not None else None
            for written in (targets[0].name, hostname):
                if written:
                    yield written, targets[0]


def _at(project: Project, address: str | None) -> Iterator[Running]:
    """The containers to which the project gives an address."""
    for service in project.services:
        if address and any(address in (use.ipv4, use.ipv6) for use in service.networks.values()):
            yield from containers_of(project, service)
