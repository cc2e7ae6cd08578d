"""Values that Python source takes from a settings module: ``app.config["HOST"]``, ``settings.HOST``, ``HOST``.

https://flask.palletsprojects.com/en/stable/config/ ; a value counts only where one place alone of the source sets it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockerlint.source.pattern import pattern

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import SourceFacts, Text
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service

_FLASK = pattern(r"(?:\w+\.){0,3}config\s*(?:\[\s*|\.get\(\s*)[\"'](\w{1,80})[\"']\s*[\])]")
_NAME = pattern(r"(?:\w+\.){0,3}([A-Z][A-Z0-9_]{1,80})")
_LOADS = pattern(r"\bconfig\.(from_\w+)\s*\(\s*([^)\n]{0,200})")
_PLAIN_LOADS = ("from_pyfile", "from_object")


def setting_of(project: Project, service: Service, expression: str) -> Text | None:
    """The literal behind an expression; None where it is none of these, or where more than one place may set it."""
    flask = _FLASK.fullmatch(expression.strip())
    found = flask or _NAME.fullmatch(expression.strip())
    if found is None:
        return None
    from dockerlint.formats.sourcecode import is_test_path

    name = found.group(1)
    sources = [
        use.facts
        for use in project.sources_of(service)
        if use.facts.language == "python" and not is_test_path(project.workspace.own(use.path))
    ]
    said = [source for source in sources if name in source.file.text]
    places = sum(len(_assignments(name).findall(source.file.text)) for source in said)
    if places != 1 or any(read.name == name for source in said for read in source.env_reads):
        return None
    values = [
        text
        for source in said
        for text in source.texts
        if text.name == name and text.path.rpartition(".")[2] == name and text.call is None and _is_plain(text)
    ]
    if len(values) != 1 or (flask is not None and not _is_loaded(sources, values[0])):
        return None
    return values[0]


def _assignments(name: str) -> re.Pattern[str]:
    word = re.escape(name)
    return re.compile(rf"(?<![\w.]){word}[ \t]*(?::[^=\n]{{1,80}})?=(?!=)|[\"']{word}[\"'][ \t]*(?:\][ \t]*=(?!=)|:)")


def _is_plain(text: Text) -> bool:
    return not (text.template or text.joined or text.compared or text.fallback_of)


def _is_loaded(sources: list[SourceFacts], value: Text) -> bool:
    """Does Flask's configuration read the module that sets the value, and nothing else?"""
    if any("instance_relative_config" in source.file.text for source in sources):
        return False
    loads = [found for source in sources for found in _LOADS.finditer(source.file.text)]
    stem = value.span.path.rpartition("/")[2].removesuffix(".py")
    return len(loads) == 1 and loads[0].group(1) in _PLAIN_LOADS and stem in loads[0].group(2)
