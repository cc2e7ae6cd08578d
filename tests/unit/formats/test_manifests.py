from __future__ import annotations

import pytest

from dockerlint.formats.manifests import Manifest, ecosystem_of, read_manifest
from dockerlint.source.text import SourceFile


def manifest(path: str, text: str) -> Manifest:
    return read_manifest(SourceFile(path, text))


@pytest.mark.parametrize(
    ("path", "ecosystem"),
    [
        ("web/package.json", "node"),
        ("requirements.txt", "python"),
        ("requirements/dev.txt", "python"),
        ("dev-requirements.in", "python"),
        ("robots.txt", ""),
        ("src/App.csproj", "dotnet"),
        ("build.gradle.kts", "java"),
        ("package-lock.json", ""),
    ],
)
def test_ecosystem_by_name(path: str, ecosystem: str) -> None:
    assert ecosystem_of(path) == ecosystem


def test_package_json() -> None:
    text = """{
  "name": "web", "version": "1.0.0", "type": "module", "packageManager": "pnpm@9.1.0",
  "proxy": {"/api": {"target": "http://api:3000"}},
  "workspaces": {"packages": ["packages/*"]},
  "scripts": {"dev": "vite --host", "odd": 1},
  "dependencies": {"react": "^18.2.0", "bad": null},
  "devDependencies": {"vite": "~5.0"}
}"""
    found = manifest("web/package.json", text)
    assert (found.name, found.folder, found.workspaces) == ("web", "web", ("packages/*",))
    assert {name: script.value for name, script in found.scripts.items()} == {"dev": "vite --host"}
    assert found.scripts["dev"].span.line == 5
    assert found.settings["packageManager"] == "pnpm@9.1.0"
    assert found.settings["proxy./api"] == "http://api:3000"
    assert found.places["proxy./api"].text == "http://api:3000"
    assert found.requirement("vite") == "~5.0" and found.requirement("bad") == "" and found.requirement("x") is None
    assert found.depends_on("next", "react")


@pytest.mark.parametrize("text", ["[]", '"x"', '{"scripts": [], "dependencies": "x", "workspaces": 3, "proxy": null}'])
def test_package_json_of_the_wrong_shape_is_empty(text: str) -> None:
    found = manifest("package.json", text)
    assert (found.scripts, found.dependencies, found.workspaces, found.settings) == ({}, {}, (), {})


def test_pyproject_of_all_schools() -> None:
    text = """[project]
name = "api"
dependencies = ["FastAPI[standard]>=0.110; python_version > '3'", "uvicorn"]
[project.optional-dependencies]
x = ["pytest_cov"]
[project.scripts]
serve = "api:main"
[dependency-groups]
dev = ["ruff", {include-group = "x"}]
[tool.uv.workspace]
members = ["libs/*"]
"""
    found = manifest("pyproject.toml", text)
    assert found.dependencies == {"fastapi": ">=0.110", "uvicorn": ""}
    assert found.dev_dependencies == {"pytest-cov": "", "ruff": ""}
    assert (found.settings["tool"], found.workspaces, found.scripts["serve"].value) == ("uv", ("libs/*",), "api:main")
    poetry = manifest(
        "pyproject.toml",
        '[tool.poetry]\nname = "b"\n[tool.poetry.dependencies]\npython = "^3"\n'
        'Flask = {version = "^3", extras = ["a"]}\n[tool.poetry.group.dev.dependencies]\nblack = "*"\n',
    )
    assert (poetry.name, poetry.settings["tool"]) == ("b", "poetry")
    assert (poetry.dependencies, poetry.dev_dependencies) == ({"flask": "^3"}, {"black": "*"})


def test_requirements() -> None:
    text = """# head
-r base.txt
--index-url https://example.org/simple
Flask==2.0.0  # why
uvicorn[standard] >= 0.20 ; python_version < "4"
psycopg2-binary==2.9 \\
    --hash=sha256:aa
git+https://github.com/a/b.git
./local
-e git+https://github.com/a/c.git#egg=c_lib
"""
    found = manifest("requirements.txt", text)
    assert found.dependencies == {"flask": "==2.0.0", "uvicorn": ">= 0.20", "psycopg2-binary": "==2.9", "c-lib": ""}
    assert found.settings == {"includes": "base.txt"}
    assert found.places["flask"].text == "Flask==2.0.0"


def test_pipfile_and_cargo() -> None:
    found = manifest(
        "Pipfile", '[packages]\ndjango = "*"\n[dev-packages]\npytest = {version = "8"}\n[scripts]\nrun = "x"\n'
    )
    assert (found.dependencies, found.dev_dependencies, found.scripts["run"].value) == (
        {"django": "*"},
        {"pytest": "8"},
        "x",
    )
    cargo = manifest("Cargo.toml", '[package]\nname = "api"\n[[bin]]\nname = "server"\n[dependencies]\naxum = "0.7"\n')
    assert (cargo.name, cargo.settings["bin"], cargo.dependencies) == ("api", "server", {"axum": "0.7"})


