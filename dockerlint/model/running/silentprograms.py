"""Programs that certainly listen on nothing: consumers, producers, collectors and other jobs.

Certain only where every import leads to a file of the project that was read, or to a package that is known to open no
port (rules/facts/listening.yaml). What a file might load or start besides makes it unknown.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import SourceFacts
    from dockerlint.model.project import Project
    from dockerlint.model.running.servers import ServerUse
    from dockerlint.model.service import Service

_MOST_FILES = 60  # as many as a reading of scripts holds
_LOADERS = (
    "--inspect",
    "--require",
    "--import",
    "--loader",
    "--experimental-loader",
    "--debug",
    "-r",
    "-m",
    "-c",
    "-e",
)
_LOADING_ENVIRONMENT = ("NODE_OPTIONS", "PYTHONSTARTUP", "PYTHONBREAKPOINT")


def is_silent(project: Project, service: Service, use: ServerUse) -> bool:
    """Does nothing that the program's files do open a port?"""
    script = use.script
    row = next((one for one in project.workspace.facts["listening"]["silent"] if one["language"] == use.language), None)
    if script is None or row is None or script.listens or not use.entries or len(script.paths) >= _MOST_FILES:
        return False
    if any(word.partition("=")[0] in _LOADERS or word.startswith("--inspect") for word in use.argv[1:]):
        return False
    environment = project.environment_of(service)
    if any(name in environment or name in use.program.environment for name in _LOADING_ENVIRONMENT):
        return False
    from dockerlint.formats.sourcecode import read_source
    from dockerlint.model.running.scriptfiles import imported_file

    files = project.files_of(service)
    opening = re.compile(row["opening"])
    waiting = list(script.paths)
    if not any(path in waiting for path in use.entries):
        return False
    for path in waiting:  # grows by what a package's own file and the modules taken from it bring
        file = files.read(path)
        if file is None or len(waiting) > _MOST_FILES or opening.search(file.text):
            return False
        facts = read_source(file)
        if (facts.listens and path not in script.paths) or not set(row["opens"]).isdisjoint(facts.members):
            return False
        for name in (*_imports(facts), *facts.members):
            found = imported_file(name, path, use.root, use.language, files)
            if found is None and name not in facts.members and not _is_harmless(use, row, name):
                return False
            if found is not None and found not in waiting and not found.endswith(".json"):
                waiting.append(found)
    return True


def _imports(facts: SourceFacts) -> Iterator[str]:
    """Every module that a file loads, the packages around it included."""
    for name in facts.imports:
        yield name
        pieces = name.split(".") if facts.language == "python" else []
        for count in range(1, len(pieces)):
            if pieces[0]:
                yield ".".join(pieces[:count])


def _is_harmless(use: ServerUse, row: dict[str, Any], name: str) -> bool:
    """Is a module that is no file of the project known to open no port?"""
    if use.language == "python":
        top = name.partition(".")[0]
        known = top in sys.stdlib_module_names or top in row["packages"]
        return not name.strip(".") or (known and name not in row["opens"])
    name = name.removeprefix("node:")
    return any(name == package or name.startswith(f"{package}/") for package in row["packages"])
