"""Files that their real reader would refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.rulebook.finding import Finding
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.model.project import Project


def refused(project: Project, rule: Rule) -> Iterator[Finding]:
    """What Docker, BuildKit or Compose would not accept, in any file that the project is made of."""
    for problem in project.problems:
        yield rule.finding(problem.span, case="refused", subject=problem.message, message=problem.message)
