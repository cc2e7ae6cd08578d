"""A canonical project as the types that checks read."""

from __future__ import annotations

from collections.abc import Mapping as Map
from typing import TYPE_CHECKING

from dockerlint.formats.dotenv import fill_dotenv, parse_dotenv, parse_raw_env
from dockerlint.formats.gotext import split_words
from dockerlint.formats.interpolation import UNKNOWN
from dockerlint.formats.yamlnodes import Entry, Mapping, Node, Scalar, Sequence, text_span
from dockerlint.model.compose.mounts import read_build, read_mounts
from dockerlint.model.compose.normal import PASSED, clean
from dockerlint.model.compose.tree import at, is_null, mapping_of, text, texts
from dockerlint.model.service import (
    CommandSpec,
    Dependency,
    EnvFileUse,
    EnvSetting,
    Extends,
    ExtraHost,
    Grant,
    Healthcheck,
    Located,
    NetworkUse,
    Port,
    Resource,
    Service,
    Watch,
)

if TYPE_CHECKING:
    from dockerlint.model.compose.loader import Env, Loader


def known_text(node: Node | None) -> str | None:
    """A text, or None where it is absent or a variable in it is unknown."""
    found = text(node)
    return None if found is None or UNKNOWN in found else found


def located(node: Node | None) -> Located | None:
    if not isinstance(node, Scalar) or node.value is None:
        return None
    return Located(known_text(node), node.span, node.template if node.template is not None else node.text)


def setting(entry: Entry) -> EnvSetting:
    """An entry of environment, labels or build arguments."""
    node = entry.value
    name = entry.key.text
    if not isinstance(node, Scalar) or node.value is None or node.tag == PASSED:
        value = node.text if isinstance(node, Scalar) and node.tag == PASSED else None
        known = value is not None and UNKNOWN not in value
        return EnvSetting(name, value if known else None, known, entry.span, None, False, "", True)
    value = known_text(node)
    template = node.template if node.template is not None else node.text
    return EnvSetting(name, value, value is not None, entry.span, node.span, node.template is None, template)


def settings(node: Node | None) -> dict[str, EnvSetting]:
    return {key: setting(entry) for key, entry in mapping_of(node).items()}


def command(node: Node | None) -> CommandSpec | None:
    if isinstance(node, Sequence):
        words = [text(item) or "" for item in node.items]
        known = not any(UNKNOWN in word for word in words)
        spans = tuple(item.span for item in node.items)
        return CommandSpec(tuple("" if UNKNOWN in w else w for w in words), known, None, node.span, spans)
    content = text(node)
    if not isinstance(node, Scalar) or content is None:
        return None
    found = split_words(content) or ()
    words = [word for word, _, _ in found]
    spans = tuple(text_span(node, start, end) for _, start, end in found)
    known = UNKNOWN not in content
    return CommandSpec(tuple("" if UNKNOWN in w else w for w in words), known, content, node.span, spans)


def _healthcheck(node: Node | None) -> Healthcheck | None:
    if not isinstance(node, Mapping):
        return None
    test_node = node.get("test")
    test = command(test_node)
    if test is not None and isinstance(test_node, Scalar):
        content = test.shell_text or ""
        test = CommandSpec(("CMD-SHELL", content), test.known, content, test.span, (test.span, test.span))
    disabled = text(node.get("disable")) == "true" or (test is not None and test.words[:1] == ("NONE",))
    interval, timeout, start_period, retries = (
        known_text(node.get(key)) for key in ("interval", "timeout", "start_period", "retries")
    )
    return Healthcheck(test, disabled, interval, timeout, start_period, retries, node.span)


def _port(node: Node) -> Port | None:
    if not isinstance(node, Mapping):
        return None
    published = text(node.get("published"))
    return Port(
        known_text(node.get("host_ip")),
        known_text(node.get("published")) or None,
        UNKNOWN not in (published or ""),
        known_text(node.get("target")),
        known_text(node.get("protocol")) or "tcp",
        node.span,
        known_text(node.get("mode")) or "ingress",
        UNKNOWN not in (text(node.get("host_ip")) or ""),
    )


def _ports(node: Node | None) -> tuple[Port, ...]:
    found = [_port(item) for item in node.items] if isinstance(node, Sequence) else []
    return tuple(port for port in found if port is not None)


