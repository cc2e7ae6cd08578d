"""What a service is there for, as its names tell: production, or one piece of work that ends."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service

_PRODUCTION = frozenset({"prod", "production", "prd", "deploy", "deployment", "staging", "stage", "release"})
_DEVELOPMENT = frozenset({"dev", "devel", "develop", "development", "local", "override"})
_TESTS = frozenset({"test", "tests", "testing", "e2e", "ci", "integration", "cypress", "playwright"})
_ONCE = frozenset(
    "test tests testing e2e migrate migration migrations migrator seed seeder seeds lint init setup bootstrap build"
    " builder installer fixtures loader ci".split()
)


def is_production(project: Project, service: Service) -> bool:
    """Is a file, a folder of compose files, a profile or the service named after production?"""
    files = {file.path for file in project.compose.files} if project.compose is not None else set()
    return any(_PRODUCTION & name_words(name) for name in _names(project, service, files))


def is_for_development(project: Project, service: Service, path: str) -> bool:
    """Is this compose file, one of the service's profiles or the service named after development?"""
    names = (service.name, *service.profiles, project.workspace.own(path).rpartition("/")[2])
    return any(_DEVELOPMENT & name_words(name) for name in names)


def runs_once(project: Project, service: Service) -> bool:
    """Is it a job: named like one, never restarted, or awaited by another service until it ends?"""
    if any(_ONCE & name_words(name) for name in (service.name, *service.profiles)):
        return True
    if service.restart is not None and service.restart.value == "no" and not service.ports:
        return True
    return service.name in project.once_for_all("jobs", lambda: _awaited_to_the_end(project))


def _awaited_to_the_end(project: Project) -> frozenset[str]:
    return frozenset(
        name
        for service in project.services
        for name, dependency in service.depends_on.items()
        if dependency.condition == "service_completed_successfully"
    )


@lru_cache(maxsize=10_000)  # every service of a file asks for the words of the same path
def name_words(name: str) -> frozenset[str]:
    """``docker-compose.prod.yml`` is docker, compose, prod, yml."""
    return frozenset("".join(sign if sign.isalnum() else " " for sign in name.lower()).split())


def is_for_tests(project: Project, service: Service) -> bool:
    """Is the service, one of its profiles or a file or folder that it comes from named after tests?"""
    return any(_TESTS & name_words(name) for name in _names(project, service, set()))


def _names(project: Project, service: Service, files: set[str]) -> tuple[str, ...]:
    """The names that tell: of folders only those below what was asked for."""
    own = project.workspace.own
    return (service.name, *service.profiles, *(own(path) for path in {*files, *service.paths}))
