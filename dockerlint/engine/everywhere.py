"""What several projects of one tree say: what is missing only where every combination lacks it, and each thing once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from dockerlint.rulebook.finding import SEVERITIES, Finding
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.model.project import Project


def held_by_all(
    found: Iterable[tuple[Project | None, Finding]], projects: Iterable[Project], rulebook: Mapping[str, Rule]
) -> list[Finding]:
    """Without faults of what is missing that another combination of the same family does not have.

    A combination that a document of the project spells out and that is complete is judged by itself.
    """
    found = list(found)
    families: dict[str, list[Project]] = {}
    for project in projects:
        families.setdefault(project.family, []).append(project)
    said: dict[tuple[object, ...], set[int]] = {}
    for asked, finding in found:
        said.setdefault(_identity(finding), set()).add(id(asked))
    kept = []
    for asked, finding in found:
        rule = rulebook.get(finding.rule)
        if asked is not None and not asked.stands_alone and rule is not None and rule.is_missing(finding.case):
            written = rule.is_written(finding.case)
            having = {id(other) for other in families[asked.family] if _has_it_too(other, asked, finding, written)}
            if not having <= said[_identity(finding)]:
                continue
        kept.append(finding)
    return kept


def once(findings: list[Finding]) -> list[Finding]:
    """Each thing once at its place; where combinations differ in how bad it is, the worst counts."""
    kept: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        key = (finding.rule, finding.file, finding.span.start, finding.span.end, finding.subject)
        other = kept.get(key)
        if other is None or SEVERITIES.index(finding.severity) < SEVERITIES.index(other.severity):
            kept[key] = finding
    return list(kept.values())


def _has_it_too(other: Project, project: Project, finding: Finding, written: bool) -> bool:
    """Is `other`, of the same family, another way to run what the finding is about?

    `written`: with the line that it points at.
    """
    if other is project:
        return True
    if finding.service is None or (written and all(file.path != finding.file for file in other.files)):
        return any(file.path == finding.file for file in other.files)
    from dockerlint.model.intent import is_for_tests

    # What runs for tests alone proves nothing of the others, and says nothing of its own.
    return any(candidate.name == finding.service and not is_for_tests(other, candidate) for candidate in other.services)


def _identity(finding: Finding) -> tuple[object, ...]:
    """What is missing; how bad that is (the case) may differ from one combination to another."""
    return finding.rule, finding.service, finding.subject
