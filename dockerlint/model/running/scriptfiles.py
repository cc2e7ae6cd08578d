"""What the files of a program say of it: does it serve, and does it pick up changed source?

A program's own file and what it imports of the project are read, not the packages that it uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from dockerlint.model.paths import absolute
from dockerlint.source.record import dataclass
from dockerlint.source.text import SourceFile, Span

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import Listen, SourceFacts, Switch
    from dockerlint.model.running.servers import Bind

_MOST_FILES = 60
_ENDINGS = {
    "python": (".py", "/__init__.py"),
    "javascript": ("", ".js", ".ts", ".mjs", ".cjs", ".tsx", ".jsx", "/index.js", "/index.ts"),
}
_SWITCHES = frozenset({"debug", "reload", "use_reloader", "autoreload", "auto_reload"})
_RUNNERS = ("run", "run_server", "run_app", "Application", "run_simple", "serve", "launch", "config", "Config")


class Files(Protocol):
    def read(self, path: str) -> SourceFile | None: ...

    def host_path(self, path: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class ScriptReading:
    """`reloads` is None where it depends on something unknown; `span` is the place that decides it.

    `follows_env` names variables that decide it when nothing is written: FLASK_DEBUG of ``app.run()``.
    `ends` says that the file is called like one that does its work and ends.
    """

    reloads: bool | None
    span: Span | None
    serves: bool
    ends: bool
    follows_env: tuple[str, ...]
    listens: tuple[Listen, ...]
    paths: tuple[str, ...]

    def bind(self, part: int, lookup: Callable[[str], tuple[bool, str | None]]) -> Bind:
        """The host (part 0) or port (part 1) of the first server that the files start."""
        from dockerlint.model.running.servers import Bind

        for listen in self.listens:
            env = listen.host_env if part == 0 else listen.port_env
            text = listen.host if part == 0 else listen.port
            given = listen.host_given if part == 0 else listen.port_given
            if env is not None:
                is_set, value = lookup(env)
                if is_set:
                    return Bind(value, env)
            if text is not None or given:
                return Bind(text, "source")
        return Bind(None, "")


def read_script(
    entries: Iterable[str], root: str | None, language: str, files: Files, facts: Mapping[str, Any]
) -> ScriptReading:
    """Read the entry files and what they import, nearest first."""
    words = facts.get(language, {})
    readings = list(_closure(list(entries), root, language, files))
    reloads: bool | None = False
    decisive: Span | None = None
    serves = False
    listens: list[Listen] = []
    follows: tuple[str, ...] = ()
    for _, facts_of, is_entry in readings:
        shown = [item for item in facts_of.listens if is_entry or not _inside(item.span, facts_of.main)]
        listens.extend(shown)
        serves = serves or bool(shown) or bool(_named(facts_of.imports, words.get("serving", ())))
        serves = serves or any(word in facts_of.file.text for word in words.get("words", ()))
        if language == "python" and any(_last(item.call) == "run" for item in shown) and _uses_flask(facts_of):
            follows = ("FLASK_DEBUG",)
        verdict = _verdict(facts_of, is_entry, language, words)
        if verdict is not None and reloads is not True and (verdict[0] is not False or decisive is None):
            reloads, decisive = verdict
    names = [path.rpartition("/")[2].rpartition(".")[0].lower() for path, _, is_entry in readings if is_entry]
    ends = any(_ends(name, facts.get("ends", ())) for name in names)
    return ScriptReading(
        reloads, decisive, serves, ends, follows, tuple(listens), tuple(path for path, _, _ in readings)
    )


def _verdict(
    facts: SourceFacts, is_entry: bool, language: str, words: Mapping[str, Any]
) -> tuple[bool | None, Span | None] | None:
    """Does this file decide it? (None inside of the answer: by something unknown.)"""
    reloading = _named(facts.imports, words.get("reloading", ()))
    if reloading or any(word in facts.file.text for word in words.get("calls", ())):
        return True, None
    if language != "python":
        return None
    if "FlaskGroup" in facts.file.text or _named(facts.imports, ("flask_script",)):
        return None, None  # a command line of its own: its arguments decide
    found: tuple[bool | None, Span | None] | None = None
    for switch in facts.switches:
        if switch.name.lower() not in _SWITCHES or not _decides(switch):
            continue
        if not is_entry and _inside(switch.span, facts.main):
            continue
        value = {"true": True, "1": True, "false": False, "none": False, "0": False}.get(switch.value.lower())
        if switch.name == "use_reloader" and value is False:
            return False, switch.span
        if found is None or found[0] is not True:
            found = (value, switch.span)
    for read in facts.env_reads:
        if (read.given_to or "").rpartition(".")[2].lower() in _SWITCHES and (found is None or found[0] is not True):
            found = (None, read.span)
    unread = not any(switch.name.lower() in _SWITCHES for switch in facts.switches)
    if found is None and unread and any(name in facts.file.text for name in ("debug=", "reload=")):
        return None, None  # an expression that nobody evaluates
    return found


def _decides(switch: Switch) -> bool:
    """An argument of what starts the server, or the application's own switch."""
    if switch.call is None:
        return switch.path.lower() in ("app.debug", "app.config.debug", "application.debug", "debug", "server.debug")
    return _last(switch.call) in _RUNNERS


