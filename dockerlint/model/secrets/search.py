"""Which files of a project may show secrets, and the services that each of them belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.formats.sourcecode import language_of
from dockerlint.model.secrets.holders import is_env_path, is_quiet_path
from dockerlint.model.secrets.literals import LiteralSecret, compose_secrets, file_secrets, image_secrets
from dockerlint.source.discover import is_compose
from dockerlint.source.tree import parent

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service
    from dockerlint.source.text import SourceFile

_SETTINGS_ENDINGS = (
    ".yml",
    ".yaml",
    ".json",
    ".properties",
    ".ini",
    ".cfg",
    ".conf",
    ".cnf",
    ".toml",
    ".config",
    ".prisma",
)
_SCRIPT_ENDINGS = (".sh", ".bash", ".zsh")
_MANIFESTS = frozenset(
    (
        "package.json",
        "package-lock.json",
        "composer.json",
        "composer.lock",
        "tsconfig.json",
        "pnpm-lock.yaml",
        "angular.json",
        "pyproject.toml",
        "poetry.lock",
        "cargo.toml",
        "cargo.lock",
        "pipfile",
        "manifest.json",
        "pnpm-workspace.yaml",
        "swagger.json",
        "openapi.json",
        "swagger.yml",
        "swagger.yaml",
        "openapi.yml",
        "openapi.yaml",
        "netlify.toml",
        "fly.toml",
        "components.json",
    )
)


def literal_secrets(project: Project) -> Iterator[LiteralSecret]:
    """Every literal secret of a project once, with its place."""
    seen: dict[tuple[str, int], LiteralSecret] = {}
    shared: set[tuple[str, int]] = set()
    for found in (*compose_secrets(project), *image_secrets(project), *_in_files(project)):
        key = (found.span.path, found.span.start)
        first = seen.setdefault(key, found)
        if first.service is not found.service:
            shared.add(key)
    lines: set[tuple[str, int, str]] = set()
    for key, found in seen.items():
        line = (found.span.path, found.span.line, found.name)
        if found.name and line in lines:
            continue
        lines.add(line)
        yield without_service(found) if key in shared else found


def without_service(found: LiteralSecret) -> LiteralSecret:
    return LiteralSecret(found.verdict, found.name, found.span, found.where, None, found.entry)


def _in_files(project: Project) -> Iterator[LiteralSecret]:
    for path, kind in _candidates(project):
        literals = file_secrets(project.workspace, path, kind)
        if not literals:
            continue
        users = _users(project, path, kind)
        service = users[0] if len(users) == 1 else None
        if service is not None and not _is_called_so_everywhere(project, service):
            service = None
        for verdict, name, span in literals:
            yield LiteralSecret(verdict, name, span, kind, service)


def _candidates(project: Project) -> Iterator[tuple[str, str]]:
    """Paths with what they are read as; for the costly kinds only where a quick look finds a mention."""
    from dockerlint.model.secrets.source import mentions_secret

    workspace = project.workspace
    seen: set[str] = set()
    compose_paths = {file.path for file in project.files}
    for use in (use for service in project.services for use in service.env_files):
        if use.path is not None and use.present and workspace.tree.shared(use.path):
            seen.add(use.path)
            yield use.path, "env-file"
    for folder in _folders(project):
        paths = (folder,) if workspace.tree.kind(folder) == "file" else workspace.paths_below(folder)
        for path in paths:
            if path in seen or path in compose_paths:
                continue
            seen.add(path)
            kind = _kind(path)
            if not kind or is_quiet_path(workspace.own(path)):
                continue
            if kind != "env-file":
                file = workspace.tree.read(path)
                if file is None or _is_packed(file) or not mentions_secret(file.text):
                    continue
            yield path, kind
    for folder in sorted({parent(path) for path in seen}):
        for entry in workspace.tree.entries(folder):
            path = f"{folder}/{entry.name}" if folder else entry.name
            if path in seen or entry.folder or not is_env_path(path) or is_quiet_path(path):
                continue
            if workspace.tree.shared(path):  # though a .gitignore names it
                yield path, "env-file"


def _is_packed(file: SourceFile) -> bool:
    """Was it written by a program that saves line ends?"""
    return len(file.text) > 20_000 and len(file.text) > 500 * len(file.line_starts)


def _kind(path: str) -> str:
    if is_env_path(path):
        return "env-file"
    name = path.rpartition("/")[2].lower()
    if name.endswith(_SCRIPT_ENDINGS):
        return "script"
    if name.endswith(".sql"):
        return "sql"
    if name.endswith(_SETTINGS_ENDINGS):
        return "" if name in _MANIFESTS or is_compose(path) or name.startswith("tsconfig.") else "config"
    return "source" if language_of(path) not in ("", "shell") else ""


def _folders(project: Project) -> list[str]:
    """Folders (and single files) that the project is made of, each once and none that lies in another."""
    found: set[str] = set()
    if project.compose is not None:
        found.add(project.compose.folder)
        found.update(parent(file.path) for file in project.compose.files)
        for service in project.services:
            found.update(
                m.host_path_in_tree for m in service.mounts if m.kind == "bind" and m.host_path_in_tree is not None
            )
    for build in project.builds:
        if build.context is not None:
            found.add(build.context.folder)
    if "" in found:
        return [""]
    kept: list[str] = []
    for folder in sorted(found):
        if not kept or not folder.startswith(kept[-1] + "/"):
            kept.append(folder)
    return kept


def _is_called_so_everywhere(project: Project, service: Service) -> bool:
    """Have the other compose files of the folder a service of that name? Else the file belongs to two of them."""
    folder = project.compose.folder if project.compose is not None else ""
    for entry in project.tree.entries(folder):
        path = f"{folder}/{entry.name}" if folder else entry.name
        if not entry.folder and is_compose(path) and all(path != file.path for file in project.files):
            file = project.tree.read(path)
            if file is not None and f"{service.name}:" not in file.text.replace('"', "").split():
                return False
    return True


def _users(project: Project, path: str, kind: str) -> list[Service | None]:
    """The services whose containers or images a file takes part in; builds that no service asks for."""
    if kind == "env-file":
        return [service for service in project.services if any(use.path == path for use in service.env_files)]
    from dockerlint.model.project import in_build

    users: list[Service | None] = [service for service in project.services if project.takes_part(service, path)]
    users.extend(None for build in project.builds if build.service is None and in_build(build, path))
    return users
