"""docs/proof.md: every claim, its experiment in a line, and what came of it; and what is not proven, and why."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dockerlint.rulebook import shelf
from tests.engine.daemon import Engine

PAGE = Path(__file__).parent.parent.parent / "docs" / "proof.md"
UNPROVEN: Mapping[str, str] = yaml.safe_load(Path(__file__).with_name("unproven.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Result:
    """What one test showed. `about` is the rule's id, or the part of the model that the test is about."""

    about: str
    claim: str
    experiment: str
    result: str


def told() -> list[Result]:
    """What the page says today, for a run that only asks again what failed."""
    rows = (line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| "))
    cells = ([cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows)
    return [Result(*row) for row in cells if row[0] not in ("about", "---")]


def write(engine: Engine, results: Iterable[Result], before: Iterable[Result] = ()) -> None:
    """The page of `results`, with those of `before` that no result asks again."""
    results = list(results)
    again = {(result.about, result.claim, result.experiment) for result in results}
    results += [result for result in before if (result.about, result.claim, result.experiment) not in again]
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text("\n".join(_lines(engine, list(results))) + "\n", encoding="utf-8")


def in_a_line(proof: Iterable[Mapping[str, Any]], side: str) -> str:
    """The steps of a proof as a reader would tell them."""
    return "; ".join(_told(step, side) for step in proof)


def _told(step: Mapping[str, Any], side: str) -> str:
    expected = {**step, **(step.get(side) or {})}
    words = []
    for key, value in step.items():
        if key in ("says", "lacks", "fails", "within", "after", "bad", "fixed", "text", "old", "new"):
            continue
        words.append(key if value is True else f"{key} `{_code(value)}`")
    if expected.get("fails"):
        words.append("fails")
    for key in ("says", "lacks"):
        if key in expected:
            texts = expected[key] if isinstance(expected[key], list) else [expected[key]]
            words.append(f"{key} {', '.join(f'`{_code(text)}`' for text in texts)}")
    return " ".join(words)


_HEAD = """\
# Proven by running

Made by `make test-engine ARGS=--page`; do not edit. Every line below is an experiment on a real Docker Engine: the
project of a rule's example is built and started, and the engine is asked whether what the rule says is so.

Docker Engine {engine}, Docker Compose {compose}, {date}: {count} experiments, {right} as claimed.

Images come from no registry. A *stand-in* has the name, the declared volumes, environment, entry point, user and ports
that [rules/facts/](../rules/facts/) claims for the real image, and runs the real server where Debian or PyPI has it:
see [tests/engine/standins/](../tests/engine/standins/)."""


def _lines(engine: Engine, results: list[Result]) -> Iterator[str]:
    rules = set(shelf.rule_ids())
    yield _HEAD.format(
        engine=engine.version(),
        compose=engine.compose_version(),
        date=datetime.date.today().isoformat(),
        count=len(results),
        right=sum(result.result.startswith("as claimed") for result in results),
    )
    yield "\n## Rules"
    yield from _table(sorted((r for r in results if r.about in rules), key=lambda r: (r.about, r.claim)))
    yield "\n## The model"
    yield from _table(sorted((r for r in results if r.about not in rules), key=lambda r: (r.about, r.claim)))
    yield "\n## Not proven, and why\n"
    for name, reason in UNPROVEN.items():
        yield f"- `{name}`: {' '.join(reason.split())}"
    yield "\nWhat is known of images that cannot be had without a registry rests on their documentation:\n"
    for row in shelf.facts()["images"]["images"]:
        if "source" in row:
            yield f"- {row['names'][0]}: <{row['source']}>"


def _table(results: Iterable[Result]) -> Iterator[str]:
    yield ""
    yield "| about | claim | experiment | result |"
    yield "| --- | --- | --- | --- |"
    for result in results:
        cells = (result.about, result.claim, result.experiment, result.result)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in cells)} |"


def _code(value: Any) -> str:
    text = " ".join(value) if isinstance(value, list) else str(value)
    return " ".join(text.split()).replace("`", "'")
