"""The report for people: every finding with its line, a caret below what is wrong, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator

from dockerlint.report.canvas import safe, show
from dockerlint.report.hidden import Hidden
from dockerlint.rulebook.finding import BASELINE, SEVERITIES, Finding, Report, Severity
from dockerlint.source.text import Span

_COLORS: dict[str, str] = {
    "error": "1;31", "warning": "1;33", "info": "1;36", "style": "1;35", "frame": "1;34", "bold": "1", "help": "1;32",
    "dim": "2",
}  # fmt: skip
_MOST_LINES = 4


def render(
    report: Report,
    *,
    color: bool = False,
    statistics: bool = False,
    quiet: bool = False,
    verbose: bool = False,
    unsafe_fixes: bool = False,
) -> str:
    """The whole report, in which secrets are stars and what --fix mends has a mark.

    `quiet` leaves the summary out, `verbose` adds what was suppressed and the run's notes. `unsafe_fixes`: that option
    is given, so that it takes part in what is marked.
    """
    ink, hidden = _Ink(color), Hidden(report)
    blocks = ["\n".join(_finding(report, finding, ink, hidden, unsafe_fixes)) for finding in report.findings]
    if verbose and report.suppressed:
        blocks.append("\n".join(_suppressed(report)))
    if verbose and report.notes:
        blocks.append("\n".join(line for note in report.notes for line in _note(note)))
    if statistics and report.findings:
        blocks.append("\n".join(_statistics(report, ink)))
    if not quiet:
        blocks.append("\n".join((_summary(report, ink), *_fixable(report, unsafe_fixes, ink))))
    return "\n\n".join(blocks) + "\n" if blocks else ""


class _Ink:
    """Paints text, or leaves it alone."""

    def __init__(self, on: bool) -> None:
        self._on = on

    def __call__(self, color: str, text: str) -> str:
        return f"\x1b[{_COLORS[color]}m{text}\x1b[0m" if self._on and text else text


def _finding(report: Report, finding: Finding, ink: _Ink, hidden: Hidden, unsafe_fixes: bool) -> Iterator[str]:
    spans = [finding.span, *(related.span for related in finding.related)]
    gutter = max(len(str(min(span.end_line, span.line + _MOST_LINES))) for span in spans)
    bar = ink("frame", f"{' ' * gutter} |")
    mark = f" {ink('help', '[*]')}" if finding.fix is not None and (finding.fix.safe or unsafe_fixes) else ""
    message = ink("bold", safe(finding.message))
    yield f"{ink(finding.severity, f'{finding.severity}[{finding.rule}]')}{ink('bold', ':')}{mark} {message}"
    yield f"{' ' * gutter}{ink('frame', '-->')} {_place(report, finding.span)}{_owner(finding, ink)}"
    yield from _own_places(finding, gutter, ink, hidden)
    for related in finding.related:
        if related.span.path != finding.span.path:
            yield bar
            yield f"{' ' * gutter}{ink('frame', ':::')} {_place(report, related.span)}"
            yield bar
            yield from _excerpt(related.span, gutter, ink, hidden, "frame", "-", safe(related.message))
    if finding.help:
        yield bar
        yield f"{' ' * gutter} {ink('frame', '=')} {ink('help', 'help')}: {safe(finding.help)}"


def _own_places(finding: Finding, gutter: int, ink: _Ink, hidden: Hidden) -> Iterator[str]:
    """The finding's place and the related ones in the same file, in the order of the file."""
    bar = ink("frame", f"{' ' * gutter} |")
    places: list[tuple[Span, str, str, str]] = [(finding.span, finding.severity, "^", "")]
    for related in finding.related:
        if related.span.path == finding.span.path:
            places.append((related.span, "frame", "-", safe(related.message)))
    before = 0
    for span, color, mark, label in sorted(places, key=lambda place: (place[0].line, place[2] == "-")):
        if not before and span.file.text:
            yield bar
        elif before and span.line > before + 1:
            yield ink("frame", "...")
        yield from _excerpt(span, gutter, ink, hidden, color, mark, label)
        before = max(span.end_line, 1)


def _place(report: Report, span: Span) -> str:
    return f"{safe(report.shown_path(span.file))}:{span.line}:{span.column}"


