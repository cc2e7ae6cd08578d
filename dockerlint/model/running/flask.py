"""What decides how Flask runs beside the command: the env files that it loads itself, and its version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from dockerlint.model.paths import absolute
from dockerlint.source.text import SourceFile

if TYPE_CHECKING:
    from dockerlint.formats.manifests import Manifest

_MANIFESTS = ("requirements.txt", "requirements/base.txt", "requirements/prod.txt", "pyproject.toml", "Pipfile")
_LOCKS = ("poetry.lock", "Pipfile.lock", "uv.lock", "pdm.lock")
_LAST_WITH_ENV = (2, 2)


class Files(Protocol):
    def read(self, path: str) -> SourceFile | None: ...


def flask_variable(name: str, root: str | None, files: Files, closed: bool) -> tuple[bool, str | None]:
    """A variable that only ``.env`` or ``.flaskenv`` beside the program sets.

    https://flask.palletsprojects.com/en/stable/cli/#environment-variables-from-dotenv
    """
    for file_name in (".env", ".flaskenv") if root is not None else ():
        file = files.read(absolute(file_name, root or "/"))
        if file is None:
            continue
        from dockerlint.formats.dotenv import parse_dotenv

        for entry in parse_dotenv(file).entries:
            if entry.name == name:
                return True, entry.value
    return (False, None) if closed else (True, None)


def reads_flask_env(root: str | None, files: Files) -> bool | None:
    """Does the installed Flask still read FLASK_ENV? It does up to 2.2; None where the version is unknown.

    https://flask.palletsprojects.com/en/stable/changes/#version-2-3-0
    """
    known: bool | None = None
    for manifest in _manifests(root, files):
        wanted = manifest.requirement("flask")
        if wanted is None:
            continue
        version = _version(wanted)
        if version is not None:
            return version <= _LAST_WITH_ENV
        known = False if not wanted.strip() or wanted.strip() in ("*", "latest") else known
    if known is False and any(files.read(absolute(name, root or "/")) is not None for name in _LOCKS):
        return None
    return known


def _manifests(root: str | None, files: Files) -> Iterator[Manifest]:
    if root is None:
        return
    from dockerlint.formats.manifests import read_manifest

    for folder in dict.fromkeys((root, root.rpartition("/")[0] or "/")):
        for name in _MANIFESTS:
            file = files.read(absolute(name, folder))
            if file is not None:
                yield read_manifest(file)


def _version(wanted: str) -> tuple[int, int] | None:
    """The version that a requirement pins (``==2.2.5``, ``~=1.1``, ``<2.3``, ``^1.1``); None where it is open."""
    text = wanted.strip()
    for sign in ("===", "==", "~=", "^", "~"):
        if text.startswith(sign):
            return _numbers(text[len(sign) :])
    if "<" in text:
        limit = _numbers(text.rpartition("<")[2].lstrip("="))
        if limit is not None and limit <= (2, 3) and "<=" not in text:
            return _LAST_WITH_ENV
        return limit
    return _numbers(text) if text[:1].isdigit() else None


def _numbers(text: str) -> tuple[int, int] | None:
    pieces = text.strip().split(",")[0].split(".")
    if not pieces[0].strip().isdigit():
        return None
    second = pieces[1].strip() if len(pieces) > 1 else "0"
    return int(pieces[0]), int(second) if second.isdigit() else 0
