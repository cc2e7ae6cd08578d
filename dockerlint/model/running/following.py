"""Follow a command down to the programs that it starts: shells, wrappers, scripts of package.json, scripts in the tree.

Nothing is run. What cannot be followed leaves `Follower.complete` False, and checks stay silent about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from dockerlint.formats.shelltree import Block
from dockerlint.formats.shellwords import parse_shell
from dockerlint.model.environment.effective import Environment
from dockerlint.model.paths import absolute
from dockerlint.model.running.command import EffectiveCommand, Passage, Program, StartLine
from dockerlint.model.running.scriptrunners import ScriptCall, listed_commands, script_call
from dockerlint.model.running.shellrun import ShellState, run_shell
from dockerlint.model.running.shelltest import is_open
from dockerlint.model.running.wrappers import peel
from dockerlint.source.record import dataclass, field, replace
from dockerlint.source.text import SourceFile, Span

_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh"})
_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_DEPTH = 12
_MOST = 200


class ContainerFiles(Protocol):
    """What lies at the paths of the container, as far as it comes from the tree."""

    def read(self, path: str) -> SourceFile | None: ...

    def exists(self, path: str) -> bool | None:
        """None: nobody knows."""
        ...

    def package_scripts(self, workdir: str) -> tuple[str, Mapping[str, tuple[str, Span]]] | None:
        """The folder of the package.json at or above a container folder, and its scripts with their places."""
        ...

    def workspace(self, workdir: str, name: str) -> str | None:
        """The container folder of the workspace package `name` of the package at `workdir`."""
        ...


@dataclass(frozen=True, slots=True)
class _At:
    """Where a command line stands and what it starts with."""

    span: Span
    workdir: str | None
    environment: Mapping[str, str | None]
    wrappers: tuple[str, ...] = ()
    trail: tuple[Passage, ...] = ()
    certain: bool = True
    background: bool = False
    depth: int = 0


@dataclass(slots=True)
class Follower:
    files: ContainerFiles
    environment: Environment
    facts: Mapping[str, Any]
    passing_entrypoint: tuple[str, ...] = ()  # the base image's own entrypoint: it runs its arguments
    complete: bool = True
    count: int = field(default=0)

    def follow(self, argv: tuple[str, ...], at: _At) -> Iterator[Program]:
        self.count += 1
        if at.depth > _DEPTH or self.count > _MOST or not argv:
            self.complete = self.complete and bool(argv)
            return
        if is_open(argv[0]):
            self.complete = False
            return
        name = argv[0].rpartition("/")[2]
        inner = replace(at, depth=at.depth + 1)
        passing = self.passing_entrypoint
        if passing and argv[: len(passing)] == passing and self._read(argv[0], at) is None:
            yield from self.follow(argv[len(passing) :], replace(inner, wrappers=(*at.wrappers, name)))
            return
        if name in _SHELLS:
            yield from self._shell(name, argv, inner)
            return
        peeled = peel(argv, self.facts)
        if peeled is not None:
            environment = {**at.environment, **peeled.assignments}
            workdir = absolute(peeled.workdir, at.workdir or "/") if peeled.workdir else at.workdir
            wrappers = (*at.wrappers, name)
            yield from self.follow(
                peeled.argv, replace(inner, environment=environment, wrappers=wrappers, workdir=workdir)
            )
            return
        commands = listed_commands(argv)
        if commands is not None:
            for text in commands:
                # They run side by side: none waits for another to end.
                beside = replace(inner, wrappers=(*at.wrappers, name), background=True)
                yield from self._text(text, (), beside, at.span)
            return
        call = script_call(argv)
        if call is not None:
            yield from self._script(call, argv, inner)
            return
        if name == "supervisord" or name == "make":
            yield from self._listed_file(name, argv, inner)
            return
        file = self._read(argv[0], at) if "/" in argv[0] or name.endswith(".sh") or "entrypoint" in name else None
        if file is not None:
            yield from self._file(file, argv, inner)
            return
        if name.endswith((".sh", ".bash")) or "entrypoint" in name:
            self.complete = False
        yield self._program(argv, at)

    def _program(self, argv: tuple[str, ...], at: _At) -> Program:
        return Program(argv, at.span, at.workdir, at.environment, at.wrappers, at.trail, at.certain, at.background)

    def _read(self, word: str, at: _At) -> SourceFile | None:
        if is_open(word):
            return None
        if "/" in word:
            return self.files.read(absolute(word, at.workdir or "/")) if word.startswith("/") or at.workdir else None
        return next((file for folder in _PATH if (file := self.files.read(f"{folder}/{word}")) is not None), None)

    def _shell(self, name: str, argv: tuple[str, ...], at: _At) -> Iterator[Program]:
        """``sh -c TEXT ARGS`` or ``bash FILE ARGS``."""
        at = replace(at, wrappers=(*at.wrappers, name))
        rest = list(argv[1:])
        while rest and rest[0].startswith(("-", "+")):
            option = rest.pop(0)
            if option.startswith("--"):
                continue
            if "c" in option:
                if rest:
                    yield from self._text(rest[0], tuple(rest[2:]), at, at.span)
                return
            if option in ("-o", "-O", "+o") and rest:
                rest.pop(0)
        if not rest:
            return
        if is_open(rest[0]):
            self.complete = False
            return
        peeled = peel(tuple(rest), self.facts)
        if peeled is not None:
            yield from self.follow(tuple(rest), at)
            return
        path = absolute(rest[0], at.workdir or "/")
        file = self.files.read(path) if rest[0].startswith("/") or at.workdir else None
        if file is None:
            self.complete = False
            return
        passage = Passage(at.span, f"runs {rest[0]}")
        inside = replace(at, trail=(*at.trail, passage))
        block = parse_shell(file.text)
        yield from self._block(block, tuple(rest[1:]), inside, _locator(file, at.span), rest[0])

    def _file(self, file: SourceFile, argv: tuple[str, ...], at: _At) -> Iterator[Program]:
        """A script of the tree that is executed by its path."""
        first = file.text[:200].split("\n", 1)[0]
        passage = Passage(at.span, f"runs {argv[0]}")
        at = replace(at, trail=(*at.trail, passage))
        interpreter = first[2:].split() if first.startswith("#!") else []
        names = [word.rpartition("/")[2] for word in interpreter if not word.startswith("-")]
        if names[:1] == ["env"]:
            names = names[1:]
        if not names and not argv[0].endswith(".sh") and "entrypoint" not in argv[0]:
            self.complete = False
            return
        if not names or names[0] in _SHELLS:
            yield from self._block(parse_shell(file.text), argv[1:], at, _locator(file, at.span), argv[0])
            return
        yield self._program((names[0], absolute(argv[0], at.workdir or "/"), *argv[1:]), at)

    def text(
        self, text: str, arguments: tuple[str, ...], at: _At, locate: Callable[[int, int], Span]
    ) -> Iterator[Program]:
        yield from self._block(parse_shell(text), arguments, at, locate)

    def _text(self, text: str, arguments: tuple[str, ...], at: _At, span: Span) -> Iterator[Program]:
        yield from self._block(parse_shell(text), arguments, at, lambda start, end: span)

    def _block(
        self,
        block: Block,
        arguments: tuple[str, ...],
        at: _At,
        locate: Callable[[int, int], Span],
        script: str | None = None,
    ) -> Iterator[Program]:
        variables: dict[str, str | None] = {name: s.value for name, s in self.environment.settings.items()}
        variables.update(at.environment)
        known = not any(map(is_open, arguments))
        state = ShellState(
            variables,
            positional=arguments if known else None,
            workdir=at.workdir,
            closed=self.environment.closed,
            source=lambda path, state: self._sourced(path, state, at),
            exists=self.files.exists,
            script=script,
        )
        for ran in run_shell(block, state):
            yield from self.follow(
                ran.words,
                replace(
                    at,
                    span=locate(ran.start, ran.end),
                    workdir=ran.workdir,
                    environment={**at.environment, **ran.assignments},
                    certain=at.certain and ran.certain,
                    background=at.background or ran.background,
                    depth=at.depth + 1,
                ),
            )
        self.complete = self.complete and state.complete

    def _sourced(self, path: str, state: ShellState, at: _At) -> Block | None:
        if is_open(path) or at.depth + state.depth > _DEPTH:
            return None
        file = self.files.read(absolute(path, state.workdir or "/"))
        return parse_shell(file.text) if file else None

    def _script(self, call: ScriptCall, argv: tuple[str, ...], at: _At) -> Iterator[Program]:
        """A script of package.json: ``npm run dev -- --host``."""
        workdir = at.workdir
        if workdir is None:
            self.complete = False
            return
        if call.folder:
            workdir = absolute(call.folder, workdir)
        if call.workspace:
            inner = self.files.workspace(workdir, call.workspace)
            if inner is None:
                self.complete = False
                return
            workdir = inner
        found = self.files.package_scripts(workdir)
        if found is None:
            self.complete = False
            return
        folder, scripts = found
        if call.name not in scripts:
            if call.name == "start" and call.runner == "npm" and self.files.exists(absolute("server.js", folder)):
                yield self._program(("node", "server.js"), replace(at, workdir=folder))
            elif call.bare:
                yield from self.follow(
                    (call.name, *call.arguments), replace(at, workdir=workdir, wrappers=(*at.wrappers, call.runner))
                )
            return
        for name in (f"pre{call.name}", call.name):
            if name not in scripts or (name != call.name and not call.hooks):
                continue
            text, span = scripts[name]
            if name == call.name and call.arguments:
                text = " ".join((text, *call.arguments))
            passage = Passage(at.span, f"{' '.join(argv[:3])} runs the script {name}")
            inside = replace(
                at, workdir=folder, wrappers=(*at.wrappers, call.runner), trail=(*at.trail, passage), span=span
            )
            yield from self._text(text, (), inside, span)

    def _listed_file(self, name: str, argv: tuple[str, ...], at: _At) -> Iterator[Program]:
        """Programs that a supervisor's configuration or a Makefile lists."""
        from dockerlint.model.running.commandlists import makefile_lines, supervisor_commands

        reader = supervisor_commands if name == "supervisord" else makefile_lines
        lines = reader(argv, at.workdir, self.files.read)
        if lines is None:
            self.complete = False
            return
        for text, span in lines:
            passage = Passage(at.span, f"{name} runs it")
            inside = replace(at, span=span, wrappers=(*at.wrappers, name), trail=(*at.trail, passage))
            inside = replace(inside, background=at.background or name == "supervisord")
            yield from self._text(text, (), inside, span)


def _locator(file: SourceFile, span: Span) -> Callable[[int, int], Span]:
    """Places in a script; in one that the image writes itself, the place of what runs it."""
    return file.span if file.path else lambda start, end: span


def follow_start(line: StartLine, workdir: str | None, follower: Follower, fallback: Span) -> EffectiveCommand:
    """All programs of a container's start line. `fallback` is the place of a command that the base image gives."""
    span = line.span or fallback
    at = _At(span, workdir, {})
    if not line.known:
        follower.complete = False
    if line.script is not None and line.words[-1] == line.script.text and len(line.words) >= 2:
        shell = line.words[:-1]
        if shell[0].rpartition("/")[2] in _SHELLS:
            inside = replace(at, wrappers=(shell[0].rpartition("/")[2],))
            programs = tuple(follower.text(line.script.text, (), inside, line.script.locate))
            return EffectiveCommand(line.words, programs, follower.complete, line.span, line.in_compose)
    programs = tuple(follower.follow(line.words, at))
    return EffectiveCommand(line.words, programs, follower.complete, line.span, line.in_compose)
