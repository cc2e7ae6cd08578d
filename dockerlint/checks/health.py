"""Rules about health checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.rulebook.finding import Finding, Fix, Related
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.running.health import HealthTest
    from dockerlint.model.service import Service

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})


def tool_missing(project: Project, rule: Rule) -> Iterator[Finding]:
    """A health check runs a program that the image certainly lacks."""
    from dockerlint.model.image.tools import lacks
    from dockerlint.model.running.health import health_test

    for service in project.services:
        test = health_test(project, service)
        tool = _needed(test) if test is not None else None
        if test is None or tool is None or not lacks(project, service, tool):
            continue
        base = project.base_of(service)
        stage = project.stage_of(service)
        where = stage.root.base if stage is not None else service.image.value if service.image is not None else ""
        related = [Related(stage.root.base_span, "this image")] if stage is not None and stage.root.base_span else []
        yield rule.finding(
            test.span,
            service=service.name,
            related=related,
            subject=tool,
            tool=tool,
            image=where,
            install=_install(tool, base.package_manager if base is not None else None),
        )


def _needed(test: HealthTest) -> str | None:
    """The one program without which the test fails; None where another may stand in, or nobody knows."""
    if test.form == "CMD":
        name = test.words[0] if test.words else ""
        if name in _SHELLS and len(test.words) > 2 and test.words[1] == "-c":
            return _first(type(test)("CMD-SHELL", (test.words[2],), False, test.span, test.place))
        return name if name and "/" not in name and " " not in name else None
    return _first(test) if len(test.words) == 1 else None


def _first(test: HealthTest) -> str | None:
    found = []
    for command in test.programs():
        name = command.words[0].value if command.words else ""
        if name in ("exit", "echo", "true", "false", "test", "[", "grep", "cat", "sed", "awk", "kill", "jq"):
            continue
        found.append((name, command.joined_by))
    names = {name for name, _ in found}
    return found[0][0] if len(names) == 1 and "/" not in found[0][0] else None


def _install(tool: str, manager: str | None) -> str:
    package = {"nc": "netcat-openbsd"}.get(tool, tool)
    if manager == "apk":
        return f"RUN apk add --no-cache {package}"
    if manager == "apt":
        return f"RUN apt-get update && apt-get install -y --no-install-recommends {package}"
    return f"install {package} in the image"


def form(project: Project, rule: Rule) -> Iterator[Finding]:
    """A health check is written in a form that never does what it says."""
    from dockerlint.model.running.health import health_test, image_test

    seen = set()
    for service in project.services:
        test = health_test(project, service)
        if test is not None:
            seen.add((test.span.path, test.span.start))
            yield from _formed(test, rule, service.name)
    for build in project.builds:
        instruction = build.stage.healthcheck if build.stage is not None else None
        test = image_test(instruction) if instruction is not None else None
        if test is not None and (test.span.path, test.span.start) not in seen:
            seen.add((test.span.path, test.span.start))
            yield from _formed(test, rule, None)


def _formed(test: HealthTest, rule: Rule, service: str | None) -> Iterator[Finding]:
    from dockerlint.model.running.health import OPERATORS

    words = test.words
    line = " ".join(words)
    subject = words[0] if words else ""
    if test.form == "CMD-SHELL" and test.listed and len(words) > 1:
        yield rule.finding(
            test.span, case="shell-words", service=service, subject=subject, first=words[0], line=_text(test, line),
            fix=_by_shell(test),
        )  # fmt: skip
    elif test.form == "CMD" and len(words) == 1 and len(words[0].split()) > 1 and not words[0].startswith("/"):
        yield rule.finding(
            test.span, case="one-word", service=service, subject=subject, line=_text(test, line), fix=_by_shell(test)
        )
    elif test.form == "CMD" and words and words[0] not in _SHELLS:
        operator = next((word for word in words[1:] if word in OPERATORS), None)
        if operator is not None:
            yield rule.finding(
                test.span,
                case="operator",
                service=service,
                subject=subject,
                operator=operator,
                first=words[0],
                line=_text(test, line),
                fix=_by_shell(test),
            )


def _by_shell(test: HealthTest) -> Fix | None:
    from dockerlint.model.edits.healthtest import shell_form

    edit = shell_form(test)
    return Fix("Let a shell run the health check", (edit,), True) if edit is not None else None


def _text(test: HealthTest, line: str) -> str:
    """The line as it should stand."""
    quoted = line.replace('"', '\\"')
    return f'test: ["CMD-SHELL", "{quoted}"]' if test.place == "compose" else f"HEALTHCHECK CMD {line}"


def depends_without_health(project: Project, rule: Rule) -> Iterator[Finding]:
    """A service waits for the health of another that has no health check."""
    from dockerlint.model.running.health import has_health

    services = {service.name: service for service in project.services}
    for service in project.services:
        for name, dependency in service.depends_on.items():
            other = services.get(name)
            if dependency.condition != "service_healthy" or other is None or not dependency.required:
                continue
            if has_health(project, other) is False:
                yield _unhealthy(rule, service, other, name)


def _unhealthy(rule: Rule, service: Service, other: Service, name: str) -> Finding:
    dependency = service.depends_on[name]
    disabled = other.healthcheck is not None and other.healthcheck.disabled
    place = other.healthcheck.span if disabled and other.healthcheck is not None else other.span
    related = [Related(place, "it is disabled here" if disabled else f"{name} has no health check")]
    case = "disabled" if disabled else "absent"
    return rule.finding(
        dependency.span, case=case, service=service.name, related=related, subject=name, dependency=name
    )
