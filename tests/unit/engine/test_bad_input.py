"""Trees that nobody would write: each ends soon, in findings that name the file, and the rest is linted as ever."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dockerlint.engine.run import lint, lint_files
from dockerlint.rulebook.finding import Report

ENOUGH = 60.0  # seconds: no measure of speed, but that it ends at all
WRONG = "FROM alpine:3\nFOO x\n"


def finished(run: Callable[[], Report]) -> Report:
    start = time.perf_counter()
    report = run()
    assert time.perf_counter() - start < ENOUGH
    assert not report.failures
    return report


def lint_text(path: str, text: str, **more: str) -> Report:
    return finished(lambda: lint_files({path: text, **more}))


def said(report: Report, path: str) -> str:
    return "\n".join(finding.message for finding in report.findings if finding.span.path == path)


Breaker = Callable[[Path], None]


def not_utf8(path: Path) -> None:
    path.write_bytes(b'FROM a\nLABEL x="\xff"\n')


def zero_byte(path: Path) -> None:
    path.write_bytes(b"FROM a\0b\n")


def huge(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(50_000_000)


def folder(path: Path) -> None:
    path.mkdir()


def dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def outward(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def circle(path: Path) -> None:
    path.symlink_to(path.name)


def pipe(path: Path) -> None:
    os.mkfifo(path)


def forbidden(path: Path) -> None:
    path.write_text("FROM a\n")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")


UNREADABLE: list[tuple[Breaker, str]] = [
    (not_utf8, "not UTF-8 text: byte 0xff on line 2"),
    (zero_byte, "not UTF-8 text"),
    (huge, "50 MB, more than the 2 MB"),
    (folder, "is a folder"),
    (dangling, "a link to something that does not exist"),
    (outward, "leads out of the project"),
    (circle, "too many levels"),
    (pipe, "not a regular file"),
    (forbidden, "permission denied"),
]


@pytest.mark.parametrize(("spoil", "reason"), UNREADABLE, ids=[case[0].__name__ for case in UNREADABLE])
@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml"])
def test_what_cannot_be_read_is_named_and_the_rest_linted(
    spoil: Breaker, reason: str, name: str, tmp_path: Path
) -> None:
    spoil(tmp_path / name)
    (tmp_path / "other.Dockerfile").write_text(WRONG)
    report = finished(lambda: lint([str(tmp_path)], root=str(tmp_path)))
    assert reason in said(report, name)
    assert "no instruction FOO" in said(report, "other.Dockerfile")


def test_links_to_folders_are_not_walked(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(WRONG)
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        for other in ("a", "b", "c"):
            (tmp_path / name / f"to-{other}").symlink_to(f"../{other}")
    (tmp_path / "self").symlink_to(".")
    report = finished(lambda: lint([str(tmp_path)], root=str(tmp_path)))
    assert list(report.files) == ["Dockerfile"]


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml"])
@pytest.mark.parametrize("text", ["", "\n", "\ufeff", "# nothing\n"])
def test_empty_files_are_told(name: str, text: str) -> None:
    assert said(lint_text(name, text), name)


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MANY_INCLUDES = {
    f"c{number}.yaml": f"include: [{', '.join([f'c{number + 1}.yaml'] * 3)}]\nservices: {{s{number}: {{image: x}}}}\n"
    for number in range(12)
} | {"c12.yaml": "services: {z: {image: x}}\n"}

YAML: list[tuple[str, str, str]] = [
    ("aliases", BOMB, "unfold to more than"),
    ("alias in itself", "services: {a: &a {image: *a}}\n", "contains itself"),
    ("brackets", "[" * 60_000, "levels deep"),
    ("braces", "{a: " * 60_000, "levels deep"),
    ("dashes", "- " * 60_000, "levels deep"),
    ("keys", "? " * 60_000, "levels deep"),
    ("indented", "\n".join(" " * depth + "a:" for depth in range(1500)), "levels deep"),
    ("extends", "services:\n a: {extends: b}\n b: {extends: {service: a}}\n", "extends itself"),
    ("extends far", "services:\n" + "".join(f" s{n}: {{extends: s{n + 1}}}\n" for n in range(300)), "extends itself"),
    ("includes itself", "include: [compose.yaml]\nservices: {a: {image: x}}\n", "includes itself"),
    ("includes", "include: [c0.yaml]\nservices: {a: {image: x}}\n", "more than 300 includes"),
    ("variables", "services: {a: {image: '" + "${A:-" * 20_000 + "}" * 20_000 + "'}}\n", "no valid variable"),
    ("keys by the thousand", "services:\n a:\n  image: x\n" + "".join(f"  b{n}: 1\n" for n in range(5000)), "no key"),
    ("long text", "services: {a: {imagine: " + "x" * 1_000_000 + "}}\n", 'no key "imagine"'),
    ("control characters", 'services: {"a\\e[31m": {image: "x\\e]0;y\\a"}}\n', "services"),
    ("lone surrogate", 'services: {a: {image: "\\ud800"}}\n', ""),
]


@pytest.mark.parametrize(("text", "message"), [case[1:] for case in YAML], ids=[case[0] for case in YAML])
def test_compose_files_of_any_shape_end_soon(text: str, message: str) -> None:
    report = lint_text("compose.yaml", text, Dockerfile=WRONG, **MANY_INCLUDES)
    assert message in said(report, "compose.yaml") + said(report, "c3.yaml") + said(report, "c4.yaml") + "".join(
        finding.message for finding in report.findings if finding.span.path.startswith("c")
    )
    assert "no instruction FOO" in said(report, "Dockerfile")


def test_lists_by_the_ten_thousand() -> None:
    ports = ", ".join(f'"{port}"' for port in range(1, 20_000))
    names = "".join(f"   A{number}: ${{B{number}:-x}}\n" for number in range(10_000))
    text = f"services:\n a:\n  image: x\n  expose: [{ports}]\n  environment:\n{names}"
    assert not said(lint_text("compose.yaml", text), "compose.yaml")


def test_a_thousand_services() -> None:
    one = "  s{0}:\n    build: ./b\n    volumes: ['./b:/app']\n    environment: {{URL: 'http://s{1}:80'}}\n"
    text = "services:\n" + "".join(one.format(number, number + 1) for number in range(1000))
    files = {"b/Dockerfile": 'FROM node:20\nWORKDIR /app\nCOPY . .\nCMD ["node", "a.js"]\n', "b/a.js": "1\n"}
    assert len(lint_text("compose.yaml", text, **files).files) == 2


def test_values_that_double_each_other() -> None:
    doubling = "".join(f"A{number + 1}=${{A{number}}}${{A{number}}}\n" for number in range(60))
    compose = "services: {a: {image: '${A60}', env_file: .env}}\n"
    assert "longer than anything" in said(lint_text("compose.yaml", compose, **{".env": "A0=x\n" + doubling}), ".env")
    lint_text("Dockerfile", "ARG A=aaaa\n" + "ARG A=$A$A\n" * 60 + "FROM $A\nENV B=bbbb\n" + "ENV B=$B$B\n" * 60)


DOCKERFILES: list[tuple[str, str, str]] = [
    ("continued", "FROM a\nRUN echo \\\n" + "  b && \\\n" * 100_000 + "  true\nFOO\n", "FOO"),
    ("comments in a continuation", "FROM a\nRUN echo \\\n" + "# x\n\n" * 100_000 + "  true\nFOO\n", "FOO"),
    ("heredoc", "FROM a\nRUN <<EOF\n" + "echo hello\n" * 60_000 + "EOF\nFOO\n", "FOO"),
    ("open heredoc", "FROM a\nRUN <<EOF\n" + "cat <<X\n" * 60_000, "Nothing ends"),
    ("stages", "".join(f"FROM a AS s{n}\nCOPY --from=s{n - 1} /a /b\n" for n in range(2000)) + "FOO\n", "FOO"),
    ("parentheses", "FROM a\nRUN " + "(" * 20_000 + "\nRUN " + "$(" * 20_000 + "\nFOO\n", "FOO"),
    ("branches", "FROM a\nRUN " + "if true; then " * 3000 + "\nRUN " + "`" * 9001 + "\nFOO\n", "FOO"),
    ("one line", "FROM a\nRUN " + "a" * 1_900_000 + "\nFOO\n", "65,535 bytes"),
    ("instructions", "FROM a\n" + "RUN npm install && apt-get install -y curl\n" * 10_000 + "FOO\n", "FOO"),
    ("excuses", "FROM a\n" + "# dockerlint: ignore=a,b\nFOO\n" * 3000, "FOO"),
    ("control characters", "FROM a\n\x1b[31mFOO x\n", "no instruction"),
    ("excuse without a stage", "# dockerlint: ignore=a\nRUN x\n", "before the first FROM"),
]


@pytest.mark.parametrize(("text", "message"), [case[1:] for case in DOCKERFILES], ids=[case[0] for case in DOCKERFILES])
def test_dockerfiles_of_any_shape_end_soon(text: str, message: str) -> None:
    assert message in said(lint_text("Dockerfile", text), "Dockerfile")


BUNDLE = "!function(e){var n=process.env.X||'a';for(;;)/re/.test(`x${n}`);fetch('http://db:1')}([]);"
SOURCES = {
    "bundle.js": BUNDLE * 55_000,  # 5 MB
    "vendor.js": (BUNDLE + "\n") * 4000,
    "deep.js": "(" * 200_000,
    "holes.ts": "`${" * 60_000,
    "tags.jsx": "<a>" * 60_000,
    "calls.py": "os.environ.get(" * 30_000,
    "quotes.py": '"""' * 60_001,
    "classes.py": "class A(BaseSettings):\n" * 20_000,
    "values.rb": 'ENV["A"] || ' * 30_000,
    "package.json": '{"a":' * 60_000,
    "pyproject.toml": "a = " + "[" * 60_000,
    "pom.xml": "<a>" * 60_000,
    "composer.json": "[" * 60_000,
    "application.yml": "[" * 60_000,
    "nginx.conf": "server {\n" * 30_000,
    "start.sh": "if true; then\n" * 10_000,
    ".dockerignore": "a*" * 3000 + "\n" + "**/" * 2000 + "x\n",
    ".gitignore": "*a" * 3000 + "b\n" + "**/" * 2000 + "x\n",
    ".env": 'A="' + "x\n" * 60_000,
    "README.md": "docker compose -f " * 5000 + "\ndocker build " + "-t " * 20_000,
}


@pytest.mark.parametrize("name", SOURCES)
def test_sources_and_settings_of_any_shape_end_soon(name: str) -> None:
    compose = "services: {a: {build: ., volumes: ['.:/app'], env_file: [{path: .env, required: false}]}}\n"
    dockerfile = 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci && pip install .\nCMD ["sh", "start.sh"]\nFOO\n'
    report = lint_text("compose.yaml", compose, Dockerfile=dockerfile, **{name: SOURCES[name]})
    assert "no instruction FOO" in said(report, "Dockerfile")
