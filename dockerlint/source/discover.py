"""Which files of a tree may count: walking it, and names that Dockerfiles and compose files have.

It does not read files, nor decide which compose files belong together.
"""

from __future__ import annotations

from collections.abc import Iterator

from dockerlint.source.gitignore import IgnorePattern, decide, parse_pattern
from dockerlint.source.tree import FileTree, ReadProblem

DEEPEST = 24
MOST_FILES = 200_000

SKIPPED_FOLDERS = frozenset(
    {
        ".git", ".hg", ".svn", "node_modules", "bower_components", "jspm_packages", "vendor", ".venv", "venv",
        "__pycache__", "site-packages", ".tox", ".nox", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".gradle",
        ".terraform", ".bundle", ".yarn", ".pnpm-store", ".next", ".nuxt", ".svelte-kit", ".angular", ".idea", ".cache",
    }
)  # fmt: skip

_NOT_DOCKERFILE = (
    ".dockerignore", ".md", ".txt", ".sh", ".py", ".js", ".ts", ".html", ".json", ".orig", ".rej", ".swp", ".bak", "~",
    ".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".template", ".erb", ".mustache", ".hbs", ".ejs", ".in",
)  # fmt: skip
_YAML = (".yml", ".yaml")
_WORKFLOWS = "/.github/"  # deploy-docker-compose.yml is a workflow there


def walk(tree: FileTree, folder: str = "", excluded: tuple[IgnorePattern, ...] = ()) -> Iterator[str]:
    """Files below `folder`, folder by folder, each sorted; without what is skipped, git-ignored or excluded.

    Links to folders are not followed: their files have a place of their own. Goes `DEEPEST` folders down and stops
    after `MOST_FILES` files, which is a problem of the tree then.
    """
    pending = [(folder, 0)]
    count = 0
    while pending:
        at, depth = pending.pop()
        folders = []
        for entry in tree.entries(at):
            path = f"{at}/{entry.name}" if at else entry.name
            if entry.folder and (entry.link or entry.name in SKIPPED_FOLDERS or depth >= DEEPEST):
                continue
            if tree.ignored(path) or (excluded and is_excluded(path, excluded, entry.folder)):
                continue
            if entry.folder:
                if _is_false_friend(tree, path):
                    tree.read(path)  # leaves its reason with the tree
                folders.append((path, depth + 1))
                continue
            count += 1
            if count > MOST_FILES:
                tree.problems.append(ReadProblem(folder, f"holds more than {MOST_FILES} files; the rest was not read"))
                return
            yield path
        pending.extend(reversed(folders))


def is_dockerfile(path: str) -> bool:
    """Does the name say Dockerfile: Dockerfile, Dockerfile.x, x.Dockerfile, the same with Containerfile, any case?"""
    name = path.rpartition("/")[2].lower()
    if name in ("dockerfile", "containerfile"):
        return True
    if name.startswith(("dockerfile.", "containerfile.")):
        return not name.endswith(_NOT_DOCKERFILE)
    return name.endswith((".dockerfile", ".containerfile"))


def is_compose(path: str) -> bool:
    """Does the name say compose file: compose.yaml, docker-compose.yml, an override or a variant of them?"""
    name = path.rpartition("/")[2].lower()
    if not name.endswith(_YAML) or _WORKFLOWS in f"/{path}":
        return False
    stem = name.rpartition(".")[0]
    for base in ("docker-compose", "compose"):
        if stem == base or stem.startswith((base + ".", base + "-", base + "_")):
            return True
    return stem.endswith((".docker-compose", "-docker-compose", "_docker-compose"))


def parse_globs(globs: tuple[str, ...]) -> tuple[IgnorePattern, ...]:
    """`--exclude` globs, which match as lines of a `.gitignore` at the root do."""
    return tuple(pattern for glob in globs if (pattern := parse_pattern(glob)) is not None)


def is_excluded(path: str, excluded: tuple[IgnorePattern, ...], folder: bool = False) -> bool:
    """Does a glob name the path or a folder above it?"""
    if not excluded:
        return False
    parts = path.split("/")
    return any(
        decide(excluded, "/".join(parts[:count]), folder or count < len(parts)) is True
        for count in range(1, len(parts) + 1)
    )


def _is_false_friend(tree: FileTree, path: str) -> bool:
    """A folder with the exact name of a Dockerfile or compose file that holds none.

    Docker itself makes such an empty folder where a bind mount's source file is missing.
    """
    if path.rpartition("/")[2] not in ("Dockerfile", "Containerfile") and not is_compose(path):
        return False
    return not any(item.folder or is_dockerfile(item.name) or is_compose(item.name) for item in tree.entries(path))
