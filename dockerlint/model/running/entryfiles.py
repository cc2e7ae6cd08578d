"""The source files that a server's arguments name, as container paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from dockerlint.model.paths import absolute
from dockerlint.model.running.serverargs import Row, option_value
from dockerlint.model.running.shelltest import is_open
from dockerlint.source.text import SourceFile

_SCRIPT_ENDINGS = ("", ".js", ".ts", ".mjs", ".cjs", ".tsx", "/index.js", "/index.ts", ".py")


class Files(Protocol):
    def read(self, path: str) -> SourceFile | None: ...

    def host_path(self, path: str) -> str | None: ...


Found = tuple[str | None, tuple[str, ...]]  # where the first must lie, and those that are there


def entry_paths(
    row: Row,
    argv: Sequence[str],
    plain: Sequence[str],
    root: str | None,
    text: Callable[[str], str | None],
    files: Files,
) -> Found:
    """Where the source must lie that the program runs, and the files or folders of it that the tree knows."""
    runs = row.get("runs", "nothing")
    if root is None or runs == "nothing":
        return None, ()
    if runs in ("package", "folder"):
        return _package(runs, plain, root, files)
    if runs == "jar":
        jar = option_value(argv[1:], ("-jar",))
        return _existing([absolute(jar, root)] if jar and not is_open(jar) else [], files)
    if runs == "dll":
        named = [word for word in plain if word.endswith((".dll", ".exe"))][:1]
        return _existing([absolute(word, root) for word in named if not is_open(word)], files)
    if argv[:2] == ("python", "-m"):
        return _existing(
            list(_modules(argv[2] if len(argv) > 2 else "", [root, *_python_path(text, root)], True)), files
        )
    spec = next((given for name in row.get("app", ()) if (given := option_value(argv[1:], (name,)))), None)
    spec = spec or next((given for name in row.get("app_env", ()) if (given := text(name))), None)
    spec = spec or (plain[0] if plain else None)
    if spec is None:
        return _existing([absolute(name, root) for name in row.get("app_default", ())], files)
    if is_open(spec):
        return None, ()
    if runs == "module" or (row.get("app") and not spec.endswith(".py") and "/" not in spec):
        return _existing(list(_modules(spec, [root, *_python_path(text, root)], False)), files)
    path = absolute(spec.partition(":")[0] if row.get("app") else spec, root)
    return _existing([path + ending for ending in _SCRIPT_ENDINGS], files, only_files=True)


def _package(runs: str, plain: Sequence[str], root: str, files: Files) -> Found:
    """The folder that is served or run: the one that a plain word names, else the working folder."""
    for word in plain:
        path = absolute(word, root) if not is_open(word) else None
        if path is not None and (runs == "folder" or (files.host_path(path) is not None and "." not in word[2:])):
            return path, (path,) if files.host_path(path) is not None else ()
    return root, (root,)


def _python_path(text: Callable[[str], str | None], root: str) -> list[str]:
    """https://docs.python.org/3/using/cmdline.html#envvar-PYTHONPATH"""
    given = text("PYTHONPATH") or ""
    return [absolute(part, root) for part in given.split(":") if part and not is_open(part)]


def _modules(spec: str, roots: Iterable[str], runs_it: bool) -> Iterator[str]:
    """``pkg.mod:app`` as files below each folder of the search path, the module before what may contain it."""
    module = spec.partition(":")[0].partition("(")[0].strip()
    if not module or is_open(module):
        return
    inner = module.lstrip(".").replace(".", "/")
    for root in roots:
        base = absolute(inner, root)
        yield base + ".py"
        yield base + ("/__main__.py" if runs_it else "/__init__.py")
        if not runs_it:
            yield base + "/celery.py"
        yield base.rpartition("/")[0] + ".py"


def _existing(paths: list[str], files: Files, only_files: bool = False) -> Found:
    if not paths:
        return None, ()
    there = tuple(path for path in paths if files.host_path(path) is not None)
    if only_files:
        there = tuple(path for path in there if files.read(path) is not None)[:1]
    return paths[0], there[:1]
