"""Image references, and what the fact table knows of the image behind one.

The grammar is that of the distribution project (https://github.com/distribution/reference): an optional registry, a
repository in lower case, an optional tag, an optional digest. The facts are plain data (`rules/facts/images.yaml`,
handed in by the caller); this module only finds the row, picks what holds for the tag, and freezes the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Authentication", "DataFolder", "ImageFacts", "ImageReference", "image_facts", "parse_image"]

_DOCKER_HUB = "docker.io"
_HUB_NAMES = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})
# Owners who publish the official images again, for one processor or as a mirror: what holds for `mongo` holds for theirs.
_OFFICIAL_OWNERS = frozenset(
    {"library", "amd64", "arm32v5", "arm32v6", "arm32v7", "arm64v8", "i386", "mips64le", "ppc64le", "riscv64", "s390x"}
)
_WORD = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_HEX = frozenset("0123456789abcdefABCDEF")
_LARGEST = 1 << 30  # stands for "the newest of that series" where a tag says less than a row's bound


@dataclass(frozen=True, slots=True)
class ImageReference:
    """`registry/repository:tag@digest`, taken apart; `library/` is left out for images of Docker Hub."""

    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    @property
    def name(self) -> str:
        """The last part of the repository: `mongodb` of `bitnami/mongodb`."""
        return self.repository.rpartition("/")[2]

    @property
    def text(self) -> str:
        """The reference as people write it."""
        text = self.repository if self.registry == _DOCKER_HUB else f"{self.registry}/{self.repository}"
        if self.tag is not None:
            text += f":{self.tag}"
        return text if self.digest is None else f"{text}@{self.digest}"


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
    """Which of sh, bash, curl, wget, nc, git, python3, … are in; of those in `watched` the others are not."""
    package_manager: str | None = None
    onbuild: bool = False
    notes: tuple[str, ...] = ()


def parse_image(text: str) -> ImageReference | None:
    """Take a reference apart; None where the engine would refuse it (a variable in it, capitals, blanks)."""
    rest, at, digest = text.partition("@")
    if at and not _is_digest(digest):
        return None
    if not rest or len(rest) > 512:
        return None
    head, colon, tag = rest.rpartition(":")
    if colon and "/" not in tag:
        rest = head
        if not _is_tag(tag):
            return None
    else:
        tag = ""
    first, slash, remainder = rest.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost" or first != first.lower()):
        registry, repository = first, remainder
        if not _is_registry(registry):
            return None
    else:
        registry, repository = _DOCKER_HUB, rest
    if registry in _HUB_NAMES:
        registry = _DOCKER_HUB
        repository = repository.removeprefix("library/")
    if len(repository) > 255 or not all(map(_is_component, repository.split("/"))):
        return None
    if registry == _DOCKER_HUB and len(repository) == 64 and _HEX.issuperset(repository):
        return None  # the engine takes it for an image's id
    return ImageReference(registry, repository, tag or None, digest or None)


def image_facts(reference: ImageReference, facts: Mapping[str, Any]) -> ImageFacts | None:
    """The row of `facts["images"]` for this image, resolved for its tag; None where nobody knows the image."""
    raise NotImplementedError


def _is_digest(text: str) -> bool:
    algorithm, colon, value = text.partition(":")
    return bool(colon and algorithm) and len(value) >= 32 and _HEX.issuperset(value) and algorithm[0].isalpha()


def _is_tag(text: str) -> bool:
    if not text or len(text) > 128 or not text.isascii():
        return False
    return text[0] not in ".-" and all(c.isalnum() or c in "_.-" for c in text)


def _is_registry(text: str) -> bool:
    host, colon, port = text.partition(":")
    if colon and not (port.isascii() and port.isdigit()):
        return False
    if not host.isascii():
        return False
    return all(part and part[0] != "-" and part[-1] != "-" and part.replace("-", "a").isalnum() for part in host.split("."))


def _is_component(text: str) -> bool:
    """Letters and digits, between them one dot, one or two underscores, or any number of dashes."""
    if not text or text[0] not in _WORD or text[-1] not in _WORD:
        return False
    gap = ""
    for character in text:
        if character in _WORD:
            if gap and gap not in (".", "_", "__") and gap.strip("-"):
                return False
            gap = ""
        else:
            gap += character
    return True


def _strings(value: Iterable[Any] | None) -> tuple[str, ...]:
    return tuple(str(item) for item in value or ())
