"""What a compose service is after merging, extending and interpolating: the types that checks read.

Every part carries the span of the text that decided it, in whichever file that stands. A text that an unset
variable takes part in is ``None``: nobody knows it without the author's machine.
"""

from __future__ import annotations

from collections.abc import Mapping as Map

from dockerlint.formats.problem import Comment, Problem
from dockerlint.formats.yamlnodes import Mapping
from dockerlint.model.value import Value
from dockerlint.source.record import dataclass, field
from dockerlint.source.text import SourceFile, Span


@dataclass(frozen=True, slots=True)
class Located:
    """A text and its place; `value` is None where a variable in it is unknown. `template` is the text as written."""

    value: str | None
    span: Span
    template: str


@dataclass(frozen=True, slots=True)
class BuildSpec:
    """``build:`` in any of its forms."""

    context: str | None  # folder in the tree, "" for its root; None: remote, outside of the tree or unknown
    remote: str | None  # URL of a remote context
    dockerfile: str  # as written, relative to the context; "Dockerfile" by default
    dockerfile_path: str | None  # path in the tree; None: inline, remote, outside or unknown
    inline: SourceFile | None  # dockerfile_inline, as a file of its own (positions count inside of it)
    target: str | None
    target_known: bool  # False: target names an unknown variable
    args: Map[str, Value]  # an argument without a value is Unknown unless the .env file has it
    arg_spans: Map[str, Span]  # the whole entry of every argument
    additional_contexts: Map[str, Located]
    secrets: tuple[str, ...]
    span: Span  # the value of build:
    context_span: Span
    dockerfile_span: Span | None
    target_span: Span | None
    inline_span: Span | None  # where dockerfile_inline's text stands in the compose file


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """``command``, ``entrypoint`` or a healthcheck's test. No words: the image's own is taken away."""

    words: tuple[str, ...]  # as compose splits them; "" for a word nobody knows
    known: bool  # every word is known
    shell_text: str | None  # as written, where it is one string (after interpolation)
    span: Span
    word_spans: tuple[Span, ...]  # one a word; the whole text for all of them where it is one string


@dataclass(frozen=True, slots=True)
class EnvSetting:
    """One entry of ``environment:``, of an env file or of labels."""

    name: str
    value: str | None  # None: unknown, or taken from the machine's environment
    known: bool
    span: Span  # the whole entry: ``K: v``, ``- K=v``, ``K=v``
    value_span: Span | None  # None where there is no value
    literal: bool  # no variable takes part in it
    template: str  # the value as written
    passed: bool = False  # only the name is given: the machine's or .env's value is passed through


@dataclass(frozen=True, slots=True)
class EnvFileUse:
    """One env file that a service reads."""

    path: str | None  # path in the tree; None: outside of the tree, or unknown
    text: str  # as written, after interpolation
    required: bool
    format: str | None  # "raw" or None
    span: Span
    present: bool  # the file is there


@dataclass(frozen=True, slots=True)
class Mount:
    """One entry of ``volumes:`` or ``tmpfs:``."""

    kind: str  # bind | volume | tmpfs | npipe | cluster | image
    source: str | None  # bind: path in the tree or host path; volume: its name, None: anonymous
    source_text: str | None  # as written, after interpolation
    source_known: bool
    target: str | None  # path in the container, cleaned; None: unknown
    read_only: bool
    subpath: str | None
    create_host_path: bool
    span: Span
    source_span: Span | None
    target_span: Span | None
    host_path_in_tree: str | None  # bind: where it is in the tree, "" the root; None: elsewhere or unknown
    long_syntax: bool = False
    nocopy: bool = False
    declared: bool = False  # the image declares it as VOLUME

    @property
    def anonymous(self) -> bool:
        return self.kind == "volume" and self.source is None and self.source_known


@dataclass(frozen=True, slots=True)
class Port:
    """One published or exposed container port; a range is several."""

    host_ip: str | None
    published: str | None  # a port, a range "3000-3005", None: chosen by Docker or unknown
    published_known: bool
    target: str | None  # None: unknown
    protocol: str
    span: Span
    mode: str = "ingress"
    host_ip_known: bool = True


