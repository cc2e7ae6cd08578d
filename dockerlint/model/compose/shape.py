"""What a compose file may hold: one table of keys and kinds, after the published schema of the Compose Specification.

Source: https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json

A kind is written with one letter for each type that a value may have: s text, i whole number, n number, b switch,
0 null. ``@name`` is a shape of the table. `NAMES` keys are those of services, volumes and the like.
"""

from __future__ import annotations

from dockerlint.source.record import dataclass

NAMES = "names"
ANY = "any"
LOWER = "lower"


@dataclass(slots=True)
class Shape:
    """`kinds`: scalars that may stand here; `items`: what a list holds; `fields`, `others`: what a mapping holds."""

    kinds: str = ""
    items: Shape | None = None
    unique: bool = False
    fields: dict[str, Shape] | None = None
    others: Shape | None = None  # the shape of keys that `fields` does not name, where they fit `keys`
    keys: str = ""  # NAMES, ANY or LOWER
    open: bool = False  # keys that fit nothing are accepted
    extensions: bool = True  # x-… keys are
    required: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    pattern: str = ""  # "container_name" or "pull_policy"

    @property
    def is_mapping(self) -> bool:
        return self.fields is not None or self.others is not None


_SHAPES: dict[str, Shape] = {letters: Shape(letters) for letters in ("s", "i", "n", "b", "sb", "si", "sn", "s0", "sn0")}


def _shape(word: str) -> Shape:
    """``sb`` or ``@name``, either with ``[]`` for a list of it and ``[!]`` for one without repetition."""
    if word.endswith("[]"):
        return Shape(items=_shape(word[:-2]))
    if word.endswith("[!]"):
        return Shape(items=_shape(word[:-3]), unique=True)
    return _SHAPES[word.lstrip("@")]


def _fields(text: str) -> dict[str, Shape]:
    """``sb: init tty; s: image user`` as fields."""
    fields = {}
    for group in text.split(";"):
        word, _, names = group.partition(":")
        shape = _shape(word.strip())
        for name in names.split():
            fields[name] = shape
    return fields


def _object(text: str, required: str = "", extensions: bool = True, kinds: str = "") -> Shape:
    return Shape(kinds, fields=_fields(text), required=tuple(required.split()), extensions=extensions)


def _words(text: str) -> Shape:
    return Shape("s", words=tuple(text.split()))


