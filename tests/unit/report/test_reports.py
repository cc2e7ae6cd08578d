from __future__ import annotations

import json

from dockerlint.report import renderer
from dockerlint.report.fingerprint import fingerprints
from dockerlint.report.json import document
from dockerlint.rulebook.finding import Finding, Fix, Related, Report, Suppressed
from dockerlint.source.record import replace
from dockerlint.source.text import Edit, SourceFile

COMPOSE = SourceFile(
    "compose.yaml", "services:\n  web:\n    build: ./web\n    volumes:\n      - ./web:/app\n      - /modules\n"
)
DOCKERFILE = SourceFile("web/Dockerfile", "FROM node:22\nWORKDIR /app\nRUN npm ci && \\\n    npm run build\n")


def place(file: SourceFile, text: str) -> tuple[SourceFile, int, int]:
    at = file.text.index(text)
    return file, at, at + len(text)


def span(file: SourceFile, text: str):  # type: ignore[no-untyped-def]
    _, start, end = place(file, text)
    return file.span(start, end)


FINDING = Finding(
    rule="bind-mount-hides-dependencies",
    case=None,
    severity="error",
    message="web hides its packages",
    help="add `- /app/node_modules`",
    span=span(COMPOSE, "./web:/app"),
    service="web",
    stage="dev",
    related=(
        Related(span(DOCKERFILE, "RUN npm ci && \\\n    npm run build"), "installed here"),
        Related(span(COMPOSE, "/modules"), "protects nothing"),
    ),
    fix=Fix("Add a volume", (Edit(COMPOSE.span(COMPOSE.offset(6), COMPOSE.offset(6)), "x\n"),), True),
    aliases=("CL-0001",),
)
WARNING = Finding("unpersisted-data", None, "warning", "lost\x1b[2J", "", span(COMPOSE, "build: ./web"))
REPORT = Report((WARNING, FINDING), (Suppressed(FINDING, "known"),), ("compose.yaml", "web/Dockerfile"), "a/b")

TEXT = """\
warning[unpersisted-data]: lost\\x1b[2J
 --> a/b/compose.yaml:3:5
  |
3 |     build: ./web
  |     ^^^^^^^^^^^^

error[bind-mount-hides-dependencies]: [*] web hides its packages
 --> a/b/compose.yaml:5:9 (service web, stage dev)
  |
5 |       - ./web:/app
  |         ^^^^^^^^^^
6 |       - /modules
  |         -------- protects nothing
  |
 ::: a/b/web/Dockerfile:3:1
  |
3 | RUN npm ci && \\
  | ---------------
4 |     npm run build
  |     ------------- installed here
  |
  = help: add `- /app/node_modules`

Found 1 error, 1 warning in 2 files; 1 suppressed.
[*] 1 can be mended with --fix.
"""


def test_text() -> None:
    assert renderer("text")(REPORT) == TEXT


def test_color_changes_nothing_but_color() -> None:
    import re

    colored = renderer("text")(REPORT, color=True)
    assert "\x1b[1;31m" in colored
    assert re.sub("\x1b\\[[0-9;]*m", "", colored) == TEXT


def test_what_can_be_mended_is_counted() -> None:
    unsafe = replace(WARNING, fix=Fix("Drop it", (), False))
    text = renderer("text")
    assert text(Report((unsafe,))).endswith("\n1 can be mended with --fix --unsafe-fixes.\n")
    assert "[*]" not in text(Report((unsafe,)))
    both = Report((unsafe, FINDING))
    assert text(both).endswith("\n[*] 1 can be mended with --fix; 1 more with --fix --unsafe-fixes.\n")
    assert text(both, unsafe_fixes=True).endswith("\n[*] 2 can be mended with --fix --unsafe-fixes.\n")
    assert text(both, unsafe_fixes=True).count(": [*] ") == 2


def test_quiet_statistics_verbose() -> None:
    text = renderer("text")
    assert text(Report(()), quiet=True) == ""
    assert text(Report((), files=("a",))) == "No problems found in 1 file.\n"
    assert text(REPORT, quiet=True, statistics=True).endswith(
        "\n\n1  error    bind-mount-hides-dependencies\n1  warning  unpersisted-data\n"
    )
    assert "suppressed: a/b/compose.yaml:5:9 bind-mount-hides-dependencies (known)" in text(REPORT, verbose=True)


def test_many_lines_are_cut_and_empty_files_have_none() -> None:
    file = SourceFile("f", "a\n" * 20)
    lines = renderer("text")(Report((replace(WARNING, span=file.span(0, 40)),)))
    assert lines.count("| ^") == 4 and "..." in lines
    empty = renderer("text")(Report((replace(WARNING, span=SourceFile("f", "").span(0, 0)),)), quiet=True)
    assert empty == "warning[unpersisted-data]: lost\\x1b[2J\n --> f:1:1\n"


def test_json_has_its_shape() -> None:
    read = json.loads(renderer("json")(REPORT))
    assert read == document(REPORT)
    assert list(read) == ["version", "tool", "findings", "summary"]
    assert read["summary"] == {"files": 2, "error": 1, "warning": 1, "info": 0, "style": 0, "suppressed": 1}
    finding = dict(read["findings"][1])
    assert len(finding.pop("fingerprint")) == 16
    assert finding == {
        "rule": "bind-mount-hides-dependencies",
        "aliases": ["CL-0001"],
        "severity": "error",
        "message": "web hides its packages",
        "file": "a/b/compose.yaml",
        "line": 5,
        "column": 9,
        "end_line": 5,
        "end_column": 19,
        "service": "web",
        "stage": "dev",
        "related": [
            {"file": "a/b/web/Dockerfile", "line": 3, "message": "installed here"},
            {"file": "a/b/compose.yaml", "line": 6, "message": "protects nothing"},
        ],
        "help": "add `- /app/node_modules`",
        "fix": {
            "safe": True,
            "description": "Add a volume",
            "edits": [{"file": "a/b/compose.yaml", "start": [6, 1], "end": [6, 1], "text": "x\n"}],
        },
    }


def test_fingerprint_survives_moved_lines_and_new_words() -> None:
    moved = SourceFile("compose.yaml", "# new\n\n" + COMPOSE.text)
    again = replace(FINDING, span=span(moved, "./web:/app"), message="said otherwise")
    assert fingerprints((FINDING,)) == fingerprints((again,))
    first, second = fingerprints((FINDING, FINDING))
    assert first != second