def _owner(finding: Finding, ink: _Ink) -> str:
    parts = []
    if finding.service:
        parts.append(f"service {safe(finding.service)}")
    if finding.stage:
        parts.append(f"stage {safe(finding.stage)}")
    return ink("dim", f" ({', '.join(parts)})") if parts else ""


def _excerpt(span: Span, gutter: int, ink: _Ink, hidden: Hidden, color: str, mark: str, label: str) -> Iterator[str]:
    """The lines of a span with marks below them; nothing for an empty file."""
    bar = ink("frame", f"{' ' * gutter} |")
    if not span.file.text:
        if label:
            yield f"{bar} {label}"
        return
    start = span.file.position(span.start)
    end = span.file.position(max(span.start, span.end - 1) if span.end > span.start else span.start)
    for line in range(start[0], min(end[0], start[0] + _MOST_LINES - 1) + 1):
        text = hidden.line(span.file, line)
        first = start[1] - 1 if line == start[0] else len(text) - len(text.lstrip())
        last = end[1] if line == end[0] else len(text.rstrip())
        shown = show(text, min(first, len(text)), min(max(last, first), len(text)))
        yield f"{ink('frame', f'{line:>{gutter}} |')} {shown.text}".rstrip()
        if not text.strip() and end[0] > start[0]:
            continue
        is_last = line == min(end[0], start[0] + _MOST_LINES - 1)
        tail = f" {label}" if label and is_last else ""
        yield f"{bar} {' ' * shown.start}{ink(color, mark * shown.width + tail)}"
    if end[0] > start[0] + _MOST_LINES - 1:
        yield f"{ink('frame', f'{chr(46) * 3:>{gutter}}')}"


def _summary(report: Report, ink: _Ink) -> str:
    files = _count(len(report.files), "file")
    known = sum(1 for item in report.suppressed if item.by == BASELINE)
    counts = ((len(report.suppressed) - known, "suppressed"), (known, "in the baseline"))
    excused = "".join(f"; {number} {how}" for number, how in counts if number)
    if not report.findings:
        return ink("bold", f"No problems found in {files}{excused}.")
    kinds = [
        ink(severity, _count(number, severity) if severity in ("error", "warning") else f"{number} {severity}")
        for severity in SEVERITIES
        if (number := report.count(severity))
    ]
    return f"{ink('bold', 'Found')} {', '.join(kinds)} {ink('bold', f'in {files}{excused}.')}"


def _fixable(report: Report, unsafe_fixes: bool, ink: _Ink) -> Iterator[str]:
    """How many --fix could mend; nothing where there is none."""
    fixes = [finding.fix for finding in report.findings if finding.fix is not None]
    now = sum(1 for fix in fixes if fix.safe or unsafe_fixes)
    later = len(fixes) - now
    if now:
        option = "--fix --unsafe-fixes" if unsafe_fixes and any(not fix.safe for fix in fixes) else "--fix"
        more = f"; {later} more with --fix --unsafe-fixes" if later else ""
        yield f"{ink('help', '[*]')} {now} can be mended with {option}{more}."
    elif later:
        yield f"{later} can be mended with --fix --unsafe-fixes."


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _statistics(report: Report, ink: _Ink) -> Iterator[str]:
    counts: dict[tuple[str, Severity], int] = {}
    for finding in report.findings:
        key = (finding.rule, finding.severity)
        counts[key] = counts.get(key, 0) + 1
    width = len(str(max(counts.values())))
    for (rule, severity), number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"{number:>{width}}  {ink(severity, f'{severity:<7}')}  {rule}"


def _suppressed(report: Report) -> Iterator[str]:
    for item in report.suppressed:
        reason = f" ({safe(item.reason)})" if item.reason else ""
        how = "suppressed" if item.by != BASELINE else "in the baseline"
        yield f"{how}: {_place(report, item.finding.span)} {item.finding.rule}{reason}"


def _note(note: str) -> Iterator[str]:
    """A note may quote a file, so none of its lines begins as the file says."""
    for number, line in enumerate(note.split("\n")):
        yield f"{'    |' if number else 'note:'} {safe(line)}"
