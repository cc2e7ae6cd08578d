"""Files beside a manifest that decide where packages go: lock files, .yarnrc, .npmrc, poetry.toml, .bundle/config …

Sources: https://classic.yarnpkg.com/docs/yarnrc, https://yarnpkg.com/configuration/yarnrc,
https://docs.npmjs.com/cli/configuring-npm/npmrc, https://pnpm.io/settings, https://pnpm.io/pnpm-workspace_yaml,
https://python-poetry.org/docs/configuration/, https://bundler.io/man/bundle-config.1.html.
"""

from __future__ import annotations

from collections.abc import Iterator

from dockerlint.formats.problem import Problem
from dockerlint.source.record import dataclass
from dockerlint.source.text import SourceFile, Span
from dockerlint.source.tree import FileTree

LOCK_FILES = {
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "yarn.lock": "yarn",
    "pnpm-lock.yaml": "pnpm",
    "bun.lockb": "bun",
    "bun.lock": "bun",
    "deno.lock": "deno",
    "poetry.lock": "poetry",
    "uv.lock": "uv",
    "pdm.lock": "pdm",
    "Pipfile.lock": "pipenv",
    "composer.lock": "composer",
    "Gemfile.lock": "bundler",
    "gems.locked": "bundler",
    "go.sum": "go",
    "Cargo.lock": "cargo",
    "mix.lock": "mix",
    "packages.lock.json": "dotnet",
    "gradle.lockfile": "gradle",
}
"""Lock file → the package manager that writes it."""


@dataclass(frozen=True, slots=True)
class PackageSettings:
    """What the files of one folder say, beside its manifest. None: nothing is said."""

    locks: dict[str, str]
    """Lock file name → package manager."""
    modules_folder: str | None
    """Where Node packages go instead of ``node_modules``, as written (``/node_modules``)."""
    node_linker: str | None
    """Yarn 2 and later, pnpm: "node-modules", "pnp", "pnpm", "isolated", "hoisted" …; Yarn's default is "pnp"."""
    plug_and_play: bool
    """Do Node packages stay in archives, without any ``node_modules``?"""
    npm_token: Span | None
    """A literal token or password in .npmrc."""
    in_project_venv: bool | None
    """poetry.toml: is the environment put into ``.venv``?"""
    bundle_path: str | None
    """.bundle/config: where gems go, as written."""
    pnpm_packages: tuple[str, ...]
    """The patterns of pnpm-workspace.yaml."""
    problems: tuple[Problem, ...]


def package_settings(tree: FileTree, folder: str) -> PackageSettings:
    """Reads the settings files of a folder of the tree."""
    names = {entry.name for entry in tree.entries(folder) if not entry.folder}

    def read(name: str) -> SourceFile | None:
        return tree.read(f"{folder}/{name}" if folder else name) if name in names else None

    npmrc = read(".npmrc")
    npm = dict(ini_entries(npmrc)) if npmrc is not None else {}
    classic = yarnrc_flags(read(".yarnrc"))
    berry, berry_problems = _yaml(read(".yarnrc.yml"))
    workspace, workspace_problems = _yaml(read("pnpm-workspace.yaml"))
    packages = workspace.get("packages")
    linker = berry.get("nodeLinker") or workspace.get("nodeLinker") or _setting(npm, "node-linker")
    lock = read("yarn.lock") if ".yarnrc.yml" in names else None
    # Yarn 1 leaves .yarnrc.yml unread; its lock file has no metadata.
    is_berry = lock is not None and "__metadata:" in lock.text[:2000]
    bundle = tree.read(f"{folder}/.bundle/config" if folder else ".bundle/config") if _has(tree, folder) else None
    return PackageSettings(
        locks={name: LOCK_FILES[name] for name in LOCK_FILES if name in names},
        modules_folder=classic.get("modules-folder") or _setting(npm, "modules-dir"),
        node_linker=linker if isinstance(linker, str) else None,
        plug_and_play=linker == "pnp" or (linker is None and is_berry),
        npm_token=npm_token(npmrc) if npmrc is not None else None,
        in_project_venv=_in_project(read("poetry.toml")),
        bundle_path=_bundle_path(bundle),
        pnpm_packages=tuple(each for each in packages if isinstance(each, str)) if isinstance(packages, list) else (),
        problems=(*berry_problems, *workspace_problems),
    )


def _has(tree: FileTree, folder: str) -> bool:
    return tree.kind(f"{folder}/.bundle/config" if folder else ".bundle/config") == "file"


def _setting(entries: dict[str, Span], name: str) -> str | None:
    span = entries.get(name)
    return span.text.strip("\"'") if span is not None else None


def ini_entries(file: SourceFile) -> Iterator[tuple[str, Span]]:
    """The ``key = value`` lines of an .npmrc with the value's place; comments left out."""
    at = 0
    for line in file.text.split("\n"):
        key, equals, value = line.partition("=")
        if equals and not key.lstrip().startswith(("#", ";")):
            start = at + len(key) + 1 + len(value) - len(value.lstrip())
            yield key.strip(), Span(file, start, start + len(value.strip()))
        at += len(line) + 1


def npm_token(file: SourceFile) -> Span | None:
    """The first literal credential of an .npmrc (``//registry/:_authToken=…``); None for ``${NPM_TOKEN}``."""
    for key, span in ini_entries(file):
        name = key.rpartition(":")[2]
        if name in ("_authToken", "_auth", "_password") and span.text.strip("\"'") and "${" not in span.text:
            return span
    return None


def yarnrc_flags(file: SourceFile | None) -> dict[str, str]:
    """Yarn 1: ``--modules-folder /node_modules`` (also ``--install.modules-folder``, ``--*.modules-folder``)."""
    found: dict[str, str] = {}
    for line in file.text.splitlines() if file is not None else ():
        words = line.split(None, 1)
        if len(words) == 2 and not words[0].startswith("#"):
            found[words[0].strip("\"'").removeprefix("--").rpartition(".")[2]] = words[1].strip().strip("\"'")
    return found


def _yaml(file: SourceFile | None) -> tuple[dict[str, object], tuple[Problem, ...]]:
    if file is None:
        return {}, ()
    from dockerlint.formats.yamltree import node_to_plain, parse_yaml

    parsed = parse_yaml(file)
    plain = node_to_plain(parsed.root)
    return (plain if isinstance(plain, dict) else {}), parsed.problems


def _in_project(file: SourceFile | None) -> bool | None:
    if file is None:
        return None
    from dockerlint.formats.tomltree import parse_toml

    node = parse_toml(file)[0].get("virtualenvs", "in-project")
    return node.value if node is not None and isinstance(node.value, bool) else None


def _bundle_path(file: SourceFile | None) -> str | None:
    for line in file.text.splitlines() if file is not None else ():
        key, colon, value = line.partition(":")
        if colon and key.strip() == "BUNDLE_PATH":
            return value.strip().strip("\"'") or None
    return None
