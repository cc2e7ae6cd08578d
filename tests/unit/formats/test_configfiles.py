from __future__ import annotations

import time

import pytest

from dockerlint.formats.configfiles import config_reads, read_config
from dockerlint.source.text import SourceFile

FILES = [
    (
        "application.yml",
        'a:\n  url: ${U:x}\n  pw: "v"\n---\nport: 80\n',
        {"a.url": "${U:x}", "a.pw": "v", "port": "80"},
    ),
    ("application.properties", "# c\nspring.pw=v\r\na : b\n! d=e\n", {"spring.pw": "v", "a": "b"}),
    (
        "database.yml",
        "dev:\n  user: <%= ENV['U'] %>\n<% if x %>\n  pw: v\n<% end %>\n",
        {"dev.user": "<%= ENV['U'] %>", "dev.pw": "v"},
    ),
    (
        "appsettings.json",
        '{ // c\n "C": {"Default": "v"}, "n": 5, "on": true,}',
        {"C.Default": "v", "n": "5", "on": "true"},
    ),
    (
        "alembic.ini",
        "[alembic]\nsqlalchemy.url = postgresql://a:b@c/d ; e\n# x = y\n",
        {"alembic.sqlalchemy.url": "postgresql://a:b@c/d"},
    ),
    ("a.toml", "[t]\nk = 'v' # c\nl = ['a']\ni = { x = 'y' }\n", {"t.k": "v", "t.l.0": "a", "t.i.x": "y"}),
    (
        "logstash.conf",
        'output { elasticsearch {\n hosts => ["es:9200"]\n password => "v" } }\n',
        {"output.elasticsearch.hosts.0": "es:9200", "output.elasticsearch.password": "v"},
    ),
    ("schema.prisma", 'datasource db {\n url = env("U")\n}\n', {"datasource.url": 'env("U")'}),
    ("redis.conf", "requirepass v\nport 6379\n", {"requirepass": "v", "port": "6379"}),
    ("mongod.conf", "net:\n  bindIp: 127.0.0.1\n", {"net.bindIp": "127.0.0.1"}),
    ("nginx.conf", "server {\n listen 80;\n}\n", {}),
    ("package.json", '{"a": "b"}', {}),
    ("a.ini", "", {}),
]


@pytest.mark.parametrize(("path", "text", "expected"), FILES)
def test_entries(path: str, text: str, expected: dict[str, str]) -> None:
    entries = read_config(SourceFile(path, text))
    assert {entry.key: entry.value for entry in entries} == expected
    for entry in entries:
        assert entry.value in entry.span.text
        assert entry.template == any(mark in entry.value for mark in ("${", "<%", "env("))


@pytest.mark.parametrize(
    ("path", "text", "default", "has_default", "fails"),
    [
        ("application.yml", "url: ${X:d}", "d", True, False),
        ("application.yml", "url: ${X}", None, False, False),
        ("database.yml", "user: <%= ENV['X'] %>", None, False, False),
        ("database.yml", 'user: <%= ENV.fetch("X") { "d" } %>', "d", True, False),
        ("database.yml", 'user: <%= ENV.fetch("X") %>', None, False, True),
        ("schema.prisma", '  url = env("X")', None, False, True),
    ],
)
def test_reads(path: str, text: str, default: str | None, has_default: bool, fails: bool) -> None:
    (read,) = config_reads(SourceFile(path, text))
    assert (read.name, read.default, read.has_default, read.fails) == ("X", default, has_default, fails)


@pytest.mark.parametrize("path", ["a.json", "a.properties", "a.ini", "a.conf", "a.prisma"])
@pytest.mark.parametrize("unit", ["[", "{", "a => ", "<%", "${A", '"', "\\", 'ENV["A"]'])
def test_hostile_text_takes_linear_time(path: str, unit: str) -> None:
    file = SourceFile(path, unit * (20_000 // len(unit)))
    begin = time.process_time()
    read_config(file)
    config_reads(file)
    assert time.process_time() - begin < 2
