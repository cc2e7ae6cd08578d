"""Read a compose project: files, .env, include, extends, merging, checking, and the services that come of it."""

from __future__ import annotations

from collections.abc import Mapping as Map
from typing import TYPE_CHECKING

from dockerlint.formats.interpolation import UNKNOWN
from dockerlint.formats.yamlnodes import Mapping, Scalar
from dockerlint.model.compose.checking import check_consistency, check_values
from dockerlint.model.compose.loader import Begun, Env, Loader
from dockerlint.model.compose.normal import normalize
from dockerlint.model.compose.printed import rendered_problems
from dockerlint.model.compose.services import read_resources, read_service
from dockerlint.model.compose.tree import mapping_of, text, without
from dockerlint.model.service import (
    BuildSpec,
    CommandSpec,
    Compose,
    Dependency,
    EnvFileUse,
    EnvSetting,
    ExtraHost,
    Grant,
    Healthcheck,
    Interpolation,
    Located,
    Mount,
    NetworkUse,
    Port,
    Resource,
    Service,
    Watch,
)
from dockerlint.source.record import dataclass
from dockerlint.source.text import Span

if TYPE_CHECKING:
    from dockerlint.source.tree import FileTree

__all__ = [
    "BuildSpec",
    "CommandSpec",
    "Compose",
    "Dependency",
    "EnvFileUse",
    "EnvSetting",
    "ExtraHost",
    "Grant",
    "Healthcheck",
    "Interpolation",
    "Located",
    "Mount",
    "NetworkUse",
    "Options",
    "Port",
    "Resource",
    "Service",
    "Watch",
    "load",
]


@dataclass(frozen=True, slots=True)
class Options:
    """How a project is read.

    `env_files` (paths in the tree) replace ``.env``; `environment` is the machine's environment, where the user asked
    for it; `blank_unset` reads an unset variable as empty, as Compose does, and not as unknown; `root` is the tree's
    absolute path, where paths shall be printed; `home` is what ``~`` and ``$HOME`` mean, None: nobody knows; `pwd` is
    what ``$PWD`` means, by default the project's folder; `name` is the project's name where the user gave it.
    """

    env_files: tuple[str, ...] = ()
    environment: Map[str, str] | None = None
    blank_unset: bool = False
    root: str | None = None
    home: str | None = None
    pwd: str | None = None
    name: str | None = None


_PLAIN = Options()
_VIRTUAL_ROOT = "/dockerlint.tree"  # stands for the tree's place where nobody wants to know it


def load(tree: FileTree, files: tuple[str, ...], options: Options = _PLAIN, begun: Begun | None = None) -> Compose:
    """Read the project that `files` (paths in the tree, base first) make. Never raises on any input.

    `begun` is shared by the projects of a tree that are read with the same options (but their env files).
    """
    root = (options.root or _VIRTUAL_ROOT).rstrip("/") or "/"
    loader = Loader(tree, root, options.home, "" if options.blank_unset else UNKNOWN, options.root is None, begun)
    folder = files[0].rpartition("/")[0] if files else ""
    absolute = [f"{root if root != '/' else ''}/{path}" for path in files]
    place = absolute[0].rpartition("/")[0] or "/" if absolute else root
    machine: dict[str, str | None] = {"PWD": options.pwd or place}
    if options.home is not None:
        machine["HOME"] = options.home
    machine.update(options.environment or {})
    env_paths = [f"{root if root != '/' else ''}/{path}" for path in options.env_files] or [f"{place}/.env"]
    env = loader.env([(path, None) for path in env_paths], machine, False)
    name = _project_name(loader, absolute, place, env, options)
    if name is not None:
        env.values["COMPOSE_PROJECT_NAME"] = name
    project = loader.project([(path, None) for path in absolute], place, env, [])
    if not project.entries and loader.files and not loader.problems and not loader.absent:
        loader.report(Span(next(iter(loader.files.values())), 0, 0), "this compose file is empty")
    check_values(project, loader.report)
    project = without(normalize(project, name, env.lookup, keep_args=not options.blank_unset), "name")
    check_consistency(project, loader.report)
    rendered_problems(project, loader.report)
    services = {}
    for key, entry in mapping_of(project.get("services")).items():
        service = read_service(key, entry, loader, env)
        if service is not None:
            services[key] = service
    return Compose(
        name=name,
        folder=folder,
        files=tuple(loader.files.values()),
        services=services,
        networks=read_resources(project, "networks", loader),
        volumes=read_resources(project, "volumes", loader),
        secrets=read_resources(project, "secrets", loader),
        configs=read_resources(project, "configs", loader),
        root=project,
        problems=tuple(loader.problems),
        absent=tuple(loader.absent),
        env=env.settings,
        env_paths=tuple(loader.env_paths),
        comments=loader.comments,
        interpolations=tuple(loader.interpolations.values()),
        outside=tuple(loader.outside),
    )


def _project_name(loader: Loader, files: list[str], place: str, env: Env, options: Options) -> str | None:
    """``-p``, COMPOSE_PROJECT_NAME, the files' ``name:`` (the last one counts), or the folder's name."""
    given = options.name or env.lookup("COMPOSE_PROJECT_NAME")
    if given and UNKNOWN not in given:
        if normal_name(given) != given and files:
            setting = env.settings.get("COMPOSE_PROJECT_NAME")
            parsed = loader.parse(files[0], None)
            span = setting.value_span if setting else Span(parsed.file, 0, 0) if parsed else None
            if span is not None:
                loader.report(span, f'"{given}" is no name of a project; use small letters, digits, - and _')
        return given
    written: Scalar | None = None
    for path in files:
        parsed = loader.parse(path, None)
        for document in parsed.documents if parsed is not None else ():
            node = document.get("name") if isinstance(document, Mapping) else None
            if isinstance(node, Scalar) and node.value not in (None, ""):
                written = node
    if written is not None:
        filled = text(loader.preparation(env).text(written)) or ""
        if UNKNOWN in filled:
            return None
        name = normal_name(filled)
        if not name:
            loader.report(written.span, "the project's name must have a letter or a digit")
        return name or None
    if place == _VIRTUAL_ROOT:
        return None
    return normal_name(place.rpartition("/")[2]) or None


def normal_name(name: str) -> str:
    """A project's name as Compose makes it of any text: small letters, digits, ``-`` and ``_``."""
    return "".join(c for c in name.lower() if c in _NAME_CHARACTERS).lstrip("-_")


_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