def _build_table() -> None:
    add = _SHAPES.__setitem__
    for word in ("s[]", "s[!]", "sn[!]"):
        add(word, _shape(word))
    add("strings", Shape("s", items=_SHAPES["s"], unique=True))
    add("pairs", Shape(items=_SHAPES["s"], unique=True, others=Shape("snb0"), keys=ANY, extensions=False))
    add("command", Shape("s0", items=_SHAPES["s"]))
    add("test", Shape("s", items=_SHAPES["s"]))
    add("driver_opts", Shape(others=_SHAPES["sn"], keys=ANY, open=True))
    add("log_options", Shape(others=_SHAPES["sn0"], keys=ANY, open=True))
    add("texts", Shape(others=_SHAPES["s"], keys=ANY, extensions=False))
    add("free", Shape(fields={}, open=True))
    addresses = Shape("s", items=_SHAPES["s"])
    add("hosts", Shape(items=_SHAPES["s"], unique=True, others=addresses, keys=ANY, extensions=False))
    limit = Shape("si", fields=_fields("si: hard soft"), required=("soft", "hard"))
    add("ulimits", Shape(others=limit, keys=LOWER, open=True))
    grant = _object("s: source target uid gid; sn: mode", kinds="s")
    add("grants", Shape(items=grant))
    env_file = _object("s: path format; sb: required", "path", extensions=False, kinds="s")
    add("env_file", Shape("s", items=env_file))
    add("label_file", Shape("s", items=_SHAPES["s"]))
    add("hook", _object("@command: command; s: user working_dir; sb: privileged; @pairs: environment", "command"))
    add(
        "pre_start",
        _object("@command: command; s: image user working_dir; sb: privileged per_replica; @pairs: environment"),
    )
    add("requests", Shape(items=_object("@s[!]: capabilities device_ids; si: count; s: driver; @pairs: options",
                                        "capabilities")))  # fmt: skip
    gpu = Shape(fields=_fields("@s[!]: capabilities device_ids; si: count; s: driver; @pairs: options"), open=True)
    add("gpus", Shape("s", items=gpu, words=("all",)))
    build = (
        "s: context dockerfile dockerfile_inline network target isolation; "
        "@s[]: entitlements cache_from cache_to tags platforms; "
        "@pairs: args ssh labels additional_contexts; sb: no_cache pull privileged provenance sbom; si: shm_size; "
        "@strings: no_cache_filter; @hosts: extra_hosts; @grants: secrets; @ulimits: ulimits"
    )
    add("build", _object(build, kinds="s"))
    add("order", _words("start-first stop-first"))
    update = "si: parallelism; s: delay failure_action monitor; sn: max_failure_ratio; @order: order"
    add("update", _object(update))
    add("limits", _object("sn: cpus; s: memory; si: pids"))
    add("discrete", _object("s: kind; sn: value"))
    add("generic", Shape(items=_object("@discrete: discrete_resource_spec")))
    add("reservations", _object("sn: cpus; s: memory; @generic: generic_resources; @requests: devices"))
    add("resources", _object("@limits: limits; @reservations: reservations"))
    add("restart_policy", _object("s: condition delay window; si: max_attempts"))
    add("spreads", Shape(items=_object("s: spread")))
    add("placement", _object("@s[]: constraints; @spreads: preferences; si: max_replicas_per_node"))
    deploy = (
        "s: mode endpoint_mode; si: replicas; @pairs: labels; @update: rollback_config update_config; "
        "@resources: resources; @restart_policy: restart_policy; @placement: placement"
    )
    add("deploy", _object(deploy, kinds="0"))
    add("action", _words("rebuild sync restart sync+restart sync+exec"))
    watch = "@strings: ignore include; s: path target; @action: action; @hook: exec; b: initial_sync"
    add("triggers", Shape(items=_object(watch, "path action")))
    add("develop", _object("@triggers: watch", kinds="0"))
    health = "sb: disable; s: interval timeout start_period start_interval; sn: retries; @test: test"
    add("healthcheck", _object(health))
    add("condition", _words("service_started service_healthy service_completed_successfully"))
    dependency = _object("sb: restart; b: required; @condition: condition", "condition")
    add("depends_on", Shape(items=_SHAPES["s"], unique=True, others=dependency, keys=NAMES, extensions=False))
    network_use = _object(
        "@s[!]: aliases link_local_ips; s: interface_name ipv4_address ipv6_address mac_address; "
        "@driver_opts: driver_opts; n: priority gw_priority",
        kinds="0",
    )
    add("network_uses", Shape(items=_SHAPES["s"], unique=True, others=network_use, keys=NAMES, extensions=False))
    model_use = _object("s: endpoint_var model_var", kinds="0")
    add("model_uses", Shape(items=_SHAPES["s"], unique=True, others=model_use, keys=NAMES, open=True))
    port = _object("s: name mode host_ip protocol app_protocol; si: target published", kinds="sn")
    add("ports", Shape(items=port, unique=True))
    add("mount_type", _words("bind volume tmpfs cluster npipe image"))
    add("recursive", _words("enabled disabled writable readonly"))
    add("selinux", _words("z Z"))
    add("bind", _object("s: propagation; sb: create_host_path; @recursive: recursive; @selinux: selinux"))
    add("volume_options", _object("@pairs: labels; sb: nocopy; s: subpath"))
    add("size", Shape("si", least=0))
    add("tmpfs_options", _object("@size: size; sn: mode"))
    add("image_options", _object("s: subpath"))
    mount = (
        "@mount_type: type; s: source target consistency; sb: read_only; @bind: bind; @volume_options: volume; "
        "@tmpfs_options: tmpfs; @image_options: image"
    )
    add("mounts", Shape(items=_object(mount, "type", kinds="s"), unique=True))
    add("devices", Shape(items=_object("s: source target permissions", "source", kinds="s")))
    add("limits_bps", Shape(items=_object("s: path; si: rate", extensions=False)))
    add("weights", Shape(items=_object("s: path; si: weight", extensions=False)))
    blkio = (
        "@limits_bps: device_read_bps device_read_iops device_write_bps device_write_iops; si: weight; "
        "@weights: weight_device"
    )
    add("blkio", _object(blkio, extensions=False))
    add("credential_spec", _object("s: config file registry"))
    add("extends", _object("s: service file", "service", extensions=False, kinds="s"))
    add("logging", _object("s: driver; @log_options: options"))
    options = Shape(others=Shape("snb", items=Shape("snb")), keys=ANY, open=True)
    add("provider", Shape(fields={"type": _SHAPES["s"], "options": options}, required=("type",)))
    add("cgroup", _words("host private"))
    add("count", Shape("si", least=0))
    add("percent", Shape("si", least=0, most=100))
    add("oom_score", Shape("si", least=-1000, most=1000))
    add("container_name", Shape("s", pattern="container_name"))
    add("pull_policy", Shape("s", pattern="pull_policy"))
    add("pre_starts", Shape(items=_SHAPES["pre_start"]))
    add("hooks", Shape(items=_SHAPES["hook"]))
    _add_services()


