"""A project's files: a folder on disk or a dict in memory. The only reader of files.

Paths are POSIX, relative to the root and normalised; "" is the root. Links are followed only to what lies inside the
root. It knows nothing of Docker, nor of what the files mean.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from typing import Literal, Protocol

from dockerlint.source.gitignore import IgnorePattern, decide, parse_gitignore
from dockerlint.source.record import dataclass
from dockerlint.source.text import SourceFile

SIZE_CAP = 2_000_000
Kind = Literal["file", "folder"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder; `size` in bytes, 0 for a folder. `link`: it is a link to what the other fields say."""

    name: str
    folder: bool
    size: int
    link: bool = False


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """A file that is there but cannot be read, and one sentence on why."""

    path: str
    message: str


class FileTree(Protocol):
    """What every reader of the project's files offers."""

    @property
    def problems(self) -> list[ReadProblem]:
        """What could not be read so far."""
        ...

    def read(self, path: str) -> SourceFile | None:
        """The decoded file, the same object each time; None when it is absent, outside, too big or not text."""
        ...

    def kind(self, path: str) -> Kind | None:
        """None for what is absent, leads out of the root or is neither file nor folder."""
        ...

    def entries(self, folder: str) -> tuple[Entry, ...]:
        """A folder's content sorted by name; () where there is no such folder."""
        ...

    def ignored(self, path: str) -> bool:
        """Does a `.gitignore` keep the path (or a folder above it) out, while git does not track it?"""
        ...

    def shared(self, path: str) -> bool:
        """Does everyone with the project have the file? All of a folder without `.git` was handed on as it is."""
        ...


def join(folder: str, path: str) -> str | None:
    """`path` as seen from `folder`, normalised; None where it is absolute or leaves the root."""
    if path.startswith(("/", "\\")) or path[1:2] == ":":
        return None
    parts = folder.split("/") if folder else []
    for part in path.replace("\\", "/").split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def parent(path: str) -> str:
    """The folder that holds `path`; "" at the top."""
    return path.rpartition("/")[0]


class FolderTree:
    """A folder on disk. `unsaved` are texts (path → text) that stand for what lies there, such as standard input."""

    def __init__(self, root: str, size_cap: int = SIZE_CAP, unsaved: Mapping[str, str] | None = None) -> None:
        self.root = os.path.abspath(root)
        self._unsaved = dict(unsaved or {})
        self.problems: list[ReadProblem] = []
        self._size_cap = size_cap
        self._real_root = os.path.realpath(root)
        self._files: dict[str, SourceFile | None] = {
            path: SourceFile(path, text.removeprefix("\ufeff")) for path, text in self._unsaved.items()
        }
        self._kinds: dict[str, Kind | None] = {}
        self._entries: dict[str, tuple[Entry, ...]] = {}
        self._inside: dict[str, bool] = {"": True}
        self._git: _GitIgnores | None = None

    def __repr__(self) -> str:
        return f"FolderTree({self.root!r})"

    def read(self, path: str) -> SourceFile | None:
        if path not in self._files:
            self._files[path] = self._read(path)
        return self._files[path]

    def kind(self, path: str) -> Kind | None:
        if path not in self._kinds:
            self._kinds[path] = self._look(path)
        return self._kinds[path]

    def entries(self, folder: str) -> tuple[Entry, ...]:
        found = self._entries.get(folder)
        if found is None:
            found = self._entries[folder] = self._list(folder)
        return found

    def ignored(self, path: str) -> bool:
        if self._git is None:
            self._git = _GitIgnores(self, self.root)
        return self._git.ignored(path)

    def shared(self, path: str) -> bool:
        return not self.ignored(path) or not os.path.lexists(self._on_disk(".git"))

    def _look(self, path: str) -> Kind | None:
        if path in self._unsaved:
            return "file"
        if not self._is_inside(path):
            return None
        try:
            mode = os.stat(self._on_disk(path)).st_mode
        except (OSError, ValueError):
            return None
        return _kind(mode)

    def _on_disk(self, path: str) -> str:
        return f"{self.root}/{path}" if path else self.root

    def _is_inside(self, path: str) -> bool:
        """Does the path stay in the root, with every link on the way followed?"""
        known = self._inside.get(path)
        if known is not None:
            return known
        head, _, name = path.rpartition("/")
        inside = name not in ("", ".", "..") and "\0" not in name and self._is_inside(head)
        if inside:
            disk = self._on_disk(path)
            if os.path.islink(disk):
                try:
                    real = os.path.realpath(disk)
                    inside = os.path.commonpath((real, self._real_root)) == self._real_root
                except (OSError, ValueError):
                    inside = False
        self._inside[path] = inside
        return inside

    def _read(self, path: str) -> SourceFile | None:
        disk = self._on_disk(path)
        try:
            if not self._is_inside(path):
                if os.path.lexists(disk):
                    self._report(path, "is a link that leads out of the project, so it was not read")
                return None
            status = os.stat(disk)
            if stat.S_ISDIR(status.st_mode):
                self._report(path, "is a folder, where a file belongs")
                return None
            if not stat.S_ISREG(status.st_mode):
                self._report(path, "is not a regular file, so it was not read")
                return None
            if status.st_size > self._size_cap:
                size = f"{status.st_size / 1e6:.0f} MB, more than the {self._size_cap / 1e6:g} MB that dockerlint reads"
                self._report(path, f"is {size}")
                return None
            with open(disk, "rb") as stream:
                data = stream.read(self._size_cap + 1)
        except FileNotFoundError:
            if os.path.islink(disk):
                self._report(path, "is a link to something that does not exist")
            return None
        except NotADirectoryError:
            return None
        except (OSError, ValueError) as error:
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            self._report(path, f"cannot be read: {reason}")
            return None
        return self._decode(path, data)

    def _decode(self, path: str, data: bytes) -> SourceFile | None:
        try:
            text = decode(data)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self._report(
                path, f"is not UTF-8 text: byte 0x{data[error.start]:02x} on line {line} does not belong there"
            )
            return None
        return SourceFile(path, text)

    def _report(self, path: str, message: str) -> None:
        self.problems.append(ReadProblem(path, message))

    def _list(self, folder: str) -> tuple[Entry, ...]:
        if not self._is_inside(folder):
            return ()
        found = [Entry(path.rpartition("/")[2], False, len(self._unsaved[path])) for path in self._new_in(folder)]
        try:
            with os.scandir(self._on_disk(folder)) as listing:
                for item in listing:
                    entry = self._entry(folder, item)
                    if entry is not None:
                        found.append(entry)
        except OSError as error:
            if not isinstance(error, (FileNotFoundError, NotADirectoryError)):
                self._report(folder, f"cannot be listed: {(error.strerror or str(error)).lower()}")
            return ()
        found.sort(key=lambda entry: entry.name)
        return tuple(found)

    def _new_in(self, folder: str) -> list[str]:
        return [path for path in self._unsaved if parent(path) == folder and not os.path.exists(self._on_disk(path))]

    def _entry(self, folder: str, item: os.DirEntry[str]) -> Entry | None:
        try:
            if item.is_symlink() and not self._is_inside(f"{folder}/{item.name}" if folder else item.name):
                return Entry(item.name, False, 0)
            if item.is_dir():
                return Entry(item.name, True, 0, item.is_symlink())
            return Entry(item.name, False, item.stat().st_size)
        except OSError:  # a dangling link is still a name in the folder
            return Entry(item.name, False, 0)


