"""What `dockerlint check` does: a run, its report and its exit status. Knows nothing of click, see `options.py`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from dockerlint.cli.asking import parts_of_run
from dockerlint.cli.saying import WrongUse, say
from dockerlint.engine.settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockerlint.cli.asking import Part
    from dockerlint.rulebook.finding import Report


def lint(paths: tuple[str, ...], options: dict[str, Any]) -> int:
    """The exit status; `options` has every key of `options.py`. Raises WrongUse."""
    mended = 0
    try:
        parts = parts_of_run(paths, options)
        if options["show_settings"]:
            from dockerlint.cli.settingspage import show_settings

            sys.stdout.write(show_settings(parts))
            return 0
        if options["fix"] or options["diff"]:
            mended = _mend(parts, options)
            if options["diff"]:
                return mended
        reports = [_run(part, options) for part in parts]
        if options["write_baseline"]:
            _write_baseline(parts, reports, options)
            return 0
        reports = [_without_known(part, report, options) for part, report in zip(parts, reports, strict=True)]
    except UsageError as error:
        raise WrongUse(str(error)) from None
    _write(_joined(reports), options)
    status = max(_status(report, part.fail_on) for part, report in zip(parts, reports, strict=True))
    return mended or status


def _mend(parts: list[Part], options: dict[str, Any]) -> int:
    """Does --fix or --diff; the exit status, which is that of the whole program after --diff."""
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
        return fixing.show_diff(lint, every, options)
    return 0 if fixing.fix(lint, every, options) else 2


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
