from __future__ import annotations

import json
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from dockerlint.formats.instructions import Instruction, ParsedDockerfile, parse_dockerfile
from dockerlint.formats.scripts import script_of
from dockerlint.source.text import SourceFile

TABLE = Path(__file__).parents[2] / "fixtures" / "parse" / "dockerfile.json"
CASES: list[dict[str, Any]] = json.loads(TABLE.read_text(encoding="utf-8"))


def parse(text: str) -> ParsedDockerfile:
    return parse_dockerfile(SourceFile("Dockerfile", text))


def show(instruction: Instruction) -> str:
    """An instruction in one line, as the table has it."""
    shown = [f"{instruction.span.line}-{instruction.span.end_line} {instruction.keyword}"]
    for flag in instruction.flags:
        shown.append(f"--{flag.name}" if flag.value is None else f"--{flag.name}={flag.value}")
    if instruction.exec_form:
        shown.append("JSON")
    if instruction.inner is not None:
        shown.append(f"({show(instruction.inner)})")
    elif instruction.pairs:
        shown += [f"{pair.name}={None if pair.value is None else pair.value.value!r}" for pair in instruction.pairs]
    else:
        shown += [repr(word.value) for word in instruction.words]
    for heredoc in instruction.heredocs:
        shown.append(
            f"<<{'-' * heredoc.strip_tabs}{heredoc.name} {'' if heredoc.expand else 'quoted '}{heredoc.body!r}"
        )
    return " ".join(shown)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_table(case: dict[str, Any]) -> None:
    parsed = parse(case["text"])
    assert [show(instruction) for instruction in parsed.instructions] == case["instructions"]
    assert [f"{problem.span.line}: {problem.message}" for problem in parsed.problems] == case.get("problems", [])
    assert [comment.text for comment in parsed.comments] == case.get("comments", [])
    assert parsed.directives == case.get("directives", {})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_span_points_at_its_text(case: dict[str, Any]) -> None:
    parsed = parse(case["text"])
    for outer in parsed.instructions:
        for instruction in (outer, outer.inner):
            if instruction is None:
                continue
            assert instruction.keyword_span.text.upper() == instruction.keyword
            assert instruction.span.text.startswith(instruction.keyword_span.text)
            for word in instruction.words:
                assert word.span.text.replace("\\\n", "").replace("\\\r\n", "").replace("`\n", "") == word.text or (
                    "\n" in word.span.text and word.span.text.endswith(word.text[-1:])
                )
            for flag in instruction.flags:
                assert flag.span.text.startswith("--" + flag.name)
            for pair in instruction.pairs:
                assert pair.span.text.startswith(pair.name)
            for heredoc in instruction.heredocs:
                lines = heredoc.span.text.splitlines(keepends=True)
                assert "".join(line.lstrip("\t") if heredoc.strip_tabs else line for line in lines) == heredoc.body
    for comment in parsed.comments:
        assert comment.span.text.lstrip("# \t") == comment.text


def test_keywords_that_mislead_the_splitting() -> None:
    parsed = parse("FROM a\nCOMMENT x\nUSER b\n\\\n  RUN c\n\u00df d\n")
    assert [instruction.keyword for instruction in parsed.instructions] == ["FROM", "COMMENT", "USER", "RUN", "SS"]
    assert [instruction.keyword_span.text for instruction in parsed.instructions[3:]] == ["RUN", "\u00df"]
    assert [problem.span.line for problem in parsed.problems] == [2, 6]


def test_locate_leads_through_continuations() -> None:
    (_, run) = parse("FROM a\nRUN one \\\n  # a comment\n\n  two && \\\n  three\n").instructions
    assert run.text == "one   two &&   three"
    at = run.text.index("three")
    span = run.locate(at, at + 5)
    assert (span.line, span.column, span.text) == (6, 3, "three")


def test_script_of_a_bare_heredoc_is_its_body() -> None:
    (_, run) = parse("FROM a\nRUN <<-EOF\n\t#!/usr/bin/env python3\n\t\tprint(1)\n\tEOF\n").instructions
    script = script_of(run)
    assert script is not None
    assert (script.text, script.interpreter) == ("#!/usr/bin/env python3\nprint(1)\n", "python3")
    at = script.text.index("print")
    assert script.locate(at, at + 5).line == 4
    assert script.locate(at, at + 5).text == "print"


def test_script_with_heredocs_for_a_command() -> None:
    (_, run) = parse("FROM a\nRUN cat <<A >x && sh <<'B'\none\nA\ntwo $X\nB\n").instructions
    script = script_of(run)
    assert script is not None
    assert script.text == "cat <<A >x && sh <<'B'\none\nA\ntwo $X\nB"
    at = script.text.index("two")
    assert script.locate(at, at + 3).line == 5


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nRUN x" + " \\\n  y" * 100_000,
        "FROM a\nRUN x \\\n" + "# c\n" * 100_000,
        "FROM a\n" + "RUN <<A\n" * 50_000,
        "FROM a\nENV " + "A=1 " * 100_000,
        "FROM a\nENV A=" + '"' * 200_001,
        "FROM a\nENV A=" + '\\"' * 100_000,
        "FROM a\nCMD [" + '"a\\\\", ' * 50_000,
        'FROM a\nCMD ["' + "a" * 300_000,
        "FROM a\nRUN " + "\\ " * 100_000,
        "FROM a\nRUN " + "[" * 100_000,
        "FROM a\nCMD " + "[" * 100_000,
        "\n" * 100_000 + "\\\n" * 100_000,
        "# escape = " + " " * 300_000 + "x\nFROM a",
        "FROM a\nCOPY " + "--x " * 50_000 + "a b",
    ],
)
def test_time_is_linear(text: str) -> None:
    start = perf_counter()
    parsed = parse(text)
    for instruction in parsed.instructions:
        _ = instruction.words, instruction.pairs
    assert perf_counter() - start < 60  # it ends at all


@pytest.mark.parametrize(
    "text", ["\0", "FROM \ud800", "ß x", "FROM a\nRUN\u00a0x", "\\", "`", "#", "FROM a\r\nRUN x\r"]
)
def test_odd_text_does_not_raise(text: str) -> None:
    for instruction in parse(text).instructions:
        _ = instruction.words, instruction.pairs, instruction.span.text, instruction.keyword_span.text
