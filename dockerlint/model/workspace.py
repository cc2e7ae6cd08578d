"""Readings of the tree's files, each made once: what several projects of one run share."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from dockerlint.formats.instructions import parse_dockerfile
from dockerlint.model.image.context import Context, context_of
from dockerlint.model.image.dockerfile import Dockerfile, read_stages
from dockerlint.model.image.facts import ImageFacts, image_facts, parse_image
from dockerlint.model.mentions import Mentions, read_mentions
from dockerlint.model.value import Known, Value
from dockerlint.source.discover import walk
from dockerlint.source.record import dataclass, field
from dockerlint.source.text import SourceFile
from dockerlint.source.tree import FileTree

if TYPE_CHECKING:
    from dockerlint.formats.configfiles import ConfigEntry
    from dockerlint.formats.dotenv import ParsedEnv
    from dockerlint.formats.instructiontypes import ParsedDockerfile
    from dockerlint.formats.manifests import Manifest
    from dockerlint.formats.sourcefacts import SourceFacts
    from dockerlint.model.secrets.judging import Verdict
    from dockerlint.model.secrets.words import Lexicon
    from dockerlint.source.text import Span

T = TypeVar("T")

_MOST_SOURCES = 4000


@dataclass(eq=False)
class Workspace:
    """The tree, the facts that the rules know, and every reading so far. Never changes a file.

    `base` is the folder that was asked for: the names of folders above it say nothing about what lies in it.
    """

    tree: FileTree
    facts: Mapping[str, Any]
    base: str = ""
    _parsed: dict[str, ParsedDockerfile] = field(default_factory=dict)
    _dockerfiles: dict[tuple[str, frozenset[tuple[str, str | None]]], Dockerfile] = field(default_factory=dict)
    _contexts: dict[tuple[str, str | None], Context] = field(default_factory=dict)
    _sources: dict[str, SourceFacts] = field(default_factory=dict)
    _configs: dict[str, tuple[ConfigEntry, ...]] = field(default_factory=dict)
    _manifests: dict[str, Manifest | None] = field(default_factory=dict)
    _envs: dict[str, ParsedEnv | None] = field(default_factory=dict)
    _walks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _images: dict[str, ImageFacts | None] = field(default_factory=dict)
    whole: bool | None = None  # is the tree a whole project? See promised.py; None: nobody asked yet
    _mentions: Mentions | None = None
    _lexicon: Lexicon | None = None
    ignore_files: set[str] = field(default_factory=set)  # those that some build reads, of the contexts so far
    kinds: dict[str, str] = field(default_factory=dict)  # by variable: the backing service that its name speaks of
    _cache: dict[tuple[str, Hashable], Any] = field(default_factory=dict, repr=False)
    literals: dict[str, tuple[tuple[Verdict, str, Span], ...]] = field(default_factory=dict)  # secrets by path

    def once(self, what: str, about: Hashable, make: Callable[[], T]) -> T:
        """A fact that several projects share, made when it is first asked for. `what` is its name."""
        key = (what, about)
        if key not in self._cache:
            self._cache[key] = make()
        found: T = self._cache[key]
        return found

    def own(self, path: str) -> str:
        """A path of the tree as seen from the folder that was asked for."""
        if not self.base or path == self.base:
            return "" if self.base else path
        return path[len(self.base) + 1 :] if path.startswith(self.base + "/") else path

    def dockerfile(self, file: SourceFile, args: Mapping[str, Value]) -> Dockerfile:
        """The stages of a Dockerfile for a build with these arguments."""
        key = (file.path, frozenset((n, v.text if isinstance(v, Known) else None) for n, v in args.items()))
        if key not in self._dockerfiles:
            if file.path not in self._parsed:
                self._parsed[file.path] = parse_dockerfile(file)
            self._dockerfiles[key] = read_stages(self._parsed[file.path], args)
        return self._dockerfiles[key]

    def context(self, folder: str, dockerfile: str | None) -> Context:
        key = (folder, dockerfile)
        if key not in self._contexts:
            context = self._contexts[key] = context_of(self.tree, folder, dockerfile)
            if context.ignore_file is not None:
                self.ignore_files.add(context.ignore_file.path)
        return self._contexts[key]

    def image(self, text: str) -> ImageFacts | None:
        """What is known of an image reference, None for an unknown image."""
        if text not in self._images:
            reference = parse_image(text)
            self._images[text] = image_facts(reference, self.facts) if reference is not None else None
        return self._images[text]

    def source(self, path: str) -> SourceFacts | None:
        """The facts of a source file, None where it cannot be read."""
        if path not in self._sources:
            from dockerlint.formats.sourcecode import read_source

            file = self.tree.read(path)
            if file is None:
                return None
            self._sources[path] = read_source(file)
        return self._sources[path]

    def config(self, path: str) -> tuple[ConfigEntry, ...]:
        """The settings of an application's configuration file; () where it is none or cannot be read."""
        if path not in self._configs:
            from dockerlint.formats.configfiles import read_config

            file = self.tree.read(path)
            self._configs[path] = read_config(file) if file is not None else ()
        return self._configs[path]

    def manifest(self, path: str) -> Manifest | None:
        if path not in self._manifests:
            from dockerlint.formats.manifests import read_manifest

            file = self.tree.read(path)
            self._manifests[path] = read_manifest(file) if file is not None else None
        return self._manifests[path]

    def env(self, path: str) -> ParsedEnv | None:
        if path not in self._envs:
            from dockerlint.model.environment.effective import read_env

            self._envs[path] = read_env(self.tree, path)
        return self._envs[path]

    def paths_below(self, folder: str) -> tuple[str, ...]:
        """Every file below a folder that is neither skipped nor git-ignored, sorted by folder."""
        if folder not in self._walks:
            self._walks[folder] = tuple(walk(self.tree, folder))
        return self._walks[folder]

    def sources_below(self, folder: str) -> Iterator[str]:
        """The source files below a folder, at most so many that a huge tree ends soon."""
        from dockerlint.formats.sourcecode import language_of

        count = 0
        for path in self.paths_below(folder):
            if language_of(path):
                count += 1
                if count > _MOST_SOURCES:
                    return
                yield path

    def mentions(self, folders: Iterable[str] = ()) -> Mentions:
        """What the documents of the folder that was asked for, and of these, tell people to type; read once."""
        if self._mentions is None:
            self._mentions = read_mentions(self.tree, (self.base, *folders))
        return self._mentions

    def secret_words(self) -> Lexicon:
        """What names and values say about secrets."""
        if self._lexicon is None:
            from dockerlint.model.secrets.words import lexicon

            self._lexicon = lexicon(self.facts)
        return self._lexicon
