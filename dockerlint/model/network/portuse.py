"""Who asks for which port, and what speaks for something that listens after all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.network.listening import Listener, Listening, listening_of
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service
    from dockerlint.source.text import Span

_MOST_FILES = 1500
_LARGEST = 300_000
_CERTIFICATES = ("certbot", "letsencrypt", "acme", "lego", "mkcert", "certs", "ssl", "/cert")
_TEXTS = (
    ".js", ".ts", ".mjs", ".cjs", ".jsx", ".tsx", ".py", ".go", ".rb", ".php", ".java", ".kt", ".cs", ".ex", ".exs",
    ".rs", ".yml", ".yaml", ".json", ".toml", ".ini", ".cfg", ".conf", ".properties", ".xml", ".sh", ".env", ".config",
    ".vue", ".ru", ".rake", ".gradle", ".kts", ".scala", ".clj", ".template", ".erb", ".j2", ".http",
)  # fmt: skip
_NO_TEXTS = ("package-lock.json", "composer.lock", "yarn.lock", "pnpm-lock.yaml", "launchsettings.json")
# Words of names that hold the port of something else.
_OTHERS = frozenset(
    "PG POSTGRES POSTGRESQL DB DATABASE MYSQL MARIADB MONGO MONGODB REDIS RABBITMQ RABBIT AMQP KAFKA SMTP MAIL EMAIL"
    " MAILER ELASTIC ELASTICSEARCH MEMCACHED MSSQL SQL TYPEORM NATS MQTT MINIO S3".split()
)
_TOP = ("package.json", "Procfile", "Makefile")


@dataclass(frozen=True, slots=True)
class Asked:
    """One service asks another for a port on which nothing that it reaches listens."""

    asker: str
    service: Service
    port: str
    span: Span
    listening: Listening
    loopback: Listener | None


def may_listen(project: Project, service: Service, port: str, listening: Listening) -> bool:
    """Does anything speak for a listener on the port that the model does not see?"""
    if port == "443" and _has_certificates(project, service):
        return True
    word = re.compile(rf"(?<![\d.]){port}(?!\d|\.\d)")
    environment = project.environment_of(service)
    if not environment.closed and not listening.strict:
        return True
    for name, setting in environment.settings.items():
        if setting.value is None:
            if _may_name_port(name.upper()):
                return True
        elif word.search(setting.value) and not _is_url(setting.value):
            return True
    command = project.command_of(service)
    for program in command.programs if command is not None else ():
        if any(word.search(part) for part in (*program.argv, *program.wrappers)):
            return True
    debug = next((row for row in project.workspace.facts["listening"]["debug"] if str(row["port"]) == port), None)
    for path in _files(project, service, listening.strict):
        file = project.tree.read(path)
        if file is None or len(file.text) > _LARGEST:
            continue
        if word.search(file.text) and _counts(file.text, word):
            return True
        if debug is not None and any(one in file.text for one in debug["words"]) and path.endswith("package.json"):
            return True
    return False


def _may_name_port(name: str) -> bool:
    named = any(part in name for part in ("PORT", "LISTEN", "ADDR", "BIND"))
    return named and not _OTHERS & set(name.split("_"))


def _is_url(text: str) -> bool:
    return "://" in text and not text.startswith(
        ("tcp://0", "http://0", "http://+", "http://*", "https://+", "tcp://:")
    )


def _counts(text: str, word: re.Pattern[str]) -> bool:
    """Is the number spoken of as a port, and more than a part of an address that is asked for?"""
    for match in word.finditer(text):
        line = text[max(0, text.rfind("\n", 0, match.start()), match.start() - 200) : match.end() + 40]
        if _PORT_WORDS.search(line.partition("\n")[2] if line.startswith("\n") else line) is None:
            continue
        before = text[max(0, match.start() - 40) : match.start()]
        if not re.search(r"(?:https?|wss?)://[\w.${}-]+:$", before):
            return True
    return False


def _files(project: Project, service: Service, strict: bool) -> Iterator[str]:
    """Texts of the service that may name the port: all of them, or only what starts things for a `strict` program."""
    build = project.build_of(service)
    folders = [mount.host_path_in_tree for mount in service.mounts if mount.kind == "bind"]
    if build is not None and build.context is not None:
        folders.insert(0, build.context.folder)
    command = project.command_of(service)
    started = " ".join(program.text for program in (command.programs if command is not None else ()))
    count = 0
    for folder in dict.fromkeys(one for one in folders if one is not None):
        paths = (folder,) if project.tree.kind(folder) == "file" else project.workspace.paths_below(folder)
        for path in paths:
            name = path.rpartition("/")[2]
            if name.lower() in _NO_TEXTS or _is_docker(project, path) or _of_other_server(path, started):
                continue
            if strict and not (name in _TOP or name.startswith(".env") or name.endswith((".sh", ".conf"))):
                continue
            if name not in _TOP and not name.startswith(".env") and not name.lower().endswith(_TEXTS):
                continue
            if not project.takes_part(service, path):
                continue
            count += 1
            if count > _MOST_FILES:
                return
            yield path


def _of_other_server(path: str, started: str) -> bool:
    """Is it the configuration of a web server that this container does not start?"""
    return any(word in path.lower() and word not in started for word in ("nginx", "apache", "haproxy", "traefik"))


def _is_docker(project: Project, path: str) -> bool:
    from dockerlint.source.discover import is_compose, is_dockerfile

    return is_compose(path) or is_dockerfile(path)


def _has_certificates(project: Project, service: Service) -> bool:
    """Does the image, a volume or a command bring certificates that a program fetches?"""
    parts: list[str] = []
    for one in project.services:
        parts.append(one.image.value or "" if one.image is not None else "")
        if one is service:
            parts.extend(f"{mount.source_text or ''} {mount.target or ''}" for mount in one.mounts)
            command = project.command_of(one)
            parts.extend(program.text for program in (command.programs if command is not None else ()))
            stage = project.stage_of(one)
            parts.extend(step.instruction.text for step in (stage.steps if stage is not None else ()))
    return any(word in part.lower() for part in parts for word in _CERTIFICATES)


def asked_ports(project: Project) -> Iterator[Asked]:
    """Connections to ports of other services on which nothing listens that they can reach."""
    from dockerlint.model.browser.frontend import client_files
    from dockerlint.model.network.connections import connections_of, default_port

    seen: set[tuple[str, int]] = set()
    for service in project.services:
        clients = client_files(project.sources_of(service), project.workspace)
        for connection in connections_of(project, service):
            other = connection.target.service
            if connection.target.outcome != "service" or other is None or other is service or connection.browser:
                continue
            if connection.used is False or connection.span.path in clients:
                continue
            port = default_port(project, connection)
            if port is None and connection.port == "" and connection.origin == "proxy" and connection.scheme != "https":
                port = "80"
            if port is None or not port.isdigit():
                continue
            listening = listening_of(project, other)
            here = listening.on(port)
            key = (connection.span.path, connection.span.start)
            if key in seen:
                continue
            loopback = here[0] if here and all(one.loopback for one in here) else None
            if loopback is not None and not _published_target(other, port):
                seen.add(key)
                yield Asked(service.name, other, port, connection.span, listening, loopback)
                continue
            certain = not here and listening.complete and bool(listening.listeners) and not _by_host_port(other, port)
            if certain and not may_listen(project, other, port, listening):
                seen.add(key)
                yield Asked(service.name, other, port, connection.span, listening, None)


def _published_target(service: Service, port: str) -> bool:
    return any(one.target == port for one in service.ports)


def _by_host_port(service: Service, port: str) -> bool:
    """Is it the port that the service publishes on the machine? Then another rule says so."""
    return any(one.published == port for one in service.ports)


_PORT_WORDS = re.compile(r"port|listen|bind|addr|serv|socket|tcp|http|run|start|inspect|debug", re.IGNORECASE)
