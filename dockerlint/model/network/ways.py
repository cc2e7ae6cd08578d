"""The ways by which one service's containers reach another's: networks, a shared stack, the machine's ports.

How Docker keeps networks apart: https://docs.docker.com/engine/network/packet-filtering-firewalls/ ; how it publishes
ports: https://docs.docker.com/engine/network/port-publishing/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dockerlint.formats.yamlnodes import Mapping as Node
from dockerlint.formats.yamlnodes import Scalar
from dockerlint.model.network.answers import Answer, answers
from dockerlint.model.network.listening import ANY
from dockerlint.model.network.names import LOOPBACK
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.model.network.chart import Container
    from dockerlint.model.project import Project
    from dockerlint.model.service import Port, Resource

_NO_TALK = "com.docker.network.bridge.enable_icc"


@dataclass(frozen=True, slots=True)
class Door:
    """A port: `port` is the one to call (None: Docker chooses it), `target` the container's, `program` what certainly
    listens there, "" where the port is only exposed or published."""

    port: str | None
    target: str
    program: str


@dataclass(frozen=True, slots=True)
class Way:
    """How containers of `source` reach those of `target` (names of services).

    `by` is
    "stack"      as localhost: both live in one network stack
    "network"    over `network`, by `names`
    "bridge"     by address only: the machine's end of `network` lies in the stack of `source`
    "published"  at ports of the machine that `target` publishes
    "machine"    at ports of the machine, in whose stack `target` lives
    The machine is called by `names`: localhost in its own stack, else extra hosts that are ``host-gateway``; without
    any it has only its address. `addresses` are fixed ones, `doors` what the project knows of open ports.
    """

    source: str
    target: str
    by: str
    network: str | None
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    doors: tuple[Door, ...]


def ways(project: Project, containers: tuple[Container, ...]) -> Iterator[Way]:
    """Every way between two services, and from one with several containers to itself.

    There is none for a stack that nobody knows, and none to a service without containers.
    """
    networks = project.compose.networks if project.compose is not None else {}
    up = [one for one in containers if one.running and one.stack != "unknown"]
    for one in up:
        told = tuple(answers(project, one.service))
        gateways = tuple(answer.name for answer in told if answer.address == "host-gateway")
        for other in up:
            if one is not other or len(one.running) > 1:
                yield from _between(one, other, told, gateways, networks, _leader(other, containers))


def _leader(container: Container, containers: tuple[Container, ...]) -> Container:
    return next((one for one in containers if one.name == container.leader), container)


def _between(
    one: Container,
    other: Container,
    told: tuple[Answer, ...],
    gateways: tuple[str, ...],
    networks: Mapping[str, Resource],
    leader: Container,
) -> Iterator[Way]:
    host = one.stack == "host"
    own, outer = tuple(_doors(other)), tuple(_doors(other, loopback=False))
    together = one is not other or one.leader is not None  # else these are two containers of one service
    if (together and (one.leader or one.name) == leader.name) or (host and other.stack == "host"):
        yield Way(one.name, other.name, "stack", None, ("localhost",), (), own)
        return
    if other.stack == "host" and one.outward and one.stack != "none":
        yield Way(one.name, other.name, "machine", None, gateways, (), outer)
        return
    for key in other.bridges if other.stack in ("own", "bridge") else ():
        met = key in one.bridges and one.stack == other.stack and not _silent(networks.get(key))
        if not (met or host):
            continue
        addresses = tuple(address for there, address in leader.addresses if there == key)
        names = tuple(dict.fromkeys(_names(told, key, leader.name))) if met else ()
        yield Way(one.name, other.name, "network" if met else "bridge", key, names, addresses, outer)
    published = tuple(_published(other, leader, host)) if other.outward and one.outward and one.stack != "none" else ()
    if published:
        yield Way(one.name, other.name, "published", None, ("localhost",) if host else gateways, (), published)


def _names(told: tuple[Answer, ...], key: str, leader: str) -> Iterator[str]:
    """The names that lead to a service's stack on a network; on the default bridge they stand in the hosts file."""
    for answer in told:
        here = answer.network == key or (answer.network is None and answer.how == "link")
        if here and any(running.service.name == leader for running in answer.containers):
            yield answer.name


def _doors(container: Container, *, loopback: bool = True) -> Iterator[Door]:
    for port, program in container.listens:
        if loopback or port not in container.inner:
            yield Door(port, port, program)


def _published(container: Container, leader: Container, host: bool) -> Iterator[Door]:
    """The machine's ports behind which the container may listen."""
    listens = {port: program for port, program in container.listens if port not in container.inner}
    for port in leader.published:
        if _lets_in(port, host) and port.target in listens:
            yield Door(port.published if port.published_known else None, port.target, listens[port.target])


def _lets_in(port: Port, host: bool) -> bool:
    """May the machine itself, or with `host` unset a container, call a published port?"""
    if not port.host_ip_known or port.protocol != "tcp" or port.target is None:
        return False
    return port.host_ip in (None, "", ANY, "::") or (host and port.host_ip in LOOPBACK)


def _silent(network: Resource | None) -> bool:
    """Does the network keep its containers from each other?"""
    options = network.node.get("driver_opts") if network is not None else None
    value = options.get(_NO_TALK) if isinstance(options, Node) else None
    return isinstance(value, Scalar) and value.text.lower() in ("false", "0", "f")
