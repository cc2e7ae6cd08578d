"""One field of a container at a time: what the model says beside what `docker inspect` says.

Images that nobody can have offline are stand-ins that carry what `rules/facts/` claims: for them the engine judges how
our claim is merged with the Dockerfile and compose, not the claim itself. Where not even a claim exists, a field that
neither Dockerfile nor compose decides is UNDECIDED: the engine could not know it either.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Map
from dataclasses import replace
from typing import Any

from dockerlint.formats.interpolation import UNKNOWN as HOLE
from dockerlint.formats.yamlnodes import Mapping, Node, Scalar, Sequence
from dockerlint.model.network.names import namespace_of
from dockerlint.model.paths import is_within
from dockerlint.model.project import Project
from dockerlint.model.running.container import (
    Health,
    aliases_of,
    every_mount_of,
    health_of,
    restart_of,
    start_words_of,
    user_of,
)
from dockerlint.model.running.mounts import winning_mount
from dockerlint.model.service import Mount, Service
from dockerlint.model.value import Unknown
from tests.engine.inspected import Inspected

UNDECIDED = "undecided"
UNKNOWN = "(unknown)"
_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_UNITS = {"h": 3600 * 10**9, "m": 60 * 10**9, "s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}

Shown = Map[str, Any]
Pair = tuple[Any, Any]


def compare(found: Inspected, name: str) -> dict[str, Pair]:
    """By field: what the model says and what the engine says, in one form; UNDECIDED or UNKNOWN for the model."""
    service = _service(found.project, name)
    return {field: ask(found, service, found.services[name]) for field, ask in FIELDS.items()}


def compare_linted(found: Inspected, name: str) -> dict[str, Pair]:
    """The same for the model that a lint has: what it does not know is UNDECIDED, what it takes for known is compared.

    A part is not known where a variable in it has no value in the project, or where it depends on the home folder.
    """
    service = next((each for each in found.linted.services if each.name == name), None)
    if service is None:
        return {}
    without = replace(found, project=found.linted)
    pairs: dict[str, Pair] = {}
    for field, ask in FIELDS.items():
        said, has = ask(without, service, found.services[name])
        if field == "environment":
            said = {key: value for key, value in said.items() if value is not None}
            has = {key: value for key, value in has.items() if key in said}
        elif UNKNOWN in str(said) or any(HOLE in _written(service, key) for key in _KEYS[field]):
            said = UNDECIDED
        pairs[field] = said, has
    return pairs


def _written(service: Service, key: str) -> str:
    value = service.node.get(key)
    return "" if value is None else "".join(_texts(value))


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield node.text
    children = [entry.value for entry in node.entries.values()] if isinstance(node, Mapping) else []
    for child in (*children, *(node.items if isinstance(node, Sequence) else ())):
        yield from _texts(child)


def _service(project: Project, name: str) -> Service:
    return next(service for service in project.services if service.name == name)


def _entry(found: Inspected, service: Service, shown: Shown) -> Pair:
    words = start_words_of(found.project, service).entrypoint
    said: Any = UNDECIDED if words is None else list(words)
    return said, list(shown["Config"]["Entrypoint"] or ())


def _command(found: Inspected, service: Service, shown: Shown) -> Pair:
    words = start_words_of(found.project, service).command
    said: Any = UNDECIDED if words is None else list(words)
    return said, list(shown["Config"]["Cmd"] or ())


def _environment(found: Inspected, service: Service, shown: Shown) -> Pair:
    stage = found.project.stage_of(service)
    base = found.project.base_of(service)
    settings = found.project.environment_of(service).settings
    # A name without "=" takes the variable away: what compose passes on and this machine does not have.
    entries = [entry.partition("=") for entry in shown["Config"]["Env"] or ()]
    has: dict[str, str | None] = {name: value if equals else None for name, equals, value in entries}
    said: dict[str, str | None] = {name: setting.value for name, setting in settings.items()}
    for name, value in list(said.items()):
        written = stage.environment.get(name) if stage is not None else None
        from_base = isinstance(written, Unknown) and "from the base image" in written.reason
        if value is None and from_base and settings[name].origin == "image" and not _claimed(base, written):
            said[name] = has.get(name)  # it holds a variable of an image of which nobody claims anything
    if "PATH" not in said and f"PATH={has.get('PATH')}" == _PATH:
        del has["PATH"]  # the stand-in's own
    return said, has


def _claimed(base: Any, written: Any) -> bool:
    name = written.reason.partition(" ")[0]
    return base is not None and name in (base.environment or {})


def _workdir(found: Inspected, service: Service, shown: Shown) -> Pair:
    project = found.project
    stage, base = project.stage_of(service), project.base_of(service)
    given = service.working_dir.value if service.working_dir is not None else ""
    decided = bool(given) or (stage is not None and (stage.workdir or "").startswith("/"))
    if not decided and (base is None or base.workdir is None):
        said: Any = UNDECIDED
    else:
        said = project.workdir_of(service) or UNKNOWN
    return said, posixpath.normpath(shown["Config"]["WorkingDir"] or "/")


def _user(found: Inspected, service: Service, shown: Shown) -> Pair:
    said = user_of(found.project, service)
    stage, base = found.project.stage_of(service), found.project.base_of(service)
    own = service.user is not None or (stage is not None and stage.user != "")
    if said is None:
        said = UNDECIDED if not own and (base is None or base.user is None) else UNKNOWN
    return said, shown["Config"]["User"] or "root"


def _mounts(found: Inspected, service: Service, shown: Shown) -> Pair:
    said = [_line(mount, _source(found, mount)) for mount in every_mount_of(found.project, service)]
    has = [f"{posixpath.normpath(path)} tmpfs rw" for path in shown["HostConfig"].get("Tmpfs") or ()]
    for each in shown["Mounts"]:
        source = {"volume": _volume(each.get("Name") or ""), "tmpfs": ""}.get(each["Type"], each.get("Source"))
        # Docker takes a relative VOLUME of an image from the root.
        words = (posixpath.join("/", each["Destination"]), each["Type"], source, "rw" if each["RW"] else "ro")
        has.append(" ".join(filter(None, words)))
    return sorted(said), sorted(has)


def _line(mount: Mount, source: str) -> str:
    words = (mount.target or UNKNOWN, mount.kind, source, "ro" if mount.read_only else "rw")
    return " ".join(filter(None, words))


def _source(found: Inspected, mount: Mount) -> str:
    """What is mounted, as the engine of this machine says it: a path of the host, or the real name of a volume."""
    compose = found.project.compose
    if not mount.source_known:
        return UNKNOWN
    if mount.kind == "bind":
        inside, outside = mount.host_path_in_tree, mount.source or ""
        if inside is None and not outside.startswith("/"):
            return UNKNOWN
        return posixpath.normpath(outside if inside is None else f"{found.place}/{inside}")
    if mount.kind == "volume" and mount.source is not None and compose is not None:
        return compose.volumes[mount.source].name or UNKNOWN
    return "anonymous" if mount.kind == "volume" else ""


def _volume(name: str) -> str:
    return "anonymous" if len(name) == 64 and set(name) <= set("0123456789abcdef") else name


def winners(found: Inspected, name: str) -> Pair:
    """By path, at every mount's target and below it: what is mounted there, by the model and by the kernel."""
    mounts = every_mount_of(found.project, _service(found.project, name))
    table = [line.split() for line in found.mounted[name].splitlines()]
    targets = {mount.target for mount in mounts if mount.target} | {words[4] for words in table}
    paths = sorted(path for target in targets for path in (target, posixpath.join(target, "x")))
    said, has = {}, {}
    for path in paths:
        winner = winning_mount(mounts, path)
        on_top = max((words for words in table if is_within(path, words[4])), key=lambda words: len(words[4]))
        if winner is None and on_top[4] not in {mount.target for mount in mounts}:
            continue  # what Docker itself mounts: /, /proc, /etc/hosts
        said[path] = f"{winner.target} {_source(found, winner) or 'tmpfs'}" if winner is not None else "nothing"
        has[path] = f"{on_top[4]} {_mounted(on_top)}"
    return said, has


