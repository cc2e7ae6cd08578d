"""Which source files run in the user's browser, and which framework a front-end package uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dockerlint.formats.manifesttypes import Manifest
from dockerlint.formats.sourcecode import is_test_path
from dockerlint.source.record import dataclass
from dockerlint.source.tree import join, parent

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import SourceFacts
    from dockerlint.model.project import SourceUse
    from dockerlint.model.workspace import Workspace

# Packages that show that a package runs a server of its own.
_SERVER_PACKAGES = (
    "express", "koa", "fastify", "@nestjs/core", "@hapi/hapi", "hapi", "restify", "apollo-server", "socket.io",
    "mongoose", "pg", "mysql", "mysql2", "sequelize", "typeorm", "@prisma/client", "redis", "ioredis", "amqplib",
)  # fmt: skip
_VIEW_PACKAGES = (
    "react",
    "react-dom",
    "vue",
    "@angular/core",
    "svelte",
    "preact",
    "solid-js",
    "jquery",
    "@angular/common",
)
_VIEW_ENDINGS = (".jsx", ".tsx", ".vue", ".svelte")
# Files of a front-end package that run while it is built or served, never in a browser.
_TOOL_NAMES = (
    "vite.config.", "setupproxy.", "next.config.", "webpack.", "vue.config.", "craco.config.", "proxy.conf.",
    "rollup.", "svelte.config.", "astro.config.", "babel.config.", "jest.", "vitest.", "cypress.", "playwright.",
    "karma.", "gulpfile.", "tailwind.", "postcss.", "eslint", ".eslintrc", "gruntfile.", "server.js", "server.ts",
    "server.mjs", "middleware.", "protractor.", "codegen.", "orval.", "quasar.config.", "instrumentation.",
    "gatsby-node.", "gatsby-config.", "proxy.", "config-overrides.", "app.config.server.", "main.server.",
    "entry-server.", "entry.server.", "hooks.server.",
)  # fmt: skip
_TOOL_FOLDERS = frozenset(
    "server backend api node_modules scripts cypress e2e playwright .storybook stories build tools bin config".split()
)
_SERVER_RENDERED = (
    "getServerSideProps",
    "getStaticProps",
    "getInitialProps",
    "getStaticPaths",
    "asyncData",
    "server-only",
)

_PAGE_WORDS = ("document.", "window.", "localStorage.", "$(", "<script")
_PAGE: Mapping[str, Any] = {"name": "page", "prefixes": ()}


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """A package whose code runs in browsers. `folder` is a path of the tree; `row` is of rules/facts/frontends.yaml."""

    folder: str
    manifest: Manifest
    row: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.row["name"])

    @property
    def prefixes(self) -> tuple[str, ...]:
        return tuple(self.row["prefixes"])

    @property
    def renders(self) -> bool:
        """Does it also run on a server?"""
        return bool(self.row.get("renders"))


def front_end_of(path: str, workspace: Workspace) -> FrontEnd | None:
    """The front-end package that a file of the tree belongs to: the nearest package.json decides."""
    folder = parent(path)
    while True:
        manifest = workspace.manifest(f"{folder}/package.json" if folder else "package.json")
        if manifest is not None:
            for row in workspace.facts.get("frontends", ()):
                if manifest.depends_on(*row["packages"]):
                    return FrontEnd(folder, manifest, row)
            if manifest.dependencies or manifest.dev_dependencies:
                return None
        if not folder:
            return None
        folder = parent(folder)


def client_files(uses: Iterable[SourceUse], workspace: Workspace) -> dict[str, FrontEnd]:
    """The files, by path of the tree, that certainly run in a browser."""
    found: dict[str, FrontEnd] = {}
    doubtful: dict[str, FrontEnd] = {}
    tools: dict[str, FrontEnd] = {}
    facts = {use.path: use.facts for use in uses}
    for path, source in facts.items():
        if source.language != "javascript" or is_test_path(workspace.own(path)):
            continue
        front = front_end_of(path, workspace)
        if front is None:
            if _is_page(source):
                found[path] = FrontEnd(parent(path), Manifest(path, parent(path), "node"), _PAGE)
            continue
        if _is_tool(path[len(front.folder) :].lstrip("/")):
            tools[path] = front
            continue
        if source.directive == "use server" or any(word in source.file.text for word in _SERVER_RENDERED):
            continue
        mixed = front.manifest.depends_on(*_SERVER_PACKAGES)
        view = path.endswith(_VIEW_ENDINGS) or any(name in source.imports for name in _VIEW_PACKAGES)
        if front.name == "next" and _has_app_router(front, workspace):
            certain = source.directive == "use client"
        elif front.name in ("sveltekit", "astro", "remix", "nuxt"):
            certain = path.endswith((".vue", ".svelte", ".jsx", ".tsx")) and not path.endswith(".server.tsx")
        else:
            certain = view or not mixed
        (found if certain else doubtful)[path] = front
    for path in _only_for_tools(tools, found, facts):
        doubtful[path] = found.pop(path)
    _imported(found, doubtful, facts)
    return found


def _only_for_tools(
    tools: Mapping[str, FrontEnd], found: Mapping[str, FrontEnd], facts: Mapping[str, Any]
) -> list[str]:
    """Modules that the configuration of a build tool imports; client code may import them all the same."""
    imported = [
        target
        for path, front in tools.items()
        for name in facts[path].imports
        for target in resolved(path, name, front.folder)
    ]
    return [path for path in dict.fromkeys(imported) if path in found and not path.endswith(_VIEW_ENDINGS)]


def _is_page(source: SourceFacts) -> bool:
    """A script of a plain page: it works on the document, and loads nothing as a server would."""
    text = source.file.text
    if source.imports and not all(name.startswith((".", "http")) for name in source.imports):
        return False
    return not source.listens and "require(" not in text and any(word in text for word in _PAGE_WORDS)


def _is_tool(path: str) -> bool:
    parts = path.lower().split("/")
    name = parts[-1]
    if name.startswith(_TOOL_NAMES) or ".server." in name or ".spec." in name or ".test." in name:
        return True
    if name in ("route.ts", "route.js") and "app" in parts:
        return True
    if parts[:1] == ["src"]:
        parts = parts[1:]
    if "pages" in parts[:-1] and "api" in parts[:-1]:
        return parts.index("api") > parts.index("pages")
    # Only the top of the package counts: src/api and src/config hold client code.
    return len(parts) > 1 and parts[0] in _TOOL_FOLDERS and path.split("/")[0] != "src"


def _has_app_router(front: FrontEnd, workspace: Workspace) -> bool:
    prefix = f"{front.folder}/" if front.folder else ""
    return any(workspace.tree.kind(f"{prefix}{name}") == "folder" for name in ("app", "src/app"))


def _imported(found: dict[str, FrontEnd], doubtful: dict[str, FrontEnd], facts: Mapping[str, Any]) -> None:
    """What a client file imports runs in the browser as well."""
    waiting = list(found)
    while waiting:
        path = waiting.pop()
        for name in facts[path].imports:
            for target in resolved(path, name, found[path].folder):
                if target in doubtful:
                    found[target] = doubtful.pop(target)
                    waiting.append(target)
                    break


def resolved(path: str, name: str, package: str) -> Iterable[str]:
    """The paths that an import may mean: relative, or below the package's ``@/`` or ``~/``."""
    if name.startswith("."):
        base = join(parent(path), name)
        bases = [base] if base is not None else []
    elif name.startswith(("@/", "~/")):
        bases = [f"{package}/{top}{name[2:]}".lstrip("/") for top in ("", "src/")]
    else:
        bases = [f"{package}/{top}{name}".lstrip("/") for top in ("", "src/")]
    for start in bases:
        yield start
        for ending in (
            ".js",
            ".ts",
            ".jsx",
            ".tsx",
            ".mjs",
            ".vue",
            "/index.js",
            "/index.ts",
            "/index.tsx",
            "/index.jsx",
        ):
            yield start + ending