class DictTree:
    """Files in memory: path → text. What a rule card's examples and standard input are."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.problems: list[ReadProblem] = []
        self._files = {path: SourceFile(path, text.removeprefix("\ufeff")) for path, text in files.items()}
        self._folders: dict[str, dict[str, Entry]] = {"": {}}
        self._git: _GitIgnores | None = None
        for path, file in self._files.items():
            self._add(path, file)

    def __repr__(self) -> str:
        return f"DictTree({sorted(self._files)})"

    def _add(self, path: str, file: SourceFile) -> None:
        folder, _, name = path.rpartition("/")
        self._folders.setdefault(folder, {})[name] = Entry(name, False, len(file.text.encode("utf-8", "replace")))
        while folder:
            above, _, name = folder.rpartition("/")
            self._folders.setdefault(above, {})[name] = Entry(name, True, 0)
            folder = above

    def read(self, path: str) -> SourceFile | None:
        return self._files.get(path)

    def kind(self, path: str) -> Kind | None:
        if path in self._files:
            return "file"
        return "folder" if path in self._folders else None

    def entries(self, folder: str) -> tuple[Entry, ...]:
        found = self._folders.get(folder, {})
        return tuple(found[name] for name in sorted(found))

    def ignored(self, path: str) -> bool:
        if self._git is None:
            self._git = _GitIgnores(self, None)
        return self._git.ignored(path)

    def shared(self, path: str) -> bool:
        return not self.ignored(path)


def decode(data: bytes) -> str:
    """Bytes of a text file as text: UTF-8, or UTF-16 where a byte order mark says so. Raises UnicodeDecodeError."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    text = data.decode("utf-8-sig")
    if "\0" in text:
        at = data.index(b"\0")
        raise UnicodeDecodeError("utf-8", data, at, at + 1, "a zero byte: binary data")
    return text


def _kind(mode: int) -> Kind | None:
    if stat.S_ISREG(mode):
        return "file"
    return "folder" if stat.S_ISDIR(mode) else None


class _GitIgnores:
    """The `.gitignore` files of a tree, each read when a path below it is asked for."""

    def __init__(self, tree: FileTree, root: str | None) -> None:
        self._tree = tree
        self._root = root
        self._patterns: dict[str, tuple[IgnorePattern, ...]] = {}
        self._answers: dict[str, bool] = {"": False}
        self._tracked: frozenset[str] | None = None

    def ignored(self, path: str) -> bool:
        return self._matched(path) and path not in self._tracked_paths()

    def _matched(self, path: str) -> bool:
        known = self._answers.get(path)
        if known is None:
            known = self._answers[path] = self._matched(parent(path)) or self._decide(path)
        return known

    def _decide(self, path: str) -> bool:
        is_folder: bool | None = None
        folder = path
        while folder:
            folder = parent(folder)
            patterns = self._patterns_of(folder)
            if patterns:
                if is_folder is None:
                    is_folder = self._tree.kind(path) == "folder"
                verdict = decide(patterns, path[len(folder) + 1 :] if folder else path, is_folder)
                if verdict is not None:
                    return verdict
        return False

    def _patterns_of(self, folder: str) -> tuple[IgnorePattern, ...]:
        found = self._patterns.get(folder)
        if found is None:
            path = f"{folder}/.gitignore" if folder else ".gitignore"
            file = self._tree.read(path) if self._tree.kind(path) == "file" else None
            found = self._patterns[folder] = parse_gitignore(file.text) if file else ()
        return found

    def _tracked_paths(self) -> frozenset[str]:
        if self._tracked is None:
            if self._root is None:
                self._tracked = frozenset()
            else:
                from dockerlint.source.gitindex import tracked_paths

                self._tracked = tracked_paths(self._root)
        return self._tracked
