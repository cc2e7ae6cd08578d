from __future__ import annotations

import pytest

from dockerlint.engine.select import select
from dockerlint.engine.settings import Settings, UsageError
from dockerlint.rulebook.card import rule_of
from dockerlint.rulebook.finding import Finding
from dockerlint.source.text import SourceFile

BASE = {"severity": "warning", "default": True, "check": "x.y", "title": "t", "message": "m"}
CASES = {"apt": {"aliases": ["DL3008"]}, "pip": {"aliases": ["DL3013"]}}
RULES = {
    raw["id"]: rule_of(raw)
    for raw in (
        {**BASE, "id": "one", "group": "g", "aliases": {"hadolint": ["DL3000"]}},
        {**BASE, "id": "pins", "group": "g", "aliases": {"hadolint": ["DL3008", "DL3013"]}, "cases": CASES},
        {**BASE, "id": "quiet", "group": "h", "default": False, "options": {"most": {"default": 3, "help": "x"}}},
    )
}


def finding(rule: str, *aliases: str) -> Finding:
    return Finding(rule, None, "warning", "m", "", SourceFile("f", "").span(0, 0), aliases=aliases)


@pytest.mark.parametrize(
    ("chosen", "ignored", "ids"),
    [
        ((), (), ["one", "pins"]),
        (("ALL",), (), ["one", "pins", "quiet"]),
        (("h",), (), ["quiet"]),
        (("g", "quiet"), ("one",), ["pins", "quiet"]),
        (("dl3000",), (), ["one"]),
        (("all",), ("g",), ["quiet"]),
    ],
)
def test_selection(chosen: tuple[str, ...], ignored: tuple[str, ...], ids: list[str]) -> None:
    assert list(select(RULES, Settings(select=chosen, ignore=ignored)).rules) == ids


def test_alias_narrows_a_rule_to_its_case() -> None:
    selection = select(RULES, Settings(select=("DL3008",)))
    assert list(selection.rules) == ["pins"]
    assert selection.keeps(finding("pins", "DL3008")) and not selection.keeps(finding("pins", "DL3013"))
    both = select(RULES, Settings(select=("DL3008", "pins")))
    assert both.keeps(finding("pins", "DL3013"))


def test_alias_ignores_its_case_alone() -> None:
    selection = select(RULES, Settings(ignore=("DL3008",)))
    assert list(selection.rules) == ["one", "pins"]
    assert not selection.keeps(finding("pins", "DL3008")) and selection.keeps(finding("pins", "DL3013"))


def test_unknown_names_suggest_the_nearest() -> None:
    with pytest.raises(UsageError, match="'pin'; did you mean pins"):
        select(RULES, Settings(select=("pin",)))
    with pytest.raises(UsageError, match="no option 'mots'; did you mean most"):
        select(RULES, Settings(select=("quiet",), options={"quiet": {"mots": 1}}))


def test_options_reach_the_rule() -> None:
    settings = Settings(select=("quiet",), options={"quiet": {"most": 7}})
    assert select(RULES, settings).rules["quiet"].options == {"most": 7}
    assert RULES["quiet"].options == {"most": 3}
