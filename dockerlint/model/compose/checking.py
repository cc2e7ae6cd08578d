"""What Compose refuses in a project that is read in full: references to nothing, contradictions, cycles.

Sources: https://docs.docker.com/reference/compose-file/ and the behaviour of `docker compose config`. A text with an
unknown variable is never judged.
"""

from __future__ import annotations

from dockerlint.formats.gotext import parse_float, parse_size
from dockerlint.formats.interpolation import UNKNOWN
from dockerlint.formats.yamlnodes import Entry, Mapping, Node, Sequence
from dockerlint.model.compose.short import is_address
from dockerlint.model.compose.tree import Report, at, is_null, mapping_of, text, texts
from dockerlint.source.nearness import comparable
from dockerlint.source.text import Span


def check_values(root: Mapping, report: Report) -> None:
    """What is wrong with one value by itself."""
    for kind, keys in (("secrets", ("file", "environment")), ("configs", ("file", "environment", "content"))):
        for name, entry in mapping_of(root.get(kind)).items():
            _check_content(entry, kind, name, keys, report)
    for name, entry in mapping_of(root.get("volumes")).items():
        volume = entry.value
        if isinstance(volume, Mapping) and text(volume.get("external")) == "true":
            for key, own in volume.entries.items():
                if key not in ("name", "external") and not key.startswith("x-"):
                    report(own.key.span, f"volumes.{name} is external and cannot have {key}")
    for name, entry in mapping_of(root.get("services")).items():
        service = entry.value
        for port in _each(service, "ports"):
            address = port.get("host_ip")
            written = text(address)
            if address is not None and UNKNOWN not in (written or "") and not is_address(written or ""):
                report(address.span, f'"{written}" is no IP address')
        for key in ("volumes", "ports", "devices"):
            for item in _each(service, key):
                if is_null(item.get("target")):
                    report(item.span, f"services.{name}.{key} needs a target")
        for watch in _each(at(service, "develop"), "watch"):
            path = watch.get("path")
            if path is not None and text(path) == "":
                report(path.span, f"services.{name}.develop.watch needs a path")
        devices = _each(service, "gpus") + _each(at(service, "deploy", "resources", "reservations"), "devices")
        for device in devices:
            if "count" in device.entries and "device_ids" in device.entries:
                report(
                    device.span, f"services.{name} asks for devices by count and by device_ids; only one is possible"
                )


def _check_content(entry: Entry, kind: str, name: str, keys: tuple[str, ...], report: Report) -> None:
    node = entry.value
    if not isinstance(node, Mapping):
        return
    given = [key for key in keys if key in node.entries]
    choices = " or ".join(keys)
    if len(given) > 1:
        report(node.entries[given[1]].key.span, f"{kind}.{name} has {' and '.join(given)}; only one is possible")
    elif (not given and "driver" not in node.entries and "external" not in node.entries) or (
        kind == "secrets" and text(node.get("external")) != "true" and not any(text(node.get(key)) for key in keys)
    ):
        report(entry.key.span, f"{kind}.{name} needs {choices}")


def check_consistency(root: Mapping, report: Report) -> None:
    """What does not fit together."""
    services = mapping_of(root.get("services"))
    names: dict[str, str] = {}
    for name, entry in services.items():
        service = entry.value
        if not isinstance(service, Mapping):
            continue
        if "build" not in service.entries and not text(service.get("image")) and "provider" not in service.entries:
            report(entry.key.span, f'the service "{name}" has neither image nor build', True)
        _check_build(name, service, services, root, report)
        _check_references(name, service, root, report)
        _check_scale(name, service, report)
        _check_mounts(name, service, report)
        test = at(service, "healthcheck", "test")
        if isinstance(test, Sequence) and test.items:
            first = text(test.items[0]) or ""
            if first not in ("CMD", "CMD-SHELL", "NONE") and UNKNOWN not in first:
                report(test.items[0].span, "a health test given as a list begins with CMD, CMD-SHELL or NONE")
        for watch in _each(at(service, "develop"), "watch"):
            if not text(watch.get("target")) and text(watch.get("action")) not in ("rebuild", "restart"):
                report(watch.span, f"services.{name}.develop.watch needs a target to copy to")
        container = text(service.get("container_name"))
        if container and UNKNOWN not in container:
            if container in names and _meet(services, name, names[container]):
                place = service.entries["container_name"].value.span
                report(place, f'the container name "{container}" belongs to the service "{names[container]}" already')
            names.setdefault(container, name)
    _check_cycles(services, report)


def _meet(services: dict[str, Entry], first: str, second: str) -> bool:
    """May both services run at once? Compose leaves out what waits for a profile that is not asked for."""
    profiles = []
    for name in (first, second):
        node = at(services[name].value, "profiles")
        profiles.append({text(item) for item in node.items} if isinstance(node, Sequence) else set())
    return not all(profiles) or bool(profiles[0] & profiles[1])


def _check_build(name: str, service: Mapping, services: dict[str, Entry], root: Mapping, report: Report) -> None:
    build = service.get("build")
    if not isinstance(build, Mapping):
        return
    inline = build.get("dockerfile_inline")
    if inline is not None and text(inline) and text(build.get("dockerfile")):
        report(inline.span, f"services.{name}.build has both dockerfile and dockerfile_inline")
    for entry in mapping_of(build.get("additional_contexts")).values():
        target = text(entry.value) or ""
        if target.startswith("service:") and UNKNOWN not in target:
            other = services.get(target[8:])
            if other is None:
                report(entry.value.span, f'there is no service "{target[8:]}"')
            elif "build" not in mapping_of(other.value):
                report(entry.value.span, f'the service "{target[8:]}" is not built, so it is no build context')
    platform = text(service.get("platform"))
    platforms = [text(node) for node in texts(build.get("platforms"))]
    if (
        platform
        and platforms
        and platform not in platforms
        and not any(UNKNOWN in str(p) for p in (*platforms, platform))
    ):
        report(service.entries["platform"].value.span, f'build.platforms lacks the service\'s platform "{platform}"')
    _check_known(_sources(build, "secrets"), "secrets", "secret", name, root, report)


