"""Files with secrets in a build context, as its author has it: those on disk, and env files that git keeps out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.environment.effective import example_of, read_env
from dockerlint.model.secrets.holders import holds_secret, is_env_path, is_quiet_path, is_template_path
from dockerlint.model.secrets.judging import names_credential
from dockerlint.source.record import dataclass
from dockerlint.source.text import Span
from dockerlint.source.tree import parent

if TYPE_CHECKING:
    from dockerlint.model.image.context import Context
    from dockerlint.model.image.layout import Copy, Layout
    from dockerlint.model.project import Build, Project, SourceUse
    from dockerlint.model.workspace import Workspace

_KEY_ENDINGS = (".pem", ".key", ".ppk", ".p12", ".pfx", ".jks", ".keystore")
_TOOL_FILES = frozenset(
    ".npmrc .pypirc .netrc .pgpass .git-credentials .htpasswd .dockercfg .my.cnf kubeconfig .s3cfg".split()
)
_ACCOUNT_WORDS = ("credential", "service-account", "service_account", "serviceaccount", "adminsdk", "secret", "key")
_EXAMPLE_WORDS = ("example", "sample", "dist", "template", "tmpl", "default", "defaults", "skel")


@dataclass(frozen=True, slots=True)
class SecretFile:
    """`path` is of the tree. `asked` is the place that asks for a file which only the author has, None on disk."""

    path: str
    asked: Span | None


@dataclass(frozen=True, slots=True)
class BroughtSecret:
    """A file with secrets that ends up in the image that runs, and the COPY that takes it there last."""

    secret: SecretFile
    copy: Copy
    explicit: bool


def brought_secrets(project: Project, build: Build) -> Iterator[BroughtSecret]:
    """What the image of a build holds that it must not; nothing where the context is unknown."""
    context, layout = build.context, build.layout
    if context is None or not context.known or layout is None or not layout.copies:
        return
    files = project.once_for_all(f"secret files of {context.folder}", lambda: tuple(secret_files(project, context)))
    for secret in files:
        inner = context.path_of(secret.path)
        copy = _last_copy(layout, inner) if inner is not None and context.includes(inner) else None
        if copy is not None and inner is not None:
            yield BroughtSecret(secret, copy, copy.source.path == inner)


def _last_copy(layout: Layout, inner: str) -> Copy | None:
    for copy in layout.copies:
        if copy.foreign:
            continue
        if copy.origin is None:
            if copy.source.container_path(inner, is_folder=False) is not None:
                return copy
            continue
        for path in layout.of(copy.origin).container_paths(inner):
            if copy.source.container_path(path.lstrip("/"), is_folder=False) is not None:
                return copy
    return None


def secret_files(project: Project, context: Context) -> Iterator[SecretFile]:
    """The secret files in a context: on disk first, then those that only the author has."""
    workspace = project.workspace
    for path in workspace.once("secret files", context.folder, lambda: _filled(workspace, context)):
        yield SecretFile(path, None)
    for path, asked in _asked_for(project, context).items():
        if workspace.tree.kind(path) is not None or not workspace.tree.ignored(path):
            continue
        if context.path_of(path) is not None and not _harmless(workspace, path):
            yield SecretFile(path, asked)


def holds_history(context: Context) -> bool:
    """Does the author's context hold ``.git``? It is there, or git's own files stand at the root of the tree."""
    if context.kind(".git") is not None:
        return True
    return not context.folder and any(context.kind(name) for name in (".gitignore", ".gitattributes", ".github"))


def is_for_secrets(path: str) -> bool:
    """Is a file there for its secrets? Settings that also hold a password belong into the image all the same."""
    folder, _, name = path.lower().rpartition("/")
    if is_env_path(path):
        return not is_template_path(path) and not is_quiet_path(path)
    if name.endswith(_KEY_ENDINGS) or name.startswith("id_") or name in _TOOL_FILES:
        return not is_quiet_path(path)
    if name.endswith(".json"):
        return any(word in name for word in _ACCOUNT_WORDS) and not is_template_path(path) and not is_quiet_path(path)
    return name in ("credentials", "config") and folder.rpartition("/")[2] in (".aws", ".kube", ".docker")


def _filled(workspace: Workspace, context: Context) -> tuple[str, ...]:
    """The files on disk that are there for secrets and hold one."""
    every = _on_disk(workspace, context)
    return tuple(path for path in every if is_for_secrets(workspace.own(path)) and holds_secret(workspace, path))


def _on_disk(workspace: Workspace, context: Context) -> Iterator[str]:
    """Every file of the context, git-ignored ones included: git says nothing of what the builder is sent."""
    seen = set()
    for path in workspace.paths_below(context.folder):
        seen.add(path)
        yield path
    folders = {parent(path) for path in seen} | {context.folder}
    for folder in sorted(folders):
        for entry in workspace.tree.entries(folder):
            path = f"{folder}/{entry.name}" if folder else entry.name
            if not entry.folder and path not in seen:
                yield path


def _harmless(workspace: Workspace, path: str) -> bool:
    """Does the example beside an env file name no credential?"""
    example = example_of(workspace.tree, path)
    parsed = read_env(workspace.tree, example) if example is not None else None
    return parsed is not None and not any(
        names_credential(workspace.facts, entry.name) or ("://" in (entry.value or "") and "@" in (entry.value or ""))
        for entry in parsed.entries
    )


def _asked_for(project: Project, context: Context) -> dict[str, Span]:
    """Env files that something asks for: compose, a document, an example beside them, or the program's own import."""
    found: dict[str, Span] = {}
    workspace = project.workspace
    for service in project.services:
        for use in service.env_files:
            if use.path is not None:
                found.setdefault(use.path, use.span)
    if project.compose is not None:
        unset = [use for use in project.compose.interpolations if use.value is None and use.operator is None]
        if unset:
            folder = project.compose.folder
            found.setdefault(f"{folder}/.env" if folder else ".env", unset[0].span)
    for copy in workspace.mentions().copies:
        found.setdefault(copy.target, copy.span)
    for path in workspace.paths_below(context.folder):
        name = path.rpartition("/")[2]
        target = _exemplified(name)
        file = workspace.tree.read(path) if target else None
        if target and file is not None:
            folder = parent(path)
            found.setdefault(f"{folder}/{target}" if folder else target, file.span(0, 0))
    for path, span in _imported(project, context):
        found.setdefault(path, span)
    return found


