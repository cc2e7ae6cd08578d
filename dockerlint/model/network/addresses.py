"""Addresses as programs write them: connection URLs, DSNs, ``host:port``. Only the literal parts count."""

from __future__ import annotations

from collections.abc import Iterator

from dockerlint.source.record import dataclass

_OPEN = "${}%<>[]()\"'` "
_HOST_KEYS = frozenset(("host", "server", "data source", "hostname", "addr", "address", "servers"))
_USER_KEYS = frozenset(("user", "username", "user id", "uid"))


@dataclass(frozen=True, slots=True)
class Address:
    """`scheme` is "" for an address without one. A part that is made at run time or absent is None."""

    scheme: str
    host: str | None
    port: str | None
    user: str | None


def read_address(text: str) -> Address | None:
    """The address that a whole text is; None where it is none."""
    text = text.strip()
    scheme, mark, rest = text.partition("://")
    if mark and scheme and len(scheme) < 40 and scheme.replace("+", "a").replace(":", "a").replace(".", "a").isalnum():
        scheme = scheme.lower()
        return _authority(scheme, rest.partition(";")[0] if scheme == "jdbc:sqlserver" else rest)
    if text.lower().startswith("jdbc:oracle:thin:"):
        return _authority("jdbc:oracle:thin", text.rpartition("@")[2].lstrip("/"))
    if "@tcp(" in text:
        user, _, rest = text.partition("@tcp(")
        host, port = split_port(rest.partition(")")[0])
        return Address("mysql", literal(host), literal(port), literal(user.partition(":")[0]))
    return _pairs(text)


def _authority(scheme: str, rest: str) -> Address:
    for stop in "/?#":
        if "${" not in rest:
            rest = rest.partition(stop)[0]
        else:
            rest = _cut(rest, stop)
    user, at, place = rest.rpartition("@")
    first = place.partition(",")[0]
    host, port = split_port(first)
    return Address(scheme, literal(host), literal(port), literal(user.partition(":")[0]) if at else None)


def _cut(text: str, stop: str) -> str:
    """The text up to a character that stands outside of ``${…}``."""
    depth = 0
    for at, char in enumerate(text):
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
        elif char == stop and depth <= 0:
            return text[:at]
    return text


def split_port(text: str) -> tuple[str, str]:
    """``db:5432`` as host and port; the port is "" where there is none."""
    host, colon, port = text.rpartition(":")
    if colon and (port.isdigit() or "$" in port or "{" in port or "%" in port):
        return host, port
    return text, ""


def literal(text: str) -> str | None:
    """The text where it is wholly literal and not empty."""
    return text if text and not any(char in _OPEN for char in text) else None


def _pairs(text: str) -> Address | None:
    """``host=db user=app``, ``mysql:host=db;dbname=x``, ``Server=db;Database=x``."""
    head, _, rest = text.partition(":")
    scheme = head if head in ("mysql", "pgsql", "sqlsrv", "odbc") else ""
    found = dict(_key_values(rest if scheme else text))
    if len(found) < 2:
        return None
    host = next((found[key] for key in found if key in _HOST_KEYS), None)
    user = next((found[key] for key in found if key in _USER_KEYS), None)
    if host is None:
        return None
    host, port = split_port(host.removeprefix("tcp:").replace(",", ":"))
    return Address(scheme or "dsn", literal(host), literal(found.get("port", port)), literal(user) if user else None)


def _key_values(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(";") if ";" in text else text.split():
        key, equals, value = part.partition("=")
        if equals:
            yield key.strip().lower(), value.strip().strip("'\"")
