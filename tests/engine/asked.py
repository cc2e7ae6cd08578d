"""Starts a project on the engine and has every container ask for every name and call every address."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Semaphore
from typing import Any

from tests.engine.daemon import Engine
from tests.engine.networks import PYTHON, Case

_ASKING = 6  # containers at a time; they mostly wait for what is never answered
_working = Semaphore(3)  # projects that are started or removed at a time, which is work
# One thread for each question: packets between networks are dropped, so that most callers wait in vain.
_PROBE = r"""
import json, os, socket, sys, threading
os.environ["RES_OPTIONS"] = "timeout:1 attempts:2"
asked = json.loads(sys.argv[1])
names, places = {}, {}
def look(name):
    try:
        found = socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM)
        names[name] = sorted({one[4][0] for one in found})
    except OSError:
        names[name] = []
def call(host, port):
    try:
        with socket.create_connection((host, port), 2) as one:
            one.sendall(b"GET / HTTP/1.0\r\n\r\n")
            places[f"{host}:{port}"] = one.recv(200).decode("utf-8", "replace")
    except OSError:
        places[f"{host}:{port}"] = ""
threads = [threading.Thread(target=look, args=(name,)) for name in asked["names"]]
threads += [threading.Thread(target=call, args=place) for place in asked["places"]]
for one in threads: one.start()
for one in threads: one.join()
json.dump({"names": names, "places": places}, sys.stdout)
"""
HTTP_SERVER = "HTTP/1.0 200"


@dataclass(frozen=True)
class Container:
    """A container that runs, as process `pid`. `addresses` are its network stack's, by the real names of the networks;
    `stack` is the container whose stack it is (its own id, or another's), "host" for the machine's."""

    id: str
    name: str
    service: str
    pid: int
    stack: str
    addresses: Mapping[str, str]


@dataclass(frozen=True)
class Answers:
    """What one container was told: addresses by name, and by ``address:port`` what was said there ("": nobody)."""

    names: Mapping[str, list[str]]
    places: Mapping[str, str]


@dataclass(frozen=True)
class Observed:
    containers: tuple[Container, ...]
    answers: Mapping[str, Answers]  # by the container's name; "" holds what the machine itself was told
    gateway: str


class DidNotStart(Exception):
    """Compose or the engine refuses the project; the message is theirs."""


def observe(engine: Engine, case: Case, folder: Path) -> Observed:
    """Starts the project in `folder`, asks, and removes it. Raises DidNotStart."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "compose.yaml").write_text(case.text, encoding="utf-8")
    try:
        with _working:
            for network in case.external:
                engine.docker("network", "create", network)
            done = engine.compose(folder, "up", "-d", "--no-build", "--quiet-pull")
        if done.returncode:
            raise DidNotStart(done.stdout.strip()[-600:])
        containers = tuple(_containers(engine, case.name))
        _wait(case, containers)
        return _ask(engine, case, containers)
    finally:
        with _working:
            remove(engine, case.name, case.external)


def remove(engine: Engine, project: str, external: list[str]) -> None:
    label = f"label=com.docker.compose.project={project}"
    if found := engine.docker("ps", "-aq", "--filter", label).stdout.split():
        engine.docker("rm", "-f", *found, timeout=300)
    networks = engine.docker("network", "ls", "-q", "--filter", label).stdout.split()
    if networks or external:
        engine.docker("network", "rm", *networks, *external)


def _containers(engine: Engine, project: str) -> Iterator[Container]:
    label = f"label=com.docker.compose.project={project}"
    ids = engine.docker("ps", "-q", "--no-trunc", "--filter", label).stdout.split()
    found = {one["Id"]: one for one in json.loads(engine.docker("inspect", *ids).stdout)} if ids else {}
    for one in found.values():
        holder = one
        while (mode := holder["HostConfig"]["NetworkMode"]).startswith("container:"):
            holder = found[mode[10:]]
        yield Container(
            id=one["Id"],
            name=one["Name"].lstrip("/"),
            service=one["Config"]["Labels"]["com.docker.compose.service"],
            pid=one["State"]["Pid"],
            stack="host" if mode == "host" else holder["Id"],
            addresses={
                network: end["IPAddress"]
                for network, end in holder["NetworkSettings"]["Networks"].items()
                if end["IPAddress"]
            },
        )


def _wait(case: Case, containers: tuple[Container, ...], seconds: float = 30) -> None:
    """Until every program listens. The processes are the machine's own as well, so that it sees their sockets."""
    end = time.monotonic() + seconds
    for one in containers:
        wanted = {listening.port for listening in case.listening if listening.service == one.service}
        while not wanted <= _listening(one.pid):
            assert time.monotonic() < end, f"{one.name} does not listen on {wanted}"
            time.sleep(0.05)


def _listening(pid: int) -> set[int]:
    rows = (line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:])
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == "0A"}


def _ask(engine: Engine, case: Case, containers: tuple[Container, ...]) -> Observed:
    bridge = json.loads(engine.docker("network", "inspect", "bridge").stdout)[0]
    gateway = bridge["IPAM"]["Config"][0]["Gateway"]
    ports = {one.port for one in case.listening}
    published = set(published_ports(case))
    hosts = {address for one in containers for address in one.addresses.values()} | {"127.0.0.1", gateway}
    places = [(host, port) for host in sorted(hosts) for port in sorted(ports)]
    places += [(host, port) for host in (gateway, "127.0.0.1") for port in sorted(published)]
    question = json.dumps({"names": case.names(), "places": places})

    def ask(container: Container) -> tuple[str, Answers]:
        return container.name, _answers(engine.docker("exec", container.id, PYTHON, "-SEc", _PROBE, question).stdout)

    with ThreadPoolExecutor(_ASKING) as pool:
        answers = dict(pool.map(ask, containers))
    if published:
        outside = [(host, port) for host in (gateway, "127.0.0.1") for port in sorted(published)]
        question = json.dumps({"names": [], "places": outside})
        answers[""] = _answers(engine.outside("python3", "-SEc", _PROBE, question).stdout)
    return Observed(containers, answers, gateway)


def _answers(text: str) -> Answers:
    try:
        found: Any = json.loads(text)
    except ValueError:
        raise AssertionError(f"the questions were not answered: {text[-400:]}") from None
    return Answers(found["names"], found["places"])


def published_ports(case: Case) -> Iterator[int]:
    """The ports of the machine that the project publishes."""
    for body in case.services.values():
        for port in body.get("ports", ()):
            yield int(port.rpartition(":")[0].rpartition(":")[2])
