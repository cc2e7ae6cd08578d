"""A project as `docker compose config --format json` prints it: the same keys, types, defaults and omissions.

Source: the behaviour of that program (it prints what https://docs.docker.com/reference/compose-file/ describes in long
form; sizes are texts of bytes, spans of time are texts such as ``1m30s``, every ``$`` is doubled).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dockerlint.formats.gotext import (
    duration_text,
    parse_bool,
    parse_duration,
    parse_float,
    parse_int,
    parse_size,
    split_words,
)
from dockerlint.formats.interpolation import UNKNOWN
from dockerlint.formats.yamlnodes import Mapping, Node, Scalar, Sequence, node_to_plain
from dockerlint.model.compose.tree import Report, Rules, below, label, mapping_of, rules, text, texts
from dockerlint.source.text import Span

if TYPE_CHECKING:
    from dockerlint.model.service import Compose


class Refused(Exception):
    """A value that its type does not accept."""

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(message)
        self.span = span


_ABSENT = object()
Form = Callable[[Node, "tuple[str, ...]"], Any]


def canonical_json(compose: Compose, extra: Callable[[str], Any] | None = None) -> dict[str, Any]:
    """The whole project; what `extra` gives for a service is put into it as ``x-dockerlint``."""
    root = compose.root
    result: dict[str, Any] = {"name": compose.name or "project", "services": {}}
    if root is None:
        return result
    for key, entry in root.entries.items():
        if key.startswith("x-"):
            result[key] = node_to_plain(entry.value)
    used = _used(root)
    for kind in ("networks", "volumes", "secrets", "configs"):
        group = {
            name: _form(entry.value, _FORMS[kind]["*"], (kind, name), None)
            for name, entry in mapping_of(root.get(kind)).items()
            if name in used[kind]
        }
        if group:
            result[kind] = group
    for name, entry in mapping_of(root.get("services")).items():
        service = _form(entry.value, _FORMS["services"]["*"], ("services", name), None)
        found = compose.services.get(name)
        service.setdefault("command", None)
        service.setdefault("entrypoint", None)
        if found is not None and found.environment_full:
            service["environment"] = {key: setting.value for key, setting in found.environment_full.items()}
        if found is not None and found.labels:
            service["labels"] = {key: setting.value or "" for key, setting in found.labels.items()}
        more = None if extra is None else extra(name)
        result["services"][name] = service
        if more is not None:
            service["x-dockerlint"] = more
    escaped: dict[str, Any] = _escaped(result)
    return escaped


def rendered_problems(root: Mapping, report: Report) -> None:
    """Report every value that its type does not accept: sizes, spans of time, command lines, hosts."""
    for kind in ("services", "networks", "volumes"):
        for name, entry in mapping_of(root.get(kind)).items():
            _form(entry.value, _FORMS[kind]["*"], (kind, name), report)


def _used(root: Mapping) -> dict[str, set[str]]:
    """The resources that services use; Compose prints no others."""
    used: dict[str, set[str]] = {kind: set() for kind in ("networks", "volumes", "secrets", "configs")}
    for entry in mapping_of(root.get("services")).values():
        service = mapping_of(entry.value)
        used["networks"].update(mapping_of(service["networks"].value) if "networks" in service else ())
        for key in ("volumes", "secrets", "configs"):
            _add_sources(entry.value, key, used[key])
        if "build" in service:
            _add_sources(service["build"].value, "secrets", used["secrets"])
    return used


def _add_sources(node: Node, key: str, used: set[str]) -> None:
    items = node.get(key) if isinstance(node, Mapping) else None
    for item in items.items if isinstance(items, Sequence) else ():
        if isinstance(item, Mapping) and text(item.get("type")) in (None, "volume"):
            used.add(text(item.get("source")) or "")


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {key.replace("$", "$$"): _escaped(item) for key, item in value.items()}
    return [_escaped(item) for item in value] if isinstance(value, list) else value


def _form(node: Node, tree: Rules, path: tuple[str, ...], report: Report | None) -> Any:
    """A node in its printed form; `_ABSENT` for what is not printed."""
    form: Form | None = tree.get(None)
    if form is not None:
        try:
            return form(node, path)
        except Refused as refused:
            if report is not None:
                report(refused.span, str(refused))
            return _ABSENT
    if isinstance(node, Mapping):
        result = {}
        for key, entry in node.entries.items():
            child = below(tree, key)
            if child is None and key.startswith("x-"):
                continue
            value = _form(entry.value, child if child is not None else _TEXT_RULE, (*path, key), report)
            if value is not _ABSENT:
                result[key] = value
        for key, default in tree.get("+", {}).items():
            result.setdefault(key, default)
        return result if result or "-" not in tree else _ABSENT
    if isinstance(node, Sequence):
        items = [_form(item, tree.get("*") or _TEXT_RULE, path, report) for item in node.items]
        return [item for item in items if item is not _ABSENT] or _ABSENT
    return _ABSENT if node.value is None else _plain(node, path)


def _plain(node: Node, path: tuple[str, ...]) -> Any:
    """A text where nothing else is said."""
    if not isinstance(node, Scalar):
        return node_to_plain(node)
    return text(node) or _ABSENT


def _whole(node: Node, path: tuple[str, ...]) -> Any:
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, str):
        if UNKNOWN in value:
            return _ABSENT
        number = parse_int(value)
        if number is None:
            raise Refused(node.span, f'{label(path)} must be a whole number, not "{value}"')
        value = number
    return _ABSENT if value is None else int(value)


def _whole_or_none(node: Node, path: tuple[str, ...]) -> Any:
    return _whole(node, path) or _ABSENT


def _number(node: Node, path: tuple[str, ...]) -> Any:
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, str):
        number = parse_float(value)
        if number is None and UNKNOWN not in value:
            raise Refused(node.span, f'{label(path)} must be a number, not "{value}"')
        value = number
    if not value:
        return _ABSENT
    number = float(value)
    return int(number) if number.is_integer() else number


def _switch(node: Node, path: tuple[str, ...]) -> Any:
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, str):
        if UNKNOWN in value:
            return _ABSENT
        switch = parse_bool(value)
        if switch is None:
            raise Refused(node.span, f'{label(path)} must be true or false, not "{value}"')
        value = switch
    return _ABSENT if value is None else bool(value)


def _on(node: Node, path: tuple[str, ...]) -> Any:
    """A switch that is printed only where it is on."""
    return True if _switch(node, path) is True else _ABSENT


def _off(node: Node, path: tuple[str, ...]) -> Any:
    """A switch that is printed only where it is off."""
    return False if _switch(node, path) is False else _ABSENT


def _size(node: Node, path: tuple[str, ...]) -> Any:
    content = text(node) or ""
    if UNKNOWN in content or (isinstance(node, Scalar) and isinstance(node.value, float)):
        return _ABSENT  # Compose drops a size that is written as a fraction
    size = parse_size(content)
    if size is None:
        if content == "" and isinstance(node, Scalar) and node.value is None:
            return _ABSENT
        raise Refused(node.span, f'{label(path)} must be a size such as 512m, not "{content}"')
    return str(size) if size else _ABSENT


def _duration(node: Node, path: tuple[str, ...]) -> Any:
    content = text(node) or ""
    if UNKNOWN in content:
        return _ABSENT
    nanoseconds = parse_duration(content)
    if nanoseconds is None:
        raise Refused(node.span, f'{label(path)} must be a span of time such as 10s or 1m30s, not "{content}"')
    return duration_text(nanoseconds)


def _command(node: Node, path: tuple[str, ...]) -> Any:
    if isinstance(node, Sequence):
        return [text(item) or "" for item in node.items]
    content = text(node)
    if content is None:
        return None
    words = split_words(content)
    if words is None and UNKNOWN not in content:
        raise Refused(node.span, f"{label(path)} is no command line: a quote or a bracket is not closed, or misplaced")
    return [word for word, _, _ in words or ()]


def _test(node: Node, path: tuple[str, ...]) -> Any:
    if isinstance(node, Sequence):
        return [text(item) or "" for item in node.items] or _ABSENT
    return ["CMD-SHELL", text(node) or ""]


def _hosts(node: Node, path: tuple[str, ...]) -> Any:
    found: list[str] = []
    if isinstance(node, Mapping):
        pairs = [(key, text(item) or "", item.span) for key, e in node.entries.items() for item in texts(e.value)]
    else:
        pairs = []
        for item in texts(node):
            content = text(item) or ""
            name, separator, address = content.partition("=" if "=" in content else ":")
            if not separator and UNKNOWN not in content:
                raise Refused(item.span, f'"{content}" in {label(path)} has no address; write HOST=ADDRESS')
            pairs += [(name, one, item.span) for one in address.split(",")]
    for name, address, span in pairs:
        if not name or ":" in name or "=" in name:
            raise Refused(span, f'"{name}" is no host name')
        bare = address[1:-1] if len(address) > 2 and address[0] == "[" and address[-1] == "]" else address
        found.append(f"{name}={bare}")
    return sorted(found) or _ABSENT


def _texts(node: Node, path: tuple[str, ...]) -> Any:
    items = node.items if isinstance(node, Sequence) else (node,)
    return [text(item) or "" for item in items] or _ABSENT


def _pairs(node: Node, path: tuple[str, ...]) -> Any:
    return {key: text(entry.value) or "" for key, entry in mapping_of(node).items()} or _ABSENT


def _settings(node: Node, path: tuple[str, ...]) -> Any:
    return {key: text(entry.value) for key, entry in mapping_of(node).items()} or _ABSENT


def _ssh(node: Node, path: tuple[str, ...]) -> Any:
    return [f"{key}={value}" if (value := text(e.value)) else key for key, e in mapping_of(node).items()] or _ABSENT


def _ulimit(node: Node, path: tuple[str, ...]) -> Any:
    if isinstance(node, Mapping):
        limits = {key: _whole_or_none(entry.value, (*path, key)) for key, entry in node.entries.items()}
        return {key: value for key, value in limits.items() if value is not _ABSENT and key in ("soft", "hard")}
    return _whole(node, path) or {}


def _count(node: Node, path: tuple[str, ...]) -> Any:
    content = text(node) or ""
    if content.lower() == "all":
        return -1
    number = parse_int(content)
    if number is None and UNKNOWN not in content:
        raise Refused(node.span, f'{label(path)} must be a number or all, not "{content}"')
    return number or _ABSENT


def _file_mode(node: Node, path: tuple[str, ...]) -> Any:
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, str) and UNKNOWN not in value:
        try:
            value = int(value, 8)
        except ValueError:
            raise Refused(node.span, f'{label(path)} must be an octal number, not "{value}"') from None
    return f"0{int(value):o}" if isinstance(value, (int, float)) else _ABSENT


def _nothing(node: Node, path: tuple[str, ...]) -> Any:
    return _ABSENT


def _as_is(node: Node, path: tuple[str, ...]) -> Any:
    return node_to_plain(node)


def _throttles(node: Node, path: tuple[str, ...]) -> Any:
    """Limits of devices; Compose prints these keys with capitals."""
    items = node.items if isinstance(node, Sequence) else ()
    found = []
    for item in items:
        entries = {key.capitalize(): text(entry.value) or "" for key, entry in mapping_of(item).items()}
        if "Rate" in entries and parse_size(entries["Rate"]) is not None:
            entries["Rate"] = str(parse_size(entries["Rate"]))
        found.append({key: int(word) if key == "Weight" and word.isdigit() else word for key, word in entries.items()})
    return found or _ABSENT


def _options(node: Node, path: tuple[str, ...]) -> Any:
    return {key: _texts(entry.value, path) for key, entry in mapping_of(node).items()} or _ABSENT


def _null_or_mapping(node: Node, path: tuple[str, ...]) -> Any:
    """What a service says of a network: null, or its options."""
    if not isinstance(node, Mapping):
        return None
    return _form(node, _NETWORK_USE, path, None)


def _table() -> dict[str, Form]:
    table: dict[str, Form] = {}

    def put(form: Form, prefix: str, keys: str) -> None:
        table.update(dict.fromkeys((prefix + key for key in keys.split()), form))

    service = "services.*."
    put(_command, service, "command entrypoint post_start.*.command pre_stop.*.command pre_start.*.command")
    put(_command, service, "develop.watch.*.exec.command")
    put(_test, service, "healthcheck.test")
    put(_hosts, service, "extra_hosts build.extra_hosts")
    put(_settings, service, "environment build.args post_start.*.environment pre_stop.*.environment")
    put(_settings, service, "pre_start.*.environment develop.watch.*.exec.environment")
    put(_pairs, service, "labels annotations sysctls build.labels build.additional_contexts deploy.labels")
    put(_pairs, service, "storage_opt logging.options volumes.*.volume.labels")
    put(_texts, service, "expose group_add label_file dns dns_search tmpfs build.tags build.platforms build.cache_from")
    put(_texts, service, "build.cache_to develop.watch.*.ignore develop.watch.*.include build.no_cache_filter")
    put(_nothing, service, "env_file extends")
    put(_switch, service, "attach init depends_on.*.required")
    put(_on, service, "oom_kill_disable privileged read_only stdin_open tty use_api_socket build.no_cache build.pull")
    put(_on, service, "build.privileged healthcheck.disable volumes.*.read_only volumes.*.volume.nocopy")
    put(_on, service, "depends_on.*.restart post_start.*.privileged pre_stop.*.privileged pre_start.*.privileged")
    put(_on, service, "pre_start.*.per_replica develop.watch.*.initial_sync")
    put(_off, service, "volumes.*.bind.create_host_path")
    put(_whole, service, "deploy.replicas scale")
    put(_whole, service, "deploy.update_config.parallelism deploy.rollback_config.parallelism healthcheck.retries")
    put(_whole, service, "deploy.restart_policy.max_attempts")
    put(_whole_or_none, service, "cpu_count cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares")
    put(_whole_or_none, service, "oom_score_adj pids_limit ports.*.target volumes.*.tmpfs.mode")
    put(_whole_or_none, service, "deploy.resources.limits.pids deploy.placement.max_replicas_per_node")
    put(_number, service, "cpus cpu_percent deploy.resources.limits.cpus deploy.resources.reservations.cpus")
    put(_number, service, "deploy.update_config.max_failure_ratio deploy.rollback_config.max_failure_ratio")
    put(_size, service, "mem_limit mem_reservation memswap_limit mem_swappiness shm_size build.shm_size")
    put(_size, service, "deploy.resources.limits.memory deploy.resources.reservations.memory volumes.*.tmpfs.size")
    put(_duration, service, "stop_grace_period healthcheck.interval healthcheck.timeout healthcheck.start_period")
    put(_duration, service, "healthcheck.start_interval deploy.restart_policy.delay deploy.restart_policy.window")
    for update in ("update_config", "rollback_config"):
        put(_duration, service, f"deploy.{update}.delay deploy.{update}.monitor")
    put(_ssh, service, "build.ssh")
    put(_ulimit, service, "ulimits.* build.ulimits.*")
    put(_count, service, "gpus.*.count deploy.resources.reservations.devices.*.count")
    put(_pairs, service, "gpus.*.options deploy.resources.reservations.devices.*.options")
    put(_file_mode, service, "secrets.*.mode configs.*.mode build.secrets.*.mode")
    put(_null_or_mapping, service, "networks.*")
    put(_options, service, "provider.options")
    put(_throttles, service, "blkio_config.device_read_bps blkio_config.device_read_iops blkio_config.weight_device")
    put(_throttles, service, "blkio_config.device_write_bps blkio_config.device_write_iops")
    put(_whole_or_none, service, "blkio_config.weight")
    put(_as_is, service, "models deploy.resources.reservations.generic_resources")
    for kind in ("networks", "volumes", "secrets", "configs"):
        put(_pairs, f"{kind}.*.", "labels driver_opts")
        put(_on, f"{kind}.*.", "external internal attachable")
    put(_switch, "networks.*.", "enable_ipv4 enable_ipv6")
    put(_pairs, "networks.*.ipam.", "options config.*.aux_addresses")
    return table


_FORMS = rules(_table())
_FORMS["networks"]["*"]["+"] = {"ipam": {}}
_FORMS["services"]["*"]["deploy"]["+"] = {"resources": {}, "placement": {}}
_FORMS["services"]["*"]["develop"]["watch"]["*"]["+"] = {"exec": {"command": None}}
_FORMS["services"]["*"]["pre_start"]["*"]["+"] = {"command": None, "entrypoint": None, "networks": {"default": None}}
for _kind in ("ulimits", "depends_on"):
    _FORMS["services"]["*"][_kind]["-"] = True  # not printed where it is empty
_NETWORK_USE = rules({"driver_opts": _pairs, "priority": _whole_or_none, "gw_priority": _whole_or_none})
_TEXT_RULE: Rules = {}
