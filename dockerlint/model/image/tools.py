"""Programs that an image certainly lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service

# Packages that bring a program of another name.
_BROUGHT = {
    "nc": ("netcat", "ncat", "nmap", "busybox"),
    "curl": ("curl",),
    "wget": ("wget", "busybox"),
    "bash": ("bash",),
}
_BINARIES = ("/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", "/usr/local/sbin", "/")


def lacks(project: Project, service: Service, tool: str) -> bool:
    """Does the image lack the program, and nothing that is seen bring it?"""
    base = project.base_of(service)
    if base is None or tool not in base.missing_tools:
        return False
    if any(mount.target is None or mount.target.endswith(f"/{tool}") for mount in service.mounts):
        return False
    command = project.command_of(service)
    words = _BROUGHT.get(tool, (tool,))
    for program in command.programs if command is not None else ():
        if any(word in part for part in program.argv for word in words) and "install" in program.text + " add":
            return False
    stage, layout = project.stage_of(service), project.layout_of(service)
    if stage is None:
        return not (service.build is not None)
    for step in stage.steps:
        instruction = step.instruction
        if instruction.keyword == "RUN":
            text = " ".join((instruction.text, *(heredoc.body for heredoc in instruction.heredocs)))
            if any(word in text for word in words) or _runs_script(text):
                return False
    for copy in layout.copies if layout is not None else ():
        target = copy.source.target
        if target is None or target.endswith(f"/{tool}"):
            return False
        if (copy.foreign or copy.origin is not None) and target.rstrip("/") in ("", *_BINARIES):
            return False
    return True


def _runs_script(text: str) -> bool:
    """Does a step run a script, which may install anything?"""
    return any(word.endswith((".sh", ".bash")) or word in ("ansible-playbook", "make") for word in text.split())
