"""What `dockerlint context` lists is what a build receives.

`COPY . /` into an empty image, exported as a tar file, is compared with the listing: every file with the bytes that
arrived, every link by name (it arrives as a link, whatever it leads to), every folder, also an empty one, with what the
model says of it, and a build that is refused with an ignore file that is refused.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from dockerlint.cli.context import context_command
from dockerlint.model.image.context import Context, context_of
from dockerlint.source.tree import FolderTree
from tests.engine.daemon import Engine
from tests.engine.ignorecases import OLD_CLIENTS, Case, cases, entries, table_cases

pytestmark = pytest.mark.engine
_OLD_CLIENT = "/usr/bin/docker"
_AT_ONCE = 2
_LISTED = 12
"""How many differences a failing test prints."""


@dataclass
class Sent:
    """What a build gets: files with their bytes, links, folders; or that it gets nothing because it is refused."""

    files: dict[str, int] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    refused: bool = False


def test_receives_what_is_listed(
    engine: Engine, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    tried = cases()
    record_property("claim", f"{len(tried)} ignore files: a build receives what `dockerlint context` lists")
    record_property(
        "experiment", "`FROM scratch`, `COPY . /`, exported as tar; every file and its size, link and folder"
    )
    if int(engine.version().partition(".")[0]) < 23:
        pytest.skip("no current builder here: see test_what_old_clients_sent")
    projects = [_lay(case, tmp_path / str(number)) for number, case in enumerate(tried)]
    listed = [_listed(case, project) for case, project in zip(tried, projects, strict=True)]
    received = _together(lambda case, project: _received(engine, _buildx(engine), case, project), tried, projects)
    differences = [
        f"{case.name} on {case.tree}, {_ignore_files(case)}: {told}"
        for case, ours, theirs in zip(tried, listed, received, strict=True)
        if (told := _difference(ours, theirs))
    ]
    assert not differences, f"{len(differences)} of {len(tried)}:\n" + "\n".join(differences[:_LISTED])
    refused = sum(each.refused for each in received)
    assert refused and sum(len(each.files) for each in received) > 5 * len(tried)
    record_property("result", f"no difference in {len(tried)}, {refused} of them refused by both")


def test_the_command_lists_the_same(
    engine: Engine, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    tried = cases()[::45]
    record_property("claim", f"the program itself, started {len(tried)} times, lists what a build receives")
    record_property("experiment", "the same, with `dockerlint context DIR -f FILE --format json` as a process")
    for number, case in enumerate(tried):
        project = _lay(case, tmp_path / str(number))
        words = ("context", str(project / case.context), "-f", str(project / case.dockerfile), "--format", "json")
        done = subprocess.run([sys.executable, "-m", "dockerlint", *words], capture_output=True, text=True, timeout=60)
        ours = _read(case, project, done.returncode, done.stdout)
        assert not _difference(ours, _received(engine, _buildx(engine), case, project)), case.name


def test_what_old_clients_sent(engine: Engine, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    """The client walks the context, so that an old one shows what has changed, whatever engine it talks to."""
    version = subprocess.run([_OLD_CLIENT, "--version"], capture_output=True, text=True, check=False).stdout
    if not version.startswith("Docker version 20."):
        pytest.skip("this machine has no client of before Docker 23")
    differing = {pattern: why for why, patterns in OLD_CLIENTS.items() for pattern in patterns}
    record_property(
        "claim", f"clients before Docker 23 send other files for {len(differing)} patterns of the table only"
    )
    record_property("experiment", f"the same builds by a 20.10 client; {'; '.join(OLD_CLIENTS)}")
    # The rest of the table is a sample. Other than ASCII, today's engine encodes in a way that old clients cannot read.
    sample = (text for number, (text, _) in enumerate(table_cases()) if number % 4 == 0 and text.isascii())
    chosen = {*differing, *sample}
    tried = {text: case for text, case in table_cases() if text in chosen}
    projects = [_lay(case, tmp_path / str(number)) for number, case in enumerate(tried.values())]
    received = _together(lambda case, project: _received(engine, _OLD_CLIENT, case, project), tried.values(), projects)
    found = [
        text
        for (text, case), project, theirs in zip(tried.items(), projects, received, strict=True)
        if _difference(_listed(case, project), theirs)
    ]
    assert sorted(found) == sorted(differing)


def _together(build: Callable[[Case, Path], Sent], tried: Iterable[Case], projects: Iterable[Path]) -> list[Sent]:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(build, tried, projects))


def _lay(case: Case, project: Path) -> Path:
    """Writes the project; the name of its folder must not be one that a pattern could mean."""
    project /= "project"
    (project / case.context).mkdir(parents=True)
    for path, content in entries(case):
        place = project / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            place.mkdir(exist_ok=True)
        elif isinstance(content, str):
            place.symlink_to(content)
        else:
            place.write_bytes(content)
    return project


def _listed(case: Case, project: Path) -> Sent:
    words = [str(project / case.context), "-f", str(project / case.dockerfile), "--format", "json"]
    done = CliRunner().invoke(context_command, words)
    return _read(case, project, done.exit_code, done.stdout)


def _read(case: Case, project: Path, status: int, output: str) -> Sent:
    if status:
        assert status == 2, output
        return Sent(refused=True)
    sizes = {each["path"]: each["size"] for each in json.loads(output)["files"]}
    folder = project / case.context
    links = {path for path in sizes if (folder / path).is_symlink()}
    files = {path: size for path, size in sizes.items() if path not in links}
    return Sent(
        files, links, _folders(context_of(FolderTree(str(project)), case.context, case.dockerfile), folder, sizes)
    )


def _folders(context: Context, folder: Path, sent: Iterable[str]) -> set[str]:
    """The folders that the model takes for sent: those not excluded, and all above anything that is sent."""
    found = set(sent)
    for place, names, _ in os.walk(folder):
        inside = (Path(place, name) for name in names if not Path(place, name).is_symlink())
        found.update(path for each in inside if context.includes(path := each.relative_to(folder).as_posix()))
    return {path[:at] for path in found for at, character in enumerate(path + "/") if character == "/"} - set(sent)


def _buildx(engine: Engine) -> str:
    """The program behind `docker build`; to start the docker client as well would double the time."""
    return f"{engine.environment['DOCKER_CONFIG']}/cli-plugins/docker-buildx"


def _received(engine: Engine, client: str, case: Case, project: Path) -> Sent:
    archive = project.parent / "received.tar"
    words = ("build", "-q", "--output", f"type=tar,dest={archive}", "-f", str(project / case.dockerfile))
    environment = engine.environment | ({"DOCKER_API_VERSION": "1.41"} if client == _OLD_CLIENT else {})
    done = subprocess.run(
        [client, *words, str(project / case.context)], env=environment, capture_output=True, text=True, timeout=60
    )
    if done.returncode:
        # Anything else that stops a build would pass for a refused ignore file.
        refusals = (
            "dockerignore",
            "exclude-patterns",
            "excludepatterns",
            "exclusion pattern",
            "syntax error in pattern",
        )
        assert any(word in done.stderr for word in refusals), f"{case.name}: {done.stderr}"
        return Sent(refused=True)
    sent = Sent()
    with tarfile.open(archive) as members:
        for member in members:
            path = member.name.rstrip("/")
            if member.isdir():
                sent.folders.add(path)
            elif member.issym():
                sent.links.add(path)
            else:
                sent.files[path] = member.size
    archive.unlink()
    return sent


def _difference(ours: Sent, theirs: Sent) -> str:
    if ours.refused or theirs.refused:
        return "" if ours.refused == theirs.refused else f"refused by {'us' if ours.refused else 'the builder'} alone"
    told = [
        *_only("listed alone", {*ours.files, *ours.links} - {*theirs.files, *theirs.links}),
        *_only("received alone", {*theirs.files, *theirs.links} - {*ours.files, *ours.links}),
        *_only("folders listed alone", ours.folders - theirs.folders),
        *_only("folders received alone", theirs.folders - ours.folders),
        *_only("a link here alone", ours.links ^ theirs.links),
        *_only("of other size", {path for path, size in ours.files.items() if theirs.files.get(path, size) != size}),
    ]
    return ", ".join(told)


def _only(what: str, paths: set[str]) -> list[str]:
    return [f"{what} {sorted(paths)[:5]}"] if paths else []


def _ignore_files(case: Case) -> dict[str, bytes]:
    return {path: content[:300] for path, content in case.files.items() if path.endswith(".dockerignore")}