def _mounted(words: list[str]) -> str:
    """What a line of mountinfo mounts: the name of a volume, tmpfs, or the path of a bind mount."""
    if words[words.index("-") + 1] == "tmpfs":
        return "tmpfs"
    volume = re.search(r"/volumes/([^/]+)/_data$", words[3])
    return _volume(volume.group(1)) if volume else words[3]


def _networks(found: Inspected, service: Service, shown: Shown) -> Pair:
    space = namespace_of(found.project, service)
    mode = shown["HostConfig"]["NetworkMode"]
    if mode.startswith("container:"):
        owner = next((name for name, one in found.services.items() if one["Id"] == mode[10:]), mode)
        has: Any = f"the stack of {owner}"
    elif mode in ("host", "none", "bridge", "default"):
        has = "bridge" if mode == "default" else mode
    else:
        made = shown["Name"].lstrip("/")
        has = {
            name: sorted({*(each["Aliases"] or ())} - {made} | ({made} if service.container_name else set()))
            for name, each in shown["NetworkSettings"]["Networks"].items()
        }
    if space.leader is not service and service.network_mode is not None:
        said: Any = f"the stack of {_followed(service)}"
    elif space.kind == "own":
        names = aliases_of(found.project, service)
        said = UNKNOWN if names is None else {name: sorted(aliases) for name, aliases in names.items()}
    else:
        said = space.kind
    return said, has


