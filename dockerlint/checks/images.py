"""Checks on where images come from."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from dockerlint.model.image.reference import parse_image
from dockerlint.model.project import Project
from dockerlint.rulebook.finding import Finding
from dockerlint.rulebook.rule import Rule
from dockerlint.source.text import Span


def untrusted_registry(project: Project, rule: Rule) -> Iterator[Finding]:
    trusted = rule.options["trusted"]
    if not trusted:
        return
    built = {service.image.value for service in project.services if service.build and service.image}
    for owner, text, span in _named(project):
        reference = parse_image(text)
        if reference is None or text in built or any(fnmatchcase(reference.registry, glob) for glob in trusted):
            continue
        yield rule.finding(
            span,
            service=owner,
            subject=reference.registry,
            image=text,
            registry=reference.registry,
            trusted=", ".join(trusted),
        )


def _named(project: Project) -> Iterator[tuple[str | None, str, Span]]:
    """Every image that a service or a FROM names: (service, reference, place)."""
    for service in project.services:
        if service.image is not None and service.image.value is not None and service.build is None:
            yield service.name, service.image.value, service.image.span
    for dockerfile in project.dockerfiles:
        for stage in dockerfile.stages:
            if stage.base is not None and stage.base.lower() != "scratch":
                yield None, stage.base, stage.base_span
