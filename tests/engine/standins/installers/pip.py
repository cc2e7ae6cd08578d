#!/opt/standin/bin/python3 -SE
"""pip: links distributions of the store, with what they require, into the packages of an interpreter.

A distribution that the store lacks becomes an empty package, so that it can be imported.
"""

import os
import re
import sys

import place
from interpreter import site_packages

STORE = f"{place.STORE}/site-packages"
_ONE_VALUE = set(
    "-r --requirement -c --constraint -t --target --prefix --root -i --index-url --extra-index-url -f --find-links"
    " --trusted-host --timeout --retries --cache-dir -e --editable --proxy --platform --python-version --only-binary"
    " --no-binary --upgrade-strategy -d --dest -w --wheel-dir --python -p --src --progress-bar --log --group --index"
    " --default-index".split()
)
_MODULES = dict(
    pair.split("=")
    for pair in "beautifulsoup4=bs4 opencv-python=cv2 opencv-python-headless=cv2 pillow=PIL scikit-learn=sklearn"
    " python-jose=jose python-multipart=multipart pyjwt=jwt mysqlclient=MySQLdb gitpython=git protobuf=google.protobuf"
    " python-dateutil=dateutil django-cors-headers=corsheaders".split()
)


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def stored() -> dict[str, str]:
    """Canonical name → dist-info folder of every distribution in the store."""
    return {
        canonical(entry.rpartition(".dist-info")[0].partition("-")[0]): entry
        for entry in os.listdir(STORE)
        if entry.endswith(".dist-info")
    }


