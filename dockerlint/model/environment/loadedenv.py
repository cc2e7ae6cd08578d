"""The variables that a program takes from env files by itself, with their values: dotenv, Laravel, Nest, pydantic …

Docker's own variables stand over them, as in every one of these libraries unless it is told otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockerlint.model.network.environmentlinks import Variable
from dockerlint.source.tree import parent

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.running.reached import Reach
    from dockerlint.model.service import Service

_PHP = ("laravel/framework", "symfony/framework-bundle", "vlucas/phpdotenv", "symfony/dotenv")


def loaded_variables(project: Project, service: Service) -> dict[str, Variable]:
    """By name, without those that the container's environment has; `value` is None where nobody knows it."""
    return project.once("loaded-variables", service, lambda: _loaded(project, service))


def _loaded(project: Project, service: Service) -> dict[str, Variable]:
    from dockerlint.model.running.reached import reached

    environment = project.environment_of(service)
    reach = reached(project, service)
    found: dict[str, Variable] = {}
    for path in dict.fromkeys([*_by_programs(project, service, reach), *_by_frameworks(project, service)]):
        parsed = project.workspace.env(path) if project.tree.kind(path) == "file" else None
        given = _given_by_example(project, path) if parsed is None else None
        shown = project.workspace.env(given) if given is not None else parsed
        for entry in shown.entries if shown is not None else ():
            if entry.name not in environment and entry.name not in found:
                value = None if entry.has_variables else entry.value
                found[entry.name] = Variable(entry.name, value, entry.value_span or entry.span, "dotenv")
    return found


def _by_programs(project: Project, service: Service, reach: Reach | None) -> list[str]:
    from dockerlint.model.environment.suppliedenv import loaded_files, loads_of

    if reach is None:
        return []
    return [path for load in loads_of(reach) for path, _ in loaded_files(project, service, reach, load)]


def _by_frameworks(project: Project, service: Service) -> list[str]:
    """``.env`` beside the composer.json of a PHP framework that lies in the container."""
    found = []
    for use in project.sources_of(service):
        if use.facts.language != "php" or use.container_path is None:
            continue
        if use.path.rpartition("/")[2] not in ("artisan", "index.php", "database.php", "bootstrap.php", "Kernel.php"):
            continue
        folder = parent(use.path)
        while True:
            path = f"{folder}/composer.json" if folder else "composer.json"
            manifest = project.workspace.manifest(path) if project.tree.kind(path) == "file" else None
            if manifest is not None:
                if any(name in manifest.dependencies for name in _PHP):
                    env = f"{folder}/.env" if folder else ".env"
                    if next(project.files_of(service).paths_of(env), None) is not None:
                        found.append(env)
                break
            if not folder:
                break
            folder = parent(folder)
    return found


def _given_by_example(project: Project, path: str) -> str | None:
    """The example that a document or a Dockerfile copies to this env file: it is the real configuration then."""
    for copy in project.workspace.mentions().copies:
        if copy.target == path and project.tree.kind(copy.source) == "file":
            return copy.source
    return None
