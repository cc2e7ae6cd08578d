"""Connections in the variables of a container: URLs, ``host:port`` and hosts with the variables beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dockerlint.model.network.connections import Found, kind_of_scheme
from dockerlint.model.network.endpoints import Endpoint, bare_host, read_endpoints
from dockerlint.model.network.names import LOOPBACK, NOBODY, OUTSIDE, SELF, UNKNOWN, resolve
from dockerlint.source.pattern import pattern
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service
    from dockerlint.source.text import Span

# Words of a name that say where the container itself listens, or what it tells others.
_LISTENS = frozenset("LISTEN LISTENS LISTENER LISTENERS BIND ADVERTISED ADVERTISE BINDING".split())
_OWN_NAMES = frozenset(
    "HOST HOSTNAME SERVER_NAME SERVER_HOST VIRTUAL_HOST LETSENCRYPT_HOST UVICORN_HOST FLASK_RUN_HOST WEB_HOST APP_HOST"
    " NODE_HOST LISTEN_HOST IP ADDRESS HTTP_HOST HOST_NAME HOST_IP NODENAME NODE_NAME DOMAIN DOMAIN_NAME APP_DOMAIN"
    " ASPNETCORE_URLS DOTNET_URLS URLS".split()
)
# Words of a name that say that a browser or an identity provider sees the address.
_SEEN = frozenset(
    "CORS ORIGIN ORIGINS ALLOWED ALLOW REDIRECT REDIRECTS CALLBACK CALLBACKS PUBLIC EXTERNAL FRONTEND FRONT CLIENT WEB"
    " SITE WEBSITE WHITELIST TRUSTED CSRF LOGOUT LOGIN SIGNIN ISSUER UI DASHBOARD HOMEPAGE LINK LINKS BROWSER SWAGGER"
    " NEXTAUTH DOMAIN ROOT ASSET ASSETS MEDIA CDN STATIC CANONICAL VERIFY RETURN SUCCESS CANCEL WEBAPP SERVERURL"
    " PUBLICURL WEBSITES URLS".split()
)
_SEEN_NAMES = frozenset(
    "APP_URL BASE_URL AUTH_URL HOST_URL SITE_URL URL BASEURL API_PUBLIC_URL SERVER_BASE_URL APP_BASE_URL ORIGIN"
    " APPLICATION_URL AUTH_TRUST_HOST SELF_URL OWN_URL".split()
)
_HOST_WORDS = (
    "HOST", "HOSTNAME", "HOSTS", "SERVER", "SERVERS", "ADDR", "ADDRESS", "BROKER", "BROKERS", "HOST_NAME", "NODES",
    "ENDPOINT", "SERVICE_NAME", "MASTER", "UPSTREAM", "CONTACT_POINTS", "SEEDS",
)  # fmt: skip
_ENDS = pattern(
    r"_?(?:HOST_?NAME|HOSTS?|SERVERS?|ADDR(?:ESS)?|BROKERS?|NODES|ENDPOINT|UPSTREAM|MASTER|CONTACT_POINTS|SEEDS"
    r"|UR[LI]S?|CONNECTION_?STRING|CONNECT|DSN|CONNECTION_?URL)\Z"
)
_PORT_ENDS = ("PORT", "PORT_NUMBER", "TCP_PORT")
_USER_ENDS = ("USER", "USERNAME", "USER_NAME", "LOGIN", "UNAME", "ROOT_USER")
_PASSWORD_ENDS = ("PASSWORD", "PASS", "PASSWD", "PWD", "PW", "USER_PASSWORD")
_DATABASE_ENDS = ("NAME", "DB", "DATABASE", "DB_NAME", "DATABASE_NAME", "DBNAME", "SCHEMA")
_WEB = ("http", "https", "ws", "wss")
_HTTP_SERVERS = ("influxdb", "elasticsearch", "clickhouse")


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable with the place of its value; `value` is None where it is unknown.

    An address of which only parts are unknown has ``${X}`` there.
    """

    name: str
    value: str | None
    span: Span | None
    origin: str


def in_environment(project: Project, service: Service) -> Iterator[Found]:
    """What the variables of the container say."""
    from dockerlint.model.environment.envuse import EnvUse
    from dockerlint.model.environment.loadedenv import loaded_variables

    variables = {**loaded_variables(project, service), **variables_of(project, service)}
    use = EnvUse(project, service)
    for variable in variables.values():
        yield from in_variable(project, service, variable, variables, use)


def variables_of(project: Project, service: Service) -> dict[str, Variable]:
    """The effective environment, each variable with the place of its value."""
    found = {}
    for name, setting in project.environment_of(service).settings.items():
        span = setting.span
        entry = service.environment_full.get(name)
        if setting.origin in ("compose", "env_file") and entry is not None and entry.value_span is not None:
            span = entry.value_span
        origin = "environment" if setting.origin == "compose" else setting.origin
        value = setting.value
        if value is None and entry is not None and _is_address(entry.template):
            value = entry.template  # what is unknown stays ``${X}``: of an address the rest still counts
        found[name] = Variable(name, value, span, origin)
    return found


