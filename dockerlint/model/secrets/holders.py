"""Files that hold secrets: env files, key files, settings of tools and applications.

Which file is a template that shows what to fill in, which belongs to tests or documents, and what a file gives away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockerlint.formats.sourcecode import is_test_path
from dockerlint.model.secrets.judging import judge

if TYPE_CHECKING:
    from dockerlint.model.workspace import Workspace

_TEMPLATE_WORDS = frozenset(
    (
        "example",
        "examples",
        "sample",
        "samples",
        "dist",
        "template",
        "templates",
        "tmpl",
        "tpl",
        "default",
        "defaults",
        "skel",
        "skeleton",
        "demo",
        "stub",
        "j2",
    )
)
_TEST_WORDS = frozenset(
    (
        "test",
        "testing",
        "tests",
        "ci",
        "e2e",
        "cypress",
    )
)
_QUIET_FOLDERS = frozenset(
    (
        "docs",
        "doc",
        "documentation",
        "examples",
        "example",
        "samples",
        "sample",
        "locales",
        "locale",
        "i18n",
        "lang",
        "langs",
        "translations",
        "translation",
        ".github",
        ".gitlab",
        ".circleci",
        ".vscode",
        "k8s",
        "kubernetes",
        "helm",
        "charts",
        "swagger",
        "openapi",
        "postman",
        "storybook",
        ".storybook",
        "__snapshots__",
        "snapshots",
        "bower_components",
        "third_party",
        "dist-info",
        "stresstest",
        "loadtest",
        "load-test",
        "locust",
        "locusts",
        "k6",
        "benchmark",
        "benchmarks",
    )
)
_KEY_ENDINGS = (".pem", ".key", ".ppk", ".asc")
_KEY_STORES = (".p12", ".pfx", ".jks", ".keystore")


def is_env_path(path: str) -> bool:
    """Is it an env file by its name: ``.env``, ``.env.production``, ``db.env``, ``.env-local``, ``env.sample``?"""
    name = path.rpartition("/")[2].lower()
    if name.endswith(
        (".js", ".ts", ".py", ".rb", ".tsx", ".mjs", ".cjs", ".json", ".sh", ".bat", ".yml", ".yaml", ".md")
    ):
        return False
    return name == "env" or name.startswith((".env", "env.", "env-", "env_")) or name.endswith((".env", "-env", "_env"))


def is_template_path(path: str) -> bool:
    """Does the file show what to write, by its name (``.env.example``, ``config.dist.yml``)?"""
    return not _TEMPLATE_WORDS.isdisjoint(_name_words(path))


def is_quiet_path(path: str) -> bool:
    """Tests, documents and texts: nobody runs a container with their settings."""
    folders, _, name = path.lower().rpartition("/")
    if not _QUIET_FOLDERS.isdisjoint(folders.split("/")) or is_test_path(path):
        return True
    return not _TEST_WORDS.isdisjoint(_name_words(path)) or name.endswith(
        (".md", ".mdx", ".rst", ".lock", ".snap", ".map")
    )


def _name_words(path: str) -> list[str]:
    name = path.rpartition("/")[2].lower()
    return name.replace("-", ".").replace("_", ".").split(".")


def holds_secret(workspace: Workspace, path: str) -> bool:
    """Is there a real credential in a file: an env file, key, settings file or service account?

    A template holds one only where somebody left a real secret in it; certificates and public keys hold none. Nothing
    is said of source code (False).
    """
    name = path.rpartition("/")[2].lower()
    tables = workspace.secret_words().tables["holders"]
    if name.endswith(_KEY_STORES):
        return workspace.tree.kind(path) == "file"
    file = workspace.tree.read(path)
    if file is None:
        return False
    if name.endswith(_KEY_ENDINGS) or (name.startswith("id_") and name in tables["names"]):
        return "PRIVATE KEY" in file.text
    if name in (".npmrc", ".pypirc", ".netrc", ".pgpass", ".git-credentials", ".htpasswd", ".dockercfg"):
        return _tool_secret(workspace, name, file.text)
    if name == "master.key":
        return bool(file.text.strip())
    words, template = workspace.secret_words(), is_template_path(workspace.own(path))
    if is_env_path(path):
        parsed = workspace.env(path)
        entries = parsed.entries if parsed is not None else ()
        return any(judge(words, entry.name, entry.value or "", template=template) is not None for entry in entries)
    return any(
        judge(words, entry.key.rpartition(".")[2], entry.value, template=template, dollars=False, loose=False)
        is not None
        for entry in workspace.config(path)
    )


def _tool_secret(workspace: Workspace, name: str, text: str) -> bool:
    """Settings of npm, pip, git and their like, line by line."""
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith(("#", ";")):
            continue
        if name in (".pgpass", ".htpasswd"):
            if line.rpartition(":")[2] and ":" in line:
                return True
            continue
        if name == ".netrc":
            words = line.split()
            if "password" in words[:-1]:
                return True
            continue
        key, _, value = line.partition("=")
        key = key.rpartition(":")[2].strip().lower()
        value = value.strip().strip("\"'")
        if (
            key in ("_authtoken", "_auth", "_password", "password", "auth")
            and value
            and not value.startswith(("$", "%", "<"))
        ):
            return True
        if judge(workspace.secret_words(), None, line) is not None:
            return True
    return False
