"""That the cards' proofs are whole; make test-engine carries them out."""

from __future__ import annotations

import pytest

from dockerlint.rulebook import shelf
from dockerlint.rulebook.rule import Example, Rule
from tests.engine.page import UNPROVEN
from tests.engine.probes import check_step, is_asking
from tests.engine.proven import PROVEN


@pytest.mark.parametrize("rule_id", shelf.rule_ids())
def test_every_rule_is_proven_or_says_why_not(rule_id: str) -> None:
    sides = {side for rule, _, side in PROVEN if rule.id == rule_id}
    if rule_id in UNPROVEN:
        assert not sides, "unproven.yaml says that it has no proof"
    else:
        assert "bad" in sides, "no bad example with a proof"
        assert sides & {"good", "fixed"}, "no good or fixed example with a proof"


@pytest.mark.parametrize(
    ("rule", "example", "side"), PROVEN, ids=lambda value: getattr(value, "name", getattr(value, "id", value))
)
def test_proof_can_fail(rule: Rule, example: Example, side: str) -> None:
    for step in example.proof:
        check_step(step)
    assert any(is_asking(step) for step in example.proof), "no step of it expects anything"
    if side != "good":
        assert example.fixed is None or any("bad" in step for step in example.proof), "the same on both trees"
