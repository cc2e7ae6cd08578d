"""Edits of compose files over awkward layouts: PyYAML reads the result, and nothing else changes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from dockerlint.formats.yamltree import Mapping, Sequence, parse_yaml_once
from dockerlint.model.edits import composefile
from dockerlint.model.edits.yamlplace import place_at
from dockerlint.source.text import Edit, SourceFile, Span

Change = Callable[[Any], None]

LISTS = {
    "two blanks": "services:\n  web:\n    image: a\n    volumes:\n      - a:/b\n    ports:\n      - 80:80\n",
    "dashes under the key": "services:\n  web:\n    volumes:\n    - a:/b\n    - c:/d\n    image: a\n",
    "four blanks": "services:\n    web:\n        volumes:\n            - a:/b\n        image: a\n",
    "no final newline": "services:\n  web:\n    image: a\n    volumes:\n      - a:/b",
    "windows": "services:\r\n  web:\r\n    volumes:\r\n      - a:/b\r\n    image: a\r\n",
    "windows, no final newline": "services:\r\n  web:\r\n    volumes:\r\n      - a:/b",
    "comments": (
        "# top\nservices:\n  web:\n    volumes: # why\n      - a:/b # here\n      # - off:/x\n\n"
        "    # next\n    image: a # i\n# end\n"
    ),
    "double quotes": 'services:\n  web:\n    volumes:\n      - "a:/b"\n      - "c:/d"\n',
    "single quotes": "services:\n  web:\n    volumes:\n      - 'a:/b'\n",
    "wide dash": "services:\n  web:\n    volumes:\n      -   a:/b\n",
    "dash alone": "services:\n  web:\n    volumes:\n      -\n        a:/b\n    image: x\n",
    "long form": (
        "services:\n  web:\n    volumes:\n      - type: bind\n        source: ./a\n        target: /a\n\n"
        "      - type: bind\n        source: ./b\n        target: /b\n        bind:\n"
        "          create_host_path: false\n    image: a\n"
    ),
    "flow": "services:\n  web:\n    volumes: [a:/b, c:/d]\n    image: a\n",
    "flow with quotes": 'services:\n  web:\n    volumes: [ "a:/b" ] # c\n',
    "flow over lines": 'services:\n  web:\n    volumes: [\n      "a:/b",\n      "c:/d"\n    ]\n    image: a\n',
    "flow with a last comma": 'services:\n  web:\n    volumes: [\n      "a:/b",\n      "c:/d",\n    ]\n    image: a\n',
    "json": '{"services": {"web": {"volumes": ["a:/b"], "image": "a"}}}\n',
    "missing key": "services:\n  web:\n    image: a\n  db:\n    image: b\n",
    "missing key at the end": "services:\n  web:\n    image: a",
    "missing key, comments below": (
        "services:\n  web:\n    image: a # x\n    # volumes:\n    #   - a\n\n  db:\n    image: b\n"
    ),
    "missing key after a list": "services:\n  web:\n    image: a\n    ports:\n    - 80:80\n\n  db:\n    image: b\n",
    "missing key after a text": "services:\n  web:\n    command: >\n      a\n      b\n\n  db:\n    image: b\n",
    "empty key": "services:\n  web:\n    volumes:\n    image: a\n",
    "empty key with a comment": "services:\n  web:\n    image: a\n    volumes: # none yet\n",
    "empty brackets": "services:\n  web:\n    volumes: []\n    image: a\n",
    "empty in json": '{"services": {"web": {"volumes": [], "image": "a"}}}\n',
    "anchor that nobody uses": "services:\n  web: &w\n    image: a\n    volumes: &v\n      - a:/b\n",
    "merge beside": "x-base: &base\n  restart: always\nservices:\n  web:\n    <<: *base\n    volumes:\n      - a:/b\n",
    "last item is an alias": "x-m: &m a:/b\nservices:\n  web:\n    volumes:\n      - c:/d\n      - *m\n    image: a\n",
    "document start": "---\nservices:\n  web:\n    volumes:\n      - a:/b\n",
    "unicode": "services:\n  web:\n    labels:\n      größe: ü # ä\n    volumes:\n      - ä:/b\n",
}  # fmt: skip

NO_PLACE = {
    "anchored list that others use": "services:\n  web:\n    volumes: &v\n      - a:/b\n  db:\n    volumes: *v\n",
    "the list is an alias": "x-v: &v\n  - a:/b\nservices:\n  web:\n    volumes: *v\n",
    "the list is merged in": "x-v: &v\n  volumes:\n    - a:/b\nservices:\n  web:\n    <<: *v\n",
    "the service is shared": "services:\n  web: &w\n    image: a\n  db:\n    <<: *w\n",
    "several documents": "services:\n  web:\n    image: a\n---\nservices:\n  db:\n    image: b\n",
    "does not parse": "services:\n  web:\n    image: a\n    image: b\n",
    "text that keeps its blank lines": "services:\n  web:\n    command: |+\n      a\n\n\n",
    "text that the end of the file cuts off": "services:\n  web:\n    command: >\n      a",
    "a comment in brackets": "services:\n  web:\n    volumes: [ a:/b # c\n    ]\n",
}


def service(file: SourceFile, name: str = "web") -> Span:
    root = parse_yaml_once(file).root
    assert isinstance(root, Mapping)
    services = root.get("services")
    assert isinstance(services, Mapping)
    entry = services.entry(name)
    assert entry is not None
    return entry.key.span


def applied(edit: Edit) -> str:
    text = edit.span.file.text
    return text[: edit.span.start] + edit.text + text[edit.span.end :]


def changed(text: str, edit: Edit, change: Change) -> str:
    """The new text, which PyYAML reads as the old data with the change; every old line stands."""
    after = applied(edit)
    expected = copy.deepcopy(yaml.safe_load(text))
    change(expected)
    assert yaml.safe_load(after) == expected
    assert ("\r\n" in text) == ("\r\n" in after)
    assert after.count("\r\n") in (0, after.count("\n"))
    assert after.endswith("\n") == text.endswith("\n")
    return after


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
def test_add_to_list(text: str) -> None:
    file = SourceFile("compose.yaml", text)
    edit = composefile.add_to_list(service(file), "volumes", "/app/node_modules")
    assert edit is not None

    def change(data: Any) -> None:
        web = data["services"]["web"]
        web["volumes"] = [*(web.get("volumes") or []), "/app/node_modules"]

    after = changed(text, edit, change)
    if "[]" not in text:
        assert edit.span.start == edit.span.end
        lines = iter(after.splitlines())
        assert all(line in lines for line in text.splitlines() if "[" not in line and line.strip() != '"c:/d"')


@pytest.mark.parametrize("text", NO_PLACE.values(), ids=NO_PLACE)
def test_no_place_for_a_list_item(text: str) -> None:
    file = SourceFile("compose.yaml", text)
    assert composefile.add_to_list(service(file), "volumes", "/app/node_modules") is None


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (LISTS["double quotes"], LISTS["double quotes"] + '      - "/x"\n'),
        (LISTS["single quotes"], LISTS["single quotes"] + "      - '/x'\n"),
        (LISTS["wide dash"], LISTS["wide dash"] + "      -   /x\n"),
        (LISTS["no final newline"], LISTS["no final newline"] + "\n      - /x"),
        (LISTS["flow"], LISTS["flow"].replace("c:/d]", "c:/d, /x]")),
        (LISTS["flow with quotes"], LISTS["flow with quotes"].replace('"a:/b" ]', '"a:/b", "/x" ]')),
        (LISTS["flow over lines"], LISTS["flow over lines"].replace('"c:/d"\n', '"c:/d",\n      "/x"\n')),
        (
            LISTS["flow with a last comma"],
            LISTS["flow with a last comma"].replace('"c:/d",\n', '"c:/d",\n      "/x",\n'),
        ),
        (LISTS["empty key"], LISTS["empty key"].replace("volumes:\n", "volumes:\n      - /x\n")),
        (
            LISTS["missing key after a list"],
            LISTS["missing key after a list"].replace("- 80:80\n", "- 80:80\n    volumes:\n    - /x\n"),
        ),
        (
            LISTS["missing key, comments below"],
            LISTS["missing key, comments below"].replace("# x\n", "# x\n    volumes:\n      - /x\n"),
        ),
    ],
)  # fmt: skip
def test_the_new_item_looks_like_its_sisters(text: str, after: str) -> None:
    edit = composefile.add_to_list(service(SourceFile("compose.yaml", text)), "volumes", "/x")
    assert edit is not None
    assert applied(edit) == after


def test_add_beside_stays_in_the_list_of_the_item() -> None:
    text = (
        "services:\n  web:\n    volumes:\n      - type: bind\n        source: ./a\n        target: /a\n    image: b\n"
    )
    file = SourceFile("compose.yaml", text)
    place = place_at(file, ("services", "web", "volumes"))
    assert place is not None
    assert isinstance(place.node, Sequence)
    edit = composefile.add_beside(place.node.items[0].span, "/a/node_modules")
    assert edit is not None
    changed(text, edit, lambda data: data["services"]["web"]["volumes"].append("/a/node_modules"))


VOLUMES = {
    "none yet": "services:\n  db:\n    image: a\n",
    "none yet, parted": "services:\n  db:\n    image: a\n\nnetworks:\n  a:\n",
    "none yet, no final newline": "services:\n    db:\n        image: a",
    "none yet, windows": "services:\r\n  db:\r\n    image: a\r\n",
    "none yet, comments at the end": "services:\n  db:\n    image: a\n\n# volumes:\n#   data:\n",
    "there": "volumes:\n  other:\nservices:\n  db:\n    image: a\n",
    "there, at the end": "services:\n  db:\n    image: a\nvolumes:\n  other:",
    "there with braces": "services: {}\nvolumes:\n  other: {}\n",
    "there with a driver": "services: {}\nvolumes:\n    other:\n        driver: local\n# end\n",
    "null": "services:\n  db:\n    image: a\nvolumes:\n",
    "null with a comment": "volumes: # v\n\nservices:\n  db:\n    image: a\n",
    "empty": "volumes: {}\nservices:\n  db:\n    image: a\n",
}


@pytest.mark.parametrize("text", VOLUMES.values(), ids=VOLUMES)
def test_declare_volume(text: str) -> None:
    edit = composefile.declare_volume(SourceFile("compose.yaml", text), "data")
    assert edit is not None
    empty: Any = {} if "other: {}" in text else None

    def change(data: Any) -> None:
        data["volumes"] = {**(data.get("volumes") or {}), "data": empty}

    changed(text, edit, change)


def test_a_new_section_is_parted_by_a_blank_line() -> None:
    edit = composefile.declare_volume(SourceFile("c.yaml", VOLUMES["none yet"]), "data")
    assert edit is not None
    assert edit.text == "\nvolumes:\n  data:\n"
    edit = composefile.declare_volume(SourceFile("c.yaml", "services:\n  db: {}\nnetworks:\n  a:\n"), "data")
    assert edit is not None
    assert edit.text == "volumes:\n  data:\n"


@pytest.mark.parametrize("name", ["text that keeps its blank lines", "text that the end of the file cuts off"])
def test_no_section_behind_an_open_text(name: str) -> None:
    assert composefile.declare_volume(SourceFile("c.yaml", NO_PLACE[name]), "data") is None
    cut = SourceFile("c.yaml", "services:\n  web:\n    command: >-\n      a")
    assert composefile.declare_volume(cut, "data") is not None


def test_a_declared_volume_has_no_second_declaration() -> None:
    assert composefile.declare_volume(SourceFile("c.yaml", "volumes:\n  data:\n"), "data") is None


SETTINGS = {
    "list": ("    extra_hosts:\n      - a:1.2.3.4\n", ["a:1.2.3.4", "h:host-gateway"]),
    "mapping": ("    extra_hosts:\n      a: 1.2.3.4\n", {"a": "1.2.3.4", "h": "host-gateway"}),
    "flow mapping": ("    extra_hosts: {a: 1.2.3.4}\n", {"a": "1.2.3.4", "h": "host-gateway"}),
    "flow list": ("    extra_hosts: ['a:1.2.3.4']\n", ["a:1.2.3.4", "h:host-gateway"]),
    "none": ("    image: b\n", ["h:host-gateway"]),
    "null": ("    extra_hosts:\n", ["h:host-gateway"]),
}


@pytest.mark.parametrize(("lines", "after"), SETTINGS.values(), ids=SETTINGS)
def test_add_setting(lines: str, after: Any) -> None:
    text = f"services:\n  web:\n{lines}  # end\n  db:\n    image: a\n"
    edit = composefile.add_setting(service(SourceFile("c.yaml", text)), "extra_hosts", "h", "host-gateway", ":")
    assert edit is not None
    changed(text, edit, lambda data: data["services"]["web"].update(extra_hosts=after))


def test_environment_keeps_its_form_and_quotes() -> None:
    for before, added in (
        ("      A: '1'\n", "      B: 'x y'\n"),
        ("      - A=1\n", "      - B=x y\n"),
        ('      - "A=1"\n', '      - "B=x y"\n'),
        ("      A: 1\n", "      B: x y\n"),
    ):
        text = f"services:\n  web:\n    environment:\n{before}"
        edit = composefile.add_setting(service(SourceFile("c.yaml", text)), "environment", "B", "x y")
        assert edit is not None
        assert applied(edit) == text + added


@pytest.mark.parametrize(
    ("written", "new", "after"),
    [
        ("a", "b", "b"),
        ("'a'", "it's", "'it''s'"),
        ('"a"', 'b "c" \\', '"b \\"c\\" \\\\"'),
        ("a", "b: c", '"b: c"'),
        ("a", "yes", '"yes"'),
        ("a", "22:22", '"22:22"'),
        ("a", "1.5", '"1.5"'),
        ("a", "${DB:?set DB in .env}", "${DB:?set DB in .env}"),
        ("a", "x #y", '"x #y"'),
        ("a", "@b", '"@b"'),
        ("a", "~", '"~"'),
        ("a", "5432:5432", "5432:5432"),
    ],
)
def test_replace_text_keeps_quotes_or_adds_them(written: str, new: str, after: str) -> None:
    text = f"services:\n  web:\n    image: {written} # c\n"
    file = SourceFile("c.yaml", text)
    place = place_at(file, ("services", "web", "image"))
    assert place is not None
    edit = composefile.replace_text(place.node.span, new)
    assert edit is not None
    assert applied(edit) == text.replace(f"image: {written} ", f"image: {after} ")
    changed(text, edit, lambda data: data["services"]["web"].update(image=new))


def test_replace_a_part_only_where_the_quotes_hold() -> None:
    text = "a: http://x:1/\nb: 'http://x:1/'\nc: |\n  http://x:1/\nd: [x]\n"
    file = SourceFile("c.yaml", text)
    spans = [file.span(at, at + 1) for at in range(len(text)) if text.startswith("x:1", at)]
    for span in spans:
        edit = composefile.replace_text(span, "db")
        assert edit is not None
        assert yaml.safe_load(applied(edit)) is not None
    assert composefile.replace_text(spans[0], "b: c") is None
    assert composefile.replace_text(spans[1], "b'c") is None
    flow = file.span(text.index("[x]") + 1, text.index("[x]") + 2)
    edit = composefile.replace_text(flow, "a, b")
    assert edit is not None
    assert yaml.safe_load(applied(edit))["d"] == ["a, b"]


def test_set_key() -> None:
    text = "services:\n  web:\n    image: a\n    hostname: x # c\n  db:\n    image: b\n"
    file = SourceFile("c.yaml", text)
    replaced = composefile.set_key(service(file), "hostname", "y")
    added = composefile.set_key(service(file, "db"), "hostname", "y")
    assert replaced is not None
    assert added is not None
    changed(text, replaced, lambda data: data["services"]["web"].update(hostname="y"))
    changed(text, added, lambda data: data["services"]["db"].update(hostname="y"))
