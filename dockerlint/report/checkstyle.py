"""The XML of Checkstyle, which many CI servers and reviewdog read. Columns count characters from 1."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from dockerlint.report.words import shown, told
from dockerlint.report.xmltext import xml_text
from dockerlint.rulebook.finding import Report, Severity

SEVERITIES: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "info", "style": "info"}


def render(report: Report, **_: object) -> str:
    root = Element("checkstyle", version="8.0")
    files: dict[str, Element] = {}
    for finding in report.findings:
        path = shown(report, finding.span.file)
        if path not in files:
            files[path] = SubElement(root, "file", name=path)
        SubElement(
            files[path],
            "error",
            line=str(finding.span.line),
            column=str(finding.span.column),
            severity=SEVERITIES[finding.severity],
            message=told(finding),
            source=f"dockerlint.{finding.rule}",
        )
    return xml_text(root)
