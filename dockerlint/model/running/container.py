"""The configuration that Docker gives a container: what `docker inspect` shows of it before it is started.

What compose says goes over what the image says, each in its own way:
https://docs.docker.com/reference/compose-file/services/ and https://docs.docker.com/reference/dockerfile/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dockerlint.formats.interpolation import UNKNOWN
from dockerlint.model.compose.tree import at, text
from dockerlint.model.network.names import namespace_of, networks_of
from dockerlint.model.running.command import StartWords, start_words
from dockerlint.model.running.health import has_health, health_test
from dockerlint.model.service import Mount
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Resource, Service
    from dockerlint.source.text import Span

ROOT = "root"
# `deploy.restart_policy.condition` as a restart policy of the engine.
_CONDITIONS = {"none": "no", "on-failure": "on-failure", "any": "always"}


@dataclass(frozen=True, slots=True)
class Health:
    """A health check: its test, CMD or CMD-SHELL first, and its times as they are written (None: the default)."""

    test: tuple[str, ...]
    interval: str | None
    timeout: str | None
    start_period: str | None
    retries: str | None


def start_words_of(project: Project, service: Service) -> StartWords:
    """Entry point and command, still apart."""
    return start_words(service, project.stage_of(service), project.base_of(service))


def user_of(project: Project, service: Service) -> str | None:
    """Who runs the command: a name or a number, with a group perhaps; None where nobody knows."""
    if service.user is not None and service.user.value != "":
        return service.user.value
    stage, base = project.stage_of(service), project.base_of(service)
    if stage is not None and stage.user != "":
        return stage.user
    if stage is not None and stage.root.base == "scratch":
        return ROOT
    if base is None or base.user is None or (service.build is not None and stage is None):
        return None
    return base.user or ROOT


def restart_of(service: Service) -> str | None:
    """``no``, ``always``, ``unless-stopped``, ``on-failure`` or ``on-failure:5``; None where nobody knows.

    A policy of ``deploy`` goes over ``restart``, and without a condition it restarts nothing.
    """
    policy = at(service.deploy, "restart_policy")
    if policy is None:
        return "no" if service.restart is None or service.restart.value == "" else service.restart.value
    condition, attempts = text(at(policy, "condition")) or "none", text(at(policy, "max_attempts"))
    if UNKNOWN in condition + (attempts or ""):
        return None
    name = _CONDITIONS.get(condition, condition)
    return f"{name}:{attempts}" if attempts and name == "on-failure" else name


def health_of(project: Project, service: Service) -> Health | bool | None:
    """The health check; False: there is none, or it is switched off; None: nobody knows."""
    test = health_test(project, service)
    if test is None:
        return None if has_health(project, service) is not False else False
    check, stage = service.healthcheck, project.stage_of(service)
    image = stage.healthcheck if stage is not None else None

    def time(name: str) -> str | None:
        own: str | None = getattr(check, name) if check is not None else None
        # Nothing and zero are one to Docker: the image's own.
        return own if image is None or (own and own.strip("0.hmsun")) else image.flag(name.replace("_", "-"))

    return Health((test.form, *test.words), time("interval"), time("timeout"), time("start_period"), time("retries"))


def aliases_of(project: Project, service: Service) -> Mapping[str, tuple[str, ...]] | None:
    """By the real names of its networks, what the container is called there; None where nobody knows them.

    The name that Compose makes for a container, which ends in its number, is left out.
    """
    networks = networks_of(project, service)
    if networks is None:
        return None
    if namespace_of(project, service).leader is not service:
        return {}
    own = service.container_name.value if service.container_name is not None else None
    shared = (service.name, *((own,) if own else ()))
    return {
        name: tuple(dict.fromkeys((*shared, *service.networks[key].aliases)))
        for name, key in networks.items()
        if key in service.networks
    }


def every_mount_of(project: Project, service: Service) -> tuple[Mount, ...]:
    """All mounts: its own, those that the image declares, those of other services, and secrets and configs."""
    own = project.mounts_of(service)
    taken = {mount.target for mount in own}
    borrowed = [mount for mount in borrowed_mounts(project, service) if mount.target not in taken]
    return (*own, *borrowed, *granted_mounts(project, service))


def granted_mounts(project: Project, service: Service) -> Iterator[Mount]:
    """Secrets and configs that are files, which Compose mounts; the others it writes into the container."""
    compose = project.compose
    if compose is None:
        return
    for grants, resources, folder in (
        (service.configs, compose.configs, "/"),
        (service.secrets, compose.secrets, "/run/secrets/"),
    ):
        for grant in grants:
            resource = resources.get(grant.source)
            target = grant.target or grant.source
            if resource is not None and resource.node.get("file") is not None:
                yield _granted(target if target.startswith("/") else folder + target, resource, grant.span)


def _granted(target: str, resource: Resource, span: Span) -> Mount:
    return Mount(
        kind="bind",
        source=resource.file,
        source_text=text(resource.node.get("file")),
        source_known=resource.file is not None,
        target=target,
        read_only=True,
        subpath=None,
        create_host_path=False,
        span=span,
        source_span=resource.span,
        target_span=span,
        host_path_in_tree=resource.file,
    )


def borrowed_mounts(project: Project, service: Service) -> Iterator[Mount]:
    """The mounts of other services that ``volumes_from`` brings; Compose does not pass its ``:ro`` on."""
    for use in service.volumes_from:
        name = (use.value or "").partition(":")[0]
        other = project.compose.services.get(name) if project.compose is not None else None
        if other is not None and other is not service:
            yield from project.mounts_of(other)
