"""Compose projects whose networks are worth a question, made by rolling dice that always fall the same way.

Every container is the same small program: it listens where it is told to and answers each caller with its service's
name, so that a connection also says whom it reached.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

IMAGE = "standin-base"
PYTHON = "/opt/standin/bin/python3"
COUNT = 150
ANY, LOOPBACK = "0.0.0.0", "127.0.0.1"
_PEER = (
    "import socket,sys,select\n"
    "who=sys.argv[1].encode()\n"
    "def listen(place):\n"
    " host,_,port=place.rpartition(':')\n"
    " one=socket.socket()\n"
    " one.setsockopt(socket.SOL_SOCKET,socket.SO_REUSEADDR,1)\n"
    " one.bind((host,int(port)))\n"
    " one.listen(64)\n"
    " return one\n"
    "all=[listen(place) for place in sys.argv[2:]]\n"
    "while True:\n"
    " for one in select.select(all,[],[])[0]:\n"
    "  caller=one.accept()[0]\n"
    "  caller.sendall(who)\n"
    "  caller.close()\n"
)
_SERVICES = ("web", "api", "db", "cache", "worker", "job_queue", "mail-box", "Search", "store.main")
_NETWORKS = ("front", "back", "data", "aaa", "zone")
_ALIASES = ("shared", "www", "Upper", "alias_x", "deep.name.test", "web", "api", "db")
_HOSTNAMES = ("box", "Node-1", "node.example.test", "db", "web")
_FIRST_PORT, _FIRST_PUBLISHED = 21000, 26000


@dataclass(frozen=True)
class Listening:
    """A port on which a service's program really listens; `host` is ANY or LOOPBACK."""

    service: str
    host: str
    port: int


@dataclass
class Case:
    """A project to be started. `external` are networks that must be there before; `others` are names to ask for that
    the compose file does not hold."""

    name: str
    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    networks: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    listening: list[Listening] = field(default_factory=list)
    external: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        document: dict[str, Any] = {"name": self.name, "services": self.services}
        if self.networks:
            document["networks"] = self.networks
        return yaml.safe_dump(document, sort_keys=False)

    def serve(self, service: str, *places: tuple[str, int], server: bool = False) -> None:
        """What the service's container runs; a `server` is one that dockerlint knows too."""
        self.listening += [Listening(service, host, port) for host, port in places]
        body = self.services[service]
        body.update(image=IMAGE, stop_grace_period="0s")
        if server and len(places) == 1:
            body["entrypoint"] = [PYTHON]
            body["command"] = ["-m", "http.server", str(places[0][1]), "--bind", places[0][0]]
        else:
            body["entrypoint"] = [PYTHON, "-S", "-E", "-c", _PEER]
            body["command"] = [service, *(f"{host}:{port}" for host, port in places)]

    def names(self) -> tuple[str, ...]:
        """Every name that a container may be asked for: those of the file, those that Compose makes, and slips."""
        found: dict[str, None] = dict.fromkeys(("nobody", "host.docker.internal", *self.others))
        for service, body in self.services.items():
            found.update(dict.fromkeys(_names(self.name, service, body)))
        for key, network in self.networks.items():
            real = (network or {}).get("name", f"{self.name}_{key}")
            for service in self.services:
                found.update(dict.fromkeys((f"{service}.{real}", f"{service}.{key}")))
        return tuple(found)


def _names(project: str, service: str, body: dict[str, Any]) -> Iterator[str]:
    yield from (service, service.upper(), f"{service}-1", f"{service}-2")
    yield from (f"{project}-{service}-{number}" for number in (1, 2, 3))
    yield f"{project}_{service}_1"
    for key in ("container_name", "hostname"):
        if key in body:
            yield from (body[key], body[key].lower(), body[key].partition(".")[0])
    if isinstance(body.get("networks"), dict):
        for use in body["networks"].values():
            for alias in (use or {}).get("aliases", ()):
                yield from (alias, alias.lower())
    for link in body.get("links", ()):
        yield from (link.rpartition(":")[2], link.rpartition(":")[2].upper())
    yield from (entry.partition(":")[0] for entry in body.get("extra_hosts", ()))


def generated() -> Iterator[Case]:
    """The same projects each time."""
    for number in range(COUNT):
        yield _generate(number)


def _generate(number: int) -> Case:
    dice = random.Random(f"networks {number}")
    case = Case(f"reach-{number:03}")
    _add_networks(case, number, dice)
    names = dice.sample(_SERVICES, dice.randint(2, 5))
    for place, service in enumerate(names):
        body: dict[str, Any] = {}
        case.services[service] = body
        mode = _mode(case, place, names, dice)
        if mode is not None:
            body["network_mode"] = mode
            if mode.startswith("container:"):
                body["depends_on"] = [_owner(case, mode[10:])]
        else:
            _join(case, service, number, place, dice)
        joined = mode is not None and ":" in mode
        if not joined:
            _name(case, service, dice)
            _hosts(case, service, dice)
            _link(case, service, names[:place], dice)
        _ports(case, service, number, place, dice)
    return case


