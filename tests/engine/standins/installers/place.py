"""Where things of an image lie, and how installers lay links."""

import json
import os
import shutil
import sys
from typing import Any, NoReturn

STORE = "/opt/standin"
sys.path.insert(1, f"{STORE}/installers")


def data() -> dict[str, Any]:
    """`data` of base.yaml."""
    with open(f"{STORE}/base.json") as file:
        found: dict[str, Any] = json.load(file)
        return found


def program(name: str) -> str | None:
    """The path of a program that the base has in its store, hidden or not."""
    path = f"{STORE}/bin/{name}"
    return path if os.path.exists(path) else None


def link(target: str, path: str) -> None:
    """Makes the link path -> target, in place of what is there."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    if os.path.lexists(path):
        remove(path)
    os.symlink(target, path)


def remove(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def write(path: str, text: str, executable: bool = False) -> None:
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    if os.path.islink(path):
        os.unlink(path)
    with open(path, "w") as file:
        file.write(text)
    if executable:
        os.chmod(path, 0o755)


def read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except (OSError, IsADirectoryError):
        return ""


def above(name: str, folder: str | None = None) -> str | None:
    """The nearest folder upwards that holds a file of this name."""
    folder = os.path.abspath(folder or ".")
    while True:
        if os.path.exists(os.path.join(folder, name)):
            return folder
        if folder == "/":
            return None
        folder = os.path.dirname(folder)


def fail(text: str, status: int = 1) -> NoReturn:
    print(text, file=sys.stderr)
    sys.exit(status)
