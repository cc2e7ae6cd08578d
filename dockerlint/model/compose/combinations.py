"""Which compose files run together: a base with its override, variants, and what the documents name.

A variant that is complete by itself is a project of its own; one that is not is merged over the base
(https://docs.docker.com/compose/how-tos/multiple-compose-files/merge/).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from dockerlint.model.environment.effective import read_env
from dockerlint.model.mentions import ComposeCall
from dockerlint.source.record import dataclass
from dockerlint.source.tree import FileTree, join, parent

_BASES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)


@dataclass(frozen=True, slots=True)
class Combination:
    """Compose files in the order of merging. `named` says that a document of the project spells it out.

    `partial` says that the files only work together with others, which nobody names.
    """

    files: tuple[str, ...]
    env_files: tuple[str, ...] = ()
    named: bool = False
    partial: bool = False


def combinations(
    tree: FileTree,
    paths: Iterable[str],
    calls: Sequence[ComposeCall],
    complete: Callable[[tuple[str, ...]], bool],
) -> list[Combination]:
    """The combinations that these compose files make; `complete` tells whether Compose takes files as they are."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(parent(path), []).append(path)
    found: dict[tuple[str, ...], Combination] = {}
    for folder, members in folders.items():
        for combination in _of_folder(tree, folder, sorted(members), complete):
            found.setdefault(combination.files, combination)
    known = {path for members in folders.values() for path in members}
    for call in calls:
        if known.intersection(call.files):
            found[call.files] = Combination(call.files, call.env_files, True)
    grouped = {path for c in found.values() if len(c.files) > 1 for path in c.files}
    # A file that only works with others, and stands with them in a combination, is not judged alone.
    return [c for c in found.values() if len(c.files) > 1 or c.named or c.files[0] not in grouped or complete(c.files)]


def _of_folder(
    tree: FileTree, folder: str, members: list[str], complete: Callable[[tuple[str, ...]], bool]
) -> Iterator[Combination]:
    names = {path.rpartition("/")[2].lower(): path for path in members}
    default = _from_env(tree, folder) or _default(names)
    if default:
        yield Combination(default)
    rest = [path for path in members if path not in default and path.rpartition("/")[2].lower() not in _OVERRIDES]
    rest = [path for path in rest if path.rpartition("/")[2].lower() not in _BASES or not default]
    lonely: list[str] = []
    for path in rest:
        if complete((path,)):
            yield Combination((path,))
        elif default and complete((default[0], path)):
            yield Combination((default[0], path))
        else:
            partner = next((other for other in rest if other != path and complete((other, path))), None)
            if partner is not None:
                yield Combination((partner, path))
            else:
                lonely.append(path)
    if len(lonely) > 1 and complete(tuple(lonely)):
        yield Combination(tuple(lonely))
    else:
        yield from (Combination((path,), partial=True) for path in lonely)


def default_files(tree: FileTree, folder: str) -> tuple[str, ...]:
    """What ``docker compose`` reads when it is started in a folder; () where it finds nothing."""
    entries = [entry.name for entry in tree.entries(folder) if not entry.folder]
    names = {name: f"{folder}/{name}" if folder else name for name in entries}
    return _from_env(tree, folder) or _default(names)


def _default(names: dict[str, str]) -> tuple[str, ...]:
    """What ``docker compose up`` reads in a folder."""
    base = next((names[name] for name in _BASES if name in names), None)
    if base is None:
        return ()
    override = next((names[name] for name in _OVERRIDES if name in names), None)
    return (base, override) if override else (base,)


def _from_env(tree: FileTree, folder: str) -> tuple[str, ...]:
    """``COMPOSE_FILE`` of the folder's .env (https://docs.docker.com/compose/how-tos/environment-variables/envvars/)."""
    env = read_env(tree, f"{folder}/.env" if folder else ".env")
    values = {entry.name: entry.value for entry in env.entries} if env else {}
    listed = values.get("COMPOSE_FILE")
    if not listed:
        return ()
    separator = values.get("COMPOSE_PATH_SEPARATOR") or (";" if ";" in listed else ":")
    paths = [join(folder, name.strip()) for name in listed.split(separator) if name.strip()]
    return tuple(p for p in paths if p) if all(p and tree.kind(p) == "file" for p in paths) else ()
