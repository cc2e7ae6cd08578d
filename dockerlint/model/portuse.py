"""Who asks for which port, and what speaks for something that listens after all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.listening import Listener, Listening, listening_of
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import Text
    from dockerlint.model.project import Project, SourceUse
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


@dataclass(frozen=True, slots=True)
class BrowserPort:
    """Client code asks the machine for a port that nothing publishes. `published`: service, port and place."""

    service: Service
    url: str
    port: str
    span: Span
    published: tuple[tuple[str, str, Span], ...]


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
    from dockerlint.model.connections import connections_of, default_port
    from dockerlint.model.frontend import client_files

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
_URL = re.compile(r"(?:https?|wss?)://(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(\d{2,5})(?![\d])")


def browser_ports(project: Project) -> Iterator[BrowserPort]:
    """Addresses in client code whose port nothing of the project publishes."""
    from dockerlint.model.frontend import client_files

    published: list[tuple[str, str, Span]] = []
    for service in project.services:
        mode = service.network_mode
        if mode is not None and (mode.value is None or mode.value == "host"):
            return
        for port in service.ports:
            if not port.published_known or (port.published is not None and not port.published.isdigit()):
                return
            if port.published is not None and port.target is not None:
                published.append((service.name, port.published, port.span))
    ports = {number for _, number, _ in published}
    seen: set[tuple[str, int]] = set()
    servers = {name for name, _, _ in published if not _is_store(project, name)}
    for service in project.services:
        uses = project.sources_of(service)
        clients = client_files(uses, project.workspace)
        build = project.build_of(service)
        context = build.context.folder if build is not None and build.context is not None else None
        for use in uses:
            code = use.facts.file.text
            if use.path not in clients or not ("localhost:" in code or "127.0.0.1:" in code):
                continue
            # A client that lies in the folder of a server is served by it.
            own = clients[use.path].folder == context
            others = tuple(one for one in published if one[0] in servers and not (own and one[0] == service.name))
            for text in use.facts.texts:
                match = _URL.match(text.value)
                if match is None or match.group(1) in ports or text.fallback_of or text.compared or not others:
                    continue
                key = (use.path, text.span.start)
                if key not in seen and _is_asked(text, uses):
                    seen.add(key)
                    yield BrowserPort(service, text.value, match.group(1), text.span, others)


_CALLS = frozenset(
    "fetch get post put delete patch request axios create ajax WebSocket EventSource io connect getJSON ky got"
    " useFetch useSWR HttpLink createHttpLink GraphQLWsLink createUploadLink head open sendBeacon".split()
)


def _is_asked(text: Text, uses: tuple[SourceUse, ...]) -> bool:
    """Does a request go there? Seen at its call, or where the name that holds it is called."""
    from dockerlint.model.clientcalls import name_called

    if text.call is not None:
        return text.call.rpartition(".")[2] in _CALLS or text.path in ("axios.defaults.baseURL",)
    if text.name is None:
        return False
    last = text.path.rpartition(".")[2] or text.name
    if text.path == "axios.defaults.baseURL":
        return True
    return len(last) > 3 and any(last in use.facts.file.text and name_called(use.facts.file.text, last) for use in uses)


def _is_store(project: Project, name: str) -> bool:
    """Is it a database or its like, which no browser asks?"""
    service = next(one for one in project.services if one.name == name)
    base = project.base_of(service)
    return base is not None and base.kind in ("database", "cache", "queue", "search", "storage", "monitoring")
