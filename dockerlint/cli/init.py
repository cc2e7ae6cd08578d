"""`dockerlint init`."""

from __future__ import annotations

import os
import sys

import click

from dockerlint.cli.saying import WrongUse, say
from dockerlint.engine.configfile import NAMES, has_settings
from dockerlint.engine.migration import Migration, migrate
from dockerlint.engine.settings import UsageError
from dockerlint.engine.starter import text_of

_NAME = NAMES[0]


@click.command("init")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False))
@click.option("--force", is_flag=True, help="Write over a configuration that is there.")
@click.option("--stdout", is_flag=True, help="Print the configuration, and write nothing.")
def init_command(folder: str, force: bool, stdout: bool) -> None:
    """Write .dockerlint.yaml from what DIR has for hadolint, dclint and compose-lint.

    What was translated and what could not be is said on standard error.
    """
    if not os.path.isdir(folder):
        raise WrongUse(f"{folder} is not a folder")
    present = [name for name in NAMES if has_settings(os.path.join(folder, name))]
    if present and not force and not stdout:
        raise WrongUse(f"{os.path.normpath(os.path.join(folder, present[0]))} is there already; --force writes over it")
    try:
        migration = migrate(folder, os.getcwd())
    except UsageError as error:
        raise WrongUse(str(error)) from None
    text = text_of(migration)
    if stdout:
        sys.stdout.write(text)
    else:
        _write(os.path.join(folder, _NAME), text, force)
    _tell(migration, os.path.normpath(os.path.join(folder, _NAME)), stdout)
    if not stdout and present and _NAME not in present:
        say(f"dockerlint: {_NAME} counts from now on in place of {present[0]}")


def _write(path: str, text: str, force: bool) -> None:
    try:
        with open(path, "w" if force else "x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise WrongUse(f"cannot write {path}: {error.strerror}") from None


def _tell(migration: Migration, path: str, stdout: bool) -> None:
    if not migration.sources:
        say("dockerlint: no configuration of hadolint, dclint or compose-lint here")
    if not stdout:
        say(f"dockerlint: {path} written" + (f" from {', '.join(migration.sources)}" if migration.sources else ""))
    for setting in migration.settings:
        say(f"  {setting.origin}: {setting.key}: {setting.name + ': ' if setting.name else ''}{setting.value}")
    if migration.left:
        say("not translated:")
    for left in migration.left:
        say(f"  {left.place}: {left.what}: {left.why}")
