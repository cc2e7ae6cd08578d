"""`dockerlint check`: the options of a run, its report and its exit status."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dockerlint.engine.settings import Settings
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
    "--fail-on", type=click.Choice((*LEVELS, "never")), default="warning", help="Exit 1 from this severity on."
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
@click.option("--use-environment", is_flag=True, help="Let variables of this process fill ${…} in compose files.")
@click.option("--stdin-filename", metavar="FILE", help="The name of what `-` reads from standard input.")
@click.option("--baseline", metavar="FILE", help="Leave out the old findings that this file holds.")
@click.option(
    "--write-baseline",
    is_flag=True,
    help="Take today's findings as old: write them to --baseline (default: .dockerlint-baseline.json).",
)
@click.option("--statistics", is_flag=True, help="Count findings by rule.")
@click.option("-q", "--quiet", is_flag=True, help="No summary.")
@click.option("-v", "--verbose", is_flag=True, help="Also what was suppressed, and notes on the run.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="Accepted; a run uses one core.")
@click.pass_context
def check_command(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Lint files or folders (default: the working directory).

    Exit status: 0 nothing at or above --fail-on, 1 findings, 2 wrong use or an internal error.
    """
    from dockerlint.engine.settings import Settings, UsageError

    settings = Settings(
        select=options["select"],
        ignore=options["ignore"],
        min_severity=options["min_severity"],
        files=options["files"],
        env_files=options["env_files"],
        profiles=options["profiles"],
        exclude=options["exclude"],
        use_environment=options["use_environment"],
    )
    try:
        report = _run(paths, settings, options)
        if options["write_baseline"]:
            return _write_baseline(report, options)
        report = _without_known(report, options)
    except UsageError as error:
        raise click.UsageError(str(error), ctx) from None
    _write(report, options)
    ctx.exit(_status(report, options["fail_on"]))


def _run(paths: tuple[str, ...], settings: Settings, options: dict[str, Any]) -> Report:
    from dockerlint.engine import run

    if "-" in paths:
        if paths != ("-",):
            raise click.UsageError("`-` stands alone: standard input is one file")
        text = sys.stdin.buffer.read()
        return run.lint_text(text, options["stdin_filename"], settings)
    if sys.stderr.isatty() and not options["quiet"]:
        from dockerlint.cli.progress import Bar

        with Bar() as bar:
            return run.lint(_asked(paths, settings), settings, progress=bar.update)
    return run.lint(_asked(paths, settings), settings)


def _asked(paths: tuple[str, ...], settings: Settings) -> tuple[str, ...]:
    """The given paths; with -f alone the folder of the first compose file, as `docker compose -f` has it."""
    if paths or not settings.files:
        return paths or (".",)
    return (settings.files[0],)


def _write_baseline(report: Report, options: dict[str, Any]) -> None:
    from dockerlint.engine import baseline

    path = options["baseline"] or baseline.DEFAULT_FILE
    number = baseline.write(report, path, os.getcwd())
    click.echo(f"dockerlint: {number} finding{'s' * (number != 1)} written to {path}", err=True)


def _without_known(report: Report, options: dict[str, Any]) -> Report:
    if options["baseline"] is None:
        return report
    from dockerlint.engine import baseline

    report, gone = baseline.without_known(report, baseline.read(options["baseline"], os.getcwd()))
    if gone and not options["quiet"]:
        those = "1 finding of it has" if gone == 1 else f"{gone} findings of it have"
        click.echo(f"dockerlint: {options['baseline']}: {those} gone; --write-baseline drops them", err=True)
    return report


def _write(report: Report, options: dict[str, Any]) -> None:
    from dockerlint.report import renderer

    render = renderer(options["form"])
    style = {name: options[name] for name in ("statistics", "quiet", "verbose")}
    if options["output"]:
        text = render(report, color=False, **style)
        try:
            with open(options["output"], "w", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(text)
        except OSError as error:
            raise click.UsageError(f"cannot write {options['output']}: {error.strerror}") from None
    else:
        color = options["form"] == "text" and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        sys.stdout.write(render(report, color=color, **style))
    if not report.files and not report.findings and not options["quiet"]:
        click.echo("dockerlint: no Dockerfile and no compose file here", err=True)
    for failure in report.failures:
        click.echo(f"dockerlint: {failure}", err=True)


def _status(report: Report, fail_on: str) -> int:
    from dockerlint.engine.settings import reaches

    if report.failures:
        return 2
    return 1 if any(reaches(finding.severity, fail_on) for finding in report.findings) else 0
