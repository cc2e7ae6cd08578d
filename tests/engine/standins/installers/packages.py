#!/opt/standin/bin/python3 -SE
"""apk, apt-get, yum, dnf, microdnf: links to the hidden programs of the packages; unknown packages bring nothing."""

import os
import re
import sys

import place

_INSTALL = {"apk": {"add"}, "apt": {"install", "reinstall"}, "yum": {"install"}}
_REMOVE = {"apk": {"del"}, "apt": {"remove", "purge", "autoremove"}, "yum": {"remove", "erase"}}
_VALUES = {
    "-t",
    "--virtual",
    "--repository",
    "-X",
    "--target-release",
    "-o",
    "-c",
    "--setopt",
    "--enablerepo",
    "--root",
    "-p",
}


def _named(words: list[str]) -> list[str]:
    found, rest = [], iter(words)
    for word in rest:
        if word in _VALUES:
            next(rest, None)
        elif not word.startswith("-"):
            found.append(re.split(r"[=<>~@]", word)[0].partition("/")[0])
    return [name for name in found if name and not name.startswith(".")]


def programs(package: str, known: dict[str, list[str]]) -> list[str]:
    """What a package brings: after the table, a versioned name of it, or the program of its own name."""
    package = package.partition(":")[0]
    for name in (package, re.sub(r"-?\d[\d.]*(?=$|-)", "", package)):
        if name in known:
            return known[name]
    return [package] if re.fullmatch(r"[\w.+-]+", package) and place.program(package) else []


def main(words: list[str]) -> None:
    tool = os.path.basename(sys.argv[0])
    family = "apk" if tool == "apk" else "apt" if tool.startswith("apt") else "yum"
    options = list(words)
    if family == "apk" and "-t" in options:
        options = [word for word in options if not word.startswith(".")]
        options.remove("-t")
    command = next((word for word in options if not word.startswith("-")), "")
    names = _named(options[options.index(command) + 1 :] if command else [])
    data = place.data()
    if command in _INSTALL[family]:
        for package in names:
            for program in programs(package, data["packages"]):
                target = place.program(program)
                path = data["places"].get(program, f"/usr/bin/{program}")
                if target and not os.path.exists(path):
                    place.link(target, path)
    elif command in _REMOVE[family]:
        for package in names:
            for program in programs(package, data["packages"]):
                path = data["places"].get(program, f"/usr/bin/{program}")
                if os.path.islink(path) and os.readlink(path).startswith(place.STORE):
                    os.unlink(path)
    if command in ("update", "install", "add"):
        os.makedirs("/var/lib/apt/lists/partial" if family == "apt" else "/var/cache/misc", exist_ok=True)


if __name__ == "__main__":
    main(sys.argv[1:])
