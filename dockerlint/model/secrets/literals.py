"""Every secret that stands literally in the files that a project's containers and builds are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.secrets.commands import Shown, in_shell, in_text, in_words
from dockerlint.model.secrets.holders import is_quiet_path, is_template_path
from dockerlint.model.secrets.judging import Lexicon, Verdict, judge
from dockerlint.model.secrets.values import offset_of
from dockerlint.source.record import dataclass, replace
from dockerlint.source.text import Span

if TYPE_CHECKING:
    from dockerlint.formats.instructiontypes import Instruction, ParsedDockerfile
    from dockerlint.model.image.dockerfile import Dockerfile
    from dockerlint.model.project import Project
    from dockerlint.model.service import CommandSpec, Service
    from dockerlint.model.workspace import Workspace
    from dockerlint.source.text import SourceFile

_SHELL_ENDINGS = (".sh", ".bash", ".bat", ".ps1")


@dataclass(frozen=True, slots=True)
class LiteralSecret:
    """One secret and its place. `service` is the one that has it, None where several or nobody knows.

    `where` is "environment", "argument" (of a build), "label", "command" (compose or Dockerfile), "image" (ENV), "ARG",
    "env-file", "source", "config" or "script"; `entry` is the whole setting, `name` what the secret is given to ("").
    """

    verdict: Verdict
    name: str
    span: Span
    where: str
    service: Service | None
    entry: Span | None = None


def compose_secrets(project: Project) -> Iterator[LiteralSecret]:
    """In the compose files: environment, build arguments, labels, commands, health checks and configs."""
    words = project.workspace.secret_words()
    for service in project.services:
        for where, settings in (("environment", service.environment), ("label", service.labels)):
            for name, setting in settings.items():
                if setting.value_span is None or setting.passed:
                    continue
                known = name if where == "environment" else name.rpartition(".")[2]
                found = judge(words, known, setting.template)
                if found is None and " " in setting.template:
                    shown = next(in_words(words, setting.template.split()), None)  # REDIS_ARGS: --requirepass x
                    found = shown.verdict if shown is not None else None
                if found is not None:
                    span = _narrow(setting.value_span, found.secret)
                    yield LiteralSecret(found, name, span or setting.value_span, where, service, setting.span)
        if service.build is not None:
            for name, span in service.build.arg_spans.items():
                yield from _argument(words, name, span, service)
        test = service.healthcheck.test if service.healthcheck is not None else None
        for spec in (service.command, service.entrypoint, test):
            if spec is not None:
                yield from _command(words, spec, service)


def _argument(words: Lexicon, name: str, span: Span, service: Service) -> Iterator[LiteralSecret]:
    rest = span.text[span.text.find(name) + len(name) :].lstrip("\"' \t")
    value = rest[1:].strip().strip("\"'") if rest[:1] in (":", "=") else ""
    found = judge(words, name, value)
    if found is not None:
        yield LiteralSecret(found, name, _narrow(span, found.secret) or span, "argument", service, span)


def _command(words: Lexicon, spec: CommandSpec, service: Service) -> Iterator[LiteralSecret]:
    if spec.shell_text is not None:
        shell = list(in_shell(words, spec.shell_text))
        places = [(shown, spec.span) for shown in shell]
    else:
        argv = spec.words
        while argv[:1] and (
            argv[0] in ("CMD", "CMD-SHELL", "-c", "-ec", "-lc") or argv[0].rpartition("/")[2] in ("sh", "bash", "ash")
        ):
            argv = argv[1:]
        skipped = len(spec.words) - len(argv)
        if len(argv) == 1 and " " in argv[0] and skipped:
            places = [(shown, spec.word_spans[skipped]) for shown in in_shell(words, argv[0])]
        else:
            places = [(shown, spec.word_spans[skipped + shown.word]) for shown in in_words(words, argv)]
    for shown, place in places:
        span = _narrow(place, shown.verdict.secret)
        if span is not None:  # else a variable's value, which stands elsewhere
            yield LiteralSecret(shown.verdict, shown.name, span, "command", service)


def _narrow(span: Span, secret: str) -> Span | None:
    """The secret's own place inside of a span; None where it is not written there."""
    at = offset_of(secret, span.text)
    return Span(span.file, span.start + at, span.start + at + len(secret)) if at >= 0 else None


