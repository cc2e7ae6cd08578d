"""The formats of `dockerlint map`, from a small project with two networks and from names that want to break out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from dockerlint.cli.app import app
from dockerlint.cli.charted import without_password
from dockerlint.cli.map import FORMATS as OFFERED
from dockerlint.cli.map import map_command
from dockerlint.report.map import FORMATS
from dockerlint.report.map.mermaid import label
from dockerlint.report.map.svg import escape

SHOP = """\
services:
  web:
    image: registry.example.com/web:1
    networks: {front: {aliases: [www]}, back: }
    ports: ["8080:80", "127.0.0.1::9000"]
    environment:
      DATABASE_URL: postgres://shop:s3cret-word@db:5432/shop
      CACHE_URL: redis://localhost:6379/0
      MAILER_URL: http://mailer:8025
      API_PASSWORD: s3cret-word
  db:
    image: postgres:16
    networks: [back]
    volumes: [data:/var/lib/postgresql/data]
  cache:
    image: redis:7
    networks: [back]
  mailer:
    image: axllent/mailpit:v1.20
    networks: [front]
  lonely:
    image: registry.example.com/lonely:1
    network_mode: none
  beside:
    image: registry.example.com/beside:1
    network_mode: service:db
    environment: {MAILER_URL: "http://mailer:8025"}
