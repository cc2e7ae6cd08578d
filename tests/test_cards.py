"""Every example of every card: bad ones are reported exactly as the card expects, good ones are left alone."""

from __future__ import annotations

import pytest

from dockerlint.rulebook import shelf
from dockerlint.rulebook.rule import Example, Rule
from tests.examples import describe, fits, fix_example, run_example

CARDS = [shelf.whole_rule(rule_id) for rule_id in shelf.rule_ids()]
BAD = [(rule, example) for rule in CARDS for example in rule.examples if example.bad]
GOOD = [(rule, example) for rule in CARDS for example in rule.examples if not example.bad]


def _name(value: Rule | Example) -> str:
    return value.id if isinstance(value, Rule) else value.name


@pytest.mark.parametrize(("rule", "example"), BAD, ids=_name)
def test_bad_example_is_reported(rule: Rule, example: Example) -> None:
    report = run_example(rule, example, everything=False)
    assert not report.failures
    found = [finding for finding in report.findings if finding.rule == rule.id]
    missed = list(example.expect)
    surplus = []
    for finding in found:
        match = next((expected for expected in missed if fits(finding, expected)), None)
        if match is None:
            surplus.append(describe(finding))
        else:
            missed.remove(match)
    assert not missed and not surplus, "\n".join(
        [f"{rule.id}: {example.name}"]
        + [f"  not reported: {expected.file}: {expected.quote!r} says {expected.says}" for expected in missed]
        + [f"  not expected: {line}" for line in surplus]
    )


@pytest.mark.parametrize(("rule", "example"), GOOD, ids=_name)
def test_good_example_is_left_alone(rule: Rule, example: Example) -> None:
    report = run_example(rule, example, everything=True)
    assert not report.failures
    speaking = {finding.rule for finding in report.findings}
    assert speaking == set(example.speaks), "\n".join(
        [f"{rule.id}: {example.name}: speaks {sorted(speaking)}, the card says {sorted(example.speaks)}"]
        + [f"  {describe(finding)}" for finding in report.findings]
    )


@pytest.mark.parametrize(("rule", "example"), BAD, ids=_name)
def test_fix_makes_the_example_clean(rule: Rule, example: Example) -> None:
    """What a fix leaves stands as the card has it, is not reported again, and a second run changes nothing."""
    fixed = fix_example(rule, example, example.files)
    if example.fixed is not None:
        assert fixed == {**example.files, **example.fixed}
    elif fixed == example.files:
        pytest.skip("the example offers no fix")
    report = run_example(rule, Example(example.name, False, fixed, options=example.options), everything=False)
    assert not [describe(finding) for finding in report.findings if finding.rule == rule.id and finding.fix is not None]
    if example.fixed is not None:
        assert not [describe(finding) for finding in report.findings if finding.rule == rule.id]
    assert fix_example(rule, example, fixed) == fixed
