"""Connections in the settings files of frameworks: Spring, Rails, ASP.NET, Kibana, Prometheus …

Which keys say where a service is stands in rules/facts/backing_services.yaml (`settings`). A file counts where it lies
in the container, or where the image is built from it; a variable of the environment stands over it in the framework's
way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from dockerlint.model.network.connections import Found
from dockerlint.model.network.endpoints import Endpoint, bare_host, read_endpoints
from dockerlint.source.pattern import pattern

if TYPE_CHECKING:
    from dockerlint.formats.configfiles import ConfigEntry
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service

_PLACEHOLDER = pattern(r"\$\{([A-Za-z_][\w.-]*)(?::-?([^{}]*))?\}")
_ERB_DEFAULT = pattern(
    r"<%=\s*ENV(?:\.fetch\(|\[)\s*['\"](\w+)['\"]\s*\]?\)?\s*(?:(?:\{|,|\|\||do)\s*['\"]?([^'\"})%]*))?[^%]*%>"
)
_PARTS = ("host", "port", "user", "password", "database")
_SPRING_FILES = ("application", "bootstrap")
_SCHEMES = ("http", "https", "ws", "wss")


def in_settings(project: Project, service: Service) -> Iterator[Found]:
    """What the settings files in the container, or of its source, say."""
    rows = [
        row for row in project.workspace.facts["backing_services"]["settings"] if not row["files"][0].endswith(".py")
    ]
    names = {name.rpartition("/")[2] for row in rows for name in row["files"]}
    for path in _candidates(project, service):
        base = path.rpartition("/")[2]
        named = base in names or base.startswith(("application-", "appsettings."))
        if not named or _is_aside(project.workspace.own(path)):
            continue
        fitting = [row for row in rows if any(_fits(path, name) for name in row["files"])]
        if fitting and project.takes_part(service, path) and _counts(project, service, path):
            yield from _in_file(project, service, path, fitting)


def _candidates(project: Project, service: Service) -> Iterator[str]:
    build = project.build_of(service)
    folders = [mount.host_path_in_tree for mount in service.mounts if mount.kind == "bind"]
    if build is not None and build.context is not None:
        folders.append(build.context.folder)
    seen: set[str] = set()
    for folder in folders:
        if folder is None:
            continue
        for path in (folder,) if project.tree.kind(folder) == "file" else project.workspace.paths_below(folder):
            if path not in seen:
                seen.add(path)
                yield path


def _is_aside(path: str) -> bool:
    parts = path.lower().split("/")
    return any(part in ("test", "tests", "target", "build", "bin", "obj", "node_modules") for part in parts[:-1])


def _fits(path: str, name: str) -> bool:
    base = path.rpartition("/")[2]
    if name.startswith("application.") and base.startswith("application-"):
        return base.rpartition(".")[2] == name.rpartition(".")[2]
    return path == name or path.endswith("/" + name) or ("/" not in name and fnmatchcase(base, name))


def _counts(project: Project, service: Service, path: str) -> bool:
    """Is the file's profile or environment the one that runs?"""
    base = path.rpartition("/")[2]
    environment = project.environment_of(service)
    if base.startswith("application-"):
        profiles = environment.text("SPRING_PROFILES_ACTIVE") or environment.text("spring.profiles.active") or ""
        return base[12:].rpartition(".")[0] in [one.strip() for one in profiles.split(",")]
    if base.startswith("appsettings.") and base != "appsettings.json":
        chosen = environment.text("ASPNETCORE_ENVIRONMENT") or environment.text("DOTNET_ENVIRONMENT") or "Production"
        return base[12:].removesuffix(".json").lower() == chosen.lower()
    return True


def _in_file(project: Project, service: Service, path: str, rows: list[Mapping[str, Any]]) -> Iterator[Found]:
    entries = project.workspace.config(path)
    seen: set[int] = set()
    for row in rows:
        for part in ("url", "host"):
            for key in row["keys"].get(part, ()):
                for entry in entries:
                    if entry.span.start in seen or not _matches(entry.key, key) or not entry.value:
                        continue
                    if not _is_current(project, service, path, entry):
                        continue
                    found = _effective(project, service, path, entry)
                    if found is None:
                        continue
                    seen.add(entry.span.start)
                    value, name = found
                    # Alembic's own env.py mostly replaces the address of its settings file.
                    used = None if path.endswith("alembic.ini") else True
                    beside = _beside(entry.key, key, row["keys"], entries)
                    for end in _endpoints(value, part):
                        if end.host == "0.0.0.0":
                            continue
                        kind = "" if row["service"] == "any" else str(row["service"])
                        yield Found(
                            "config",
                            end,
                            entry.span,
                            name=name or entry.key,
                            kind=kind,
                            used=used,
                            use=entry.span,
                            **beside,
                        )


