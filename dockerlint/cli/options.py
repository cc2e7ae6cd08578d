"""The options of `dockerlint check`, and a quick reading of ordinary command lines.

Importing click takes as long as linting a small project. So what stands here without anything unusual is read here;
every other command line, and every wrong one, is left to click, which is made from the same table (`check.py`).
"""

from __future__ import annotations

import os
from typing import Any

from dockerlint.source.record import dataclass

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown", "rdjson")
LEVELS = ("error", "warning", "info", "style")


@dataclass(frozen=True, slots=True)
class Option:
    """`names` end with the long one. What takes no value is a switch.

    `value` is what a value is called, or the tuple of those that there are; `many`: may be given several times;
    `split`: at commas, too; `number`: a whole one from 1.
    """

    names: tuple[str, ...]
    help: str
    value: str | tuple[str, ...] | None = None
    key: str = ""  # in the mapping of options; the long name where none is given
    default: Any = None
    many: bool = False
    split: bool = False
    number: bool = False

    @property
    def parameter(self) -> str:
        return self.key or self.names[-1].lstrip("-").replace("-", "_")

    @property
    def unset(self) -> Any:
        return False if self.value is None else () if self.many else self.default


def _names(option: str, taken: str = "RULE|GROUP|ALIAS") -> dict[str, Any]:
    return {"names": (option,), "value": taken, "many": True, "split": True}


OPTIONS = (
    Option(("--format",), "How to report.", FORMATS, "form", "text"),
    Option(("--output",), "Write the report to a file.", "FILE"),
    Option(help="Ask only these.", **_names("--select", "RULE|GROUP|ALIAS|ALL")),
    Option(help="Do not ask these.", **_names("--ignore")),
    Option(("--fail-on",), "Exit 1 from this severity on (default: warning).", (*LEVELS, "never")),
    Option(("--min-severity",), "Show nothing below this.", LEVELS, default="style"),
    Option(("-f", "--file"), "Compose file; several merge in this order.", "FILE", "files", many=True),
    Option(("--env-file",), "In place of .env.", "FILE", "env_files", many=True),
    Option(("--profile",), "Judge only what starts with this profile.", "NAME", "profiles", many=True, split=True),
    Option(("--exclude",), "Leave out, as a line of .gitignore would.", "GLOB", many=True),
    Option(("--with-project",), "Lint the whole projects that the named files are part of."),
    Option(("--use-environment",), "Let variables of this process fill ${…} in compose files."),
    Option(("--config",), "Take this configuration instead of the nearest one.", "FILE"),
    Option(("--no-config",), "Read no configuration."),
    Option(("--show-settings",), "Print what holds and where it comes from, and lint nothing."),
    Option(("--stdin-filename",), "The name of what `-` reads from standard input.", "FILE"),
    Option(("--baseline",), "Leave out the old findings that this file holds.", "FILE"),
    Option(
        ("--write-baseline",),
        "Take today's findings as old: write them to --baseline (default: .dockerlint-baseline.json).",
    ),
    Option(("--fix",), "Mend what can be mended safely."),
    Option(("--unsafe-fixes",), "With --fix or --diff: also what may change more than is said."),
    Option(("--diff",), "Print as a patch what --fix would do, and change nothing."),
    Option(("--statistics",), "Count findings by rule."),
    Option(("-q", "--quiet"), "No summary."),
    Option(("-v", "--verbose"), "Also what was suppressed, and notes on the run."),
    Option(("--jobs",), "Accepted; a run uses one core.", "N", default=1, number=True),
)


def at_commas(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def read(words: list[str]) -> tuple[tuple[str, ...], dict[str, Any]] | None:
    """The paths and options of `check` in words that hold nothing unusual, as click gives them; None for all others.

    Unusual are abbreviations (`-qv`), `--name=value`, values that begin with a hyphen, and what is wrong.
    """
    if os.name == "nt" and any(sign in word for word in words for sign in "*?[~$%"):
        return None  # which click replaces, since the shells there do not
    options = {option.parameter: option.unset for option in OPTIONS}
    by_name = {name: option for option in OPTIONS for name in option.names}
    paths = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or word == "-":
            paths.append(word)
            continue
        option = by_name.get(word)
        if option is None:
            return None
        key = option.parameter
        if option.value is None:
            options[key] = True
            continue
        value = next(rest, "-")
        if value.startswith("-") or (isinstance(option.value, tuple) and value not in option.value):
            return None
        if option.number:
            if not (value.isascii() and value.isdecimal() and int(value) > 0):
                return None
            options[key] = int(value)
        elif option.many:
            options[key] += at_commas((value,)) if option.split else (value,)
        else:
            options[key] = value
    return tuple(paths), options
