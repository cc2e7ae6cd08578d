"""What the program says beside its report: one line on standard error."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """Names and messages of linted files may hold anything; what could steer a terminal or a CI system is shown."""
    from dockerlint.report.canvas import safe

    sys.stderr.write(f"{safe(text)}\n")
    sys.stderr.flush()


class WrongUse(Exception):
    """What was asked for cannot be; said in one line, without the usage of every option."""

    exit_code = 2

    def show(self) -> None:
        say(f"dockerlint: {self}")
