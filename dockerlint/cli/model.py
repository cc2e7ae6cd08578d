"""`dockerlint model`: the project as dockerlint understands it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from dockerlint.cli.saying import WrongUse, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from dockerlint.model.service import Compose
    from dockerlint.source.tree import FolderTree


@click.command("model")
@click.option("-f", "--file", "files", multiple=True, metavar="FILE", help="Compose file; several merge in this order.")
@click.option("--env-file", "env_files", multiple=True, metavar="FILE", help="In place of .env.")
@click.option("-p", "--project-name", "name", metavar="NAME", help="The project's name.")
@click.option("--format", "form", type=click.Choice(("yaml", "json", "text")), default="yaml", help="How to print it.")
@click.option("--use-environment", is_flag=True, help="Let variables of this process fill ${…} in compose files.")
@click.pass_context
def model_command(
    ctx: click.Context,
    files: tuple[str, ...],
    env_files: tuple[str, ...],
    name: str | None,
    form: str,
    use_environment: bool,
) -> None:
    """Print the whole project, all profiles included, as `docker compose config` does.

    What is known of the container and of an image that is built stands under `x-dockerlint`. Exit status: 0; 1 where
    Compose would refuse the project, with each reason and its place; 2 wrong use.
    """
    from dockerlint.model.compose.printed import canonical_json

    environment = dict(os.environ) if use_environment else None
    tree, compose = _read(files, env_files, name, environment, ctx)
    reasons = (*compose.problems, *compose.absent)
    for reason in reasons:
        place = os.path.relpath(os.path.join(tree.root, reason.span.path))
        say(f"{place}:{reason.span.line}:{reason.span.column}: {reason.message}")
    for failure in tree.problems:
        say(f"{os.path.relpath(os.path.join(tree.root, failure.path))}: {failure.message}")
    if reasons or not compose.files:
        ctx.exit(1)
    project = canonical_json(compose, _image_facts(tree, compose))
    click.echo(_printed(project, form), nl=False)


def _read(
    files: tuple[str, ...],
    env_files: tuple[str, ...],
    name: str | None,
    environment: dict[str, str] | None,
    ctx: click.Context,
) -> tuple[FolderTree, Compose]:
    """The project, read from a folder that is wide enough for what its compose files name by relative paths."""
    from dockerlint.engine.roots import root_of
    from dockerlint.engine.settings import UsageError
    from dockerlint.model.compose.combinations import default_files
    from dockerlint.model.compose.reader import Options, load
    from dockerlint.source.tree import FolderTree

    cwd = os.getcwd()
    if not files:
        tree = FolderTree(cwd)
        files = default_files(tree, "")
        if not files:
            raise WrongUse("there is no compose file here; name one with -f")
    full = [os.path.normpath(os.path.join(cwd, file)) for file in (*files, *env_files)]
    for path, given in zip(full, (*files, *env_files), strict=True):
        if not os.path.lexists(path):
            raise WrongUse(f"{given}: no such file")
    try:
        root = _common([root_of(full[0], cwd), *map(os.path.dirname, full)])
    except UsageError as error:
        raise WrongUse(str(error)) from None
    while True:
        tree = FolderTree(root)
        paths = [os.path.relpath(path, tree.root).replace(os.sep, "/") for path in full]
        options = Options(
            env_files=tuple(paths[len(files) :]),
            environment=environment,
            blank_unset=True,
            root=tree.root.replace(os.sep, "/"),
            home=os.path.expanduser("~"),
            pwd=cwd,
            name=name,
        )
        compose = load(tree, tuple(paths[: len(files)]), options)
        wider = _common([root, *map(os.path.dirname, compose.outside)]) if compose.outside else root
        if wider == root or os.path.dirname(wider) == wider:
            return tree, compose
        root = wider


def _common(folders: list[str]) -> str:
    try:
        return os.path.commonpath(folders)
    except ValueError:  # other drives
        return folders[0]


def _image_facts(tree: FolderTree, compose: Compose) -> Callable[[str], Any]:
    """What is known of each service's built image: a function from the service's name; None for any other image."""
    from dockerlint.model.describe import image_describer
    from dockerlint.rulebook import shelf

    return image_describer(tree, compose, shelf.facts())


def _printed(project: dict[str, Any], form: str) -> str:
    if form == "json":
        import json

        return json.dumps(project, indent=2, ensure_ascii=False) + "\n"
    if form == "yaml":
        from dockerlint.formats.yamltree import write_yaml

        return write_yaml(project)
    return "\n".join(_text(project)) + "\n"


def _text(project: dict[str, Any]) -> list[str]:
    """One paragraph a service: what it runs, where it listens, what it mounts and knows."""
    lines = [f"project {project['name']}"]
    for name, service in project["services"].items():
        build = service.get("build", {})
        source = service.get("image") or f"built from {build.get('context', '?')}"
        target = f", stage {build['target']}" if "target" in build else ""
        lines += ["", f"{name}: {source}{target}"]
        for key in ("entrypoint", "command"):
            if service.get(key) is not None:
                lines.append(f"  {key}: {' '.join(service[key])}")
        for port in service.get("ports", ()):
            outside = ":".join(filter(None, (port.get("host_ip"), port.get("published"))))
            lines.append(
                f"  port: {outside + ' → ' if outside else ''}{port.get('target')}/{port.get('protocol', 'tcp')}"
            )
        for mount in service.get("volumes", ()):
            mode = " (read only)" if mount.get("read_only") else ""
            lines.append(f"  {mount['type']}: {mount.get('source', '(anonymous)')} → {mount.get('target')}{mode}")
        for key in ("networks", "depends_on", "profiles", "secrets"):
            if service.get(key):
                names = [item if isinstance(item, str) else item.get("source", "?") for item in service[key]]
                lines.append(f"  {key}: {', '.join(names)}")
        for variable, value in service.get("environment", {}).items():
            lines.append(f"  {variable}{'' if value is None else '=' + value}")
    return lines
