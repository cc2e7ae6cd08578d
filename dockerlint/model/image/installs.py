"""Install commands and the folders that they fill. The table is rules/facts/ecosystems.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dockerlint.model.paths import absolute
from dockerlint.model.running.shelltest import is_open
from dockerlint.source.record import dataclass
from dockerlint.source.text import Span

if TYPE_CHECKING:
    from dockerlint.model.image.dockerfile import Step
    from dockerlint.model.running.command import EffectiveCommand


@dataclass(frozen=True, slots=True)
class Install:
    """An install command that ran in an image or runs in a container.

    `folder` is the container folder that it fills, None where that lies outside of the project (the system's own).
    `package` is the container folder that it ran in. `built` says that the folder holds build output. `step` is None
    for a command of the running container. `copied` is the step that handed the folder over from another stage.
    """

    manager: str
    family: str
    folder: str | None
    package: str
    words: tuple[str, ...]
    span: Span
    built: bool
    step: Step | None
    copied: Step | None = None

    @property
    def place(self) -> Span:
        """Where the folder comes into the image that runs."""
        return self.copied.instruction.span if self.copied is not None else self.span


def command_installs(command: EffectiveCommand, facts: Mapping[str, Any]) -> tuple[Install, ...]:
    """The install commands that a container runs when it starts, certain or not."""
    found = []
    for program in command.programs:
        workdir = program.workdir or "/"
        install = match_install(program.argv, workdir, program.environment, facts, {}, program.span)
        if install is not None:
            found.append(install)
    return tuple(found)


def match_install(
    words: Sequence[str],
    workdir: str,
    environment: Mapping[str, str | None],
    facts: Mapping[str, Any],
    configured: Mapping[str, str],
    span: Span,
) -> Install | None:
    """The install that an argument list is, None where it is none. `configured` maps a manager to its folder."""
    name = words[0].rpartition("/")[2]
    venv = words[0].removesuffix(f"/bin/{name}") if f"/bin/{name}" in words[0] else None
    for row in facts.get("ecosystems", ()):
        captured = _captured([name, *words[1:]], row)
        if captured is None or any(option in words for option in row.get("unless", ())):
            continue
        package = absolute(_option(words, row.get("at", ())) or "", workdir)
        if package != workdir and package.rpartition("/")[2] in row["manifests"]:
            package = package.rpartition("/")[0] or "/"
        folder = _folder(row, words, environment, configured, captured)
        if venv is not None and row["family"] == "python" and venv not in ("", "/usr", "/usr/local"):
            folder = venv
        where = absolute(folder, package) if folder is not None else None
        return Install(row["name"], row["family"], where, package, tuple(words), span, bool(row.get("built")), None)
    return None


def _captured(words: list[str], row: Mapping[str, Any]) -> str | None:
    """Does the argument list begin like an install of this manager? "" or the word that stands for "*"."""
    for pattern in row["installs"]:
        if pattern[0] != words[0]:
            continue
        if pattern[-1] == "*":
            plain = [word for word in words if not word.startswith("-") or word in pattern]
            if len(plain) == len(pattern) and plain[:-1] == pattern[:-1]:
                return plain[-1]
        elif words[: len(pattern)] == pattern:
            # A lone `yarn` or `bundle` installs; followed by a word it is something else.
            if len(pattern) > 1 or len(words) == 1 or words[1].startswith("-") or row.get("built"):
                return ".venv" if pattern == ["uv", "venv"] else ""
        elif len(pattern) == 2:
            rest = _plain_words(words[1:], row)
            if rest[:1] == pattern[1:]:
                return ""
    return None


def _plain_words(words: list[str], row: Mapping[str, Any]) -> list[str]:
    values = (*row.get("at", ()), *row.get("into", ()))
    found: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in values
        else:
            found.append(word)
    return found


def _folder(
    row: Mapping[str, Any],
    words: Sequence[str],
    environment: Mapping[str, str | None],
    configured: Mapping[str, str],
    captured: str,
) -> str | None:
    given = _option(words, row.get("into", ()))
    if given is not None:
        return None if is_open(given) else given
    if captured:
        return None if is_open(captured) else captured
    if row["name"] in configured:
        return configured[row["name"]]
    for name in row.get("into_env", ()):
        if name in environment:
            return environment[name] or row.get("folder")
    for name, folder in row.get("inside_env", {}).items():
        if (environment.get(name) or "").lower() in ("1", "true", "yes", "on"):
            return str(folder)
    own = row.get("folder")
    return str(own) if own is not None else None


def _option(words: Sequence[str], names: Sequence[str]) -> str | None:
    for index, word in enumerate(words):
        option, equals, value = word.partition("=")
        if option in names:
            return value if equals else words[index + 1] if index + 1 < len(words) else None
    return None
