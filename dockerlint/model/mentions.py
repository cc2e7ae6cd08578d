"""What the project's own documents and scripts tell people to type.

READMEs, Makefiles, scripts, package.json and CI files name the compose files that belong together, the folder a
Dockerfile is built in, and the example that is copied to ``.env``. Nothing here is run; a line is only read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dockerlint.source.pattern import pattern
from dockerlint.source.record import dataclass
from dockerlint.source.text import SourceFile, Span
from dockerlint.source.tree import FileTree, join, parent

_NAMES = frozenset({"makefile", "gnumakefile", "justfile", "taskfile.yml", "taskfile.yaml", "package.json", "procfile"})
_CI = frozenset({".gitlab-ci.yml", ".travis.yml", "jenkinsfile", "azure-pipelines.yml", "bitbucket-pipelines.yml"})
_CAP = 300_000
_LONGEST_CALL = 3000
_ASSIGNMENT = pattern(r"^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*[:?]?=[ \t]*([^\n]*)$", re.MULTILINE)
_DEVCONTAINER = pattern(r'"dockerComposeFile"\s*:\s*(\[[^\]]*\]|"[^"]*")')
_CALL = pattern(r"\bdocker(?:-compose\b|\.exe)?|\bpodman(?:-compose\b)?|\bcp\s|\bcopy\s|\bmv\s")


@dataclass(frozen=True, slots=True)
class ComposeCall:
    """``docker compose -f a -f b --env-file c``: paths in the tree. `span` is where it is written."""

    files: tuple[str, ...]
    env_files: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class BuildCall:
    """``docker build -f DOCKERFILE CONTEXT``; `dockerfile` is a path in the tree, `context` a folder."""

    context: str
    dockerfile: str
    target: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class FileCopy:
    """``cp SOURCE TARGET``, both paths in the tree."""

    source: str
    target: str
    span: Span


@dataclass(frozen=True, slots=True)
class Mentions:
    compose: tuple[ComposeCall, ...]
    builds: tuple[BuildCall, ...]
    copies: tuple[FileCopy, ...]
    paths: tuple[str, ...]  # the documents that were read


def document_paths(tree: FileTree, folders: Iterable[str]) -> Iterator[str]:
    """Documents and scripts in these folders, and the CI files of the root."""
    for folder in dict.fromkeys(folders):
        for entry in tree.entries(folder):
            path = f"{folder}/{entry.name}" if folder else entry.name
            lowered = entry.name.lower()
            if not entry.folder:
                if lowered in _NAMES or lowered in _CI or lowered.endswith((".sh", ".md", ".bat", ".ps1", ".mk")):
                    yield path
            elif lowered in ("scripts", "bin", "script", "docs", "docker"):
                for inner in tree.entries(path):
                    if not inner.folder and inner.name.lower().endswith((".sh", ".md")):
                        yield f"{path}/{inner.name}"
        name = "devcontainer.json" if folder.endswith(".devcontainer") else ".devcontainer/devcontainer.json"
        path = f"{folder}/{name}" if folder else name
        if tree.kind(path) == "file":
            yield path
    for entry in tree.entries(".github/workflows"):
        if entry.name.endswith((".yml", ".yaml")):
            yield f".github/workflows/{entry.name}"


def read_mentions(tree: FileTree, folders: Iterable[str]) -> Mentions:
    """Read every document once; a call that names files that are not there is left out."""
    compose: list[ComposeCall] = []
    builds: list[BuildCall] = []
    copies: list[FileCopy] = []
    paths = tuple(dict.fromkeys(document_paths(tree, folders)))
    for path in paths:
        file = tree.read(path)
        if file is None or len(file.text) > _CAP:
            continue
        text = file.text
        if path.endswith("devcontainer.json"):
            compose.extend(_devcontainer(file, tree))
            continue
        variables: dict[str, str] | None = None
        position = 0
        while (match := _CALL.search(text, position)) is not None:
            most = min(len(text), match.start() + _LONGEST_CALL)
            line_end = text.find("\n", match.start(), most)
            while line_end >= 0 and text[line_end - 1] == "\\":
                line_end = text.find("\n", line_end + 1, most)
            line_end = most if line_end < 0 else line_end
            line = text[match.start() : line_end].replace("\\\n", " ")
            if "$" in line:
                variables = _assignments(text) if variables is None else variables
                line = _expanded(line, variables)
            words = _words(line)
            position = match.end()
            span = file.span(match.start(), line_end)
            folder = parent(path)
            if words[:1] in (["cp"], ["copy"], ["mv"]):
                copies.extend(_copy(words, folder, span, tree))
            elif words and (words[0].endswith("-compose") or words[1:2] == ["compose"]):
                call = _compose(words, folder, span, tree)
                if call is not None:
                    compose.append(call)
            elif words[1:2] == ["build"] or words[1:3] in (["buildx", "build"], ["image", "build"]):
                build = _build(words, folder, span, tree)
                if build is not None:
                    builds.append(build)
    return Mentions(tuple(compose), tuple(builds), tuple(copies), paths)


def _devcontainer(file: SourceFile, tree: FileTree) -> Iterator[ComposeCall]:
    """``dockerComposeFile`` (https://containers.dev/implementors/json_reference/#compose-specific)."""
    match = _DEVCONTAINER.search(file.text)
    if match is None:
        return
    names = match.group(1).split('"')[1::2]
    paths = [join(parent(file.path), name) for name in names]
    if paths and all(path is not None and tree.kind(path) == "file" for path in paths):
        yield ComposeCall(tuple(path for path in paths if path is not None), (), file.span(*match.span()))


def _assignments(text: str) -> dict[str, str]:
    """What a Makefile or script sets to a plain text."""
    found = {match.group(1): match.group(2).strip().strip("\"'") for match in _ASSIGNMENT.finditer(text)}
    return {name: value for name, value in found.items() if "$" not in value}


def _expanded(line: str, variables: dict[str, str]) -> str:
    """The line with these variables: ``$(FILES)`` of a Makefile, ``$FILES`` of a script."""
    for name, value in variables.items():
        if name in line:
            for form in (f"$({name})", f"${{{name}}}", f"${name}"):
                line = line.replace(form, value)
    return line


def _words(line: str) -> list[str]:
    """The words of a command line in running text: up to an operator, a backquote or a sentence's end."""
    words: list[str] = []
    for raw in line.split():
        word = raw.strip("\"'`")
        if raw.startswith(("&&", "||", ";", "|", "#")) or not word:
            break
        stop = raw.endswith((";", "`", '"', '",')) and bool(words)
        words.append(word.rstrip(";,`\"'"))
        if stop:
            break
    return words


def _options(words: list[str], names: tuple[str, ...]) -> Iterator[str]:
    for index, word in enumerate(words):
        for name in names:
            if word == name and index + 1 < len(words):
                yield words[index + 1]
            elif word.startswith(name + "="):
                yield word[len(name) + 1 :]


def _in_tree(name: str, folder: str, tree: FileTree) -> str | None:
    """A path as a person would type it: from the document's folder, or from the root."""
    for base in dict.fromkeys((folder, "", parent(folder))):
        path = join(base, name)
        if path is not None and tree.kind(path) is not None:
            return path
    return None


def _compose(words: list[str], folder: str, span: Span, tree: FileTree) -> ComposeCall | None:
    files = [_in_tree(name, folder, tree) for name in _options(words, ("-f", "--file"))]
    if not files or any(file is None or tree.kind(file) != "file" for file in files):
        return None
    env = [_in_tree(name, folder, tree) for name in _options(words, ("--env-file",))]
    return ComposeCall(tuple(f for f in files if f), tuple(e for e in env if e), span)


_BUILD_VALUES = frozenset(
    "-t --tag -f --file --target --build-arg --platform --cache-from --cache-to --progress --label --network --secret"
    " --ssh -o --output --builder --build-context --add-host --iidfile -m --memory --shm-size --ulimit".split()
)


def _build(words: list[str], folder: str, span: Span, tree: FileTree) -> BuildCall | None:
    positional: list[str] = []
    rest = words[words.index("build") + 1 :]
    skip = False
    for word in rest:
        if skip:
            skip = False
        elif word in _BUILD_VALUES:
            skip = True
        elif not word.startswith("-"):
            positional.append(word)
    if len(positional) != 1:
        return None
    context = _in_tree(positional[0], folder, tree)
    if context is None or tree.kind(context) != "folder":
        return None
    name = next(_options(rest, ("-f", "--file")), None)
    dockerfile = _in_tree(name, folder, tree) if name else join(context, "Dockerfile")
    if dockerfile is None or tree.kind(dockerfile) != "file":
        return None
    return BuildCall(context, dockerfile, next(_options(rest, ("--target",)), None), span)


def _copy(words: list[str], folder: str, span: Span, tree: FileTree) -> Iterator[FileCopy]:
    names = [word for word in words[1:] if not word.startswith("-")]
    if len(names) < 2:
        return
    source = _in_tree(names[0], folder, tree)
    target = names[1].rstrip(".,") if names[1] not in (".", "..") else names[1]
    if source is None or tree.kind(source) != "file":
        return
    base = parent(source)
    for start in dict.fromkeys((folder, "", base)):
        path = join(start, target)
        if path is None:
            continue
        if tree.kind(path) == "folder":
            path = join(path, source.rpartition("/")[2])
        if path is not None and (parent(path) == base or tree.kind(parent(path)) == "folder"):
            yield FileCopy(source, path, span)
            return