def _exemplified(name: str) -> str | None:
    """``.env`` of ``.env.example``, ``env.sample`` or ``.example.env``."""
    words = [word for word in name.replace("-", ".").replace("_", ".").split(".") if word]
    plain = [word for word in words if word.lower() not in _EXAMPLE_WORDS]
    if "env" not in words or len(plain) == len(words):
        return None
    return "." + ".".join(plain)


def _imported(project: Project, context: Context) -> Iterator[tuple[str, Span]]:
    """``.env`` in the package of a source file that loads it."""
    for use in project.once_for_all("sources that load .env", lambda: _loading(project)):
        if context.path_of(use.path) is not None:
            for load in use.facts.dotenv:
                if load.path is not None and load.path.strip("./") not in ("env",):
                    continue
                folder = _package_folder(use.path, project.workspace, context)
                yield (f"{folder}/.env" if folder else ".env"), load.span


def _loading(project: Project) -> list[SourceUse]:
    uses = (use for service in project.services for use in project.sources_of(service) if use.facts.dotenv)
    return list({(use.path, id(use.facts)): use for use in uses}.values())


def _package_folder(path: str, workspace: Workspace, context: Context) -> str:
    folder = parent(path)
    while folder != context.folder and folder:
        if any(workspace.tree.kind(f"{folder}/{name}") for name in ("package.json", "manage.py", "pyproject.toml")):
            return folder
        folder = parent(folder)
    return context.folder
