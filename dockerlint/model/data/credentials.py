"""The accounts that a server's container makes when it starts, and whether a connection uses one of them.

Values are compared where they are literal, or where both sides take them from the same variable; everything else is
unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.data.authentication import access_of, server_words
from dockerlint.model.data.datafolders import option_values
from dockerlint.source.pattern import pattern
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.model.image.facts import Authentication
    from dockerlint.model.network.connections import Connection
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service
    from dockerlint.source.text import Span

_SCRIPTS = "/docker-entrypoint-initdb.d"
_VARIABLE = pattern(r"\$\{?([A-Za-z_]\w*)(?::?\?[^{}]*)?\}?\Z")
_PASSWORDS = re.compile(r"PASS|PWD|SECRET")
_LOGIN_WORDS = frozenset(("pass", "password", "pwd", "username", "user", "auth", "authsource", "auth_source"))


@dataclass(frozen=True, slots=True)
class Part:
    """A user or password: its `text` where it is known, else the `variable` that alone makes it, or neither."""

    text: str | None
    variable: str | None = None
    certain: bool = True
    """It is set to something: known and not empty, or required by ``${X:?}``."""

    def equals(self, other: Part) -> bool | None:
        """None where nobody knows."""
        if self.text is not None and other.text is not None:
            if self.text == other.text or "%" not in self.text + other.text:
                return self.text == other.text
            from urllib.parse import unquote

            return other.text == unquote(self.text) or unquote(other.text) == self.text
        if self.variable is not None and self.variable == other.variable:
            return True
        return None


@dataclass(frozen=True, slots=True)
class Account:
    """`root`: it is made in the server's own administration, not in the application's database."""

    user: Part
    password: Part
    span: Span | None
    root: bool


@dataclass(frozen=True, slots=True)
class Accounts:
    """Those that variables and options make. `others`: scripts or files may make more."""

    known: tuple[Account, ...]
    others: bool


def accounts_of(project: Project, service: Service) -> Accounts | None:
    """None where the server lets everybody in, or where nobody knows."""
    access = access_of(project, service)
    environment = project.environment_of(service)
    if access is None or access.state == "open" or not environment.closed or access.facts.authentication is None:
        return None
    auth = access.facts.authentication
    found = list(_from_environment(project, service, auth))
    argv = server_words(project, service, access.facts) or ()
    for value in option_values(argv, ("--requirepass",)):
        known = bool(value) and "$" not in value
        command = project.command_of(service)
        span = command.span if command is not None else None
        found.append(Account(Part(""), Part(value if known else None, None, known), span, True))
    if not found and access.state == "known" and auth.user is not None and auth.password is not None:
        found.append(Account(Part(auth.user), Part(auth.password), None, True))
    return Accounts(tuple(found), _may_make_others(project, service))


def _from_environment(project: Project, service: Service, auth: Authentication) -> Iterator[Account]:
    environment = project.environment_of(service)
    for name in auth.password_environment:
        setting = environment.get(name)
        if setting is None or setting.value == "":
            continue
        root = "ROOT" in name or name.startswith(("SA_", "MSSQL_SA_"))
        if name.endswith("_FILE"):
            password = Part(None, None, True)
        else:
            password = _part(service, name, setting.value)
        user = next(
            (
                _part(service, other, environment.settings[other].value)
                for other in auth.user_environment
                if other in environment and ("ROOT" in other) == ("ROOT" in name)
            ),
            Part(auth.user) if auth.user is not None else Part("" if not auth.user_environment else None),
        )
        yield Account(user, password, setting.span, root)


def _part(service: Service, name: str, value: str | None) -> Part:
    if name.endswith("_FILE"):
        return Part(None)
    if value is not None:
        return Part(value, None, value != "")
    entry = service.environment_full.get(name)
    template = entry.template.strip().strip("\"'") if entry is not None else ""
    found = _VARIABLE.match(template)
    return Part(None, found.group(1) if found else None, "?" in template)


def login_of(connection: Connection) -> tuple[Part, Part]:
    """The user and the password that a connection sends; empty texts where it sends none."""
    user, password = Part(connection.user), Part(connection.password)
    if connection.user is not None and connection.password is not None:
        return user, password
    _, mark, rest = connection.span.text.partition("://")
    head, at, _ = rest.rpartition("@")
    if not mark or not at:
        return user, password
    first, colon, second = head.partition(":")
    if first.startswith("${"):
        end = head.find("}")
        first, colon, second = head[: end + 1], head[end + 1 : end + 2], head[end + 2 :]
    return _written(connection.user, first), _written(connection.password, second if colon else "")


def _written(value: str | None, text: str) -> Part:
    if value is not None:
        return Part(value)
    found = _VARIABLE.match(text)
    return Part(None, found.group(1) if found else None)


def _may_make_others(project: Project, service: Service) -> bool:
    if any((mount.target or "/").startswith((_SCRIPTS, "/etc/")) for mount in service.mounts):
        return True
    if service.configs or service.command is not None or service.entrypoint is not None:
        return True
    stage = project.stage_of(service)
    return stage is not None and len(stage.instructions) > sum(
        instruction.keyword in ("ENV", "EXPOSE", "LABEL", "ARG", "VOLUME") for instruction in stage.instructions
    )


def may_log_in_otherwise(project: Project, service: Service) -> bool:
    """May the program get credentials from elsewhere than the address: other variables, or options in its code?"""
    if not project.environment_of(service).closed:
        return True
    if any(_PASSWORDS.search(name.upper()) for name in project.environment_of(service).settings):
        return True
    for use in project.sources_of(service):
        if any(_PASSWORDS.search(read.name.upper()) for read in use.facts.env_reads):
            return True
        for text in use.facts.texts:
            if text.call and (text.name or "").lower() in _LOGIN_WORDS and _is_client(text.call):
                return True
    return False


def _is_client(call: str) -> bool:
    call = call.lower()
    return any(word in call for word in ("connect", "client", "redis", "mongo", "pool", "engine"))


def names_auth_source(project: Project, service: Service) -> bool:
    """Does the program's code say where its MongoDB user is?"""
    for use in project.sources_of(service):
        file = project.tree.read(use.path)
        if file is not None and any(word in file.text for word in ("authSource", "authsource", "auth_source")):
            return True
    return False
