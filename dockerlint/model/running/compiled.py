"""Programs that a step of the image compiled: they serve what was built, whatever happens to the source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.image.commands import RanCommand, ran_commands
from dockerlint.model.paths import absolute
from dockerlint.model.running.reloading import Reload
from dockerlint.model.running.serverargs import option_value
from dockerlint.model.running.servers import Bind, ServerUse

if TYPE_CHECKING:
    from dockerlint.model.image.layout import Layout
    from dockerlint.model.project import Project
    from dockerlint.model.running.command import Program
    from dockerlint.model.service import Service

_COMPILERS = {("go", "build"): "go", ("go", "install"): "go", ("cargo", "build"): "rust", ("cargo", "install"): "rust"}


def compiled_use(project: Project, service: Service, program: Program) -> ServerUse | None:
    """The program as a server, where the image built it; None where nothing shows that."""
    layout = project.layout_of(service)
    if layout is None or program.workdir is None or not program.argv or "$" in program.argv[0]:
        return None
    path = absolute(program.argv[0], program.workdir) if "/" in program.argv[0] else None
    if path is not None and project.files_of(service).host_path(path) is not None:
        return None
    for own, ran in _compilations(project, layout):
        language = _COMPILERS[ran.words[0], ran.words[1]]
        if not _makes(ran, program, path, layout):
            continue
        return ServerUse(
            name=program.name,
            kind="server",
            language=language,
            program=program,
            argv=program.argv,
            plain=(),
            row={"runs": "binary"},
            root=ran.workdir if own else program.workdir,
            entries=(),
            expected=path or ran.workdir,
            script=None,
            serves=True,
            reload=Reload(False),
            host=Bind(None, ""),
            port=Bind(None, ""),
        )
    return None


def _compilations(project: Project, layout: Layout) -> Iterator[tuple[bool, RanCommand]]:
    """What compiles in the image's own stages (True) and in those that it copies from."""
    for stage in layout.dockerfile.needed(layout.stage):
        for ran in ran_commands(layout.of(stage), project.workspace.facts):
            if tuple(ran.words[:2]) in _COMPILERS:
                yield stage in layout.stage.chain, ran


def _makes(ran: RanCommand, program: Program, path: str | None, layout: Layout) -> bool:
    """Is this program what the compiler wrote, or what another stage handed over?"""
    output = option_value(ran.words, ("-o", "--output"))
    if output and output.rstrip("/").rpartition("/")[2] == program.name:
        return True
    if path is not None and any(copy.origin is not None and copy.source.target == path for copy in layout.copies):
        return True
    return path is not None and (
        "/target/" in path or (not output and path.startswith((ran.workdir + "/", "/go/bin/")))
    )
