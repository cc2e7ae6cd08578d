"""Every image that a project names, for which a stand-in is needed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from dockerlint.engine.settings import Settings
from dockerlint.model.loading import load_projects
from dockerlint.rulebook import shelf
from dockerlint.source.tree import DictTree, FileTree, FolderTree

FIXTURES = Path(__file__).parent.parent / "fixtures" / "projects"
_COPIED_FROM = re.compile(r"--(?:mount=\S*)?from=([\w./:-]+)")


def named_images() -> set[str]:
    """References of every card's examples and of the fixture projects, variables resolved."""
    names: set[str] = set()
    for rule_id in shelf.rule_ids():
        for example in shelf.whole_rule(rule_id).examples:
            if example.proof:
                names |= images_of_files({**example.files, **example.proof_files})
    for folder in sorted(FIXTURES.glob("*/*/")):
        names |= images_of(FolderTree(str(folder)))
    return names


def images_of_files(files: Mapping[str, str]) -> set[str]:
    return images_of(DictTree(dict(files)))


def images_of(tree: FileTree) -> set[str]:
    names: set[str] = set()
    for project in load_projects(tree, [""], Settings(), shelf.facts()):
        stages = [stage for dockerfile in project.dockerfiles for stage in dockerfile.stages]
        names |= {stage.base for stage in stages if stage.base}
        names |= {name for file in project.files for name in _COPIED_FROM.findall(file.text)}
        names -= {stage.name for stage in stages if stage.name}
        for service in project.services:
            if service.image is not None and service.image.value and service.build is None:
                names.add(service.image.value)
    return {name.partition("@")[0] for name in names} - {"scratch"}
