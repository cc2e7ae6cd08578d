"""The globs of a configuration, which count from its folder, for trees whose root is another."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from dockerlint.engine.settings import FileIgnore
from dockerlint.engine.suppress import is_named
from dockerlint.rulebook.finding import Finding
from dockerlint.rulebook.rule import Rule
from dockerlint.source.discover import is_excluded, parse_globs
from dockerlint.source.gitignore import decide


def globs_of_root(excluded: Iterable[tuple[str, str]], root: str) -> list[str]:
    """Each glob of a folder (on disk) as one that means the same from `root`; those that name nothing below it go."""
    moved = (_moved(glob, folder, root) for folder, glob in excluded)
    return [glob for glob in moved if glob is not None]


def without_ignored(
    findings: Iterable[Finding], ignores: Iterable[FileIgnore], root: str, rules: Mapping[str, Rule]
) -> list[Finding]:
    """Findings without those that `per-file-ignores` takes away. `root` is the folder on disk of their paths."""
    parsed = [(ignore, parse_globs((ignore.glob,))) for ignore in ignores]

    def is_ignored(finding: Finding) -> bool:
        for ignore, patterns in parsed:
            path = _relative(os.path.join(root, finding.file), ignore.folder)
            if path is not None and is_excluded(path, patterns):
                return any(is_named(name, finding, rules) for name in ignore.names)
        return False

    return [finding for finding in findings if not is_ignored(finding)]


def _moved(glob: str, folder: str, root: str) -> str | None:
    negation = "!" if glob.startswith("!") else ""
    body = glob[len(negation) :]
    anchored = "/" in body.rstrip("/")
    below = _relative(folder, root)
    if below is not None:
        if below == "":
            return glob
        return f"{negation}/{below}/{body.lstrip('/')}" if anchored else f"{negation}/{below}/**/{body}"
    above = _relative(root, folder)
    if above is None:
        return None
    if not anchored:
        patterns = parse_globs((body,))
        return f"{negation}*" if any(decide(patterns, name, True) for name in above.split("/")) else glob
    return _behind(negation, body.lstrip("/"), above.split("/"))


def _behind(negation: str, body: str, above: list[str]) -> str | None:
    """What is left of a glob behind the folders that lead to the root; None where they do not fit."""
    parts = body.split("/")
    for name in above:
        if parts[0] == "**":
            return f"{negation}{'/'.join(parts)}"
        if decide(parse_globs((parts[0],)), name, True) is not True:
            return None
        parts = parts[1:]
        if parts in ([], [""]):
            return f"{negation}*"
    return f"{negation}/{'/'.join(parts)}"


def _relative(path: str, folder: str) -> str | None:
    """`path` as seen from `folder`, with slashes; None where it lies outside."""
    try:
        relative = os.path.relpath(path, folder).replace(os.sep, "/")
    except ValueError:
        return None
    if relative == "." or not relative.startswith(".."):
        return "" if relative == "." else relative
    return None
