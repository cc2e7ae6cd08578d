"""Where the server of a service keeps its data, and which of its mounts keep that data when the container goes.

Docker puts an anonymous volume on every VOLUME of an image that no mount has as its exact target, also below a mount
of the user's; such a volume outlives ``up``, but ``down`` forgets it (tried on a real engine).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dockerlint.model.image.facts import DataFolder
from dockerlint.model.paths import absolute, is_below
from dockerlint.model.running.mounts import winning_mount
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.model.image.facts import ImageFacts
    from dockerlint.model.project import Project
    from dockerlint.model.running.command import EffectiveCommand, Program
    from dockerlint.model.service import Mount, Service

# Words that, as the first of a command, are no argument of an unknown entrypoint.
_TOOLS = frozenset(
    "sh bash ash sleep tail echo cat cp mv rm mkdir chmod chown true false exit curl wget nc python python3 node npm"
    " npx perl ruby php java apt-get apk env until while touch ls".split()
)
_CONFIG_ENDINGS = (".conf", ".cnf", ".cfg", ".ini", ".yml", ".yaml", ".toml", ".properties")
# Keys of configuration files that move the data: mongod, mysqld, postgres, redis, elasticsearch, mosquitto, influxdb.
_CONFIG_KEYS = frozenset(
    {"dbpath", "datadir", "data_directory", "dir", "path.data", "persistence_location", "datadirectory", "data_dir"}
)


@dataclass(frozen=True, slots=True)
class DataUse:
    """The folders that a server fills. `moved` says that the project, not the image, chose them."""

    facts: ImageFacts
    folders: tuple[DataFolder, ...]
    moved: bool


@dataclass(frozen=True, slots=True)
class Keeping:
    """What becomes of one data folder with the container.

    `state` is "kept", "temporary" (a tmpfs, which somebody wants), "anonymous" (a volume without a name, which `mount`
    asks for) or "lost". `mount` of a lost folder is the one on an ancestor that the image's own VOLUME overrides.
    """

    folder: DataFolder
    state: str
    mount: Mount | None = None


def data_use(project: Project, service: Service) -> DataUse | None:
    """What the service's server fills; None where nobody knows, or where no server runs or it keeps nothing."""
    facts = project.base_of(service)
    if facts is None or facts.persistence == "none" or not facts.data_folders:
        return None
    command = project.command_of(service)
    argv = server_arguments(service, facts, command)
    if argv is None or _keeps_nothing(facts, argv):
        return None
    moved = list(_moved(project, service, facts, argv, default=command is None or command.span is None))
    if None in moved:
        return None
    usual = {folder.path for folder in facts.data_folders}
    folders = tuple(folder for folder in moved if folder is not None)
    if not folders or {folder.path for folder in folders} <= usual:
        return DataUse(facts, facts.data_folders, False)
    return DataUse(facts, folders, True)


def keeping(mounts: Sequence[Mount], folder: DataFolder) -> Keeping:
    """What the mounts of a service (declared volumes included) do for a data folder."""
    best: Keeping | None = None
    for path in (folder.path, *folder.inner):
        winner = winning_mount(mounts, path)
        if winner is None or winner.declared:
            continue
        if not winner.anonymous:
            return Keeping(folder, "kept" if winner.kind != "tmpfs" else "temporary")
        best = best or Keeping(folder, "anonymous", winner)
    if any(mount.kind == "tmpfs" and mount.target and is_below(folder.path, mount.target) for mount in mounts):
        return Keeping(folder, "temporary")
    return best or Keeping(folder, "lost", _shadowed(mounts, folder.path))


def _shadowed(mounts: Sequence[Mount], path: str) -> Mount | None:
    above = [mount for mount in mounts if mount.target and not mount.declared and is_below(path, mount.target)]
    return max(above, key=lambda mount: len(mount.target or ""), default=None)


