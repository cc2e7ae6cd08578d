"""Every row of rules/facts/ names its source and uses known columns only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dockerlint.model.image.facts import image_facts, parse_image
from dockerlint.rulebook import shelf

FACTS: dict[str, Any] = shelf.facts()

IMAGE = {
    *("names", "like", "kind", "source", "newest", "tags", "tag_prefix", "persistence", "loses", "data", "volumes"),
    *("refused", "moved_by", "unpersisted", "ports", "port_env", "port_options", "required_env", "refused_env"),
    *("joint_env", "warns_only"),
    *("env_read", "auth", "entrypoint", "cmd", "workdir", "user", "env", "onbuild", "notes", "servers", "clients"),
    *("tools", "packages", "absent", "versions", "variants"),
}
AUTH = {
    *("default", "on", "on_options", "off", "off_options", "off_unless", "option_env"),
    *("config_files", "config_on", "config_off"),
    *("user_env", "password_env", "database_env", "user", "password"),
}
KINDS = {"database", "queue", "cache", "search", "storage", "monitoring", "application", "language", "web", "system"}


def rows() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row of every file; a source at the head of a file is the source of its rows."""

    def walk(name: str, value: Any, source: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
        if isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    yield name, {"source": source, **item} if source else item
        elif isinstance(value, dict):
            for key, part in value.items():
                if name != "images" or key == "images":
                    yield from walk(name, part, value.get("source"))

    for name, content in FACTS.items():
        yield from walk(name, content, None)


@pytest.mark.parametrize("name", sorted(FACTS))
def test_every_row_names_its_source(name: str) -> None:
    found = [row for file, row in rows() if file == name]
    assert found
    for row in found:
        sources = str(row.get("source", "")).split()
        assert sources, row
        assert all(source.startswith("https://") for source in sources), row


def images() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = FACTS["images"]["images"]
    return found


def merged(row: dict[str, Any]) -> dict[str, Any]:
    if "like" not in row:
        return row
    base = next(other for other in images() if row["like"] in other["names"])
    return {**merged(base), **row}


@pytest.mark.parametrize("row", images(), ids=lambda row: row["names"][0])
def test_image_rows(row: dict[str, Any]) -> None:
    parts = [*row.get("versions", ()), *row.get("variants", ())]
    assert set(row) <= IMAGE
    assert merged(row)["kind"] in KINDS
    assert merged(row).get("persistence", "none") in ("expected", "optional", "none")
    assert merged(row).get("loses") in (None, "data", "queue", "cache")
    for part in parts:
        assert set(part) <= IMAGE | {"from", "below", "word"}
        assert ("word" in part) != ("from" in part or "below" in part)
        for bound in ("from", "below"):
            if bound in part:
                assert isinstance(part[bound], str), "quote versions: 8.10 is not 8.1"
                assert all(number.isdigit() for number in part[bound].split("."))
    for auth in (one["auth"] for one in [row, *parts] if "auth" in one):
        assert set(auth) <= AUTH
        assert auth["default"] in ("open", "closed", "known")
        assert auth["default"] != "known" or "password" in auth or "user" in auth
    for tag in ("newest",):
        assert isinstance(row.get(tag, ""), str)
    assert set(row.get("moved_by", ())) <= {"env", "options", "config"}
    for one in [row, *parts]:
        for path in one.get("volumes") or ():
            assert path.startswith("/")
        for folder in one.get("data") or ():
            assert (folder if isinstance(folder, str) else folder["path"]).startswith("/")
        for port in one.get("ports") or ():
            assert 0 < port < 65536
        assert set(one.get("tools") or ()) <= set(FACTS["images"]["watched"])
        for group in (*one.get("required_env", ()), *one.get("auth", {}).get("on", ())):
            assert isinstance(group, list)


def test_what_keeps_data_says_where() -> None:
    for row in images():
        if merged(row).get("persistence") == "expected":
            data = [one["data"] for one in [merged(row), *merged(row).get("versions", ())] if one.get("data")]
            assert data, row["names"]


def test_image_names_stand_once_and_parse() -> None:
    names = [name for row in images() for name in row["names"]]
    assert len(names) == len(set(names))
    for name in names:
        for tag in ("", ":latest", ":1", ":17-alpine", ":nonsense"):
            reference = parse_image(name + tag)
            assert reference is not None
            assert image_facts(reference, FACTS) is not None


def test_the_databases_that_people_use_are_known() -> None:
    kept = [row for row in images() if merged(row)["kind"] in ("database", "queue", "cache", "search")]
    assert len(kept) >= 70


def test_connection_strings_lead_to_images_that_are_known() -> None:
    names = {name for row in images() for name in row["names"]}
    schemes = FACTS["backing_services"]["schemes"]
    for row in schemes:
        assert set(row) <= {"names", "port", "service", "images", "file", "source"}
        assert set(row["images"]) <= names, row
    spelled = [name for row in schemes for name in row["names"]]
    assert len(spelled) == len(set(spelled))
    for row in schemes:
        for name in row["images"]:
            found = image_facts(parse_image(name) or pytest.fail(name), FACTS)
            assert found is not None
            if found.ports and row["service"] not in ("smtp", "http") and not row["names"][0].endswith("s"):
                assert row["port"] in found.ports, (row["names"], name)


def test_client_rows() -> None:
    parts = {"host", "port", "user", "password", "database"}
    known = {"calls", "language", "imports", "service", "url", "default_host", "default_port", "source"} | parts
    for row in FACTS["backing_services"]["clients"]:
        assert set(row) <= known, row
        assert row["calls"]
        assert set(row) & (parts | {"url"}), row
        for part in parts & set(row):
            assert set(row[part]) <= {"names", "at"}, row
    for row in FACTS["backing_services"]["settings"]:
        assert set(row) == {"files", "service", "keys", "source"}
        assert set(row["keys"]) <= parts | {"url"}
    for row in FACTS["backing_services"]["variables"]:
        assert set(row) == {"names", "means", "service", "source"}
        assert row["means"] in parts | {"url"}


def test_front_ends() -> None:
    found = FACTS["frontends"]
    assert len({row["name"] for row in found}) == len(found)
    spelled = {prefix for row in found for prefix in row["prefixes"]}
    promised = ("REACT_APP_", "VITE_", "VUE_APP_", "NEXT_PUBLIC_", "NUXT_PUBLIC_", "GATSBY_", "PUBLIC_", "EXPO_PUBLIC_")
    assert spelled >= {*promised, "NG_APP_"}
