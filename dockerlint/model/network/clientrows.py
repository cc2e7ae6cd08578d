"""Which part of a client's call or of a settings object a literal is: the tables are in backing_services.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import SourceFacts, Text

_HOSTS = ("host", "hostname", "server")
_USERS = ("user", "username")
_KAFKA = ("bootstrap.servers", "bootstrap_servers", "metadata.broker.list")
_REST = ("database", "password", "dialect", "dbname", "adapter")


def host_kind(text: Text, facts: SourceFacts, table: Mapping[str, Any]) -> str | None:
    """What a literal host leads to; None where the literal is no host."""
    for row in table["clients"]:
        if not calls_row(row, text, facts):
            continue
        if fits(row.get("host"), text) and row["service"] != "http":
            return _service(str(row["service"]))
        if row["service"] == "http":
            continue
        if text.name is None and row.get("url") == text.position != row.get("database", {}).get("at"):
            return _service(str(row["service"]))
    if facts.language == "python" and "." in text.path:
        for row in table["settings"]:
            if any(name.endswith(".py") for name in row["files"]) and keyed(row["keys"].get("host", ()), text.path):
                return _service(str(row["service"]))
    if text.name in _KAFKA:
        return "kafka"
    if text.name in _HOSTS and text.call is None and text.group >= 0:
        beside = {other.name: other.value for other in facts.texts if other.group == text.group}
        if any(name in beside for name in _USERS) and any(name in beside for name in _REST):
            return "sql"
    return None


def _service(service: str) -> str:
    return "" if service == "any" else service


def calls_row(row: Mapping[str, Any], text: Text, facts: SourceFacts) -> bool:
    """Is the literal an argument of one of the row's calls, in a file that imports what the row asks for?"""
    call = text.call
    if row["language"] != facts.language or not call:
        return False
    if not any(call == name or call.endswith("." + name) for name in row["calls"]):
        return False
    wanted = row.get("imports", ())
    return not wanted or any(
        one == name or one.startswith((f"{name}/", f"{name}.")) for one in facts.imports for name in wanted
    )


def fits(part: Mapping[str, Any] | None, text: Text) -> bool:
    """Is it the argument of this name or place?"""
    if part is None:
        return False
    if text.name is not None and text.name in part.get("names", ()):
        return True
    return text.name is None and "at" in part and part["at"] == text.position


def keyed(keys: tuple[str, ...], path: str) -> bool:
    """Does a dotted path fit one of the keys, in which ``*`` is any one word? Keys of one word are left out."""
    parts = path.split(".")
    for key in keys:
        wanted = key.split(".")
        same = 1 < len(wanted) == len(parts)
        if same and all(a in ("*", b) for a, b in zip(wanted, parts, strict=True)):
            return True
    return False