def server_arguments(service: Service, facts: ImageFacts, command: EffectiveCommand | None) -> tuple[str, ...] | None:
    """The words that the server is started with; None where something else runs, or nobody knows what."""
    if command is None:
        return () if service.command is None and service.entrypoint is None else None
    servers = {*facts.servers, *(name.rpartition("/")[2] for name in facts.servers)}
    for program in command.programs:
        if program.argv[:1] and (program.argv[0] in servers or program.name in servers):
            return program.argv
    main = command.main
    if command.span is None:
        return main.argv if main is not None else ()
    if main is None or not main.argv:
        return None
    if main.argv[0].startswith("-") or _is_own(facts, main):
        return main.argv
    if main.name in facts.clients or main.name in _TOOLS or main.name.endswith(".sh") or "$" in main.argv[0]:
        return None
    # What follows an entrypoint that nobody knows is an argument of the server.
    return main.argv if not facts.servers or facts.entrypoint is None else None


def _is_own(facts: ImageFacts, program: Program) -> bool:
    return program.argv[0] in (*(facts.entrypoint or ()), *(facts.command or ()))


def _keeps_nothing(facts: ImageFacts, argv: Sequence[str]) -> bool:
    words = tuple(argv)
    if "--appendonly yes" in " ".join(words):
        return False
    return any(
        words[at : at + len(run)] == run
        for run in facts.unpersisted_commands
        for at in range(len(words) - len(run) + 1)
    )


def _moved(
    project: Project, service: Service, facts: ImageFacts, argv: Sequence[str], *, default: bool
) -> Iterator[DataFolder | None]:
    """The folders that variables, options and configuration files name; None for one that nobody knows."""
    workdir = project.workdir_of(service) or facts.workdir or "/"
    environment = project.environment_of(service)
    for name in facts.moved_by_environment:
        setting = environment.get(name)
        if setting is None or setting.origin == "base" or setting.value == "":
            continue
        for path in (setting.value or "").split(","):
            # A folder that is called the volume's holds the data one level below.
            inner = (f"{absolute(path.strip())}/data",) if name.endswith("_VOLUME_DIR") else ()
            yield _folder(path.strip(), workdir, inner)
    for value in option_values(argv, facts.moved_by_options):
        yield _folder(value, workdir)
    for mount in service.mounts:
        if mount.kind == "bind" and mount.target is not None and mount.target.endswith(_CONFIG_ENDINGS):
            mounted = project.files_of(service).read(mount.target)
            yield from (_folder(path, workdir) for path in _configured(mounted.text if mounted is not None else ""))
    configs = [*option_values(argv, facts.configured_by_options)]
    configs += [word for word in argv[1:] if word.endswith(_CONFIG_ENDINGS) and "=" not in word and word not in configs]
    for config in configs:
        file = project.files_of(service).read(absolute(config, workdir)) if "$" not in config else None
        if file is not None:
            yield from (_folder(path, workdir) for path in _configured(file.text))
        elif not default:
            yield None


def _folder(path: str, workdir: str, inner: tuple[str, ...] = ()) -> DataFolder | None:
    if not path or any(sign in path for sign in "${}<>"):
        return None
    return DataFolder(absolute(path.removeprefix("file:"), workdir), False, inner)


def option_values(argv: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """The values of options; of a name without a dash (a subcommand), the folders behind it."""
    for at, word in enumerate(argv):
        following = argv[at + 1] if at + 1 < len(argv) else ""
        for name in names:
            if name.endswith("="):
                if word.startswith(name):
                    yield word[len(name) :]
            elif not name.startswith("-"):
                if word == name:
                    yield from (path for path in argv[at + 1 :] if path.startswith(("/", "$")))
            elif word == name:
                yield following
            elif word.startswith(name + "=") or (len(name) == 2 and word.startswith(name + "/")):
                yield word[len(name) :].removeprefix("=")


def _configured(text: str) -> Iterator[str]:
    """The values of the keys that move data, in a file of lines ``key value``, ``key = value`` or ``key: value``."""
    for line in text.splitlines():
        words = line.strip().replace("=", " ", 1).replace(":", " ", 1).split()
        if len(words) > 1 and words[0].lower().replace("-", "_") in _CONFIG_KEYS:
            yield words[1].strip("\"'")
