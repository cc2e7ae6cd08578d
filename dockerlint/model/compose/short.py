"""The short syntax of volumes, ports and devices, taken apart as Compose does it.

Sources: https://docs.docker.com/reference/compose-file/services/#short-syntax-5 (volumes) and #ports. Where a part is
an unknown variable (`UNKNOWN`), the rest is still understood.
"""

from __future__ import annotations

from dockerlint.formats.interpolation import UNKNOWN
from dockerlint.source.record import dataclass

PROPAGATION = frozenset(("rprivate", "private", "rshared", "shared", "rslave", "slave"))

Part = tuple[str, int, int]  # a text, its start and its end in the spec


@dataclass(frozen=True, slots=True)
class VolumeSpec:
    source: Part | None
    target: Part
    options: tuple[str, ...]

    @property
    def is_bind(self) -> bool:
        return self.source is not None and is_host_path(self.source[0])


def split_volume(spec: str) -> VolumeSpec | str:
    """``SOURCE:TARGET:OPTIONS``; a text instead of a result says what is wrong.

    A single letter in front of a colon counts as a Windows drive, wherever it stands.
    """
    if not spec:
        return "the volume is empty"
    if len(spec) < 3:
        return VolumeSpec(None, (spec, 0, len(spec)), ())
    parts: list[Part] = []
    start = depth = 0
    for index in range(len(spec) + 1):
        char = spec[index] if index < len(spec) else ""
        if char == "$" and spec[index + 1 : index + 2] == "{":
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        elif char in (":", "") and not depth:
            if char and index - start == 1 and spec[start].isalpha():
                continue
            if index == start:
                return f'"{spec}" has an empty part between its colons'
            parts.append((spec[start:index], start, index))
            start = index + 1
    if depth:
        return VolumeSpec(None, (spec, 0, len(spec)), ())
    if len(parts) == 1:
        return VolumeSpec(None, parts[0], ())
    if len(parts) > 3:
        return f'"{spec}" has too many colons'
    return VolumeSpec(parts[0], parts[1], tuple(parts[2][0].split(",")) if len(parts) == 3 else ())


def is_host_path(source: str) -> bool:
    """Is a volume's source a path of the host, and no volume's name?"""
    if not source:
        return False
    if source[0] in "./~" or source.startswith("\\\\") or (source[0] == UNKNOWN):
        return True
    return len(source) > 1 and source[1] == ":" and source[0].isalpha()


@dataclass(frozen=True, slots=True)
class PortSpec:
    host_ip: str
    published: str  # "" where Docker chooses
    target: str
    protocol: str


def split_port(spec: str) -> tuple[PortSpec, ...] | str:
    """``[IP:][PUBLISHED:]TARGET[/PROTOCOL]`` with ranges as one entry a port; a text says what is wrong."""
    pieces = spec.split(":")
    host, published, container = "", "", pieces[-1]
    if len(pieces) > 1:
        published = pieces[-2]
        host = ":".join(pieces[:-2])
    container, _, protocol = container.partition("/")
    protocol = protocol.partition("/")[0].lower() or "tcp"
    if not container:
        return f'"{spec}" names no container port'
    if UNKNOWN in spec:
        return (PortSpec(host, published, container, protocol),)
    if protocol not in ("tcp", "udp", "sctp"):
        return f'"{protocol}" is no protocol of a port; write tcp, udp or sctp'
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    if host and not is_address(host):
        return f'"{host}" is no IP address'
    ports = _range(container)
    if ports is None:
        return f'"{container}" is no container port or range of ports'
    first, last = ports
    if not published:
        return tuple(PortSpec(host, "", str(port), protocol) for port in _sorted(first, last, protocol))
    outside = _range(published)
    if outside is None:
        return f'"{published}" is no host port or range of ports'
    if last - first != outside[1] - outside[0]:
        if first != last:
            return f'the ranges in "{spec}" differ in length'
        return (PortSpec(host, f"{outside[0]}-{outside[1]}", str(first), protocol),)
    return tuple(
        PortSpec(host, str(outside[0] + port - first), str(port), protocol) for port in _sorted(first, last, protocol)
    )


def _sorted(first: int, last: int, protocol: str) -> list[int]:
    """The order that Compose prints a range in: by the text of the port."""
    return sorted(range(first, last + 1), key=lambda port: f"{port}/{protocol}")


def _range(text: str) -> tuple[int, int] | None:
    start, dash, end = text.partition("-")
    first = _port(start)
    last = _port(end) if dash else first
    return None if first is None or last is None or last < first else (first, last)


def _port(text: str) -> int | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
    return number if 0 <= number <= 65535 else None


def is_address(text: str) -> bool:
    """Is it an IPv4 or IPv6 address?"""
    parts = text.split(".")
    if len(parts) == 4 and ":" not in text:
        return all(p.isascii() and p.isdigit() and int(p) < 256 and (p == "0" or p[0] != "0") for p in parts)
    if ":" not in text:
        return False
    import socket

    try:
        socket.inet_pton(socket.AF_INET6, text.partition("%")[0])
    except OSError:
        return False
    return True
