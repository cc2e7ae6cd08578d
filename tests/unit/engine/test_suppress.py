from __future__ import annotations

import pytest

from dockerlint.engine.run import lint_files
from dockerlint.engine.suppress import Scopes, read_excuses
from dockerlint.source.text import SourceFile

BAD = "RUNN x"


def excuses(text: str, blocks: dict[int, int] | None = None) -> list[tuple[list[str], str, tuple[int, int] | None]]:
    file = SourceFile("f", text)
    found = read_excuses(file, None, Scopes(blocks or {}))
    return [([code.name for code in excuse.codes], excuse.reason, excuse.lines) for excuse in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# dockerlint: ignore=a\nx\n", (["a"], "", (2, 2))),
        ("# dockerlint: ignore=a,b the reason\nx\n", (["a", "b"], "the reason", (2, 2))),
        ("# dockerlint: ignore=a, b - the reason, indeed\nx\n", (["a", "b"], "the reason, indeed", (2, 2))),
        ("x # dockerlint: ignore=a\n", (["a"], "", (1, 1))),
        ("# dockerlint: ignore=a\n# more\nx\n", (["a"], "", (3, 3))),
        ("#dockerlint:ignore=a\nx\n", (["a"], "", (2, 2))),
        ("x\n# dockerlint: ignore-file=a\n", (["a"], "", None)),
        ("// dockerlint: ignore=a\nx\n", (["a"], "", (2, 2))),
        ("<!-- dockerlint: ignore=a why -->\nx\n", (["a"], "why", (2, 2))),
        ("call() /* dockerlint: ignore=a */\n", (["a"], "", (1, 1))),
    ],
)
def test_forms(text: str, expected: object) -> None:
    assert excuses(text) == [expected]


@pytest.mark.parametrize("text", ["dockerlint: ignore=a", "# dockerlint: ignore=", "# dockerlint: ignore a", "# x"])
def test_what_is_no_excuse(text: str) -> None:
    assert excuses(text) == []


def test_block_below_the_comment() -> None:
    assert excuses("# dockerlint: ignore=a\nweb:\n  x: 1\n", {2: 3}) == [(["a"], "", (2, 3))]


def shown(text: str, name: str = "Dockerfile") -> list[str]:
    report = lint_files({name: text})
    assert not report.failures
    return [f"{finding.span.line} {finding.rule}" for finding in report.findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"FROM a\n{BAD}\n", ["2 syntax-error"]),
        (f"FROM a\n# dockerlint: ignore=syntax-error\n{BAD}\n", []),
        (f"FROM a\n# dockerlint: ignore=all\n{BAD}\n", []),
        (f"FROM a\n# dockerlint: ignore=syntax\n{BAD}\n", []),
        (f"FROM a\n# dockerlint: ignore=syntax-error\n{BAD}\n{BAD}\n", ["4 syntax-error"]),
        (f"FROM a\n{BAD}\n{BAD}\n# dockerlint: ignore-file=syntax-error\n", []),
        (f"# dockerlint: ignore=syntax-error\nFROM a\n{BAD}\nFROM b\n{BAD}\n", ["5 syntax-error"]),
        ("FROM a\n# dockerlint: ignore=syntax-error\nRUN x\n", ["2 unused-suppression"]),
        ("FROM a\n# dockerlint: ignore=syntaxerror\nRUN x\n", ["2 unused-suppression"]),
        ("FROM a\n# dockerlint: ignore=syntax-error,unused-suppression\nRUN x\n", ["2 unused-suppression"] * 2),
        ("FROM a\n# hadolint ignore=DL3008\nRUN x\n", []),
    ],
)
def test_dockerfile(text: str, expected: list[str]) -> None:
    assert shown(text) == expected


def test_comment_above_a_service_covers_all_of_it() -> None:
    service = "  web:\n    image: nginx:1.27\n\n    # more\n    ports: 5\n"
    assert shown(f"services:\n{service}", "compose.yaml") == ["6 syntax-error"]
    assert shown(f"services:\n  # dockerlint: ignore=syntax-error\n{service}", "compose.yaml") == []


def test_reasons_are_kept() -> None:
    report = lint_files({"Dockerfile": f"FROM a\n# dockerlint: ignore=syntax-error our own frontend\n{BAD}\n"})
    assert [(item.finding.rule, item.reason) for item in report.suppressed] == [("syntax-error", "our own frontend")]
