"""Image references, as the distribution project's grammar has them (https://github.com/distribution/reference)."""

from __future__ import annotations

from dockerlint.source.record import dataclass

__all__ = ["DOCKER_HUB", "ImageReference", "parse_image"]

DOCKER_HUB = "docker.io"
_HUB_NAMES = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})
_WORD = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_HEX = frozenset("0123456789abcdef")
_IPV6 = frozenset("0123456789abcdefABCDEF:")


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
        text = self.repository if self.registry == DOCKER_HUB else f"{self.registry}/{self.repository}"
        if self.tag is not None:
            text += f":{self.tag}"
        return text if self.digest is None else f"{text}@{self.digest}"


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
        registry, repository = DOCKER_HUB, rest
    if registry in _HUB_NAMES:
        registry = DOCKER_HUB
        repository = repository.removeprefix("library/")
    if len(repository) > 255 or not all(map(_is_component, repository.split("/"))):
        return None
    if registry == DOCKER_HUB and len(repository) == 64 and _HEX.issuperset(repository):
        return None  # the engine takes it for an image's id
    return ImageReference(registry, repository, tag or None, digest or None)


def _is_digest(text: str) -> bool:
    algorithm, colon, value = text.partition(":")
    return bool(colon and algorithm) and len(value) >= 32 and _HEX.issuperset(value) and algorithm[0].isalpha()


def _is_tag(text: str) -> bool:
    if not text or len(text) > 128 or not text.isascii():
        return False
    return text[0] not in ".-" and all(c.isalnum() or c in "_.-" for c in text)


def _is_registry(text: str) -> bool:
    if text.startswith("["):
        host, bracket, port = text[1:].partition("]")
        return bool(host and bracket) and set(host) <= _IPV6 and (not port or (port[0] == ":" and _is_port(port[1:])))
    host, colon, port = text.partition(":")
    if (colon and not _is_port(port)) or not host.isascii():
        return False
    return all(part[:1] != "-" and part[-1:] != "-" and part.replace("-", "a").isalnum() for part in host.split("."))


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit()


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
