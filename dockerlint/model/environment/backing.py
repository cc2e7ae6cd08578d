"""Literals in a service's source that say where another service is, or as whom to speak to it.

The calls, keys and schemes are in rules/facts/backing_services.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dockerlint.model.network.addresses import literal, read_address, split_port
from dockerlint.model.running.serverside import server_side
from dockerlint.source.pattern import pattern
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import EnvRead, SourceFacts, Text
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service

BACKING = frozenset(("database", "queue", "cache", "search", "storage"))
_NO_SERVICE = frozenset(("http", "ssh", "ftp", "sqlite"))
# Keys that nothing but a client of that service has.
_KEYS = {"bootstrap.servers": "kafka", "bootstrap_servers": "kafka", "metadata.broker.list": "kafka"}
# Words of a constant's name that say which service its host is of: `SMTP_SERVER`, `redisHost`.
_NAMED = {
    "smtp": "smtp", "mail": "smtp", "redis": "redis", "mongo": "mongodb", "mongodb": "mongodb", "postgres": "postgres",
    "pg": "postgres", "mysql": "mysql", "db": "database", "database": "database", "kafka": "kafka",
    "rabbitmq": "rabbitmq", "rabbit": "rabbitmq", "amqp": "rabbitmq", "elasticsearch": "elasticsearch",
    "elastic": "elasticsearch", "memcached": "memcached", "cassandra": "cassandra", "neo4j": "neo4j",
    "influxdb": "influxdb",
}  # fmt: skip
_HOST_WORDS = frozenset(("host", "hostname", "server"))
_ANYWHERE = frozenset(("0.0.0.0", "::", "*"))
_SAMPLES = frozenset(("host", "hostname", "example.com", "your-host", "user", "username", "..."))
_HOST_ENDS = ("host", "hostname", "hosts", "server", "servers", "address", "addr", "brokers", "broker", "url", "uri")
_DEFAULTS = frozenset(("default", "setdefault", "add_argument", "option", "getenv", "argument", "get_env", "fetch"))
_WORDS = frozenset(("default", "fallback", "example", "sample", "test", "mock"))
_CONSTANT = pattern(r"[A-Z][A-Z0-9_]*\Z")
_STAGES = frozenset(("NODE_ENV", "ENV", "APP_ENV", "ENVIRONMENT", "FLASK_ENV", "DEBUG", "MODE", "STAGE"))


@dataclass(frozen=True, slots=True)
class HardCoded:
    """`kind` is "address" (a URL or ``host:port``), "host" or "user"; `value` is what may be shown of it.

    `what` names the service behind it for people. `more` are the other literals of the same call.
    """

    text: Text
    kind: str
    value: str
    host: str | None
    what: str
    more: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Hosts:
    """Names of the network that lead to other services: all of them, and what the backing ones are."""

    names: Mapping[str, str]
    backing: Mapping[str, str]


def hosts_of(project: Project, service: Service) -> Hosts:
    """The names of all services but this one."""
    owners, every = project.once_for_all("hosts", lambda: _all_hosts(project))
    names, backing = dict(every.names), dict(every.backing)
    for name in _spelled(service):
        names.pop(name, None)
        backing.pop(name, None)
        for other, what in owners[name]:
            if other is not service:
                names.setdefault(name, other.name)
                if what is not None:
                    backing.setdefault(name, what)
    return Hosts(names, backing)


def _all_hosts(project: Project) -> tuple[dict[str, list[tuple[Service, str | None]]], Hosts]:
    """By names: whose they are and what runs there; and what the names lead to first."""
    owners: dict[str, list[tuple[Service, str | None]]] = {}
    names: dict[str, str] = {}
    backing: dict[str, str] = {}
    for service in project.services:
        base = project.base_of(service)
        what = base.name.rpartition("/")[2] if base is not None and base.kind in BACKING else None
        for name in _spelled(service):
            owners.setdefault(name, []).append((service, what))
            names.setdefault(name, service.name)
            if what is not None:
                backing.setdefault(name, what)
    return owners, Hosts(names, backing)


def _spelled(service: Service) -> list[str]:
    spelled = [service.name, *(alias for use in service.networks.values() for alias in use.aliases)]
    spelled += [one.value for one in (service.container_name, service.hostname) if one is not None and one.value]
    return [name.lower() for name in spelled]


def hard_coded(project: Project, service: Service) -> Iterator[HardCoded]:
    """The literals, file by file; one for each call or constant."""
    uses = server_side(project, service)
    if not uses:
        return
    from dockerlint.model.browser.frontend import front_end_of

    hosts = hosts_of(project, service)
    facts = project.workspace.facts["backing_services"]
    for path, use in uses.items():
        front = front_end_of(path, project.workspace) if use.facts.language == "javascript" else None
        for found in _in_file(use.facts, hosts, facts):
            # What a front end asks over HTTP is the browser's, and another rule's.
            if front is None or front.renders or not found.text.value.startswith(("http", "ws")):
                yield found


def _in_file(facts: SourceFacts, hosts: Hosts, table: Mapping[str, Any]) -> Iterator[HardCoded]:
    groups: dict[tuple[int, str], list[tuple[str, str, Text]]] = {}
    said: set[int] = set()
    for text in facts.texts:
        if text.kind not in ("string", "number") or text.compared or is_fallback(text, facts):
            continue
        found = _address(text, hosts, table) if text.kind == "string" else None
        if found is not None:
            said.add(text.group)
            yield found
            continue
        part = _part(text, facts, hosts, table)
        if part is not None:
            groups.setdefault((text.group, text.call or ""), []).append((*part, text))
    called = {call for (_, call), parts in groups.items() if call and any(part == "host" for part, _, _ in parts)}
    for (group, call), parts in groups.items():
        lead = next((one for one in parts if one[0] == "host"), None)
        if lead is None and (group in said or group < 0 or call in called):
            continue
        lead = lead or next((one for one in parts if one[0] == "user"), None)
        if lead is None:
            continue
        kind, what, text = lead
        more = tuple(other for part, _, other in parts if other is not text and part in ("port", "user"))
        host = text.value if kind == "host" else None
        yield HardCoded(text, kind, text.value, host, hosts.backing.get(text.value.lower(), what), more)


def _address(text: Text, hosts: Hosts, table: Mapping[str, Any]) -> HardCoded | None:
    value = text.value.strip()
    if text.joined:
        host, port = split_port(value[1:].partition("/")[0].partition("?")[0]) if value[:1] == "@" else ("", "")
        what = hosts.backing.get(host.lower())
        return HardCoded(text, "address", f"{host}:{port}" if port else host, host, what) if what else None
    if "://" not in value and "=" not in value and "@tcp(" not in value and not value.startswith("jdbc:"):
        host, port = split_port(value.partition(",")[0])
        known = hosts.names.get(host.lower())
        if known is None or not port.isdigit() or host.lower() == "localhost":
            return None
        return HardCoded(text, "address", f"{host}:{port}", host, hosts.backing.get(host.lower(), known))
    address = read_address(value)
    if address is None or address.host is None or address.host.lower() in _SAMPLES:
        return None
    host = address.host.lower()
    shown = f"{address.host}:{address.port}" if address.port else address.host
    row = next((row for row in table["schemes"] if address.scheme in row["names"]), None)
    service = str(row["service"]) if row is not None else ""
    if row is None and address.scheme in ("dsn", "mysql", "pgsql", "sqlsrv"):
        service = "database" if host in hosts.backing or text.call else ""
    if service and service not in _NO_SERVICE:
        return HardCoded(text, "address", shown, address.host, hosts.backing.get(host, service))
    if service == "http" and host in hosts.names:
        return HardCoded(text, "address", shown, address.host, hosts.backing.get(host, hosts.names[host]))
    return None


def _part(text: Text, facts: SourceFacts, hosts: Hosts, table: Mapping[str, Any]) -> tuple[str, str] | None:
    """What the literal is in a call or setting that speaks to a service, and which service that is."""
    for row in table["clients"]:
        if row["service"] in _NO_SERVICE or not _calls(row, text, facts):
            continue
        for part in ("host", "port", "user"):
            if _fits(row.get(part), text):
                return _plain(part, text, str(row["service"]))
        first = text.name is None and row.get("url") == text.position != row.get("database", {}).get("at")
        if first and text.value.lower() in hosts.backing:
            return "host", str(row["service"])
    if facts.language == "python" and "." in text.path:
        for row in table["settings"]:
            if not any(name.endswith(".py") for name in row["files"]):
                continue
            for part in ("host", "port", "user"):
                if row["service"] not in _NO_SERVICE and _keyed(row["keys"].get(part, ()), text.path):
                    return _plain(part, text, str(row["service"]))
    name = (text.name or "").lower().replace("-", "_")
    if name in _KEYS and text.kind == "string":
        return _plain("host", text, _KEYS[name])
    words = _words_of(text.name or "")
    if text.kind == "string" and words and words[-1] in _HOST_WORDS and _is_machine(text.value):
        service = next((_NAMED[word] for word in words if word in _NAMED), None)
        if service is not None:
            return "host", service
    if text.kind == "string" and text.value.lower() in hosts.backing and name.endswith(_HOST_ENDS):
        return "host", hosts.backing[text.value.lower()]
    return None


def _plain(part: str, text: Text, service: str) -> tuple[str, str] | None:
    value = text.value
    if part == "port":
        return (part, service) if value.isdigit() else None
    if literal(value) is None or value.lower() in _SAMPLES or value in _ANYWHERE or "/" in value or len(value) > 120:
        return None
    return part, "database" if service in ("sql", "any") else service


def _words_of(name: str) -> list[str]:
    """``smtpServer`` and ``SMTP_SERVER`` as smtp, server."""
    return [word for word in re.split(r"[^a-z0-9]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()) if word]


def _is_machine(text: str) -> bool:
    """``localhost``, an address of four numbers, or a name of several labels."""
    labels = text.split(".")
    if text == "localhost":
        return True
    return 2 < len(labels) < 8 and all(label.replace("-", "").isalnum() for label in labels)


def _calls(row: Mapping[str, Any], text: Text, facts: SourceFacts) -> bool:
    if row["language"] != facts.language or not text.call:
        return False
    call = text.call
    if not any(call == name or call.endswith("." + name) for name in row["calls"]):
        return False
    wanted = row.get("imports", ())
    return not wanted or any(
        one == name or one.startswith((f"{name}/", f"{name}.")) for one in facts.imports for name in wanted
    )


def _fits(part: Mapping[str, Any] | None, text: Text) -> bool:
    if part is None:
        return False
    if text.name is not None and text.name in part.get("names", ()):
        return True
    return text.name is None and "at" in part and part["at"] == text.position


def _keyed(keys: tuple[str, ...], path: str) -> bool:
    parts = path.split(".")
    for key in keys:
        wanted = key.split(".")
        if (
            len(wanted) > 1
            and len(wanted) == len(parts)
            and all(a in ("*", b) for a, b in zip(wanted, parts, strict=True))
        ):
            return True
    return False


def _together(text: Text, read: EnvRead) -> bool:
    """Do a literal and a read stand in one expression?"""
    first, second = sorted((text.quoted, read.span), key=lambda span: span.start)
    return not any(sign in first.file.text[first.end : second.start] for sign in ",;")


def is_fallback(text: Text, facts: SourceFacts) -> bool:
    """Does the literal only stand in for something that is given from outside, or for an example?"""
    if text.fallback_of or (text.name or "").lower() in ("default", "default_value"):
        return True
    call = (text.call or "").rpartition(".")[2].lower()
    if call in _DEFAULTS:
        return True
    name = text.name or ""
    if not _WORDS.isdisjoint(_words_of(name)):
        return True
    if text.position and any(
        other.group == text.group and other.position == 0 and _CONSTANT.match(other.value)
        for other in facts.texts
        if other.span.start < text.span.start
    ):
        return True
    line = text.span.line
    for read in facts.env_reads:
        if read.name in _STAGES or text.span.start <= read.span.start < text.span.end:
            continue
        if (read.span.line == line and _together(text, read)) or (read.given_to and read.given_to == name == text.path):
            return True
        if name and name == text.path and text.call is None:
            after = text.span.file.line_text(read.span.line)
            if re.search(rf"(?:\|\||\?\?|\bor|,|[?:]|else)\s*{re.escape(name)}\b(?!\s*[:=])", after):
                return True
    return False
