"""What a finding can be known by again, in other runs and by other programs."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from dockerlint.rulebook.finding import Finding


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """One for each finding, 16 hexadecimal digits: of its rule, file, owner and subject; no two are equal.

    Findings that agree in these are numbered in the order given. Lines, wording and severity do not go in, and neither
    does text of the file, which may be a password: whoever guesses one could prove it by its hash.
    """
    counts: dict[tuple[str, ...], int] = {}
    prints = []
    for finding in findings:
        key = (finding.rule, finding.span.path, finding.service or "", finding.stage or "", finding.subject)
        counts[key] = number = counts.get(key, 0) + 1
        joined = "\0".join((*key, str(number)))
        prints.append(sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:16])
    return prints
