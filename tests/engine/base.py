"""The base image of all stand-ins: `standin-root` (Debian with what PyPI and npm have, slow and seldom made anew) and
on it `standin-base` (the scripts of standins/, seconds).

Both carry the hash of their recipe as a label and are made only when that differs. It needs network, root and a few
gigabytes in the engine's home while it runs.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.engine import daemon

ROOT, BASE = "standin-root:latest", "standin-base:latest"
STANDINS = Path(__file__).with_name("standins")
_LABEL = "standin.recipe"
_PLACE = "opt/standin"
_FOLDERS = ("usr/bin", "usr/sbin", "usr/local/bin", "usr/games")
_SMALL = "".join(f"path-exclude=/usr/share/{name}/*\n" for name in ("doc", "man", "info", "locale", "lintian"))


class CannotBuild(Exception):
    """The base image cannot be made; the message is the last words of the command that failed."""


def make(engine: daemon.Engine) -> str:
    """The tag of the base image, which is made when it is missing or its recipe has changed. Raises CannotBuild."""
    recipe = yaml.safe_load((STANDINS / "base.yaml").read_text())
    root_hash = _hash(json.dumps(recipe["root"], sort_keys=True).encode(), _source_of_root())
    if _label(engine, ROOT) != root_hash:
        _make_root(engine, recipe["root"], root_hash)
    context = _scripts(engine, recipe, root_hash)
    base_hash = _hash(context)
    if _label(engine, BASE) != base_hash:
        dockerfile = f"FROM {ROOT}\nCOPY rootfs/ /\n".encode()
        with tarfile.open(fileobj=(packed := io.BytesIO()), mode="w") as archive:
            archive.addfile(_entry("Dockerfile", 0o644, len(dockerfile)), io.BytesIO(dockerfile))
            with tarfile.open(fileobj=io.BytesIO(context)) as tree:
                for member in tree:
                    archive.addfile(member, tree.extractfile(member) if member.isreg() else None)
        built = engine.docker(
            "build", "-q", "-t", BASE, "--label", f"{_LABEL}={base_hash}", "-", stdin=packed.getvalue()
        )
        if built.returncode:
            raise CannotBuild(built.stdout[-2000:])
    return BASE


def _source_of_root() -> bytes:
    """What of this file decides about the root image: all but the packing of the scripts."""
    return Path(__file__).read_text().partition("\n# The root image\n")[2].partition("\n# The scripts\n")[0].encode()


# The root image


def _make_root(engine: daemon.Engine, recipe: dict[str, Any], recipe_hash: str) -> None:
    root, place = engine.home / "rootfs", engine.home / "rootfs" / _PLACE
    shutil.rmtree(root, ignore_errors=True)
    node, python = engine.home / "npm", engine.home / "site-packages"
    for folder in (node, python):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    downloads = [_pip(recipe["pypi"], python), _npm(recipe["npm"], node)]
    _debian(root, recipe)
    for download in downloads:
        output, _ = download.communicate(timeout=600)
        if download.returncode:
            raise CannotBuild(output[-2000:])
    python.rename(place / "site-packages")
    (node / "node_modules").rename(place / "node_modules")
    _slim(root, recipe["waste"])
    compiled = ["-m", "compileall", "-q", "-j2", "--invalidation-mode", "unchecked-hash", f"/{_PLACE}/site-packages"]
    _run(["chroot", str(root), f"/{_PLACE}/bin/python3", *compiled])
    archive = engine.home / "rootfs.tar"
    _run(["tar", "-C", str(root), "--exclude=./proc/*", "-cf", str(archive), "."])
    done = engine.docker("import", "-c", f"LABEL {_LABEL}={recipe_hash}", str(archive), ROOT, timeout=600)
    archive.unlink()
    shutil.rmtree(root)
    shutil.rmtree(node)
    if done.returncode:
        raise CannotBuild(done.stdout[-2000:])


def _debian(root: Path, recipe: dict[str, Any]) -> None:
    """A Debian whose programs of the hidden set lie in /opt/standin/bin."""
    _run(["debootstrap", "--variant=minbase", recipe["release"], str(root), *_mirror()])
    before = {folder: set(os.listdir(root / folder)) for folder in _FOLDERS if (root / folder).is_dir()}
    (root / "etc/dpkg/dpkg.cfg.d/small").write_text("force-unsafe-io\n" + _SMALL)
    (root / "usr/share/man/man1").mkdir(parents=True, exist_ok=True)
    no_start = root / "usr/sbin/policy-rc.d"
    no_start.write_text("#!/bin/sh\nexit 101\n")
    no_start.chmod(0o755)
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    with _proc(root):
        _run(["chroot", str(root), "apt-get", "update", "-qq"], environment)
        install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *recipe["debian"]]
        _run(["chroot", str(root), *install], environment)
    no_start.unlink()
    place = root / _PLACE
    (place / "bin").mkdir(parents=True)
    (place / "lib").mkdir()
    (place / "lib/python3.11").symlink_to("/usr/lib/python3.11")
    kept = re.compile("|".join(recipe["kept"]))
    hidden = [
        root / folder / name
        for folder, names in before.items()
        for name in os.listdir(root / folder)
        if name in recipe["hidden"] or not (name in names or kept.fullmatch(name))
    ]
    _hide(root, hidden)


def _hide(root: Path, programs: Sequence[Path]) -> None:
    """Moves programs to /opt/standin/bin; links lead to the moved program, and scripts name the moved interpreter."""
    moved = {str(path.relative_to(root)) for path in programs}
    for path in programs:
        new = root / _PLACE / "bin" / path.name
        if path.is_symlink():
            target = _followed(root, path)
            path.unlink()
            if target in moved and Path(target).name == path.name:
                continue
            new.symlink_to(Path(target).name if target in moved else f"/{target}")
            continue
        path.rename(new)
        with new.open("rb") as file:
            first = file.readline(200)
        match = re.match(rb"#!\s*(?:/usr)?/bin/(?:env )?(bash|python3|ruby|node|php)[\d.]*", first)
        if match:
            new.write_bytes(b"#!/opt/standin/bin/" + match[1] + first[match.end() :] + new.read_bytes()[len(first) :])


def _followed(root: Path, path: Path) -> str:
    """Where a link of the tree leads in the end, relative to the tree."""
    for _ in range(20):
        if not path.is_symlink():
            break
        target = os.readlink(path)
        path = root / target.lstrip("/") if target.startswith("/") else Path(os.path.normpath(path.parent / target))
    return re.sub("^(bin|sbin|lib)/", r"usr/\1/", str(path.relative_to(root)))


def _pip(packages: Sequence[str], target: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "pip", "install", "-q", "--no-compile", "--target", str(target), *packages]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _npm(packages: Sequence[str], target: Path) -> subprocess.Popen[str]:
    flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps", "--no-package-lock"]
    words = ["npm", "install", *flags, "--prefix", str(target), *packages]
    return subprocess.Popen(words, cwd=target, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _slim(root: Path, waste: Sequence[str]) -> None:
    _run(["bash", "-O", "globstar", "-O", "nullglob", "-c", f"cd '{root}' && rm -rf -- {' '.join(waste)}"])


def _mirror() -> list[str]:
    """The mirror that this machine's apt uses for Debian."""
    sources = [*Path("/etc/apt/sources.list.d").glob("debian*.sources"), Path("/etc/apt/sources.list")]
    for source in sources:
        found = re.search(r"^(?:URIs:|deb(?: \[.*?\])?)\s+(\S+)", source.read_text() if source.exists() else "", re.M)
        if found:
            return [found[1]]
    return []


