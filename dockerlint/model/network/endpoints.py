"""Where a text says that something is reached: connection URLs, DSNs, ``host:port`` lists, bare host names.

Like addresses.py, but with every part and its place, for all hosts of a text.
"""

from __future__ import annotations

from collections.abc import Iterator

from dockerlint.source.pattern import pattern
from dockerlint.source.record import dataclass

_LONGEST = 4000
_SCHEME = pattern(r"(?:jdbc:)?[A-Za-z][A-Za-z0-9+_-]{0,30}\Z")
_NAME = pattern(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?\Z")
_OPEN = ("${", "$(", "{{", "<", ">", "%s", "%d", "%v", "%(", "{", "}", "#{")
_HOST_KEYS = frozenset(("host", "server", "data source", "hostname", "addr", "address", "servers", "datasource"))
_USER_KEYS = frozenset(("user", "username", "user id", "uid", "userid"))
_PASSWORD_KEYS = frozenset(("password", "pwd"))
_DATABASE_KEYS = frozenset(("database", "dbname", "initial catalog", "db"))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One host that a text names.

    `scheme` is in lower case, "" without one; "dsn" for pairs such as ``host=db user=app``. For `user`, `password` and
    `port` the empty text means that none is written, None that it is made at run time. `host` is None where it is made
    at run time. `path` is what stands behind the host, with its first character and the query. `start` and `end` are
    the offsets of the host in the text, `port_start` and `port_end` of the port (-1 where there is none).
    """

    scheme: str
    user: str | None
    password: str | None
    host: str | None
    port: str | None
    path: str
    start: int
    end: int
    port_start: int = -1
    port_end: int = -1


def read_endpoints(text: str) -> tuple[Endpoint, ...]:
    """Every endpoint of URLs (with several hosts each), a DSN, or a list of ``host:port``; () for anything else."""
    if len(text) > _LONGEST:
        return ()
    if "://" in text or "jdbc:oracle:thin:@" in text:
        return tuple(_urls(text))
    if "@tcp(" in text:
        return tuple(_go_dsn(text))
    if "=" in text:
        return tuple(_pairs(text))
    if ":" in text:
        return tuple(_list(text))
    return ()


def bare_host(text: str) -> Endpoint | None:
    """The whole text as a host name without a port."""
    stripped = text.strip()
    start = text.find(stripped)
    if not is_host(stripped):
        return None
    return Endpoint("", "", "", stripped, "", "", start, start + len(stripped))


def is_host(text: str) -> bool:
    """May the text be a host name or an address?"""
    return bool(_NAME.match(text)) and not text.isdigit()


def is_open(text: str) -> bool:
    """Does something that is filled in at run time take part in the text?"""
    return any(mark in text for mark in _OPEN)


def _urls(text: str) -> Iterator[Endpoint]:
    at = 0
    while True:
        mark = text.find("://", at)
        if mark < 0:
            break
        first = mark
        while first > at and (text[first - 1].isalnum() or text[first - 1] in "+_-:"):
            first -= 1
        scheme = text[first:mark]
        while scheme and not _SCHEME.match(scheme) and ":" in scheme:
            scheme = scheme.partition(":")[2] if not scheme.startswith("jdbc:") else scheme[5:]
        start = mark + 3
        end = _end(text, start)
        if scheme and _SCHEME.match(scheme):
            yield from _authority(scheme.lower(), text, start, end)
        at = max(end, start)
    oracle = text.find("jdbc:oracle:thin:@")
    if oracle >= 0 and at == 0:
        start = oracle + len("jdbc:oracle:thin:@")
        start += 2 if text.startswith("//", start) else 0
        yield from _hosts("jdbc:oracle:thin", "", "", text, start, _stop(text, start, _end(text, start)), "")


def _end(text: str, start: int) -> int:
    """Where a URL ends: at white space, a quote, or a comma before the next scheme. ``${…}`` is passed over."""
    depth = 0
    for at in range(start, len(text)):
        char = text[at]
        if char == "{" and text[at - 1] in "$#{":
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        elif depth:
            continue
        elif char in " \t\r\n\"'`<>" and char not in "<>":
            return at
        elif char in ",|;":
            following = text.find("://", at)
            between = text[at + 1 : following] if following >= 0 else "/"
            if following >= 0 and all(one.isalnum() or one in "+_-: " for one in between):
                return at
    return len(text)


def _stop(text: str, start: int, end: int) -> int:
    """The end of the authority."""
    depth = 0
    for at in range(start, end):
        char = text[at]
        if char == "{" and text[at - 1] in "$#{":
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        elif depth == 0 and char in "/?#;\\":
            return at
    return end


def _authority(scheme: str, text: str, start: int, end: int) -> Iterator[Endpoint]:
    stop = _stop(text, start, end)
    # A password may hold an unescaped slash: the user part then ends at the last sign before the path's end.
    at = text.rfind("@", start, stop)
    user: str | None = ""
    password: str | None = ""
    if at >= 0:
        user, password = _userinfo(text[start:at])
        start = at + 1
    elif scheme.startswith("jdbc:") or scheme == "sqlserver":
        pairs = _key_values(text[stop:end].replace("?", ";").replace("&", ";"), 0)
        found = {key: value for key, value, _, _ in pairs}
        user = _closed(next((found[key] for key in found if key in _USER_KEYS), ""))
        password = _closed(next((found[key] for key in found if key in _PASSWORD_KEYS), ""))
    yield from _hosts(scheme, user, password, text, start, stop, text[stop:end])


def _userinfo(text: str) -> tuple[str | None, str | None]:
    depth = 0
    for at, char in enumerate(text):
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
        elif char == ":" and depth <= 0:
            return _closed(text[:at]), _closed(text[at + 1 :])
    return _closed(text), ""


def _closed(text: str) -> str | None:
    return None if is_open(text) else text


def _hosts(
    scheme: str, user: str | None, password: str | None, text: str, start: int, stop: int, path: str
) -> Iterator[Endpoint]:
    """The hosts between two offsets, separated by commas."""
    at = start
    for part in _split(text[start:stop]):
        yield _host(scheme, user, password, part, at, path)
        at += len(part) + 1


def _split(text: str) -> Iterator[str]:
    depth, first = 0, 0
    for at, char in enumerate(text):
        if char in "{(":
            depth += 1
        elif char in "})":
            depth -= 1
        elif char == "," and depth <= 0:
            yield text[first:at]
            first = at + 1
    yield text[first:]


def _host(scheme: str, user: str | None, password: str | None, part: str, at: int, path: str) -> Endpoint:
    lead = len(part) - len(part.lstrip())
    part, at = part.strip(), at + lead
    if part.startswith("["):
        host, _, rest = part[1:].partition("]")
        port = rest.removeprefix(":")
        begin = at + len(host) + 3
        return Endpoint(scheme, user, password, host, port, path, at + 1, at + 1 + len(host), begin, begin + len(port))
    host, colon, port = _port(part)
    known = host if is_host(host) else None
    if not colon:
        return Endpoint(scheme, user, password, known, "", path, at, at + len(host))
    begin = at + len(host) + 1
    return Endpoint(
        scheme,
        user,
        password,
        known,
        port if port.isdigit() else None,
        path,
        at,
        at + len(host),
        begin,
        begin + len(port),
    )


def _port(text: str) -> tuple[str, str, str]:
    """Split at the last colon that stands outside of ``${…}``."""
    depth, colon = 0, -1
    for at, char in enumerate(text):
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
        elif char == ":" and depth <= 0:
            colon = at
    return (text[:colon], ":", text[colon + 1 :]) if colon >= 0 else (text, "", "")


def _go_dsn(text: str) -> Iterator[Endpoint]:
    """``user:password@tcp(db:3306)/name`` of Go's MySQL driver (https://github.com/go-sql-driver/mysql#dsn-data-source-name)."""
    mark = text.find("@tcp(")
    user, password = _userinfo(text[:mark].rpartition("://")[2])
    start = mark + 5
    stop = text.find(")", start)
    if stop >= 0:
        yield from _hosts("mysql", user, password, text, start, stop, text[stop + 1 :])


def _pairs(text: str) -> Iterator[Endpoint]:
    """``host=db user=app``, ``mysql:host=db;dbname=x``, ``Server=db,1433;Database=x``, ``redis:6379,password=x``."""
    head, colon, _ = text.partition(":")
    scheme = head if colon and head in ("mysql", "pgsql", "sqlsrv", "odbc") else ""
    offset = len(head) + 1 if scheme else 0
    found = list(_key_values(text[offset:], offset))
    keys = {key: value for key, value, _, _ in found}
    user = _closed(next((keys[key] for key in keys if key in _USER_KEYS), ""))
    password = _closed(next((keys[key] for key in keys if key in _PASSWORD_KEYS), ""))
    database = next((keys[key] for key in keys if key in _DATABASE_KEYS), "")
    place = next((one for one in found if one[0] in _HOST_KEYS), None)
    if place is not None and (scheme or len(found) > 1):
        _, value, start, _ = place
        if value.startswith("tcp:"):
            value, start = value[4:], start + 4
        for sign in ",\\":
            host, comma, port = value.partition(sign)
            if comma:
                break
        if comma and sign == "," and port.strip().isdigit():
            begin = start + len(host) + 1
            yield Endpoint(
                scheme or "dsn", user, password, host if is_host(host) else None, port.strip(), f"/{database}",
                start, start + len(host), begin, begin + len(port),
            )  # fmt: skip
            return
        one = _host(scheme or "dsn", user, password, host, start, f"/{database}")
        given = next((one for one in found if one[0] == "port"), None)
        if given is not None and not one.port:
            port_text = given[1] if given[1].isdigit() else None
            one = Endpoint(
                one.scheme, user, password, one.host, port_text, one.path, one.start, one.end, given[2], given[3]
            )
        yield one
        return
    # StackExchange.Redis: hosts first, then options (https://stackexchange.github.io/StackExchange.Redis/Configuration)
    first = text.partition(",")[0]
    if "," in text and "=" not in first and ":" in first:
        for one in _list(first):
            yield Endpoint("", user, password, one.host, one.port, "", one.start, one.end, one.port_start, one.port_end)


def _key_values(text: str, offset: int) -> Iterator[tuple[str, str, int, int]]:
    """Key, value and the value's offsets."""
    sign = ";" if ";" in text else " "
    at = offset
    for part in text.split(sign):
        key, equals, value = part.partition("=")
        if equals:
            bare = value.strip().strip("'\"")
            start = at + len(key) + 1 + (value.find(bare) if bare else 0)
            yield key.strip().lower(), bare, start, start + len(bare)
        at += len(part) + 1


def _list(text: str) -> Iterator[Endpoint]:
    """``kafka1:9092,kafka2:9092``: nothing where any part is no host with a port."""
    found = []
    at = 0
    for part in text.split(","):
        one = _host("", "", "", part.partition("/")[0], at, part[len(part.partition("/")[0]) :])
        if one.host is None or not one.port or not 0 < int(one.port) < 65536:
            return
        found.append(one)
        at += len(part) + 1
    yield from found
