"""`dockerlint model` as a command."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dockerlint.cli.app import app


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "compose.yaml").write_text(
        "services:\n  web:\n    image: nginx:${TAG}\n    volumes: [./src:/app]\n    ports: ['80:80']\n",
        encoding="utf-8",
    )
    (folder / ".env").write_text("TAG=1\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


def model(*words: str) -> Result:
    return CliRunner().invoke(app, ["model", *words])


def test_json(shop: Path) -> None:
    result = model("--format", "json")
    assert result.exit_code == 0
    project = json.loads(result.output)
    assert project["name"] == "shop"
    web = project["services"]["web"]
    assert web["image"] == "nginx:1"
    assert web["volumes"] == [{"type": "bind", "source": str(shop / "src"), "target": "/app", "bind": {}}]


def test_yaml_and_text(shop: Path) -> None:
    assert "image: nginx:1" in model().output
    text = model("--format", "text").output
    assert "web: nginx:1" in text
    assert "port: 80 → 80/tcp" in text


def test_files_named_from_elsewhere(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (shop / "sub").mkdir()
    (shop / "sub" / "more.yaml").write_text(
        "services: {web: {extends: {file: ../compose.yaml, service: web}}}\n", encoding="utf-8"
    )
    monkeypatch.chdir(os.path.sep)
    result = model("-f", str(shop / "sub" / "more.yaml"), "--format", "json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["services"]["web"]["volumes"][0]["source"] == str(shop / "src")


def test_refused(shop: Path) -> None:
    (shop / "bad.yaml").write_text(
        "services:\n  a:\n    image: x\n    prts: []\n    env_file: no.env\n", encoding="utf-8"
    )
    result = model("-f", "bad.yaml")
    assert result.exit_code == 1
    assert 'bad.yaml:4:5: services.a has no key "prts"; did you mean "ports"?' in result.output
    assert "bad.yaml:5:15: the env file no.env does not exist" in result.output


def test_wrong_use(shop: Path) -> None:
    assert model("-f", "nothing.yaml").exit_code == 2
    (shop / "compose.yaml").unlink()
    assert model().exit_code == 2
