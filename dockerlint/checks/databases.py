"""Rules about databases and other servers that keep data: who may enter, and what they need to start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.data.authentication import access_of, exposure_of, is_set, runs_entrypoint, server_words
from dockerlint.model.data.datafolders import data_use, keeping
from dockerlint.model.intent import is_for_tests
from dockerlint.model.paths import is_within
from dockerlint.rulebook.finding import Finding, Related
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.model.data.authentication import Access, Exposure
    from dockerlint.model.environment.effective import Environment
    from dockerlint.model.image.facts import ImageFacts
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service
    from dockerlint.source.text import Span

_KINDS = ("database", "search", "cache")


def unauthenticated(project: Project, rule: Rule) -> Iterator[Finding]:
    """A database lets everybody in who reaches it."""
    for service in project.services:
        access = access_of(project, service)
        if access is None or access.state != "open" or access.facts.kind not in _KINDS:
            continue
        exposure = exposure_of(project, service)
        if exposure.reach == "itself":
            continue
        case = _case(access, exposure, rule)
        # What runs for tests alone holds nothing; only an open port concerns somebody.
        if case is not None and (exposure.reach == "everywhere" or not is_for_tests(project, service)):
            yield _open(project, service, access, exposure, rule, case)


def _case(access: Access, exposure: Exposure, rule: Rule) -> str | None:
    published = exposure.reach == "everywhere"
    prefix = "switched-off-" if access.switch is not None else ""
    if not prefix and _is_customary(access.facts, rule):
        return "customary" if published else None
    return prefix + ("published" if published else "cache" if access.facts.kind == "cache" else "private")


def _is_customary(facts: ImageFacts, rule: Rule) -> bool:
    """Is it the habit of everybody to run this one without a password in a private network?"""
    auth = facts.authentication
    named: list[str] = rule.tables["customary"]
    return facts.name in named or auth is None or not (auth.on_environment or auth.on_options)


def _open(project: Project, service: Service, access: Access, exposure: Exposure, rule: Rule, case: str) -> Finding:
    facts, port = access.facts, exposure.port
    related = [Related(port.span, "the port is published here")] if port is not None else []
    if access.switch is not None and service.image is not None:
        related.append(Related(service.image.span, f"the image is {_image_name(service, facts)}"))
    where = "its port is published on every interface of the host"
    if port is None:
        where = "it listens on every interface of the host"
    elif port.published:
        where = f"its port {port.published} is published on every interface of the host"
    return rule.finding(
        access.switch or _place(service),
        case=case,
        service=service.name,
        related=related,
        subject=service.name,
        image=_image_name(service, facts),
        switched=access.switched,
        where=where,
        unread=_unread(project.environment_of(service), facts),
        remedy=_remedy(facts, access),
        narrow=_narrow(exposure),
    )


def _remedy(facts: ImageFacts, access: Access) -> str:
    auth = facts.authentication
    if auth is None:
        return "switch authentication on"
    if access.switch is not None:
        name = auth.password_environment[0] if auth.password_environment else ""
        taken = f"take `{access.switched}` away"
        return f"{taken}, and set `{name}: ${{{name}:?}}`" if name else taken
    if auth.on_environment:
        lines = (_line(entry) for entry in auth.on_environment[0])
        return f"set {' and '.join(lines)} under `environment:`, and give the clients the same"
    if auth.on_options and facts.servers:
        option = auth.on_options[0]
        if auth.option_environment:
            line = f"`{auth.option_environment[0]}: {option} ${{REDIS_PASSWORD:?}}`"
            return f"set {line} under `environment:`, and give the clients the same"
        if option == "--requirepass":
            line = f"`command: {facts.servers[0]} {option} ${{REDIS_PASSWORD:?}}`"
            return f"write {line}, and give the clients the same"
        return f"start it with `{facts.servers[0]} {option}`"
    return "switch authentication on as the image's documentation says"


def _line(entry: str) -> str:
    name, equals, value = entry.partition("=")
    return f'`{name}: "{value}"`' if equals else f"`{name}: ${{{name}:?}}`"


def _narrow(exposure: Exposure) -> str:
    port = exposure.port
    if port is None or not port.target:
        return "do not let the host's network reach it"
    line = f'`"127.0.0.1:{port.published or port.target}:{port.target}"`'
    return f"publish it for this machine alone ({line}), or not at all"


def _unread(environment: Environment, facts: ImageFacts) -> str:
    """A clause about a variable that looks like credentials and that the image does not read."""
    auth = facts.authentication
    known = {
        *facts.read_environment,
        *(name.partition("=")[0] for group in facts.required_environment for name in group),
    }
    if auth is not None:
        known.update(auth.user_environment, auth.password_environment, auth.option_environment, auth.off_unless)
        known.update(name.partition("=")[0] for group in (*auth.on_environment, auth.off_environment) for name in group)
    for name, setting in environment.settings.items():
        if setting.origin != "compose" or name in known:
            continue
        if any(word.startswith("PASS") for word in name.upper().split("_")) or name.upper().endswith(
            ("_USERNAME", "_USER")
        ):
            return f" (it does not read {name})"
    return ""


def missing_environment(project: Project, rule: Rule) -> Iterator[Finding]:
    """An image stops, or lets everybody in, because of a variable."""
    for service in project.services:
        facts = project.base_of(service)
        if facts is None or not facts.owner_known or not service.complete:
            continue
        if server_words(project, service, facts) is None or not runs_entrypoint(project, service, facts):
            continue
        yield from _refused(project, service, facts, rule)
        if not _may_be_filled(project, service, facts):
            yield from _absent(project, service, facts, rule)


def _refused(project: Project, service: Service, facts: ImageFacts, rule: Rule) -> Iterator[Finding]:
    environment = project.environment_of(service)
    for entry in facts.refused_environment:
        name = entry.partition("=")[0]
        if name in environment and is_set(environment, entry):
            setting = environment.settings[name]
            yield rule.finding(
                setting.span or _place(service),
                case="refused",
                service=service.name,
                subject=name,
                image=_image_name(service, facts),
                name=name,
                value=setting.value,
            )


def _absent(project: Project, service: Service, facts: ImageFacts, rule: Rule) -> Iterator[Finding]:
    environment = project.environment_of(service)
    image = _image_name(service, facts)
    for group in facts.required_environment:
        if all(is_set(environment, name) is False for name in group):
            yield rule.finding(
                _place(service),
                case="insecure" if facts.warns_only else "absent",
                service=service.name,
                subject=group[0],
                image=image,
                name=group[0],
                line=_line(group[0]),
                unread=_unread(environment, facts),
            )
    for joint in facts.joint_environment:
        members = [[is_set(environment, name) for name in member.split("|")] for member in joint]
        given = [True in states for states in members]
        lacking = [states.count(False) == len(states) for states in members]
        if any(given) and any(lacking):
            there = joint[given.index(True)].partition("|")[0]
            name = joint[lacking.index(True)].partition("|")[0]
            yield rule.finding(
                _place(service),
                case="half",
                service=service.name,
                subject=name,
                image=image,
                given=there,
                name=name,
                line=_line(name),
            )


def _may_be_filled(project: Project, service: Service, facts: ImageFacts) -> bool:
    """May a mount do instead: a volume that was set up before, or a configuration file that the server reads?"""
    files = facts.authentication.config_files if facts.authentication is not None else ()
    if any(mount.target is not None and is_within(file, mount.target) for mount in service.mounts for file in files):
        return True
    volumes = project.compose.volumes if project.compose is not None else {}
    for mount in service.mounts:
        volume = volumes.get(mount.source or "") if mount.kind == "volume" else None
        if volume is None or not volume.external or mount.target is None:
            continue
        if any(is_within(mount.target, folder.path) for folder in facts.data_folders or ()):
            return True
    return bool(service.volumes_from)


def nameless_node(project: Project, rule: Rule) -> Iterator[Finding]:
    """A volume keeps a broker's data in a folder that no later container looks for."""
    for service in project.services:
        use = data_use(project, service)
        if use is None or use.moved or use.facts.name not in rule.tables["images"] or not service.complete:
            continue
        if service.hostname is not None or service.network_mode is not None or is_for_tests(project, service):
            continue
        environment = project.environment_of(service)
        if not environment.closed or any(name in environment for name in rule.tables["named_by"]):
            continue
        mounts = project.mounts_of(service)
        for folder in use.folders:
            if keeping(mounts, folder).state == "kept":
                yield rule.finding(
                    _place(service, "image"),
                    service=service.name,
                    related=[
                        Related(mount.span, "the volume that keeps its data")
                        for mount in service.mounts
                        if mount.target in (folder.path, *folder.inner)
                    ],
                    subject=folder.path,
                    folder=folder.path,
                    image=_image_name(service, use.facts),
                )


def _place(service: Service, first: str = "environment") -> Span:
    """The line to change: the service's ``environment:``, else what chooses its image."""
    for key in (first, "build", "image"):
        entry = service.node.entry(key)
        if entry is not None and (key != "build" or service.image is None):
            return service.image.span if key == "image" and service.image is not None else entry.key.span
    return service.span


def _image_name(service: Service, facts: ImageFacts) -> str:
    if service.image is not None and service.image.value is not None and service.build is None:
        return service.image.value
    return facts.name
