"""`dockerlint rules`."""

from __future__ import annotations

import click

from dockerlint.rulebook import shelf
from dockerlint.rulebook.rule import Rule


@click.command("rules")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", help="How to list.")
def rules_command(form: str) -> None:
    """List the rules with their severity, group and other tools' codes. `*` marks those that are on by default."""
    rules = list(shelf.rules().values())
    if form == "json":
        import json

        click.echo(json.dumps([_entry(rule) for rule in rules], indent=2, ensure_ascii=False))
        return
    widths = [max((len(cell) for cell in column), default=0) for column in zip(*map(_cells, rules), strict=True)]
    for rule in rules:
        cells = _cells(rule)
        line = "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True))
        codes = f" ({', '.join(rule.codes)})" if rule.codes else ""
        click.echo(f"{'*' if rule.default else ' '} {line}  {rule.title}{codes}")


def _cells(rule: Rule) -> tuple[str, ...]:
    return rule.id, "/".join(_severities(rule)), rule.group, "fix" if rule.fixable else ""


def _severities(rule: Rule) -> list[str]:
    if not rule.cases:
        return [rule.severity]
    return list(dict.fromkeys(case.severity for case in rule.cases.values()))


def _entry(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": rule.title,
        "group": rule.group,
        "severity": rule.severity,
        "severities": _severities(rule),
        "default": rule.default,
        "fixable": rule.fixable,
        "aliases": {tool: list(codes) for tool, codes in rule.aliases.items()},
        "options": {option.name: option.default for option in rule.option_definitions},
    }
