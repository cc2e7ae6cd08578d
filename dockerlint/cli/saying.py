"""What the program says beside its report: one line on standard error."""

from __future__ import annotations

from typing import Any

import click


def say(text: str) -> None:
    """Names and messages of linted files may hold anything; what could steer a terminal or a CI system is shown."""
    from dockerlint.report.canvas import safe

    click.echo(safe(text), err=True)


class WrongUse(click.ClickException):
    """What was asked for cannot be; said in one line, without the usage of every option."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        say(f"dockerlint: {self.message}")