def _add_services() -> None:
    add = _SHAPES.__setitem__
    service = (
        "@develop: develop; @deploy: deploy; @pairs: annotations environment labels sysctls; @build: build; "
        "sb: attach init oom_kill_disable privileged read_only stdin_open tty; b: use_api_socket; "
        "@blkio: blkio_config; @cgroup: cgroup; @command: command entrypoint; @grants: configs secrets; "
        "s: cgroup_parent cpuset domainname hostname image ipc isolation mac_address network_mode platform "
        "pull_refresh_after restart runtime stop_grace_period stop_signal user uts userns_mode working_dir; "
        "s0: pid; @container_name: container_name; @count: cpu_count; @percent: cpu_percent; "
        "sn: cpu_shares cpu_quota cpu_period cpu_rt_period cpu_rt_runtime cpus mem_limit memswap_limit pids_limit "
        "shm_size; si: mem_reservation mem_swappiness scale; @credential_spec: credential_spec; "
        "@depends_on: depends_on; @devices: devices; @strings: dns dns_search tmpfs; "
        "@s[!]: cap_add cap_drop device_cgroup_rules dns_opt external_links links profiles security_opt volumes_from; "
        "@env_file: env_file; @label_file: label_file; @sn[!]: expose group_add; @extends: extends; "
        "@hosts: extra_hosts; @gpus: gpus; @healthcheck: healthcheck; @logging: logging; @model_uses: models; "
        "@network_uses: networks; @oom_score: oom_score_adj; @ports: ports; @pre_starts: pre_start; "
        "@hooks: post_start pre_stop; @pull_policy: pull_policy; @free: storage_opt; @ulimits: ulimits; "
        "@mounts: volumes; @provider: provider"
    )
    add("service", _object(service))
    add("external", _object("s: name", kinds="sb"))
    add("open_external", Shape("sb", fields=_fields("s: name"), open=True))
    add("pool", _object("s: subnet ip_range gateway; @texts: aux_addresses"))
    add("pools", Shape(items=_SHAPES["pool"]))
    add("ipam", _object("s: driver; @pools: config; @texts: options"))
    network = (
        "s: name driver; @driver_opts: driver_opts; @ipam: ipam; @external: external; "
        "sb: internal enable_ipv4 enable_ipv6 attachable; @pairs: labels"
    )
    add("network", _object(network, kinds="0"))
    volume = "s: name driver; @driver_opts: driver_opts; @external: external; @pairs: labels"
    add("volume", _object(volume, kinds="0"))
    shared = "s: name environment file template_driver; @open_external: external; @pairs: labels"
    add("secret", _object(f"{shared}; s: driver; @driver_opts: driver_opts"))
    add("config", _object(f"{shared}; s: content"))
    add("model", _object("s: name model; i: context_size; @s[]: runtime_flags", "model"))
    add("include", _object("@strings: path env_file; s: project_directory", extensions=False, kinds="s"))
    add("includes", Shape(items=_SHAPES["include"]))
    for plural, one in (("services", "service"), ("volumes", "volume"), ("secrets", "secret"), ("configs", "config")):
        add(plural, Shape(others=_SHAPES[one], keys=NAMES, extensions=False))
    add("networks", Shape(others=_SHAPES["network"], keys=NAMES, open=True))
    add("models", Shape(others=_SHAPES["model"], keys=NAMES, open=True))
    top = "s: version name; @includes: include; " + "; ".join(
        f"@{key}: {key}" for key in ("services", "models", "networks", "volumes", "secrets", "configs")
    )
    add("project", _object(top))


_build_table()
PROJECT = _SHAPES["project"]
SERVICE_KEYS = frozenset(_SHAPES["service"].fields or ())
