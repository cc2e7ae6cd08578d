#!/opt/standin/bin/python3 -SE
"""uv and uvx: a project's `.venv`, or packages where `uv pip` puts them."""

import os
import sys
import venv

import pip
import place
from interpreter import site_packages
from poetry import _values, fill, own, run
from pyproject import Project


def _project() -> Project:
    folder = place.above("pyproject.toml")
    if folder is None:
        place.fail("error: No `pyproject.toml` found in current directory or any parent directory", 2)
    return Project(folder)


def _environment(project: Project) -> str:
    named = os.environ.get("UV_PROJECT_ENVIRONMENT") or ".venv"
    return os.path.join(project.folder, named)


def sync(project: Project, words: list[str]) -> str:
    """Fills the project's environment; returns its bin folder."""
    lock = f"{project.folder}/uv.lock"
    asked = {"--frozen", "--locked"} & set(words) or os.environ.get("UV_FROZEN") or os.environ.get("UV_LOCKED")
    if not os.path.exists(lock):
        if asked:
            place.fail(
                "error: Unable to find lockfile at `uv.lock`. To create a lockfile, run `uv lock` or `uv sync`.", 2
            )
        place.write(lock, "version = 1\n")
    groups = _values(words, "--group")
    if not ({"--no-dev", "--no-default-groups", "--only-group"} & set(words) or os.environ.get("UV_NO_DEV")):
        groups |= {"dev"}
    names = project.requirements(_values(words, "--extra"), groups, "--all-groups" in words)
    environment = _environment(project)
    if os.path.exists(f"{environment}/bin/python") and not os.path.exists(f"{environment}/pyvenv.cfg"):
        bin_folder = fill(None, names)  # UV_PROJECT_ENVIRONMENT=/usr/local
    else:
        bin_folder = fill(environment, names)
    if "--no-install-project" not in words and project.is_package:
        own(project, bin_folder)
    return bin_folder


def _pip(words: list[str]) -> None:
    system = "--system" in words or os.environ.get("UV_SYSTEM_PYTHON", "") not in ("", "0", "false")
    active = os.environ.get("VIRTUAL_ENV")
    found = place.above(".venv")
    prefix = active or (f"{found}/.venv" if found else None)
    if {"--target", "-t", "--prefix"} & set(words):
        system = True
    if system:
        prefix = os.path.dirname(os.path.dirname(venv.image_python()))
    if prefix is None:
        place.fail(
            "error: No virtual environment found; run `uv venv` or pass `--system`",
            2,
        )
    if words[0] in ("install", "sync"):
        words = [word for word in words if word not in ("--system", "--no-cache", "--no-cache-dir")]
        if words[0] == "sync":
            words = [part for word in words for part in ([word] if word.startswith("-") else ["-r", word])][2:]
        else:
            words = words[1:]
        pip.install(words, prefix, f"{prefix}/bin/python")


def _run(words: list[str]) -> None:
    rest, extra = list(words), []
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option == "--":
            break
        if option in (
            "--with",
            "--python",
            "-p",
            "--project",
            "--directory",
            "--group",
            "--extra",
            "--env-file",
            "--package",
        ):
            value = rest.pop(0) if rest else ""
            extra += [value] if option == "--with" else []
            if option in ("--directory", "--project"):
                os.chdir(value)
        elif option in ("-m", "--module"):
            rest = ["python", "-m", *rest]
            break
    flags = words[: len(words) - len(rest)]
    if place.above("pyproject.toml") is None or "--no-project" in flags:
        bin_folder = os.path.dirname(venv.image_python())
        active = os.environ.get("VIRTUAL_ENV") or (f"{place.above('.venv')}/.venv" if place.above(".venv") else "")
        bin_folder = f"{active}/bin" if active else bin_folder
    else:
        project = _project()
        skip = "--no-sync" in flags or os.environ.get("UV_NO_SYNC", "") not in ("", "0")
        bin_folder = f"{_environment(project)}/bin" if skip else sync(project, flags)
    if extra:
        prefix = os.path.dirname(bin_folder)
        pip.lay(extra, site_packages(prefix), bin_folder, f"{bin_folder}/python")
    run(bin_folder, ["python", *rest] if rest and rest[0].endswith(".py") else rest)


def _tool(words: list[str]) -> None:
    source = ""
    while words and words[0].startswith("-"):
        if words[0] in ("--from", "--with", "--python", "-p"):
            source = words[1] if words[0] == "--from" else source
            words = words[1:]
        words = words[1:]
    if words:
        name = words[0].partition("@")[0]
        home = os.path.expanduser(f"~/.cache/uv/tools/{name}")
        run(fill(home, [source or name]), [name, *words[1:]])


def main(words: list[str]) -> None:
    if os.path.basename(sys.argv[0]) == "uvx":
        return _tool(words)
    rest = list(words)
    flags = []
    while rest and rest[0].startswith("-") and rest[0] not in ("--version", "-V"):
        option = rest.pop(0)
        flags.append(option)
        if option in ("--directory", "--project"):
            os.chdir(rest.pop(0))
    command = rest[0] if rest else "help"
    if command in ("--version", "-V", "version"):
        print("uv 0.9.0")
    elif command == "sync":
        sync(_project(), rest[1:] + flags)
    elif command == "lock":
        place.write(f"{_project().folder}/uv.lock", "version = 1\n")
    elif command == "add":
        fill(_environment(_project()), [word for word in rest[1:] if not word.startswith("-")])
    elif command == "run":
        _run(flags + rest[1:])
    elif command == "pip" and len(rest) > 1:
        _pip(rest[1:])
    elif command == "venv":
        named = [
            word
            for index, word in enumerate(rest[1:])
            if not word.startswith("-") and rest[index] not in ("--python", "-p")
        ]
        venv.make(named[0] if named else ".venv", venv.image_python(), pip="--seed" in rest)
    elif command == "export":
        texts = "".join(f"{text}\n" for text in _project().requirements())
        out = next((rest[index + 1] for index, word in enumerate(rest) if word in ("-o", "--output-file")), None)
        print(texts, end="") if out is None else place.write(out, texts)
    elif rest[:2] == ["tool", "run"]:
        _tool(rest[2:])
    elif rest[:2] == ["tool", "install"]:
        name = next(word for word in rest[2:] if not word.startswith("-")).partition("@")[0]
        bin_folder = fill(os.path.expanduser(f"~/.local/share/uv/tools/{name}"), [name])
        tool = f"{bin_folder}/{name}"
        if os.path.exists(tool):
            place.link(tool, os.path.expanduser(f"~/.local/bin/{name}"))
    return None


if __name__ == "__main__":
    main(sys.argv[1:])
