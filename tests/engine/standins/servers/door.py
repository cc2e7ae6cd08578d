"""Whom a stand-in lets in: a row's `auth`, and what the container was told."""

from __future__ import annotations

import binascii
import os
from typing import Any

import container


class Door:
    """`is_open`: everybody is let in. Else who gives a user and password that the container was started with."""

    def __init__(self, is_open: bool, known: list[tuple[str, str]]) -> None:
        self.is_open = is_open
        self.known = known

    def admits(self, user: str, password: str) -> bool:
        return self.is_open or (user, password) in self.known or ("", password) in self.known

    def admits_header(self, header: str) -> bool:
        """The Authorization header of a request: Basic, or a token."""
        kind, _, text = header.partition(" ")
        if kind.lower() != "basic":
            return self.is_open or any(text == password for _, password in self.known)
        try:
            user, _, password = binascii.a2b_base64(text).decode().partition(":")
        except (ValueError, UnicodeDecodeError):
            return self.is_open
        return self.admits(user, password)


def of(row: dict[str, Any], words: list[str]) -> Door | None:
    """None where the row says nothing of authentication."""
    auth = row.get("auth")
    if auth is None:
        return None
    for name in auth.get("option_environment") or ():
        words = [*words, *os.environ.get(name, "").split()]
    files = _configured(auth, row, words)
    is_on = (
        any(all(_is_set(name) for name in group) for group in auth.get("on_environment") or ())
        or any(container.option(words, name) is not None for name in auth.get("on_options") or ())
        or any(_says(files, key) for key in auth.get("config_on") or ())
    )
    is_off = any(container.option(words, name) is not None for name in auth.get("off_options") or ()) or any(
        _says(files, key) for key in auth.get("config_off") or ()
    )
    if not any(_is_set(name) for name in auth.get("off_unless") or ()):
        is_off = is_off or any(_is_set(entry) for entry in auth.get("off_environment") or ())
    is_open = (is_off and not is_on) if auth["default"] != "open" else not is_on or is_off
    if is_off and auth["default"] == "closed":
        is_open = True
    return Door(is_open, _known(auth, words))


def _known(auth: dict[str, Any], words: list[str]) -> list[tuple[str, str]]:
    """The users and passwords that it knows; the user `` stands for any."""
    users = [text for name in auth.get("user_environment") or () if (text := _text(name))]
    passwords = [text for name in auth.get("password_environment") or () if (text := _text(name))]
    for name in auth.get("on_options") or ():
        if "pass" in name or "key" in name:
            passwords += [text for text in [container.option(words, name)] if text]
    standing = auth.get("user") or ""
    known = []
    for password in passwords:
        user, slash, rest = password.partition("/")
        if slash and rest and user == standing:  # neo4j/secret
            known.append((user, rest))
        known += [(user, password) for user in users or [standing]]
        known.append((standing, password))
    if not passwords and auth["default"] == "known":
        known.append((users[0] if users else standing, auth.get("password") or ""))
    return known


def _configured(auth: dict[str, Any], row: dict[str, Any], words: list[str]) -> list[str]:
    """Lines of the configuration files that it reads, without comments."""
    paths = list(auth.get("config_files") or ())
    for name in (row.get("moved_by") or {}).get("config") or ():
        paths += [text for text in [container.option(words, name)] if text]
    lines = []
    for path in paths:
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                lines += [line.rstrip() for line in file if line.strip() and not line.lstrip().startswith("#")]
        except OSError:
            continue
    return lines


def _says(lines: list[str], entry: str) -> bool:
    """Does a configuration say KEY or KEY=value? `a.b` is also b in a block a."""
    key, equals, value = entry.partition("=")
    head, _, last = key.rpartition(".")
    block = ""
    for line in lines:
        name, separator, rest = line.strip().replace("=", ":", 1).partition(":")
        if not separator:
            name, _, rest = line.strip().partition(" ")
        if not line.startswith((" ", "\t")):
            block = name
        if name == key or (head and name == last and block == head):
            return not equals or rest.strip().strip("\"'").lower() == value.lower()
    return False


def _is_set(entry: str) -> bool:
    name, equals, value = entry.partition("=")
    given = os.environ.get(name, "")
    return given == value if equals else bool(given)


def _text(name: str) -> str:
    text = os.environ.get(name, "")
    if not text or not name.endswith("_FILE"):
        return text
    try:
        with open(text, encoding="utf-8") as file:
            return file.read().strip()
    except OSError:
        return ""
