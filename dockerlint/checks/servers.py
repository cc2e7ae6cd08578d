"""Rules about the servers that containers run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dockerlint.rulebook.finding import Finding, Fix, Related
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.running.servers import ServerUse
    from dockerlint.model.running.sourcemounts import LiveSource
    from dockerlint.model.service import Service


def missing_reload(project: Project, rule: Rule) -> Iterator[Finding]:
    """Source is mounted for development, and the server does not pick up its changes."""
    from dockerlint.model.intent import is_production, runs_once

    compose = project.compose
    if compose is None or all(not service.mounts and not service.watch for service in compose.services.values()):
        return
    for service in project.services:
        if is_production(project, service) or runs_once(project, service):
            continue
        finding = _of_service(project, service, rule)
        if finding is not None:
            yield finding


def _of_service(project: Project, service: Service, rule: Rule) -> Finding | None:
    from dockerlint.model.running.sourcemounts import bringing, missed_sources

    for use in project.servers_of(service):
        case = _case(project, service, use)
        if case is None:
            continue
        live = bringing(project, service, use)
        if live is None or _is_hidden(project, service, use, live):
            continue
        if any(missed.live.span == live.span for missed in missed_sources(project, service)):
            continue
        return _finding(project, service, rule, case, use, live)
    return None


def _case(project: Project, service: Service, use: ServerUse) -> str | None:
    """What is wrong with how the program is started; None where nothing is, or nobody knows."""
    if use.reload.works is None:
        return None
    if use.reload.works:
        if use.reload.excluded:
            return "ignored"
        return "build-output" if _watches_output(project, service, use) else None
    if use.script is not None and (use.script.ends or not (use.serves or _keeps_running(service))):
        return None
    if use.name == "serve" and any(not project.tree.ignored(path) for path in _folders(project, service, use)):
        return None
    from dockerlint.model.running.startline import better_line

    return "no-reload" if better_line(use) else "rebuild"


def _folders(project: Project, service: Service, use: ServerUse) -> Iterator[str]:
    for path in use.entries:
        host = project.files_of(service).host_path(path)
        if host is not None:
            yield host


def _keeps_running(service: Service) -> bool:
    restart = service.restart.value if service.restart is not None else None
    return bool(service.ports) or (restart is not None and restart not in ("no", "on-failure"))


def _is_hidden(project: Project, service: Service, use: ServerUse, live: LiveSource) -> bool:
    """Another rule says that this mount hides the very program."""
    from dockerlint.model.paths import is_within
    from dockerlint.model.running.hidden import hidden_by_mounts

    for hidden in hidden_by_mounts(project, service):
        if hidden.mount.span != live.span or hidden.kind == "dependencies":
            continue
        if hidden.kind == "program" or (use.expected is not None and is_within(use.expected, hidden.path)):
            return True
    return False


def _watches_output(project: Project, service: Service, use: ServerUse) -> bool:
    from dockerlint.model.running.buildoutput import watches_unbuilt_output

    return watches_unbuilt_output(project, service, use)


def _finding(project: Project, service: Service, rule: Rule, case: str, use: ServerUse, live: LiveSource) -> Finding:
    from dockerlint.model.running.startline import better_line

    command = project.command_of(service)
    related = [Related(passage.span, passage.message) for passage in use.program.trail]
    if command is not None and command.span is not None and not related:
        related.append(Related(command.span, f"this starts {use.name}"))
    elif use.program.span != live.span:
        related.append(Related(use.program.span, f"this starts {use.name}"))
    if use.reload.span is not None and use.reload.span.path:
        related.append(Related(use.reload.span, "this leaves reloading off"))
    setting = project.environment_of(service).get(use.reload.how) if use.reload.how else None
    if setting is not None and setting.span is not None:
        text = "Flask 2.3 and later no longer read it" if use.reload.how == "FLASK_ENV" else "this leaves reloading off"
        related.append(Related(setting.span, text))
    words: dict[str, Any] = {
        "source": live.source_text,
        "target": live.target,
        "brings": "syncs" if live.watched else "mounts",
        "command": _short(use.program.text),
        "name": use.name,
        "better": better_line(use),
        "excluded": use.reload.excluded,
        "option": use.reload.how,
    }
    fix = _fix(project, service, use, live) if case in ("no-reload", "ignored") else None
    return rule.finding(live.span, case=case, service=service.name, related=related, fix=fix, subject=use.name, **words)


def _fix(project: Project, service: Service, use: ServerUse, live: LiveSource) -> Fix | None:
    """Safe in a file for development only: a server that people reach must not restart, let alone show its debugger."""
    from dockerlint.model.edits.startcommand import start_with
    from dockerlint.model.intent import is_for_development
    from dockerlint.model.running.startline import better_words

    old, new = use.program.argv, better_words(use)
    if new is None or use.program.trail or (use.name == "node" and not _watches(project, service)):
        return None
    edits = start_with(project, service, old, new, live.span.path)
    if edits is None:
        return None
    safe = new[: len(old)] == old and "--debug" not in new and is_for_development(project, service, edits[0].span.path)
    return Fix(f"Start {use.name} with `{_short(' '.join(new))}`", edits, safe)


def _watches(project: Project, service: Service) -> bool:
    """Is it known to be a Node.js that has --watch: 18.11 and later?"""
    facts = project.base_of(service)
    version = facts.version if facts is not None and facts.name == "node" else None
    return version is not None and (*version, 99)[:2] >= (18, 11)


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."
