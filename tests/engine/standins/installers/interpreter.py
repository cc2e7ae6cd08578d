"""Run by every Python of an image at its start: it sees the packages of the interpreter that it stands for.

`/usr/local/bin/python` of `python:3.13` looks in /usr/local/lib/python3.13/site-packages, one of an environment in that
environment, and Debian's own in /usr/local/lib/python3.11/dist-packages; never in the stand-ins' own store.
"""

import os
import sys

_DEBIAN = "3.11"


def version() -> str:
    """`3.13`: the version that the image's Python has by its name."""
    try:
        with open("/opt/standin/image.json") as file:
            text = file.read()
    except OSError:
        return _DEBIAN
    named = text.partition('"reference": "')[2].partition('"')[0]
    numbers = text.partition('"version": [')[2].partition("]")[0].split(", ")
    if '"row": "python"' in text and len(numbers) > 1:
        return ".".join(numbers[:2])
    after = named.partition("python3.")[2]
    minor = after[: len(after) - len(after.lstrip("0123456789"))]
    return f"3.{minor}" if minor else "3.14" if '"row": "python"' in text else _DEBIAN


def site_packages(prefix: str) -> str:
    """The folder of an interpreter's own packages; prefix is what stands above its bin folder."""
    if prefix == "/usr":
        return f"/usr/local/lib/python{_DEBIAN}/dist-packages"
    return f"{prefix}/lib/python{version()}/site-packages"


def _see() -> None:
    import site

    prefix = os.path.dirname(os.path.dirname(sys.executable))
    if sys.prefix == sys.base_prefix:
        sys.prefix = sys.exec_prefix = sys.base_prefix = sys.base_exec_prefix = prefix
    user = f"{os.path.expanduser('~')}/.local/lib/python{version()}/site-packages"
    # `python -m pip` and `python -m venv`, which an image has from the start.
    folders = [user, site_packages(prefix), "/opt/standin/installers/modules"]
    sys.path[:] = [path for path in sys.path if "-packages" not in path]
    for folder in folders:
        if os.path.isdir(folder):
            site.addsitedir(folder)


if sys.executable and not sys.executable.startswith("/opt/standin/"):
    _see()
