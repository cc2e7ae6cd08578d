"""Mounts that somebody made for a server's data: what their names and places tell, wherever they lie."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.intent import name_words
from dockerlint.model.paths import is_below, is_within

if TYPE_CHECKING:
    from dockerlint.model.data.datafolders import DataUse
    from dockerlint.model.project import Project
    from dockerlint.model.service import Mount, Service

_NOT_DATA = frozenset(
    "etc conf confs config configs configdb configuration settings log logs backup backups bak script scripts init"
    " initdb entrypoint migration migrations plugin plugins cert certs certificates ssl tls secret secrets key keys"
    " import imports dump dumps seed seeds seeding fixture fixtures sql run sock socket tmp bin sbin lib64 usr proc sys"
    " dev cache extensions modules provisioning dashboards templates www html src app code workspace restore export"
    " exports schema schemas setup custom themes dags test tests certs pki license snapshots analysis dict"
    " dictionaries jars ca wal archive shared share".split()
)
# These stand on the way to data folders of images, and say nothing there.
_ON_THE_WAY = frozenset({"usr", "share", "shared", "app", "src"})
_DATA = ("data", "db", "database", "storage", "store", "volume", "persist", "vol")
_FILES = (
    ".sql", ".sh", ".js", ".json", ".conf", ".cnf", ".cfg", ".ini", ".yml", ".yaml", ".toml", ".pem", ".crt", ".key",
    ".csv", ".txt", ".xml", ".env", ".gz", ".zip", ".properties", ".sock", ".cql", ".py", ".acl", ".dump", ".tsv",
)  # fmt: skip
_SERVERS = frozenset({"database", "queue", "cache", "search", "storage"})


def misplaced_mounts(project: Project, service: Service, use: DataUse) -> Iterator[Mount]:
    """The mounts of a service that were meant to keep the data and lie elsewhere."""
    for mount in service.mounts:
        if mount.target is None or mount.kind not in ("bind", "volume") or mount.anonymous or mount.read_only:
            continue
        if not _is_file(project, mount) and _meant(mount, mount.target, use):
            yield mount


def may_hold_data(project: Project, mount: Mount) -> bool:
    """Is it a named volume, or a folder of the host, that is called after data? What else it holds nobody can see."""
    if mount.target is None or mount.kind not in ("bind", "volume") or mount.anonymous or mount.read_only:
        return False
    named = _words_of_source(mount)
    return not (_is_file(project, mount) or _other(mount.target) or named & _NOT_DATA) and _says_data(
        mount.target.rpartition("/")[2], named
    )


def _meant(mount: Mount, target: str, use: DataUse) -> bool:
    if any(is_within(folder.path, target) for folder in use.folders):
        return True
    declared = use.facts.volumes or ()
    named = _words_of_source(mount)
    if use.facts.kind not in _SERVERS:
        return mount.kind == "volume" and target not in declared and _says_data(target, named) and not _other(target)
    if any(target == known.path for known in use.facts.data_folders or ()):
        return True  # the image's usual folder, while the project moved the data
    if any(is_below(target, folder.path) for folder in use.folders):
        return mount.kind == "volume" or _says_data(target.rpartition("/")[2], named)
    if _other(target):
        return False
    if target in declared and not use.facts.moved_by_environment:
        return False
    name = use.facts.name.rpartition("/")[2]
    if mount.kind == "volume" and not named & _NOT_DATA:
        return True
    return not named & _NOT_DATA and (
        _says_data(target, named) or name in target or any(name in word for word in named)
    )


def _other(target: str) -> bool:
    parts = [part for part in target.split("/") if part]
    words = set().union(*(name_words(part) for part in parts)) if parts else set()
    last = name_words(parts[-1]) if parts else set()
    return bool((words & _NOT_DATA) - _ON_THE_WAY or last & _NOT_DATA)


def _says_data(target: str, named: frozenset[str]) -> bool:
    words = name_words(target) | named
    return any(sign in word for word in words for sign in _DATA)


def _words_of_source(mount: Mount) -> frozenset[str]:
    text = mount.source_text or mount.source or ""
    return name_words(text.rstrip("/").rpartition("/")[2])


def _is_file(project: Project, mount: Mount) -> bool:
    if mount.kind != "bind":
        return False
    if mount.host_path_in_tree is not None and project.tree.kind(mount.host_path_in_tree) == "file":
        return True
    return (mount.target or "").lower().endswith(_FILES) or (mount.source_text or "").lower().endswith(_FILES)
