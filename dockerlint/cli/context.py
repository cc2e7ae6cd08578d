"""`dockerlint context`."""

from __future__ import annotations

import os

import click

from dockerlint.cli.saying import WrongUse, say
from dockerlint.model.image.context import Context, context_of
from dockerlint.source.tree import FileTree, FolderTree


@click.command("context")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False))
@click.option(
    "-f", "--dockerfile", metavar="FILE", help="The Dockerfile, as for `docker build -f` (default: DIR/Dockerfile)."
)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", help="How to list.")
def context_command(folder: str, dockerfile: str | None, form: str) -> None:
    """List what a build of DIR would be sent: every file that the ignore file leaves in, largest first."""
    if not os.path.isdir(folder):
        raise WrongUse(f"{folder} is not a folder")
    if dockerfile is not None and not os.path.isfile(dockerfile):
        raise WrongUse(f"{dockerfile} is not a file")
    context = _context(folder, dockerfile)
    for problem in context.problems:
        place = f"{os.path.join(folder, problem.span.path)}:{problem.span.line}"
        say(f"{place}: {problem.message}")
    if context.problems:
        raise click.exceptions.Exit(2)
    # Ties in the order of names, so that two runs print the same bytes.
    files = sorted(context.files(), key=lambda file: (-file[1], file[0]))
    click.echo(_json(context, files) if form == "json" else _text(context, files))


def _context(folder: str, dockerfile: str | None) -> Context:
    """The tree's root is the nearest folder that holds both the context and the Dockerfile."""
    here = os.path.realpath(folder)
    if dockerfile is None:
        tree = FolderTree(here)
        return context_of(tree, "", _default_dockerfile(tree))
    there = os.path.join(os.path.realpath(os.path.dirname(dockerfile) or "."), os.path.basename(dockerfile))
    try:
        root = os.path.commonpath((here, os.path.dirname(there)))
    except ValueError:  # two drives of a Windows machine
        root = here
    return context_of(FolderTree(root), _inside(here, root), _inside(there, root))


def _default_dockerfile(tree: FileTree) -> str:
    names = {entry.name for entry in tree.entries("")}
    return "dockerfile" if "Dockerfile" not in names and "dockerfile" in names else "Dockerfile"


def _inside(path: str, root: str) -> str:
    inner = os.path.relpath(path, root).replace(os.sep, "/")
    return "" if inner == "." else inner


def _json(context: Context, files: list[tuple[str, int]]) -> str:
    import json

    report = {
        "version": 1,
        "ignore_file": context.ignore_file.path if context.ignore_file is not None else None,
        "files": [{"path": path, "size": size} for path, size in files],
        "summary": {"files": len(files), "size": sum(size for _, size in files)},
    }
    return json.dumps(report, indent=2, ensure_ascii=False)


def _text(context: Context, files: list[tuple[str, int]]) -> str:
    lines = [f"{_size(size):>9}  {path}" for path, size in files]
    total = _size(sum(size for _, size in files))
    source = f"ignore file: {context.ignore_file.path}" if context.ignore_file is not None else "no ignore file"
    count = "1 file" if len(files) == 1 else f"{len(files)} files"
    return "\n".join((*lines, f"{total:>9}  in {count} ({source})"))


def _size(count: int) -> str:
    """Bytes as a person reads them, in powers of 1000 as Docker prints a context's size."""
    if count < 1000:
        return f"{count} B"
    value = float(count)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 999.95:
            return f"{value:.1f} {unit}"
    return f"{value / 1000:.1f} TB"