def _exposed(node: Scalar) -> list[Port]:
    port, _, protocol = (text(node) or "").partition("/")
    first, dash, last = port.partition("-")
    if UNKNOWN in port:
        return [Port(None, None, True, None, protocol or "tcp", node.span)]
    if dash and first.isdigit() and last.isdigit() and 0 <= int(last) - int(first) < 65536:
        numbers = [str(number) for number in range(int(first), int(last) + 1)]
    else:
        numbers = [port]
    return [Port(None, None, True, number, protocol or "tcp", node.span) for number in numbers]


def _hosts(node: Node | None) -> tuple[ExtraHost, ...]:
    hosts = []
    if isinstance(node, Mapping):
        for name, entry in node.entries.items():
            hosts += [ExtraHost(name, known_text(value), entry.span) for value in texts(entry.value)]
    for item in texts(node):
        content = text(item) or ""
        name, separator, address = content.partition("=" if "=" in content else ":")
        address = address.removeprefix("[").removesuffix("]")
        hosts.append(ExtraHost(name, address if separator and UNKNOWN not in address else None, item.span))
    return tuple(hosts)


def _networks(node: Node | None) -> dict[str, NetworkUse]:
    uses = {}
    for name, entry in mapping_of(node).items():
        aliases = tuple(a for item in texts(at(entry.value, "aliases")) if (a := known_text(item)) is not None)
        ipv4, ipv6 = known_text(at(entry.value, "ipv4_address")), known_text(at(entry.value, "ipv6_address"))
        uses[name] = NetworkUse(name, aliases, ipv4, ipv6, entry.key.span)
    return uses


def _depends(node: Node | None) -> dict[str, Dependency]:
    return {
        name: Dependency(
            name,
            known_text(at(entry.value, "condition")) or "service_started",
            text(at(entry.value, "required")) != "false",
            text(at(entry.value, "restart")) == "true",
            entry.key.span,
        )
        for name, entry in mapping_of(node).items()
    }


def _grants(node: Node | None) -> tuple[Grant, ...]:
    items = node.items if isinstance(node, Sequence) else ()
    return tuple(
        Grant(source, known_text(item.get("target")), item.span)
        for item in items
        if isinstance(item, Mapping) and (source := known_text(item.get("source")))
    )


def _watch(node: Node | None, loader: Loader) -> tuple[Watch, ...]:
    triggers = []
    for item in node.items if isinstance(node, Sequence) else ():
        path = at(item, "path")
        ignore = tuple(text(pattern) or "" for pattern in texts(at(item, "ignore")))
        written = path.text if isinstance(path, Scalar) else ""
        action, target = known_text(at(item, "action")) or "", known_text(at(item, "target"))
        place = path.span if path is not None else None
        triggers.append(Watch(action, loader.tree_path(text(path) or ""), written, target, ignore, item.span, place))
    return tuple(triggers)


def _env_files(node: Node | None, loader: Loader) -> tuple[EnvFileUse, ...]:
    uses = []
    for item in node.items if isinstance(node, Sequence) else ():
        path = at(item, "path")
        if not isinstance(path, Scalar):
            continue
        inside, _ = loader.read(clean(text(path) or ""))
        required = text(at(item, "required")) != "false"
        present = inside is not None and loader.tree.kind(inside) == "file"
        uses.append(EnvFileUse(inside, path.text, required, known_text(at(item, "format")), path.span, present))
    return tuple(uses)


def read_env_files(
    uses: tuple[EnvFileUse, ...],
    own: Map[str, EnvSetting],
    values_outside: Map[str, str | None],
    loader: Loader,
    kind: str = "env file",
) -> dict[str, EnvSetting]:
    """The environment that a container gets: env files in order, then `own`."""
    values: dict[str, str | None] = {name: s.value for name, s in own.items() if s.value is not None}
    found: dict[str, EnvSetting] = {}

    def lookup(name: str) -> str | None:
        value = values_outside.get(name)
        if value is None and name in own:
            return own[name].value
        return value

    for use in uses:
        file = None if use.path is None else loader.tree.read(use.path)
        if file is None:
            if use.required and use.path is not None:
                word = "cannot be read" if use.present else "does not exist"
                loader.miss(use.span, f"the {kind} {use.path} {word}")
            continue
        if use.format not in (None, "", "raw"):
            loader.report(use.span, f'"{use.format}" is no format of an env file; write raw or nothing')
            continue
        parsed = parse_raw_env(file) if use.format == "raw" else parse_dotenv(file)
        faults = fill_dotenv(parsed, lookup, values, loader.unset)
        for problem in (*parsed.problems, *faults):
            loader.report(problem.span, problem.message)
        for entry in parsed.entries:
            value = values.get(entry.name)
            if entry.value is None and value is None and not loader.unset:
                continue
            known = value is not None and UNKNOWN not in value
            found[entry.name] = EnvSetting(
                entry.name,
                value if known else None,
                known,
                entry.span,
                entry.value_span if entry.value is not None else None,
                not entry.has_variables,
                entry.value or "",
                entry.value is None,
            )
    return {**found, **own}


