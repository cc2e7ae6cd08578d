"""A configuration file → plain values, each with its line. Knows YAML and TOML, and no setting."""

from __future__ import annotations

import os
from typing import Any

from dockerlint.engine.settings import UsageError
from dockerlint.source.record import dataclass

NAMES = (".dockerlint.yaml", ".dockerlint.yml", ".dockerlint.toml", "pyproject.toml")
"""In one folder the first of these counts; pyproject.toml only with a table [tool.dockerlint]."""
_TABLE = ("tool", "dockerlint")
_LARGEST = 1 << 20  # bytes

Raw = dict[str, Any]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """`path` on disk, `shown` as seen from the working directory, `lines` the line of every key by its path."""

    path: str
    shown: str
    values: Raw
    lines: dict[Path, int]

    @property
    def folder(self) -> str:
        return os.path.dirname(self.path)

    def place(self, *keys: str) -> str:
        """`.dockerlint.yaml:3`: where a key stands, or the nearest one above it."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return f"{self.shown}:{self.lines[keys]}" if keys else self.shown


def find(start: str) -> str | None:
    """The nearest configuration file from a folder upwards, None where there is none."""
    at = start
    while True:
        for name in NAMES:
            path = os.path.join(at, name)
            if has_settings(path):
                return path
        above = os.path.dirname(at)
        if above == at:
            return None
        at = above


def has_settings(path: str) -> bool:
    """Is a file of one of NAMES there, pyproject.toml with our table in it?"""
    return os.path.isfile(path) and (os.path.basename(path) != "pyproject.toml" or _has_table(path))


def read(path: str, cwd: str) -> ConfigFile:
    """Raises UsageError for a file that cannot be read or parsed, with its line where there is one."""
    from dockerlint.rulebook.finding import shown_path

    shown = shown_path(os.path.dirname(path).replace(os.sep, "/"), os.path.basename(path), cwd.replace(os.sep, "/"))
    try:
        with open(path, "rb") as stream:
            data = stream.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{shown}: {error.strerror}") from None
    if len(data) > _LARGEST:
        raise UsageError(f"{shown}: is larger than a configuration can be")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{shown}: is not UTF-8 text") from None
    if path.endswith(".toml"):
        values, lines = _toml(text, shown, _TABLE if os.path.basename(path) == "pyproject.toml" else ())
    else:
        values, lines = _yaml(text, shown)
    return ConfigFile(path, shown, values, lines)


def _has_table(path: str) -> bool:
    try:
        with open(path, "rb") as stream:
            return b"[tool.dockerlint" in stream.read(_LARGEST)
    except OSError:
        return False


def _yaml(text: str, shown: str) -> tuple[Raw, dict[Path, int]]:
    from dockerlint.formats.yamlnodes import Mapping, Node, Sequence, node_to_plain
    from dockerlint.formats.yamltree import parse_yaml
    from dockerlint.source.text import SourceFile

    parsed = parse_yaml(SourceFile(shown, text))
    for problem in parsed.problems:
        raise UsageError(f"{shown}:{problem.span.line}: {problem.message}")
    lines: dict[Path, int] = {}

    def note(node: Node, path: Path) -> None:
        if isinstance(node, Mapping):
            for key, entry in node.entries.items():
                below = (*path, key)
                lines[below] = entry.key.span.line
                note(entry.value, below)
        elif isinstance(node, Sequence):
            for item in node.items:
                lines.setdefault((*path, str(node_to_plain(item))), item.span.line)

    root = parsed.documents[0] if parsed.documents else None
    plain = node_to_plain(root)
    if plain is None:
        return {}, {}
    if root is None or not isinstance(plain, dict):
        raise UsageError(f"{shown}:1: a configuration is a mapping of settings")
    note(root, ())
    return plain, lines


def _toml(text: str, shown: str, table: Path) -> tuple[Raw, dict[Path, int]]:
    import re
    import sys

    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    try:
        values: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        message = re.sub(r"\s*\(at line.*\)$", "", str(error))
        raise UsageError(f"{shown}:{line.group(1) if line else 1}: {message}") from None
    for name in table:
        values = values.get(name) or {}
    return values, _toml_lines(text, values, table)


def _toml_lines(text: str, values: Any, table: Path) -> dict[Path, int]:
    """The line of each key, found again in the text: TOML's reader does not tell."""
    import re

    rows = text.split("\n")
    lines: dict[Path, int] = {}

    def seek(value: Any, path: Path, start: int) -> None:
        if not isinstance(value, (dict, list)):
            return
        for key in value if isinstance(value, dict) else [item for item in value if isinstance(item, str)]:
            word = re.compile(rf"""(?<![\w-])["']?{re.escape(str(key))}["']?(?![\w-])""")
            found = next((row for row in range(start, len(rows)) if word.search(rows[row])), None)
            if found is not None:
                below = (*path, str(key))
                lines[below] = found + 1
                if isinstance(value, dict):
                    seek(value[key], below, found)

    header = ".".join(table)
    seek(values, (), next((row for row, line in enumerate(rows) if header and header in line), 0))
    return lines
