"""The entry point of the program. What it need not know of click it does without, so that `check` starts quickly."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import NoReturn

from dockerlint.cli import options
from dockerlint.cli.commands import COMMANDS
from dockerlint.cli.saying import WrongUse, say

_COMPLETION = "_DOCKERLINT_COMPLETE"  # a shell asks click what could follow


def program() -> NoReturn:
    """The `dockerlint` program. Ends the process at once: to take a finished run apart takes longer than its report."""
    status = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            status = status or 2
    os._exit(status)


def main() -> int:
    """A run as the command line wants it; its exit status.

    130 after Ctrl-C; a reader that goes away ends it by SIGPIPE, as other Unix programs; a full disk and a
    fault of dockerlint itself are status 2.
    """
    gc.set_threshold(500_000, 50, 100)  # a run makes many small things that live to its end
    _prepare_streams()
    try:
        status = _run(sys.argv[1:])
        sys.stdout.flush()
        return status
    except WrongUse as error:
        error.show()
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        return _unwritable(error)
    except Exception as error:
        from dockerlint.engine.breakdowns import Breakdowns

        breakdowns = Breakdowns(None)
        breakdowns.add("dockerlint", error)
        say(f"{breakdowns.failures[0]}; please report it")
        return 2


def _run(words: list[str]) -> int:
    if words and (words[0] == "check" or words[0] not in COMMANDS) and _COMPLETION not in os.environ:
        asked = options.read(words[1:] if words[0] == "check" else words)
        if asked is not None:
            from dockerlint.cli.linting import lint

            return lint(*asked)
    return _with_click()


def _with_click() -> int:
    import click

    from dockerlint.cli.app import app

    try:
        status = app(prog_name="dockerlint", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 130
    return status if isinstance(status, int) else 0


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