def _followed(service: Service) -> str:
    return ((service.network_mode.value if service.network_mode is not None else None) or "").partition(":")[2]


def _ports(found: Inspected, service: Service, shown: Shown) -> Pair:
    said = sorted(
        f"{port.host_ip or ''}:{(port.published or '') if port.published_known else UNKNOWN}"
        f" → {port.target or UNKNOWN}/{port.protocol}"
        for port in service.ports
    )
    has = sorted(
        f"{binding['HostIp']}:{binding['HostPort']} → {inner}"
        for inner, bindings in (shown["HostConfig"]["PortBindings"] or {}).items()
        for binding in bindings
    )
    return said, has


def _extra_hosts(found: Inspected, service: Service, shown: Shown) -> Pair:
    said = sorted(f"{host.name} {host.address or UNKNOWN}" for host in service.extra_hosts)
    has = sorted(" ".join(entry.replace("=", ":").split(":", 1)) for entry in shown["HostConfig"]["ExtraHosts"] or ())
    return said, has


def _health(found: Inspected, service: Service, shown: Shown) -> Pair:
    said = health_of(found.project, service)
    has = shown["Config"].get("Healthcheck")
    if has is None or has["Test"] == ["NONE"]:
        shape: Any = "none"
    else:
        times = [has.get(key) or 0 for key in ("Interval", "Timeout", "StartPeriod", "Retries")]
        shape = [*has["Test"], *times]
    if isinstance(said, Health):
        known = [_nanoseconds(each) for each in (said.interval, said.timeout, said.start_period)]
        return [*said.test, *known, int(said.retries or 0)], shape
    own = service.healthcheck is not None
    return "none" if said is False else UNKNOWN if own else UNDECIDED, shape


def _nanoseconds(text: str | None) -> int:
    """A span of time as compose and Dockerfiles write it (`1m30s`)."""
    total, number = 0.0, ""
    rest = text or ""
    while rest:
        number = rest[: len(rest) - len(rest.lstrip("0123456789."))]
        rest = rest[len(number) :]
        unit = rest[: len(rest) - len(rest.lstrip("hmsun"))]
        rest = rest[len(unit) :]
        total += float(number) * _UNITS[unit]
    return int(total)


def _restart(found: Inspected, service: Service, shown: Shown) -> Pair:
    policy = shown["HostConfig"]["RestartPolicy"]
    count = policy["MaximumRetryCount"]
    has = f"{policy['Name'] or 'no'}:{count}" if count else policy["Name"] or "no"
    return restart_of(service) or UNKNOWN, has


FIELDS: Map[str, Callable[[Inspected, Service, Shown], Pair]] = {
    "entry point": _entry,
    "command": _command,
    "environment": _environment,
    "working folder": _workdir,
    "user": _user,
    "mounts": _mounts,
    "networks and aliases": _networks,
    "published ports": _ports,
    "extra hosts": _extra_hosts,
    "health check": _health,
    "restart": _restart,
}
# By field: the keys of a service that decide it, for what a lint cannot know.
_KEYS: Map[str, tuple[str, ...]] = {
    "entry point": ("entrypoint", "build", "image"),
    "command": ("entrypoint", "command", "build", "image"),
    "working folder": ("working_dir", "build", "image"),
    "user": ("user", "build", "image"),
    "mounts": ("volumes", "tmpfs", "secrets", "configs", "volumes_from", "build", "image"),
    "networks and aliases": ("networks", "network_mode", "container_name"),
    "published ports": ("ports",),
    "extra hosts": ("extra_hosts",),
    "health check": ("healthcheck", "build", "image"),
    "restart": ("restart", "deploy"),
}
