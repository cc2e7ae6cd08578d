"""What a Python project says that it needs: pyproject.toml (PEP 621, Poetry, PDM, uv), setup.cfg, setup.py, Pipfile."""

import os
import re
from collections.abc import Set
from typing import Any

import place
import tomllib  # type: ignore[import-not-found,unused-ignore]


class Project:
    """One project's folder. `requirements` are as pip takes them."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.toml = _toml(f"{folder}/pyproject.toml")
        self._setup = place.read(f"{folder}/setup.py") + place.read(f"{folder}/setup.cfg")
        self._project = self.toml.get("project", {})
        self._poetry = self.toml.get("tool", {}).get("poetry", {})

    @property
    def name(self) -> str | None:
        found = re.search(r"\bname\s*=\s*['\"]?([\w.-]+)", self._setup)
        return self._project.get("name") or self._poetry.get("name") or (found[1] if found else None)

    @property
    def is_package(self) -> bool:
        """False for a project that only names what it needs."""
        return ("build-system" in self.toml and self._poetry.get("package-mode", True) is not False) or bool(
            self._setup
        )

    @property
    def scripts(self) -> dict[str, str]:
        both = {**self._poetry.get("scripts", {}), **self._project.get("scripts", {})}
        return {name: entry for name, entry in both.items() if isinstance(entry, str)}

    def requirements(
        self, extras: Set[str] = frozenset(), groups: Set[str] = frozenset(), every: bool = False
    ) -> list[str]:
        found = list(self._project.get("dependencies", []))
        for name, texts in self._project.get("optional-dependencies", {}).items():
            found += texts if name in extras else []
        for name, value in self._poetry.get("dependencies", {}).items():
            optional = isinstance(value, dict) and value.get("optional")
            if name.lower() != "python" and not (optional and not extras):
                found.append(_poetry_requirement(name, value))
        for name in extras:
            found += [text for text in self._poetry.get("extras", {}).get(name, []) if isinstance(text, str)]
        found += self._of_groups(groups, every)
        setup = re.search(r"install_requires\s*=\s*(?:\[(.*?)\]|((?:\n[ \t]+.*)+))", self._setup, re.S)
        if setup:
            found += re.findall(r"['\"]([^'\"]+)['\"]", setup[1]) if setup[1] else (setup[2] or "").split("\n")
        return [text.strip() for text in found if text.strip()]

    def _of_groups(self, groups: Set[str], every: bool) -> list[str]:
        found: list[str] = []
        poetry = {name: group.get("dependencies", {}) for name, group in self._poetry.get("group", {}).items()}
        poetry.setdefault("dev", {}).update(self._poetry.get("dev-dependencies", {}))
        for name, needed in poetry.items():
            if every or name in groups:
                found += [_poetry_requirement(key, value) for key, value in needed.items()]
        tool = self.toml.get("tool", {})
        named = {**tool.get("pdm", {}).get("dev-dependencies", {}), **self.toml.get("dependency-groups", {})}
        named.setdefault("dev", []).extend(tool.get("uv", {}).get("dev-dependencies", []))
        for name, texts in named.items():
            if every or name in groups:
                found += [text for text in texts if isinstance(text, str)]
        return found


def pipfile(folder: str, dev: bool) -> list[str]:
    sections = _toml(f"{folder}/Pipfile")
    tables = [sections.get("packages", {}), sections.get("dev-packages", {}) if dev else {}]
    return [_poetry_requirement(name, value) for table in tables for name, value in table.items()]


def _poetry_requirement(name: str, value: Any) -> str:
    extras = value.get("extras", []) if isinstance(value, dict) else []
    return f"{name}[{','.join(extras)}]" if extras else name


def _toml(path: str) -> dict[str, Any]:
    if not os.path.isfile(path):
        return {}
    try:
        return dict(tomllib.loads(place.read(path)))
    except tomllib.TOMLDecodeError as error:
        place.fail(f"{path}: {error}")
