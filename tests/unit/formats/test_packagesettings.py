from __future__ import annotations

from dockerlint.formats.packagesettings import PackageSettings, package_settings
from dockerlint.source.tree import DictTree


def settings(**files: str) -> PackageSettings:
    return package_settings(DictTree({f"web/{name}": text for name, text in files.items()}), "web")


def test_nothing_said() -> None:
    found = settings(x="")
    assert (found.locks, found.modules_folder, found.plug_and_play, found.npm_token) == ({}, None, False, None)
    assert (found.in_project_venv, found.bundle_path, found.pnpm_packages) == (None, None, ())


def test_locks() -> None:
    assert settings(**{"yarn.lock": "", "poetry.lock": ""}).locks == {"yarn.lock": "yarn", "poetry.lock": "poetry"}


def test_moved_folders() -> None:
    assert settings(**{".yarnrc": '# x\n--install.modules-folder "/node_modules"\n'}).modules_folder == "/node_modules"
    assert settings(**{".npmrc": "modules-dir = deps\n"}).modules_folder == "deps"
    assert settings(**{".bundle/config": '---\nBUNDLE_PATH: "vendor/bundle"\n'}).bundle_path == "vendor/bundle"
    assert settings(**{"poetry.toml": "[virtualenvs]\nin-project = true\n"}).in_project_venv is True


def test_plug_and_play_is_what_newer_yarn_does_unless_told() -> None:
    newer = {"yarn.lock": "__metadata:\n  version: 8\n"}
    assert settings(**newer, **{".yarnrc.yml": "yarnPath: x\n"}).plug_and_play
    assert not settings(**newer, **{".yarnrc.yml": "nodeLinker: node-modules\n"}).plug_and_play
    assert not settings(**{"yarn.lock": "# yarn lockfile v1\n", ".yarnrc.yml": "yarnPath: x\n"}).plug_and_play


def test_pnpm_workspace_and_broken_yaml() -> None:
    assert settings(**{"pnpm-workspace.yaml": "packages:\n  - 'apps/*'\n  - 3\n"}).pnpm_packages == ("apps/*",)
    assert settings(**{"pnpm-workspace.yaml": "packages: [\n"}).problems


def test_npm_token() -> None:
    literal = settings(**{".npmrc": "; c\n//npm.example.com/:_authToken=npm_abc\n"}).npm_token
    assert literal is not None and (literal.text, literal.line) == ("npm_abc", 2)
    assert settings(**{".npmrc": "//npm.example.com/:_authToken=${NPM_TOKEN}\n"}).npm_token is None
