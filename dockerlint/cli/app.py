"""The command line as a whole. Subcommands are imported when they are asked for, so that `check` stays quick."""

from __future__ import annotations

import gc
import os
import signal
import sys
from importlib import import_module

import click

from dockerlint import __version__
from dockerlint.cli.saying import say

# name → (module, command object, help line)
COMMANDS = {
    "check": ("check", "check_command", "Lint files or folders (this is what `dockerlint PATH` does)."),
    "explain": ("explain", "explain_command", "Print a rule's page: what, why and what to write instead."),
    "rules": ("rules", "rules_command", "List the rules."),
    "model": ("model", "model_command", "Print the project as dockerlint understands it."),
    "context": ("context", "context_command", "List what a build would be sent."),
    "map": ("map", "map_command", "Draw the networks: who reaches whom, and what is broken."),
    "init": ("init", "init_command", "Write a configuration from those of other linters."),
    "new": ("new", "new_command", "Lay down the card and the check of a new rule."),
}
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_OWN_OPTIONS = ("-h", "--help", "-V", "--version")


class LazyGroup(click.Group):
    """A group that knows its commands' names and help lines, and imports one when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"dockerlint.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in COMMANDS and args[0] not in _OWN_OPTIONS:
            args = ["check", *args]
        return super().parse_args(ctx, args)


@click.group(cls=LazyGroup, context_settings=CONTEXT, epilog="`dockerlint PATH` alone means `dockerlint check PATH`.")
@click.version_option(__version__, "-V", "--version", prog_name="dockerlint", message="%(prog)s %(version)s")
def app() -> None:
    """Reads Dockerfiles, compose files, ignore files and the source beside them together, and says what will break,
    lose data, leak a secret or surprise you when the containers run."""


def main() -> int:
    """The entry point of the `dockerlint` program; its exit status.

    130 after Ctrl-C; a reader that goes away ends it by SIGPIPE, as other Unix programs; a full disk is status 2.
    """
    _prepare_streams()
    gc.set_threshold(500_000, 50, 100)  # a run makes many small things that live to its end
    try:
        status = app(prog_name="dockerlint", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except OSError as error:
        return _unwritable(error)
    finally:
        gc.freeze()  # the process ends: looking through all of it once more takes a tenth of a small run


def _prepare_streams() -> None:
    """UTF-8 whatever the locale; what cannot be written is escaped rather than a crash."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the caller, who wants the exit status alone
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
        reconfigure = getattr(getattr(sys, name), "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _unwritable(error: OSError) -> int:
    """Says that the report could not be written, and sends what is still in the buffer nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    say(f"dockerlint: cannot write: {error.strerror or error}")
    return 2
