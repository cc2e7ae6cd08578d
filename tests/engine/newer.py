"""A current Docker Engine, for a machine whose own Debian has only an old one.

The engine's programs are taken out of the packages of Debian testing and laid into a folder, without installing them:
they need no newer C library than Debian 12 has. They run with the machine's own containerd and runc.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

PACKAGES = ("docker.io", "docker-buildx", "docker-cli")
_SUITE = "testing"
_KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class NotToBeHad(Exception):
    """Debian's newer packages cannot be fetched or unpacked here; the message says why in one line."""


def programs(folder: Path) -> Path:
    """`folder` with `sbin/dockerd`, `bin/docker` and `cli-plugins/docker-buildx` in it, fetched on the first call.

    Put `sbin` and `bin` first on the PATH; `folder` itself serves as DOCKER_CONFIG. Raises NotToBeHad.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _fetch(folder)
            (folder / "complete").touch()
    return folder


def _fetch(folder: Path) -> None:
    if shutil.which("apt-get") is None or not _KEYS.exists():
        raise NotToBeHad("not a Debian machine")
    apt = folder / "apt"
    for name in ("lists/partial", "cache/archives/partial", "packages", "unpacked"):
        (apt / name).mkdir(parents=True, exist_ok=True)
    (apt / "sources.list").write_text(f"deb [signed-by={_KEYS}] {_archive()} {_SUITE} main\n")
    settings = {
        "Dir::State::Lists": apt / "lists",
        "Dir::Cache": apt / "cache",
        "Dir::Etc::SourceList": apt / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
    }
    options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    _must(["apt-get", *options, "update", "-qq"], apt)
    _must(["apt-get", *options, "download", "-qq", *PACKAGES], apt / "packages")
    for package in sorted((apt / "packages").glob("*.deb")):
        _must(["dpkg-deb", "-x", str(package), str(apt / "unpacked")], apt)
    for found, place in (
        ("usr/sbin", "sbin"),
        ("usr/bin", "bin"),
        ("usr/libexec/docker/cli-plugins", "cli-plugins"),
    ):
        (apt / "unpacked" / found).rename(folder / place)
    shutil.rmtree(apt)


def _archive() -> str:
    """The address from which this machine gets Debian itself."""
    form = "$(ORIGIN)\t$(REPO_URI)"
    words = ["apt-get", "indextargets", "--format", form, "Created-By: Packages"]
    for line in subprocess.run(words, capture_output=True, text=True, check=False).stdout.splitlines():
        origin, _, address = line.partition("\t")
        if origin == "Debian" and "security" not in address:
            return address
    raise NotToBeHad("apt knows no Debian archive; run apt-get update once")


def _must(words: list[str], folder: Path) -> None:
    environment = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = done.stderr.strip().rpartition("\n")[2] or f"status {done.returncode}"
        raise NotToBeHad(f"{' '.join((words[0], words[-1]))}: {reason}")
