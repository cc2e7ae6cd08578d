"""The wheel holds the cards, the facts and the index, and works away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dockerlint.rulebook import shelf

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling")
    made = tmp_path_factory.mktemp("wheel")
    code = f"from hatchling.build import build_wheel; print(build_wheel({str(made)!r}))"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = made.glob("*.whl")
    target = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def test_wheel_carries_cards_and_facts(unpacked: Path) -> None:
    cards = unpacked / "dockerlint" / "rulebook" / "cards"
    assert sorted(path.stem for path in cards.glob("*.yaml")) == shelf.rule_ids()
    here = {path.name for path in (ROOT / "rules" / "facts").glob("*.yaml")}
    assert {path.name for path in (cards / "facts").glob("*.yaml")} == here
    assert (cards / "rules.json").is_file() and (cards / "facts.json").is_file()
    assert not (unpacked / "rules").exists()


def test_wheel_works_elsewhere(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()  # a bare rules/ of somebody else
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    code = "import dockerlint; from dockerlint.rulebook import shelf; print(dockerlint.__file__, *shelf.rules())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    place, *ids = done.stdout.split()
    assert Path(place).is_relative_to(unpacked)
    assert ids == shelf.rule_ids()
