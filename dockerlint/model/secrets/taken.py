"""What becomes of an image without a file that it should not hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockerlint.model.secrets.holders import is_env_path

if TYPE_CHECKING:
    from dockerlint.model.project import Build, Project
    from dockerlint.model.secrets.files import BroughtSecret
    from dockerlint.model.service import Service

# Programs that ask git, some of them for the version of what they install.
_ASKS = (
    r"\bgit\s+(?:describe|rev-parse|rev-list|log|show|diff|status|submodule|tag|branch)\b"
    r"|\bpip3?\s[^&|;]*\s\.(?:\[|\s|$)|\bgoreleaser\b|\buv\s+sync\b|-m\s+build\b"
)


def is_needless(project: Project, build: Build, brought: BroughtSecret) -> bool:
    """Is nothing lacking when the file is not in the image?

    True for an env file where no step of the build bundles with it, and Compose gives it to the container anyway or no
    program there loads one by itself.
    """
    from dockerlint.model.image.commands import ran_commands
    from dockerlint.model.running.hidden import is_build

    path = brought.secret.path
    services = [service for service in project.services if project.build_of(service) is build]
    if brought.explicit or not is_env_path(path) or not services or build.layout is None or build.stage is None:
        return False
    for stage in build.dockerfile.needed(build.stage):
        if any(is_build(ran.words) for ran in ran_commands(build.layout.of(stage), project.workspace.facts)):
            return False
    return all(_has_it(service, path) or _loads_none(project, service) for service in services)


def _has_it(service: Service, path: str) -> bool:
    return any(use.path == path for use in service.env_files)


def _loads_none(project: Project, service: Service) -> bool:
    """Python alone: frameworks of other languages read their env files without a word in the source."""
    sources = project.sources_of(service)
    return bool(sources) and all(use.facts.language == "python" and not use.facts.dotenv for use in sources)


def is_named(build: Build, path: str) -> bool:
    """Does a COPY name this path of the context itself, so that the build fails without it?"""
    if build.layout is None or build.stage is None:
        return True
    return any(
        copy.from_context and (copy.source.path == path or (copy.source.wildcards and copy.source.brings(path)))
        for stage in build.dockerfile.needed(build.stage)
        for copy in build.layout.of(stage).copies
    )


def asks_git(build: Build) -> bool:
    """Does a step of the build read the history, as far as its words tell?"""
    return any(
        re.search(_ASKS, step.instruction.text)
        for stage in (build.dockerfile.needed(build.stage) if build.stage is not None else ())
        for step in stage.steps
        if step.instruction.keyword == "RUN"
    )
