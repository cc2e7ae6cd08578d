"""Names and addresses of hosts that are wrong by themselves: misspelt, or a container's address of the moment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dockerlint.model.network.names import MACHINE_NAMES, names_of, owners_of
from dockerlint.source.nearness import comparable

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service

MACHINE = "host.docker.internal"
GATEWAY = "172.17.0.1"


def is_misspelt_machine(host: str) -> bool:
    """Is a host that nobody has meant to be ``host.docker.internal``?"""
    host = host.lower()
    if host in MACHINE_NAMES or host == MACHINE:
        return False
    words = host.replace("-", ".").replace("_", ".").split(".")
    if sorted(words) == sorted(MACHINE.split(".")) or host in ("docker.host.internal", "host.docker.local"):
        return True
    return abs(len(host) - len(MACHINE)) <= 3 and distance(host, MACHINE, 3) <= 3


def is_container_address(host: str) -> bool:
    """Is it an address of the ranges that Docker gives its bridges first: 172.17 to 172.30?

    172.31 is left out: it is the private network of a default AWS account as well
    (https://docs.docker.com/engine/network/#subnet-allocation).
    """
    parts = host.split(".")
    if len(parts) != 4 or not all(part.isdigit() and len(part) < 4 and int(part) < 256 for part in parts):
        return False
    return parts[0] == "172" and 17 <= int(parts[1]) <= 30


def owner_of_address(project: Project, host: str) -> Service | None:
    """The service to which the compose file gives this address."""
    owners = owners_of(project).get(host.lower(), ())
    return next((service for _, service, name in owners if name.how == "address" and name.text == host), None)


def nearest_name(project: Project, service: Service, host: str) -> str | None:
    """The name of another service that was probably meant."""
    names = _names_of_others(project, service, host)
    return names.get(_nearest(host.lower(), names) or "")


def is_only_slip(project: Project, service: Service, host: str) -> bool:
    """Is one letter wrong, and is only one service's name that near? redis2 may be a second one that is missing."""
    near = [name for name in _names_of_others(project, service, host) if distance(host.lower(), name, 1) <= 1]
    return len(near) == 1 and len(host) > 2 and _digits(host) == _digits(near[0])


def _names_of_others(project: Project, service: Service, host: str) -> dict[str, str]:
    """The names of the other services that may be near, by their lower case."""
    every = project.once_for_all("names by lower case", lambda: _by_lower_case(project))
    return {
        lower: text for lower in comparable(host.lower(), every) for text, owner in every[lower] if owner is not service
    }


def _by_lower_case(project: Project) -> dict[str, list[tuple[str, Service]]]:
    found: dict[str, list[tuple[str, Service]]] = {}
    for service in project.services:
        for name in names_of(project, service):
            if name.how != "address":
                found.setdefault(name.text.lower(), []).append((name.text, service))
    return found


def is_slip(host: str, name: str) -> bool:
    """Is a name another one with a few wrong letters?"""
    one, two = _plain(host.lower()), _plain(name.lower())
    longest = max(len(one), len(two))
    return 1 - distance(one, two, longest) / longest >= 0.6 if longest else False


def _nearest(host: str, names: Iterable[str]) -> str | None:
    best, score = None, 0.0
    plain = _plain(host)
    for name in names:
        other = _plain(name)
        longest = max(len(plain), len(other))
        if plain == other:
            return name
        close = 1 - distance(plain, other, longest) / longest if longest else 0.0
        if min(len(plain), len(other)) > 2 and (plain in other or other in plain):
            close = max(close, 0.7)
        if close > score:
            best, score = name, close
    return best if score >= 0.6 else None


def _digits(name: str) -> list[str]:
    return [char for char in name if char.isdigit()]


def _plain(name: str) -> str:
    return name.replace("-", "").replace("_", "").replace(".", "")


def distance(one: str, two: str, most: int) -> int:
    """How many letters must be put in, taken out, changed or swapped; `most` + 1 where it is more than that."""
    if len(one) > 80 or len(two) > 80:
        return most + 1
    before: list[int] = []
    last = list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(two, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return min(last[-1], most + 1)
