"""How the formats beside SARIF spell a finding: one line, several lines, bytes, fixes, escapes."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from dockerlint.report import renderer
from dockerlint.report.markdown import prose
from dockerlint.rulebook.finding import Finding, Fix, Related, Report, Suppressed
from dockerlint.source.record import replace
from dockerlint.source.text import Edit, SourceFile

FILE = SourceFile("a, b:c%/Dockerfile", "FROM x\nRUN é😀 y && \\\n  z\n")
AT = FILE.text.index("y")
ONE = Finding("missing-env", None, "error", "100% of `A|B` is <lost>", "write `x`", FILE.span(AT, AT + 4), subject="A")
SEVERAL = replace(ONE, severity="info", message="several lines", help="", span=FILE.span(AT, len(FILE.text)))
EMPTY = replace(ONE, severity="style", message="an empty file", help="", span=SourceFile("e", "").span(0, 0))
REPORT = Report((ONE, SEVERAL, EMPTY), (Suppressed(ONE, "known @a"),), ("a, b:c%/Dockerfile", "e"))


def test_github() -> None:
    assert renderer("github")(REPORT).splitlines() == [
        "::error file=a%2C b%3Ac%25/Dockerfile,line=2,endLine=2,col=8,endColumn=11,title=missing-env"
        "::a, b:c%25/Dockerfile:2:8: missing-env: 100%25 of `A|B` is <lost>%0Ahelp: write `x`",
        "::notice file=a%2C b%3Ac%25/Dockerfile,line=2,endLine=4,title=missing-env"
        "::a, b:c%25/Dockerfile:2:8: missing-env: several lines",
        "::notice file=e,line=1,endLine=1,col=1,endColumn=1,title=missing-env::e:1:1: missing-env: an empty file",
    ]


def test_gitlab() -> None:
    first, second, third = json.loads(renderer("gitlab")(REPORT))
    assert len(first.pop("fingerprint")) == 16
    assert first == {
        "type": "issue",
        "description": "100% of `A|B` is <lost>\nhelp: write `x`",
        "check_name": "missing-env",
        "severity": "critical",
        "categories": ["Bug Risk"],
        "location": {
            "path": "a, b:c%/Dockerfile",
            "lines": {"begin": 2, "end": 2},
            "positions": {"begin": {"line": 2, "column": 8}, "end": {"line": 2, "column": 11}},
        },
    }
    assert second["location"]["lines"] == {"begin": 2, "end": 3}
    assert third["location"]["positions"] == {"begin": {"line": 1, "column": 1}, "end": {"line": 1, "column": 1}}


def test_rdjson_counts_bytes() -> None:
    inside = Fix("Take it out", (Edit(ONE.span, "z"),))
    outside = Fix("Two places", (*inside.edits, Edit(SourceFile(".env", "").span(0, 0), "A=\n")))
    elsewhere = Fix("Another file", outside.edits[1:])
    findings = tuple(replace(ONE, fix=fix) for fix in (inside, outside, elsewhere))
    related = replace(ONE, related=(Related(FILE.span(0, 4), "<b>"),))
    first, second, third, fourth = json.loads(renderer("rdjson")(Report((*findings, related))))["diagnostics"]
    span = {"start": {"line": 2, "column": 12}, "end": {"line": 2, "column": 16}}
    assert FILE.text.encode().split(b"\n")[1][11:15] == b"y &&"
    assert first == {
        "message": "100% of `A|B` is &lt;lost>\nhelp: write `x`",
        "location": {"path": "a, b:c%/Dockerfile", "range": span},
        "severity": "ERROR",
        "code": {"value": "missing-env"},
        "suggestions": [{"range": span, "text": "z"}],
    }
    assert "suggestions" not in second and "suggestions" not in third
    start = {"start": {"line": 1, "column": 1}, "end": {"line": 1, "column": 5}}
    place = {"path": "a, b:c%/Dockerfile", "range": start}
    assert fourth["related_locations"] == [{"message": "&lt;b>", "location": place}]


def test_junit() -> None:
    root = ElementTree.fromstring(renderer("junit")(REPORT))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "3", "0")
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None and failure.get("message") == "100% of `A|B` is <lost>"
    assert failure.text == ("a, b:c%/Dockerfile:2:8: error[missing-env]: 100% of `A|B` is <lost>\nhelp: write `x`")


def test_checkstyle() -> None:
    root = ElementTree.fromstring(renderer("checkstyle")(REPORT))
    error = root.find("file/error")
    assert error is not None and dict(error.items()) == {
        "line": "2",
        "column": "8",
        "severity": "error",
        "message": "100% of `A|B` is <lost>\nhelp: write `x`",
        "source": "dockerlint.missing-env",
    }


MARKDOWN = """\
## dockerlint

**1 error, 1 info, 1 style** in 2 files; 1 suppressed.

### `a, b:c%/Dockerfile`

| line | severity | rule | finding |
| ---: | --- | --- | --- |
| 2:8 | error | `missing-env` | 100% of `A\\|B` is \\<lost\\><br>help: write `x` |
| 2:8 | info | `missing-env` | several lines |

### `e`

| line | severity | rule | finding |
| ---: | --- | --- | --- |
| 1:1 | style | `missing-env` | an empty file |
"""


def test_markdown() -> None:
    render = renderer("markdown")
    assert render(REPORT) == MARKDOWN
    assert render(REPORT, quiet=True) == MARKDOWN.replace(
        "**1 error, 1 info, 1 style** in 2 files; 1 suppressed.\n\n", ""
    )
    assert render(REPORT, verbose=True) == MARKDOWN + (
        "\n### Suppressed\n\n| place | rule | reason |\n| --- | --- | --- |\n"
        "| `a, b:c%/Dockerfile:2:8` | `missing-env` | known @<!-- -->a |\n"
    )
    assert "| 1 | error | `missing-env` |\n" in render(REPORT, statistics=True)
    assert "No problems found in 1 file; 1 suppressed." in render(replace(REPORT, findings=(), files=("e",)))


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("a `b|c` *d*", "a `b\\|c` \\*d\\*"),
        ("a ` b", "a \\` b"),
        ("`` x", "\\`\\` x"),
        ("`a\\|b`", "a\\\\\\|b"),
        ("http://a www.b @c", "http:\\//a www\\.b @<!-- -->c"),
        ("&lt; ~~x~~ [a](b)", "\\&lt; \\~\\~x\\~\\~ \\[a\\](b)"),
    ],
)
def test_prose(text: str, markdown: str) -> None:
    assert prose(text) == markdown
