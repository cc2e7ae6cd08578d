#!/opt/standin/bin/python3 -SE
"""poetry, pipenv and pdm: a project's requirements in the environment where each of them puts it."""

import base64
import hashlib
import os
import re
import sys
import venv

import pip
import place
from interpreter import site_packages, version
from pyproject import Project, pipfile

_CONFIG = os.path.expanduser("~/.config/pypoetry/config")


def _setting(name: str) -> str:
    variable = "POETRY_" + name.upper().replace(".", "_").replace("-", "_")
    stored = [place.read(file) for file in ("poetry.toml", _CONFIG)]
    for text in [f"{name} = {os.environ[variable]}" if variable in os.environ else "", *stored]:
        found = re.search(
            rf"^(?:{re.escape(name)}|{re.escape(name.partition('.')[2])})\s*=\s*\"?([^\"\n]*)", text, re.M
        )
        if found:
            return found[1].lower() if found[1].lower() in ("true", "false", "1", "0") else found[1]
    return ""


def _hashed(name: str, folder: str) -> str:
    digest = hashlib.sha256(folder.encode()).digest()
    return f"{name}-{base64.urlsafe_b64encode(digest).decode()[:8]}"


def _poetry_environment(folder: str) -> str | None:
    """The environment's folder; None is the interpreter's own packages."""
    active = os.environ.get("VIRTUAL_ENV")
    if active:
        return active
    if _setting("virtualenvs.create") in ("false", "0"):
        return None
    inside = _setting("virtualenvs.in-project")
    if inside in ("true", "1") or (inside not in ("false", "0") and os.path.isdir(f"{folder}/.venv")):
        return f"{folder}/.venv"
    cache = os.environ.get("POETRY_CACHE_DIR") or _setting("cache-dir") or os.path.expanduser("~/.cache/pypoetry")
    parent = _setting("virtualenvs.path").replace("{cache-dir}", cache) or f"{cache}/virtualenvs"
    name = (Project(folder).name or "project").lower()
    return f"{parent}/{_hashed(name, folder)}-py{version()}"


def _pipenv_environment(folder: str, system: bool) -> str | None:
    if system:
        return None
    if os.environ.get("VIRTUAL_ENV"):
        return os.environ["VIRTUAL_ENV"]
    if os.environ.get("PIPENV_VENV_IN_PROJECT", "") not in ("", "0") or os.path.isdir(f"{folder}/.venv"):
        return f"{folder}/.venv"
    home = os.environ.get("WORKON_HOME") or os.path.expanduser("~/.local/share/virtualenvs")
    return f"{home}/{_hashed(os.path.basename(folder), f'{folder}/Pipfile')}"


def fill(environment: str | None, names: list[str]) -> str:
    """Installs into an environment, made when missing, or the interpreter's packages; returns the bin folder."""
    image = venv.image_python()
    if environment is None:
        prefix = os.path.dirname(os.path.dirname(image))
        pip.lay(names, site_packages(prefix), f"{prefix}/bin", image)
        return f"{prefix}/bin"
    python = f"{environment}/bin/python"
    if not os.path.exists(python):
        python = venv.make(environment, image, pip=False)
    pip.lay(names, site_packages(environment), f"{environment}/bin", python)
    return f"{environment}/bin"


def own(project: Project, bin_folder: str) -> None:
    """The project itself, importable from its folder."""
    prefix = os.path.dirname(bin_folder)
    inner = f"{project.folder}/src" if os.path.isdir(f"{project.folder}/src") else project.folder
    name = pip.canonical(project.name or "project").replace("-", "_")
    place.write(f"{site_packages(prefix)}/{name}.pth", f"{inner}\n")
    for script, entry in project.scripts.items():
        place.write(f"{bin_folder}/{script}", pip._console(f"{bin_folder}/python", entry), executable=True)


def run(bin_folder: str, words: list[str]) -> None:
    """Becomes a command with an environment's programs first."""
    if not words:
        sys.exit(0)
    environment = dict(os.environ)
    environment["PATH"] = f"{bin_folder}:{environment.get('PATH', '')}"
    if os.path.exists(f"{os.path.dirname(bin_folder)}/pyvenv.cfg"):
        environment["VIRTUAL_ENV"] = os.path.dirname(bin_folder)
    try:
        os.execvpe(words[0], words, environment)
    except FileNotFoundError:
        place.fail(f"Command not found: {words[0]}", 1)


