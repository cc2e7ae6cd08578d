"""Stand-ins for the images that projects name: the base image with the configuration that `rules/facts/` claims.

Each is the base and one small layer: links to the programs that the image is known to bring, the users that it knows,
and /opt/standin/image.json, from which the generic server learns what it stands for. All are loaded in one go as an
archive of image configurations (https://github.com/moby/docker-image-spec).
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from dockerlint.model.image.facts import ImageFacts, image_facts
from dockerlint.model.image.reference import parse_image
from dockerlint.rulebook import shelf
from tests.engine.daemon import Engine

BASE = "standin-base:latest"
_LABEL = "dockerlint.standin"
_SERVE = "/opt/standin/servers/serve"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_SHELLS = ("sh", "bash")
_STANDINS = Path(__file__).with_name("standins")
_TABLE: Mapping[str, Any] = yaml.safe_load((_STANDINS / "images.yaml").read_text())


def provide(engine: Engine, references: Iterable[str]) -> list[str]:
    """Make a stand-in for each reference (`postgres:16`) that the engine has none of; returns what was made."""
    wanted = set(references)
    if not wanted:
        return []
    base = _base(engine)
    labels = _labels(engine, wanted)
    facts = shelf.facts()
    archive, configs, layers, made = io.BytesIO(), [], set(), []
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for text in sorted(wanted):
            reference = parse_image(text)
            if reference is None or reference.digest is not None:
                continue
            known = image_facts(reference, facts)
            row = _row(known, reference.repository, facts)
            layer = _layer(text, known, row, base["users"])
            digest = hashlib.sha256(layer).hexdigest()
            config = _config(known, base, digest)
            name = f"{reference.text}:latest" if reference.tag is None else reference.text
            recipe = hashlib.sha256(json.dumps([config, base["layers"]], sort_keys=True).encode()).hexdigest()
            if labels.get(name) == recipe:
                continue
            config["config"]["Labels"] = {_LABEL: recipe}
            data = json.dumps(config).encode()
            file = f"{hashlib.sha256(data).hexdigest()}.json"
            _add(tar, file, data)
            if digest not in layers:
                layers.add(digest)
                _add(tar, f"{digest}.tar", layer)
            configs.append({"Config": file, "RepoTags": [name], "Layers": [*base["layers"], f"{digest}.tar"]})
            made.append(name)
        _add(tar, "manifest.json", json.dumps(configs).encode())
    if made:
        done = engine.docker("load", "-q", stdin=archive.getvalue(), timeout=300)
        if done.returncode:
            raise RuntimeError(f"stand-ins cannot be loaded: {done.stdout[-400:]}")
    return made


def _base(engine: Engine) -> dict[str, Any]:
    """Layers of the base (their files need not be in the archive: the engine has them) and the users that it knows."""
    shown = engine.docker("image", "inspect", BASE)
    if shown.returncode:
        raise RuntimeError(f"no {BASE}: python -m tests.engine.base makes it")
    layers = json.loads(shown.stdout)[0]["RootFS"]["Layers"]
    return {"layers": layers, "users": _users(engine, layers[-1])}


@lru_cache
def _users(engine: Engine, _layer: str) -> dict[str, str]:
    files = ("/etc/passwd", "/etc/group")
    return {
        path: engine.docker("run", "--rm", "--network=none", "--entrypoint=cat", BASE, path).stdout for path in files
    }


def _labels(engine: Engine, references: Iterable[str]) -> dict[str, str]:
    """Tag → recipe of those of these stand-ins that are there."""
    shown = engine.docker("image", "inspect", *sorted(references)).stdout
    images, _ = json.JSONDecoder().raw_decode(shown)  # those that are missing are told behind the document
    recipes = [((image["Config"].get("Labels") or {}).get(_LABEL, ""), image["RepoTags"] or ()) for image in images]
    return {tag: recipe for recipe, tags in recipes for tag in tags}


def _row(known: ImageFacts | None, repository: str, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """What standins/images.yaml says of an image: by its row's name, its kin's, or its own."""
    rows: Mapping[str, Mapping[str, Any]] = _TABLE["rows"]
    if known is None:
        return rows.get(repository.rpartition("/")[2], {})
    if known.name in rows:
        return rows[known.name]
    kin = next((row.get("like") for row in facts["images"]["images"] if known.name in row["names"]), None)
    return rows.get(kin or "", {})


def _config(known: ImageFacts | None, base: Mapping[str, Any], digest: str) -> dict[str, Any]:
    environment = {"PATH": _PATH, **(known.environment or {} if known else {})}
    entrypoint = list(known.entrypoint or ()) if known else []
    command = list(known.command or ()) if known else []
    inner: dict[str, Any] = {
        "Env": [f"{name}={value}" for name, value in environment.items()],
        "Entrypoint": entrypoint or None,
        "Cmd": command or (None if entrypoint else [_SERVE]),
        "WorkingDir": (known.workdir if known else None) or "",
        "User": (known.user if known else None) or "",
        "Volumes": {path: {} for path in (known.volumes or () if known else ())} or None,
        "ExposedPorts": {f"{port}/tcp": {} for port in (known.ports or () if known else ())} or None,
    }
    return {
        "architecture": "amd64",
        "os": "linux",
        "created": "2020-01-01T00:00:00Z",
        "config": inner,
        "rootfs": {"type": "layers", "diff_ids": [*base["layers"], f"sha256:{digest}"]},
        "history": [{"created": "2020-01-01T00:00:00Z"} for _ in range(len(base["layers"]) + 1)],
    }


def _layer(text: str, known: ImageFacts | None, row: Mapping[str, Any], users: Mapping[str, str]) -> bytes:
    """The small layer of a stand-in, the same bytes for the same image."""
    links = {}
    for program in _programs(known, row):
        folder = "/usr/bin" if program == "bash" else "/usr/local/bin"  # /bin itself is a link
        links[f"{folder}/{program}"] = f"/opt/standin/bin/{program}"
    server = f"/opt/standin/servers/{row.get('server', 'exec' if 'sets' in row else 'serve')}"
    for program in _started(known):
        path = program if program.startswith("/") else f"/usr/local/bin/{program}"
        path = f"/usr{path}" if path.startswith("/bin/") else path
        if program.rpartition("/")[2] not in _SHELLS:
            links.setdefault(path, server)
    links |= {f"/usr/local/bin/{name}": server for name in row.get("scripts", ())}
    for name in known.clients if known else ():
        if "/" not in name and name not in _SHELLS:
            links.setdefault(f"/usr/local/bin/{name}", "/opt/standin/servers/client")
    links |= {path: f"/opt/standin/bin/{program}" for path, program in row.get("links", {}).items()}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for path in _folders(known):
            made = tarfile.TarInfo(path.lstrip("/"))
            made.type, made.mode = tarfile.DIRTYPE, 0o777
            tar.addfile(made)
        for path, name in row.get("files", {}).items():
            _add(tar, path.lstrip("/"), (_STANDINS / "files" / name).read_bytes())
        for path, target in sorted(links.items()):
            link = tarfile.TarInfo(path.lstrip("/"))
            link.type, link.linkname = tarfile.SYMTYPE, target
            tar.addfile(link)
        _add(tar, "opt/standin/image.json", json.dumps(_described(text, known), sort_keys=True).encode())
        for path, data in _with_users(known, row, users).items():
            _add(tar, path.lstrip("/"), data.encode())
    return buffer.getvalue()


def _folders(known: ImageFacts | None) -> list[str]:
    """The folders that the image makes for its data: whoever it runs as may write there."""
    if known is None:
        return []
    data = known.data_folders or ()
    inner = {path for folder in data for path in folder.inner if path.startswith(f"{folder.path}/")}
    return sorted({folder.path for folder in data} | set(known.volumes or ()) | inner)


def _started(known: ImageFacts | None) -> list[str]:
    """The programs that start the server; the last word of an entry point like `tini -- /entrypoint.sh` is one."""
    if known is None:
        return []
    entrypoint, command = known.entrypoint or (), known.command or ()
    ends = [word for word in (*entrypoint[:1], *entrypoint[-1:], *command[:1]) if not word.startswith("-")]
    return [*ends, *known.servers]


def _programs(known: ImageFacts | None, row: Mapping[str, Any]) -> set[str]:
    sets = _TABLE["sets"]
    found = {program for name in row.get("sets", ()) for program in sets[name]} | set(row.get("programs", ()))
    if known is not None:
        found |= set(known.tools or ())
        found |= set(sets.get(known.package_manager or "", ()))
    return found


def _described(text: str, known: ImageFacts | None) -> dict[str, Any]:
    """What the generic server reads: the row, resolved for the tag."""
    if known is None:
        return {"reference": text, "row": None}
    auth = known.authentication
    return {
        "reference": text,
        "row": known.name,
        "kind": known.kind,
        "version": list(known.version or ()),
        "ports": list(known.ports or ()),
        "port_env": list(known.port_environment),
        "port_options": list(known.port_options),
        "data": [{"path": folder.path, "inner": list(folder.inner)} for folder in known.data_folders or ()],
        "moved_by": {
            "env": list(known.moved_by_environment),
            "options": list(known.moved_by_options),
            "config": list(known.configured_by_options),
        },
        "unpersisted": [list(run) for run in known.unpersisted_commands],
        "required_env": [list(group) for group in known.required_environment],
        "refused_env": list(known.refused_environment),
        "joint_env": [list(group) for group in known.joint_environment],
        "warns_only": known.warns_only,
        "refused_mounts": list(known.refused_mounts),
        "auth": None if auth is None else {name: getattr(auth, name) for name in auth.__annotations__},
        "environment": dict(known.environment or {}),
        "entrypoint": list(known.entrypoint or ()),
        "cmd": list(known.command or ()),
        "servers": list(known.servers),
    }


def _with_users(known: ImageFacts | None, row: Mapping[str, Any], users: Mapping[str, str]) -> dict[str, str]:
    """/etc/passwd and /etc/group with the users that the image brings, where the base lacks them."""
    passwd, group = users["/etc/passwd"], users["/etc/group"]
    names = dict(row.get("users", {}))
    if known is not None and known.user and not known.user[0].isdigit():
        names.setdefault(known.user.partition(":")[0], 1000)
    for name, number in names.items():
        if f"\n{name}:" not in f"\n{passwd}":
            passwd += f"{name}:x:{number}:{number}::/home/{name}:/bin/sh\n"
            group += f"{name}:x:{number}:\n"
    return {"/etc/passwd": passwd, "/etc/group": group}


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), 0o644
    tar.addfile(entry, io.BytesIO(data))
