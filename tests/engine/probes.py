"""The language of proofs: a list of steps, each one question to a real engine and what its answer must be.

A step is a mapping with one verb (see _VERBS), its modifiers, and an expectation: `says` and `lacks` (texts of the
output), `fails` (a non-zero exit). Under `bad` and `fixed` stand those that hold only on that tree. `within` seconds
(default 15) it is asked again until it fits; `after` seconds it is asked once.
"""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from tests.engine.daemon import Engine, compose_program

Step = Mapping[str, Any]
_EXPECTED = ("says", "lacks", "fails", "within", "after")
_MODIFIERS = {"in", "image", "from", "text", "old", "new", "dir", "bad", "fixed", *_EXPECTED}
_DOING = ("build", "up", "edit", "recreate", "downup", "compose")  # the others ask, and may ask again
_PROBE = "/opt/standin/bin/probe"
_WITHIN = 15.0


class ProofError(Exception):
    """A step is not what this language knows; the message names it."""


@dataclass(frozen=True)
class Answer:
    output: str
    status: int = 0


@dataclass(frozen=True)
class Laid:
    """A project laid on disk for the engine. `name` is its compose project and the tag of a lone build."""

    engine: Engine
    folder: Path
    name: str
    environment: Mapping[str, str] = field(default_factory=dict)

    def compose(self, *words: str) -> Answer:
        exported = [f"{name}={value}" for name, value in self.environment.items()]
        done = self.engine.compose(self.folder, "-p", self.name, *words, exported=exported)
        return Answer(done.stdout, done.returncode)


def lay(engine: Engine, folder: Path, files: Mapping[str, str], environment: Mapping[str, str]) -> Laid:
    """Write a project's files, without what needs a registry: `# syntax=` lines and digests."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if _builds(place.name):
            text = re.sub(r"(?im)\A(\s*#\s*escape=.*\n)?\s*#\s*syntax\s*=.*\n", r"\1", text)
            text = re.sub(r"@sha256:[0-9a-f]{64}", "", text)
        place.write_text(text, encoding="utf-8")
        if text.startswith("#!"):
            place.chmod(0o755)
    name = re.sub("[^a-z0-9]", "0", folder.name.lower())  # no image's name ends in `_`
    return Laid(engine, folder, f"proof-{name}", dict(environment))


@contextmanager
def cleaned(laid: Laid) -> Iterator[Laid]:
    """Takes away what the project has started and built."""
    try:
        yield laid
    finally:
        engine = laid.engine
        if any(laid.folder.glob("*compose*")):
            laid.compose("--profile", "*", "down", "-v", "-t", "0", "--remove-orphans", "--rmi", "local")
        label = f"label=com.docker.compose.project={laid.name}"
        for kind, remove in (("container", ("rm", "-fv")), ("network", ("rm",)), ("volume", ("rm", "-f"))):
            every = ["-a"] if kind == "container" else []
            left = engine.docker(kind, "ls", *every, "-q", "--filter", label).stdout.split()
            if left:
                engine.docker(kind, *remove, *left)
        engine.docker("image", "rm", "-f", laid.name)


def run_proof(laid: Laid, proof: Sequence[Step], side: str) -> None:
    """Take every step on the `bad`, `fixed` or `good` tree. Raises AssertionError with step and output."""
    for number, step in enumerate(proof, 1):
        verb = check_step(step)
        expected = {key: step[key] for key in _EXPECTED if key in step} | dict(step.get(side) or {})
        answer = _asked(partial(_VERBS[verb], laid, step), expected, once=verb in _DOING)
        wrong = _wrong(answer, expected)
        assert not wrong, (
            f"step {number} {dict(step)!r} on the {side} tree {wrong}; it answered\n{answer.output[-3000:]}"
        )


def check_step(step: Step) -> str:
    """The verb of a step. Raises ProofError for what the language does not know."""
    unknown = set(step) - set(_VERBS) - _MODIFIERS
    verbs = [key for key in step if key in _VERBS]
    if unknown or len(verbs) != 1:
        raise ProofError(f"{dict(step)!r}: one of {', '.join(_VERBS)}; {sorted(unknown)} unknown")
    for side in ("bad", "fixed"):
        if set(step.get(side) or {}) - set(_EXPECTED):
            raise ProofError(f"{dict(step)!r}: {side} holds {', '.join(_EXPECTED)}")
    return verbs[0]


def is_asking(step: Step) -> bool:
    """Can this step tell right from wrong? What only does something cannot, unless its outcome is expected."""
    sides = [step, step.get("bad") or {}, step.get("fixed") or {}]
    expects = any(key in side for side in sides for key in ("says", "lacks", "fails"))
    return expects or check_step(step) not in _DOING


def _asked(ask: Callable[[], Answer], expected: Mapping[str, Any], once: bool) -> Answer:
    time.sleep(float(expected.get("after", 0)))
    if once or "after" in expected:
        return ask()
    end = time.monotonic() + float(expected.get("within", _WITHIN))
    while True:
        answer = ask()
        if not _wrong(answer, expected) or time.monotonic() > end:
            return answer
        time.sleep(0.3)


def _wrong(answer: Answer, expected: Mapping[str, Any]) -> str:
    if expected.get("fails", False) != (answer.status != 0):
        return "must fail" if expected.get("fails") else f"failed with status {answer.status}"
    for text in _texts(expected.get("says")):
        if text not in answer.output:
            return f"must say {text!r}"
    for text in _texts(expected.get("lacks")):
        if text in answer.output:
            return f"must not say {text!r}"
    return ""


def _texts(value: Any) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(str(text) for text in value)


def _services(value: Any) -> tuple[str, ...]:
    return () if value is True else (value,) if isinstance(value, str) else tuple(value)


def _answer(done: CompletedProcess[str]) -> Answer:
    return Answer(done.stdout, done.returncode)


def _build(laid: Laid, step: Step) -> Answer:
    if any(laid.folder.glob("*compose*")) and "dir" not in step:
        return laid.compose("build", *_services(step["build"]))
    return _answer(laid.engine.docker("build", "-t", laid.name, str(laid.folder / step.get("dir", "."))))


def _up(laid: Laid, step: Step) -> Answer:
    return laid.compose("up", "-d", "--build", "-t", "2", *_services(step["up"]))


def _run(laid: Laid, step: Step) -> Answer:
    if "image" not in step:
        return laid.compose("exec", "-T", step["in"], "sh", "-c", step["run"])
    image = _image(laid, step["image"])
    return _answer(laid.engine.docker("run", "--rm", "--network=none", "--entrypoint=sh", image, "-c", step["run"]))


def _inspect(laid: Laid, step: Step) -> Answer:
    """`docker inspect -f FORMAT` of a service's container or of an image."""
    named = _image(laid, step["image"]) if "image" in step else _container(laid, step["in"])
    return _answer(laid.engine.docker("inspect", "-f", step["inspect"], named))