def _labels(service: Mapping, loader: Loader) -> dict[str, EnvSetting]:
    """``labels`` over those of ``label_file``."""
    own = settings(service.get("labels"))
    if "label_file" not in service.entries:
        return own
    uses = []
    for path in texts(service.get("label_file")):
        inside, file = loader.read(clean(text(path) or ""))
        uses.append(EnvFileUse(inside, path.text, True, None, path.span, file is not None))
    return read_env_files(tuple(uses), own, {}, loader, "label file")


def read_service(name: str, entry: Entry, loader: Loader, env: Env) -> Service | None:
    node = entry.value
    if not isinstance(node, Mapping):
        return None
    get = node.get
    key_spans = tuple(loader.service_keys.get(name, ())) or (entry.key.span,)
    env_files = _env_files(get("env_file"), loader)
    environment = settings(get("environment"))
    extends = loader.extends.get(name)
    base = at(extends, "service") if isinstance(extends, Mapping) else extends
    watch, deploy = at(node, "develop", "watch"), get("deploy")
    paths = dict.fromkeys([span.path for span in key_spans] + [e.key.span.path for e in node.entries.values()])
    return Service(
        name=name,
        span=key_spans[-1],
        key_spans=key_spans,
        node=node,
        paths=tuple(path for path in paths if path),
        image=located(get("image")),
        build=read_build(get("build"), loader),
        command=command(get("command")),
        entrypoint=command(get("entrypoint")),
        environment=environment,
        env_files=env_files,
        mounts=read_mounts(node, loader),
        ports=_ports(get("ports")),
        expose=tuple(port for item in texts(get("expose")) for port in _exposed(item)),
        networks=_networks(get("networks")),
        network_mode=located(get("network_mode")),
        depends_on=_depends(get("depends_on")),
        profiles=tuple(p for item in texts(get("profiles")) if (p := known_text(item)) is not None),
        healthcheck=_healthcheck(get("healthcheck")),
        labels=_labels(node, loader),
        extra_hosts=_hosts(get("extra_hosts")),
        links=tuple(found for item in texts(get("links")) if (found := located(item))),
        external_links=tuple(found for item in texts(get("external_links")) if (found := located(item))),
        user=located(get("user")),
        working_dir=located(get("working_dir")),
        container_name=located(get("container_name")),
        hostname=located(get("hostname")),
        secrets=_grants(get("secrets")),
        configs=_grants(get("configs")),
        volumes_from=tuple(found for item in texts(get("volumes_from")) if (found := located(item))),
        watch=_watch(watch, loader),
        deploy=deploy if isinstance(deploy, Mapping) else None,
        restart=located(get("restart")),
        privileged=text(get("privileged")) == "true",
        extends=Extends(text(base) or "", known_text(at(extends, "file")), extends.span) if extends else None,
        environment_full=read_env_files(env_files, environment, env.values, loader),
        complete=name not in loader.incomplete,
    )


def read_resources(root: Mapping, kind: str, loader: Loader) -> dict[str, Resource]:
    resources = {}
    for key, entry in mapping_of(root.get(kind)).items():
        node = entry.value if isinstance(entry.value, Mapping) else Mapping({}, entry.key.span)
        file = node.get("file")
        resources[key] = Resource(
            key,
            known_text(node.get("name")),
            text(node.get("external")) == "true",
            known_text(node.get("driver")),
            node,
            entry.key.span,
            None if is_null(file) else loader.tree_path(text(file) or ""),
            known_text(node.get("environment")),
            text(node.get("internal")) == "true",
        )
    return resources
