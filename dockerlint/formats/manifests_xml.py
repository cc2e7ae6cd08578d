"""Manifests in XML: Maven's pom.xml and MSBuild's project files.

Sources: https://maven.apache.org/pom.html, https://learn.microsoft.com/dotnet/core/project-sdk/msbuild-props.
Entities are not expanded: a file that declares some is a problem.
"""

from __future__ import annotations

from dockerlint.formats.manifesttypes import Manifest
from dockerlint.formats.problem import Problem
from dockerlint.source.record import dataclass, field
from dockerlint.source.text import SourceFile, Span

_DEPTH = 100


@dataclass(slots=True)
class _Element:
    tag: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list[_Element] = field(default_factory=list)

    def all(self, *path: str) -> list[_Element]:
        found = [self]
        for tag in path:
            found = [child for element in found for child in element.children if child.tag == tag]
        return found

    def value(self, *path: str) -> str | None:
        for element in self.all(*path):
            if element.text.strip():
                return element.text.strip()
        return None


def read_pom(file: SourceFile) -> Manifest:
    """Name and version are artifactId and version (the parent's where it has none). Settings: ``groupId``,
    ``packaging``, ``finalName`` (properties filled in; ``artifactId-version`` by default), ``parent`` (its artifactId).
    Plugins count as development dependencies."""
    root, problems = _parse(file)
    folder = file.path.rpartition("/")[0]
    if root is None:
        return Manifest(file.path, folder, "java", problems=problems)
    name = root.value("artifactId")
    version = root.value("version") or root.value("parent", "version")
    known = {element.tag: element.text.strip() for element in _children(root, "properties")}
    known |= {"project.artifactId": name or "", "artifactId": name or "", "project.version": version or ""}
    known["version"] = known["project.version"]
    final = root.value("build", "finalName") or (f"{name}-{version}" if name and version else None)
    settings = {
        "groupId": root.value("groupId") or root.value("parent", "groupId"),
        "packaging": root.value("packaging") or "jar",
        "finalName": _filled(final, known) if final else None,
        "parent": root.value("parent", "artifactId"),
    }
    dependencies: dict[str, str] = {}
    development: dict[str, str] = {}
    places: dict[str, Span] = {}
    for element in root.all("dependencies", "dependency"):
        key = f"{element.value('groupId') or ''}:{element.value('artifactId') or ''}"
        kept = development if element.value("scope") == "test" else dependencies
        kept[key] = _filled(element.value("version") or "", known) or ""
        places.setdefault(key, _line(file, element.line))
    for element in root.all("build", "plugins", "plugin"):
        key = f"{element.value('groupId') or 'org.apache.maven.plugins'}:{element.value('artifactId') or ''}"
        development.setdefault(key, element.value("version") or "")
    return Manifest(
        path=file.path,
        folder=folder,
        ecosystem="java",
        name=name,
        version=_filled(version, known) if version else None,
        dependencies=dependencies,
        dev_dependencies=development,
        workspaces=tuple(element.text.strip() for element in root.all("modules", "module")),
        settings={key: value for key, value in settings.items() if value},
        places=places,
        problems=problems,
    )


def read_msbuild(file: SourceFile) -> Manifest:
    """The name is AssemblyName, else the file's. Settings: ``Sdk``, ``OutputType``, ``TargetFramework`` (the first
    one), ``AssemblyName``, ``RootNamespace``. Workspaces are the project references."""
    root, problems = _parse(file)
    folder, _, filename = file.path.rpartition("/")
    name = filename.rpartition(".")[0]
    if root is None:
        return Manifest(file.path, folder, "dotnet", name=name, problems=problems)
    settings = {"Sdk": root.attributes.get("Sdk")}
    for key in ("OutputType", "TargetFramework", "AssemblyName", "RootNamespace"):
        settings[key] = root.value("PropertyGroup", key)
    frameworks = (root.value("PropertyGroup", "TargetFrameworks") or "").split(";")
    settings["TargetFramework"] = settings["TargetFramework"] or frameworks[0]
    assembly = settings["AssemblyName"]
    if assembly is not None and "$(MSBuildProjectName)" in assembly:
        assembly = assembly.replace("$(MSBuildProjectName)", name)
    dependencies: dict[str, str] = {}
    places: dict[str, Span] = {}
    for element in root.all("ItemGroup", "PackageReference"):
        key = element.attributes.get("Include", "")
        if key:
            dependencies[key] = element.attributes.get("Version") or element.value("Version") or ""
            places.setdefault(key, _line(file, element.line))
    return Manifest(
        path=file.path,
        folder=folder,
        ecosystem="dotnet",
        name=assembly or name,
        version=root.value("PropertyGroup", "Version"),
        dependencies=dependencies,
        workspaces=tuple(
            element.attributes["Include"].replace("\\", "/")
            for element in root.all("ItemGroup", "ProjectReference")
            if "Include" in element.attributes
        ),
        settings={key: value for key, value in settings.items() if value},
        places=places,
        problems=problems,
    )


def _children(root: _Element, *path: str) -> list[_Element]:
    return [child for element in root.all(*path) for child in element.children]


def _filled(text: str, properties: dict[str, str]) -> str | None:
    """Text with its ``${property}`` parts replaced; None where one of them is unknown."""
    for _ in range(5):
        if "${" not in text:
            return text
        before, _, rest = text.partition("${")
        name, closed, after = rest.partition("}")
        if not closed or name not in properties:
            return None
        text = before + properties[name] + after
    return None


def _line(file: SourceFile, line: int) -> Span:
    return file.line_span(min(line, len(file.line_starts)))


class _Declared(Exception):
    """The file declares entities."""


def _parse(file: SourceFile) -> tuple[_Element | None, tuple[Problem, ...]]:
    from xml.parsers import expat

    parser = expat.ParserCreate()
    roots: list[_Element] = []
    stack: list[_Element] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        element = _Element(tag.rpartition(":")[2], attributes, parser.CurrentLineNumber)
        if len(stack) > _DEPTH:
            raise _Declared("the XML is nested too deeply")
        (stack[-1].children if stack else roots).append(element)
        stack.append(element)

    def end(_tag: str) -> None:
        stack.pop()

    def text(data: str) -> None:
        # Only a leaf's text is of use, and its pieces are few.
        if stack and len(stack[-1].text) < 1000:
            stack[-1].text += data

    def declared(*_: object) -> None:
        raise _Declared("the XML declares entities, which a manifest has no use for")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = declared
    parser.buffer_text = True
    try:
        # Encoded anew, so that a declaration of another encoding does not count.
        parser.Parse(_without_declaration(file.text).encode("utf-8", "replace"), True)
    except _Declared as error:
        return None, (Problem(_line(file, parser.CurrentLineNumber), str(error)),)
    except expat.ExpatError as error:
        return None, (Problem(_line(file, error.lineno), f"not well-formed XML: {expat.ErrorString(error.code)}"),)
    return (roots[0] if roots else None), ()


def _without_declaration(text: str) -> str:
    if not text.startswith("<?xml"):
        return text
    end = text.find("?>")
    # Blanks keep the line numbers.
    return "\n" * text.count("\n", 0, end + 2) + text[end + 2 :] if end >= 0 else text
