"""Connections that stand literally in the source of a container, where nothing that it is given stands above them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dockerlint.model.browser.clientcalls import CALLS, name_called
from dockerlint.model.environment.backing import is_fallback
from dockerlint.model.network.connections import Found, kind_of_scheme
from dockerlint.model.network.endpoints import Endpoint, bare_host, read_endpoints
from dockerlint.source.pattern import pattern

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import EnvRead, SourceFacts, Text
    from dockerlint.model.project import Project, SourceUse
    from dockerlint.model.service import Service

_WEB = ("http", "https", "ws", "wss")
_LONGEST = 600
# Keys of a configuration that hold what counts in one environment only, and the variables that choose it.
_STAGES = {
    "production": "production", "prod": "production", "staging": "staging", "stage": "staging", "test": "test",
    "testing": "test", "development": "development", "dev": "development", "local": "development", "docker": "docker",
}  # fmt: skip
_STAGE_NAMES = ("NODE_ENV", "RAILS_ENV", "RACK_ENV", "APP_ENV", "FLASK_ENV", "ENV", "ENVIRONMENT", "MIX_ENV", "GO_ENV")
_FRAMEWORK_NAMES = pattern(r"[A-Z][A-Z0-9_]{2,}\Z")
_SERVER_FILES = pattern(r"(?:^|/)(?:pages/api/|route\.[jt]s$|middleware\.[jt]s$|server/)|\.server\.[jt]sx?$")


def in_source(project: Project, service: Service) -> Iterator[Found]:
    """Literals of server code, then what client code asks."""
    from dockerlint.model.running.serverside import server_side

    uses = server_side(project, service)
    given = Given(project, service)
    words: dict[str, int] = {}
    for use in uses.values():
        for end, text, kind, used, name in _in_file(project, use, uses, given, words):
            yield Found(
                "source", end, text.span, name=name, kind=kind, used=used, use=text.span, **_beside(text, use.facts)
            )
        yield from _left_to_itself(use.facts, given, project.workspace.facts["backing_services"])
    yield from _in_clients(project, service)


def _left_to_itself(facts: SourceFacts, given: Given, table: Mapping[str, Any]) -> Iterator[Found]:
    """A client that is made without any argument asks for its default: ``redis.createClient()``, ``MongoClient()``."""
    for row in table["clients"]:
        host, imports = row.get("default_host"), row.get("imports", ())
        if row["language"] != facts.language or not host or not any(name in facts.imports for name in imports):
            continue
        names = "|".join(sorted({name.rpartition(".")[2] for name in row["calls"]} & _MAKERS))
        if not names:
            continue
        for call in re.finditer(rf"(?<!\w)(?:{names})\(\s*\)", facts.file.text):
            line = facts.file.text[facts.file.text.rfind("\n", 0, call.start()) + 1 : call.start()]
            if "//" in line or "#" in line or line.lstrip().startswith(("*", "def ", "function ", "class ")):
                continue
            if _is_own(facts, call.group().partition("(")[0], imports):
                continue
            if row["service"] == "postgres" and given.gives("PGHOST") is not False:
                continue
            end = Endpoint("", "", "", str(host), str(row.get("default_port") or ""), "", 0, 0)
            span = facts.file.span(call.start(), call.end())
            yield Found("source", end, span, kind=str(row["service"]), used=True, use=span)


def _is_own(facts: SourceFacts, name: str, imports: Sequence[str]) -> bool:
    """Is it a class of the project that is called like the library's?"""
    if re.search(rf"\bclass\s+{name}\b", facts.file.text):
        return True
    taken = re.search(rf"^\s*from\s+([\w.]+)\s+import\s[^\n]*\b{name}\b", facts.file.text, re.MULTILINE)
    return taken is not None and not any(taken.group(1).split(".")[0] == one.split(".")[0] for one in imports)


# Calls that make a client and connect by themselves; a bare ``connect()`` may be anything's.
_MAKERS = frozenset(
    (
        "createClient", "Redis", "IORedis", "StrictRedis", "MongoClient", "AsyncIOMotorClient", "AsyncMongoClient",
        "KafkaProducer", "KafkaConsumer", "KafkaClient",
    )
)  # fmt: skip


