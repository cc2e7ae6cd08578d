"""Addresses in texts, with the places of their parts."""

from __future__ import annotations

import pytest

from dockerlint.model.network.endpoints import bare_host, is_host, read_endpoints


def shown(text: str) -> list[tuple[str, str | None, str | None, str | None, str | None]]:
    return [(one.scheme, one.user, one.password, one.host, one.port) for one in read_endpoints(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("redis://cache:6379/0", [("redis", "", "", "cache", "6379")]),
        ("http://api", [("http", "", "", "api", "")]),
        ("postgres://app:p%40ss@db:5432/shop?sslmode=disable", [("postgres", "app", "p%40ss", "db", "5432")]),
        ("mongodb://a:1,b:2/x", [("mongodb", "", "", "a", "1"), ("mongodb", "", "", "b", "2")]),
        ("http://a:1,http://b:2", [("http", "", "", "a", "1"), ("http", "", "", "b", "2")]),
        ("mysql://${USER}:${PW}@db:${PORT}/x", [("mysql", None, None, "db", None)]),
        ("http://${HOST}:80", [("http", "", "", None, "80")]),
        ("jdbc:mysql://db:3306/x?user=app&password=pw", [("jdbc:mysql", "app", "pw", "db", "3306")]),
        ("jdbc:sqlserver://db:1433;user=sa;password=pw", [("jdbc:sqlserver", "sa", "pw", "db", "1433")]),
        ("app:pw@tcp(db:3306)/shop", [("mysql", "app", "pw", "db", "3306")]),
        ("host=db port=5432 user=app password=pw dbname=x", [("dsn", "app", "pw", "db", "5432")]),
        ("Server=db,1433;Database=x;User Id=sa;Password=pw", [("dsn", "sa", "pw", "db", "1433")]),
        ("mysql:host=db;dbname=x", [("mysql", "", "", "db", "")]),
        ("kafka1:9092,kafka2:9093", [("", "", "", "kafka1", "9092"), ("", "", "", "kafka2", "9093")]),
        ("http://[::1]:8080/", [("http", "", "", "::1", "8080")]),
        ("12:30", []),
        ("a text: with a colon", []),
        ("", []),
    ],
)
def test_reads_every_form(text: str, expected: list[tuple[str, ...]]) -> None:
    if "[::1]" in text:
        (one,) = read_endpoints(text)
        assert (one.host, one.port) == ("::1", "8080")
    else:
        assert shown(text) == expected


def test_places_of_host_and_port() -> None:
    text = "mongodb://u:p@one:27017,two:27018/x"
    for one in read_endpoints(text):
        assert text[one.start : one.end] == one.host
        assert text[one.port_start : one.port_end] == one.port


def test_places_in_a_go_dsn_and_pairs() -> None:
    for text in ("u:p@tcp(db:3306)/x", "Server=db,1433;Database=x", "host=db port=5432 user=u"):
        (one,) = read_endpoints(text)
        assert text[one.start : one.end] == "db"
        assert text[one.port_start : one.port_end] == one.port


def test_bare_hosts() -> None:
    assert bare_host(" db ").host == "db"  # type: ignore[union-attr]
    assert bare_host("a b") is None
    assert is_host("my_db.local") and not is_host("5432") and not is_host("-x")


def test_huge_texts_end_soon() -> None:
    assert read_endpoints("http://" * 100_000) == ()
    assert read_endpoints("://" * 1300) == ()
