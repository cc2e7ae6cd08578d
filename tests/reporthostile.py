"""Texts that want to act in a report, as a project may hold them, and a report that is full of one."""

from __future__ import annotations

from dockerlint.rulebook.finding import BASELINE, Finding, Fix, Related, Report, Suppressed
from dockerlint.source.record import replace
from dockerlint.source.text import Edit, SourceFile

HOSTILE = [
    "::error file=a::forged",
    "a\n::set-output name=x::forged",
    "a\r\n  ::add-mask::forged\r",
    "%0A::error::forged%0D%25",
    "##[add-mask]forged",
    "x##[set-output name=a]forged###[stop-commands]y",
    "a,title=forged,line=7::forged",
    "\x1b[2J\x1b]0;forged\x07\x9b31m\x00\x08\x7f",
    "\u202eforged\u2066\u200b\ufeff\u2028\u2029\x85",
    "]]><forged/>--><!-- &lt; &amp;forged; \"'>",
    "\ufffe\uffff\ud7ff\udcff\U000e0041\U0001f600",
    "| forged | `x` | <img src=//forged> \\| y",
    "``a``` <img src=//forged> `",
    "\\`<img src=//forged>\\`",
    "[a](//forged) ![a](//forged) <https://forged> [b]\\(//forged) [c]: //forged",
    "\\[a\\](//forged)",
    "@forged https://forged.example www.forged.example",
    "# forged\n\n* forged\n",
    "{0} {forged} ${forged} %s {{",
    '", "forged": "',
    "한국어 e\u0301 \u00a0 x",
]


def hostile(value: str) -> Report:
    """A report in which every text that can come from a project is `value`."""
    file = SourceFile(value, f"{value}\nlast é😀 line\n".replace("\udcff", ""))
    other = SourceFile(f"{value}/b", "x\n")
    at = file.text.index("line\n")
    finding = Finding(
        rule="missing-env",
        case=None,
        severity="warning",
        message=f"{value} and `{value}`",
        help=f"{value} and `{value}`",
        span=file.span(at, at + 4),
        service=value,
        stage=value,
        related=(Related(file.span(0, 3), value), Related(other.span(0, 1), value)),
        fix=Fix(value, (Edit(file.span(at, at + 4), value), Edit(other.span(0, 0), value)), True),
        subject=value,
        aliases=(value,),
    )
    whole = replace(
        finding,
        span=file.span(0, len(file.text)),
        severity="style",
        fix=replace(finding.fix, edits=(finding.fix.edits[0],)),
    )
    excused = (Suppressed(finding, value), Suppressed(finding, value, BASELINE))
    return Report((finding, whole), excused, (value,), failures=(value,), notes=(value,))
