"""What keeps cards and checks whole, so that no list has to be kept by hand."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import pytest

from dockerlint.engine.run import SAID_BY_ENGINE, resolve
from dockerlint.rulebook import shelf
from dockerlint.rulebook.card import CardError, parse_card
from dockerlint.rulebook.page import page
from dockerlint.rulebook.rule import Rule

CARDS = [shelf.whole_rule(rule_id) for rule_id in shelf.rule_ids()]
CHECKS = Path(__file__).parent.parent / "dockerlint" / "checks"
KINDS = {"compose", "dockerfile", "manifest", "source", "ignorefile", "env", "config"}

each_card = pytest.mark.parametrize("rule", CARDS, ids=lambda rule: rule.id)


@each_card
def test_card_is_named_after_its_rule(rule: Rule) -> None:
    assert Path(shelf.card_path(rule.id)).stem == rule.id


@each_card
def test_check_exists(rule: Rule) -> None:
    if rule.check != SAID_BY_ENGINE:
        assert callable(resolve(rule.check))


@each_card
def test_card_has_its_examples(rule: Rule) -> None:
    if rule.id == "internal-error":
        return  # no project makes dockerlint break down, we hope
    bad = [example for example in rule.examples if example.bad]
    good = [example for example in rule.examples if not example.bad]
    assert bad, "no bad example"
    assert len(good) >= 2, "fewer than two good examples"
    assert any(example.because for example in good), "no look-alike: a good example with `because`"
    assert all(example.expect for example in bad), "a bad example expects nothing"
    names = [example.name for example in rule.examples]
    assert len(set(names)) == len(names), "two examples have one name"


@each_card
def test_every_case_has_an_example(rule: Rule) -> None:
    expected = {expected.case for example in rule.examples for expected in example.expect}
    unreachable = {"unreadable"} if rule.id == "syntax-error" else set()
    if len(rule.cases) > 1 and None not in expected:
        assert set(rule.cases) - unreachable <= expected


@each_card
def test_card_is_complete(rule: Rule) -> None:
    assert rule.why and rule.instead and rule.sources
    assert set(rule.reads) <= KINDS, f"reads knows {sorted(KINDS)}"
    for said in (rule, *rule.cases.values()):
        for template in (said.message, said.help):
            list(Formatter().parse(template))
    assert all(said.message for said in rule.cases.values()) if rule.cases else rule.message
    assert all(option.help for option in rule.option_definitions)
    used = {name for example in rule.examples for name in example.options}
    assert {option.name for option in rule.option_definitions} <= used, "an option without an example"


@each_card
def test_page_can_be_printed(rule: Rule) -> None:
    text = page(rule, shelf.card_path(rule.id))
    assert text.startswith(f"# {rule.id}\n")
    assert text.rstrip().endswith(f"rules/{rule.id}.yaml")


def test_every_check_is_named_by_a_card() -> None:
    named = {rule.check for rule in CARDS}
    for path in CHECKS.glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and _is_check(node):
                assert f"{path.stem}.{node.name}" in named, f"no card names {path.stem}.{node.name}"


def test_no_check_holds_an_id() -> None:
    ids = {rule.id for rule in CARDS}
    for path in CHECKS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.Constant) and node.value in ids), f"{path.name} line {node.lineno}"


def test_index_says_what_the_cards_say() -> None:
    rules = shelf.rules()
    assert list(rules) == [rule.id for rule in CARDS]
    for rule in CARDS:
        quick = rules[rule.id]
        for field in Rule.__annotations__:
            if field not in ("why", "sources", "examples"):
                assert getattr(quick, field) == getattr(rule, field), f"{rule.id}: {field}"


def test_changed_card_shows_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = Path(shelf.card_path("syntax-error")).read_text(encoding="utf-8")
    (tmp_path / "syntax-error.yaml").write_text(card, encoding="utf-8")
    monkeypatch.setattr(shelf, "folder", lambda: str(tmp_path))
    before = shelf.rules()["syntax-error"].title
    assert shelf.rules()["syntax-error"].title == before
    (tmp_path / "syntax-error.yaml").write_text(card.replace(before, before[::-1]), encoding="utf-8")
    assert shelf.rules()["syntax-error"].title == before[::-1]


def test_facts_carry_their_sources() -> None:
    assert isinstance(shelf.facts(), dict)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("colour: red\n", "unknown key 'colour'; allowed are id, title"),
        ("severity: fatal\n", "severity stands twice"),
        ("cases: {a: {weight: 1}}\n", "case a: unknown key 'weight'"),
        ("options: [a]\n", "options must be a mapping"),
        ("examples: [{name: x}]\n", "must have either bad or good"),
    ],
)
def test_card_is_strict(change: str, said: str) -> None:
    card = "id: a\ntitle: b\ngroup: c\nseverity: error\ndefault: true\ncheck: d.e\nmessage: f\n"
    with pytest.raises(CardError) as error:
        parse_card(card + change, "a.yaml")
    assert said in str(error.value)


def _is_check(node: ast.FunctionDef) -> bool:
    if node.name.startswith("_"):
        return False
    names = [argument.arg for argument in node.args.args]
    return names == ["project", "rule"]