networks: {front: , back: {internal: true}}
volumes: {data: }
"""
MATRIX = [
    "            1 2 3 4 5 6",
    "  1 web     \\ → ✗ →   ·",
    "  2 db      · \\ ·     ·  no way out",
    "  3 cache   · · \\     ·  no way out",
    "  4 mailer  ·     \\",
    "  5 lonely          \\    no way out",
    "  6 beside  · · · ✗   \\  no way out",
]
EVIL = """\
services:
  web:
    image: "<script>alert(1)</script>"
    container_name: "\\"><img src=x onerror=alert(1)>"
    hostname: "a\\e[31m\\u202eb"
    environment:
      DB_URL: "postgres://localhost:5432/x\\e[2J"
      "A<b>": "]]></style><script>alert(1)</script>"
    volumes: ["a'\\"><b>:/x", "./\\e]0;x\\a:/y"]
    networks: ["end\\"] --> c9"]
  db: {image: "postgres:16", networks: ["end\\"] --> c9"]}
networks: {"end\\"] --> c9": }
"""


def draw(folder: Path, text: str, form: str, *more: str) -> str:
    (folder / "compose.yaml").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(map_command, [str(folder), "--format", form, *more])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_same_formats_are_offered_and_there() -> None:
    assert OFFERED == FORMATS


def test_text_shows_who_reaches_whom(tmp_path: Path) -> None:
    text = draw(tmp_path, SHOP, "text")
    assert "  ├─ 8080 → web:80\n" in text
    matrix = text.partition("who reaches whom")[2].partition("\n\n")[0].splitlines()[1:]
    assert matrix == MATRIX
    assert "localhost-in-container" in text and "unreachable-service" in text
    assert "back  bridge, internal: no way out" in text
    assert "\x1b" not in text


def test_json_holds_everything_and_no_password(tmp_path: Path) -> None:
    text = draw(tmp_path, SHOP, "json")
    assert "s3cret-word" not in text
    found = json.loads(text)
    assert found["version"] == 1
    assert [(net["key"], net["internal"], net["containers"]) for net in found["networks"]] == [
        ("front", False, ["web", "mailer"]),
        ("back", True, ["web", "db", "cache", "beside"]),
    ]
    web = found["containers"][0]
    assert {"name": "www", "kind": "alias on front"} in web["names"]
    assert web["published"][0] == {"host_ip": None, "port": "8080", "target": "80", "protocol": "tcp", "broken": None}
    ways = {(c["from"], c["end"], c["to"]): c["broken"] for c in found["connections"]}
    assert ways["web", "service", "db"] is None
    localhost = found["broken"][ways["web", "self", "web"] - 1]
    assert (localhost["rule"], localhost["from"], localhost["to"]) == ("localhost-in-container", "web", "cache")
    unreachable = found["broken"][ways["beside", "not-shared", "mailer"] - 1]
    assert (unreachable["rule"], unreachable["to"]) == ("unreachable-service", "mailer")
    reach = {(way["from"], way["to"]): way["network"] or way["by"] for way in found["reaches"]}
    assert reach["web", "db"] == "back" and reach["beside", "db"] == "stack"
    assert ("beside", "mailer") not in reach and not any("lonely" in pair for pair in reach)
    outside = {node["service"]: node["outside"] for node in found["containers"]}
    assert outside == {"web": True, "db": False, "cache": False, "mailer": True, "lonely": False, "beside": False}


NETS = """\
name: shop
services:
  web:
    image: registry.example.com/web:1
    networks: {front: {aliases: [www]}, back: }
    hostname: Web.example.com
    extra_hosts: ["machine.test:host-gateway", "fixed.test:10.5.0.7"]
    scale: 2
  db:
    image: postgres:16
    networks: {back: {ipv4_address: 10.5.0.7, aliases: [Store]}}
    container_name: The-DB
    ports: ["127.0.0.1:5432:5432", "6000:5432"]
  shut: {image: registry.example.com/shut:1, networks: [inner], ports: ["7000:80"]}
  agent: {image: registry.example.com/agent:1, network_mode: host, expose: ["9100"]}
networks:
  front:
  back: {ipam: {config: [{subnet: 10.5.0.0/24}]}}
  inner: {internal: true}
"""


def test_json_says_who_resolves_and_who_reaches_whom(tmp_path: Path) -> None:
    found = json.loads(draw(tmp_path, NETS, "json"))
    assert [net["subnets"] for net in found["networks"][:3]] == [[], ["10.5.0.0/24"], []]
    web, db = found["containers"][:2]
    assert web["containers"] == ["shop-web-1", "shop-web-2"] and web["all_names"]
    assert db["containers"] == ["The-DB"] and db["addresses"] == [{"network": "back", "address": "10.5.0.7"}]
    assert found["host"]["services"] == ["agent"]
    assert [(port["port"], port["service"]) for port in found["host"]["published"]] == [
        ("5432", "db"), ("6000", "db"), ("7000", "shut"),
    ]  # fmt: skip
    told = {(one.pop("from"), one.pop("name")): one for one in found["resolves"]}
    on_back = {"network": "back", "services": ["db"], "containers": ["The-DB"], "address": None, "own": False}
    assert told["web", "Store"] == {"how": "alias", **on_back}
    assert told["web", "The-DB"] == {"how": "container_name", **on_back}
    assert told["db", "web"]["containers"] == ["shop-web-1", "shop-web-2"] and ("db", "www") not in told
    assert told["web", "shop-web-2"]["containers"] == ["shop-web-2"]
    assert told["web", "web.example.com"]["own"] and told["web", "machine.test"]["address"] == "host-gateway"
    assert told["web", "fixed.test"]["containers"] == ["The-DB"]
    assert not any(who == "agent" for who, _ in told) and [name for who, name in told if who == "shut"] == [
        "shop-shut-1", "shut",
    ]  # fmt: skip
    ways = {(one.pop("from"), one.pop("to"), one.pop("by"), one["network"]): one for one in found["reaches"]}
    door = {"port": "5432", "target": "5432", "program": "postgres"}
    assert ways["web", "db", "network", "back"]["ports"] == [door]
    assert ways["web", "db", "network", "back"]["addresses"] == ["10.5.0.7"]
    assert ways["web", "db", "published", None]["ports"] == [{**door, "port": "6000"}]
    assert ways["web", "db", "published", None]["names"] == ["machine.test"]
    assert [one["port"] for one in ways["agent", "db", "published", None]["ports"]] == ["5432", "6000"]
    assert ways["agent", "shut", "bridge", "inner"]["names"] == []
    assert ways["web", "agent", "machine", None]["ports"] == [{"port": "9100", "target": "9100", "program": None}]
    assert ("web", "web", "network", "front") in ways
    assert not any(who == "shut" or (to == "shut" and by == "published") for who, to, by, _ in ways)


def test_mermaid_has_networks_and_red_lines(tmp_path: Path) -> None:
    lines = draw(tmp_path, SHOP, "mermaid").splitlines()
    assert lines[0] == "flowchart LR"
    assert '    subgraph n1["back (bridge, internal: no way out)"]' in lines
    assert "  n1 --- c0" in lines, "web is on a second network"
    assert "  eth0 --- n0" in lines and "  eth0 --- n1" not in lines
    links = [line for line in lines if re.search(r" (---|-->|--x|\.->) ", line)]
    red = next(line for line in lines if line.startswith("  linkStyle")).split()[1].split(",")
    assert all("--x" in links[int(number)] for number in red) and len(red) == 2


@pytest.mark.parametrize("text", [SHOP, EVIL])
def test_svg_is_whole_and_asks_for_nothing(tmp_path: Path, text: str) -> None:
    drawn = draw(tmp_path, text, "svg")
    root = ElementTree.fromstring(drawn)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "style", "rect", "path", "circle", "g", "text", "tspan"}
    assert not any("href" in name or name.startswith("on") for element in root.iter() for name in element.attrib)
    assert "url(" not in drawn and "@import" not in drawn
    assert "prefers-color-scheme:dark" in drawn


def test_html_lets_nothing_out(tmp_path: Path) -> None:
    page = draw(tmp_path, EVIL, "html")
    assert page.count("<script>") == 1 and "alert(1)</script>" not in page and "<img" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"""(?:src|href)=["'](?!#|data:,)""", page)
    assert "http-equiv" in page and "\x1b" not in page and "\u202e" not in page
    assert "s3cret-word" not in draw(tmp_path, SHOP, "html")


@pytest.mark.parametrize("form", FORMATS)
def test_no_control_character_comes_through(tmp_path: Path, form: str) -> None:
    text = draw(tmp_path, EVIL, form)
    assert all(char.isprintable() or char in "\n" for char in text)


def test_labels_are_escaped() -> None:
    assert label('a"b#c;<d>`&\x1b') == "a#34;b#35;c#59;#60;d#62;#96;#38;#65533;"
    assert escape("<a b='\"&\x1b") == "&lt;a b=&#39;&quot;&amp;\\x1b"


def test_passwords_in_addresses_are_hidden() -> None:
    assert without_password("postgres://a:b@c/d redis://:e@f") == "postgres://a:•••@c/d redis://:•••@f"
    assert without_password("http://a:80/b://") == "http://a:80/b://"


def test_wrong_use(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["map", str(tmp_path)]).exit_code == 2
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "compose.yaml").write_text("services: {a: {image: b}}", encoding="utf-8")
    several = CliRunner().invoke(app, ["map", str(tmp_path)])
    assert several.exit_code == 2 and "one/compose.yaml, two/compose.yaml" in several.output
    alone = CliRunner().invoke(map_command, [str(tmp_path / "one" / "compose.yaml")])
    assert alone.exit_code == 0 and "one: 1 container\n" in alone.output


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("text", ["", "services: {}\n", "services: [1]\n", "a: [\n"])
def test_a_project_without_containers_is_drawn(tmp_path: Path, text: str, form: str) -> None:
    assert draw(tmp_path, text, form)