def test_composer() -> None:
    text = '{"require": {"php": "^8.2"}, "config": {"vendor-dir": "lib"}, "scripts": {"dev": ["@a", "b"], "x": "y"}}'
    found = manifest("composer.json", text)
    assert found.settings["vendor-dir"] == "lib"
    assert {name: script.value for name, script in found.scripts.items()} == {"dev": "@a && b", "x": "y"}


def test_pom() -> None:
    text = """<?xml version="1.0"
 encoding="ISO-8859-1"?>
<project xmlns="http://maven.apache.org/POM/4.0.0"><artifactId>shop</artifactId>
<parent><groupId>g</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.2.0</version></parent>
<properties><v>5</v></properties><modules><module>core</module></modules>
<dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId><version>${v}</version></dependency>
<dependency><groupId>t</groupId><artifactId>u</artifactId><scope>test</scope></dependency></dependencies>
<build><finalName>${project.artifactId}-app</finalName></build></project>"""
    found = manifest("pom.xml", text)
    assert (found.name, found.version, found.workspaces) == ("shop", "3.2.0", ("core",))
    assert (found.dependencies, found.dev_dependencies) == ({"a:b": "5"}, {"t:u": ""})
    assert found.settings["finalName"] == "shop-app"
    assert found.places["a:b"].line == 6
    assert (
        "finalName" not in manifest("pom.xml", "<project><build><finalName>${x}</finalName></build></project>").settings
    )


def test_csproj() -> None:
    text = """<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFrameworks>net8.0;net6.0</TargetFrameworks>
<AssemblyName>Shop</AssemblyName></PropertyGroup><ItemGroup><PackageReference Include="Npgsql" Version="8.0" />
<ProjectReference Include="..\\Core\\Core.csproj" /></ItemGroup></Project>"""
    found = manifest("src/Api/Api.csproj", text)
    assert (found.name, found.settings["TargetFramework"], found.dependencies) == ("Shop", "net8.0", {"Npgsql": "8.0"})
    assert found.workspaces == ("../Core/Core.csproj",)
    assert manifest("src/Api/Api.csproj", "<Project/>").name == "Api"


def test_gemfile_go_gradle_mix() -> None:
    gems = manifest(
        "Gemfile", 'ruby "3.2.2"\ngem "rails", "~> 7"\ngroup :development, :test do\n  gem "rspec"\nend\ngem "puma"\n'
    )
    assert (gems.dependencies, gems.dev_dependencies) == ({"rails": "~> 7", "puma": ""}, {"rspec": ""})
    go = manifest("go.mod", "module a.b/c\ngo 1.22\nrequire (\n\tx.y/z v1.0.0 // indirect\n)\nrequire p.q/r v2\n")
    assert (go.name, go.dependencies, go.settings) == ("a.b/c", {"x.y/z": "v1.0.0", "p.q/r": "v2"}, {"go": "1.22"})
    gradle = manifest(
        "build.gradle.kts",
        'plugins {\n  id("org.springframework.boot") version "3.2.0"\n}\nversion = "1"\ndependencies {\n'
        '  implementation("a:b:1")\n  testImplementation("c:d")\n}\ntasks.bootJar { archiveFileName.set("app.jar") }\n'
        'tasks.jar {\n  archiveFileName.set("app.jar")\n}\n',
    )
    assert (gradle.dependencies, gradle.version) == ({"a:b": "1"}, "1")
    assert gradle.dev_dependencies == {"org.springframework.boot": "3.2.0", "c:d": ""}
    assert gradle.settings["archiveFileName"] == "app.jar"
    mix = manifest(
        "mix.exs", 'app: :shop,\nelixir: "~> 1.14",\n{:phoenix, "~> 1.7"},\n{:credo, "~> 1", only: [:dev]}\n'
    )
    assert (mix.name, mix.dependencies, mix.dev_dependencies) == ("shop", {"phoenix": "~> 1.7"}, {"credo": "~> 1"})


BOMB = '<!DOCTYPE p [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>\n<p>&b;</p>'


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("package.json", '{\n"name": }', 2),
        ("composer.json", "", 1),
        ("pyproject.toml", "[project]\nname = \n", 2),
        ("Cargo.toml", "[", 1),
        ("pom.xml", "<a>\n<b></a>", 2),
        ("pom.xml", "", 1),
        ("pom.xml", BOMB, 1),
        ("a.csproj", "<a>" * 200, 1),
    ],
)
def test_a_broken_manifest_is_a_problem_with_a_line(path: str, text: str, line: int) -> None:
    assert [problem.span.line for problem in manifest(path, text).problems] == [line]
