"""The source files of a service that run in its container: no tests, no tools, nothing that only browsers run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockerlint.formats.sourcecode import is_test_path
from dockerlint.source.tree import parent

if TYPE_CHECKING:
    from dockerlint.model.project import Project, SourceUse
    from dockerlint.model.service import Service

_STARTS = frozenset(("main", "app", "server", "settings", "config", "manage", "wsgi", "asgi", "start", "run", "worker"))
_PACKAGE = frozenset(("index", "__init__", "__main__"))
_TOPS = frozenset(("", "src", "app", "server", "backend", "api", "lib"))
# Files that a library looks for by their names.
_BY_NAME = ("ormconfig", "knexfile", "celeryconfig", "mikro-orm.config", "data-source", "datasource")
_PAGES = (".html", ".htm", ".vue", ".svelte", ".jsx")


def server_side(project: Project, service: Service) -> dict[str, SourceUse]:
    """By path of the tree. Where nobody knows what is started, the files that something like a start file leads to."""
    from dockerlint.model.browser.frontend import client_files
    from dockerlint.model.environment.neededenv import is_aside
    from dockerlint.model.running.reached import reached

    sources = [use for use in project.sources_of(service) if use.facts.language not in ("", "shell")]
    if not sources:
        return {}
    reach = reached(project, service)
    client = client_files(sources, project.workspace)
    found: dict[str, SourceUse] = {}
    named: dict[str, SourceUse] = {}
    for use in sources:
        path = use.path
        if path in client or is_test_path(project.workspace.own(path)) or path.endswith(_PAGES):
            continue
        if path.rpartition("/")[2].startswith(_BY_NAME):
            named[path] = use
        elif reach is not None and reach.possible and path not in reach.possible:
            continue
        elif not is_aside(project.workspace.own(path)):
            found[path] = use
    if reach is None:
        alive = _alive(project, found)
        found = {path: use for path, use in found.items() if path in alive}
    return {**found, **named}


def _alive(project: Project, uses: dict[str, SourceUse]) -> set[str]:
    """The files that a start file leads to; those of languages whose imports are not followed all count."""
    names: dict[str, list[str]] = {}
    for path in uses:
        names.setdefault(_name(path), []).append(path)
    alive = {path for path, use in uses.items() if _is_start(project, path) or use.facts.language not in _FOLLOWED}
    waiting = list(alive)
    while waiting:
        path = waiting.pop()
        for target in _targets(uses[path], names, uses):
            if target not in alive:
                alive.add(target)
                waiting.append(target)
    return alive


_FOLLOWED = frozenset(("javascript", "python"))


def _targets(use: SourceUse, names: dict[str, list[str]], uses: dict[str, SourceUse]) -> list[str]:
    """What a file imports: by path where that is written, by the last words of a module's name otherwise."""
    from dockerlint.model.browser.frontend import resolved

    found: list[str] = []
    for name in (*use.facts.imports, *use.facts.members):
        if use.facts.language == "javascript" and name.startswith("."):
            found.extend(path for path in resolved(use.path, name, "") if path in uses)
        else:
            for word in name.replace("/", ".").split("."):
                found.extend(names.get(word, ()))
    return found


def _is_start(project: Project, path: str) -> bool:
    name = path.rpartition("/")[2].partition(".")[0]
    folder = parent(path)
    if name in _PACKAGE:
        return folder.rpartition("/")[2] in _TOPS or project.tree.kind(f"{folder}/package.json") == "file"
    return name in _STARTS


def _name(path: str) -> str:
    name = path.rpartition("/")[2].partition(".")[0]
    return parent(path).rpartition("/")[2] if name in _PACKAGE else name
