"""Scripts that a container's command names and that lie neither in its image nor in a mount.

Only where that is certain: the place is one that the project's own files fill, and nothing else could have put the
script there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dockerlint.formats.shelltree import Command
from dockerlint.formats.shellwords import parse_shell
from dockerlint.model.image.layout import handed_over
from dockerlint.model.paths import absolute, is_within, relative
from dockerlint.model.promised import may_lie_there
from dockerlint.model.running.mounts import winning_mount
from dockerlint.model.running.shelltest import is_open
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.model.image.layout import Layout
    from dockerlint.model.project import Project
    from dockerlint.model.service import Mount, Service
    from dockerlint.source.text import Span

_SHELLS = frozenset(("sh", "bash", "dash", "ash", "zsh"))
_RUNNERS = {
    **dict.fromkeys(_SHELLS, (".sh", ".bash", "")),
    **dict.fromkeys(("python", "python3", "python2"), (".py",)),
    **dict.fromkeys(("node", "nodemon", "ts-node", "ts-node-dev", "tsx"), (".js", ".mjs", ".cjs", ".ts")),
    "ruby": (".rb",),
    "php": (".php",),
}
_SCRIPTS = (".sh", ".bash", ".py", ".js", ".mjs", ".cjs", ".ts", ".rb", ".php", ".pl")
# What a RUN may bring files with that nobody sees here.
_FETCHES = ("git ", "curl", "wget", "unzip", "tar ", "create-", "startproject", "npx ", "composer create", "rails new")


@dataclass(frozen=True, slots=True)
class AbsentScript:
    """`path`: where the container looks. `kind`: "mount" (a bind mount without it covers the place), "ignored" (the
    ignore file keeps it out) or "image"; `place` is the mount or the line that could have brought it."""

    word: str
    path: str
    kind: str
    span: Span
    place: Span | None
    host: str | None


def absent_scripts(project: Project, service: Service) -> Iterator[AbsentScript]:
    """The scripts of the start line, one each."""
    command = project.command_of(service)
    if command is None or not service.complete or project.partial:
        return
    workdir = project.workdir_of(service)
    span = command.span or (service.image.span if service.image is not None else service.span)
    seen: set[str] = set()
    for word in _named(command.words):
        if is_open(word) or (not word.startswith("/") and workdir is None):
            continue
        path = absolute(word, workdir or "/")
        if path not in seen:
            seen.add(path)
            found = _absent(project, service, word, path, span)
            if found is not None:
                yield found


def _named(words: Sequence[str]) -> Iterator[str]:
    """The scripts that a start line certainly runs."""
    if not words:
        return
    first = words[0]
    name = first.rpartition("/")[2]
    if name in _SHELLS:
        rest = [word for word in words[1:] if not word.startswith("-")]
        if any(word.startswith("-") and not word.startswith("--") and "c" in word for word in words[1:2]):
            yield from _in_text(rest[0] if rest else "")
            return
    if name in _RUNNERS:
        plain = [word for word in words[1:] if not word.startswith("-")]
        options = [word for word in words[1:] if word.startswith("-")]
        harmless = {"-u", "-e", "-x", "-ex", "-xe", "--watch", "--inspect", "-O"}
        early = [option for option in options if plain and words.index(option) < words.index(plain[0])]
        is_script = (
            bool(plain) and plain[0].endswith(_RUNNERS[name]) and plain[0].endswith((*_SCRIPTS, *_RUNNERS[name]))
        )
        if is_script and ("/" in plain[0] or plain[0].endswith(_SCRIPTS)) and harmless.issuperset(early):
            yield plain[0]
        return
    if "/" in first and first.endswith(_SCRIPTS):
        yield first


def _in_text(text: str) -> Iterator[str]:
    """The scripts that the text runs first of all, as long as only plain commands stand in it."""
    statements = parse_shell(text).statements
    for number, statement in enumerate(statements):
        following = statements[number + 1].joined_by if number + 1 < len(statements) else ""
        if not isinstance(statement, Command) or statement.joined_by == "||" or following == "||":
            return
        words = [word.value for word in statement.words]
        if words[:1] == ["cd"] or not all(word.static for word in statement.words[:2]):
            return
        if words[:1] == ["exec"]:
            words = words[1:]
        yield from _named(words)


def _absent(project: Project, service: Service, word: str, path: str, span: Span) -> AbsentScript | None:
    files = project.files_of(service)
    if files.exists(path):
        return None
    mount = winning_mount(project.mounts_of(service), path)
    if mount is not None:
        return _in_mount(project, mount, word, path, span)
    layout = project.layout_of(service)
    if layout is None or layout.context is None or not layout.context.known:
        return None
    return _in_image(project, layout, word, path, span)


def _in_mount(project: Project, mount: Mount, word: str, path: str, span: Span) -> AbsentScript | None:
    if mount.kind != "bind" or mount.host_path_in_tree is None or mount.target is None:
        return None
    if project.tree.kind(mount.host_path_in_tree) != "folder":
        return None  # another rule's
    host = "/".join(part for part in (mount.host_path_in_tree, relative(path, mount.target) or "") if part)
    if may_lie_there(project.workspace, host, told=True):
        return None
    return AbsentScript(word, path, "mount", span, mount.span, host)


def _in_image(project: Project, layout: Layout, word: str, path: str, span: Span) -> AbsentScript | None:
    """Missing in the image: the place is filled from the context, and no RUN names or fetches the file."""
    base = layout.stage.root.base
    if base is None or (project.workspace.image(base) is None and base != "scratch"):
        return None
    name = path.rpartition("/")[2]
    if _may_be_made(layout, name) or next(handed_over(layout, path), None) is not None:
        return None
    candidate: str | None = None
    place = None
    for copy in reversed(layout.copies):
        target = copy.source.target
        if copy.foreign or copy.origin is not None or copy.source.wildcards or target is None:
            if target is None or is_within(path, target):
                return None
            continue
        inner = copy.source.context_path(path)
        if inner and candidate is None and copy.source.is_folder:
            candidate, place = inner, copy.source.span
    context = layout.context
    if candidate is None or context is None:
        return None
    host = context.tree_path(candidate)
    kind = "image"
    if context.kind(candidate) is not None:
        if context.includes(candidate):
            return None
        kind = "ignored"
        pattern = context.why(candidate)
        place = pattern.span if pattern is not None else place
    elif may_lie_there(project.workspace, host, told=True):
        return None
    return AbsentScript(word, path, kind, span, place, host)


def _may_be_made(layout: Layout, name: str) -> bool:
    """Does a RUN of the chain, or of a stage that it takes from, name the file or fetch what may hold it?"""
    ending = name.rpartition(".")[2]
    compiled = ending in ("js", "mjs", "cjs")
    for step in layout.stage.steps:
        if step.instruction.keyword != "RUN":
            continue
        text = step.instruction.text + "".join(heredoc.body for heredoc in step.instruction.heredocs)
        if name in text or any(word in text for word in _FETCHES):
            return True
        if compiled and ("build" in text or "tsc" in text or "compile" in text or "bundle" in text):
            return True
    return False
