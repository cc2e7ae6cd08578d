"""Reloaders that watch what a build wrote, while nothing builds again when the source changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockerlint.model.paths import absolute, relative

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.running.command import Program
    from dockerlint.model.running.servers import ServerUse
    from dockerlint.model.service import Service

_FOLDERS = frozenset({"dist", "build", "out", "output", ".output", "lib-dist", "compiled"})
_RELOADERS = frozenset({"nodemon", "node-dev", "supervisor", "node", "node-supervisor"})
_BUILDERS = frozenset(
    {"tsc", "webpack", "webpack-cli", "tsup", "swc", "babel", "nest", "rollup", "vite", "esbuild", "ncc"}
)


def watches_unbuilt_output(project: Project, service: Service, use: ServerUse) -> bool:
    """Does a reloader run a build's output that only the source beside it could change, and nothing rebuilds?"""
    if use.argv[0] not in _RELOADERS or use.root is None or not use.plain:
        return False
    path = absolute(use.plain[0], use.root)
    inner = relative(path, use.root) or ""
    if inner.split("/")[0] not in _FOLDERS or any(word in ("-x", "--exec") for word in use.argv):
        return False
    files = project.files_of(service)
    for name in ("nodemon.json", "package.json"):
        file = files.read(absolute(name, use.root))
        if file is not None and '"exec"' in file.text:
            return False
    if any(_rebuilds(program.argv) for other in project.services for program in _programs(project, other)):
        return False
    host = files.host_path(path)
    if host is not None and not project.tree.ignored(host):
        return False
    return any(files.host_path(absolute(name, use.root)) is not None for name in ("src", "tsconfig.json", ".babelrc"))


def _programs(project: Project, service: Service) -> tuple[Program, ...]:
    command = project.command_of(service)
    return command.programs if command is not None else ()


def _rebuilds(argv: tuple[str, ...]) -> bool:
    return (
        bool(argv)
        and argv[0].rpartition("/")[2] in _BUILDERS
        and any(word in ("-w", "--watch", "-watch") or word.startswith("--watch=") for word in argv)
    )
