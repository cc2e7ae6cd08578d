"""Paths inside a container: absolute, POSIX, without a trailing slash. Knows nothing of files on disk."""

from __future__ import annotations

from posixpath import normpath


def absolute(path: str, workdir: str = "/") -> str:
    """`path` seen from `workdir`, normalised: ``absolute("x/", "/app")`` is ``/app/x``."""
    joined = path if path.startswith("/") else f"{workdir}/{path}"
    return "/" + normpath("/" + joined).lstrip("/")


def is_within(path: str, folder: str) -> bool:
    """Is `path` the folder or something below it?"""
    return path == folder or folder == "/" or path.startswith(folder + "/")


def is_below(path: str, folder: str) -> bool:
    """Is `path` strictly below the folder?"""
    return path != folder and is_within(path, folder)


def relative(path: str, folder: str) -> str | None:
    """`path` as seen from `folder` ("" for the folder itself), or None where it lies elsewhere."""
    if path == folder:
        return ""
    if folder == "/":
        return path[1:]
    return path[len(folder) + 1 :] if path.startswith(folder + "/") else None


def under(folder: str, rest: str) -> str:
    """`rest` (relative, may be empty) below `folder`."""
    if not rest:
        return folder
    return "/" + rest if folder == "/" else f"{folder}/{rest}"
