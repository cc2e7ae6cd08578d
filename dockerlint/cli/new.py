"""`dockerlint new ID --subject S`: the two files that a new rule touches."""

from __future__ import annotations

import os

import click

from dockerlint.cli.saying import WrongUse
from dockerlint.rulebook import shelf

_CARD = """\
id: {id}
title: TODO what is wrong, in one line
group: {subject}
severity: warning                          # error | warning | info | style
default: true
check: {subject}.{function}
reads: [compose]                           # skipped where a project has none of these: compose, dockerfile
message: "{{service}} TODO what will happen when it runs"
help: "TODO the line to write"
why: |
  TODO two to six sentences that a beginner understands.
instead: |
  TODO what to type.
sources:
  - https://docs.docker.com/
examples:
  - name: TODO the ordinary mistake
    bad:
      compose.yaml: |
        services:
          web:
            image: nginx:1.27
    expect:
      - compose.yaml: nginx:1.27
        says: web
  - name: TODO the right way
    good:
      compose.yaml: |
        services: {{}}
  - name: TODO what looks wrong and is right
    good:
      compose.yaml: |
        services: {{}}
    because: TODO why it is right
"""
_MODULE = '''"""TODO what these checks look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.rulebook.finding import Finding
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.model.project import Project
'''
_FUNCTION = """

def {function}(project: Project, rule: Rule) -> Iterator[Finding]:
    for service in project.services:
        if service.image is not None:
            yield rule.finding(service.image.span, service=service.name)
"""


@click.command("new")
@click.argument("rule")
@click.option("--subject", required=True, metavar="S", help="The module of dockerlint/checks/ that the check joins.")
def new_command(rule: str, subject: str) -> None:
    """Lay down rules/RULE.yaml and a check in dockerlint/checks/SUBJECT.py (in a checkout of dockerlint)."""
    folder = shelf.folder()
    checks = os.path.join(os.path.dirname(folder), "dockerlint", "checks")
    if not os.path.isdir(checks):
        raise WrongUse("`new` works in a checkout of dockerlint, not in an installed package")
    if not _is_id(rule):
        raise WrongUse(f"{rule!r}: a rule is named with small letters and hyphens, such as missing-reload")
    if not subject.isidentifier() or not subject.islower():
        raise WrongUse(f"{subject!r}: a subject is the name of a Python module, such as mounts")
    card = os.path.join(folder, f"{rule}.yaml")
    if os.path.exists(card):
        raise WrongUse(f"{card} exists already")
    function = rule.replace("-", "_")
    module = os.path.join(checks, f"{subject}.py")
    with open(card, "w", encoding="utf-8") as stream:
        stream.write(_CARD.format(id=rule, subject=subject, function=function))
    begin = "" if os.path.exists(module) else _MODULE
    with open(module, "a", encoding="utf-8") as stream:
        stream.write(begin + _FUNCTION.format(function=function))
    click.echo(f"{card}\n{module}\nFill both in, then: make test")


def _is_id(name: str) -> bool:
    parts = name.split("-")
    return all(part.isascii() and part.isalnum() and part.islower() for part in parts)
