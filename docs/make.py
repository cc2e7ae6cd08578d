"""`make docs`: fills the parts of the documents that are made from the program and the cards, and writes a page for
every rule into docs/rules/ (which is not kept in the repository).

A part stands between `<!-- made: NAME -->` and `<!-- end -->`. tests/test_docs.py holds that each is as it must be.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from dockerlint.cli.app import app
from dockerlint.engine.select import codes_of
from dockerlint.rulebook import page, shelf
from dockerlint.rulebook.rule import Rule

DOCS = Path(__file__).parent
PART = re.compile(r"(<!-- made: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
CODE = re.compile(r"(`[^`\n]*`)")


def main() -> None:
    for path in sorted(DOCS.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        path.write_text(filled(text), encoding="utf-8")
    folder = DOCS / "rules"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.md"):
        old.unlink()
    for rule_id in shelf.rule_ids():
        (folder / f"{rule_id}.md").write_text(rule_page(shelf.whole_rule(rule_id)), encoding="utf-8")
    print(f"{len(shelf.rule_ids())} pages in {folder}", file=sys.stderr)


def filled(text: str) -> str:
    """A document with every made part anew."""
    return PART.sub(lambda found: f"{found.group(1)}{_part(found.group(2))}{found.group(3)}", text)


def _part(name: str) -> str:
    kind, _, argument = name.partition(" ")
    if kind == "options":
        return _table(("option", "does"), _options(argument))
    if name == "rules":
        return "".join(f"### {group}\n\n{_table(_RULE_COLUMNS, rows)}\n" for group, rows in _rules().items())
    if name == "rule settings":
        return _table(("rule", "option", "default", "is"), _rule_options())
    raise ValueError(f"nothing is known to make {name!r} of")


def _options(command: str) -> Iterator[tuple[str, ...]]:
    found = app.get_command(click.Context(app), command)
    if found is None:
        raise ValueError(f"there is no command {command!r}")
    for parameter in found.params:
        if isinstance(parameter, click.Option):
            value = ""
            if isinstance(parameter.type, click.Choice):
                value = "\\|".join(parameter.type.choices)
            elif not parameter.is_flag:
                value = (parameter.metavar or "").replace("|", "\\|")
            yield f"`{', '.join(parameter.opts)}{' ' * bool(value)}{value}`", _cell(parameter.help or "")


_RULE_COLUMNS = ("rule", "says", "other tools")


def _rules() -> dict[str, list[tuple[str, ...]]]:
    groups: dict[str, list[tuple[str, ...]]] = {}
    for rule in shelf.rules().values():
        off = "" if rule.default else " (off by default)"
        link = f"[`{rule.id}`](../rules/{rule.id}.yaml){off}"
        row = (link, _cell(rule.title), ", ".join(sorted(codes_of(rule))))
        groups.setdefault(rule.group, []).append(row)
    return dict(sorted(groups.items()))


def _rule_options() -> Iterator[tuple[str, ...]]:
    for rule in shelf.rules().values():
        for option in rule.option_definitions:
            yield f"`{rule.id}`", f"`{option.name}`", f"`{option.default}`", _cell(option.help)


def rule_page(rule: Rule) -> str:
    """The page that `dockerlint explain` prints, as Markdown."""
    text = page.page(rule, f"[rules/{rule.id}.yaml](../../rules/{rule.id}.yaml)")
    head, _, rest = text.partition("\n\ngroup:")
    facts, _, rest = f"group:{rest}".partition("\n\n")
    lines = (line.partition(":") for line in facts.splitlines())
    listed = "\n".join(f"- {name}: {value.strip()}" for name, _, value in lines)
    return "\n".join(_line(line) for line in f"{head}\n\n{listed}\n\n{rest}".split("\n"))


def _line(line: str) -> str:
    """A line outside an example, in which `<db>` is no tag."""
    if line.startswith("    "):
        return line
    return "".join(part if part.startswith("`") else part.replace("<", "&lt;") for part in CODE.split(line))


def _table(columns: tuple[str, ...], rows: Iterator[tuple[str, ...]] | list[tuple[str, ...]]) -> str:
    lines = [columns, ("---",) * len(columns), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    main()