class Given:
    """Whether a variable is set for the programs of a service."""

    def __init__(self, project: Project, service: Service) -> None:
        from dockerlint.model.environment.loadedenv import loaded_variables
        from dockerlint.model.environment.suppliedenv import supply_of
        from dockerlint.model.running.reached import reached

        reach = reached(project, service)
        self._environment = project.environment_of(service)
        self._loaded = loaded_variables(project, service)
        self._supply = supply_of(project, service, reach) if reach is not None else None

    def gives(self, name: str) -> bool | None:
        """True: it is set; False: it certainly is not; None: nobody knows."""
        spelled = {name, name.upper(), name.lower()}
        if any(one in self._environment or one in self._loaded for one in spelled):
            return True
        if self._supply is None:
            return None
        return self._supply.gives(name)

    def text(self, name: str) -> str | None:
        return self._environment.text(name)


def _in_file(
    project: Project,
    use: SourceUse,
    uses: Mapping[str, SourceUse],
    given: Given,
    words: dict[str, int],
) -> Iterator[tuple[Endpoint, Text, str, bool | None, str | None]]:
    facts, table = use.facts, project.workspace.facts["backing_services"]
    defaults = {read.default_span.start: read for read in facts.env_reads if read.default_span is not None}
    several = _several(facts)
    for text in facts.texts:
        if text.kind != "string" or text.compared or len(text.value) > _LONGEST or not text.value.strip():
            continue
        found = list(_endpoints(text, facts, table))
        if not found:
            continue
        read = defaults.get(text.span.start) or defaults.get(text.quoted.start)
        name = text.fallback_of or (read.name if read is not None else None)
        sure: bool | None = True
        if name is not None:
            gives = given.gives(name)
            if gives:
                continue
            sure = None if gives is None else True
        elif is_fallback(text, facts) or not _counts(text, given):
            continue
        for end, kind in found:
            web = end.scheme in _WEB
            if web and not _server_calls(project, use, text, uses, read):
                continue
            used = sure if web or _is_alive(text, uses, words) else None
            if text.path in several and text.call is None:
                used = None
            yield end, text, kind, used, name


def _endpoints(text: Text, facts: SourceFacts, table: Mapping[str, Any]) -> Iterator[tuple[Endpoint, str]]:
    value = text.value
    if "://" in value or "@tcp(" in value or ("=" in value and (";" in value or "host=" in value)):
        for end in read_endpoints(value):
            if end.host != "0.0.0.0" and (not text.joined or (end.path or end.port)):
                yield end, kind_of_scheme(end.scheme, table) or ("sql" if end.scheme == "dsn" else "")
        return
    if text.joined and value.startswith("@"):
        for end in read_endpoints("x://u:p" + value.partition("/")[0]):
            moved = (end.start - 7, end.end - 7, end.port_start - 7 if end.port_start > 0 else -1, end.port_end - 7)
            yield Endpoint("", None, None, end.host, end.port, "", *moved), ""
        return
    if text.joined or "/" in value or " " in value:
        return
    from dockerlint.model.network.clientrows import host_kind

    kind = host_kind(text, facts, table)
    if kind is None:
        return
    found = read_endpoints(value) if ":" in value else ()
    bare = bare_host(value) if not found else None
    for end in found or ((bare,) if bare is not None else ()):
        yield end, kind


def _several(facts: SourceFacts) -> set[str]:
    """Names that get several literals in one file: a condition chooses."""
    seen: dict[str, str] = {}
    found = set()
    for text in facts.texts:
        plain = text.path and text.call is None and text.kind == "string" and not text.compared
        if plain and seen.setdefault(text.path, text.value) != text.value:
            found.add(text.path)
    return found


def _counts(text: Text, given: Given) -> bool:
    """Does a configuration's part for one environment count in this container?"""
    stage = next((_STAGES[part] for part in text.path.lower().split(".") if part in _STAGES), None)
    if stage is None:
        return True
    chosen = next((value for name in _STAGE_NAMES if (value := given.text(name))), None)
    if chosen is None:
        return stage == "development"
    return _STAGES.get(chosen.lower(), chosen.lower()) == stage


