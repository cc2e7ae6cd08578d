"""What the engine makes of a project's services: created by compose, never started, then `docker inspect`.

RUN, COPY and ADD change nothing of an image's configuration, so images are built without them: what compose would hand
to the builder (`build --print`) is taken, each Dockerfile cut down to what configures, and the context left empty.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dockerlint.formats.instructions import parse_dockerfile
from dockerlint.model.compose.printed import canonical_json
from dockerlint.model.compose.reader import Compose
from dockerlint.model.compose.tree import at, text
from dockerlint.model.project import Project
from dockerlint.model.service import Service
from dockerlint.source.text import SourceFile
from tests.engine import images
from tests.engine.daemon import Engine
from tests.engine.locks import alone
from tests.engine.probes import Answer, Laid, cleaned
from tests.engine.ways import Way, complete, linted, modelled

_FILLING = ("RUN", "COPY", "ADD")
_BARE = f'FROM {images.BASE}\nCMD ["/bin/sh"]\n'
_LABEL = "com.docker.compose."


@dataclass(frozen=True)
class Inspected:
    """The engine's answer beside the model of the same files.

    `linted` is the model that knows nothing of the machine. `services` is what `docker inspect` says of each, `mounted`
    the mount table of each that was started. `refused` says why compose or the engine does not take the project ("": it
    does), `left_out` why a service cannot be made.
    """

    way: Way
    place: Path
    project: Project
    linted: Project
    services: Mapping[str, Mapping[str, Any]]
    refused: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)
    mounted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _LaidFiles(Laid):
    """A laid project that is started with `-f` and a shell environment of its own."""

    options: tuple[str, ...] = ()

    def compose(self, *words: str) -> Answer:
        exported = ["-i", *(f"{name}={value}" for name, value in self.environment.items())]
        done = self.engine.compose(self.folder, *self.options, "-p", self.name, *words, exported=exported)
        return Answer(done.stdout, done.returncode)


@contextmanager
def inspected(engine: Engine, way: Way, seen: set[str], start: bool = False) -> Iterator[Inspected]:
    """Lay a copy, complete it, build, create (and start), inspect; everything is gone afterwards.

    Services that `seen` holds in the same shape are left alone; what is made is added to it.
    """
    name = f"model-{os.getpid()}-{hashlib.sha256(way.title.encode()).hexdigest()[:10]}"
    place = engine.home / "work" / name
    shutil.copytree(way.root, place, symlinks=True)
    try:
        environment = complete(engine, way, place, name)
        project = modelled(way, place, name, environment)
        options = [word for path in way.files for word in ("-f", str(place / path))]
        options += [word for path in way.env_files for word in ("--env-file", str(place / path))]
        folder = Path(environment["PWD"])
        laid = _LaidFiles(engine, folder, name, environment, (*options, "--profile", "*"))
        yield _inspected(way, place, project, laid, seen, start)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _inspected(way: Way, place: Path, project: Project, laid: _LaidFiles, seen: set[str], start: bool) -> Inspected:
    assert project.compose is not None
    engine, lint = laid.engine, linted(way, place, laid.name)
    shapes = {name: shape.replace(laid.name, "") for name, shape in _shapes(project.compose).items()}
    left_out = {each.name: reason for each in project.services if (reason := _cannot_be_made(each))}
    wanted = [each for each in project.services if each.name not in left_out and shapes[each.name] not in seen]
    names = [each.name for each in wanted]
    if project.services and not wanted:
        return Inspected(way, place, project, lint, {}, left_out=left_out)
    _provide(engine, project)
    with alone(laid), _untagged(engine, wanted), _externals(engine, project.compose), cleaned(laid):
        refused = _built(laid, project, wanted) or _created(laid, [*names, *_leaned_on(project, wanted)])
        if refused:
            return Inspected(way, place, project, lint, {}, refused, left_out)
        shown = {name: one for name, one in _shown(engine, laid.name).items() if name in names}
        seen.update(shapes[name] for name in names)
        mounted = _mount_tables(engine, shown) if start else {}
        return Inspected(way, place, project, lint, shown, "", left_out, mounted)


def _shapes(compose: Compose) -> dict[str, str]:
    """By service: everything that decides its container, as one text."""
    whole = canonical_json(compose)
    names = {kind: {key: each.name for key, each in getattr(compose, kind).items()} for kind in ("networks", "volumes")}
    return {name: json.dumps([each, names], sort_keys=True) for name, each in whole["services"].items()}


def _cannot_be_made(service: Service) -> str:
    """Why neither this engine nor any other makes the container, "" where it does."""
    if any(mount.target is not None and not mount.target.startswith("/") for mount in service.mounts):
        return "a mount's target is no absolute path"
    platform = text(at(service.node, "platform")) or "linux/amd64"
    return "" if platform == "linux/amd64" else f"the stand-ins are not for {platform}"


def _leaned_on(project: Project, wanted: list[Service]) -> list[str]:
    """The services without which the wanted ones cannot be created: whose stack or volumes they take."""
    found: dict[str, None] = {}
    pending = list(wanted)
    while pending:
        service = pending.pop()
        mode = (service.network_mode.value if service.network_mode is not None else None) or ""
        names = [mode[8:]] if mode.startswith("service:") else []
        names += [(use.value or "").partition(":")[0] for use in service.volumes_from]
        for other in project.services:
            if other.name in names and other.name not in found:
                found[other.name] = None
                pending.append(other)
    return list(found)


def _provide(engine: Engine, project: Project) -> None:
    """Stand-ins for the images that the project names."""
    stages = [stage for dockerfile in project.dockerfiles for stage in dockerfile.stages]
    names = {stage.base for stage in stages if stage.base} - {"scratch"}
    names |= {each.image.value for each in project.services if each.image and each.image.value and not each.build}
    bare = sorted(name.partition("@")[0] for name in names)
    if bare and engine.docker("image", "inspect", "-f", "{{.Id}}", *bare).returncode:
        images.provide(engine, [name for name in bare if engine.docker("image", "inspect", name).returncode])


def _built(laid: _LaidFiles, project: Project, wanted: list[Service]) -> str:
    """Builds the configuration of every image; why that failed, "" where it did not."""
    named = {each.image.value for each in wanted if each.image is not None}
    needed = {each.name for each in wanted} | set(_leaned_on(project, wanted))
    names = [
        each.name
        for each in project.services
        if each.build and (each.name in needed or (each.image is not None and each.image.value in named))
    ]
    if not names:
        return ""
    shown = laid.compose("build", "--print", *names)
    if shown.status:
        return _last(shown.output)
    bake = _document(shown.output)
    targets: dict[str, Any] = bake.get("target") or {}
    empty = laid.engine.home / "work" / "empty"
    empty.mkdir(exist_ok=True)
    for target in targets.values():
        only = configuration_only(_dockerfile(target, laid.folder))
        target["dockerfile-inline"] = only.replace("${", "$${").replace("%{", "%%{")
        target["context"] = str(empty)
        target["contexts"] = {
            key: value if value.startswith(("target:", "docker-image:")) else str(empty)
            for key, value in (target.get("contexts") or {}).items()
        }
        for key in ("dockerfile", "secret", "ssh", "cache-from", "cache-to", "platforms", "output", "network"):
            target.pop(key, None)
    command = ("buildx", "bake", "--allow=fs=*", "--load", "-f", "-")
    done = laid.engine.docker(*command, stdin=json.dumps(bake).encode(), timeout=300)
    return _last(done.stdout) if done.returncode else ""


def _dockerfile(target: Mapping[str, Any], folder: Path) -> str:
    """The text to build; that of a file which is not there is a bare image, of which the model knows nothing either."""
    inline = target.get("dockerfile-inline")
    if inline:
        return str(inline)
    path = folder / target.get("context", ".") / target.get("dockerfile", "Dockerfile")
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else _BARE


def configuration_only(text: str) -> str:
    """A Dockerfile without the instructions that fill the image, without its frontend and without digests."""
    parsed = parse_dockerfile(SourceFile("Dockerfile", text))
    lines = [f"# escape={parsed.escape}"]
    for instruction in parsed.instructions:
        inner = instruction.inner if instruction.keyword == "ONBUILD" else None
        if instruction.keyword in _FILLING or (inner is not None and inner.keyword in _FILLING):
            continue
        head, _, digest = text[instruction.span.start : instruction.span.end].partition("@sha256:")
        lines.append(head + digest[64:])
    return "\n".join([*lines, ""])


@contextmanager
def _untagged(engine: Engine, services: list[Service]) -> Iterator[None]:
    """Takes away the images that are built under names of their own, which are no stand-ins."""
    try:
        yield
    finally:
        tags = [each.image.value for each in services if each.build and each.image and each.image.value]
        if tags:
            engine.docker("image", "rm", "-f", *tags)


@contextmanager
def _externals(engine: Engine, compose: Compose) -> Iterator[None]:
    """The networks and volumes that must be there before the project is."""
    made: list[tuple[str, str]] = []
    try:
        for kind, resources in (("network", compose.networks), ("volume", compose.volumes)):
            for resource in resources.values():
                if resource.external and resource.name and not engine.docker(kind, "create", resource.name).returncode:
                    made.append((kind, resource.name))
        yield
    finally:
        for kind, name in made:
            engine.docker(kind, "rm", name)


def _created(laid: _LaidFiles, names: list[str]) -> str:
    """Creates the containers; why that failed, "" where it did not."""
    done = laid.compose("up", "--no-start", "--no-deps", "--no-build", "--pull", "never", *names)
    return _last(done.output) if done.status else ""


def _shown(engine: Engine, name: str) -> dict[str, Mapping[str, Any]]:
    """`docker inspect` of the first container of each service."""
    ids = engine.docker("ps", "-aq", "--filter", f"label={_LABEL}project={name}").stdout.split()
    found: list[Mapping[str, Any]] = json.loads(engine.docker("inspect", *ids).stdout) if ids else []
    by_number = sorted(found, key=lambda one: -int(one["Config"]["Labels"][_LABEL + "container-number"]))
    return {one["Config"]["Labels"][_LABEL + "service"]: one for one in by_number}


def _mount_tables(engine: Engine, shown: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Starts the containers and reads /proc/1/mountinfo in each."""
    done = engine.docker("start", *(one["Id"] for one in shown.values()))
    assert done.returncode == 0, done.stdout
    tables = {}
    for name, one in shown.items():
        done = engine.docker("exec", one["Id"], "cat", "/proc/1/mountinfo")
        assert done.returncode == 0, done.stdout
        tables[name] = done.stdout
    return tables


def _document(output: str) -> dict[str, Any]:
    """The JSON document among the messages."""
    at = 0 if output.startswith("{") else output.find("\n{")
    document: dict[str, Any] = json.JSONDecoder().raw_decode(output[at:].lstrip())[0] if at >= 0 else {}
    return document


def _last(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip() and "level=warning" not in line]
    return " | ".join(lines[-2:])[-400:]
