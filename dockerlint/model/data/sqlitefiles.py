"""SQLite files that a service writes, as its environment or its source names them.

Forms of addresses: SQLAlchemy (https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#connect-strings), Prisma
(https://www.prisma.io/docs/orm/overview/databases/sqlite), Microsoft.Data.Sqlite
(https://learn.microsoft.com/en-us/dotnet/standard/data/sqlite/connection-strings).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.intent import name_words
from dockerlint.model.paths import absolute
from dockerlint.source.record import dataclass
from dockerlint.source.text import Span

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import SourceFacts, Text
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service

_ENDINGS = (".db", ".sqlite", ".sqlite3", ".db3")
_NAMES = frozenset({"db", "database", "sqlite", "sqlite3"})
_NO_FILES = frozenset({"host", "user", "server", "port"})
_TESTS = frozenset({"test", "tests", "testing", "conftest", "spec", "fixtures", "alembic", "migrations", "examples"})
_SERVERS = ("postgres", "mysql", "mariadb", "mssql", "oracle", "mongodb", "cockroachdb")
_DJANGO = "django.db.backends."


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A SQLite file in a container. `in_source`: only a literal of the program names it."""

    path: str
    span: Span
    in_source: bool


def sqlite_files(project: Project, service: Service) -> Iterator[SqliteFile]:
    """The files that the environment of a service names, then those of its source."""
    workdir = project.workdir_of(service)
    if workdir is None:
        return
    seen: set[str] = set()
    for setting in project.environment_of(service).settings.values():
        if setting.value is None or setting.span is None or setting.origin == "base":
            continue
        path = _path(setting.value, setting.name)
        if path is not None and absolute(path, workdir) not in seen:
            seen.add(absolute(path, workdir))
            yield SqliteFile(absolute(path, workdir), setting.span, False)
    if seen or service.build is None:
        return
    uses = project.sources_of(service)
    if any(_other_database(text) for use in uses for text in use.facts.texts):
        return  # which of them runs is decided elsewhere
    for use in uses:
        own = project.workspace.own(use.path)
        if use.container_path is None or any(_TESTS & name_words(part) for part in own.split("/")):
            continue
        for text in use.facts.texts:
            path = _source_path(project, service, use.facts, text, use.container_path)
            if path is not None and absolute(path, workdir) not in seen:
                seen.add(absolute(path, workdir))
                yield SqliteFile(absolute(path, workdir), text.span, True)


def _other_database(text: Text) -> bool:
    value = text.value
    if value.startswith(_DJANGO):
        return value != f"{_DJANGO}sqlite3" and "." not in value[len(_DJANGO) :]
    return value.startswith(_SERVERS) and "://" in value


def _source_path(project: Project, service: Service, facts: SourceFacts, text: Text, container_path: str) -> str | None:
    if text.template or text.joined or text.compared or text.kind != "string":
        return None
    if text.value.startswith("sqlite"):
        return None if _set_elsewhere(project, service, facts, text) else _path(text.value, "")
    if text.value.endswith(_ENDINGS) and text.position == 0 and "sqlite" in (text.call or "").lower():
        return None if _set_elsewhere(project, service, facts, text) else text.value
    if text.value.endswith(_ENDINGS) and text.path.startswith("DATABASES.") and text.path.endswith("NAME"):
        if not any(other.value == f"{_DJANGO}sqlite3" for other in facts.texts) or _set_elsewhere(
            project, service, facts, text
        ):
            return None
        # BASE_DIR of a Django project is the folder above the one that settings.py lies in.
        return absolute(text.value, container_path.rpartition("/")[0].rpartition("/")[0] or "/")
    return None


def _set_elsewhere(project: Project, service: Service, facts: SourceFacts, text: Text) -> bool:
    """Does the literal only stand in for a setting that comes from outside, or may come from there?"""
    environment = project.environment_of(service)
    names = {name for name in (text.fallback_of, text.name and text.name.upper()) if name}
    if any(name in environment for name in names) or (text.fallback_of and not environment.closed):
        return True
    if any(
        not text.value.startswith("sqlite") and "://" in other.value and "@" in other.value for other in facts.texts
    ):
        return True
    return any(
        read.name != text.fallback_of
        and name_words(read.name.replace("_", " ")) & {"db", "database", "postgres", "sql"}
        for read in facts.env_reads
    )


def _path(value: str, name: str) -> str | None:
    """The file that a value names; None for one in memory, with unknown parts, or no SQLite file at all."""
    value = value.strip().strip("\"'")
    low = value.lower()
    if not value or "memory" in low or any(sign in value for sign in "${}<>*\n"):
        return None
    value = value.partition("?")[0]
    if low.startswith(("sqlite", "jdbc:sqlite:")):
        rest = value.partition("sqlite")[2].partition(":")[2]
        if rest.startswith("//"):
            rest = rest[3:] if rest.startswith("///") else rest[2:]
        return rest or None
    words = name_words(name.replace("_", " "))
    if low.startswith(("data source=", "filename=")):
        value = value.partition("=")[2].partition(";")[0].strip()
        return value if value.lower().endswith(_ENDINGS) else None
    if not value.lower().endswith(_ENDINGS) or " " in value or "://" in value or words & _NO_FILES:
        return None
    if value.startswith("file:"):
        rest = value[5:]
        # Prisma counts from the folder of its schema, which is called prisma unless somebody moves it.
        return rest if rest.startswith("/") else f"prisma/{rest.removeprefix('./')}"
    return (
        value if words & _NAMES and ("/" in value or "sqlite" in value or words & {"path", "file", "sqlite"}) else None
    )
