"""Comments that excuse findings: dockerlint's own, hadolint's and BuildKit's.

# dockerlint: ignore=RULE[,RULE] reason      on the line, above it, or above a service or stage for the whole of it
# dockerlint: ignore-file=RULE[,RULE] reason
# hadolint ignore=DL3008                     the next instruction alone; `stage ignore` above a FROM, `global ignore`
# check=skip=JSONArgsRecommended             at the top for the file, else for the next instruction

https://github.com/hadolint/hadolint#ignoring-rules, https://docs.docker.com/build/checks/#skip-checks
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dockerlint.formats.problem import Comment
from dockerlint.rulebook.finding import Finding, Suppressed
from dockerlint.rulebook.rule import Rule
from dockerlint.source.record import dataclass, field
from dockerlint.source.text import SourceFile, Span

DIRECTIVE = "directive check="
"""How a comment's text begins that the builder takes for the directive `check`."""
_MARKERS = ("#", "//", "/*", "<!--", ";", "--", "*")
_WORDS = ("dockerlint:", "hadolint", "check=")
_FILE, _BLOCK, _STAGE, _INSTRUCTION = "file", "block", "stage", "instruction"
_OURS = "dockerlint:"
_FORMS = (
    (_OURS, (("ignore-file=", _FILE), ("ignore=", _BLOCK))),
    ("hadolint ", (("global ignore=", _FILE), ("stage ignore=", _STAGE), ("ignore=", _INSTRUCTION))),
    (DIRECTIVE, (("skip=", _FILE),)),
    ("check=", (("skip=", _INSTRUCTION),)),
)


@dataclass(slots=True)
class Code:
    """One name in a comment; `used` once it excused something."""

    name: str
    span: Span
    used: bool = False


@dataclass(frozen=True, slots=True)
class Excuse:
    """A comment that excuses findings on `first`..`last` of a file (None: in the whole file)."""

    file: SourceFile
    codes: tuple[Code, ...]
    reason: str
    lines: tuple[int, int] | None
    ours: bool


@dataclass(frozen=True, slots=True)
class Scopes:
    """Where a comment above a line reaches further than that line: first line → last line.

    `stages` and `instructions` are those of a Dockerfile, `blocks` both and the services of a compose file.
    """

    blocks: Mapping[int, int] = field(default_factory=dict)
    stages: Mapping[int, int] = field(default_factory=dict)
    instructions: Mapping[int, int] = field(default_factory=dict)


def may_excuse(text: str) -> bool:
    """A quick look: does the file hold any such comment?"""
    return any(word in text for word in _WORDS)


def read_excuses(file: SourceFile, comments: Iterable[Comment] | None, scopes: Scopes) -> list[Excuse]:
    """The excuses in a file's comments. `comments` None: nobody parsed the file, so comment signs are looked for."""
    if not may_excuse(file.text):
        return []
    found = []
    for comment in _scan(file) if comments is None else comments:
        excuse = _read(file, comment, scopes)
        if excuse is not None:
            found.append(excuse)
    return found


def apply(
    findings: Iterable[Finding], excuses: Mapping[str, list[Excuse]], rules: Mapping[str, Rule]
) -> tuple[list[Finding], list[Suppressed]]:
    """Findings that stand, and those that a comment of their file (path → excuses) takes away. Marks what was used."""
    standing, suppressed = [], []
    sorted_by_file: dict[str, _ByLine] = {}
    for finding in findings:
        reason = None
        if finding.file not in sorted_by_file:
            sorted_by_file[finding.file] = _by_line(excuses.get(finding.file, ()))
        for excuse in _covering(sorted_by_file[finding.file], finding.span.line):
            for code in excuse.codes:
                if is_named(code.name, finding, rules):
                    code.used = True
                    reason = excuse.reason if reason is None else reason
        if reason is None:
            standing.append(finding)
        else:
            suppressed.append(Suppressed(finding, reason))
    return standing, suppressed


_ByLine = tuple[list[Excuse], dict[int, list[Excuse]]]
_WIDE = 100  # lines