def _matches(key: str, wanted: str) -> bool:
    """Is it the key, or an item of the list that it holds?"""
    parts, pattern_parts = key.split("."), wanted.split(".")
    if len(parts) == len(pattern_parts) + 1 and parts[-1].isdigit():
        parts.pop()
    return len(parts) == len(pattern_parts) and all(
        other in ("*", part) for part, other in zip(parts, pattern_parts, strict=True)
    )


def _is_current(project: Project, service: Service, path: str, entry: ConfigEntry) -> bool:
    """Rails keeps one section for each environment; Sequelize as well. Spring may keep profiles in one file."""
    environment = project.environment_of(service)
    name = path.rpartition("/")[2]
    if name in ("database.yml", "cable.yml", "mongoid.yml", "config.json"):
        chosen = next(
            (value for one in ("RAILS_ENV", "RACK_ENV", "NODE_ENV") if (value := environment.text(one))), "development"
        )
        first = entry.key.partition(".")[0]
        if first not in (chosen, "default", "defaults"):
            return False
        if name == "database.yml":
            given = environment.text("DATABASE_URL") is not None or "DATABASE_URL" in environment
            return not given
        if name == "cable.yml":
            adapter = next((one.value for one in project.workspace.config(path) if one.key == f"{first}.adapter"), "")
            return adapter == "redis"
        return True
    return entry.document == 0 or not name.startswith(_SPRING_FILES)


def _effective(project: Project, service: Service, path: str, entry: ConfigEntry) -> tuple[str, str | None] | None:
    """The value that counts and the variable that it stands in for; None where the environment has another."""
    environment = project.environment_of(service)
    if not environment.closed:
        return None
    spring = path.rpartition("/")[2].startswith(_SPRING_FILES)
    dotted = entry.key
    relaxed = dotted.upper().replace(".", "_").replace("-", "")
    for name in environment.settings:
        upper = name.upper()
        if spring and (name == dotted or upper.replace("-", "") in (relaxed, dotted.upper())):
            return None
        if upper.replace("__", ".") == dotted.upper():
            return None
    if spring and _on_command(project, service, dotted):
        return None
    value, variable = entry.value, None
    for look in (_PLACEHOLDER, _ERB_DEFAULT):
        for one in look.finditer(entry.value):
            name, default = one.group(1), one.group(2)
            if name in environment or name.upper().replace(".", "_") in environment:
                if look is _PLACEHOLDER and environment.text(name) is not None:
                    value = value.replace(one.group(), environment.text(name) or "")
                    continue
                return None
            if default is None:
                return None
            value, variable = value.replace(one.group(), default.strip()), name
    return (value, variable) if "${" not in value and "<%" not in value else None


def _on_command(project: Project, service: Service, key: str) -> bool:
    """``--spring.datasource.url=…`` or ``-Dspring.datasource.url=…``"""
    command = project.command_of(service)
    return command is None or any(key in word for program in command.programs for word in program.argv)


def _endpoints(value: str, part: str) -> Iterator[Endpoint]:
    value = value.strip()
    found = read_endpoints(value)
    if found or part == "url":
        yield from found
        return
    bare = bare_host(value) if "/" not in value and ":" not in value else None
    if bare is not None:
        yield bare


def _beside(key: str, wanted: str, keys: Mapping[str, list[str]], entries: tuple[ConfigEntry, ...]) -> dict[str, Any]:
    """The other parts in the same section of the file."""
    section = key.rpartition(".")[0]
    found: dict[str, Any] = {}
    for part in _PARTS[1:]:
        for other in keys.get(part, ()):
            entry = next(
                (one for one in entries if _matches(one.key, other) and one.key.rpartition(".")[0] == section), None
            )
            if entry is not None:
                found.setdefault(part, None if entry.template else entry.value)
    return found
