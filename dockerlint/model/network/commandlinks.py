"""Connections on command lines: waits, clients, options with addresses, and the URLs of health checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.network.connections import Found
from dockerlint.model.network.endpoints import Endpoint, bare_host, read_endpoints
from dockerlint.source.pattern import pattern

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service
    from dockerlint.source.text import Span

# Options behind which a host stands, for clients of backing services, and what answers to them.
_CLIENTS = {
    "psql": "postgres", "pg_isready": "postgres", "pg_dump": "postgres", "pg_restore": "postgres",
    "createdb": "postgres", "mysql": "mysql", "mysqladmin": "mysql", "mysqldump": "mysql", "mariadb": "mysql",
    "mariadb-admin": "mysql", "redis-cli": "redis", "valkey-cli": "redis", "mongo": "mongodb", "mongosh": "mongodb",
    "mongoimport": "mongodb", "mongorestore": "mongodb", "mongodump": "mongodb", "kafka-topics": "kafka",
    "kafka-topics.sh": "kafka", "rabbitmqadmin": "rabbitmq", "mosquitto_pub": "mqtt", "mosquitto_sub": "mqtt",
}  # fmt: skip
_HOST_OPTIONS = ("-h", "--host", "--hostname")
_PORT_OPTIONS = ("-p", "-P", "--port")
_WAITS = ("wait-for-it", "wait-for-it.sh", "wait-for", "wait-for.sh", "wait_for_it.sh", "waitforit", "wait-port")
_URLS = ("curl", "wget", "http", "xh", "grpc_health_probe")
_LISTEN_OPTIONS = (
    "bind",
    "listen",
    "host",
    "advertise",
    "web",
    "public",
    "cors",
    "origin",
    "url-prefix",
    "addr",
    "http",
)
_WORD = pattern(r"[^\s'\"`;|&()]+")


def in_commands(project: Project, service: Service) -> Iterator[Found]:
    """What the programs of the effective command are told to reach."""
    command = project.command_of(service)
    given = {setting.value for setting in project.environment_of(service).settings.values() if setting.value}
    for program in command.programs if command is not None else ():
        used = True if program.certain else None
        words = [word for part in program.wrappers for word in part.split()]
        for argv in (tuple(words), program.argv):
            for end, kind, option, text in in_words(argv):
                if text in given and text not in program.span.text:
                    continue  # it stands in a variable, which is told of already
                yield Found("command", end, _place(program.span, text, end), name=option, kind=kind, used=used)


def in_health_checks(project: Project, service: Service) -> Iterator[Found]:
    """What the health check asks: compose's, else the image's."""
    check = service.healthcheck
    if check is not None:
        if check.disabled or check.test is None:
            return
        words, span = " ".join(check.test.words[1:]), check.test.span
    else:
        stage = project.stage_of(service)
        instruction = stage.healthcheck if stage is not None else None
        if instruction is None:
            return
        words, span = instruction.text, instruction.span
    for end, kind, option, text in in_words(tuple(_WORD.findall(words))):
        yield Found("healthcheck", end, _place(span, text, end), name=option, kind=kind or "http", used=True)


def in_words(argv: tuple[str, ...]) -> Iterator[tuple[Endpoint, str, str | None, str]]:
    """Endpoint, what answers, the option and the word, for every address of an argument list."""
    if not argv:
        return
    client, waits, option = "", False, None
    for index, word in enumerate(argv):
        name = word.rpartition("/")[2]
        if name in _CLIENTS:
            client = _CLIENTS[name]
        waits = waits or name in _WAITS
        following = argv[index + 1] if index + 1 < len(argv) else ""
        if word.startswith("-") and "=" in word:
            key, _, value = word.partition("=")
            option = key
        elif word.startswith("-"):
            option = word
            continue
        else:
            key, value = option or "", word
        told, option = (key or None), None
        if client and key in _HOST_OPTIONS:
            end = bare_host(value)
            if end is not None:
                yield _with_port(end, argv), client, told, value
            continue
        if name in ("nc", "ncat", "netcat"):
            plain = [one for one in argv[index + 1 :] if not one.startswith("-")]
            end = bare_host(plain[0]) if len(plain) > 1 and plain[1].isdigit() else None
            if end is not None:
                yield Endpoint("", "", "", end.host, plain[1], "", end.start, end.end), "", None, plain[0]
            continue
        if "://" in value:
            if not any(part in key.lower() for part in _LISTEN_OPTIONS) or "://" in key:
                for end in read_endpoints(value):
                    yield end, "", told, value
        elif waits and (not key or key in ("-h", "--host")):
            for end in read_endpoints(value):
                yield end, "", told, value
            if key in ("-h", "--host") and ":" not in value and (found := bare_host(value)) is not None:
                yield _with_port(found, argv), "", told, value
        elif key in ("--bootstrap-server", "--broker-list", "--zookeeper", "-wait", "--wait", "--broker") or waits:
            for end in read_endpoints(value):
                yield end, "kafka" if "server" in key or "broker-" in key else "", told, value
        del following


def _with_port(end: Endpoint, argv: tuple[str, ...]) -> Endpoint:
    for index, word in enumerate(argv[:-1]):
        if word in _PORT_OPTIONS and argv[index + 1].isdigit():
            return Endpoint("", "", "", end.host, argv[index + 1], "", end.start, end.end)
    return end


def _place(span: Span, text: str, end: Endpoint) -> Span:
    """The word in the command's text; the whole where it is not written so."""
    for word in (text, text[end.start : end.port_end if end.port_end > 0 else end.end]):
        at = span.text.find(word) if word else -1
        if at >= 0:
            return span.sub(at, at + len(word))
    return span
