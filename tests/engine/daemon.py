"""A Docker Engine of our own: in a network namespace that has no way out, with a data folder of its own.

Needs Linux, root and Debian's packages; the engine itself is a current one where Debian's newer packages can be had
(newer.py), else the machine's own. `nsenter` starts it rather than `ip netns exec`, because the latter hides the
control groups that the engine needs.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.engine import newer

PACKAGES = ("docker.io", "iptables", "iproute2", "debootstrap")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class CannotRun(Exception):
    """No engine can run on this machine; the message says why in one line."""


class Engine:
    """A running engine. Every call raises subprocess.TimeoutExpired when it takes longer than `timeout` seconds."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.namespace = f"{home.name}-net"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("COMPOSE_", "DOCKER_"))},
            "PATH": f"{home}/newer/sbin:{home}/newer/bin:{_PATH}",
            "DOCKER_CONFIG": f"{home}/newer",
            "DOCKER_HOST": f"unix://{home / 'docker.sock'}",
            "DOCKER_BUILDKIT": "1",
            "BUILDKIT_PROGRESS": "plain",
        }

    def docker(self, *words: str, stdin: bytes | None = None, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """The docker client; never raises for its exit status. Standard error is joined to standard output."""
        return _run(["docker", *words], self.environment, None, stdin, timeout)

    def compose(
        self, folder: Path, *words: str, exported: Sequence[str] = (), timeout: float = 180
    ) -> subprocess.CompletedProcess[str]:
        """`docker compose` in a folder, as if the shell exported NAME=value; never raises for its exit status."""
        return _run(["env", *exported, compose_program(), *words], self.environment, folder, None, timeout)

    def outside(self, *words: str, timeout: float = 30) -> subprocess.CompletedProcess[str]:
        """A command on the host as this engine sees it, for published ports; never raises for its exit status."""
        return _run([*self._enter(), *words], self.environment, None, None, timeout)

    def answers(self) -> bool:
        return self.docker("version", "-f", "{{.Server.Version}}", timeout=30).returncode == 0

    def version(self) -> str:
        """`20.10.24`: what the engine says of itself."""
        return self.docker("version", "-f", "{{.Server.Version}}").stdout.strip().partition("+")[0]

    def compose_version(self) -> str:
        return _run([compose_program(), "version", "--short"], self.environment, None, None, 30).stdout.strip()

    def _enter(self) -> list[str]:
        return ["nsenter", f"--net=/var/run/netns/{self.namespace}"]

    def _start(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "dockerd.pid").unlink(missing_ok=True)
        if not Path("/var/run/netns", self.namespace).exists():
            _must(["ip", "netns", "add", self.namespace])
        _must([*self._enter(), "ip", "link", "set", "lo", "up"])
        command = (
            f"mount --make-rprivate /; exec dockerd --data-root '{self.home}/data' --exec-root '{self.home}/exec'"
            f" -H 'unix://{self.home}/docker.sock' --pidfile '{self.home}/dockerd.pid' --log-level warn"
            " --bip 172.31.250.1/24 --default-address-pool base=172.31.0.0/17,size=27"
        )
        with (self.home / "dockerd.log").open("wb") as log:
            subprocess.Popen(
                [*self._enter(), "unshare", "-m", "bash", "-c", command],
                env=self.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        for _ in range(120):
            if self.answers():
                return
            time.sleep(0.5)
        raise CannotRun(f"the engine did not start: {_last_line(self.home / 'dockerd.log')}")


def start(home: Path | None = None) -> Engine:
    """The engine in `home` (default: below the temporary folder), started when it does not run.

    Raises CannotRun where no engine can run: no Linux, no root, no packages, no namespaces.
    """
    engine = Engine(home or default_home())
    if sys.platform != "linux":
        raise CannotRun("a Docker Engine needs Linux")
    if os.geteuid() != 0:
        raise CannotRun("a private Docker Engine needs root")
    _install()
    with contextlib.suppress(newer.NotToBeHad):
        newer.programs(engine.home / "newer")
    if not (engine.home / "docker.sock").exists() or not engine.answers():
        engine._start()
    return engine


def stop(engine: Engine, *, purge: bool = False) -> None:
    """Ends the engine with everything that runs in it; `purge` removes its images and volumes too."""
    pid_file = engine.home / "dockerd.pid"
    if pid_file.exists():
        running = engine.docker("ps", "-q").stdout.split()
        if running:
            engine.docker("rm", "-f", *running, timeout=300)
        pid = int(pid_file.read_text())
        for name in (signal.SIGTERM, signal.SIGKILL):
            if _ended(pid, name):
                break
    subprocess.run(["ip", "netns", "del", engine.namespace], stderr=subprocess.DEVNULL, check=False)
    if purge:
        shutil.rmtree(engine.home, ignore_errors=True)


def default_home() -> Path:
    return Path(os.environ.get("DOCKERLINT_ENGINE") or Path(tempfile.gettempdir(), "dockerlint-lab"))


def _install() -> None:
    missing = [name for name in PACKAGES if subprocess.run(["dpkg", "-s", name], capture_output=True).returncode]
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise CannotRun(f"{', '.join(missing)} cannot be installed: no apt-get here")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *missing]):
        done = subprocess.run(["apt-get", *words], env=environment, capture_output=True, text=True)
        if done.returncode:
            raise CannotRun(f"{', '.join(missing)} cannot be installed: {_end(done.stderr)}")


def _run(
    words: Sequence[str], environment: dict[str, str], folder: Path | None, stdin: bytes | None, timeout: float
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        words,
        env=environment,
        cwd=folder,
        input=b"" if stdin is None else stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=timeout,
        check=False,
    )
    return subprocess.CompletedProcess(words, done.returncode, done.stdout.decode("utf-8", "replace"))


def _must(words: list[str]) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotRun(f"{' '.join(words)}: {_end(done.stderr)}")


def _ended(pid: int, name: signal.Signals) -> bool:
    try:
        os.kill(pid, name)
        for _ in range(60):
            os.kill(pid, 0)
            time.sleep(0.25)
    except ProcessLookupError:
        return True
    return False


def compose_program() -> str:
    """The path of docker-compose, which came with the tests."""
    return str(Path(sys.executable).with_name("docker-compose"))


def _end(text: str) -> str:
    return text.strip().rpartition("\n")[2]


def _last_line(path: Path) -> str:
    return _end(path.read_text(errors="replace")) if path.exists() else "no log"
