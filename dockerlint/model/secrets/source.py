"""Secrets in application source and in the settings files of applications."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dockerlint.model.secrets.judging import Lexicon, Verdict, judge
from dockerlint.model.secrets.values import HOLE, has_shape, is_placeholder, looks_real, offset_of, with_holes
from dockerlint.source.text import Span

if TYPE_CHECKING:
    from dockerlint.formats.configfiles import ConfigEntry
    from dockerlint.formats.sourcefacts import SourceFacts, Text
    from dockerlint.source.text import SourceFile

Found = tuple[Verdict, str, Span]

_MENTIONS = re.compile(
    r"(?i)pass(?:w|_|phrase|code|\b)|pwd|secret|token|api_?-?key|private_?-?key|jwt|hmac|session|cookie|credential|://[^\s/\"'`@]*@"
    r"|accountkey|hooks\.slack|authorization|webhook|sk_live|sk_test|ghp_|GOCSPX|SG\.|encryption|signing|PDO|Sequelize|mysqli|getConnection"
)
# Names that hold what a person typed or will read, in every framework of a browser.
_OF_FORMS = frozenset(
    (
        "label",
        "placeholder",
        "title",
        "message",
        "text",
        "description",
        "hint",
        "errors",
        "error",
        "rules",
        "validation",
        "columns",
        "fields",
        "routes",
        "messages",
        "translations",
        "i18n",
        "en",
        "locale",
        "type",
        "types",
        "proptypes",
        "swagger",
        "openapi",
        "example",
        "examples",
    )
)


_CONNECTION = frozenset(
    ("host", "hostname", "server", "database", "dbname", "db", "dialect", "port", "engine", "adapter", "driver")
)


def mentions_secret(text: str) -> bool:
    """May there be a secret in a source text? A quick look, so that most files need not be read."""
    return _MENTIONS.search(text) is not None


def source_secrets(words: Lexicon, facts: SourceFacts) -> Iterator[Found]:
    """The literals of a source file that are secrets."""
    connecting = {
        text.group
        for text in facts.texts
        if text.group >= 0 and text.name is not None and text.name.lower() in _CONNECTION
    }
    seen: set[tuple[str, str]] = set()
    for text in facts.texts:
        found, name = _of_text(words, text, text.group in connecting)
        if found is None:
            continue
        if is_seed_path(facts.file.path) and found.kind == "value" and not found.real:
            if (name, found.secret) in seen:
                continue
            seen.add((name, found.secret))
        yield found, name, _place(text, found)


def is_seed_path(path: str) -> bool:
    """Does the file fill a database with its first rows?"""
    lowered = path.lower()
    return "seed" in lowered or "factor" in lowered or "sample" in lowered


def _place(text: Text, found: Verdict) -> Span:
    at = offset_of(found.secret, text.span.text)
    return text.span.sub(at, at + len(found.secret)) if at >= 0 else text.span


def _of_text(words: Lexicon, text: Text, connecting: bool) -> tuple[Verdict | None, str]:
    value = text.value
    if text.kind in ("attribute", "words"):
        return judge(words, None, value, dollars=False), ""
    if text.compared:
        return None, ""
    name = text.name
    if name is not None and text.fallback_of is None and _is_label(name, value):
        return None, ""
    if text.fallback_of is not None and (name is None or not words.strength(name)):
        name = text.fallback_of
    given = _given(words, text)
    if given is not None:
        return given, name or (text.call or "")
    if text.joined:
        return judge(words, None, value, dollars=False), name or ""
    if name is not None and text.fallback_of is None and not _OF_FORMS.isdisjoint(text.path.lower().split(".")[:-1]):
        name = None
    return judge(words, name, value, dollars=False, loose=connecting or text.fallback_of is not None), name or ""


def _is_label(name: str, value: str) -> bool:
    """``TOKEN_KEY = "access_token"`` names the place that a secret is kept at: a cookie, a slot of the storage."""
    parts = name.lower().replace("-", "_").split("_")
    kept = parts[-1] in ("key", "name", "cookie") or name.endswith(("Key", "Name", "Cookie"))
    plain = value.replace("_", "").replace("-", "").replace(":", "").replace(".", "")
    guarded = any(word in name.lower() for word in ("secret", "api", "private", "encrypt", "sign", "jwt", "access_key"))
    return (
        kept
        and not guarded
        and "secret" not in value.lower()
        and plain.isascii()
        and plain.isalpha()
        and any(word in value.lower() for word in ("token", "cookie", "session", "auth", "user", "csrf", "jwt"))
    )


def _given(words: Lexicon, text: Text) -> Verdict | None:
    """A literal that a callee takes as its secret."""
    call = text.call
    if call is None or text.position is None or text.fallback_of is not None or text.name is not None:
        return None
    for row in words.tables["calls"]:
        wanted: str = row["call"]
        if text.position != row["at"] or not (call == wanted or call.endswith(("." + wanted, "new " + wanted))):
            continue
        owners = row.get("of")
        if owners is not None and call.rpartition(".")[0].rpartition(".")[2] not in owners:
            continue
        value = text.value
        if not value or HOLE in with_holes(value, False) or "://" in value or is_placeholder(value, words):
            return None
        return Verdict("value", value, 0, len(value), looks_real(value, words))
    return None


def config_secrets(words: Lexicon, entries: Sequence[ConfigEntry], file: SourceFile, template: bool) -> Iterator[Found]:
    """The settings of an application's file that are secrets."""
    for entry in entries:
        parts = entry.key.split(".")
        name = parts[-1] if not parts[-1].isdigit() or len(parts) < 2 else parts[-2]
        value = entry.value
        loose = is_settings_path(file.path)
        found = judge(words, name, value, template=template, dollars=False, loose=loose)
        if found is None and name in ("value", "default", "key") and len(parts) > 1:
            found = judge(words, parts[-2], value, template=template, dollars=False, loose=False)
        if found is not None and (loose or found.real or found.kind != "value" or has_shape(value, words)):
            at = offset_of(found.secret, entry.span.text)
            yield found, name, entry.span.sub(at, at + len(found.secret)) if at >= 0 else entry.span


_SETTINGS = (
    "application",
    "appsettings",
    "bootstrap",
    "settings",
    "config",
    "database",
    "conf",
    "env",
    "secret",
    "credential",
    "kibana",
    "elasticsearch",
    "logstash",
    "nodemon",
    "ormconfig",
    "redis",
    "local",
    "default",
    "production",
    "development",
    "docker",
    "servers",
    "odoo",
    "liquibase",
    "flyway",
    "hibernate",
    "persistence",
    "datasource",
    "connection",
    "alembic",
    "launchsettings",
    "grafana",
    "prometheus",
    "alertmanager",
    "mongod",
    "rabbitmq",
    "my",
    "postgres",
    "sentry",
    "mail",
    "db",
)


def is_settings_path(path: str) -> bool:
    """Is the file settings by its name or folder, rather than some data?"""
    folders, _, name = path.lower().rpartition("/")
    if name.endswith((".properties", ".ini", ".cfg", ".conf", ".cnf", ".toml", ".config")):
        return True
    stem = name.lstrip(".").split(".")[0].replace("-", "_")
    return any(part.startswith(_SETTINGS) for part in stem.split("_")) or not {
        "config",
        "conf",
        "settings",
        "env",
        "instance",
        "secrets",
    }.isdisjoint(folders.split("/"))
