"""The variables that a service's source cannot do without: reads that certainly run and that nothing stands in for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dockerlint.source.pattern import pattern
from dockerlint.source.tree import parent

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import EnvRead
    from dockerlint.model.project import Project, SourceUse
    from dockerlint.model.running.reached import Reach

# Folders and files of one-off work, which no server runs.
_ASIDE = frozenset(("migrations", "seeds", "seeders", "seed", "scripts", "examples", "docs", "tasks", "bin", "tools"))
_TOOLS = (
    "webpack.", "vite.config", "vitest.", "jest.", "next.config", "nuxt.config", "vue.config", "rollup.", "babel.",
    "gulpfile", "gruntfile", "cypress.", "playwright.", "tailwind.", "postcss.", "eslint", "prettier", "craco.",
    "drizzle.config", "knexfile", "ormconfig", "codegen", "newrelic", "setup.py", "fabfile", "conftest", "noxfile",
    "tasks.py", "gunicorn",
)  # fmt: skip
# What a settings class reads as one plain value; a field of another type may be built of several variables.
_PLAIN_TYPE = pattern(r":\s*(?:str|int|float|bool|SecretStr|\w*Url|\w*Dsn|EmailStr|Path|FilePath)\s*(?:$|=|#)")


def needed_reads(project: Project, reach: Reach) -> dict[str, list[EnvRead]]:
    """By name, the reads of it in the order of the files."""
    found: dict[str, list[EnvRead]] = {}
    coped = {read.name for use in reach.possible.values() for read in use.facts.env_reads if read.has_default}
    for path, use in reach.certain.items():
        if is_aside(project.workspace.own(path)):
            continue
        for read in use.facts.env_reads:
            if read.required and not read.has_default and read.name not in coped and _counts(project, path, use, read):
                found.setdefault(read.name, []).append(read)
    return {name: reads for name, reads in found.items() if not any(_tested(read, reach.possible) for read in reads)}


def is_aside(path: str) -> bool:
    """Is it a file of one-off work or of the tools, by its path?"""
    parts = path.lower().split("/")
    return not _ASIDE.isdisjoint(parts[:-1]) or parts[-1].startswith(_TOOLS)


def _counts(project: Project, path: str, use: SourceUse, read: EnvRead) -> bool:
    facts = use.facts
    language = facts.language
    if "TEST" in read.name.upper().split("_"):
        return False
    if facts.main is not None and facts.main.start <= read.span.start < facts.main.end:
        return False
    if not read.name.isascii() or not read.name.replace("_", "a").isalnum():
        return False
    if read.how == "config.get":
        return _is_nest(project, path) and not _is_key(project, read.name, path)
    if read.how == "BaseSettings":
        return bool(_PLAIN_TYPE.search(read.span.file.line_text(read.span.line)))
    if language == "php":
        return read.how != "env" and not _has_framework(project, path)
    if language == "ruby":
        return read.fails and "/environments/" not in path and "/lib/" not in path
    if language == "csharp":
        return read.how != "configuration"
    if language == "java":
        return read.how == "System.getenv"
    return language in ("javascript", "python", "go") and read.how != "getenv"


def _tested(read: EnvRead, uses: Mapping[str, SourceUse]) -> bool:
    """Does any file ask whether the thing is there that this read's value is given to?"""
    given = read.given_to
    if given is None or len(given) < 3:
        return False
    name = re.escape(given)
    asks = re.compile(
        rf"(?:!|\bnot |\bif |\bif ?\(|\bunless |&& |\|\| |\?\? |\band |\bor )(?:\w+\.){{0,3}}{name}\b(?!\s*[.(]\w)"
        rf"|\.{name}\s*(?:\?\?|\|\||\?[^.]|&&|[!=]==?|is\b|or\b|and\b)"
    )
    return any(given in use.facts.file.text and asks.search(use.facts.file.text) for use in uses.values())


def _packages(project: Project, path: str, name: str) -> Iterator[str]:
    """The manifests of this name in the folders above a file."""
    folder = parent(path)
    while True:
        yield f"{folder}/{name}" if folder else name
        if not folder:
            return
        folder = parent(folder)


def _is_nest(project: Project, path: str) -> bool:
    for place in _packages(project, path, "package.json"):
        manifest = project.workspace.manifest(place)
        if manifest is not None:
            return manifest.depends_on("@nestjs/config")
    return False


def _is_key(project: Project, name: str, path: str) -> bool:
    """Is the name a key of an object in the package, as a configuration factory or a schema has it?"""
    folder = parent(path)
    while folder and project.tree.kind(f"{folder}/package.json") is None:
        folder = parent(folder)
    key = re.compile(rf"(?<![\w.]){re.escape(name)}['\"]?\s*:")
    for source in project.workspace.sources_below(folder):
        facts = project.workspace.source(source)
        if facts is not None and name in facts.file.text and key.search(facts.file.text):
            return True
    return False


def _has_framework(project: Project, path: str) -> bool:
    """Laravel and Symfony load env files and have defaults of their own."""
    for place in _packages(project, path, "composer.json"):
        manifest = project.workspace.manifest(place)
        if manifest is not None:
            return any(
                name.startswith(("laravel/", "symfony/", "vlucas/", "cakephp/")) for name in manifest.dependencies
            )
    return False
