"""The command line as click knows it. Subcommands are imported when they are asked for."""

from __future__ import annotations

from importlib import import_module

import click

from dockerlint import __version__
from dockerlint.cli.commands import COMMANDS
from dockerlint.cli.saying import WrongUse

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

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except WrongUse as error:
            error.show()
            ctx.exit(error.exit_code)


@click.group(cls=LazyGroup, context_settings=CONTEXT, epilog="`dockerlint PATH` alone means `dockerlint check PATH`.")
@click.version_option(__version__, "-V", "--version", prog_name="dockerlint", message="%(prog)s %(version)s")
def app() -> None:
    """Reads Dockerfiles, compose files, ignore files and the source beside them together, and says what will break,
    lose data, leak a secret or surprise you when the containers run."""
