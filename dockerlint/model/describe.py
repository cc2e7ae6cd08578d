"""What dockerlint knows of a service's container and of the image that it builds, as plain data.

The answer to "why did it say that?".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dockerlint.model.loading import project_of
from dockerlint.model.running.command import instruction_words
from dockerlint.model.running.container import Health, aliases_of, health_of, restart_of, start_words_of, user_of
from dockerlint.model.value import Known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dockerlint.model.project import Project
    from dockerlint.model.service import Compose, Service
    from dockerlint.source.tree import FileTree


def image_describer(
    tree: FileTree, compose: Compose, facts: Mapping[str, Any]
) -> Callable[[str], dict[str, Any] | None]:
    """A function from a service's name to what is known of its container and image; None for an unknown service."""
    project = project_of(tree, compose, facts)

    def describe(name: str) -> dict[str, Any] | None:
        service = compose.services.get(name)
        if service is None:
            return None
        image = _described(project, service) if service.build is not None else None
        return {"container": _container(project, service), **(image or {})}

    return describe


def _container(project: Project, service: Service) -> dict[str, Any]:
    """What Docker makes of compose and image together; None stands for what nobody knows."""
    words, health = start_words_of(project, service), health_of(project, service)
    aliases = aliases_of(project, service)
    return {
        "entrypoint": list(words.entrypoint) if words.entrypoint is not None else None,
        "command": list(words.command) if words.command is not None else None,
        "workdir": project.workdir_of(service),
        "user": user_of(project, service),
        "restart": restart_of(service),
        "healthcheck": list(health.test) if isinstance(health, Health) else health,
        "volumes": [mount.target for mount in project.mounts_of(service) if mount.declared],
        "names": {network: list(names) for network, names in aliases.items()} if aliases is not None else None,
    }


def _described(project: Project, service: Service) -> dict[str, Any] | None:
    build = project.build_of(service)
    if build is None or build.stage is None:
        return None
    stage, context = build.stage, build.context
    base = project.base_of(service)
    command = project.command_of(service)
    return {
        "dockerfile": build.file.path,
        "stage": stage.name or stage.index,
        "base": stage.root.base,
        "known_as": base.name if base is not None else None,
        "ignore_file": context.ignore_file.path if context is not None and context.ignore_file is not None else None,
        "workdir": project.workdir_of(service),
        "user": stage.user or None,
        "environment": {n: v.text if isinstance(v, Known) else None for n, v in sorted(stage.environment.items())},
        "entrypoint": list(instruction_words(stage.entrypoint, stage.shell)) if stage.entrypoint is not None else None,
        "cmd": list(instruction_words(stage.cmd, stage.shell)) if stage.cmd is not None else None,
        "exposed": [
            f"{e.first}/{e.protocol}" if e.first == e.last else f"{e.first}-{e.last}/{e.protocol}"
            for e in stage.exposed
        ],
        "volumes": [path for path, _ in stage.volumes],
        "installs": [{"manager": i.manager, "folder": i.folder} for i in project.installs_of(service)],
        "programs": [list(program.argv) for program in command.programs] if command is not None else None,
        "programs_complete": command.complete if command is not None else None,
    }
