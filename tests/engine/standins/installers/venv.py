#!/opt/standin/bin/python3 -SE
"""`python -m venv` and virtualenv: an environment whose Python is the one that made it."""

import os
import sys

import place
from interpreter import site_packages, version

_ACTIVATE = """deactivate () {{ PATH="$_OLD_VIRTUAL_PATH"; unset VIRTUAL_ENV _OLD_VIRTUAL_PATH; }}
VIRTUAL_ENV={path}
export VIRTUAL_ENV
_OLD_VIRTUAL_PATH="$PATH"
PATH="$VIRTUAL_ENV/bin:$PATH"
export PATH
"""


def image_python() -> str:
    """The interpreter that an environment of this image builds on."""
    for folder in [*os.environ.get("PATH", "").split(":"), "/usr/local/bin", "/usr/bin"]:
        for name in ("python3", "python"):
            path = os.path.join(folder, name)
            if os.access(path, os.X_OK) and not os.path.exists(f"{os.path.dirname(folder)}/pyvenv.cfg"):
                return path
    return f"{place.STORE}/bin/python3"


def make(path: str, python: str, pip: bool = True, prompt: str | None = None) -> str:
    """Makes an environment at path, or leaves the one that is there; returns its Python."""
    path = os.path.abspath(path)
    minor = version()
    place.write(
        f"{path}/pyvenv.cfg",
        f"home = {os.path.dirname(python)}\ninclude-system-site-packages = false\nversion = {minor}\n",
    )
    for name, target in (("python", python), ("python3", "python"), (f"python{minor}", "python")):
        place.link(target, f"{path}/bin/{name}")
    os.makedirs(site_packages(path), exist_ok=True)
    place.write(f"{path}/bin/activate", _ACTIVATE.format(path=path))
    if pip:
        for name in ("pip", "pip3", f"pip{minor}"):
            place.link(f"{place.STORE}/bin/pip", f"{path}/bin/{name}")
        place.write(f"{site_packages(path)}/pip/__init__.py", "")
        place.write(
            f"{site_packages(path)}/pip/__main__.py", place.read(f"{place.STORE}/installers/modules/pip/__main__.py")
        )
    return f"{path}/bin/python"


def main(words: list[str]) -> None:
    python = sys.argv[0] if os.path.basename(sys.argv[0]).startswith("python") else image_python()
    python = os.environ.pop("STANDIN_PYTHON", "") or python
    pip = "--without-pip" not in words
    named = []
    rest = iter(words)
    for word in rest:
        if word in ("--prompt", "-p", "--python"):
            next(rest, None)
        elif not word.startswith("-"):
            named.append(word)
    if not named:
        place.fail("usage: venv [-h] ENV_DIR [ENV_DIR ...]", 2)
    for path in named:
        if "--clear" in words:
            place.remove(path)
        make(path, os.path.realpath(python) if "/.venv/" in python else python, pip)


if __name__ == "__main__":
    main(sys.argv[1:])
