#!/opt/standin/bin/python3 -SE
"""adduser and addgroup, with the options of BusyBox and those of Debian: useradd and groupadd do it."""

import os
import subprocess
import sys

_GROUP = {"-G", "--ingroup", "--gid"}
_VALUES = {
    "-h": "-d",
    "--home": "-d",
    "-s": "-s",
    "--shell": "-s",
    "-u": "-u",
    "--uid": "-u",
    "-g": "-c",
    "--gecos": "-c",
    "--comment": "-c",
}


def _call(*words: str) -> int:
    return subprocess.run(words, stderr=subprocess.DEVNULL if words[0] == "groupadd" else None).returncode


def adduser(words: list[str]) -> int:
    options, names, group, system, home = [], [], "", False, True
    rest = iter(words)
    for word in rest:
        head, sign, value = word.partition("=")
        if head in _GROUP:
            group = value if sign else next(rest, "")
        elif head in _VALUES:
            options += [_VALUES[head], value if sign else next(rest, "")]
        elif word in ("-S", "--system", "-r"):
            system = True
        elif word in ("-H", "--no-create-home"):
            home = False
        elif word == "--group":
            group = group or "="
        elif word in ("-k",):
            next(rest, None)
        elif not word.startswith("-"):
            names.append(word)
    if len(names) == 2:
        return _call("usermod", "-aG", names[1], names[0])
    name = names[0]
    if group and group != "=":
        _call("groupadd", *(["-g", group] if group.isdigit() else []), group if not group.isdigit() else name)
        options += ["-g", group]
    elif system and group != "=":
        options += ["-g", "nogroup"]
    else:
        options += ["-U"]
    return _call("useradd", *(["-r"] if system else []), "-m" if home else "-M", *options, name)


def addgroup(words: list[str]) -> int:
    options, names = [], []
    rest = iter(words)
    for word in rest:
        head, sign, value = word.partition("=")
        if head in ("-g", "--gid"):
            options += ["-g", value if sign else next(rest, "")]
        elif word in ("-S", "--system"):
            options += ["-r"]
        elif not word.startswith("-"):
            names.append(word)
    if len(names) == 2:
        return _call("usermod", "-aG", names[1], names[0])
    return subprocess.run(["groupadd", *options, names[0]]).returncode


if __name__ == "__main__":
    tool = adduser if os.path.basename(sys.argv[0]) == "adduser" else addgroup
    sys.exit(tool(sys.argv[1:]) if len(sys.argv) > 1 else 1)
