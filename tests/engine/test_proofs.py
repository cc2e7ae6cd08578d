"""Every proof of every card: the bad project misbehaves as the message says, the good and the fixed one behave."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dockerlint.rulebook.rule import Example, Rule
from tests.engine import images
from tests.engine.daemon import Engine
from tests.engine.locks import alone
from tests.engine.named import images_of_files
from tests.engine.page import in_a_line
from tests.engine.probes import cleaned, lay, run_proof
from tests.engine.proven import PROVEN
from tests.examples import fix_example, run_example

pytestmark = pytest.mark.engine


@pytest.mark.parametrize(
    ("rule", "example", "side"), PROVEN, ids=lambda value: getattr(value, "name", getattr(value, "id", value))
)
def test_proof(
    rule: Rule, example: Example, side: str, engine: Engine, record_property: Callable[[str, object], None]
) -> None:
    record_property("about", rule.id)
    record_property("claim", _claim(rule, example, side))
    record_property("experiment", in_a_line(example.proof, side))
    files = example.files if side != "fixed" else fix_example(rule, example, example.files)
    prove(engine, {**files, **example.proof_files}, example, side)


def _claim(rule: Rule, example: Example, side: str) -> str:
    """What dockerlint says of the tree: its message, or that it has nothing to say."""
    if side == "bad":
        return " / ".join(finding.message for finding in run_example(rule, example, everything=False).findings)
    return f"nothing wrong: {example.because or example.name}" if side == "good" else f"mended: {example.name}"


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