def _check_references(name: str, service: Mapping, root: Mapping, report: Report) -> None:
    networks = mapping_of(service.get("networks"))
    mode = service.get("network_mode")
    if mode is not None and text(mode) and networks:
        report(mode.span, f"services.{name} has network_mode and networks; only one is possible")
    used = [(key, entry.key.span) for key, entry in networks.items()]
    _check_known(used, "networks", "network", name, root, report)
    depends = [(key, entry.key.span) for key, entry in mapping_of(service.get("depends_on")).items()]
    _check_known(depends, "services", "service", name, root, report)
    volumes = [
        (source, (mount.get("source") or mount).span)
        for mount in _each(service, "volumes")
        if text(mount.get("type")) == "volume" and (source := text(mount.get("source")))
    ]
    _check_known(volumes, "volumes", "volume", name, root, report)
    _check_known(_sources(service, "configs"), "configs", "config", name, root, report)
    _check_known(_sources(service, "secrets"), "secrets", "secret", name, root, report)
    models = [(key, entry.key.span) for key, entry in mapping_of(service.get("models")).items()]
    _check_known(models, "models", "model", name, root, report)


def _check_known(
    used: list[tuple[str, Span]], kind: str, word: str, service: str, root: Mapping, report: Report
) -> None:
    known = mapping_of(root.get(kind))
    for name, span in used:
        if name not in known and UNKNOWN not in name:
            hint = _nearest(name, known)
            report(span, f'the service "{service}" uses the {word} "{name}", which is not declared{hint}', True)


def _nearest(name: str, known: dict[str, Entry]) -> str:
    from difflib import get_close_matches

    found = get_close_matches(name, comparable(name, known), 1, 0.75)
    return f'; did you mean "{found[0]}"?' if found else ""


def _check_scale(name: str, service: Mapping, report: Report) -> None:
    deploy = service.get("deploy")
    scale, replicas = _number(service.get("scale")), _number(at(deploy, "replicas"))
    place = (service.get("scale") or at(deploy, "replicas") or service).span
    if scale is not None and replicas is not None and scale != replicas:
        report(place, f"services.{name} has a scale and other deploy.replicas")
    count = scale if scale is not None else replicas
    if count is not None and count < 0:
        report(place, f"services.{name} cannot have fewer than 0 containers")
    if count is not None and count > 1 and text(service.get("container_name")):
        report(
            service.entries["container_name"].key.span, f"services.{name} has a container_name but several containers"
        )
    limits, reservations = at(deploy, "resources", "limits"), at(deploy, "resources", "reservations")
    for key, group, inner, measure in (
        ("cpus", limits, "cpus", _number),
        ("mem_limit", limits, "memory", _bytes),
        ("mem_reservation", reservations, "memory", _bytes),
        ("pids_limit", limits, "pids", _number),
    ):
        own = measure(service.get(key))
        if own and isinstance(group, Mapping) and deploy is not None and own != (measure(group.get(inner)) or 0):
            report(service.entries[key].value.span, f"services.{name}.{key} differs from deploy.resources ({inner})")


def _number(node: Node | None) -> float | None:
    return parse_float(text(node) or "")


def _bytes(node: Node | None) -> float | None:
    return parse_size(text(node) or "")


def _check_mounts(name: str, service: Mapping, report: Report) -> None:
    targets: dict[str, Span] = {}
    found: list[tuple[str, Span]] = []
    for node in texts(service.get("tmpfs")):
        found.append(((text(node) or "").partition(":")[0], node.span))
    for mount in _each(service, "volumes"):
        found.append((text(mount.get("target")) or "", (mount.get("target") or mount).span))
    for target, span in found:
        if UNKNOWN in target:
            continue
        if target in targets:
            report(span, f"{target} of services.{name} is mounted already in line {targets[target].line}")
        targets.setdefault(target, span)


def _check_cycles(services: dict[str, Entry], report: Report) -> None:
    """Depth first without recursion; each cycle is told once, at the dependency that closes it."""
    edges = {name: mapping_of(at(entry.value, "depends_on")) for name, entry in services.items()}
    done: set[str] = set()
    for start in edges:
        if start in done:
            continue
        path = [start]
        iterators = [iter(edges[start].items())]
        while path:
            step = next(iterators[-1], None)
            if step is None:
                done.add(path.pop())
                iterators.pop()
                continue
            name, entry = step
            if name in path:
                chain = " → ".join([*path[path.index(name) :], name])
                report(entry.key.span, f"the services depend on each other in a circle: {chain}")
            elif name in edges and name not in done:
                path.append(name)
                iterators.append(iter(edges[name].items()))


def _sources(node: Node, key: str) -> list[tuple[str, Span]]:
    grants = [(grant, grant.get("source")) for grant in _each(node, key)]
    return [(text(source) or "", (source or grant).span) for grant, source in grants if not is_null(source)]


def _each(node: Node | None, key: str) -> list[Mapping]:
    items = at(node, key)
    return [item for item in items.items if isinstance(item, Mapping)] if isinstance(items, Sequence) else []
