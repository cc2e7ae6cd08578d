"""Rules about secrets that end up in an image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.secrets.files import BroughtSecret, brought_secrets, holds_history
from dockerlint.rulebook.finding import Finding, Fix, Related
from dockerlint.rulebook.rule import Rule
from dockerlint.source.text import Span

if TYPE_CHECKING:
    from dockerlint.model.image.context import Context
    from dockerlint.model.project import Build, Project


def secrets_in_image(project: Project, rule: Rule) -> Iterator[Finding]:
    """A COPY takes a file with secrets into the image."""
    for build in project.builds:
        by_copy: dict[Span, list[BroughtSecret]] = {}
        for brought in brought_secrets(project, build):
            if not (brought.explicit and brought.secret.path.endswith(".htpasswd")):
                by_copy.setdefault(brought.copy.step.instruction.span, []).append(brought)
        for span, found in by_copy.items():
            yield _secrets(project, build, span, found, rule)
        yield from (finding for finding in _git_folder(project, build, rule) if finding.span not in by_copy)


def _secrets(project: Project, build: Build, span: Span, found: list[BroughtSecret], rule: Rule) -> Finding:
    first = found[0]
    from dockerlint.model.secrets.taken import is_needless

    context = build.context
    assert context is not None
    related = [
        Related(b.secret.asked, f"asks for {project.workspace.own(b.secret.path)}")
        for b in found
        if b.secret.asked is not None
    ]
    if context.ignore_file is not None:
        related.append(Related(context.ignore_file.span(0, 0), "does not keep it out"))
    names = [context.path_of(brought.secret.path) or brought.secret.path for brought in found]
    return rule.finding(
        span,
        case="explicit" if first.explicit else "author" if first.secret.asked is not None else "present",
        service=build.service.name if build.service is not None else None,
        stage=first.copy.step.stage.name,
        related=related[:4],
        fix=_ignoring(build, context, names, all(is_needless(project, build, brought) for brought in found)),
        subject=names[0],
        files=" and ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else ""),
        name=names[0],
        keyword=first.copy.step.instruction.keyword,
        ignore=project.workspace.own(context.ignore_path),
    )


def _ignoring(build: Build, context: Context, paths: list[str], safe: bool) -> Fix | None:
    from dockerlint.model.edits.ignorelines import ignore, pattern_for
    from dockerlint.model.secrets.taken import is_named

    if any(is_named(build, path) for path in paths):
        return None
    edit = ignore(context, [pattern_for(path) for path in paths], paths)
    what = " and ".join(paths) if len(paths) < 3 else f"{len(paths)} lines"
    return Fix(f"Add {what} to {context.ignore_path}", (edit,), safe) if edit is not None else None


def _git_folder(project: Project, build: Build, rule: Rule) -> Iterator[Finding]:
    context, layout = build.context, build.layout
    if context is None or layout is None or not context.known or not holds_history(context):
        return
    for copy in layout.copies:
        if (
            copy.from_context
            and copy.source.is_folder
            and copy.source.brings(".git")
            and context.includes(".git/config")
        ):
            from dockerlint.model.secrets.taken import asks_git

            yield rule.finding(
                copy.step.instruction.span,
                case="git",
                service=build.service.name if build.service is not None else None,
                stage=copy.step.stage.name,
                fix=_ignoring(build, context, [".git"], not asks_git(build)),
                subject=".git",
                keyword=copy.step.instruction.keyword,
                ignore=project.workspace.own(context.ignore_path),
            )
            return
