"""The health check of a container: what compose says, else the image's own.

https://docs.docker.com/reference/compose-file/services/#healthcheck, https://docs.docker.com/reference/dockerfile/#healthcheck
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockerlint.formats.shellwords import commands, parse_shell
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.formats.instructiontypes import Instruction
    from dockerlint.formats.shelltree import Command
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service
    from dockerlint.source.text import Span

OPERATORS = frozenset({"||", "&&", "|", ";", ">", ">>", "2>&1", "&"})
"""Words that mean something to a shell only."""


@dataclass(frozen=True, slots=True)
class HealthTest:
    """A test and its place. `form` is "CMD" (words that are executed) or "CMD-SHELL" (text for a shell).

    `listed` says that it is written as a list; `words` are those behind the form.
    """

    form: str
    words: tuple[str, ...]
    listed: bool
    span: Span
    place: str  # compose | image

    def programs(self) -> tuple[Command, ...]:
        """The commands of a shell's text; () for the other form."""
        return tuple(commands(parse_shell(self.words[0]))) if self.form == "CMD-SHELL" and self.words else ()


def health_test(project: Project, service: Service) -> HealthTest | None:
    """The test that runs, None where there is none or nobody knows it."""
    check = service.healthcheck
    if check is not None and check.disabled:
        return None
    if check is not None and check.test is not None:
        test = check.test
        if not test.known or not test.words:
            return None
        listed = test.shell_text is None
        form = test.words[0]
        if form not in ("CMD", "CMD-SHELL"):
            return None
        return HealthTest(form, test.words[1:], listed, test.span, "compose")
    stage = project.stage_of(service)
    return image_test(stage.healthcheck) if stage is not None and stage.healthcheck is not None else None


def image_test(instruction: Instruction) -> HealthTest | None:
    """The test of a HEALTHCHECK instruction, None for ``HEALTHCHECK NONE``."""
    words = tuple(word.value for word in instruction.words)
    if words and words[0].upper() == "CMD" and not instruction.exec_form:
        text = instruction.text.strip()[3:].strip()
        if text.startswith("[") and text.endswith("]"):
            listed = _listed(text)
            return HealthTest("CMD", listed, True, instruction.span, "image") if listed else None
        return HealthTest("CMD-SHELL", (text,), False, instruction.span, "image")
    if instruction.exec_form and words:
        return HealthTest("CMD", words, True, instruction.span, "image")
    return None


def _listed(text: str) -> tuple[str, ...]:
    import json

    try:
        found = json.loads(text)
    except ValueError:
        return ()
    return tuple(str(item) for item in found) if isinstance(found, list) else ()


def has_health(project: Project, service: Service) -> bool | None:
    """Has the container a health check? None: nobody knows what the image brings."""
    check = service.healthcheck
    if check is not None and check.disabled:
        return False
    if check is not None and check.test is not None:
        return True
    stage = project.stage_of(service)
    if stage is not None and stage.healthcheck is not None:
        return not stage.healthcheck.text.strip().upper().startswith("NONE")
    if not service.complete:
        return None
    if stage is not None:
        return False if stage.root.base == "scratch" or _is_official(stage.root.base) else None
    image = service.image.value if service.image is not None and service.build is None else None
    return False if _is_official(image) else None


def _is_official(image: str | None) -> bool:
    """Official images have no health check: https://github.com/docker-library/faq#healthcheck"""
    from dockerlint.model.image.reference import DOCKER_HUB, parse_image

    reference = parse_image(image) if image is not None else None
    if reference is None or reference.registry not in (None, "", DOCKER_HUB):
        return False
    return "/" not in reference.repository.removeprefix("library/")
