"""What a COPY or ADD brings, and where it puts each file.

Sources: https://docs.docker.com/reference/dockerfile/#copy and #add, the copying of
https://github.com/tonistiigi/fsutil, tried on a Docker Engine. Paths of the source side are relative (``a/b.txt``): to
the context, or to the root of the stage that ``--from`` names. Knows nothing of what the image holds already, except
that its WORKDIR is a folder.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from posixpath import normpath
from typing import Literal

from dockerlint.formats.globs import BadPattern, Matcher, glob, has_wildcards, ignore_pattern
from dockerlint.formats.ignorefile import IgnoreMatcher, Pattern, pattern_of
from dockerlint.formats.instructiontypes import Instruction, Word
from dockerlint.model.image.context import Context
from dockerlint.model.paths import absolute, relative, under
from dockerlint.source.record import dataclass, field
from dockerlint.source.text import Span
from dockerlint.source.tree import Kind

SourceKind = Literal["path", "remote", "heredoc", "unknown"]
Lookup = Callable[[str], "str | None"]

_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz")


@dataclass(frozen=True, slots=True)
class CopySource:
    """One source of a COPY or ADD.

    `kind`: "path" (in the context, or in the stage of --from), "remote" (a URL or git repository), "heredoc" (`path` is
    its name), "unknown" (holds a variable that nobody can resolve).
    """

    kind: SourceKind
    text: str
    """As written."""
    span: Span
    path: str
    """Cleaned and relative to the source's root; "" is the root itself. May hold wildcards."""
    wildcards: bool
    is_folder: bool | None
    """What lies at `path` on disk; None with wildcards, where it is absent, or without a context."""
    target: str | None
    """The destination: absolute, without a trailing slash; None where it is unknown."""
    target_is_folder: bool
    """Is the destination certainly a folder (trailing slash, several sources, the WORKDIR)?"""
    unpacks: bool
    """ADD: a local archive is unpacked into the destination instead of copied."""
    pivot: str | None
    """--parents: the folder from which the path is kept ("" is the root); None without --parents."""
    excludes: tuple[Pattern, ...]
    context: Context | None = field(repr=False)
    _match: Matcher = field(repr=False, compare=False)
    _excluded: IgnoreMatcher = field(repr=False, compare=False)

    @property
    def is_root(self) -> bool:
        """Is it the whole context: ``COPY . dest``?"""
        return self.kind == "path" and not self.path and self.pivot is None

    def root_of(self, path: str) -> str | None:
        """The file or folder that this source matched, on the way to `path` or `path` itself; None: does not match."""
        if self.kind != "path":
            return None
        if not self.wildcards:
            return self.path if not self.path or path == self.path or path.startswith(self.path + "/") else None
        parts = path.split("/")
        for count in range(1, len(parts) + 1):
            head = "/".join(parts[:count])
            if self._match(head):
                return head
        return None

    def brings(self, path: str) -> bool:
        """Does it bring this path (a folder: something below it), given that the context holds it?

        The ignore file is asked as well, --exclude too. `path` need not exist.
        """
        root = self.root_of(path)
        if root is None or (self.context is not None and not self.context.includes(path)):
            return False
        if not self.excludes:
            return True
        return not self._excluded.excludes(self._rest(path, root) or path.rpartition("/")[2])

    def container_path(self, path: str, is_folder: bool | None = None) -> str | None:
        """Where `path` (relative to the source's root) ends up in the image.

        `is_folder` says what `path` is, where the caller knows; otherwise the context is asked. None where this source
        does not bring the path, where the destination is unknown, or where it depends on what nobody knows.
        """
        if self.target is None or not self.brings(path):
            return None
        root = self.root_of(path)
        assert root is not None
        if self.pivot is not None:
            return under(self.target, _below(path, self.pivot))
        if path != root:
            return under(self.target, path[len(root) + 1 :] if root else path)
        folder = self._is_folder(path, is_folder)
        if folder or (folder is None and not self.target_is_folder):
            # A folder's content goes into the destination; a file becomes the destination.
            return self.target
        if folder is None or self.unpacks:
            return None
        return under(self.target, path.rpartition("/")[2]) if self.target_is_folder else self.target

    def context_path(self, container_path: str) -> str | None:
        """The reverse: which path of the source's root would become `container_path`; None where none or unknown.

        For a single file or folder source only (no wildcards); the path need not exist and may be excluded.
        """
        if self.target is None or self.kind != "path" or self.wildcards:
            return None
        rest = relative(container_path, self.target)
        if rest is None:
            return None
        if self.pivot is not None:
            found = "/".join(part for part in (self.pivot, rest) if part)
            return found if self.root_of(found) is not None else None
        if self.is_folder is False and self.target_is_folder:
            return self.path if rest == self.path.rpartition("/")[2] else None
        if self.is_folder is False:
            return self.path if not rest else None
        return "/".join(part for part in (self.path, rest) if part)

    def _is_folder(self, path: str, told: bool | None) -> bool | None:
        if told is not None:
            return told
        if not path:
            return True
        if not self.wildcards:
            return self.is_folder
        return _is_folder(self.context.kind(path)) if self.context is not None else None

    def _rest(self, path: str, root: str) -> str:
        """The path that --exclude sees: relative to the copied folder, or to the pivot."""
        return _below(path, root if self.pivot is None else self.pivot)