def _uses_flask(facts: SourceFacts) -> bool:
    return "uvicorn" not in facts.imports and not _named(facts.imports, ("aiohttp", "sanic", "bottle", "uvicorn"))


def _closure(
    entries: list[str], root: str | None, language: str, files: Files
) -> Iterator[tuple[str, SourceFacts, bool]]:
    """The entry files and the project's files that they import."""
    from dockerlint.formats.sourcecode import read_source

    waiting = [(path, True) for path in entries]
    seen: set[str] = set()
    while waiting and len(seen) < _MOST_FILES:
        path, is_entry = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        file = files.read(path)
        if file is None:
            continue
        facts = read_source(file)
        yield path, facts, is_entry
        for name in facts.imports:
            found = imported_file(name, path, root, language, files)
            if found is not None:
                waiting.append((found, False))


def imported_file(name: str, path: str, root: str | None, language: str, files: Files) -> str | None:
    """The project's file that an import means, None for a package and for what is not there."""
    folder = path.rpartition("/")[0] or "/"
    if language == "python":
        dots = len(name) - len(name.lstrip("."))
        inner = name.lstrip(".").replace(".", "/")
        for _ in range(dots - 1):
            folder = folder.rpartition("/")[0] or "/"
        bases = [folder] if dots else [folder, *([root] if root and root != folder else [])]
    else:
        if not name.startswith("."):
            return None
        inner, bases = name, [folder]
    for base in bases:
        place = absolute(inner, base) if inner else base
        for ending in _ENDINGS[language]:
            if files.host_path(place + ending) is not None and files.read(place + ending) is not None:
                return place + ending
        if language == "javascript" and place.endswith(".js") and files.read(place[:-3] + ".ts") is not None:
            return place[:-3] + ".ts"
    return None


def _named(imports: Iterable[str], names: Iterable[str]) -> bool:
    wanted = set(names)
    return any(name in wanted or _parents(name) & wanted for name in imports)


def _parents(name: str) -> set[str]:
    """``kafka.admin`` is of ``kafka``, ``@nestjs/core/x`` of ``@nestjs/core``."""
    pieces = name.replace("/", ".").split(".")
    dotted = {".".join(pieces[:count]) for count in range(1, len(pieces))}
    slashed = name.split("/")
    return dotted | {"/".join(slashed[:count]) for count in range(1, len(slashed))}


def _ends(name: str, words: Iterable[str]) -> bool:
    """``seed_db``, ``create-tables``, ``initDb``: the first word of a file's name tells that it ends."""
    first = ""
    for sign in name:
        if not sign.isalpha():
            break
        first += sign
    return first in set(words)


def _inside(span: Span, outer: Span | None) -> bool:
    return outer is not None and outer.start <= span.start < outer.end


def _last(call: str | None) -> str:
    return (call or "").rpartition(".")[2]
