"""What gives a container's program its variables besides Docker: env files that it loads itself, scripts, its command.

`Supply.gives` answers True (it is there), False (nothing that can be seen gives it) or None (nobody knows).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from dockerlint.model.environment.effective import example_names
from dockerlint.model.paths import absolute
from dockerlint.source.record import dataclass, field
from dockerlint.source.text import Span
from dockerlint.source.tree import parent

if TYPE_CHECKING:
    from dockerlint.formats.dotenv import ParsedEnv
    from dockerlint.model.project import Project
    from dockerlint.model.running.command import Program
    from dockerlint.model.running.reached import Reach
    from dockerlint.model.service import Service

# Files beside the source that may set variables when the program starts.
_SETTING = (".sh", ".bash", ".env", ".ini", ".conf", ".cfg", ".toml", ".properties", ".service", ".bat")
_SETTING_NAMES = frozenset(
    (
        "package.json",
        "nodemon.json",
        "procfile",
        "makefile",
        "app.json",
        "pm2.json",
        "process.json",
        "ecosystem.config.js",
        "ecosystem.config.cjs",
        "ecosystem.json",
        "ecosystem.yml",
        "pm2.yml",
        "pm2.config.js",
        "supervisord.conf",
        "entrypoint",
        "docker-entrypoint",
        "launchsettings.json",
    )
)
_LOADERS = ("env-cmd", "dotenv", "dotenvx", "foreman", "honcho", "pipenv", "doppler", "infisical", "chamber", "direnv")
_BESIDE_DECOUPLE = (".env", "settings.ini")
# Packages that look for an env file by themselves when they are imported.
_LOADING = frozenset(("@prisma/client", "dotenv-flow", "dotenv-flow/config", "dotenv-safe/config", "config", "nconf"))
_LARGEST = 200_000


@dataclass(frozen=True, slots=True)
class Supply:
    """`names` are set for certain; `open` says that something unseen may set others.

    `own` are names that only reads by one library see (decouple, a settings class), by `EnvRead.how`; None: unseen.
    """

    names: frozenset[str]
    open: bool
    texts: tuple[str, ...] = field(repr=False)
    own: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)

    def gives(self, name: str, how: str = "") -> bool | None:
        spelled = (name, name.upper(), name.lower())
        own = self.own.get(how, ())
        if any(one in self.names or f"{one}_FILE" in self.names or one in (own or ()) for one in spelled):
            return True
        if self.open or own is None:
            return None
        word = re.compile(rf"(?<![\w$]){re.escape(name)}(?!\w)", re.IGNORECASE)
        return None if any(name.lower() in text and word.search(text) for text in self.texts) else False


@dataclass(frozen=True, slots=True)
class EnvLoad:
    """A program's wish to read an env file. `beside` is the file of the tree that asks.

    `only`: the library keeps what it reads for itself (an `EnvRead.how`); "": it becomes the program's environment.
    """

    path: str | None
    beside: str
    span: Span | None
    only: str = ""


def supply_of(project: Project, service: Service, reach: Reach) -> Supply:
    """What the programs of `reach` find set."""
    environment = project.environment_of(service)
    command = project.command_of(service)
    names = set(environment.settings)
    unseen = (
        not environment.closed
        or not service.complete
        or command is None
        or not command.complete
        or _base_unknown(project, service)
        or bool(service.volumes_from)
    )
    for program in reach.programs:
        names.update(program.environment)
    for use in reach.possible.values():
        names.update(use.facts.env_writes)
    own: dict[str, tuple[str, ...] | None] = {}
    for load in loads_of(reach):
        found = _loaded(project, service, reach, load)
        if load.only:
            before = own.get(load.only, ())
            own[load.only] = None if found is None or before is None else (*before, *found)
        elif found is None:
            unseen = True
        else:
            names.update(found)
    texts = () if unseen else tuple(_texts(project, service))
    unseen = unseen or any(_reads_env_file(text) for text in texts)
    return Supply(frozenset(names), unseen, texts, own)


def _reads_env_file(text: str) -> bool:
    """Does a script take the variables of an env file: ``. ./.env``, ``done < .env``, ``$(cat .env)``?"""
    return ".env" in text and re.search(r"(?:^|[\s/\"'<])\.env(?:[\s\"'/|);.]|$)", text, re.MULTILINE) is not None


def _base_unknown(project: Project, service: Service) -> bool:
    stage = project.stage_of(service)
    if stage is not None and stage.root.base == "scratch":
        return False
    return project.base_of(service) is None


def loads_of(reach: Reach) -> Iterator[EnvLoad]:
    """Every wish of the programs to read an env file."""
    for path, use in reach.possible.items():
        facts = use.facts
        for load in facts.dotenv:
            yield EnvLoad(load.path, path, load.span, "BaseSettings" if load.how == "BaseSettings" else "")
        if any(read.how == "decouple" for read in facts.env_reads):
            for name in _BESIDE_DECOUPLE:
                yield EnvLoad(name, path, None, "decouple")
        if any(name in _LOADING for name in facts.imports):
            yield EnvLoad(".env", path, None)
    first = next(iter(reach.possible), "")
    for program in reach.programs:
        for wish in _of_command(program):
            yield EnvLoad(wish, first, None)


def _of_command(program: Program) -> Iterator[str | None]:
    """Env files that the command line asks for: ``--env-file``, ``env-cmd``, ``bun``, ``flask run``, ``pipenv run``."""
    words = [word for part in (*program.wrappers, *program.argv) for word in part.split()]
    for index, word in enumerate(words):
        if word.startswith(("--env-file", "--env_file")):
            value = word.partition("=")[2] or (words[index + 1] if index + 1 < len(words) else "")
            yield value or None
        name = word.rpartition("/")[2]
        if name in _LOADERS or name in ("bun", "flask", "dotenv/config", "dotenv-cli"):
            yield None
            yield ".flaskenv" if name == "flask" else None


def _loaded(project: Project, service: Service, reach: Reach, load: EnvLoad) -> tuple[str, ...] | None:
    """The names that an env file gives; None where it may hold what nobody sees.

    Every place is tried at which the libraries look: the working folder, the asking file's folder and those above it.
    """
    variable = _is_variable(load)
    found: list[str] = []
    there = variable
    for path, parsed in loaded_files(project, service, reach, load):
        if parsed is not None:
            found.extend(entry.name for entry in parsed.entries)
            there = True
        elif project.tree.ignored(path) or _asked(project, path):
            names = example_names(project.tree, path)
            if names is None:
                return None
            found.extend(names)
    return tuple(found) if found or not variable else None if there else ()


def _is_variable(load: EnvLoad) -> bool:
    """Does something that is made at run time name the file?"""
    if load.path is None:
        return load.span is not None and re.search(r"\bpath\b|envFilePath", load.span.text) is not None
    return "${" in load.path or "{" in load.path


def loaded_files(
    project: Project, service: Service, reach: Reach, load: EnvLoad
) -> Iterator[tuple[str, ParsedEnv | None]]:
    """The env files of the tree at the places where a program looks, as far as they reach its container.

    None stands for one that is not in the tree: it may lie in the author's folder.
    """
    variable = _is_variable(load)
    named = "" if variable and load.path is None else (load.path or "").replace("\\", "/")
    file = named.rpartition("/")[2] or ".env"
    looked = None if named or variable else _looked_at(reach, load)
    for folder in _folders(project, service, reach, load, named):
        for name in _spelled(project, folder, file, variable):
            path = f"{folder}/{name}" if folder else name
            places = list(project.files_of(service).paths_of(path))
            if places if looked is None else not looked.isdisjoint(places):
                yield path, project.workspace.env(path) if project.tree.kind(path) == "file" else None


def _looked_at(reach: Reach, load: EnvLoad) -> frozenset[str] | None:
    """The container paths at which dotenv of JavaScript looks when nothing names a file; None: anywhere."""
    use = reach.possible.get(load.beside)
    folders = [program.workdir for program in reach.programs]
    if use is None or use.facts.language != "javascript" or None in folders:
        return None
    return frozenset(absolute(".env", folder) for folder in folders if folder is not None)


def _folders(project: Project, service: Service, reach: Reach, load: EnvLoad, named: str) -> Iterator[str]:
    seen: list[str] = []
    folder = parent(load.beside)
    while True:
        seen.append(folder)
        if not folder:
            break
        folder = parent(folder)
    files = project.files_of(service)
    inner = named.rpartition("/")[0]
    for program in reach.programs:
        for place in (absolute(inner or ".", program.workdir or "/"), program.workdir):
            host = files.host_path(place) if place is not None and "$" not in place else None
            if host is not None:
                seen.append(host)
    base = parent(load.beside)
    for part in inner.split("/"):
        base = parent(base) if part == ".." else f"{base}/{part}".lstrip("/") if part not in (".", "") else base
    seen.append(base)
    yield from dict.fromkeys(seen)


def _spelled(project: Project, folder: str, file: str, variable: bool) -> Iterable[str]:
    """The names of the file; where a variable takes part in it, of every env file in the folder."""
    if not variable:
        return (file,)
    return [
        ".env",
        *(one.name for one in project.tree.entries(folder) if not one.folder and one.name.startswith(".env")),
    ]


def _asked(project: Project, path: str) -> bool:
    """Does a document tell people to make this file, or an example show it?"""
    mentions = project.workspace.mentions()
    if any(copy.target == path for copy in mentions.copies) or example_names(project.tree, path) is not None:
        return True
    name = path.rpartition("/")[2]
    word = re.compile(rf"(?<![\w.]){re.escape(name)}(?![\w.]*\w)")
    for document in mentions.paths:
        file = project.tree.read(document)
        if file is not None and name in file.text and word.search(file.text):
            return True
    return False


def _texts(project: Project, service: Service) -> Iterator[str]:
    """What else may set variables, in lower case: the Dockerfile, scripts and process files in the container."""
    build = project.build_of(service)
    folders = [mount.host_path_in_tree for mount in service.mounts if mount.kind == "bind"]
    if build is not None:
        yield build.file.text.lower()
        if build.context is not None:
            folders.append(build.context.folder)
    for part in (service.command, service.entrypoint):
        if part is not None:
            yield " ".join(part.words).lower()
    seen: set[str] = set()
    for folder in folders:
        if folder is None:
            continue
        for path in project.workspace.paths_below(folder):
            name = path.rpartition("/")[2].lower()
            if path in seen or not (name in _SETTING_NAMES or name.endswith(_SETTING) or "." not in name):
                continue
            seen.add(path)
            if next(project.files_of(service).paths_of(path), None) is None:
                continue
            file = project.tree.read(path)
            if file is not None and len(file.text) <= _LARGEST:
                yield file.text.lower()
