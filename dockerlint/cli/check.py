"""`dockerlint check`: the options of a run, its report and its exit status."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from dockerlint.cli.saying import WrongUse, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockerlint.cli.asking import Part
    from dockerlint.rulebook.finding import Report

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown", "rdjson")
LEVELS = ("error", "warning", "info", "style")


def _split(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to report.")
@click.option("--output", metavar="FILE", help="Write the report to a file.")
@click.option("--select", multiple=True, callback=_split, metavar="RULE|GROUP|ALIAS|ALL", help="Ask only these.")
@click.option("--ignore", multiple=True, callback=_split, metavar="RULE|GROUP|ALIAS", help="Do not ask these.")
@click.option(
    "--fail-on", type=click.Choice((*LEVELS, "never")), help="Exit 1 from this severity on (default: warning)."
)
@click.option("--min-severity", type=click.Choice(LEVELS), default="style", help="Show nothing below this.")
@click.option("-f", "--file", "files", multiple=True, metavar="FILE", help="Compose file; several merge in this order.")
@click.option("--env-file", "env_files", multiple=True, metavar="FILE", help="In place of .env.")
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    callback=_split,
    metavar="NAME",
    help="Judge only what starts with this profile.",
)
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out, as a line of .gitignore would.")
@click.option("--with-project", is_flag=True, help="Lint the whole projects that the named files are part of.")
@click.option("--use-environment", is_flag=True, help="Let variables of this process fill ${…} in compose files.")
@click.option("--config", metavar="FILE", help="Take this configuration instead of the nearest one.")
@click.option("--no-config", is_flag=True, help="Read no configuration.")
@click.option("--show-settings", is_flag=True, help="Print what holds and where it comes from, and lint nothing.")
@click.option("--stdin-filename", metavar="FILE", help="The name of what `-` reads from standard input.")
@click.option("--baseline", metavar="FILE", help="Leave out the old findings that this file holds.")
@click.option(
    "--write-baseline",
    is_flag=True,
    help="Take today's findings as old: write them to --baseline (default: .dockerlint-baseline.json).",
)
@click.option("--fix", is_flag=True, help="Mend what can be mended safely.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also what may change more than is said.")
@click.option("--diff", is_flag=True, help="Print as a patch what --fix would do, and change nothing.")
@click.option("--statistics", is_flag=True, help="Count findings by rule.")
@click.option("-q", "--quiet", is_flag=True, help="No summary.")
@click.option("-v", "--verbose", is_flag=True, help="Also what was suppressed, and notes on the run.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="Accepted; a run uses one core.")
@click.pass_context
def check_command(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Lint files or folders (default: the working directory).

    Exit status: 0 nothing at or above --fail-on, 1 findings, 2 wrong use or an internal error.
    """
    from dockerlint.cli.asking import parts_of_run
    from dockerlint.engine.settings import UsageError

    mended = True
    try:
        parts = parts_of_run(paths, options)
        if options["show_settings"]:
            from dockerlint.cli.settingspage import show_settings

            click.echo(show_settings(parts), nl=False)
            return
        if options["fix"] or options["diff"]:
            mended = _mend(ctx, parts, options)
        reports = [_run(part, options) for part in parts]
        if options["write_baseline"]:
            _write_baseline(parts, reports, options)
            return
        reports = [_without_known(part, report, options) for part, report in zip(parts, reports, strict=True)]
    except UsageError as error:
        raise WrongUse(str(error)) from None
    _write(_joined(reports), options)
    status = max(_status(report, part.fail_on) for part, report in zip(parts, reports, strict=True))
    ctx.exit(status if mended else 2)


def _mend(ctx: click.Context, parts: list[Part], options: dict[str, Any]) -> bool:
    """Does --fix, True where every file was written; ends the program after --diff."""
    from dockerlint.cli import fixing

    if any("-" in part.paths for part in parts):
        raise WrongUse("`-` is standard input, in which nothing can be mended: name the file")
    quiet = {**options, "quiet": True}

    def lint(unsaved: Mapping[str, str]) -> Report:
        return _joined([_without_known(part, _run(part, options, unsaved), quiet) for part in parts])

    def judge(unsaved: Mapping[str, str]) -> Report:
        return _joined([_run(fixing.of_all_rules(part), options, unsaved) for part in parts])

    every = judge if any(part.settings.select for part in parts) else None
    if options["diff"]:
        ctx.exit(fixing.show_diff(lint, every, options))
    return fixing.fix(lint, every, options)


def _run(part: Part, options: dict[str, Any], unsaved: Mapping[str, str] | None = None) -> Report:
    from dockerlint.engine import run

    if "-" in part.paths:
        if part.paths != ("-",):
            raise WrongUse("`-` stands alone: standard input is one file")
        text = sys.stdin.buffer.read()
        return run.lint_text(text, options["stdin_filename"], part.settings)
    if sys.stderr.isatty() and not options["quiet"]:
        from dockerlint.cli.progress import Bar

        with Bar() as bar:
            return run.lint(part.paths, part.settings, progress=bar.update, unsaved=unsaved)
    return run.lint(part.paths, part.settings, unsaved=unsaved)


def _joined(reports: list[Report]) -> Report:
    if len(reports) == 1:
        return reports[0]
    from dockerlint.engine.run import join

    return join(reports)


def _write_baseline(parts: list[Part], reports: list[Report], options: dict[str, Any]) -> None:
    from dockerlint.engine import baseline

    by_file: dict[str, list[Report]] = {}
    for part, report in zip(parts, reports, strict=True):
        by_file.setdefault(part.settings.baseline or baseline.DEFAULT_FILE, []).append(report)
    for path, together in by_file.items():
        number = baseline.write(_joined(together), path, os.getcwd())
        if not options["quiet"]:
            say(f"dockerlint: {number} finding{'s' * (number != 1)} written to {_shown(path)}")


def _without_known(part: Part, report: Report, options: dict[str, Any]) -> Report:
    path = part.settings.baseline
    if path is None:
        return report
    from dockerlint.engine import baseline

    report, gone = baseline.without_known(report, baseline.read(path, os.getcwd()))
    if gone and not options["quiet"]:
        those = "1 finding of it has" if gone == 1 else f"{gone} findings of it have"
        say(f"dockerlint: {_shown(path)}: {those} gone; --write-baseline drops them")
    return report


def _shown(path: str) -> str:
    return os.path.relpath(path) if os.path.isabs(path) else path


def _write(report: Report, options: dict[str, Any]) -> None:
    from dockerlint.report import renderer

    render = renderer(options["form"])
    style = {name: options[name] for name in ("statistics", "quiet", "verbose", "unsafe_fixes")}
    if options["output"]:
        text = render(report, color=False, **style)
        try:
            with open(options["output"], "w", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(text)
        except OSError as error:
            raise WrongUse(f"cannot write {options['output']}: {error.strerror}") from None
    else:
        color = options["form"] == "text" and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        sys.stdout.write(render(report, color=color, **style))
    if not report.files and not report.findings and not options["quiet"]:
        say("dockerlint: no Dockerfile and no compose file here")
    for failure in report.failures:
        say(f"dockerlint: {failure}")


def _status(report: Report, fail_on: str) -> int:
    from dockerlint.engine.settings import reaches

    if report.failures:
        return 2
    return 1 if any(reaches(finding.severity, fail_on) for finding in report.findings) else 0
