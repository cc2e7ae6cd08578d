"""Who resolves and who reaches whom: what `dockerlint map --format json` says, against real containers.

Every container of some hundred and seventy projects asks for every name and calls every address of its project. Nothing
may differ: neither an answer that the map does not know, nor one that it knows and nobody gives. What the rules are
told of a name (`resolve`) is held against the same answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dockerlint.cli.map import map_command
from dockerlint.engine.settings import Settings
from dockerlint.model.loading import load_projects
from dockerlint.model.network.answers import answer
from dockerlint.model.network.names import MACHINE, OUTSIDE, SELF, SERVICE, UNKNOWN, resolve
from dockerlint.model.network.replicas import replicas_of
from dockerlint.rulebook import shelf
from dockerlint.source.tree import FolderTree
from tests.engine.asked import HTTP_SERVER, Container, DidNotStart, Observed, observe
from tests.engine.daemon import Engine
from tests.engine.networks import ANY, COUNT, Case, Listening, generated
from tests.engine.traps import traps

pytestmark = pytest.mark.engine
Record = Callable[[str, object], None]
_GROUPS = 3
_AT_ONCE = 10  # most of the time they wait


@pytest.mark.parametrize("group", range(_GROUPS))
def test_generated_projects(engine: Engine, tmp_path: Path, group: int, record_property: Record) -> None:
    cases = [case for number, case in enumerate(generated()) if number % _GROUPS == group]
    asked = _compare(engine, cases, tmp_path)
    _say(record_property, f"in {len(cases)} of {COUNT} generated projects (part {group + 1})", asked)


def test_traps(engine: Engine, tmp_path: Path, record_property: Record) -> None:
    cases = list(traps())
    asked = _compare(engine, cases, tmp_path)
    _say(record_property, f"in {len(cases)} projects that are traps", asked)


def _say(record: Record, what: str, asked: int) -> None:
    record("about", "reachability")
    record("claim", f"`dockerlint map` knows who resolves and who reaches whom {what}")
    record("experiment", "from every container: every name asked for, every address called at every port")
    record("result", f"{asked} answers, none other than the map says")


def _compare(engine: Engine, cases: list[Case], folder: Path) -> int:
    """Fails with every difference; returns how many answers were compared."""

    def one(case: Case) -> Observed | str:
        try:
            return observe(engine, case, folder / case.name)
        except DidNotStart as error:
            return f"{case.name} does not start: {error}"

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        observed = list(pool.map(one, cases))
    asked, differences = 0, [seen for seen in observed if isinstance(seen, str)]
    for case, seen in zip(cases, observed, strict=True):
        if isinstance(seen, Observed):
            judge = _Judge(case, seen, folder / case.name, engine.version())
            asked += judge.asked
            differences += judge.differences
    assert not differences, "\n".join(differences)
    return asked


def _map(folder: Path) -> dict[str, Any]:
    result = CliRunner().invoke(map_command, [str(folder), "--format", "json"])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


class _Judge:
    """Compares what was observed with the map of the project."""

    def __init__(self, case: Case, seen: Observed, folder: Path, version: str) -> None:
        self.asked = 0
        # Engine 20.10 lets a container on internal networks call servers of the machine; 28 does not.
        self._leaky = version.startswith("20.10.")
        drawn = _map(folder)
        (self._project,) = load_projects(FolderTree(str(folder)), ("compose.yaml",), Settings(), shelf.facts())
        self._case, self._seen, self._map = case, seen, drawn
        self._real = {net["key"]: net["name"] for net in drawn["networks"]}
        self._told = {(told["from"], told["name"]): told for told in drawn["resolves"]}
        self._small = {
            (told["from"], told["name"].lower()): told for told in drawn["resolves"] if told["how"] != "link"
        }
        self._at = {
            (network, address): one
            for one in seen.containers
            for network, address in one.addresses.items()
            if one.stack == one.id
        }
        self.differences = [
            *self._containers(),
            *self._names(),
            *self._reached(),
            *self._claimed(),
            *self._outside(),
            *self._ruled(),
        ]

    def _containers(self) -> Iterator[str]:
        drawn = sorted(name for node in self._map["containers"] for name in node["containers"])
        real = sorted(one.name for one in self._seen.containers)
        if drawn != real:
            yield f"{self._case.name}: containers are {real}, on the map {drawn}"

    def _names(self) -> Iterator[str]:
        """Every name that was asked for gives the addresses that the map says."""
        for one in self._seen.containers:
            for name, addresses in self._seen.answers[one.name].names.items():
                self.asked += 1
                wanted = self._wanted(one, name)
                if sorted(wanted) != addresses:
                    yield (
                        f"{self._case.name}: {one.name} asks for {name} and is told {self._shown(addresses)},"
                        f" on the map {self._shown(wanted)}"
                    )

    def _wanted(self, one: Container, name: str) -> set[str]:
        """The addresses that the map gives a name."""
        told = self._told.get((one.service, name)) or self._small.get((one.service, name.lower()))
        if told is None:
            return self._left_out(one, name)
        own = set(one.addresses.values()) if told["own"] else set()
        if told["address"] is not None:
            return own | {self._seen.gateway if told["address"] == "host-gateway" else told["address"]}
        if own:
            return own
        return self._addresses(told["network"], told["containers"])

    def _left_out(self, one: Container, name: str) -> set[str]:
        """What the map does not list, by its description: ``name.network``, and a name that is the alias of a link in
        other letters, for which the link does not answer. The model is asked itself."""
        links = {
            link.rpartition(":")[2].lower() for body in self._case.services.values() for link in body.get("links", ())
        }
        if "." not in name and name.lower() not in links:
            return set()
        services = {service.name: service for service in self._project.services}
        found = answer(self._project, services[one.service], name)
        return self._addresses(found.network, [other.name for other in found.containers]) if found else set()

    def _addresses(self, key: str | None, containers: list[str | None]) -> set[str]:
        """Of containers on a network; without one on the default bridge."""
        real = self._real[key] if key else "bridge"
        return {address for (network, address), one in self._at.items() if network == real and one.name in containers}

    def _shown(self, addresses: set[str] | list[str]) -> str:
        names = {address: f"{one.name} ({network})" for (network, address), one in self._at.items()}
        names[self._seen.gateway] = "the machine"
        return ", ".join(names.get(address, address) for address in sorted(addresses)) or "nothing"

    def _reached(self) -> Iterator[str]:
        """Every port that really listens is open from where the map says, and closed from elsewhere."""
        for one in self._seen.containers:
            for listening in self._case.listening:
                for place, how in self._places(one, listening):
                    self.asked += 1
                    said = self._seen.answers[one.name].places.get(place, "")
                    who = listening.service if said.startswith(HTTP_SERVER) else said
                    expected = listening.service if how else ""
                    if who != expected:
                        yield (
                            f"{self._case.name}: {one.name} calls {listening.service} at {place}: {who or 'nobody'}"
                            f" answers, on the map {how or 'no way'}"
                        )

    def _places(self, one: Container, listening: Listening) -> Iterator[tuple[str, str]]:
        """Where a container may look for a listener, with the way that the map knows; "" where there is none."""
        ways = [way for way in self._map["reaches"] if (way["from"], way["to"]) == (one.service, listening.service)]
        by = {way["by"] for way in ways}
        holders = [other for other in self._seen.containers if other.service == listening.service]
        inner = one in holders or "stack" in by
        yield f"127.0.0.1:{listening.port}", "stack" if inner else ""
        for other in holders:
            for network, address in other.addresses.items():
                way = next((w for w in ways if w["network"] and self._real[w["network"]] == network), None)
                open_ = one.stack == other.stack or way is not None
                yield (
                    f"{address}:{listening.port}",
                    (way or {"by": "stack"})["by"] if open_ and _outer(listening) else "",
                )
        if holders and one.stack != holders[0].stack:
            leak = self._leaky and holders[0].stack == "host" and bool(one.addresses)
            machine = ("machine" in by or leak) and _outer(listening)
            yield f"{self._seen.gateway}:{listening.port}", "machine" if machine else ""
            for port in self._published(listening):
                doors = [d for way in ways if way["by"] == "published" for d in way["ports"] if d["port"] == str(port)]
                yield (
                    f"{self._seen.gateway}:{port}",
                    "published" if doors and not self._private(port) and _outer(listening) else "",
                )
                if one.stack == "host":
                    yield f"127.0.0.1:{port}", "published" if doors and _outer(listening) else ""

    def _published(self, listening: Listening) -> Iterator[int]:
        for entry in self._case.services[listening.service].get("ports", ()):
            outside, _, inside = entry.rpartition(":")
            if int(inside) == listening.port:
                yield int(outside.rpartition(":")[2])

    def _private(self, port: int) -> bool:
        """Is a port published on the machine's loopback address only?"""
        return any(
            entry["port"] == str(port) and entry["host_ip"] == "127.0.0.1" for entry in self._map["host"]["published"]
        )

    def _claimed(self) -> Iterator[str]:
        """What the map calls a program's port is one."""
        real = {(one.service, str(one.port)) for one in self._case.listening}
        for way in self._map["reaches"]:
            for door in way["ports"]:
                if door["program"] and (way["to"], door["target"]) not in real:
                    yield f"{self._case.name}: {door['program']} does not listen on {way['to']}:{door['target']}"

    def _outside(self) -> Iterator[str]:
        """Every published port answers on the machine where the map says that the container has a way out."""
        nodes = {node["service"]: node for node in self._map["containers"]}
        real = {(one.service, str(one.port)): one for one in self._case.listening}
        for entry in self._map["host"]["published"]:
            self.asked += 1
            listening = real[entry["service"], entry["target"]]
            said = self._seen.answers[""].places[f"127.0.0.1:{entry['port']}"]
            expected = (
                nodes[entry["service"]]["outside"]
                and _outer(listening)
                and entry["service"] not in self._map["host"]["services"]
            )
            if bool(said) != expected:
                yield f"{self._case.name}: port {entry['port']} of the machine {'is' if said else 'is not'} open"

    def _ruled(self) -> Iterator[str]:
        """What the rules are told of a name is never against what the engine says."""
        services = {service.name: service for service in self._project.services}
        at = {address: one for (_, address), one in self._at.items()}
        for one in self._seen.containers:
            for name, addresses in self._seen.answers[one.name].names.items():
                self.asked += 1
                target = resolve(self._project, services[one.service], name)
                real = {at[address].service for address in addresses if address in at}
                if target.outcome == SERVICE:
                    right = target.service is not None and (
                        target.service.name in real or not replicas_of(target.service)
                    )
                elif target.outcome == SELF:
                    right = one.service in real or any(
                        at[address].id == one.stack for address in addresses if address in at
                    )
                elif target.outcome == MACHINE:
                    right = addresses in ([self._seen.gateway], [])  # a machine without Docker Desktop may not know it
                else:
                    right = not real and (target.outcome in (OUTSIDE, UNKNOWN) or not addresses)
                if not right:
                    yield (
                        f"{self._case.name}: {one.name} asks for {name} and is told {self._shown(addresses)}, the rules"
                        f" {target.outcome} {target.service.name if target.service is not None else ''}"
                    )


def _outer(listening: Listening) -> bool:
    return listening.host == ANY
