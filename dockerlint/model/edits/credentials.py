"""A literal secret of a compose file's environment, replaced by a variable that `.env` must bring."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockerlint.formats.yamltree import Scalar
from dockerlint.model.edits.composefile import replace_text
from dockerlint.model.edits.envexample import name_in_example, required
from dockerlint.model.edits.ignorelines import append_lines
from dockerlint.model.edits.yamlplace import place_of
from dockerlint.source.text import Edit, Span
from dockerlint.source.tree import parent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockerlint.model.project import Project
    from dockerlint.model.secrets.literals import LiteralSecret

_PASSWORDS = ("PASSWORD", "PASSWD", "PASS", "PWD")
_ADDRESSES = ("_URL", "_URI", "_DSN", "_CONNECTION_STRING", "_CONNECTION", "_ADDRESS")


def ask_env_file(
    project: Project, found: LiteralSecret, secrets: Sequence[LiteralSecret], stores: dict[str, set[str]]
) -> tuple[str, tuple[Edit, ...]] | None:
    """The variable and the edits: of the compose file, of `.env.example`, and of a `.gitignore` that lets `.env` in.

    `secrets` are all of the project, `stores` the names that databases and queues have for a secret (by its text): a
    client takes the same variable. None where the value is no plain text of its own, or where each name that it could
    have means something else already. The secret itself is written nowhere.
    """
    compose = project.compose
    if compose is None or found.where != "environment" or parent(found.span.path) != compose.folder:
        return None
    written = _written(found)
    if written is None:
        return None
    place, name = written
    if not name:
        names = _variables(found, secrets, stores)
        name = next((name for name in names if _is_free(project, name, found.verdict.secret)), "")
    if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
        return None
    edit = replace_text(place, required(name))
    example = name_in_example(project.tree, compose.folder, [name])
    if edit is None or example is None:
        return None
    return name, (edit, *example, *_ignored(project, compose.folder))


def _written(found: LiteralSecret) -> tuple[Span, str] | None:
    """What the variable takes the place of, and its name where a default is taken away."""
    node = place.node if (place := place_of(found.span)) is not None else None
    if not isinstance(node, Scalar) or node.span.text[:1] in ("|", ">"):
        return None
    text, secret = node.span.text, re.escape(found.verdict.secret)
    default = list(re.finditer(rf"\$\{{(\w+):?-{secret}\}}", text))
    if default:
        return (node.span.sub(*default[0].span()), default[0][1]) if len(default) == 1 else None
    if "$" in found.verdict.secret or found.verdict.secret not in text:
        return None
    if found.verdict.kind == "url":
        places = list(re.finditer(rf"(?<=:){secret}(?=@)|(?i:(?<=password=)|(?<=pwd=)){secret}(?=[;\"']|$)", text))
        return (node.span.sub(*places[0].span()), "") if len(places) == 1 else None
    listed = re.match(rf"([\"']?){re.escape(found.name)}=", text)
    start = listed.end() if listed is not None else int(text[:1] in ("'", '"'))
    end = len(text) - int(text[:1] in ("'", '"'))
    whole = text[start:end] == found.verdict.secret or found.verdict.kind == "address"
    return (node.span.sub(start, end), "") if whole else None


def _variables(found: LiteralSecret, secrets: Sequence[LiteralSecret], stores: dict[str, set[str]]) -> list[str]:
    """The setting's own name, or that of the server that holds the same password; then one with the service's name.

    Only the latter where another service gives the name to another secret.
    """
    secret, name = found.verdict.secret, _upper(found.name)
    owners = stores.get(secret, set())
    shared = found.verdict.kind == "url" or name.endswith(_PASSWORDS)
    if shared and found.name not in owners and len(owners) == 1:
        name = _upper(next(iter(owners)))
    elif found.verdict.kind == "url":
        ending = next((end for end in _ADDRESSES if name.endswith(end)), "")
        name = f"{name.removesuffix(ending)}_PASSWORD"
    others = {each.verdict.secret for each in secrets if each.where == "environment" and _upper(each.name) == name}
    own = [] if found.service is None else [f"{re.sub(r'[^A-Z0-9_]', '_', found.service.name.upper())}_{name}"]
    return own if others - {secret} else [name, *own]


def _is_free(project: Project, name: str, secret: str) -> bool:
    """Does nothing ask for the variable, nor `.env` give it another value?"""
    compose = project.compose
    if compose is None or any(each.name == name for each in compose.interpolations):
        return False
    known = compose.env.get(name)
    return known is None or known.value == secret


def _upper(name: str) -> str:
    if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
        return name
    return re.sub(r"[^A-Z0-9_]", "_", name.upper())


def _ignored(project: Project, folder: str) -> tuple[Edit, ...]:
    """A line for the nearest `.gitignore`, where there is one, and no `.env` that somebody chose to share."""
    env = f"{folder}/.env" if folder else ".env"
    if project.tree.ignored(env) or project.tree.kind(env) is not None:
        return ()
    while True:
        path = f"{folder}/.gitignore" if folder else ".gitignore"
        file = project.tree.read(path)
        if file is not None:
            wanted = re.search(r"^!\S*\.env\b", file.text, re.MULTILINE) is not None
            return () if wanted else (append_lines(file, [".env"]),)
        if not folder:
            return ()
        folder = parent(folder)
