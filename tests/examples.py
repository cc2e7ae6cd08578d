"""Running a card's example: its files are a whole project, linted as a user would."""

from __future__ import annotations

from collections.abc import Mapping

from dockerlint.engine.fix import fix_files
from dockerlint.engine.run import SAID_BY_ENGINE, lint_files
from dockerlint.engine.settings import Settings
from dockerlint.rulebook.finding import Finding, Report
from dockerlint.rulebook.rule import Example, Expectation, Rule


def run_example(rule: Rule, example: Example, *, everything: bool) -> Report:
    """The report on an example: of all default rules and this one, or of this one alone."""
    return lint_files(dict(example.files), _settings(rule, example, everything))


def fix_example(rule: Rule, example: Example, files: Mapping[str, str]) -> dict[str, str]:
    """The files of an example after all fixes of its rule, unsafe ones where the rule offers such for it."""
    settings = _settings(rule, example, False)
    offered = [finding.fix for finding in lint_files(dict(example.files), settings).findings]
    return fix_files(dict(files), settings, unsafe=any(fix is not None and not fix.safe for fix in offered))


def _settings(rule: Rule, example: Example, everything: bool) -> Settings:
    from dockerlint.rulebook import shelf

    everything = everything or rule.check == SAID_BY_ENGINE  # which speaks of the other rules
    defaults = [other.id for other in shelf.rules().values() if other.default] if everything else []
    return Settings(select=(*defaults, rule.id), options={rule.id: example.options} if example.options else {})


def fits(finding: Finding, expected: Expectation) -> bool:
    """Same file, same case, the quoted text at the finding's place, and every word said."""
    if finding.file != expected.file or (expected.case is not None and finding.case != expected.case):
        return False
    said = f"{finding.message} {finding.help}"
    return _is_there(finding, expected.quote) and all(word in said for word in expected.says)


def describe(finding: Finding) -> str:
    case = f" ({finding.case})" if finding.case else ""
    place = f"{finding.file}:{finding.span.line}:{finding.span.column}"
    return f"{place} {finding.span.text!r} {finding.severity} {finding.rule}{case}: {finding.message}"


def _is_there(finding: Finding, quote: str) -> bool:
    """Does the finding's place lie in an occurrence of the quote, or the occurrence in the place?"""
    span, text = finding.span, finding.span.file.text
    at = text.find(quote)
    while at >= 0:
        end = at + len(quote)
        if (at <= span.start and span.end <= end) or (span.start <= at and end <= span.end):
            return True
        at = text.find(quote, at + 1)
    return False
