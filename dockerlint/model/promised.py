"""Paths that are not in the tree and that still may lie in the author's folder: ignored, built, or made as told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.source.discover import is_dockerfile
from dockerlint.source.pattern import pattern
from dockerlint.source.tree import join, parent

if TYPE_CHECKING:
    from dockerlint.model.workspace import Workspace
    from dockerlint.source.text import SourceFile

# Folders that builds and installs fill. One that is in the tree holds what it holds.
_OUTPUTS = frozenset(
    "dist build target out bin obj output .output .next .nuxt .svelte-kit coverage release publish node_modules vendor"
    " .venv venv env __pycache__ wheels wheelhouse generated gen artifacts public_html _build deps .git .yarn .pnpm"
    " .docker tmp temp .cache bower_components bundle site _site storybook-static".split()
)
_OUTPUT_ENDINGS = (
    ".jar",
    ".war",
    ".ear",
    ".whl",
    ".tgz",
    ".tar",
    ".tar.gz",
    ".zip",
    ".deb",
    ".rpm",
    ".so",
    ".exe",
    ".dll",
)
_MAKES = pattern(
    r"\b(?:cp|copy|copie|copier|copia|mv|rename|touch|tee|ln|wget|curl|mkcert|openssl|keygen|certbot|scp|rsync|cat|echo"
    r"|git clone|clone|submodule|download\w*|creat\w*|generat\w*|cr[ée]e\w*|crea\w*|crie|criar|gerar|genera\w*"
    r"|write|save|place|put|provide|export\w*|dump|init|unzip|zip|tar|bundle|compile|freeze|lock|prepare)\b"
    r"|\s--?o(?:ut)?\b|htpasswd",
    re.IGNORECASE,
)
_MAKES_FOLDERS = pattern(
    r"\b(?:mkdir|clone|submodule|unzip|tar|download\w*|startproject|startapp|generat\w*|scaffold\w*|cp|mv|ln|rsync"
    r"|create-[\w-]+|new|init|install)\b",
    re.IGNORECASE,
)
_LISTING = ("├", "└", "│", "|--", "`--", "+--")
_EXCERPT = pattern(r"\s*(?:-\s+[\"']?\.{0,2}/|COPY\b|ADD\b|FROM\b|RUN\b|CMD\b|ENTRYPOINT\b|dockerfile:|env_file)")
_SUBMODULE = pattern(r"^\s*path\s*=\s*(\S+)", re.MULTILINE)


def may_lie_there(workspace: Workspace, path: str, *, told: bool = False) -> bool:
    """May a path that is not in the tree lie in the folder of the people who work on the project?

    Git ignores it, it is a submodule's or a build's output, or a document says how it is made. `told`: a document that
    only names it is enough, as for files of settings, which everybody makes their own of.
    """
    tree = workspace.tree
    if not is_whole(workspace) or tree.ignored(path) or _is_output(workspace, path) or _in_submodule(workspace, path):
        return True
    name = path.rpartition("/")[2]
    if any(copy.target == path for copy in workspace.mentions().copies):
        return True
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.(?!git\b)\w)")
    folder = "." not in name and not is_dockerfile(name)
    for file in documents(workspace):
        if name not in file.text:
            continue
        for match in word.finditer(file.text):
            number, column = file.position(match.start())
            line = file.line_text(number)
            if any(sign in line for sign in _LISTING) or _EXCERPT.match(line):
                continue
            makes = (_MAKES_FOLDERS if folder else _MAKES).search(line)
            if (told and not folder) or makes or _is_redirected(line[: column - 1]):
                return True
    return False


def _is_redirected(before: str) -> bool:
    """Does the text before a name write into it: ``… > ./name``? A mark of a quotation or a tag does not."""
    head, sign, rest = before.rpartition(">")
    return bool(sign and head.strip()) and "<" not in head and not rest.strip("\"' ./").count(" ")


def is_whole(workspace: Workspace) -> bool:
    """Is the tree a whole project? False where most of what its Dockerfiles copy is not there."""
    if workspace.whole is None:
        present = absent = 0
        for path in workspace.paths_below(""):
            file = workspace.tree.read(path) if is_dockerfile(path) else None
            for instruction in workspace.dockerfile(file, {}).parsed.instructions if file is not None else ():
                if instruction.keyword not in ("COPY", "ADD") or instruction.flag("from") is not None:
                    continue
                names = [word.value for word in instruction.words[:-1]]
                for name in (name for name in names if not any(sign in name for sign in "$*?[:<") and name not in _ALL):
                    there = _is_above(workspace, path, name)
                    present += there
                    absent += not there
        workspace.whole = absent < _MANY or absent <= present
    return workspace.whole


_ALL = (".", "./", "/")
_MANY = 5


def _is_above(workspace: Workspace, path: str, name: str) -> bool:
    """Does the file lie in the Dockerfile's folder or in one above?"""
    folder = path
    while folder:
        folder = parent(folder)
        place = join(folder, name.lstrip("/"))
        if place is not None and workspace.tree.kind(place) is not None:
            return True
    return False


def documents(workspace: Workspace) -> Iterator[SourceFile]:
    """What tells people, or a pipeline, what to do."""
    for path in workspace.mentions().paths:
        file = workspace.tree.read(path)
        if file is not None and len(file.text) < 300_000:
            yield file


def moves_the_project(workspace: Workspace, folder: str = "", path: str = "") -> bool:
    """Is Compose started with another folder than that of its first file?

    A document says so; or `path`, which a compose file in `folder` names, holds that folder twice and is right without.
    """
    if folder and path.startswith(f"{folder}/{folder}/") and workspace.tree.kind(path[len(folder) + 1 :]) is not None:
        return True
    return any("--project-directory" in file.text for file in documents(workspace))


def _is_output(workspace: Workspace, path: str) -> bool:
    if path.lower().endswith(_OUTPUT_ENDINGS):
        return True
    parts = path.split("/")
    for count, part in enumerate(parts, 1):
        if part.lower() in _OUTPUTS and (count == len(parts) or workspace.tree.kind("/".join(parts[:count])) is None):
            return True
    return False


def _in_submodule(workspace: Workspace, path: str) -> bool:
    file = workspace.tree.read(".gitmodules")
    folders = _SUBMODULE.findall(file.text) if file is not None else []
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)
