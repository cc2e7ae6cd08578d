"""``${X}`` of compose files that nothing sets: no default, no .env, no document that tells people to set it.

Compose puts an empty text in its place and warns (https://docs.docker.com/reference/compose-file/interpolation/). An
``env_file:`` does not help: it is for the container.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dockerlint.model.environment.effective import example_names
from dockerlint.model.promised import documents, may_lie_there, moves_the_project
from dockerlint.source.pattern import pattern
from dockerlint.source.record import dataclass
from dockerlint.source.tree import parent

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Interpolation, Service
    from dockerlint.source.text import Span

_ENV_FILE_OPTION = pattern(r"--env-file[= ]")


@dataclass(frozen=True, slots=True)
class Unset:
    """`part`: "image", "port", "volume", "password", "shell" (the container's shell was to fill it in), "inline" (the
    builder was) or "other".

    `container`: the place where the container gets a variable of that name.
    """

    use: Interpolation
    service: Service | None
    part: str
    container: Span | None
    where: str


def unset_variables(project: Project, tables: Mapping[str, Sequence[str]]) -> Iterator[Unset]:
    """Each use once; nothing where an env file that nobody sees may set the variable."""
    compose = project.compose
    if compose is None or project.partial:
        return
    uses = [use for use in compose.interpolations if use.operator is None and use.value is None]
    uses = [use for use in uses if not _is_machines(use.name, tables)]
    if not uses:
        return
    elsewhere = _from_env_files(project)
    if elsewhere is None:
        return
    told = _told(project, {use.name for use in uses})
    for use in uses:
        if use.name in elsewhere or use.name in told:
            continue
        service = compose.services.get(use.path[1]) if use.path[:1] == ("services",) and use.path[1:] else None
        if use.path[:1] == ("services",) and service is None:
            continue
        setting = service.environment_full.get(use.name) if service is not None else None
        container = setting.span if setting is not None and not _is_inside(use, setting.span) else None
        yield Unset(use, service, _part(use, container is not None), container, _where(use, service is not None))


def _is_machines(name: str, tables: Mapping[str, Sequence[str]]) -> bool:
    return name in tables["machine"] or name.startswith(tuple(tables["machine_starts"]))


def _is_inside(use: Interpolation, span: Span) -> bool:
    return use.span.file is span.file and span.start <= use.span.start and use.span.end <= span.end


_GRAVE = {
    "image": "image",
    "platform": "image",
    "container_name": "image",
    "ports": "port",
    "expose": "port",
    "volumes": "volume",
}
_SECRET = ("PASSWORD", "PASSWD", "SECRET", "TOKEN", "_PASS", "_KEY", "AUTHKEY", "APIKEY", "PWD")


def _part(use: Interpolation, in_container: bool) -> str:
    keys = [key.partition("[")[0] for key in use.path]
    key = keys[2] if keys[:1] == ["services"] and len(keys) > 2 else keys[0] if keys else ""
    if key in ("command", "entrypoint", "healthcheck") and (in_container or _sets_itself(use)):
        return "shell"
    if keys[-1:] == ["dockerfile_inline"]:
        return "inline"
    if key == "environment":
        secret = any(word in text.upper() for text in (_entry(use), use.name) for word in _SECRET)
        return "password" if secret else "other"
    return _GRAVE.get(key, "other")


def _sets_itself(use: Interpolation) -> bool:
    """Does the shell text around it give the variable a value: ``X=…``, ``for X in``, ``read X``?"""
    text, at = use.span.file.text, use.span.start
    around = text[max(0, at - 1000) : at]
    return re.search(rf"(?:\bfor\s+|\bread\s+(?:-\w\s+)*){use.name}\b|(?<![\w$]){use.name}=", around) is not None


def _entry(use: Interpolation) -> str:
    """The variable of ``environment:`` that the use stands in."""
    if len(use.path) > 3:
        return use.path[3]
    text, at = use.span.file.text, use.span.start
    return text[text.rfind("\n", 0, at) + 1 : at].strip(" -\"'").partition("=")[0]


def _where(use: Interpolation, in_service: bool) -> str:
    keys = use.path[2:] if in_service else use.path
    if in_service and keys and keys[0].startswith("environment"):
        return f"environment.{_entry(use)}"
    return ".".join(keys)


def _from_env_files(project: Project) -> set[str] | None:
    """The names that env files may give; None where one that only the author has may give any."""
    compose, tree, workspace = project.compose, project.tree, project.workspace
    assert compose is not None
    if moves_the_project(workspace):
        return None
    found: set[str] = set()
    options = any(_ENV_FILE_OPTION.search(file.text) for file in documents(workspace))
    folder = compose.folder
    own = f"{folder}/.env" if folder else ".env"
    if own not in compose.env_paths and not compose.env_paths:
        names = example_names(tree, own)
        if names is None and may_lie_there(workspace, own, told=True):
            return None
        found.update(names or ())
    services = {use.path for service in project.services for use in service.env_files}
    at = folder
    while True:
        for entry in tree.entries(at):
            path = f"{at}/{entry.name}" if at else entry.name
            # `.env` of a folder above counts where Compose is started there. Another env file counts unless it is
            # known to be a container's.
            above = entry.name == ".env" or "example" in entry.name or "sample" in entry.name
            if entry.folder or not _is_env_file(entry.name) or (path in services and not options and not above):
                continue
            parsed = workspace.env(path)
            found.update(item.name for item in parsed.entries) if parsed is not None else None
        if not at:
            break
        at = parent(at)
    if options and any(not tree.kind(path) for path in _option_files(project)):
        return None
    return found


def _is_env_file(name: str) -> bool:
    return name.startswith((".env", "env.", "env-", "env_")) or name.endswith(".env") or ".env." in name


def _option_files(project: Project) -> Iterator[str]:
    """The env files that documents hand to Compose."""
    for file in documents(project.workspace):
        for match in _ENV_FILE_OPTION.finditer(file.text):
            rest = file.text[match.end() : match.end() + 200].split()
            name = rest[0].strip("\"'`;,)") if rest else ""
            if name:
                folder = parent(file.path)
                places = [f"{folder}/{name}".lstrip("/"), name]
                yield next((place for place in places if project.tree.kind(place)), name)


def _told(project: Project, names: set[str]) -> set[str]:
    """The names that a document speaks of, and those that a script or pipeline may set."""
    found: set[str] = set()
    for file in documents(project.workspace):
        text = file.text
        for name in names - found:
            if name in text and re.search(rf"(?<![\w$]){re.escape(name)}(?!\w)", text):
                found.add(name)
    return found
