"""`dockerlint map`: the project's networks at a glance."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from dockerlint.cli.saying import WrongUse, say

if TYPE_CHECKING:
    from dockerlint.engine.settings import Settings
    from dockerlint.report.map.chart import Chart
    from dockerlint.source.tree import FolderTree

FORMATS = ("text", "mermaid", "svg", "html", "json")


@click.command("map")
@click.argument("path", metavar="[PATH]", default=".", required=False)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to draw it.")
@click.option("--output", metavar="FILE", help="Write it to a file.")
@click.option("-f", "--file", "files", multiple=True, metavar="FILE", help="Compose file; several merge in this order.")
@click.option("--env-file", "env_files", multiple=True, metavar="FILE", help="In place of .env.")
@click.option("--use-environment", is_flag=True, help="Let variables of this process fill ${…} in compose files.")
@click.pass_context
def map_command(
    ctx: click.Context,
    path: str,
    form: str,
    output: str | None,
    files: tuple[str, ...],
    env_files: tuple[str, ...],
    use_environment: bool,
) -> None:
    """Draw the networks of the project in PATH (a folder or a compose file): the host, its bridges, the containers
    with their names and ports, who reaches whom, and which connections are broken.

    Exit status: 0; 2 wrong use or an internal error.
    """
    from dockerlint.engine.settings import Settings, UsageError
    from dockerlint.report.map import renderer

    settings = Settings(files=files, env_files=env_files, use_environment=use_environment)
    try:
        chart, failures = _chart(path, settings)
    except UsageError as error:
        raise WrongUse(str(error)) from None
    color = form == "text" and not output and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    text = renderer(form)(chart, color=color)
    if output:
        try:
            with open(output, "w", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(text)
        except OSError as error:
            raise WrongUse(f"cannot write {output}: {error.strerror}") from None
    else:
        sys.stdout.write(text)
    for failure in failures:
        say(f"dockerlint: {failure}")
    ctx.exit(2 if failures else 0)


def _chart(path: str, settings: Settings) -> tuple[Chart, tuple[str, ...]]:
    """The chart of the one project that was asked for, and what broke down on the way. Raises UsageError."""
    from dockerlint.cli.charted import chart_of
    from dockerlint.engine.roots import find_roots, tree_path
    from dockerlint.engine.run import lint_tree
    from dockerlint.engine.settings import UsageError
    from dockerlint.model.loading import load_projects
    from dockerlint.model.network.chart import network_of
    from dockerlint.rulebook import shelf
    from dockerlint.source.record import replace
    from dockerlint.source.tree import FolderTree

    cwd = os.getcwd()
    place = find_roots((settings.files[0] if settings.files else path,), cwd)[0]
    tree = FolderTree(place.disk)

    def inside(given: str) -> str:
        full = os.path.normpath(os.path.join(cwd, given))
        if not os.path.lexists(full):
            raise UsageError(f"{given}: no such file")
        found = tree_path(place.disk, full)
        if found.startswith("../") or os.path.isabs(found):
            raise UsageError(f"{given} lies outside of the project ({place.disk})")
        return found

    files = tuple(map(inside, settings.files)) or _files(tree, place.paths[0], path)
    wanted = replace(settings, files=files, env_files=tuple(map(inside, settings.env_files)))
    projects = load_projects(tree, files, wanted, shelf.facts())
    report = lint_tree(tree, files, wanted, folder=place.disk, cwd=cwd, load=lambda *_: projects)
    folder = os.path.normpath(os.path.join(place.disk, os.path.dirname(files[0])))
    return chart_of(projects[0], network_of(projects[0]), report, os.path.basename(folder)), report.failures


def _files(tree: FolderTree, path: str, given: str) -> tuple[str, ...]:
    """The compose files of a folder: what `docker compose` reads there, else the only ones below it."""
    from dockerlint.engine.settings import UsageError
    from dockerlint.model.compose.combinations import default_files
    from dockerlint.source.discover import is_compose, walk

    if tree.kind(path) == "file":
        return (path,)
    found = default_files(tree, path)
    if found:
        return found
    folders: dict[str, str] = {}
    for file in walk(tree, path):
        if is_compose(file):
            folders.setdefault(file.rpartition("/")[0], file)
    if not folders:
        raise UsageError(f"there is no compose file in {given}")
    if len(folders) > 1:
        listed = ", ".join(sorted(folders.values())[:6])
        raise UsageError(
            f"{given} holds several projects; name one of them: {listed}{', …' if len(folders) > 6 else ''}"
        )
    folder, file = folders.popitem()
    return default_files(tree, folder) or (file,)
