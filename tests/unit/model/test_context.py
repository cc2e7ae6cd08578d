from __future__ import annotations

from pathlib import Path

from dockerlint.model.image.context import Context, context_of
from dockerlint.source.tree import DictTree, FolderTree


def context(files: dict[str, str], folder: str = "", dockerfile: str | None = "Dockerfile") -> Context:
    return context_of(DictTree(files), folder, dockerfile)


def read_from(found: Context) -> str | None:
    return found.ignore_file.path if found.ignore_file else None


def test_the_dockerfiles_own_ignore_file_comes_first() -> None:
    files = {"d/prod.Dockerfile": "", "d/prod.Dockerfile.dockerignore": "", "app/.dockerignore": "x", "app/x": ""}
    found = context(files, "app", "d/prod.Dockerfile")
    assert read_from(found) == "d/prod.Dockerfile.dockerignore"
    assert found.includes("x")
    assert [(stray.path, stray.reason) for stray in found.other_ignore_files] == [("app/.dockerignore", "shadowed")]
    assert read_from(context(files, "app", None)) == "app/.dockerignore"


def test_a_lower_case_dockerfile_goes_by_its_own_name() -> None:
    files = {"dockerfile": "", "Dockerfile.dockerignore": "x"}
    assert read_from(context(files, "", "dockerfile")) is None
    assert read_from(context(files | {"dockerfile.dockerignore": "y"}, "", "dockerfile")) == "dockerfile.dockerignore"


def test_names_that_no_build_reads() -> None:
    files = {
        "web/Dockerfile": "",
        "web/.dockerignore": "x",
        ".dockerIgnore": "x",
        "api.dockerignore": "",
        "Dockerfile": "",
    }
    found = context(files, "", "web/Dockerfile")
    assert read_from(found) is None
    assert [(stray.path, stray.reason) for stray in found.other_ignore_files] == [
        (".dockerIgnore", "spelling"),
        ("api.dockerignore", "no-dockerfile"),
        ("web/.dockerignore", "elsewhere"),
    ]


def test_an_ignore_file_that_git_ignores_is_unknown() -> None:
    assert context({"Dockerfile": ""}).known
    assert not context({"Dockerfile": "", ".gitignore": ".dockerignore\n"}).known
    assert context({"Dockerfile": "", ".gitignore": ".dockerignore\n", ".dockerignore": "a"}).known


def test_files_of_a_folder_and_paths() -> None:
    files = {
        "app/.dockerignore": "node_modules\n*.log",
        "app/a.js": "12345",
        "app/node_modules/x/i.js": "",
        "app/z.log": "",
    }
    found = context(files, "app", "app/Dockerfile")
    assert list(found.files()) == [(".dockerignore", 18), ("a.js", 5)]
    assert not found.reaches("node_modules")
    assert found.reaches("src/node_modules")
    assert found.tree_path("a.js") == "app/a.js"
    assert found.path_of("app/a.js") == "a.js"
    assert found.path_of("apple") is None
    reason = found.why("deep/node_modules")
    assert reason is None
    reason = found.why("node_modules/x")
    assert reason is not None and reason.span.line == 1


def test_a_file_that_the_builder_refuses_to_open_is_sent_empty() -> None:
    files = {".dockerignore": "logs\n!logs/keep\nlog*", "logs/keep": "12345", "logs/x": "1"}
    assert list(context(files).files()) == [(".dockerignore", 20), ("logs/keep", 0)]


def test_links_are_sent_as_links(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/x").write_text("1")
    for link, target in (("here", "."), ("app/up", ".."), ("app/again", "../app"), ("linked", "app"), ("gone", "no")):
        (tmp_path / link).symlink_to(target)
    found = context_of(FolderTree(str(tmp_path)), "", None)
    assert [path for path, _ in found.files()] == ["app/again", "app/up", "app/x", "gone", "here", "linked"]