def _history(laid: Laid, step: Step) -> Answer:
    """What made the layers of a service's image."""
    image = _image(laid, step["history"])
    return _answer(laid.engine.docker("history", "--no-trunc", "--format", "{{.CreatedBy}}", image))


def _container(laid: Laid, service: str) -> str:
    return (laid.compose("ps", "-a", "-q", service).output.split() or ["not there"])[0]


def _image(laid: Laid, service: str) -> str:
    import json

    if service == "built":
        return laid.name
    output = laid.compose("--profile", "*", "config", "--format", "json").output
    configured = json.loads(output[output.index("{\n") :])  # warnings stand before it
    return str(configured["services"][service].get("image") or f"{laid.name}-{service}")


def _ask(laid: Laid, step: Step) -> Answer:
    return _probe(laid, step, "ask", step["ask"])


def _connect(laid: Laid, step: Step) -> Answer:
    host, _, port = str(step["connect"]).rpartition(":")
    answer = _probe(laid, step, "connect", host, port)
    return Answer(answer.output)  # what it says tells more than its status


def _resolve(laid: Laid, step: Step) -> Answer:
    return _probe(laid, step, "resolve", step["resolve"])


def _probe(laid: Laid, step: Step, *words: str) -> Answer:
    where = step["from"]
    if where != "outside":
        return laid.compose("exec", "-T", where, _PROBE, *words)
    probe = Path(__file__).with_name("standins") / "probe"
    return _answer(laid.engine.outside("python3", str(probe), *words))


def _edit(laid: Laid, step: Step) -> Answer:
    place = laid.folder / step["edit"]
    if "text" in step:
        place.write_text(step["text"], encoding="utf-8")
        return Answer("")
    text = place.read_text(encoding="utf-8")
    if step["old"] not in text:
        raise ProofError(f"{step['edit']} has no {step['old']!r}")
    place.write_text(text.replace(step["old"], step["new"]), encoding="utf-8")
    return Answer("")


def _recreate(laid: Laid, _: Step) -> Answer:
    return laid.compose("up", "-d", "--force-recreate", "-t", "2")


def _downup(laid: Laid, _: Step) -> Answer:
    down = laid.compose("down", "-t", "1")
    return down if down.status else laid.compose("up", "-d")


def _exited(laid: Laid, step: Step) -> Answer:
    state, log = _state(laid, step["exited"])
    match = re.fullmatch(r"exited (\d+)", state)
    if match is None:
        return Answer(f"{state}\n{log}", 1)
    return Answer(f"status {match.group(1)}\n{log}")


def _running(laid: Laid, step: Step) -> Answer:
    state, log = _state(laid, step["running"])
    return Answer(f"{state}\n{log}", int(not state.startswith("running")))


def _state(laid: Laid, service: str) -> tuple[str, str]:
    name = _container(laid, service)
    shown = laid.engine.docker("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", name).stdout.strip()
    return shown, laid.engine.docker("logs", name).stdout


def _health(laid: Laid, step: Step) -> Answer:
    return _answer(laid.engine.docker("inspect", "-f", "{{.State.Health.Status}}", _container(laid, step["health"])))


def _host(laid: Laid, step: Step) -> Answer:
    """A command in the project's folder, with the image of a build without compose as $BUILT, and $COMPOSE."""
    names = f"BUILT={laid.name} COMPOSE='{compose_program()} -p {laid.name}'"
    said = f"cd {shlex.quote(str(laid.folder))} && {names} && {step['host']}"
    return _answer(laid.engine.outside("sh", "-c", said, timeout=180))


def _compose(laid: Laid, step: Step) -> Answer:
    return laid.compose(*shlex.split(step["compose"]))


def _builds(name: str) -> bool:
    return re.search(r"(?i)dockerfile|containerfile|\.ya?ml$", name) is not None


_VERBS: dict[str, Callable[[Laid, Step], Answer]] = {
    "build": _build,
    "up": _up,
    "run": _run,
    "inspect": _inspect,
    "history": _history,
    "ask": _ask,
    "connect": _connect,
    "resolve": _resolve,
    "edit": _edit,
    "recreate": _recreate,
    "downup": _downup,
    "exited": _exited,
    "running": _running,
    "health": _health,
    "host": _host,
    "compose": _compose,
}
