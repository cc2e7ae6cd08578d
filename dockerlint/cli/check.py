"""`dockerlint check` for click, which reads what is unusual, says what is wrong and prints the help."""

from __future__ import annotations

from typing import Any

import click

from dockerlint.cli.options import FORMATS, OPTIONS, Option, at_commas


def _parameter(option: Option) -> click.Option:
    named = [*option.names, option.parameter]
    if option.value is None:
        return click.Option(named, is_flag=True, help=option.help)
    kind: Any = click.IntRange(min=1) if option.number else str
    if isinstance(option.value, tuple):
        kind = click.Choice(option.value)
    return click.Option(
        named,
        type=kind,
        metavar=option.value if isinstance(option.value, str) else None,
        multiple=option.many,
        default=option.default,
        callback=_split if option.split else None,
        help=option.help,
    )


def _split(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return at_commas(values)


@click.command("check", params=[_parameter(option) for option in OPTIONS])
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.pass_context
def check_command(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Lint files or folders (default: the working directory).

    Exit status: 0 nothing at or above --fail-on, 1 findings, 2 wrong use or an internal error.
    """
    from dockerlint.cli.linting import lint

    ctx.exit(lint(paths, options))


__all__ = ["FORMATS", "check_command"]
