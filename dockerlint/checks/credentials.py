"""Rules about secrets that stand literally in files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.secrets.judging import mask
from dockerlint.model.secrets.search import literal_secrets
from dockerlint.rulebook.finding import Finding, Fix
from dockerlint.rulebook.rule import Rule
from dockerlint.source.text import Edit, Span

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.secrets.literals import LiteralSecret

_STORES = frozenset(("database", "queue", "cache", "search", "storage"))
_IN_FILES = {"source": "source", "config": "config", "sql": "script", "script": "script"}
_SETTINGS = {
    "environment": "environment",
    "image": "image",
    "ARG": "argument",
    "argument": "argument",
    "label": "label",
}


def hardcoded(project: Project, rule: Rule) -> Iterator[Finding]:
    """A password, token or key is written out where everybody can read it."""
    secrets = tuple(literal_secrets(project))
    for found in secrets:
        case = _case(project, found)
        name = found.name.lstrip("-") if case in ("command", "script") else found.name
        yield rule.finding(
            found.span,
            case=case,
            service=found.service.name if found.service is not None else None,
            fix=_emptied(found) if found.where == "image" else _asked(project, found, secrets),
            subject=found.name,
            name=name,
            what=name or "a password",
            masked=mask(found.verdict.secret),
            file=project.workspace.own(found.span.path),
            line=_line(found),
            who=found.service.name if found.service is not None else "the project",
        )


def _case(project: Project, found: LiteralSecret) -> str:
    verdict, where = found.verdict, found.where
    if verdict.kind == "address":
        return "address"
    if verdict.kind == "url":
        return "url"
    if where == "command":
        return "command"
    if where in _IN_FILES:
        return _IN_FILES[where]
    if where == "image":
        return "image-real" if verdict.real else "image"
    if verdict.real:
        return "real"
    if where == "env-file":
        return "env-file"
    service = found.service
    if where == "environment" and service is not None and not service.ports and service.network_mode is None:
        return "development-default" if _is_store(project, found) else "environment"
    return _SETTINGS[where]


def _line(found: LiteralSecret) -> str:
    """The setting as it should be written."""
    name = found.name
    written = found.entry.text if found.entry is not None else ""
    if found.verdict.kind == "url":
        return "${PASSWORD}"
    if found.where in ("environment", "argument"):
        separator = written[written.find(name) + len(name) :].lstrip("\"' \t")[:1]
        variable = "".join(sign if sign.isalnum() else "_" for sign in name)
        variable = variable if variable == name else variable.upper()
        return f"- {name}=${{{variable}}}" if separator == "=" else f"{name}: ${{{variable}}}"
    return f"{name}="


def _emptied(found: LiteralSecret) -> Fix | None:
    """ENV keeps its name and loses the value. Unsafe: somebody must give it when the container starts."""
    entry = found.entry
    if entry is None:
        return None
    rest = entry.text[len(found.name) :]
    start = entry.start + len(found.name) + (1 if rest.startswith("=") else len(rest) - len(rest.lstrip()))
    place = Span(entry.file, start, entry.end)
    title = f"Empty {found.name} in the image; its value must be set when the container starts"
    return Fix(title, (Edit(place, '""'),), safe=False)


def _asked(project: Project, found: LiteralSecret, secrets: tuple[LiteralSecret, ...]) -> Fix | None:
    """Compose asks for a variable. Unsafe: nothing starts before its value stands in `.env`."""
    if found.where != "environment":
        return None
    from dockerlint.model.edits.credentials import ask_env_file

    stores: dict[str, set[str]] = {}
    for each in secrets:
        if each.where == "environment" and each.verdict.kind == "value" and _is_store(project, each):
            stores.setdefault(each.verdict.secret, set()).add(each.name)
    asked = ask_env_file(project, found, secrets, stores)
    if asked is None:
        return None
    name, edits = asked
    return Fix(f"Ask for {name}; its value must be put into .env, which git must ignore", edits, safe=False)


def _is_store(project: Project, found: LiteralSecret) -> bool:
    facts = project.base_of(found.service) if found.service is not None else None
    return facts is not None and facts.kind in _STORES
