"""What a map shows, in words: every text is as the project has it, and each format escapes it for itself.

Secrets are masked before they come here.
"""

from __future__ import annotations

from collections.abc import Mapping

from dockerlint.source.record import dataclass


@dataclass(frozen=True, slots=True)
class Net:
    """A network. `kind` is "network", "host" or "docker0" (the default bridge)."""

    key: str
    name: str | None
    kind: str
    driver: str
    internal: bool
    external: bool
    subnets: tuple[str, ...] = ()

    @property
    def traits(self) -> str:
        """What is special about it, for people: "bridge, internal"."""
        if self.kind == "host":
            return "the machine's own interfaces"
        words = [self.driver if self.kind == "network" else "default bridge, no names"]
        words += ["internal: no way out"] if self.internal else []
        words += ["external: other projects too"] if self.external else []
        return ", ".join(words)


@dataclass(frozen=True, slots=True)
class Note:
    """A finding about a container. `place` is ``file:line``."""

    rule: str
    severity: str
    message: str
    help: str
    place: str


@dataclass(frozen=True, slots=True)
class Published:
    """A port of the host. `fault` is the number of what is wrong with it, 0 for nothing."""

    host_ip: str
    port: str  # "" where Docker chooses it
    target: str
    protocol: str
    fault: int = 0

    @property
    def outside(self) -> str:
        ip = f"[{self.host_ip}]" if ":" in self.host_ip else self.host_ip
        return f"{ip}:{self.port or '?'}" if ip and ip != "0.0.0.0" else self.port or "?"

    @property
    def inside(self) -> str:
        return self.target if self.protocol == "tcp" else f"{self.target}/{self.protocol}"


@dataclass(frozen=True, slots=True)
class Volume:
    """`kind` is "volume", "bind", "tmpfs" …; `source` is "" for an anonymous one."""

    kind: str
    source: str
    target: str
    read_only: bool


@dataclass(frozen=True, slots=True)
class Variable:
    """`value` is None where nobody knows it; `origin` says where it is set."""

    name: str
    value: str | None
    origin: str


@dataclass(frozen=True, slots=True)
class Node:
    """A container. `nets` are keys of networks; `names` are (name, what kind of name); `listens` (port, program).

    `stack` is "" for a container with networks of its own, else what to say about its network stack. `containers` are
    the real names of its replicas (None: unknown), `addresses` (network, fixed address); `closed` says that all names
    that it can ask for are known.
    """

    name: str
    image: str
    nets: tuple[str, ...]
    stack: str
    names: tuple[tuple[str, str], ...]
    listens: tuple[tuple[str, str], ...]
    published: tuple[Published, ...]
    volumes: tuple[Volume, ...]
    variables: tuple[Variable, ...]
    settings: tuple[tuple[str, str], ...]
    findings: tuple[Note, ...]
    outward: bool
    place: str
    containers: tuple[str | None, ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    """An address that a container (or with `browser` the user's browser) uses.

    `end` is "service", "self", "machine", "outside", "not-shared", "nobody" or "unknown"; `target` is the container
    that has the name. `origin` says where the address is given; `fault` is the number of what is wrong, 0 for nothing.
    """

    source: str
    end: str
    target: str | None
    address: str
    origin: str
    place: str
    browser: bool
    idle: bool  # nothing in the container reads it
    fault: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken connection. `number` counts from 1; `target` is the container it should reach, where that is known.

    `places` are all the places that make the same connection, the note's first.
    """

    number: int
    source: str
    target: str | None
    address: str
    note: Note
    browser: bool
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to a name that `source` asks for: the JSON format says what the parts mean."""

    source: str
    name: str
    how: str
    network: str | None
    services: tuple[str, ...]
    containers: tuple[str | None, ...]
    address: str | None
    own: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One way from service to service. `doors` are (port to call or None, port of the container, program or "")."""

    source: str
    target: str
    by: str
    network: str | None
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    doors: tuple[tuple[str | None, str, str], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole map. `reach` holds how one container reaches another (see the formats' legends), for pictures; `told`
    and `ways` hold everything about it, for programs."""

    name: str
    nets: tuple[Net, ...]
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    faults: tuple[Fault, ...]
    reach: Mapping[tuple[str, str], str]
    told: tuple[Told, ...] = ()
    ways: tuple[Way, ...] = ()

    def fault(self, number: int) -> Fault | None:
        return self.faults[number - 1] if 0 < number <= len(self.faults) else None

    @property
    def drawn(self) -> tuple[Arrow, ...]:
        """Each way once: what is read, and leads out of its container."""
        found: dict[tuple[object, ...], Arrow] = {}
        for arrow in self.arrows:
            if not arrow.fault and (arrow.idle or arrow.end in ("self", "unknown", "nobody", "not-shared")):
                continue
            found.setdefault((arrow.source, arrow.browser, arrow.end, arrow.target, arrow.fault, arrow.address), arrow)
        return tuple(found.values())

    def states(self) -> dict[tuple[str, str], str]:
        """The matrix: "broken", "used" or "open" (may, but does not) for every two containers; absent: cannot."""
        found = dict.fromkeys(self.reach, "open")
        for arrow in self.arrows:
            if arrow.end == "service" and arrow.target and not (arrow.browser or arrow.idle):
                found[arrow.source, arrow.target] = "used"
        for fault in self.faults:
            if fault.target and not fault.browser:
                found[fault.source, fault.target] = "broken"
        return found
