"""Reads every format of `check` back, as the programs that it is for would, and says what each should hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import unquote
from xml.etree import ElementTree

from dockerlint.report.canvas import safe
from dockerlint.rulebook.finding import Report

Seen = tuple[str, int, int, str, str]  # file, line, column, rule, severity

SAME = {"error": "error", "warning": "warning", "info": "info", "style": "style"}
SEVERITIES = {  # what becomes of a severity where the format has other words
    "text": SAME,
    "json": SAME,
    "sarif": SAME,
    "github": {"error": "error", "warning": "warning", "info": "notice", "style": "notice"},
    "gitlab": {"error": "critical", "warning": "major", "info": "minor", "style": "info"},
    "junit": SAME,
    "checkstyle": {"error": "error", "warning": "warning", "info": "info", "style": "info"},
    "markdown": SAME,
    "rdjson": {"error": "ERROR", "warning": "WARNING", "info": "INFO", "style": "INFO"},
}
SHOW_ESCAPES = {"text", "github", "junit", "checkstyle", "markdown"}  # have no way to write a control character

# https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs: what a line of a log can set off
_REGISTERED = {
    "error", "warning", "notice", "debug", "add-mask", "set-output", "save-state", "set-env", "add-path", "echo",
    "stop-commands", "group", "endgroup", "add-matcher", "remove-matcher", "internal-set-repo-path",
}  # fmt: skip


def expected(report: Report, form: str) -> list[Seen]:
    return sorted(
        (
            _file(report.shown_path(finding.span.file), form),
            finding.span.line,
            finding.span.column,
            finding.rule,
            SEVERITIES[form][finding.severity],
        )
        for finding in report.findings
    )


def _file(path: str, form: str) -> str:
    return safe(path) if form in SHOW_ESCAPES else path


def read(text: str, form: str, report: Report) -> list[Seen]:
    """What a format's text says. `report` has the files, by whose bytes rdjson counts its columns."""
    return sorted(_READERS[form](text, report))


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """What the runner of GitHub Actions would do if it saw this text in a log: name, properties, data."""
    found = []
    for line in re.split(r"\r\n|\r|\n", text):
        command = _new_style(line.lstrip()) or _old_style(line)
        if command is not None:
            found.append(command)
    return found


def _new_style(line: str) -> tuple[str, dict[str, str], str] | None:
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, properties = line[2:end].partition(" ")
    if name not in _REGISTERED:
        return None
    pairs = (part.partition("=") for part in properties.split(",") if part)
    values = {key: _unescaped(value, ":,") for key, _, value in pairs if value}
    return name, values, _unescaped(line[end + 2 :], "")


def _old_style(line: str) -> tuple[str, dict[str, str], str] | None:
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name = line[start + 3 : end].partition(" ")[0]
    return (name, {}, line[end + 1 :]) if name in _REGISTERED else None


def _unescaped(text: str, more: str) -> str:
    for char in ("\r", "\n", *more, "%"):
        text = text.replace(f"%{ord(char):02X}", char)
    return text


def _text(text: str, report: Report) -> list[Seen]:
    found = []
    head = None
    for line in text.splitlines():
        start = re.match(r"(error|warning|info|style)\[([\w-]+)\]: ", line)
        place = re.match(r" *--> (.*):(\d+):(\d+)(?: \((?:service|stage) .*\))?$", line)
        if start:
            head = start
        elif place and head:
            found.append((place[1], int(place[2]), int(place[3]), head[2], head[1]))
            head = None
    return found


def _json(text: str, report: Report) -> list[Seen]:
    read = json.loads(text)
    assert sum(read["summary"][severity] for severity in SAME) == len(read["findings"])
    return [(item["file"], item["line"], item["column"], item["rule"], item["severity"]) for item in read["findings"]]


def _sarif(text: str, report: Report) -> list[Seen]:
    (run,) = json.loads(text)["runs"]
    rules = run["tool"]["driver"]["rules"]
    found = []
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == {"error": "error", "warning": "warning"}.get(result["properties"]["severity"], "note")
        if not result.get("suppressions"):
            place = result["locations"][0]["physicalLocation"]
            address, region = place["artifactLocation"], place["region"]
            assert address["uriBaseId"] in run["originalUriBaseIds"]
            path = unquote(address["uri"], errors="surrogateescape")
            severity = result["properties"]["severity"]
            found.append((path, region["startLine"], region["startColumn"], result["ruleId"], severity))
    return found


