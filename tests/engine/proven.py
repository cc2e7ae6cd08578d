"""Every experiment that a card describes."""

from __future__ import annotations

from dockerlint.rulebook import shelf

PROVEN = [
    (rule, example, side)
    for rule_id in shelf.rule_ids()
    for rule in (shelf.whole_rule(rule_id),)
    for example in rule.examples
    if example.proof
    for side in (("bad", "fixed") if example.fixed else ("bad",) if example.bad else ("good",))
]
"""(rule, example, tree): a bad example is tried as it is and, where dockerlint offers a fix, after it."""