def image_secrets(project: Project) -> Iterator[LiteralSecret]:
    """In the Dockerfiles: ENV, ARG, LABEL, and what RUN, CMD, ENTRYPOINT and HEALTHCHECK run."""
    users: dict[Dockerfile, list[Service | None]] = {}
    for build in project.builds:
        users.setdefault(build.dockerfile, []).append(build.service)
    for dockerfile in project.dockerfiles:
        those = users.get(dockerfile, ())
        service = those[0] if len(those) == 1 else None
        for found in _in_dockerfile(project.workspace, dockerfile.parsed):
            yield replace(found, service=service)


def _in_dockerfile(workspace: Workspace, parsed: ParsedDockerfile) -> tuple[LiteralSecret, ...]:
    """The secrets of a Dockerfile, whoever builds it."""
    words = workspace.secret_words()
    return workspace.once("image secrets", id(parsed), lambda: tuple(_of_dockerfile(words, parsed)))


def _of_dockerfile(words: Lexicon, parsed: ParsedDockerfile) -> Iterator[LiteralSecret]:
    for instruction in parsed.instructions:
        while instruction.inner is not None:
            instruction = instruction.inner
        if instruction.keyword in ("ENV", "ARG", "LABEL"):
            where = {"ENV": "image", "ARG": "ARG", "LABEL": "label"}[instruction.keyword]
            for pair in instruction.pairs:
                found = judge(words, pair.name, pair.value.value) if pair.value is not None else None
                if found is not None and pair.value is not None:
                    span = _narrow(pair.value.span, found.secret) or pair.value.span
                    yield LiteralSecret(found, pair.name, span, where, None, pair.span)
        elif instruction.keyword in ("RUN", "CMD", "ENTRYPOINT"):
            yield from _of_run(words, instruction)


def _of_run(words: Lexicon, instruction: Instruction) -> Iterator[LiteralSecret]:
    from dockerlint.formats.scripts import script_of

    script = script_of(instruction)
    if script is None:
        values = tuple(word.value for word in instruction.words)
        if len(values) == 3 and values[1] in ("-c", "-ec", "-lc"):
            for shown in in_shell(words, values[2]):
                span = _narrow(instruction.words[2].span, shown.verdict.secret) or instruction.words[2].span
                yield LiteralSecret(shown.verdict, shown.name, span, "command", None)
            return
        for shown in in_words(words, values):
            place = instruction.words[shown.word].span
            span = _narrow(place, shown.verdict.secret) or place
            yield LiteralSecret(shown.verdict, shown.name, span, "command", None)
        return
    for shown in in_shell(words, script.text):
        yield LiteralSecret(shown.verdict, shown.name, script.locate(shown.start, shown.end), "command", None)


def file_secrets(workspace: Workspace, path: str, kind: str) -> tuple[tuple[Verdict, str, Span], ...]:
    """What stands in a file of the tree, read once: `kind` is "env-file", "script", "source", "config" or "sql"."""
    kept = workspace.literals.get(path)
    if kept is None:
        file = workspace.tree.read(path)
        kept = (
            tuple(_of_file(workspace, file, kind))
            if file is not None and not is_quiet_path(workspace.own(path))
            else ()
        )
        workspace.literals[path] = kept
    return kept


def _of_file(workspace: Workspace, file: SourceFile, kind: str) -> Iterator[tuple[Verdict, str, Span]]:
    words, template = workspace.secret_words(), is_template_path(workspace.own(file.path))
    if kind == "env-file":
        parsed = workspace.env(file.path)
        for entry in parsed.entries if parsed is not None else ():
            found = judge(words, entry.name, entry.value or "", template=template, dollars=entry.quote != "'")
            if found is not None:
                yield found, entry.name, _narrow(entry.value_span, found.secret) or entry.value_span
    elif kind == "script":
        for shown in in_shell(words, file.text):
            if not template or shown.verdict.real:
                yield shown.verdict, shown.name, _whole(file, shown)
    elif kind == "sql":
        for shown in in_text(words, file.text):
            yield shown.verdict, shown.name, _whole(file, shown)
    elif kind == "source":
        from dockerlint.model.secrets.source import source_secrets

        facts = workspace.source(file.path)
        if facts is not None:
            yield from source_secrets(words, facts)
    else:
        from dockerlint.model.secrets.source import config_secrets

        yield from config_secrets(words, workspace.config(file.path), file, template)


def _whole(file: SourceFile, shown: Shown) -> Span:
    return Span(file, shown.start, shown.end)