def requirement(text: str) -> tuple[str, set[str]] | None:
    """Name and extras of `fastapi[standard]>=0.1; marker`; None for a marker that does not hold here."""
    text, _, marker = text.partition(";")
    extras = re.findall(r"extra\s*==\s*['\"]([\w-]+)['\"]", marker)
    found = re.match(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?", text)
    if (
        found is None
        or extras
        or re.search(r"sys_platform\s*==\s*.(win|darwin)|platform_system\s*==\s*.Windows", marker)
    ):
        return None
    return canonical(found[1]), {canonical(extra.strip()) for extra in (found[2] or "").split(",") if extra.strip()}


def with_required(names: list[str]) -> list[str]:
    """Canonical names of the distributions and all that they require and the store has."""
    known, seen, todo = stored(), [], [requirement(name) for name in names]
    while todo:
        wanted = todo.pop()
        if wanted is None or wanted in seen:
            continue
        seen.append(wanted)
        name, extras = wanted
        if name not in known:
            continue
        metadata = place.read(f"{STORE}/{known[name]}/METADATA").partition("\n\n")[0]
        for line in re.findall(r"^Requires-Dist: (.*)$", metadata, re.M):
            extra = re.search(r"extra\s*==\s*['\"]([\w-]+)['\"]", line)
            if extra is None or canonical(extra[1]) in extras:
                marker = re.sub(r"(and\s+)?extra\s*==\s*['\"][\w-]+['\"]", "", line)
                needed = requirement(marker)
                if needed is not None and needed[0] in known:
                    todo.append(needed)
    return list(dict.fromkeys(name for name, _ in seen))


def lay(names: list[str], packages: str, programs: str | None, python: str) -> list[str]:
    """Puts distributions into `packages` and their console scripts into `programs`; returns all canonical names."""
    known = stored()
    os.makedirs(packages, exist_ok=True)
    laid = with_required(names)
    for name in laid:
        if name in known:
            _link(known[name], packages)
            for script, entry in _scripts(known[name]) if programs else ():
                place.write(f"{programs}/{script}", _console(python, entry), executable=True)
        else:
            _empty(name, packages)
            if programs and not os.path.lexists(f"{programs}/{name}"):
                tool = place.program(name)
                if tool is not None:
                    place.link(tool, f"{programs}/{name}")
    return laid


def _link(info: str, packages: str) -> None:
    tops = {line.partition(",")[0].partition("/")[0] for line in place.read(f"{STORE}/{info}/RECORD").splitlines()}
    for top in sorted(tops - {"..", "__pycache__", "bin", ""}):
        if os.path.exists(f"{STORE}/{top}"):
            _merge(f"{STORE}/{top}", f"{packages}/{top}")


def _merge(source: str, target: str) -> None:
    """Links source at target; a folder that others fill too (a namespace) becomes one of links."""
    if os.path.isdir(target) and not os.path.islink(target):
        for name in os.listdir(source):
            if not os.path.lexists(f"{target}/{name}"):
                place.link(f"{source}/{name}", f"{target}/{name}")
    else:
        place.link(source, target)


def _scripts(info: str) -> list[tuple[str, str]]:
    section = re.search(
        r"^\[console_scripts\]\n(.*?)(?=^\[|\Z)", place.read(f"{STORE}/{info}/entry_points.txt"), re.M | re.S
    )
    found = re.findall(r"^([\w.-]+)\s*=\s*([\w.:]+)", section[1], re.M) if section else []
    return [(name, entry) for name, entry in found if ":" in entry]


def _console(python: str, entry: str) -> str:
    module, _, function = entry.partition(":")
    first = function.partition(".")[0]
    start = f"#!{python}\nimport sys\nfrom {module} import {first}\n"
    return f"{start}if __name__ == '__main__':\n    sys.exit({function}())\n"


def _empty(name: str, packages: str) -> None:
    module = _MODULES.get(name, name).replace("-", "_").replace(".", "/")
    if not os.path.exists(f"{packages}/{module}"):
        place.write(f"{packages}/{module}/__init__.py", "")
    place.write(
        f"{packages}/{name.replace('-', '_')}-0.dist-info/METADATA",
        f"Metadata-Version: 2.1\nName: {name}\nVersion: 0\n",
    )


def of_file(path: str) -> list[str]:
    """What a requirements file and those that it names require; exits like pip when it is not there."""
    if not os.path.isfile(path):
        place.fail(f"ERROR: Could not open requirements file: [Errno 2] No such file or directory: '{path}'")
    found = []
    for line in place.read(path).replace("\\\n", " ").splitlines():
        line = re.sub(r"(^|\s)#.*", "", line).strip()
        named = re.match(r"(?:-r|--requirement)[\s=]+(\S+)", line)
        editable = re.match(r"(?:-e|--editable)[\s=]+(\S+)", line)
        if named:
            found += of_file(os.path.join(os.path.dirname(path), named[1]))
        elif editable or line.startswith((".", "/")):
            found.append(editable[1] if editable else line)
        elif line and not line.startswith("-"):
            found.append(re.sub(r"\s--hash.*", "", line))
    return found


def of_project(folder: str, extras: set[str]) -> tuple[str | None, list[str], dict[str, str]]:
    """Name, requirements and console scripts of a project's pyproject.toml or setup.py."""
    from pyproject import Project

    project = Project(folder)
    return project.name, project.requirements(extras), project.scripts


def install(words: list[str], prefix: str, python: str) -> None:
    named, options, flags = _read(words)
    for file in options.get("-r", []) + options.get("--requirement", []):
        named += of_file(file)
    editable = options.get("-e", []) + options.get("--editable", [])
    target = (options.get("-t", []) + options.get("--target", []))[-1:]
    moved = (options.get("--prefix", []) + options.get("--root", []))[-1:]
    if target:
        packages, programs = target[0], f"{target[0]}/bin"
    elif flags & {"--user"} or not os.access(prefix, os.W_OK):
        prefix = os.path.expanduser("~/.local")
        packages, programs = site_packages(prefix), f"{prefix}/bin"
    else:
        prefix = moved[0] if "--prefix" in options else moved[0] + prefix if moved else prefix
        packages, programs = site_packages(prefix), f"{prefix}/bin"
        programs = "/usr/local/bin" if prefix == "/usr" else programs
    wanted, local = [], []
    for text in named + [f"-e {path}" for path in editable]:
        path = re.sub(r"^-e |\[[^\]]*\]$", "", text)
        if text.startswith("-e ") or path.startswith((".", "/")) or (os.sep in path and os.path.isdir(path)):
            if not re.match(r"(git|https?)\+|.*\.whl$", path):
                local.append(
                    (os.path.abspath(path), text.startswith("-e "), set(re.findall(r"[\w-]+", text[len(path) :])))
                )
        elif text.endswith(".whl") or "://" in text:
            wanted.append(re.split(r"#egg=|/", text)[-1].partition("-")[0])
        else:
            wanted.append(text)
    for path, stays, extras in local:
        _local(path, stays, extras, packages, programs, python, wanted)
    laid = lay(wanted, packages, programs, python)
    if "-q" not in flags and "--quiet" not in flags:
        print("Successfully installed " + " ".join(laid))


def _local(
    path: str, stays: bool, extras: set[str], packages: str, programs: str, python: str, wanted: list[str]
) -> None:
    if not any(os.path.exists(f"{path}/{name}") for name in ("pyproject.toml", "setup.py", "setup.cfg")):
        place.fail(f"ERROR: Directory '{path}' is not installable. Neither 'setup.py' nor 'pyproject.toml' found.")
    name, needed, scripts = of_project(path, extras)
    wanted += needed
    inner = f"{path}/src" if os.path.isdir(f"{path}/src") else path
    os.makedirs(packages, exist_ok=True)
    if stays:
        place.write(f"{packages}/__editable__.{name or 'project'}.pth", f"{inner}\n")
    else:
        import shutil

        for entry in sorted(os.listdir(inner)):
            if os.path.isfile(f"{inner}/{entry}/__init__.py") and entry not in ("tests", "test"):
                shutil.copytree(f"{inner}/{entry}", f"{packages}/{entry}", dirs_exist_ok=True)
            elif inner == path and entry == f"{(name or '').replace('-', '_')}.py":
                shutil.copy(f"{inner}/{entry}", packages)
    for script, entry in scripts.items():
        place.write(f"{programs}/{script}", _console(python, entry), executable=True)


def _read(words: list[str]) -> tuple[list[str], dict[str, list[str]], set[str]]:
    """Words that are no options, options with their values, and flags."""
    named: list[str] = []
    options: dict[str, list[str]] = {}
    flags: set[str] = set()
    rest = iter(words)
    for word in rest:
        head, sign, value = word.partition("=")
        if word.startswith("-") and sign and head in _ONE_VALUE:
            options.setdefault(head, []).append(value)
        elif word in _ONE_VALUE:
            options.setdefault(word, []).append(next(rest, ""))
        elif re.match(r"-r\S+$", word):
            options.setdefault("-r", []).append(word[2:])
        elif word.startswith("-") and word != "-":
            flags.add(word)
        else:
            named.append(word)
    return named, options, flags


def main(words: list[str]) -> None:
    folder = os.path.dirname(os.path.abspath(sys.argv[0]))
    prefix = os.environ.pop("STANDIN_PREFIX", "") or os.path.dirname(folder)
    if prefix == place.STORE:
        prefix = "/usr/local" if os.path.lexists("/usr/local/bin/python") else "/usr"
    names = ("python", "python3") if prefix != "/usr" else ("python3",)
    python = next(
        (f"{prefix}/bin/{name}" for name in names if os.path.lexists(f"{prefix}/bin/{name}")),
        f"{place.STORE}/bin/python3",
    )
    while words and words[0].startswith("-") and words[0] not in ("-V", "--version"):
        words = words[2:] if words[0] in _ONE_VALUE else words[1:]
    command = words[0] if words else "help"
    if command == "install":
        install(words[1:], prefix, python)
    elif command in ("-V", "--version"):
        print(f"pip 25.0 from {site_packages(prefix)}/pip")
    elif command in ("list", "freeze"):
        infos = sorted(name for name in os.listdir(site_packages(prefix)) if name.endswith(".dist-info"))
        print("\n".join("==".join(name.removesuffix(".dist-info").split("-", 1)) for name in infos))
    elif command in ("wheel", "download"):
        named, options, _ = _read(words[1:])
        for file in options.get("-r", []) + options.get("--requirement", []):
            named += of_file(file)
        out = (
            options.get("-w", [])
            + options.get("--wheel-dir", [])
            + options.get("-d", [])
            + options.get("--dest", [])
            + ["."]
        )[0]
        for name in with_required([name for name in named if not name.startswith(".")]):
            place.write(f"{out}/{name.replace('-', '_')}-0-py3-none-any.whl", "")


if __name__ == "__main__":
    main(sys.argv[1:])
