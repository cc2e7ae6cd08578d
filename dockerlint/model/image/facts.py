"""What the fact table knows of the image behind a reference.

The facts are plain data (`rules/facts/images.yaml`, whose head says what its columns mean), handed in by the caller;
this module only finds the row, picks what holds for the tag, and freezes the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dockerlint.model.image.reference import ImageReference, parse_image
from dockerlint.source.record import dataclass

__all__ = ["Authentication", "DataFolder", "ImageFacts", "ImageReference", "image_facts", "is_lookalike", "parse_image"]

# Owners who publish the official images again, for one processor or as a mirror.
_OFFICIAL_OWNERS = frozenset(
    {"library", "amd64", "arm32v5", "arm32v6", "arm32v7", "arm64v8", "i386", "mips64le", "ppc64le", "riscv64", "s390x"}
)
# Of these kinds, an image of an unknown owner is what its name says; a `python` of theirs may be anything.
_KINDS_BY_NAME = frozenset({"database", "queue", "cache", "search"})
_LARGEST = 1 << 30  # a tag that says less than a row's bound is the newest of its series


@dataclass(frozen=True, slots=True)
class DataFolder:
    """A folder in which the image keeps what must outlive its container."""

    path: str
    declared: bool
    """The image declares VOLUME exactly here, so a mount on an ancestor does not keep the data."""
    inner: tuple[str, ...] = ()
    """Folders below that hold all of the real data: a mount on one of them keeps it too."""


@dataclass(frozen=True, slots=True)
class Authentication:
    """How the server of an image lets clients in. `default` is what holds when nothing is set."""

    default: str
    """`open`: everybody; `closed`: nobody without credentials; `known`: a user and password that everybody knows."""
    on_environment: tuple[tuple[str, ...], ...] = ()
    """Any of these groups switches it on when all of its names are set; an entry is NAME or NAME=value."""
    on_options: tuple[str, ...] = ()
    off_environment: tuple[str, ...] = ()
    """Any of these switches it off; an entry is NAME (set and not empty) or NAME=value."""
    off_options: tuple[str, ...] = ()
    off_unless: tuple[str, ...] = ()
    """Where one of these is set, nothing of `off_environment` has an effect."""
    option_environment: tuple[str, ...] = ()
    """Variables whose words the image hands to the server as options."""
    config_files: tuple[str, ...] = ()
    """Configuration files that the server reads without being told."""
    config_on: tuple[str, ...] = ()
    """Keys of a configuration file that switch it on; an entry is KEY (with any value) or KEY=value."""
    config_off: tuple[str, ...] = ()
    user_environment: tuple[str, ...] = ()
    password_environment: tuple[str, ...] = ()
    database_environment: tuple[str, ...] = ()
    user: str | None = None
    """The user that exists when no name is set."""
    password: str | None = None


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is known of an image at one tag. A field that is None is unknown; an empty tuple means none."""

    name: str
    """The row's name, e.g. `postgres`: what the image is, whoever publishes it."""
    kind: str
    """`database`, `queue`, `cache`, `storage`, `search`, `monitoring`, `application`, `language`, `web` or `system`."""
    source: str
    """The page that the row rests on."""
    persistence: str = "none"
    """`expected`: no volume means lost data; `optional`: only a volume on a wrong path is a fault; `none`."""
    loses: str | None = None
    """What goes with the container: `data`, `queue` or `cache`."""
    version: tuple[int, ...] | None = None
    assumed_latest: bool = False
    """The tag names no version, so the newest one known is meant."""
    owner_known: bool = True
    """False: only the last part of the repository matched, under an owner that nobody knows."""
    newest_version: str | None = None
    data_folders: tuple[DataFolder, ...] | None = ()
    data_varies: bool = False
    """Other versions keep their data elsewhere, so that an assumed version decides where it lies."""
    refused_mounts: tuple[str, ...] = ()
    """Mount targets with which the container does not start."""
    volumes: tuple[str, ...] | None = ()
    moved_by_environment: tuple[str, ...] = ()
    moved_by_options: tuple[str, ...] = ()
    """Options of the command that move the data; one that ends in `=` stands inside a word (`data_directory=`)."""
    configured_by_options: tuple[str, ...] = ()
    """Options that name a configuration file, which may move the data, the port or the authentication."""
    unpersisted_commands: tuple[tuple[str, ...], ...] = ()
    """Runs of command words that tell the server to keep nothing (redis: `--save ""`)."""
    ports: tuple[int, ...] | None = ()
    port_environment: tuple[str, ...] = ()
    port_options: tuple[str, ...] = ()
    required_environment: tuple[tuple[str, ...], ...] = ()
    """The image stops unless every group has a member that is set; an entry is NAME or NAME=value."""
    refused_environment: tuple[str, ...] = ()
    """NAME=value with which the image stops."""
    joint_environment: tuple[tuple[str, ...], ...] = ()
    """The image stops when some members of a group are set and others are not; an entry is NAME or A|B."""
    warns_only: bool = False
    """Without `required_environment` it starts all the same, and lets everybody in."""
    read_environment: tuple[str, ...] = ()
    """Other names that the image's entrypoint reads."""
    authentication: Authentication | None = None
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    workdir: str | None = None
    user: str | None = None
    environment: Mapping[str, str] | None = None
    servers: tuple[str, ...] = ()
    """Programs that are the server itself."""
    clients: tuple[str, ...] = ()
    """Programs in the image that are clients or one-off tools: a command that runs one starts no server."""
    tools: frozenset[str] | None = None
    """Programs known to be in the image (of those that the table watches: curl, wget, bash, nc, …)."""
    missing_tools: frozenset[str] = frozenset()
    """Programs known not to be in it."""
    package_manager: str | None = None
    onbuild: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Index:
    rows: Mapping[str, Mapping[str, Any]]
    words: frozenset[str]
    watched: frozenset[str]
    lookalikes: Mapping[str, tuple[str, ...]]