def _add_networks(case: Case, number: int, dice: random.Random) -> None:
    for place, key in enumerate(dice.sample(_NETWORKS, dice.randint(0, 3))):
        network: dict[str, Any] = {}
        if dice.random() < 0.15:
            network = {"external": True, "name": f"{case.name}-{dice.choice('az')}-outer"}
            if network["name"] in case.external:
                continue
            case.external.append(network["name"])
        else:
            if dice.random() < 0.25:
                network["internal"] = True
            if dice.random() < 0.2:
                network["name"] = f"{case.name}-{dice.choice('az')}{place}-own"
            if dice.random() < 0.3:
                network["ipam"] = {"config": [{"subnet": f"10.{117 + place}.{number}.0/24"}]}
        case.networks[key] = network or None


def _mode(case: Case, place: int, names: list[str], dice: random.Random) -> str | None:
    """``network_mode`` for a service; None for networks of its own."""
    kind = dice.choices(("own", "host", "none", "bridge", "service", "container"), weights=(68, 7, 4, 9, 7, 5))[0]
    if kind == "own":
        return None
    if kind in ("host", "none", "bridge"):
        return kind
    leaders = [name for name in names[:place] if ":" not in case.services[name].get("network_mode", "")]
    if not leaders or any(_replicas(case.services[name]) != 1 for name in leaders):
        return None
    leader = dice.choice(leaders)
    if kind == "service":
        return f"service:{leader}"
    return f"container:{case.services[leader].get('container_name', f'{case.name}-{leader}-1')}"


def _owner(case: Case, container: str) -> str:
    return next(
        name
        for name, body in case.services.items()
        if container in (body.get("container_name"), f"{case.name}-{name}-1")
    )


def _replicas(body: dict[str, Any]) -> int:
    found = body.get("scale", body.get("deploy", {}).get("replicas", 1))
    assert isinstance(found, int)
    return found


def _join(case: Case, service: str, number: int, place: int, dice: random.Random) -> None:
    body = case.services[service]
    keys = dice.sample(list(case.networks), dice.randint(0, len(case.networks)))
    uses: dict[str, Any] = {}
    fixed = False
    for key in keys:
        use: dict[str, Any] = {}
        if dice.random() < 0.35:
            use["aliases"] = dice.sample(_ALIASES, dice.randint(1, 2))
        config = ((case.networks[key] or {}).get("ipam") or {}).get("config")
        if config and dice.random() < 0.6:
            use["ipv4_address"] = config[0]["subnet"].replace(".0/24", f".{100 + place}")
            fixed = True
        uses[key] = use or None
    if uses:
        body["networks"] = uses
    elif dice.random() < 0.3:
        body["networks"] = ["default"]
    if not fixed and dice.random() < 0.15:
        count = dice.choice((2, 2, 2, 0))
        body.update({"scale": count} if dice.random() < 0.5 else {"deploy": {"replicas": count}})


def _name(case: Case, service: str, dice: random.Random) -> None:
    body = case.services[service]
    if _replicas(body) == 1 and dice.random() < 0.25:
        body["container_name"] = f"{case.name}-{dice.choice(('the', 'The', 'a_'))}{service}"
    if dice.random() < 0.25:
        body["hostname"] = dice.choice(_HOSTNAMES)


def _hosts(case: Case, service: str, dice: random.Random) -> None:
    entries = []
    if dice.random() < 0.2:
        entries.append(f"{dice.choice(('host.docker.internal', 'gateway.test'))}:host-gateway")
    if dice.random() < 0.12:
        entries.append(f"{dice.choice(('far.test', 'db', 'web'))}:10.9.8.7")
    fixed = [
        use["ipv4_address"]
        for body in case.services.values()
        if isinstance(body.get("networks"), dict)
        for use in body["networks"].values()
        if use and "ipv4_address" in use
    ]
    if fixed and dice.random() < 0.4:
        entries.append(f"fixed.test:{dice.choice(fixed)}")
    if entries:
        case.services[service]["extra_hosts"] = entries


def _link(case: Case, service: str, before: list[str], dice: random.Random) -> None:
    """Links to services of the same kind: the engine refuses to start with others. None where containers are several:
    which of them gets the alias is chance."""
    body = case.services[service]
    mode = body.get("network_mode")
    others = [
        name
        for name in before
        if case.services[name].get("network_mode") == mode and _replicas(case.services[name]) == 1
    ]
    if mode in (None, "bridge") and others and _replicas(body) == 1 and dice.random() < (0.6 if mode else 0.2):
        chosen = dice.sample(others, dice.randint(1, min(2, len(others))))
        body["links"] = [f"{name}:{dice.choice(('database', 'Linked', 'web'))}" if dice.random() < 0.6 else name
                         for name in chosen]  # fmt: skip


def _ports(case: Case, service: str, number: int, place: int, dice: random.Random) -> None:
    body = case.services[service]
    first = _FIRST_PORT + number * 20 + place * 3
    places = [
        (LOOPBACK if dice.random() < 0.15 else ANY, first + nth) for nth in range(dice.choices((0, 1, 2), (1, 4, 2))[0])
    ]
    mode = body.get("network_mode", "")
    single = _replicas(body) == 1
    for nth, (_, port) in enumerate(places):
        roll = dice.random()
        if roll < 0.3 and single and mode in ("", "bridge"):
            outside = _FIRST_PUBLISHED + number * 20 + place * 3 + nth
            ip = dice.choice(("", "", "127.0.0.1:"))
            body.setdefault("ports", []).append(f"{ip}{outside}:{port}")
        elif roll < 0.6 and ":" not in mode:
            body.setdefault("expose", []).append(str(port))
    case.serve(service, *places, server=dice.random() < 0.3)
