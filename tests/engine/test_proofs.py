"""Every proof of every card: the bad project misbehaves as the message says, the good and the fixed one behave."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dockerlint.rulebook import shelf
from dockerlint.rulebook.rule import Example, Rule
from tests.engine import images
from tests.engine.daemon import Engine
from tests.engine.locks import alone
from tests.engine.named import images_of_files
from tests.engine.page import UNPROVEN, in_a_line
from tests.engine.probes import check_step, cleaned, is_asking, lay, run_proof
from tests.examples import run_example

pytestmark = pytest.mark.engine

_PROVEN = [
    (rule, example, side)
    for rule_id in shelf.rule_ids()
    for rule in (shelf.whole_rule(rule_id),)
    for example in rule.examples
    if example.proof
    for side in (("bad", "fixed") if example.fixed else ("bad",) if example.bad else ("good",))
]


@pytest.mark.parametrize(
    ("rule", "example", "side"), _PROVEN, ids=lambda value: getattr(value, "name", getattr(value, "id", value))
)
def test_proof(
    rule: Rule, example: Example, side: str, engine: Engine, record_property: Callable[[str, object], None]
) -> None:
    record_property("about", rule.id)
    record_property("claim", _claim(rule, example, side))
    record_property("experiment", in_a_line(example.proof, side))
    files = example.files if side != "fixed" else {**example.files, **(example.fixed or {})}
    prove(engine, {**files, **example.proof_files}, example, side)


def _claim(rule: Rule, example: Example, side: str) -> str:
    """What dockerlint says of the tree: its message, or that it has nothing to say."""
    if side == "bad":
        return " / ".join(finding.message for finding in run_example(rule, example, everything=False).findings)
    return f"nothing wrong: {example.because or example.name}" if side == "good" else f"mended: {example.name}"


@pytest.mark.parametrize("rule_id", shelf.rule_ids())
def test_every_rule_is_proven_or_says_why_not(rule_id: str) -> None:
    sides = {side for rule, _, side in _PROVEN if rule.id == rule_id}
    if rule_id in UNPROVEN:
        assert not sides, "unproven.yaml says that it has no proof"
    else:
        assert "bad" in sides, "no bad example with a proof"
        assert sides & {"good", "fixed"}, "no good or fixed example with a proof"


@pytest.mark.parametrize(
    ("rule", "example", "side"), _PROVEN, ids=lambda value: getattr(value, "name", getattr(value, "id", value))
)
def test_proof_can_fail(rule: Rule, example: Example, side: str) -> None:
    for step in example.proof:
        check_step(step)
    assert any(is_asking(step) for step in example.proof), "no step of it expects anything"
    if side != "good":
        assert example.fixed is None or any("bad" in step for step in example.proof), "the same on both trees"


def prove(engine: Engine, files: Mapping[str, str], example: Example, side: str) -> None:
    """Lay the files, take the proof's steps, take everything away again."""
    images.provide(engine, images_of_files(files))
    work = engine.home / "work"
    work.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=work))
    laid = lay(engine, folder, files, example.proof_env)
    try:
        with alone(laid), cleaned(laid):
            run_proof(laid, example.proof, side)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