def _values(words: list[str], *names: str) -> set[str]:
    found: set[str] = set()
    for index, word in enumerate(words):
        head, sign, value = word.partition("=")
        if head in names:
            found |= set(re.split(r"[,\s]+", value if sign else "".join(words[index + 1 : index + 2])))
    return found


def poetry(words: list[str]) -> None:
    while words and words[0].startswith("-") and words[0] not in ("--version", "-V"):
        if words[0] in ("-C", "--directory", "-P", "--project"):
            os.chdir(words[1])
            words = words[1:]
        words = words[1:]
    command = words[0] if words else "list"
    if command in ("--version", "-V"):
        print("Poetry (version 2.1.0)")
    elif command == "config":
        named = [word for word in words[1:] if not word.startswith("-")]
        if len(named) == 2:
            path = "poetry.toml" if "--local" in words else _CONFIG
            place.write(path, place.read(path) + f"{named[0]} = {named[1]}\n")
    elif command in ("install", "sync", "add", "run", "env", "lock", "export"):
        folder = place.above("pyproject.toml")
        if folder is None:
            place.fail(f"\nPoetry could not find a pyproject.toml file in {os.getcwd()} or its parents")
        environment = _poetry_environment(folder)
        project = Project(folder)
        if command == "run":
            bin_folder = fill(environment, [])
            script = project.scripts.get(words[1] if len(words) > 1 else "")
            missing = script and not os.path.exists(f"{bin_folder}/{words[1]}")
            run(
                bin_folder,
                ["python", "-c", pip._console("", script or "").partition("\n")[2]] if missing else words[1:],
            )
        elif command == "add":
            fill(environment, [word for word in words[1:] if not word.startswith("-")])
        elif command in ("install", "sync"):
            without = _values(words, "--without", "--only") | ({"dev"} if "--no-dev" in words else set())
            main_only = "--only" in words or any(word.startswith("--only=") for word in words)
            every = not main_only and not without
            groups = set() if main_only or "dev" in without else {"dev"}
            bin_folder = fill(environment, project.requirements(_values(words, "-E", "--extras"), groups, every))
            if "--no-root" not in words and "--only" not in words and project.is_package:
                own(project, bin_folder)
        elif command == "env" and "info" in words:
            print(environment or os.path.dirname(os.path.dirname(venv.image_python())))
        elif command == "export":
            texts = "".join(f"{text}\n" for text in project.requirements())
            out = next((words[index + 1] for index, word in enumerate(words) if word in ("-o", "--output")), None)
            print(texts, end="") if out is None else place.write(out, texts)


def pipenv(words: list[str]) -> None:
    command = words[0] if words else "--help"
    if command not in ("install", "sync", "run", "requirements", "lock"):
        print("pipenv, version 2025.0.0")
        return
    folder = place.above("Pipfile")
    if folder is None and command != "install":
        place.fail("No Pipfile present at project home. Consider running `pipenv install` first")
    folder = folder or os.getcwd()
    if ("--deploy" in words or "--ignore-pipfile" in words or command == "sync") and not os.path.exists(
        f"{folder}/Pipfile.lock"
    ):
        place.fail("Pipfile.lock not found! You need to run $ pipenv lock before you can continue.")
    environment = _pipenv_environment(folder, "--system" in words)
    dev = "--dev" in words or "-d" in words
    if command == "run":
        run(fill(environment, []), words[1:])
    elif command == "requirements":
        print("\n".join(pipfile(folder, dev)))
    elif command != "lock":
        fill(environment, pipfile(folder, dev) + [word for word in words[1:] if not word.startswith("-")])


def pdm(words: list[str]) -> None:
    folder = place.above("pyproject.toml") or os.getcwd()
    environment = os.environ.get("VIRTUAL_ENV") or f"{folder}/.venv"
    project = Project(folder)
    if words[:1] == ["run"]:
        run(fill(environment, []), words[1:])
    elif words[:1] in (["install"], ["sync"]):
        production = bool({"--prod", "--production", "--no-dev"} & set(words))
        bin_folder = fill(environment, project.requirements(every=not production))
        if "--no-self" not in words and project.is_package:
            own(project, bin_folder)


if __name__ == "__main__":
    {"poetry": poetry, "pipenv": pipenv, "pdm": pdm}[os.path.basename(sys.argv[0])](sys.argv[1:])
