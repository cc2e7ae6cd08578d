"""The build context: which files of a folder a build is sent, and which ignore file decided that.

Source for name and place of the ignore file: https://docs.docker.com/build/concepts/context/#dockerignore-files, tried
on a Docker Engine. Knows nothing of remote and git contexts: for those there is no Context at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from dockerlint.formats.ignorefile import IgnoreMatcher, ParsedIgnorefile, Pattern, parse_ignorefile
from dockerlint.formats.problem import Problem
from dockerlint.source.record import dataclass, field
from dockerlint.source.text import SourceFile
from dockerlint.source.tree import FileTree, Kind

IGNORE_NAME = ".dockerignore"
_DEPTH = 64


@dataclass(frozen=True, slots=True)
class StrayIgnoreFile:
    """A file that looks like this build's ignore file, but that this build does not read.

    `reason`: "elsewhere" (it lies in another folder than the context's root), "spelling" (a name that the builder does
    not know, such as ``.dockerIgnore``), "shadowed" (the Dockerfile has an ignore file of its own) or "no-dockerfile"
    (``X.dockerignore`` without an ``X`` beside it).
    """

    path: str
    reason: Literal["elsewhere", "spelling", "shadowed", "no-dockerfile"]


@dataclass(frozen=True, slots=True)
class Context:
    """One build's context. Paths are relative to the context's folder (``a/b.txt``; "" is the folder itself)."""

    tree: FileTree = field(repr=False)
    folder: str
    """Where it lies in the tree."""
    ignore_file: SourceFile | None
    patterns: tuple[Pattern, ...]
    problems: tuple[Problem, ...]
    """Lines of the ignore file for which the builder refuses to build."""
    known: bool
    """False where an ignore file may lie in the author's folder that is not here, or is here and cannot be read."""
    other_ignore_files: tuple[StrayIgnoreFile, ...]
    """Not read by this build; another build of the project may well read them."""
    matcher: IgnoreMatcher = field(repr=False, compare=False)

    @property
    def ignore_path(self) -> str:
        """The ignore file that the build reads, or where one would be read; a path of the tree."""
        return self.ignore_file.path if self.ignore_file is not None else self.tree_path(IGNORE_NAME)

    def includes(self, path: str) -> bool:
        """Is this path sent, if it is there? It need not exist. For a folder see `reaches` too."""
        return not self.matcher.excludes(path)

    def why(self, path: str) -> Pattern | None:
        """The last pattern that changed the answer for this path: the one to point at. None where none matched."""
        return self.matcher.verdict(path).pattern

    def reaches(self, folder: str) -> bool:
        """Could anything below this folder be sent? It need not exist; False only where that is certain."""
        return self.matcher.reaches(folder)

    could_include = reaches

    def kind(self, path: str) -> Kind | None:
        """What lies on disk at a path of the context, ignored or not."""
        return self.tree.kind(self.tree_path(path))

    def tree_path(self, path: str) -> str:
        """A path of the context as a path of the tree."""
        if not path:
            return self.folder
        return f"{self.folder}/{path}" if self.folder else path

    def path_of(self, tree_path: str) -> str | None:
        """A path of the tree as a path of the context; None where it lies outside."""
        if not self.folder:
            return tree_path
        if tree_path == self.folder:
            return ""
        return tree_path[len(self.folder) + 1 :] if tree_path.startswith(self.folder + "/") else None

    def files(self, folder: str = "") -> Iterator[tuple[str, int]]:
        """The files and links below a folder of the context that are sent, with the bytes sent, sorted by name."""
        yield from self._files(folder, _DEPTH)

    def _files(self, folder: str, depth: int) -> Iterator[tuple[str, int]]:
        for entry in self.tree.entries(self.tree_path(folder)):
            path = f"{folder}/{entry.name}" if folder else entry.name
            # A link is sent as a link, whatever it leads to.
            if entry.folder and not entry.link:
                if depth and self.reaches(path):
                    yield from self._files(path, depth - 1)
            elif self.includes(path):
                yield path, 0 if self.matcher.empties(path) else entry.size


def context_of(tree: FileTree, folder: str, dockerfile: str | None) -> Context:
    """The context at `folder` for a build of the Dockerfile `dockerfile` (tree paths; None: an inline Dockerfile)."""
    root_ignore = _below(folder, IGNORE_NAME)
    # Also a `dockerfile` that stands in for `Dockerfile` goes by its own name.
    own = (dockerfile + IGNORE_NAME,) if dockerfile is not None else ()
    path = next((name for name in own if tree.kind(name) == "file"), None)
    if path is None and tree.kind(root_ignore) == "file":
        path = root_ignore
    file = tree.read(path) if path is not None else None
    parsed = parse_ignorefile(file) if file is not None else None
    known = file is not None if path is not None else not any(tree.ignored(name) for name in (*own, root_ignore))
    return _context(tree, folder, parsed, known, _strays(tree, folder, dockerfile, path))


def _context(
    tree: FileTree, folder: str, parsed: ParsedIgnorefile | None, known: bool, strays: tuple[StrayIgnoreFile, ...]
) -> Context:
    patterns = parsed.patterns if parsed else ()
    return Context(
        tree=tree,
        folder=folder,
        ignore_file=parsed.file if parsed else None,
        patterns=patterns,
        problems=parsed.problems if parsed else (),
        known=known,
        other_ignore_files=strays,
        matcher=IgnoreMatcher(patterns),
    )


def _strays(tree: FileTree, folder: str, dockerfile: str | None, used: str | None) -> tuple[StrayIgnoreFile, ...]:
    root_ignore = _below(folder, IGNORE_NAME)
    found: list[StrayIgnoreFile] = []
    if used != root_ignore and tree.kind(root_ignore) == "file":
        found.append(StrayIgnoreFile(root_ignore, "shadowed"))
    beside = dockerfile.rpartition("/")[0] if dockerfile is not None else folder
    for place in dict.fromkeys((folder, beside)):
        names = {entry.name: entry.folder for entry in tree.entries(place)}
        for name in names:
            path = _below(place, name)
            if names[name] or path in (used, root_ignore) or "ock" not in name.lower():
                continue
            if name == IGNORE_NAME:
                found.append(StrayIgnoreFile(path, "elsewhere"))
            elif name.endswith(IGNORE_NAME):
                owner = name.removesuffix(IGNORE_NAME)
                if owner not in names and not (owner == "Dockerfile" and "dockerfile" in names):
                    found.append(StrayIgnoreFile(path, "no-dockerfile"))
            elif _is_misspelt(name):
                found.append(StrayIgnoreFile(path, "spelling"))
    return tuple(found)


def _is_misspelt(name: str) -> bool:
    """Is it nearly ``.dockerignore``: other case, a letter too many, too few or swapped, ``.txt`` behind it?"""
    plain = name.lower().removesuffix(".txt").replace("-", "").replace("_", "").lstrip(".")
    if plain in ("dockerignore", "dockerfileignore") or (plain.startswith("dockerignore.") and plain.count(".") == 1):
        return True
    if not 10 <= len(plain) <= 14 or not plain.startswith("do") or plain == "dockerfile":
        return False
    from difflib import SequenceMatcher

    return SequenceMatcher(None, plain, "dockerignore", autojunk=False).ratio() >= 0.88


def _below(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
