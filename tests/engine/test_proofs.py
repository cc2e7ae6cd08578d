"""Every proof of every card: the bad project misbehaves as the message says, the good and the fixed one behave."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from dockerlint.rulebook import shelf
from dockerlint.rulebook.rule import Example, Rule
from tests.engine import images
from tests.engine.daemon import Engine
from tests.engine.locks import alone
from tests.engine.named import images_of_files
from tests.engine.probes import cleaned, lay, run_proof

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
    ("rule", "example", "side"), _PROVEN, ids=lambda value: getattr(value, "id", getattr(value, "name", value))
)
def test_proof(rule: Rule, example: Example, side: str, engine: Engine) -> None:
    files = example.files if side != "fixed" else {**example.files, **(example.fixed or {})}
    prove(engine, {**files, **example.proof_files}, example, side)


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