def _server_calls(
    project: Project, use: SourceUse, text: Text, uses: Mapping[str, SourceUse], read: EnvRead | None
) -> bool:
    """Is a web address asked by code that runs in the container?"""
    from dockerlint.model.browser.frontend import front_end_of

    if use.facts.language == "javascript":
        front = front_end_of(use.path, project.workspace)
        if front is not None and not _SERVER_FILES.search(use.path):
            return False
    if text.call is not None and CALLS.match(text.call.rpartition("(")[2] + "("):
        return True
    if text.call is not None and CALLS.match(text.call.rpartition(".")[2] + "("):
        return True
    name = text.name or text.path.rpartition(".")[2]
    if text.call is not None and not text.call.endswith(("getenv", "get", "environ.get", "config", "env", "Field")):
        return False
    if not name or text.name is None:
        return False
    if name_called(use.facts.file.text, name):
        return True
    return len(name) > 4 and any(
        name_called(one.facts.file.text, name) for one in uses.values() if name in one.facts.file.text
    )


def _is_alive(text: Text, uses: Mapping[str, SourceUse], words: dict[str, int]) -> bool:
    """Is the literal in a call, or does any code speak of the name that it is given to?"""
    if text.call is not None and text.fallback_of is None:
        return True
    name = text.name or text.path.rpartition(".")[2]
    if text.call is None and (not _NAME.match(name) or name.lower() in _GENERAL):
        name = text.path.partition(".")[0]  # the object that holds it
    if not _NAME.match(name) or name in ("module", "exports"):
        return False
    if text.path.startswith(("app.config.", "DATABASES.", "CACHES.", "CHANNEL_LAYERS.")):
        return True
    if _FRAMEWORK_NAMES.match(name) and text.path == name and use_is_settings(text):
        return True
    if not words:
        for use in uses.values():
            for word in _WORDS.findall(use.facts.file.text):
                words[word] = words.get(word, 0) + 1
    own = _WORDS.findall(text.span.file.line_text(text.span.line)).count(name)
    return words.get(name, 0) > max(own, 1)


_WORDS = pattern(r"[A-Za-z_$][\w$]*")
_NAME = pattern(r"[A-Za-z_$][\w$]*\Z")
_GENERAL = frozenset(("host", "hostname", "url", "uri", "server", "brokers", "connectionstring"))


def use_is_settings(text: Text) -> bool:
    """Does the literal stand in a file of settings, whose names the framework reads?"""
    path = text.span.path
    if path.endswith(("settings.py", "celeryconfig.py")) or "/settings/" in path:
        return True
    return path.endswith("config.py") and (text.name or "").startswith(_CONFIG_NAMES)


# What extensions of Flask take from the application's configuration.
_CONFIG_NAMES = (
    "SQLALCHEMY_",
    "CELERY_",
    "MONGO_URI",
    "MONGODB_",
    "CACHE_",
    "BROKER_URL",
    "RESULT_BACKEND",
    "REDIS_URL",
)


def _beside(text: Text, facts: SourceFacts) -> dict[str, Any]:
    """Port, user and password that the same call or object holds."""
    found: dict[str, Any] = {}
    if text.group < 0:
        return found
    for other in facts.texts:
        if other is text or other.group != text.group or other.call != text.call:
            continue
        name = (other.name or "").lower()
        part = _PARTS.get(name)
        if part is not None:
            found.setdefault(part, None if other.template or other.fallback_of else other.value)
        elif other.name is None and other.kind in ("number", "string") and other.value.isdigit() and text.call:
            found.setdefault("port", other.value)
    return found


_PARTS = {
    "port": "port", "user": "user", "username": "user", "password": "password", "passwd": "password",
    "pass": "password", "database": "database", "dbname": "database", "db": "database", "name": "database",
}  # fmt: skip


def _in_clients(project: Project, service: Service) -> Iterator[Found]:
    """Absolute addresses that the browser asks."""
    from dockerlint.model.browser.frontend import client_files

    for path in client_files(project.sources_of(service), project.workspace):
        facts = project.workspace.source(path)
        for text in facts.texts if facts is not None else ():
            if (
                text.kind != "string"
                or text.compared
                or not text.value.startswith(_SCHEMES)
                or len(text.value) > _LONGEST
            ):
                continue
            for end in read_endpoints(text.value):
                yield Found(
                    "source", end, text.span, name=text.fallback_of, kind="http", browser=True, used=True, use=text.span
                )


_SCHEMES = ("http://", "https://", "ws://", "wss://")