_built: list[tuple[Mapping[str, Any], _Index]] = []


def image_facts(reference: ImageReference, facts: Mapping[str, Any]) -> ImageFacts | None:
    """The row of `facts["images"]` for this image, resolved for its tag; None where nobody knows the image."""
    index = _index(facts)
    path = reference.repository
    while True:
        row = index.rows.get(path)
        if row is not None:
            break
        owner, slash, path = path.partition("/")
        if not slash:
            return None
    owner_known = True
    if "/" not in path and path != reference.repository:
        owner = reference.repository.removesuffix(f"/{path}").rpartition("/")[2]
        owner_known = owner in _OFFICIAL_OWNERS
        if not owner_known and row["kind"] not in _KINDS_BY_NAME:
            return None
    return _resolved(row, reference, index, owner_known)


def is_lookalike(name: str, facts: Mapping[str, Any]) -> bool:
    """Is this (the last part of a repository, or a service's name) a tool that is only named after a server?"""
    shapes = _index(facts).lookalikes
    return (
        name in shapes["names"]
        or name.startswith(shapes["starts"])
        or name.endswith(shapes["ends"])
        or any(part in name for part in shapes["contains"])
    )


def _index(facts: Mapping[str, Any]) -> _Index:
    for known, index in _built:
        if known is facts:
            return index
    table: Mapping[str, Any] = facts.get("images") or {}
    rows: dict[str, Mapping[str, Any]] = {}
    for row in table.get("images") or ():
        like = row.get("like")
        if like is not None:
            row = {**rows[like], **row}
        for name in row["names"]:
            rows[name] = row
    shapes = table.get("lookalikes") or {}
    index = _Index(
        rows,
        frozenset(table.get("words") or ()),
        frozenset(table.get("watched") or ()),
        {key: _strings(shapes.get(key)) for key in ("names", "starts", "ends", "contains")},
    )
    _built[:] = [*_built[-3:], (facts, index)]
    return index


def _resolved(row: Mapping[str, Any], reference: ImageReference, index: _Index, owner_known: bool) -> ImageFacts:
    tokens = (reference.tag or "latest").lower().split("-")
    if reference.tag is None and reference.digest is not None:
        version, assumed = None, False
    else:
        version, assumed = _version(tokens, row, index.words)
        if assumed and not owner_known:  # nobody knows when they built theirs last
            version, assumed = None, False
    merged = dict(row)
    for part in row.get("versions") or ():
        keys = {key: value for key, value in part.items() if key not in ("from", "below")}
        if version is None:
            merged.update(dict.fromkeys(keys))
        elif _fits(version, part.get("from"), part.get("below")):
            merged.update(keys)
    for part in row.get("variants") or ():
        if any(_is_word(token, part["word"]) for token in tokens):
            merged.update({key: value for key, value in part.items() if key != "word"})
    return _frozen(merged, version, assumed, owner_known, index.watched)