def _is_address(template: str) -> bool:
    return "://" in template or "@tcp(" in template or ("=" in template and ";" in template)


def in_variable(
    project: Project, service: Service, variable: Variable, variables: Mapping[str, Variable], use: Any
) -> Iterator[Found]:
    """The endpoints of one variable's value."""
    name, value = variable.name, variable.value
    if not value or variable.span is None or variable.origin == "base" or len(value) > 2000:
        return
    words = name_words(name)
    facts = project.workspace.facts["backing_services"]
    if not _LISTENS.isdisjoint(words) or name.endswith(("_FILE", "_PATH", "_IMAGE", "_VERSION")):
        return
    kinds = project.workspace.kinds
    kind = kinds.get(name)
    if kind is None:
        kind = kinds[name] = kind_of_name(name, facts)
    for end in _endpoints(project, service, name, value, kind):
        if end.host is None or (end.host in LOOPBACK and name.upper() in _OWN_NAMES):
            continue
        told = kind_of_scheme(end.scheme, facts) or kind or ("sql" if end.scheme == "dsn" else "")
        reads = use.of(name)
        # Nobody gives a browser the address of these, though they speak HTTP.
        web = end.scheme in ("", *_WEB) and not (kind in _HTTP_SERVERS and not is_seen(name))
        browser = web and kind in ("", "http") and (reads.browser or (is_seen(name) and not reads.calls))
        yield Found(
            variable.origin,
            end,
            variable.span,
            name=name,
            kind=told,
            browser=browser,
            used=reads.used if not web or end.scheme == "" or reads.calls or reads.used is False else None,
            use=reads.place,
            port=_beside(name, _PORT_ENDS, variables),
            user=_beside(name, _USER_ENDS, variables),
            password=_beside(name, _PASSWORD_ENDS, variables),
            database=_beside(name, _DATABASE_ENDS, variables),
        )


def _endpoints(project: Project, service: Service, name: str, value: str, kind: str) -> Iterator[Endpoint]:
    """The endpoints of a value, as far as its form or the variable's name says that it is an address."""
    if "://" in value or "@tcp(" in value or "jdbc:" in value or ("=" in value and (";" in value or " " in value)):
        yield from read_endpoints(value)
        return
    hinted = is_host_name(name)
    found = read_endpoints(value)
    if found:
        for end in found:
            known = resolve(project, service, end.host or "").outcome not in (NOBODY, OUTSIDE, UNKNOWN)
            if hinted or known or kind:
                yield end
        return
    if "=" in value or ":" in value or not hinted:
        return
    for end in _bare(value):
        outcome = resolve(project, service, end.host or "").outcome
        if outcome not in (SELF, NOBODY, UNKNOWN) or kind:
            yield end


def _bare(value: str) -> Iterator[Endpoint]:
    at = 0
    for part in value.split(","):
        end = bare_host(part.partition("/")[0])
        if end is not None:
            yield Endpoint("", "", "", end.host, "", "", end.start + at, end.end + at)
        at += len(part) + 1


def name_words(name: str) -> tuple[str, ...]:
    """``REACT_APP_ApiUrl`` → REACT, APP, API, URL."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return tuple(word for word in re.split(r"[^A-Za-z0-9]+", spaced.upper()) if word)


def is_seen(name: str) -> bool:
    """Does the name say that a browser or an identity provider sees the value?"""
    upper = name.upper()
    return upper in _SEEN_NAMES or upper.endswith(("BASE_URL", "_APP_URL")) or not _SEEN.isdisjoint(name_words(name))


def is_host_name(name: str) -> bool:
    """Does a variable of this name hold a host, or a host with a port?"""
    upper = "_".join(name_words(name))
    return (
        upper not in _OWN_NAMES
        and not upper.endswith(("VHOST", "LOCALHOST"))
        and (
            any(upper == word or upper.endswith("_" + word) for word in _HOST_WORDS)
            or upper.endswith(("HOST", "HOSTNAME", "BOOTSTRAP_SERVERS", "HOSTPORT", "_URL", "_URI", "CONNECT"))
        )
    )


def kind_of_name(name: str, facts: Mapping[str, Any]) -> str:
    """The backing service that a variable's name speaks of; "" where it names none."""
    for row in facts["variables"]:
        if name in row["names"]:
            return str(row["service"])
    words = name_words(name)
    long = [word for word in words if len(word) > 4]
    for row in facts["words"]:
        if any(word in words or any(one.startswith(word) and len(word) > 4 for one in long) for word in row["words"]):
            return str(row["service"])
    return ""


def _beside(name: str, ends: tuple[str, ...], variables: Mapping[str, Variable]) -> str | None:
    """The value of the variable beside the host's (``DB_PORT`` for ``DB_HOST``); "" where there is none."""
    upper = name.upper()
    stem = _ENDS.sub("", upper)
    if stem == upper or not stem:
        return ""
    by_name = {one.upper(): one for one in variables}
    for end in ends:
        for spelled in (f"{stem}_{end}", f"{stem}{end}"):
            if spelled in by_name and spelled != upper:
                return variables[by_name[spelled]].value
    return ""
