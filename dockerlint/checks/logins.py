"""Rules about how the programs of one container log in to the server of another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.data.credentials import Part, accounts_of, login_of, may_log_in_otherwise, names_auth_source
from dockerlint.model.network.connections import connections
from dockerlint.rulebook.finding import Finding, Related
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.model.data.credentials import Account, Accounts
    from dockerlint.model.network.connections import Connection
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service
    from dockerlint.source.text import Span

# What speaks through these sends its user and password in the address, or nowhere.
_SCHEMES = ("mongodb", "redis", "rediss", "amqp", "amqps", "pyamqp", "postgres", "postgresql", "mysql", "mariadb")
_ORIGINS = ("environment", "env_file", "image", "dotenv", "source", "config", "command")


def credentials_mismatch(project: Project, rule: Rule) -> Iterator[Finding]:
    """A client logs in as nobody, as somebody else, or in the wrong database."""
    for service, connection in connections(project):
        server = connection.target.service
        if connection.target.outcome != "service" or server is None or server is service:
            continue
        if connection.origin not in _ORIGINS or connection.browser or connection.used is False:
            continue
        if connection.used is None and connection.origin == "env_file" and project.build_of(service) is None:
            continue  # a file for several services: nobody knows whether this one reads it
        accounts = accounts_of(project, server)
        if accounts is None:
            continue
        case, account = _fault(project, service, connection, accounts)
        if case is not None:
            yield _finding(project, service, server, connection, rule, case, account)


def _fault(
    project: Project, service: Service, connection: Connection, accounts: Accounts
) -> tuple[str | None, Account | None]:
    user, password = login_of(connection)
    scheme = connection.scheme.partition("+")[0]
    if user.text == "" and password.text == "":
        account = next((one for one in accounts.known if one.password.certain and one.span is not None), None)
        if scheme in _SCHEMES and account is not None and not may_log_in_otherwise(project, service):
            return "none", account
        return None, None
    if connection.scheme in ("", "dsn") and not (user.text and password.text):
        return None, None
    if scheme == "redis" and user.text == "default":
        user = Part("")
    same_user = [one for one in accounts.known if one.user.equals(user) is not False]
    if not same_user:
        if accounts.known and not accounts.others:
            return "user", accounts.known[0]
        return None, None
    if all(one.user.equals(user) and one.password.equals(password) is False for one in same_user):
        return "password", same_user[0]
    if connection.kind == "mongodb" and _in_wrong_database(project, service, connection, same_user, user, password):
        return "auth-source", same_user[0]
    return None, None


def _in_wrong_database(
    project: Project,
    service: Service,
    connection: Connection,
    accounts: list[Account],
    user: Part,
    password: Part,
) -> bool:
    path, _, query = connection.path.partition("?")
    database = path.strip("/")
    if not connection.scheme.startswith("mongodb") or database in ("", "admin") or "$" in database:
        return False
    if "authsource=" in query.lower() or "authmechanism=" in query.lower() or "$" in query or "{" in query:
        return False
    sure = all(one.root and one.user.equals(user) and one.password.equals(password) for one in accounts)
    return sure and not names_auth_source(project, service)


def _finding(
    project: Project,
    service: Service,
    server: Service,
    connection: Connection,
    rule: Rule,
    case: str,
    account: Account | None,
) -> Finding:
    related = []
    if account is not None and account.span is not None:
        related.append(Related(account.span, f"{server.name} makes its user here"))
    path, _, query = connection.path.partition("?")
    return rule.finding(
        _place(project, service, connection, case),
        case=case,
        service=service.name,
        related=related,
        subject=f"{connection.name or ''}@{server.name}",
        server=server.name,
        user=connection.user or "",
        expected=_shown(account.user) if account is not None else "",
        address=connection.address,
        scheme=connection.scheme or connection.kind,
        database=path.strip("/"),
        tail=f"{path}?{query}&authSource=admin" if query else f"{path}?authSource=admin",
    )


def _shown(part: Part) -> str:
    return part.text or (f"${{{part.variable}}}" if part.variable is not None else "the user")


def _place(project: Project, service: Service, connection: Connection, case: str) -> Span:
    """The address, or the variable beside it that holds the user or the password."""
    if connection.scheme not in ("", "dsn"):
        return connection.span
    wanted = connection.user if case == "user" else connection.password
    words = ("USER",) if case == "user" else ("PASS", "PWD")
    for name, setting in project.environment_of(service).settings.items():
        if setting.value == wanted and setting.span is not None and any(word in name.upper() for word in words):
            return setting.span
    return connection.span
