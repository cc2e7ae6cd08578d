"""`dockerlint explain RULE`."""

from __future__ import annotations

import click

from dockerlint.cli.saying import WrongUse
from dockerlint.rulebook import shelf


@click.command("explain")
@click.argument("rule")
def explain_command(rule: str) -> None:
    """Print a rule's page. RULE is its name or another tool's code for it (DL3008)."""
    from dockerlint.rulebook.page import page

    ids = _find(rule)
    click.echo("\n".join(page(shelf.whole_rule(found), shelf.card_path(found)) for found in ids), nl=False)


def _find(name: str) -> list[str]:
    """The rules of that name; several where a code of another tool covers more than one."""
    lower = name.strip().lower()
    if lower in shelf.rule_ids():
        return [lower]
    from dockerlint.engine.select import codes_of, nearest

    known = shelf.rules()
    found = [rule.id for rule in known.values() if any(code.lower() == lower for code in codes_of(rule))]
    if not found:
        names = {*known, *(code for rule in known.values() for code in codes_of(rule))}
        raise WrongUse(f"no rule is called {name!r}{nearest(name, names)}")
    return found