def _frozen(
    row: Mapping[str, Any],
    version: tuple[int, ...] | None,
    assumed_latest: bool,
    owner_known: bool,
    watched: frozenset[str],
) -> ImageFacts:
    volumes = _maybe_strings(row, "volumes")
    data = row.get("data", ())
    moved = row.get("moved_by") or {}
    ports = row.get("ports", ())
    environment = row.get("env")
    tools = None if row.get("tools") is None else frozenset(_strings(row["tools"]))
    return ImageFacts(
        name=row["names"][0],
        kind=row["kind"],
        source=row["source"],
        persistence=row.get("persistence") or "none",
        loses=row.get("loses"),
        version=version,
        assumed_latest=assumed_latest,
        owner_known=owner_known,
        newest_version=row.get("newest"),
        data_folders=None if data is None else tuple(_folder(item, volumes or (), version) for item in data),
        data_varies=any("data" in part for part in row.get("versions") or ()),
        refused_mounts=_strings(row.get("refused")),
        volumes=volumes,
        moved_by_environment=_strings(moved.get("env")),
        moved_by_options=_strings(moved.get("options")),
        configured_by_options=_strings(moved.get("config")),
        unpersisted_commands=_groups(row.get("unpersisted")),
        ports=None if ports is None else tuple(int(port) for port in ports),
        port_environment=_strings(row.get("port_env")),
        port_options=_strings(row.get("port_options")),
        required_environment=_groups(row.get("required_env")),
        refused_environment=_strings(row.get("refused_env")),
        joint_environment=_groups(row.get("joint_env")),
        warns_only=bool(row.get("warns_only")),
        read_environment=_strings(row.get("env_read")),
        authentication=_authentication(row.get("auth")),
        entrypoint=_maybe_strings(row, "entrypoint", None),
        command=_maybe_strings(row, "cmd", None),
        workdir=row.get("workdir"),
        user=row.get("user"),
        environment=None if environment is None else dict(_variables(environment, version)),
        servers=_strings(row.get("servers")),
        clients=_strings(row.get("clients")),
        tools=tools,
        missing_tools=(frozenset() if tools is None else watched - tools).union(_strings(row.get("absent"))),
        package_manager=row.get("packages"),
        onbuild=bool(row.get("onbuild")),
        notes=_strings(row.get("notes")),
    )


def _folder(item: Any, volumes: tuple[str, ...], version: tuple[int, ...] | None) -> DataFolder:
    if isinstance(item, str):
        return DataFolder(item, item in volumes)
    inner = (_numbered(path, version) for path in _strings(item.get("inner")))
    return DataFolder(item["path"], item["path"] in volumes, tuple(path for path in inner if path is not None))


def _variables(row: Mapping[str, Any], version: tuple[int, ...] | None) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        text = _numbered(str(value), version)
        if text is not None:
            yield name, text


def _numbered(text: str, version: tuple[int, ...] | None) -> str | None:
    if "{major}" not in text:
        return text
    return None if version is None else text.replace("{major}", str(version[0]))


def _authentication(row: Mapping[str, Any] | None) -> Authentication | None:
    if row is None:
        return None
    return Authentication(
        default=row["default"],
        on_environment=_groups(row.get("on")),
        on_options=_strings(row.get("on_options")),
        off_environment=_strings(row.get("off")),
        off_options=_strings(row.get("off_options")),
        off_unless=_strings(row.get("off_unless")),
        option_environment=_strings(row.get("option_env")),
        config_files=_strings(row.get("config_files")),
        config_on=_strings(row.get("config_on")),
        config_off=_strings(row.get("config_off")),
        user_environment=_strings(row.get("user_env")),
        password_environment=_strings(row.get("password_env")),
        database_environment=_strings(row.get("database_env")),
        user=row.get("user"),
        password=row.get("password"),
    )


def _version(tokens: list[str], row: Mapping[str, Any], words: frozenset[str]) -> tuple[tuple[int, ...] | None, bool]:
    """The version that a tag means, and whether it is only assumed because the tag names none."""
    aliases: Mapping[str, Any] = row.get("tags") or {}
    prefix: str = row.get("tag_prefix") or ""
    if prefix:
        tokens = [token for token in tokens if token.startswith(prefix) and token != prefix] or tokens
    for token in tokens:
        if token in aliases:
            return _numbers(str(aliases[token])), True
        if prefix and token.startswith(prefix):
            return _numbers(token[len(prefix) :]), False
        if token in words or token.rstrip("0123456789.") in words:
            continue
        return (None if prefix else _numbers(token.removeprefix("v"))), False
    newest = row.get("newest")
    return (None if newest is None else _numbers(str(newest))), True


def _numbers(text: str) -> tuple[int, ...] | None:
    """`9.6`, `8.0.33`, `18rc1`, `25.0.4_7` → numbers; None for what is no version (`9fe2b1c`)."""
    end = 0
    while end < len(text) and text[end] in "0123456789.":
        end += 1
    rest = text[end:]
    parts = text[:end].strip(".").split(".")
    if not all(parts) or len(text) > 40 or (rest and not rest.startswith(("rc", "beta", "alpha", "m", "u", "_", "+"))):
        return None
    return tuple(int(part) for part in parts)


def _fits(version: tuple[int, ...], first: str | None, beyond: str | None) -> bool:
    if first is not None and _padded(version) < _padded(_numbers(str(first)) or (), 0):
        return False
    return beyond is None or _padded(version) < _padded(_numbers(str(beyond)) or (), 0)


def _padded(version: tuple[int, ...], filler: int = _LARGEST) -> tuple[int, ...]:
    return version + (filler,) * (6 - len(version))


def _is_word(token: str, word: str) -> bool:
    return token == word or (token.startswith(word) and not token[len(word) :].strip("0123456789."))


def _strings(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value or ())


def _maybe_strings(row: Mapping[str, Any], key: str, absent: tuple[str, ...] | None = ()) -> tuple[str, ...] | None:
    if key not in row:
        return absent
    return None if row[key] is None else _strings(row[key])


def _groups(value: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(_strings(group) for group in value or ())