@dataclass(frozen=True, slots=True)
class NetworkUse:
    name: str
    aliases: tuple[str, ...]
    ipv4: str | None
    ipv6: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Dependency:
    service: str
    condition: str  # service_started | service_healthy | service_completed_successfully
    required: bool
    restart: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Healthcheck:
    test: CommandSpec | None  # words begin with CMD, CMD-SHELL or NONE
    disabled: bool
    interval: str | None
    timeout: str | None
    start_period: str | None
    retries: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Watch:
    """One entry of ``develop.watch``."""

    action: str  # rebuild | sync | restart | sync+restart | sync+exec
    path: str | None  # in the tree
    path_text: str
    target: str | None
    ignore: tuple[str, ...]
    span: Span
    path_span: Span | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A secret or config that a service (or its build) may read."""

    source: str
    target: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class ExtraHost:
    name: str
    address: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Extends:
    service: str
    file: str | None  # path in the tree; None: the same file
    span: Span


@dataclass(frozen=True, slots=True)
class Service:
    """A service as it will run, all profiles included."""

    name: str
    span: Span  # its key, in the last file that has it
    key_spans: tuple[Span, ...]  # its keys in all files, base first
    node: Mapping  # merged, interpolated, long syntax, defaults added
    paths: tuple[str, ...]  # files that it came from, base first
    image: Located | None
    build: BuildSpec | None
    command: CommandSpec | None
    entrypoint: CommandSpec | None
    environment: Map[str, EnvSetting]  # only environment: itself
    env_files: tuple[EnvFileUse, ...]
    mounts: tuple[Mount, ...]
    ports: tuple[Port, ...]
    expose: tuple[Port, ...]
    networks: Map[str, NetworkUse]  # with the default network where compose joins it; empty with network_mode
    network_mode: Located | None
    depends_on: Map[str, Dependency]
    profiles: tuple[str, ...]
    healthcheck: Healthcheck | None
    labels: Map[str, EnvSetting]
    extra_hosts: tuple[ExtraHost, ...]
    links: tuple[Located, ...]
    external_links: tuple[Located, ...]
    user: Located | None
    working_dir: Located | None
    container_name: Located | None
    hostname: Located | None
    secrets: tuple[Grant, ...]
    configs: tuple[Grant, ...]
    volumes_from: tuple[Located, ...]
    watch: tuple[Watch, ...]
    deploy: Mapping | None
    restart: Located | None
    privileged: bool
    extends: Extends | None
    environment_full: Map[str, EnvSetting] = field(default_factory=dict)  # env files below environment:
    complete: bool = True  # False: it extends something that cannot be read


@dataclass(frozen=True, slots=True)
class Resource:
    """A network, volume, secret or config of the project."""

    key: str
    name: str | None  # the real name; None: unknown
    external: bool
    driver: str | None
    node: Mapping
    span: Span  # its key
    file: str | None = None  # secrets and configs: their file, a path in the tree
    environment: str | None = None  # secrets and configs: the variable that holds them
    internal: bool = False  # networks: no way out


@dataclass(frozen=True, slots=True)
class Interpolation:
    """One ``${…}`` that was read."""

    name: str
    span: Span
    operator: str | None  # ":-", "-", ":?", "?", ":+", "+" or None
    argument: str | None  # the text behind the operator
    value: str | None  # the variable's own value; None: not set
    origin: Span | None  # where the value was set: the .env file
    path: tuple[str, ...] = ()  # the keys above it, of the file that it stands in: services, web, ports[0]


@dataclass(frozen=True, slots=True)
class Compose:
    """A project: all compose files merged as Compose merges them, all profiles included."""

    name: str | None
    folder: str  # the project's folder in the tree
    files: tuple[SourceFile, ...]  # every file that was read: -f files, extended and included ones
    services: Map[str, Service]
    networks: Map[str, Resource]
    volumes: Map[str, Resource]
    secrets: Map[str, Resource]
    configs: Map[str, Resource]
    root: Mapping | None  # the whole canonical project, shaped like `docker compose config`
    problems: tuple[Problem, ...]  # what Compose refuses, whatever the machine
    absent: tuple[Problem, ...]  # what Compose refuses only because a file or variable is missing here
    env: Map[str, EnvSetting]  # the .env files' values
    env_paths: tuple[str, ...]  # the .env files that were read
    comments: Map[str, tuple[Comment, ...]]  # by path
    interpolations: tuple[Interpolation, ...]
    outside: tuple[str, ...] = ()  # absolute paths of files that it wants but that lie outside of the tree
