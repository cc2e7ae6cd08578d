"""Connections to ``localhost`` that nothing in the container can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockerlint.model.environment.backing import BACKING
from dockerlint.model.network.connections import Connection, default_port, is_real
from dockerlint.model.network.knownports import container_ports, publishing
from dockerlint.model.network.names import LOOPBACK, SELF, namespace_of, peers_of
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service

# Programs that keep several others running in one container.
_MANAGERS = frozenset(
    (
        "supervisord", "s6-svscan", "s6-overlay", "init", "my_init", "concurrently", "npm-run-all", "run-p", "pm2",
        "pm2-runtime", "honcho", "foreman", "overmind", "runsvdir", "runit", "forego", "hivemind", "turbo", "lerna",
        "nx", "circusd", "monit", "systemd",
    )
)  # fmt: skip
_PACKAGED = {
    "redis": ("redis-server", "redis"),
    "postgres": ("postgresql",),
    "mysql": ("mysql-server", "mariadb-server", "default-mysql-server"),
    "mongodb": ("mongodb", "mongodb-org", "mongodb-server"),
    "rabbitmq": ("rabbitmq-server",),
    "memcached": ("memcached",),
    "elasticsearch": ("elasticsearch",),
    "smtp": ("postfix", "exim4", "sendmail"),
}
_SQL = ("postgres", "mysql", "mssql", "oracle", "sql")
_DRIVERS = ("_DRIVER", "_STORE", "_CONNECTION", "_MAILER", "_DISK", "_ENGINE", "_CLIENT", "_BACKEND", "_DIALECT")
_FILE_BASED = ("sqlite", "sqlite3", "better-sqlite3")


@dataclass(frozen=True, slots=True)
class Misplaced:
    """`owner` is the service that was meant, None where it may run on the machine. `port` is the one to ask there."""

    connection: Connection
    owner: Service | None
    port: str | None


def misplaced(project: Project, service: Service, connection: Connection) -> Misplaced | None:
    """Who should be asked instead of ``localhost``; None where it may be right, or where nobody knows."""
    if connection.target.outcome != SELF or not _is_loopback(connection.host):
        return None
    if connection.origin == "healthcheck" or not is_real(project, service, connection):
        return None
    if namespace_of(project, service).kind not in ("own", "bridge") or len(peers_of(project, service)) > 1:
        return None
    port = default_port(project, connection)
    if port is None or (not port and not connection.kind):
        return None
    if (port and port in container_ports(project, service)) or _runs_it(project, service, connection):
        return None
    if not _is_chosen(project, service, connection):
        return None
    owner = _owner(project, service, connection, port)
    web = connection.kind in ("http", "")
    if web and connection.used is not True and connection.origin not in ("proxy", "config"):
        return None
    if owner is None:
        unseen = project.base_of(service) is None and project.stage_of(service) is None
        if unseen or connection.kind in ("smtp", "") or connection.origin == "command":
            return None
    return Misplaced(connection, owner, _inner_port(project, owner, connection, port) if owner is not None else port)


def _is_loopback(host: str) -> bool:
    return host.lower() in LOOPBACK or host.startswith("127.")


def _runs_it(project: Project, service: Service, connection: Connection) -> bool:
    """May the container itself run what is asked?"""
    base = project.base_of(service)
    if base is not None and base.kind in BACKING and is_kind(connection.kind, base.name):
        return True
    if base is not None and base.kind == "application" and connection.kind == "http":
        return True
    command = project.command_of(service)
    programs = command.programs if command is not None else ()
    names = {program.name for program in programs}
    names.update(word for program in programs for part in program.wrappers for word in part.split())
    if not _MANAGERS.isdisjoint(names) or any(program.background for program in programs):
        return True
    servers = {server.program.text for server in project.servers_of(service) if server.kind == "server"}
    if len(servers) > 1:
        return True
    build = project.build_of(service)
    if build is not None:
        text = build.file.text.lower()
        if "supervisor" in text or any(word in text for word in _PACKAGED.get(connection.kind, ())):
            return True
    return False


def _is_chosen(project: Project, service: Service, connection: Connection) -> bool:
    """Frameworks choose among several backing services by a variable: does it choose this one?"""
    from dockerlint.model.environment.loadedenv import loaded_variables
    from dockerlint.model.network.environmentlinks import variables_of

    if connection.origin == "source" and connection.name is None:
        return True
    variables = {**loaded_variables(project, service), **variables_of(project, service)}
    chosen = {one.value.lower() for name, one in variables.items() if one.value and name.upper().endswith(_DRIVERS)}
    if connection.kind in _SQL:
        databases = {name for name in chosen if name in _FILE_BASED}
        return not databases
    php = any(use.facts.language == "php" for use in project.sources_of(service))
    if php and connection.kind in ("redis", "memcached", "smtp", "rabbitmq"):
        return connection.kind in chosen
    return True


def is_kind(kind: str, image: str) -> bool:
    """Does an image (by the name of its row) answer to this kind of client?"""
    name = image.rpartition("/")[2]
    if kind in ("sql", "any", "database"):
        return name in ("postgres", "mysql", "mariadb", "postgis", "percona", "timescaledb", "pgvector", "server")
    if kind == "mysql":
        return name in ("mysql", "mariadb", "percona")
    if kind == "postgres":
        return name in ("postgres", "postgis", "postgresql", "timescaledb", "pgvector", "timescaledb-ha")
    if kind == "mongodb":
        return name in ("mongo", "mongodb", "mongodb-community-server")
    if kind == "redis":
        return name in ("redis", "valkey", "keydb", "dragonfly", "redis-stack", "redis-stack-server")
    if kind == "mqtt":
        return name in ("eclipse-mosquitto", "mosquitto", "emqx", "vernemq", "hivemq4", "hivemq-ce", "nanomq")
    if kind == "mssql":
        return name in ("server", "azure-sql-edge")
    return bool(kind) and (name == kind or kind in name)


def _owner(project: Project, service: Service, connection: Connection, port: str) -> Service | None:
    """The service that answers at this port: by what it is, by its container port, by its published port."""
    others = [one for one in project.services if one is not service]
    kinds = []
    for other in others:
        base = project.base_of(other)
        if base is not None and base.kind in BACKING and is_kind(connection.kind, base.name):
            kinds.append(other)
    if connection.kind not in ("", "http"):
        fitting = [one for one in kinds if not port or publishing(one, port) or port in container_ports(project, one)]
        if fitting or kinds:
            return (fitting or kinds)[0]
        if connection.kind in ("sql", "any") and port in ("3306", "5432"):
            return None
    if not port:
        return None
    by_host = [one for one in others if publishing(one, port) is not None]
    by_container = [one for one in others if port in {p.target for p in (*one.ports, *one.expose)}]
    inside = [one for one in others if port in container_ports(project, one)]
    groups = (by_host, by_container, inside)
    fits = [(rank, one) for rank, group in enumerate(groups) for one in group if _may_answer(project, one, connection)]
    # Of several: one that the service waits for, and one of the project's own programs before a ready image.
    fits.sort(key=lambda fit: (fit[1].name not in service.depends_on, fit[0], fit[1].build is None))
    return fits[0][1] if fits else None


def _may_answer(project: Project, service: Service, connection: Connection) -> bool:
    """A database answers no web address, and the other way round."""
    base = project.base_of(service)
    web = connection.kind in ("http", "")
    if base is None or base.kind not in ("database", "cache", "queue"):
        return web
    return web and base.name in ("elasticsearch", "influxdb", "couchdb", "clickhouse", "opensearch", "rabbitmq")


def _inner_port(project: Project, owner: Service, connection: Connection, port: str) -> str:
    """The container port that answers where the host's is asked."""
    mapping = publishing(owner, port) if port else None
    if mapping is not None and mapping.target:
        return mapping.target
    base = project.base_of(owner)
    if port and port not in container_ports(project, owner) and base is not None and base.ports:
        return str(base.ports[0])
    return port
