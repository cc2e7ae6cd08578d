"""Rules about what a build is sent and what COPY takes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.image.broughtfolders import Brought, brought_folders
from dockerlint.model.image.context import IGNORE_NAME
from dockerlint.model.image.ignorefiles import stray_ignore_files
from dockerlint.rulebook.finding import Finding, Fix, Related
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.formats.ignorefile import Pattern
    from dockerlint.model.image.context import Context
    from dockerlint.model.project import Build, Project


def dependencies_not_ignored(project: Project, rule: Rule) -> Iterator[Finding]:
    """A COPY brings the host's dependency folder."""
    for build in project.builds:
        by_source: dict[object, list[Brought]] = {}
        for brought in brought_folders(build, project.workspace):
            by_source.setdefault(brought.copy.source.span, []).append(brought)
        for found in by_source.values():
            yield _dependencies(project, build, found, rule)


def _dependencies(project: Project, build: Build, found: list[Brought], rule: Rule) -> Finding:
    brought, context = found[0], build.context
    assert context is not None
    related = []
    if brought.install is not None:
        related.append(Related(brought.install.span, f"installs into {brought.install.folder} here"))
    if context.ignore_file is not None:
        pattern = brought.near_miss
        place = pattern.span if pattern is not None else context.ignore_file.span(0, 0)
        words = "this matches at the root of the context only" if pattern is not None else "does not name it"
        if pattern is None:
            commented = _commented(context, brought.folder.path.rpartition("/")[2])
            place, words = (commented.span, "a # counts only at the start of a line") if commented else (place, words)
        related.append(Related(place, words))
    nested = "nested" if brought.near_miss is not None else "plain"
    kind = "overwrites" if brought.overwrites else "built" if brought.folder.built else "slows"
    name = brought.folder.path.rpartition("/")[2]
    return rule.finding(
        brought.copy.step.instruction.span,
        case=f"{kind}-{nested}" if kind != "built" else "built",
        service=build.service.name if build.service is not None else None,
        stage=brought.copy.step.stage.name,
        related=related,
        fix=_ignoring(context, found),
        subject=brought.folder.path,
        folder=brought.folder.path,
        name=name,
        keyword=brought.copy.step.instruction.keyword,
        ignore=project.workspace.own(context.ignore_path),
    )


def _ignoring(context: Context, found: list[Brought]) -> Fix | None:
    """Every folder that the COPY brings. Unsafe for build output, on which the image may live."""
    from dockerlint.model.edits.ignorelines import ignore, pattern_for, replace_pattern

    folders = list(dict.fromkeys(brought.folder.path for brought in found))
    names = [folder.rpartition("/")[2] for folder in folders]
    missed = {brought.near_miss for brought in found}
    alike = len(set(names)) == 1 and (len(names) > 1 or None not in missed)
    patterns = [f"**/{pattern_for(names[0])}"] if alike else [pattern_for(folder) for folder in folders]
    near = missed.pop() if len(missed) == 1 else None
    what = " and ".join(patterns) if len(patterns) < 3 else f"{len(patterns)} lines"
    if near is not None and alike and near.path == names[0]:
        title, edit = f"Write {what} in {context.ignore_path}", replace_pattern(context, near, patterns[0], folders)
    else:
        title, edit = f"Add {what} to {context.ignore_path}", ignore(context, patterns, folders)
    return Fix(title, (edit,), not any(b.folder.built for b in found)) if edit is not None else None


def _commented(context: Context, name: str) -> Pattern | None:
    """A line that names the folder and has a comment behind it, which makes another pattern of it."""
    return next((p for p in context.patterns if name in p.text and "#" in p.text), None)


def ignored_file_copied(project: Project, rule: Rule) -> Iterator[Finding]:
    """A COPY names what the ignore file keeps out, so the build fails."""
    for build in project.builds:
        context, layout = build.context, build.layout
        if context is None or context.ignore_file is None or layout is None or build.stage is None:
            continue
        stages = build.dockerfile.needed(build.stage)
        for copy in (copy for stage in stages for copy in layout.of(stage).copies):
            source = copy.source
            if not copy.from_context or source.wildcards or not source.path or copy.step.stage not in stages:
                continue
            if context.includes(source.path) or context.reaches(source.path):
                continue
            pattern = context.why(source.path)
            yield rule.finding(
                source.span,
                service=build.service.name if build.service is not None else None,
                stage=copy.step.stage.name,
                related=[Related(pattern.span, "keeps it out of the build")] if pattern is not None else [],
                subject=source.path,
                keyword=copy.step.instruction.keyword,
                source=source.text,
                pattern=pattern.text if pattern is not None else "",
                ignore=project.workspace.own(context.ignore_path),
            )


def misplaced_ignore_file(project: Project, rule: Rule) -> Iterator[Finding]:
    """An ignore file that no build of the tree reads."""
    workspace, own = project.workspace, project.workspace.own
    for build in project.builds:
        for stray in stray_ignore_files(build, workspace):
            file = project.tree.read(stray.path)
            if file is None or not file.text.strip():
                continue
            assert build.context is not None
            yield rule.finding(
                file.line_span(1),
                case=stray.reason,
                related=[
                    Related(build.file.span(0, 0), f"is built with the context {own(build.context.folder) or '.'}")
                ],
                subject=stray.path,
                path=own(stray.path),
                context=own(build.context.folder) or ".",
                right=own(build.context.tree_path(IGNORE_NAME)),
            )
