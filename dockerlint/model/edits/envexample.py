"""Names of variables in the example of an env file, never their values, and the text that asks for a variable."""

from __future__ import annotations

import re

from dockerlint.model.edits.ignorelines import append_lines
from dockerlint.source.text import Edit, SourceFile
from dockerlint.source.tree import FileTree

EXAMPLES = (".env.example", ".env.sample", ".env.template", ".env.dist", "env.example", "example.env", ".env-example")
_LINE = r"^\s*#?\s*(?:export\s+)?%s\s*="


def required(name: str) -> str:
    """The text that makes Compose stop with a message where the variable is not set."""
    return f"${{{name}:?set {name} in .env}}"


def name_in_example(tree: FileTree, folder: str, names: list[str]) -> tuple[Edit, ...] | None:
    """``NAME=`` lines for the names that the example of the folder lacks; () where it has them all.

    The example is the first of EXAMPLES that is there, else a new ``.env.example``. None where it cannot be read.
    """
    paths = [f"{folder}/{name}" if folder else name for name in EXAMPLES]
    path = next((path for path in paths if tree.kind(path) is not None), None)
    file = tree.read(path) if path is not None else SourceFile(paths[0], "")
    if file is None:
        return None
    missing = [name for name in names if not re.search(_LINE % re.escape(name), file.text, re.MULTILINE)]
    return (append_lines(file, [f"{name}=" for name in missing]),) if missing else ()