def _by_line(excuses: Iterable[Excuse]) -> _ByLine:
    """Those that reach far, and those that do not by the lines that they cover."""
    wide: list[Excuse] = []
    near: dict[int, list[Excuse]] = {}
    for excuse in excuses:
        if excuse.lines is None or excuse.lines[1] - excuse.lines[0] > _WIDE:
            wide.append(excuse)
        else:
            for line in range(excuse.lines[0], excuse.lines[1] + 1):
                near.setdefault(line, []).append(excuse)
    return wide, near


def _covering(excuses: _ByLine, line: int) -> Iterator[Excuse]:
    wide, near = excuses
    yield from near.get(line, ())
    for excuse in wide:
        if excuse.lines is None or excuse.lines[0] <= line <= excuse.lines[1]:
            yield excuse


def is_named(name: str, finding: Finding, rules: Mapping[str, Rule]) -> bool:
    """Does a rule, group, alias or `all` name the finding?"""
    lower = name.lower()
    if lower in ("all", finding.rule):
        return True
    if any(alias.lower() == lower for alias in finding.aliases):
        return True
    rule = rules.get(finding.rule)
    return rule is not None and rule.group == lower


def _scan(file: SourceFile) -> list[Comment]:
    found = []
    for number in range(1, len(file.line_starts) + 1):
        line = file.line_text(number)
        at = line.find("dockerlint:")
        before = line[:at].rstrip() if at > 0 else ""
        marker = next((sign for sign in _MARKERS if before.endswith(sign)), None)
        if marker:
            text = line[at:].removesuffix("-->").removesuffix("*/")
            start = file.line_starts[number - 1]
            found.append(Comment(text, Span(file, start + len(before) - len(marker), start + at + len(text))))
    return found


def _read(file: SourceFile, comment: Comment, scopes: Scopes) -> Excuse | None:
    reach, names, ours = _named(comment.text.strip())
    codes, reason = _split(names)
    if not codes:
        return None
    lines = None
    if reach != _FILE:
        lines = _reach(
            file, comment.span, {_STAGE: scopes.stages, _INSTRUCTION: scopes.instructions}.get(reach, scopes.blocks)
        )
        if reach == _STAGE and lines[0] not in scopes.stages:
            return None
    return Excuse(file, tuple(Code(code, _locate(comment, code)) for code in codes), reason, lines, ours)


def _named(text: str) -> tuple[str, str, bool]:
    """How far a comment reaches, what follows its `ignore=` ("" where it is no excuse), and whether it is our own."""
    for opening, words in _FORMS:
        if text.startswith(opening):
            rest = text[len(opening) :].lstrip()
            for part in rest.split(";") if opening != _OURS else (rest,):
                for word, reach in words:
                    if part.strip().startswith(word):
                        return reach, part.strip()[len(word) :], opening == _OURS
            break
    return _FILE, "", False


def _split(text: str) -> tuple[list[str], str]:
    """Names with commas (blanks allowed behind a comma), then the reason."""
    codes: list[str] = []
    rest = text.strip()
    while True:
        head, comma, tail = rest.partition(",")
        words = head.split(None, 1)
        if not words:
            return codes, tail.strip() if not comma else ""
        codes.append(words[0])
        if len(words) > 1 or not comma:
            reason = words[1] + comma + tail if len(words) > 1 else ""
            return codes, reason.strip().lstrip("-:– ").strip()
        rest = tail.strip()


def _locate(comment: Comment, code: str) -> Span:
    at = comment.span.text.find(code, comment.span.text.find("ignore"))
    return comment.span if at < 0 else comment.span.sub(at, at + len(code))


def _reach(file: SourceFile, span: Span, blocks: Mapping[int, int]) -> tuple[int, int]:
    """The lines that a comment speaks of: its own, or when it stands alone those of what follows it."""
    line = span.line
    if file.text[file.line_starts[line - 1] : span.start].strip():
        return line, line
    line += 1
    while line < len(file.line_starts) and file.line_text(line).lstrip().startswith(_MARKERS[:4]):
        line += 1
    return line, blocks.get(line, line)
