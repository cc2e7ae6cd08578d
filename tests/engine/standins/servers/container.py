"""What an entry point learns of its container: the image's row, the environment, the mounts, the users."""

from __future__ import annotations

import contextlib
import glob
import json
import os
import sys
from collections.abc import Iterable
from typing import Any, NoReturn, overload

ROW = "/opt/standin/image.json"
HIDDEN = "/opt/standin/bin"
_OURS = "/opt/standin/servers/"
_PLACES = ("/usr/lib/postgresql/*/bin", HIDDEN, "/usr/sbin", "/usr/bin")


def image() -> dict[str, Any]:
    """The row of the image that this container stands in for; empty where there is none."""
    try:
        with open(ROW, encoding="utf-8") as file:
            row = json.load(file)
    except FileNotFoundError:
        return {}
    return row if isinstance(row, dict) else {}


def stop(*lines: str, status: int = 1) -> NoReturn:
    """End the container with a message, as an image does that lacks what it needs."""
    for line in lines:
        print(line, file=sys.stderr, flush=True)
    sys.exit(status)


def say(line: str) -> None:
    print(line, flush=True)


def value(*names: str) -> str:
    """The first of these variables that is set, directly or by NAME_FILE; `` when none is. Both at once stop it."""
    for name in names:
        direct, file = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
        if direct and file:
            stop(f"error: both {name} and {name}_FILE are set (but are exclusive)")
        if direct:
            return direct
        if file:
            try:
                with open(file, encoding="utf-8") as handle:
                    return handle.read().rstrip("\n")
            except OSError as error:
                stop(f"error: {name}_FILE: {error}")
    return ""


def is_mounted(path: str) -> bool:
    """Is this very folder the target of a mount?"""
    with open("/proc/self/mountinfo", encoding="utf-8") as table:
        targets = [line.split(" ")[4] for line in table]
    return path.rstrip("/") in (target.replace("\\040", " ") for target in targets)


@overload
def program(name: str) -> str: ...
@overload
def program(name: str, *, must: bool) -> str | None: ...
def program(name: str, *, must: bool = True) -> str | None:
    """The real program, not a link of ours; where the base has none it is None, or the end when it must be there."""
    for place in _PLACES:
        for path in sorted(glob.glob(f"{place}/{name}")):
            found = os.path.realpath(path)
            if os.access(found, os.X_OK) and not found.startswith(_OURS):
                return path if found.endswith("pg_wrapper") else found
    if must:
        stop(f"{name}: the base image of the stand-ins has no such program")
    return None


def called_as(*servers: str) -> str | None:
    """Which of these programs this script is called as; None when it is called as the entry point."""
    name = os.path.basename(sys.argv[0])
    return name if name in servers else None


def words_for(servers: Iterable[str], default: str) -> tuple[str, list[str]] | None:
    """The server and options that the container is to run; None after which nothing of it was a server.

    As the official entry points do: no word or an option first means the server, another program is run as it is.
    """
    known = tuple(servers)
    name, words = os.path.basename(sys.argv[0]), sys.argv[1:]
    if name in known:
        return name, words
    if not words or words[0].startswith("-"):
        return default, words
    if os.path.basename(words[0]) in known:
        return os.path.basename(words[0]), words[1:]
    return None


def run_other() -> NoReturn:
    """Become the program that the command names."""
    words = sys.argv[1:]
    try:
        os.execvp(words[0], words)
    except FileNotFoundError:
        stop(f"exec: {words[0]}: not found", status=127)
    except PermissionError:
        stop(f"exec: {words[0]}: permission denied", status=126)


def become(user: str) -> None:
    """Drop root for this user; nothing happens when the container does not run as root."""
    if os.getuid() != 0:
        return
    import pwd

    entry = pwd.getpwnam(user)
    os.initgroups(user, entry.pw_gid)
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    os.environ["HOME"] = entry.pw_dir


def own(user: str, *folders: str, mode: int = 0o700) -> None:
    """Make folders that belong to a user, as far as the container's own user may."""
    if os.getuid() != 0:
        for folder in folders:
            try:
                os.makedirs(folder, exist_ok=True)
            except OSError as error:
                stop(f"{folder}: {error.strerror}")
        return
    import pwd

    entry = pwd.getpwnam(user)
    for folder in folders:
        os.makedirs(folder, exist_ok=True)
        with contextlib.suppress(OSError):
            os.chmod(folder, mode)
        for place, folders_in, files in os.walk(folder):
            for path in (place, *(os.path.join(place, name) for name in (*folders_in, *files))):
                if os.lstat(path).st_uid != entry.pw_uid:
                    os.lchown(path, entry.pw_uid, entry.pw_gid)


def option(words: list[str], *names: str) -> str | None:
    """The value of the last of these options: `--port 1`, `--port=1`, `-p1`, and `x=1` in any word for a name `x=`."""
    found = None
    for place, word in enumerate(words):
        for name in names:
            if name.endswith("="):
                if name in word:
                    found = word.partition(name)[2]
            elif word == name:
                found = words[place + 1] if place + 1 < len(words) else ""
            elif word.startswith(f"{name}="):
                found = word[len(name) + 1 :]
            elif len(name) == 2 and name[0] == "-" and word.startswith(name):
                found = word[2:]
    return found
