"""What a program of a container is: the server or worker it starts, where its source lies, and where it listens.

The table is rules/facts/servers.yaml. Whether a program picks up changed source is in reloading.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from dockerlint.model.environment.effective import Environment
from dockerlint.model.paths import absolute
from dockerlint.model.running.command import Program
from dockerlint.model.running.entryfiles import entry_paths
from dockerlint.model.running.reloading import Reload, reload_of
from dockerlint.model.running.scriptfiles import ScriptReading, read_script
from dockerlint.model.running.serverargs import Row, folded, option_value, row_of
from dockerlint.model.running.shelltest import is_open
from dockerlint.source.record import dataclass
from dockerlint.source.text import SourceFile


class Files(Protocol):
    """What lies at the paths of the container, as far as it comes from the tree."""

    def read(self, path: str) -> SourceFile | None: ...

    def host_path(self, path: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Bind:
    """Where a server listens: a host or a port. `value` is None where nobody knows it.

    `how` is the option or variable that says so, "default" for the program's own, "source" for what its file says,
    "" where the table knows nothing. `configured` names a file that may say otherwise, "" where there is none.
    """

    value: str | None
    how: str
    configured: str = ""


@dataclass(frozen=True, slots=True)
class ServerUse:
    """A program that serves or works as long as the container runs.

    `argv` is its argument list under one name (see serverargs.folded), `plain` the words that are no options. `root`
    is the container folder in which it looks for its source, `entries` the files or folders of it that the arguments
    name and the tree knows; `expected` is where such a file must lie when none is known. `script` is what its own
    file says, for a program that only runs a file. `serves` is False where nothing shows that it keeps running.
    """

    name: str
    kind: str  # server | worker
    language: str
    program: Program
    argv: tuple[str, ...]
    plain: tuple[str, ...]
    row: Row
    root: str | None
    entries: tuple[str, ...]
    expected: str | None
    script: ScriptReading | None
    serves: bool
    reload: Reload
    host: Bind
    port: Bind


def server_of(program: Program, environment: Environment, files: Files, facts: Mapping[str, Any]) -> ServerUse | None:
    """What the program is; None for a command that ends, and for one that the table does not know."""
    argv = folded(program.argv)
    found = row_of(argv, facts)
    if found is None or found[0]["kind"] == "once" or is_open(argv[0]):
        return None
    row, plain = found
    root = _root(row, argv, program)
    variables = Variables(program, environment, files, root)
    expected, entries = entry_paths(row, argv, plain, root, variables.text, files)
    script = None
    if row.get("runs") == "file" and row.get("language") in ("python", "javascript") and row["name"] in _SCRIPTS:
        if argv[1:2] == ("-c",) or (not entries and expected is None):
            return None
        script = read_script(entries, root, row["language"], files, facts["servers"]["scripts"])
    return ServerUse(
        name=row["name"],
        kind=row["kind"],
        language=row.get("language", ""),
        program=program,
        argv=argv,
        plain=plain,
        row=row,
        root=root,
        entries=entries,
        expected=expected,
        script=script,
        serves=script is None or script.serves,
        reload=reload_of(row, argv, plain, root, variables.lookup, script, files),
        host=_bind(row.get("host") or {}, argv, plain, variables, 0, script),
        port=_bind(row.get("port") or {}, argv, plain, variables, 1, script),
    )


_SCRIPTS = frozenset({"python", "node", "ts-node", "tsx", "bun", "deno"})


@dataclass(frozen=True, slots=True)
class Variables:
    """The variables that one program sees: its own in front of the container's."""

    program: Program
    environment: Environment
    files: Files
    root: str | None

    def lookup(self, name: str) -> tuple[bool, str | None]:
        """Is it set, and to what? (None: nobody knows)"""
        if name in self.program.environment:
            return True, self.program.environment[name]
        setting = self.environment.get(name)
        if setting is not None:
            return True, setting.value
        if name.startswith("FLASK_"):
            from dockerlint.model.running.flask import flask_variable

            return flask_variable(name, self.root, self.files, self.environment.closed)
        return False, None

    def text(self, name: str) -> str | None:
        return self.lookup(name)[1]


def servers_of(
    programs: tuple[Program, ...], environment: Environment, files: Files, facts: Mapping[str, Any]
) -> Iterator[ServerUse]:
    """The servers and workers of the table among the programs of a container that certainly run on."""
    for program in programs:
        use = server_of(program, environment, files, facts) if program.certain else None
        if use is not None and goes_on(use, programs):
            yield use


def goes_on(use: ServerUse, programs: tuple[Program, ...]) -> bool:
    """Does the program run on? A script in the foreground with another program behind it is one that ends."""
    program = use.program
    last = next((one for one in reversed(programs) if one.certain and not one.background), None)
    return use.script is None or program.background or program is last


def _root(row: Row, argv: tuple[str, ...], program: Program) -> str | None:
    """The folder in which the program looks for its source; None where nobody knows."""
    given = option_value(argv[1:], row.get("chdir", ())) if row.get("chdir") else None
    if (given and is_open(given)) or program.workdir is None:
        return None
    if argv[0] == "manage.py":
        script = next((word for word in program.argv if word.endswith("manage.py")), "manage.py")
        return absolute(script, program.workdir).rpartition("/")[0] or "/"
    return absolute(given, program.workdir) if given else program.workdir


def _bind(
    facts: Mapping[str, Any],
    argv: tuple[str, ...],
    plain: tuple[str, ...],
    variables: Variables,
    part: int,
    script: ScriptReading | None,
) -> Bind:
    """The host (part 0) or the port (part 1) by option, plain word, variable, the program's file or its default."""
    configured = facts.get("file", "")
    for name in facts.get("options", ()):
        given = option_value(argv[1:], (name,))
        if given is not None:
            if not given and facts.get("flag"):
                return Bind("0.0.0.0", name)
            return Bind(_known(given.removeprefix("tcp://")), name)
    for name in facts.get("bind", ()):
        given = option_value(argv[1:], (name,))
        pieces = _address(given) if given else None
        if pieces is not None and pieces[part]:
            return Bind(_known(pieces[part]), name)
    if facts.get("first") and plain:
        pieces = _address(plain[0]) if ":" in plain[0] or not plain[0].isdigit() else ("", plain[0])
        if pieces[part]:
            return Bind(_known("0.0.0.0" if pieces[part] == "0" else pieces[part]), plain[0])
    for name in facts.get("env", ()):
        is_set, text = variables.lookup(name)
        if is_set:
            return Bind(text, name)
    if script is not None:
        return script.bind(part, variables.lookup)
    default = facts.get("default")
    return Bind(str(default) if default is not None else None, "default" if default is not None else "", configured)


def _known(text: str) -> str | None:
    return None if is_open(text) else text


def _address(text: str) -> tuple[str, str]:
    """``tcp://0.0.0.0:80``, ``:8000``, ``[::]:80``, ``localhost`` as host and port."""
    text = text.rpartition("//")[2]
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        return host, rest.removeprefix(":")
    host, colon, port = text.rpartition(":")
    if not colon:
        return ("", text) if text.isdigit() else (text, "")
    return ("0.0.0.0" if host in ("", "*") else host), port