def copy_targets(
    instruction: Instruction,
    workdir: str | None,
    context: Context | None,
    lookup: Lookup | None = None,
    folders: Collection[str] = (),
) -> tuple[CopySource, ...]:
    """The sources of a COPY or ADD, in order.

    `workdir`: the absolute WORKDIR; None or "" where unknown. `context`: None for ``--from`` and for remote contexts.
    `lookup`: the value of a build variable, None where unknown. `folders`: paths of the image known to be folders.
    """
    if len(instruction.words) < 2:
        return ()
    *written, last = instruction.words
    destination = _value(last, lookup)
    target = _target(destination, workdir)
    into_folder = len(written) > 1 or instruction.flag("parents") is not None
    if destination is not None:
        into_folder = into_folder or destination in ("", ".") or destination.endswith("/")
    if target is not None:
        into_folder = into_folder or target == "/" or target in folders
        into_folder = into_folder or (bool(workdir) and f"{workdir}/".startswith(target + "/"))
    excludes = _excludes(instruction)
    return tuple(_source(instruction, word, lookup, context, target, into_folder, excludes) for word in written)


def _source(
    instruction: Instruction,
    word: Word,
    lookup: Lookup | None,
    context: Context | None,
    target: str | None,
    into_folder: bool,
    excludes: tuple[Pattern, ...],
) -> CopySource:
    value = _value(word, lookup)
    kind, path = _kind_and_path(word, value)
    parents = instruction.flag("parents") not in (None, "false") and kind == "path"
    pivot = _pivot(value or "") if parents else None
    wildcards = kind == "path" and has_wildcards(path)
    match = _matcher(path, parents) if wildcards else path.__eq__
    if kind == "path" and not wildcards:
        path = path.replace("\\", "")
    on_disk = context.kind(path) if context is not None and kind == "path" and not wildcards else None
    unpacks = instruction.keyword == "ADD" and kind == "path" and instruction.flag("unpack") != "false"
    return CopySource(
        kind=kind,
        text=word.text,
        span=word.span,
        path=path,
        wildcards=wildcards,
        is_folder=None if wildcards else True if kind == "path" and not path else _is_folder(on_disk),
        target=target,
        target_is_folder=into_folder,
        unpacks=unpacks and path.endswith(_ARCHIVES),
        pivot=pivot,
        excludes=excludes,
        context=context,
        _match=match,
        _excluded=IgnoreMatcher(excludes),
    )


def _kind_and_path(word: Word, value: str | None) -> tuple[SourceKind, str]:
    if word.text.startswith("<<"):
        return "heredoc", word.text.lstrip("<-").strip("\"'")
    if value is None:
        return "unknown", ""
    if value.startswith(("http://", "https://", "git://", "git@", "ssh://")):
        return "remote", value
    return "path", _clean(value)


def _clean(value: str) -> str:
    return normpath("/" + value).lstrip("/")


def _matcher(path: str, parents: bool) -> Matcher:
    """--parents takes the patterns of ignore files (``**``), a plain COPY those of filepath.Match."""
    try:
        return ignore_pattern(path) if parents else glob(path)
    except BadPattern:
        return lambda candidate: False


def _pivot(value: str) -> str:
    return _clean(value.partition("/./")[0]) if "/./" in value else ""


def _value(word: Word, lookup: Lookup | None) -> str | None:
    if "$" not in word.value:
        return word.value
    if lookup is None:
        return None
    from dockerlint.formats.shellwords import expand

    return expand(word.value, lookup)


def _target(destination: str | None, workdir: str | None) -> str | None:
    if destination is None or (not destination.startswith("/") and not workdir):
        return None
    return absolute(destination or ".", workdir or "/")


def _excludes(instruction: Instruction) -> tuple[Pattern, ...]:
    found: list[Pattern] = []
    for flag in instruction.flags:
        if flag.name == "exclude" and flag.value:
            try:
                found.append(pattern_of(flag.value, flag.span))
            except BadPattern:
                continue
    return tuple(found)


def _is_folder(kind: Kind | None) -> bool | None:
    return None if kind is None else kind == "folder"


def _below(path: str, folder: str) -> str:
    if not folder:
        return path
    return "" if path == folder else path[len(folder) + 1 :]