def _github(text: str, report: Report) -> list[Seen]:
    found = []
    for name, properties, data in commands(text):
        path, line, title = properties["file"], int(properties["line"]), properties["title"]
        said = re.fullmatch(r":(\d+):(\d+): ([\w-]+): .*", data.removeprefix(path), re.DOTALL)
        assert said and data.startswith(path) and (int(said[1]), said[3]) == (line, title)
        if properties["endLine"] == properties["line"]:
            assert properties["col"] == said[2] and int(properties["endColumn"]) >= int(properties["col"])
        else:
            assert "col" not in properties and "endColumn" not in properties
        found.append((path, line, int(said[2]), title, name))
    assert len(found) == len(text.splitlines())
    return found


def _gitlab(text: str, report: Report) -> list[Seen]:
    read = json.loads(text)
    assert len({item["fingerprint"] for item in read}) == len(read)
    found = []
    for item in read:
        begin = item["location"]["positions"]["begin"]
        assert item["location"]["lines"]["begin"] == begin["line"] <= item["location"]["lines"]["end"]
        path = item["location"]["path"]
        found.append((path, begin["line"], begin["column"], item["check_name"], item["severity"]))
    return found


def _junit(text: str, report: Report) -> list[Seen]:
    root = ElementTree.fromstring(text)
    suites = root.findall("testsuite")
    assert root.tag == "testsuites" and {suite.tag for suite in root} == {"testsuite"}
    assert root.get("tests") == str(len(root.findall(".//testcase")))
    assert root.get("failures") == str(len(root.findall(".//failure")))
    found = []
    for suite in suites:
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases)) and suite.get("errors") == "0"
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
        for case in cases:
            for failure in case.findall("failure"):
                named = re.fullmatch(r"([\w-]+) at (\d+):(\d+)", case.get("name", ""))
                assert named and case.get("line") == named[2]
                assert case.get("file") == case.get("classname") == suite.get("name")
                found.append((suite.get("name", ""), int(named[2]), int(named[3]), named[1], failure.get("type", "")))
    return found


def _checkstyle(text: str, report: Report) -> list[Seen]:
    root = ElementTree.fromstring(text)
    assert root.tag == "checkstyle" and {file.tag for file in root} <= {"file"}
    names = [file.get("name", "") for file in root]
    assert len(set(names)) == len(names)
    found = []
    for file in root:
        for error in file:
            assert error.tag == "error" and error.get("message")
            rule = error.get("source", "").removeprefix("dockerlint.")
            place = int(error.get("line", "")), int(error.get("column", ""))
            found.append((file.get("name", ""), *place, rule, error.get("severity", "")))
    return found


def cells(row: str) -> list[str]:
    """The cells of a table's row, as GitHub splits it."""
    parts = re.findall(r"((?:\\.|[^\\|])*)\|", row)
    return [part.replace("\\|", "|").strip() for part in parts[1:]]


def code(text: str) -> str:
    """What stands in a code span that is all of `text`."""
    whole = re.fullmatch(r"(`+)(?!`)(.*?)(?<!`)\1", text)
    assert whole, text
    inner = whole[2]
    padded = inner.startswith(" ") and inner.endswith(" ") and inner.strip()
    return inner[1:-1] if padded else inner


def _markdown(text: str, report: Report) -> list[Seen]:
    path = None
    found = []
    for line in text.splitlines():
        if line.startswith("### "):
            path = code(line[4:]) if line != "### Suppressed" else None
        elif path is not None and re.match(r"\| \d+:\d+ \|", line):
            place, severity, rule, said = cells(line)
            assert said
            number, _, column = place.partition(":")
            found.append((path, int(number), int(column), code(rule), severity))
    return found


def _rdjson(text: str, report: Report) -> list[Seen]:
    texts = {report.shown_path(finding.span.file): finding.span.file.text for finding in report.findings}
    found = []
    for item in json.loads(text)["diagnostics"]:
        path, start = item["location"]["path"], item["location"]["range"]["start"]
        line = texts[path].encode().split(b"\n")[start["line"] - 1]
        column = len(line[: start["column"] - 1].decode()) + 1
        found.append((path, start["line"], column, item["code"]["value"], item["severity"]))
    return found


_READERS: dict[str, Callable[[str, Report], list[Seen]]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
    "gitlab": _gitlab,
    "junit": _junit,
    "checkstyle": _checkstyle,
    "markdown": _markdown,
    "rdjson": _rdjson,
}
