"""Does a server pick up changed source? By its table row, options, variables, configuration and its own file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from dockerlint.model.paths import absolute
from dockerlint.model.running.serverargs import Row, has_option, option_value
from dockerlint.model.running.shelltest import is_open
from dockerlint.source.record import dataclass
from dockerlint.source.text import SourceFile, Span

if TYPE_CHECKING:
    from dockerlint.model.running.scriptfiles import ScriptReading

Lookup = Callable[[str], tuple[bool, str | None]]
_OFF = frozenset({"", "0", "false", "f", "no", "n", "off", "none"})


class Files(Protocol):
    def read(self, path: str) -> SourceFile | None: ...


@dataclass(frozen=True, slots=True)
class Reload:
    """`works` is None where nobody knows. `how` names what decides it: an option, a variable, a file; "" for the
    program's own way. `span` is its place where that is a file of the tree.

    `excluded` is an option that rules reloading out though it is asked for (``--workers``).
    """

    works: bool | None
    how: str = ""
    span: Span | None = None
    excluded: str = ""


def reload_of(
    row: Row,
    argv: Sequence[str],
    plain: Sequence[str],
    root: str | None,
    lookup: Lookup,
    script: ScriptReading | None,
    files: Files,
) -> Reload:
    """How the server of a table row behaves when it is started with `argv` (folded)."""
    words = argv[1:]
    own = bool(row.get("reloads"))
    off = next((name for name in row.get("off", ()) if has_option(words, (name,))), None)
    if off is not None:
        return Reload(False, off)
    given = next((name for name in row.get("on", ()) if has_option(_of_program(row, words, plain), (name,))), None)
    if given is not None:
        return Reload(True, given, excluded=_many(row, words))
    if any(is_open(word) for word in words if not own and word.startswith(("$", "-"))):
        return Reload(None, "a variable in the command")
    for name in row.get("on_env", ()):
        is_set, text = lookup(name)
        if is_set:
            return Reload(text.lower() not in _OFF if text is not None else None, name)
    if "FLASK_DEBUG" in row.get("on_env", ()):
        return _of_flask_env(lookup, root, files)
    for name in row.get("words_env", ()):
        is_set, text = lookup(name)
        if is_set and (text is None or has_option(text.split(), row.get("on", ()))):
            return Reload(None if text is None else True, name)
    configured = _configured(row, argv, plain, root, files) if row.get("config") else None
    if configured is not None:
        return configured
    if script is not None and not own:
        return _of_script(script, lookup, root, files)
    return Reload(own)


def _of_program(row: Row, words: Sequence[str], plain: Sequence[str]) -> Sequence[str]:
    """The options in front of a script: what stands behind it is the script's own."""
    if row.get("runs") == "file" and row["name"] in ("node", "tsx", "ts-node", "python", "deno", "bun") and plain:
        return words[: list(words).index(plain[0])] if plain[0] in words else words
    return words


def _many(row: Row, words: Sequence[str]) -> str:
    """The option that asks for several processes, "" where there is none."""
    for name in row.get("workers", ()):
        value = option_value(words, (name,))
        if value is not None and value.isdigit() and int(value) > 1:
            return f"{name} {value}"
    return ""


def _configured(row: Row, argv: Sequence[str], plain: Sequence[str], root: str | None, files: Files) -> Reload | None:
    """What a configuration file says: the one that an option or a plain word names, else the usual ones."""
    config: dict[str, Any] = row["config"]
    named = option_value(argv[1:], config.get("options", ()))
    first = config.get("first")
    if named is None and first and plain:
        path = plain[0]
        if (
            path.endswith(first)
            if isinstance(first, str)
            else path.endswith((".json", ".yml", ".yaml", "config.js", "config.cjs"))
        ):
            named = path
    if named is not None and (is_open(named) or root is None):
        return Reload(None, named)
    names = [named.removeprefix("file:")] if named else config.get("names", ())
    for name in names:
        file = files.read(absolute(name, root or "/")) if root is not None else None
        if file is None:
            if named and not named.startswith("python:"):
                return Reload(None, name)
            continue
        found = _in_file(file, config)
        if found is not None:
            return found
    return Reload(None, named) if named and named.startswith("python:") else None


def _in_file(file: SourceFile, config: dict[str, Any]) -> Reload | None:
    if any(word in file.text for word in config.get("words", ())):
        return Reload(True, file.path, file.span(0, 0))
    keys = config.get("keys", ())
    if file.path.endswith((".py", ".js", ".cjs", ".mjs")):
        from dockerlint.formats.sourcecode import read_source

        facts = read_source(file)
        for switch in facts.switches:
            if switch.name in keys:
                known = {"true": True, "false": False}.get(switch.value.lower())
                return Reload(known, file.path, switch.span)
        # A list of watched folders, or a value that is made at run time.
        if any(read.given_to in keys for read in facts.env_reads) or any(text.name in keys for text in facts.texts):
            return Reload(True if any(text.name in keys for text in facts.texts) else None, file.path)
        return None
    from dockerlint.formats.configfiles import read_config

    for entry in read_config(file):
        if entry.key.rpartition(".")[2] in keys:
            return Reload(str(entry.value).lower() not in _OFF, file.path, entry.span)
    return None


def _of_script(script: ScriptReading, lookup: Lookup, root: str | None, files: Files) -> Reload:
    if script.reloads is not False or script.span is not None:
        return Reload(script.reloads, "the program's file", script.span)
    for name in script.follows_env:
        is_set, text = lookup(name)
        if is_set:
            return Reload(text.lower() not in _OFF if text is not None else None, name)
    return _of_flask_env(lookup, root, files) if script.follows_env else Reload(False)


def _of_flask_env(lookup: Lookup, root: str | None, files: Files) -> Reload:
    """FLASK_ENV=development switches reloading on in Flask before 2.3."""
    is_set, text = lookup("FLASK_ENV")
    if not is_set or (text is not None and text != "development"):
        return Reload(False)
    from dockerlint.model.running.flask import reads_flask_env

    reads = reads_flask_env(root, files)
    return Reload(reads if text is not None or reads is False else None, "FLASK_ENV")
