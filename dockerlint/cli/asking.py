"""What a command line and the configuration files ask for together."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from dockerlint.engine.settings import Settings, UsageError
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.engine.configuration import Configuration

DEFAULT_FAIL_ON = "warning"


@dataclass(frozen=True, slots=True)
class Part:
    """The paths of a run that one configuration governs. `configuration` is None where no file was looked for."""

    paths: tuple[str, ...]
    settings: Settings
    configuration: Configuration | None = None

    @property
    def fail_on(self) -> str:
        return self.settings.fail_on or DEFAULT_FAIL_ON


def parts_of_run(paths: tuple[str, ...], options: dict[str, Any]) -> list[Part]:
    """Raises UsageError for a configuration that is wrong."""
    asked = Settings(
        select=options["select"],
        ignore=options["ignore"],
        min_severity=options["min_severity"],
        files=options["files"],
        env_files=options["env_files"],
        profiles=options["profiles"],
        exclude=options["exclude"],
        use_environment=options["use_environment"],
        fail_on=options["fail_on"],
        baseline=options["baseline"],
        with_project=options["with_project"],
    )
    if asked.with_project and (asked.files or "-" in paths):
        raise UsageError("--with-project finds the projects of files: it goes with neither -f nor `-`")
    paths = _asked(paths, asked)
    places = (".",) if asked.with_project else paths
    if options["no_config"] or (not options["config"] and not any(_is_configured(path, options) for path in places)):
        return [Part(paths, asked)]
    from dockerlint.engine.configuration import of_paths, settings_of

    cwd = os.getcwd()
    if asked.with_project:  # the projects may lie elsewhere than the files
        configuration = of_paths((".",), cwd, options["config"])[0][0]
        return [Part(paths, settings_of(configuration, asked), configuration)]
    by_place = {_place(path, options): path for path in paths}
    groups = of_paths(by_place, cwd, options["config"])
    return [
        Part(tuple(by_place[place] for place in places), settings_of(configuration, asked), configuration)
        for configuration, places in groups
    ]


def _asked(paths: tuple[str, ...], settings: Settings) -> tuple[str, ...]:
    """The given paths; with -f alone the folder of the first compose file, as `docker compose -f` has it."""
    if paths or not settings.files:
        return paths or (".",)
    return (settings.files[0],)


def _is_configured(path: str, options: dict[str, Any]) -> bool:
    from dockerlint.engine.configfile import find

    full = os.path.abspath(_place(path, options))
    return find(full if os.path.isdir(full) else os.path.dirname(full)) is not None


def _place(path: str, options: dict[str, Any]) -> str:
    """Where the configuration of a path is looked for; that of standard input by the name that it is given."""
    return (options["stdin_filename"] or "Dockerfile") if path == "-" else path