@contextmanager
def _proc(root: Path) -> Iterator[None]:
    _run(["mount", "-t", "proc", "proc", str(root / "proc")])
    try:
        yield
    finally:
        _run(["umount", "-l", str(root / "proc")])


# The scripts


def _scripts(engine: daemon.Engine, recipe: dict[str, Any], root_hash: str) -> bytes:
    """A tar archive of what lies on the root image: standins/ in /opt/standin, and the links to its programs."""
    with tarfile.open(fileobj=(packed := io.BytesIO()), mode="w") as archive:

        def put(path: str, content: bytes, mode: int = 0o644) -> None:
            archive.addfile(_entry(f"rootfs/{path}", mode, len(content)), io.BytesIO(content))

        put(f"{_PLACE}/base.json", json.dumps({**recipe["data"], "root": root_hash}, sort_keys=True).encode())
        put(f"{_PLACE}/program", _compiled(engine, STANDINS / "installers" / "program.c"), 0o755)
        for path in sorted(STANDINS.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                content = path.read_bytes()
                place = "bin/probe" if path == STANDINS / "probe" else path.relative_to(STANDINS)
                put(f"{_PLACE}/{place}", content, 0o755 if content.startswith(b"#!") else 0o644)
        commands = {
            f"{_PLACE}/bin/{name}": f"../installers/{script}"
            for script, names in recipe["commands"].items()
            for name in names
        }
        for link, target in {**recipe["links"], **commands}.items():
            entry = _entry(f"rootfs/{link}", 0o777, 0)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            archive.addfile(entry)
    return packed.getvalue()


def _compiled(engine: daemon.Engine, source: Path) -> bytes:
    if shutil.which("cc") is None:
        _run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", "gcc", "libc6-dev"])
    program = engine.home / source.stem
    _run(["cc", "-static", "-Os", "-s", "-o", str(program), str(source)])
    return program.read_bytes()


def _entry(name: str, mode: int, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.mode, entry.size = mode, size
    return entry


def _label(engine: daemon.Engine, tag: str) -> str:
    found = engine.docker("image", "inspect", "-f", f'{{{{index .Config.Labels "{_LABEL}"}}}}', tag)
    return "" if found.returncode else found.stdout.strip()


def _hash(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _run(words: Sequence[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise CannotBuild(f"{' '.join(words[:4])}: {done.stdout[-2000:]}")


if __name__ == "__main__":
    print(make(daemon.start()))
