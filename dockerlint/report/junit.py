"""JUnit XML: a suite for each file, and in it a failed test case for each finding.

There is no schema of its makers; names and attributes are those that Jenkins, GitLab and CircleCI read. Columns count
characters from 1. A run without findings has one passed test, because readers take a report without tests for broken.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from dockerlint.report.canvas import safe
from dockerlint.report.words import shown, told
from dockerlint.report.xmltext import xml_text
from dockerlint.rulebook.finding import Finding, Report


def render(report: Report, **_: object) -> str:
    by_file: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_file.setdefault(shown(report, finding.span.file), []).append(finding)
    number = len(report.findings)
    root = Element("testsuites", name="dockerlint", tests=str(number or 1), failures=str(number), errors="0")
    for path, findings in by_file.items():
        _suite(root, path, findings)
    if not by_file:
        suite = SubElement(root, "testsuite", name="dockerlint", tests="1", failures="0", errors="0")
        SubElement(suite, "testcase", name="no problems found", classname="dockerlint", time="0")
    return xml_text(root)


def _suite(root: Element, path: str, findings: list[Finding]) -> None:
    number = str(len(findings))
    suite = SubElement(root, "testsuite", name=path, tests=number, failures=number, errors="0")
    for finding in findings:
        place = f"{path}:{finding.span.line}:{finding.span.column}"
        case = SubElement(
            suite,
            "testcase",
            name=f"{finding.rule} at {finding.span.line}:{finding.span.column}",
            classname=path,
            file=path,
            line=str(finding.span.line),
            time="0",
        )
        failure = SubElement(case, "failure", type=finding.severity, message=safe(finding.message))
        failure.text = f"{place}: {finding.severity}[{finding.rule}]: {told(finding)}"
