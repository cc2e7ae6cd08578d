"""What one container uses to reach another: every address that its programs, proxies and checks are given.

Only effective values count: what `project.environment_of` says, and what source and configuration files say where
nothing sets the variable. Passwords are in the model as they are; whoever shows a connection shows `Connection.shown`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.network.endpoints import Endpoint
from dockerlint.model.network.names import Target, resolve
from dockerlint.source.record import dataclass
from dockerlint.source.text import Span

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service

ORIGINS = ("environment", "env_file", "image", "dotenv", "source", "config", "proxy", "command", "healthcheck")


@dataclass(frozen=True, slots=True)
class Connection:
    """One address that a service is given.

    `origin` is where it stands: "environment" and "env_file" of compose, "image" (ENV of a Dockerfile), "dotenv" (an
    env file that the program itself loads), "source" (a literal of its code), "config" (a settings file), "proxy"
    (nginx, Caddy, a development server …), "command" or "healthcheck".
    `name` is the variable, key or option that holds it, None for a bare literal. For "source" it is the variable that
    the literal stands in for, where there is one.
    `kind` is what must answer ("postgres", "redis", "http", "sql" for any SQL database …), "" where nothing tells.
    `user`, `password`, `port` and `database`: "" is none, None is not known before it runs. They include what stands in
    variables beside the host's (``DB_USER``, ``DB_PORT``). `path` has its leading sign and the query.
    `browser`: code or redirects in the user's browser use it, not the container.
    `used`: a program or file of the container certainly reads it (True), nothing in the source does (False), or nobody
    knows (None).
    `span` is the whole value, `host_span` and `port_span` parts of it where they are written as they count; `use` is
    where it is read. `target` says who answers to the host.
    """

    service: str
    origin: str
    name: str | None
    kind: str
    scheme: str
    user: str | None
    password: str | None
    host: str
    port: str | None
    path: str
    database: str | None
    browser: bool
    used: bool | None
    span: Span
    host_span: Span | None
    port_span: Span | None
    use: Span | None
    target: Target

    @property
    def shown(self) -> str:
        """The address for people, without what is secret."""
        head = f"{self.scheme}://" if self.scheme not in ("", "dsn") else ""
        user = f"{self.user}@" if self.user and head else ""
        return f"{head}{user}{self.address}"

    @property
    def address(self) -> str:
        """``host:port``, or the host alone where no port is written."""
        return f"{self.host}:{self.port}" if self.port else self.host


@dataclass(frozen=True, slots=True)
class Found:
    """An endpoint with its place, before anybody asks who answers to it."""

    origin: str
    endpoint: Endpoint
    span: Span
    name: str | None = None
    kind: str = ""
    browser: bool = False
    used: bool | None = None
    use: Span | None = None
    user: str | None = ""
    password: str | None = ""
    port: str | None = ""
    database: str | None = ""


def connections_of(project: Project, service: Service) -> tuple[Connection, ...]:
    """Every connection of a service, in the order: environment, source, settings, proxies, command, health check."""
    return project.connections_of(service)


def connections(project: Project) -> Iterator[tuple[Service, Connection]]:
    """Those of all services."""
    for service in project.services:
        for connection in connections_of(project, service):
            yield service, connection


def is_real(project: Project, service: Service, connection: Connection) -> bool:
    """Is it certain enough that the container itself makes this connection?

    A literal counts where it is certainly used. An env file is often shared: only the variables count that some server
    code of the container may read, or that the image is known to read.
    """
    if connection.browser or connection.used is False:
        return False
    if connection.used is True or connection.origin not in ("source", "config", "dotenv", "env_file"):
        return True
    if connection.origin != "env_file":
        return False
    from dockerlint.model.running.serverside import server_side

    base = project.base_of(service)
    if base is not None and connection.name in base.read_environment:
        return True
    return any(use.facts.language for use in server_side(project, service).values())


def default_port(project: Project, connection: Connection) -> str | None:
    """The port that counts: the written one, else that of the scheme or of what must answer. None: nobody knows."""
    if connection.port != "":
        return connection.port
    for row in project.workspace.facts["backing_services"]["schemes"]:
        names = row["names"]
        if connection.scheme in names or (connection.scheme in ("", "dsn") and row["service"] == connection.kind):
            return str(row["port"]) if row["port"] and not connection.scheme.endswith("+srv") else None
    return None


def find_connections(project: Project, service: Service) -> Iterator[Connection]:
    """Makes them; `connections_of` keeps them."""
    from dockerlint.model.network.commandlinks import in_commands, in_health_checks
    from dockerlint.model.network.environmentlinks import in_environment
    from dockerlint.model.network.proxies import in_proxies
    from dockerlint.model.network.settinglinks import in_settings
    from dockerlint.model.network.sourcelinks import in_source

    seen = set()
    for find in (in_environment, in_source, in_settings, in_proxies, in_commands, in_health_checks):
        for found in find(project, service):
            key = (found.span.path, found.span.start, found.endpoint.start, found.endpoint.host)
            if found.endpoint.host is not None and key not in seen and _is_known(found.endpoint.scheme, project):
                seen.add(key)
                yield _connection(project, service, found)


def _connection(project: Project, service: Service, found: Found) -> Connection:
    end, facts = found.endpoint, project.workspace.facts["backing_services"]
    host = end.host or ""
    port = end.port if end.port != "" else found.port
    return Connection(
        service=service.name,
        origin=found.origin,
        name=found.name,
        kind=kind_of_scheme(end.scheme, facts) or found.kind,
        scheme=end.scheme,
        user=end.user if end.user != "" else found.user,
        password=end.password if end.password != "" else found.password,
        host=host,
        port=port,
        path=end.path,
        database=found.database or end.path.partition("?")[0].lstrip("/"),
        browser=found.browser,
        used=found.used,
        span=found.span,
        host_span=_part(found.span, host, end.start, end.end),
        port_span=_part(found.span, end.port or "", end.port_start, end.port_end),
        use=found.use,
        target=resolve(project, service, host),
    )


def kind_of_scheme(scheme: str, facts: object) -> str:
    """What answers to a scheme; "" for an unknown one."""
    rows = facts["schemes"]  # type: ignore[index]
    return next((str(row["service"]) for row in rows if scheme in row["names"]), "")


def _is_known(scheme: str, project: Project) -> bool:
    """Is it a scheme behind which a host stands, as far as the tables know?"""
    if scheme in ("", "dsn", "tcp", "udp", "fastcgi", "mysql", "pgsql", "sqlsrv"):
        return True
    rows = project.workspace.facts["backing_services"]["schemes"]
    return any(scheme in row["names"] and not row.get("file") for row in rows)


def _part(span: Span, text: str, start: int, end: int) -> Span | None:
    """The place of a part of the value: where the offsets of the effective value say, or else where it stands once."""
    if not text or start < 0:
        return None
    written = span.text
    if written[start:end] == text:
        return span.sub(start, end)
    return span.sub(written.find(text), written.find(text) + len(text)) if written.count(text) == 1 else None
