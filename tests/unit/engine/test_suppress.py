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


SECRET = "ENV API_KEY=9f86d081884c7d659a2feaa0c55ad015"
CODE = "SecretsUsedInArgOrEnv"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"FROM a\n{SECRET}\n", [2]),
        (f"# check=skip={CODE}\nFROM a\n{SECRET}\n", []),
        (f"# check=skip=Other,{CODE};error=true\nFROM a\n{SECRET}\n", []),
        (f"FROM a\n# check=skip={CODE}\n{SECRET}\n{SECRET}\n", [4]),
        (f"# hadolint global ignore={CODE}\nFROM a\n{SECRET}\n", []),
        (f"# hadolint stage ignore={CODE}\nFROM a\n{SECRET}\nFROM b\n{SECRET}\n", [5]),
        (f"FROM a\n# hadolint stage ignore={CODE}\n{SECRET}\n", [3]),
        (f"# hadolint ignore={CODE}\nFROM a\n{SECRET}\n", [3]),
        (f"FROM a\n# hadolint ignore={CODE}\n{SECRET}\n", []),
        (f"FROM a\n# hadolint ignore={CODE}\nENV B=1 \\\n  {SECRET[4:]}\n", []),
        (f"# dockerlint: ignore={CODE.lower()}\nFROM a\n{SECRET}\n", []),
    ],
)
def test_other_tools_comments_reach_as_far_as_theirs(text: str, expected: list[int]) -> None:
    assert [int(item.split()[0]) for item in shown(text) if item.endswith("hardcoded-credentials")] == expected


def test_check_error_true_makes_errors_of_what_the_builder_warns_of() -> None:
    text = "FROM a\nENV DB_PASSWORD=hunter2hunter2\nRUN echo $LATER\n"
    assert {finding.severity for finding in lint_files({"Dockerfile": text}).findings} == {"warning"}
    strict = lint_files({"Dockerfile": f"# check=skip=Other;error=true\n{text}"})
    assert {finding.severity for finding in strict.findings} == {"error"}


def test_comment_above_a_service_covers_all_of_it() -> None:
    service = "  web:\n    image: nginx:1.27\n\n    # more\n    ports: 5\n"
    assert shown(f"services:\n{service}", "compose.yaml") == ["6 syntax-error"]
    assert shown(f"services:\n  # dockerlint: ignore=syntax-error\n{service}", "compose.yaml") == []


def test_reasons_are_kept() -> None:
    report = lint_files({"Dockerfile": f"FROM a\n# dockerlint: ignore=syntax-error our own frontend\n{BAD}\n"})
    assert [(item.finding.rule, item.reason) for item in report.suppressed] == [("syntax-error", "our own frontend")]
