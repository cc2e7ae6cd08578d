"""The fix engine: what is applied together, what waits, what is taken back, and what is written."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dockerlint.engine.fix import Change, Outcome, apply_edits, fix_files, mend
from dockerlint.engine.rewrite import CannotWrite, write
from dockerlint.engine.settings import Settings
from dockerlint.rulebook.finding import Finding, Fix, Report
from dockerlint.source.text import Edit, SourceFile, Span

Check = Callable[[dict[str, SourceFile]], list[Finding]]


def finding(span: Span, subject: str, *edits: Edit, safe: bool = True, severity: str = "warning") -> Finding:
    fix = Fix(f"mend {subject}", edits, safe) if edits else None
    return Finding("a-rule", None, severity, subject, "", span, fix=fix, subject=subject)  # type: ignore[arg-type]


def run(files: dict[str, str], check: Check, unsafe: bool = False) -> tuple[Outcome, int]:
    runs = 0

    def lint(texts: Mapping[str, str]) -> Report:
        nonlocal runs
        runs += 1
        return Report(tuple(check({path: SourceFile(path, text) for path, text in {**files, **texts}.items()})))

    return mend(lint, files.get, unsafe=unsafe), runs


def replacing(old: str, new: str, safe: bool = True) -> Check:
    """Finds a text in every file, and offers another one."""

    def check(files: dict[str, SourceFile]) -> list[Finding]:
        found = []
        for file in files.values():
            at = file.text.find(old)
            while at >= 0:
                span = file.span(at, at + len(old))
                found.append(finding(span, f"{old} in {span.line}", Edit(span, new), safe=safe))
                at = file.text.find(old, at + len(old))
        return found

    return check


def texts(outcome: Outcome) -> dict[str, str]:
    return {change.path: change.after for change in outcome.changes}


def test_everything_that_fits_goes_in_one_round() -> None:
    outcome, runs = run({"a": "x\nx\n", "b": "x"}, replacing("x", "y"))
    assert texts(outcome) == {"a": "y\ny\n", "b": "y"}
    assert (len(outcome.fixed), outcome.refused, outcome.unsafe, runs) == (3, (), 0, 2)
    assert not outcome.report.findings


def test_unsafe_fixes_wait_to_be_asked_for() -> None:
    outcome, _ = run({"a": "x"}, replacing("x", "y", safe=False))
    assert (texts(outcome), outcome.unsafe) == ({}, 1)
    outcome, _ = run({"a": "x"}, replacing("x", "y", safe=False), unsafe=True)
    assert (texts(outcome), outcome.unsafe) == ({"a": "y"}, 0)


def test_identical_edits_of_two_findings_count_once() -> None:
    def check(files: dict[str, SourceFile]) -> list[Finding]:
        file = files["a"]
        end = file.span(len(file.text), len(file.text))
        return [
            finding(file.span(at, at + 1), name, Edit(file.span(at, at + 1), "-"), Edit(end, "both\n"))
            for at, name in ((0, "1"), (2, "2"))
            if file.text[at] == name
        ]

    outcome, _ = run({"a": "1\n2\n"}, check)
    assert texts(outcome) == {"a": "-\n-\nboth\n"}


def test_what_overlaps_has_its_turn_in_the_next_round() -> None:
    def check(files: dict[str, SourceFile]) -> list[Finding]:
        file = files["a"]
        both = [Edit(file.span(0, 2), "AB"), Edit(file.span(1, 3), file.text[1] + "C")]
        found = [finding(both[0].span, "first", both[0])] if file.text.startswith("ab") else []
        return [*found, finding(both[1].span, "second", both[1])] if file.text.endswith("c") else found

    outcome, runs = run({"a": "abc"}, check)
    assert texts(outcome) == {"a": "ABC"}
    assert runs == 3


def test_insertions_at_one_place_go_together_where_they_are_lines_of_one_kind() -> None:
    def check(lines: list[str]) -> Check:
        def found(files: dict[str, SourceFile]) -> list[Finding]:
            file = files["a"]
            end = file.span(len(file.text), len(file.text))
            return [finding(end, line, Edit(end, line)) for line in lines if line not in file.text]

        return found

    assert run({"a": "k:\n"}, check(["  - x\n", "  - y\n"]))[1] == 2
    assert run({"a": "k:\n"}, check(["  x:\n", "  y:\n"]))[1] == 2
    for lines in (["  - x\n", "  y:\n"], ["  - x\n", "    - y\n"], ["v:\n  x:\n", "v:\n  y:\n"], ["x", "y"]):
        outcome, runs = run({"a": "k:\n"}, check(lines))
        assert runs == 3
        assert texts(outcome) == {"a": "k:\n" + "".join(lines)}


def test_a_fix_is_taken_back_alone() -> None:
    good, bad = replacing("x", "y"), replacing("b", "b again")

    outcome, _ = run({"a": "x b x"}, lambda files: [*good(files), *bad(files)])
    assert texts(outcome) == {"a": "y b y"}
    assert [(one.finding.subject, one.reason) for one in outcome.refused] == [
        ("b in 1", "the finding would still stand")
    ]


def test_a_fix_that_brings_an_error_is_taken_back() -> None:
    def check(files: dict[str, SourceFile]) -> list[Finding]:
        found = replacing("x", "y")(files)
        if "y" in files["a"].text:
            found.append(finding(files["a"].span(0, 1), "worse", severity="error"))
        return found

    outcome, _ = run({"a": "x"}, check)
    assert outcome.changes == ()
    assert [one.reason for one in outcome.refused] == ["it would bring a-rule at a:1"]


def test_a_fix_after_which_the_file_does_not_parse_is_taken_back() -> None:
    outcome, _ = run({"a.yaml": "k: x\n", "b.json": '{"k": "x"}'}, replacing("x", '"'))
    assert outcome.changes == ()
    assert {one.reason for one in outcome.refused} == {"the file would not parse any more"}


def test_rounds_end() -> None:
    def check(files: dict[str, SourceFile]) -> list[Finding]:
        file = files["a"]
        other = "b" if file.text == "a" else "a"
        return [finding(file.span(0, 1), f"not {other}", Edit(file.span(0, 1), other))]

    outcome, runs = run({"a": "a"}, check)
    assert runs == 11
    assert outcome.changes == ()


def test_a_new_file() -> None:
    def check(files: dict[str, SourceFile]) -> list[Finding]:
        if ".dockerignore" in files:
            return []
        return [finding(files["a"].span(0, 1), "n", Edit(SourceFile(".dockerignore", "").span(0, 0), "n\n"))]

    outcome, _ = run({"a": "x"}, check)
    assert outcome.changes == (Change(".dockerignore", "", "", "n\n"),)


def test_edits_that_overlap_in_one_fix_are_refused() -> None:
    def check(files: dict[str, SourceFile]) -> list[Finding]:
        file = files["a"]
        return [finding(file.span(0, 1), "n", Edit(file.span(0, 2), "x"), Edit(file.span(1, 3), "y"))]

    outcome, _ = run({"a": "abc"}, check)
    assert [one.reason for one in outcome.refused] == ["its edits overlap"]


def test_a_text_inside_of_a_file_is_not_taken_for_the_file() -> None:
    def check(files: dict[str, SourceFile]) -> list[Finding]:
        inline = SourceFile("a", "x")
        return [finding(inline.span(0, 1), "n", Edit(inline.span(0, 1), "y"))]

    outcome, runs = run({"a": "inline: x"}, check)
    assert (outcome.changes, runs) == ((), 1)
    assert [one.reason for one in outcome.refused] == ["it is about a text that is no file of its own"]


def test_a_run_of_more_rules_judges() -> None:
    def wide(texts: Mapping[str, str]) -> Report:
        file = SourceFile("a", texts.get("a", "x"))
        return Report((finding(file.span(0, 1), "worse", severity="error"),) if file.text == "y" else ())

    def lint(texts: Mapping[str, str]) -> Report:
        return Report(tuple(replacing("x", "y")({"a": SourceFile("a", texts.get("a", "x"))})))

    assert mend(lint, {"a": "x"}.get).changes != ()
    assert mend(lint, {"a": "x"}.get, judge=wide).changes == ()


def test_apply_edits() -> None:
    file = SourceFile("a", "abc")
    edits = [
        Edit(file.span(3, 3), "!"),
        Edit(file.span(0, 1), "A"),
        Edit(file.span(3, 3), "?"),
        Edit(file.span(1, 1), "-"),
    ]
    assert apply_edits(edits) == "A-bc!?"


def test_fix_files_leaves_right_files_alone() -> None:
    files = {"Dockerfile": "FROM scratch\n"}
    assert fix_files(files, Settings()) == files


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\r\nb", b"a\r\nc"),
        (b"\xef\xbb\xbfa\nb", b"\xef\xbb\xbfa\nc"),
        ("a\u00e4b".encode("utf-16"), "a\u00e4c".encode("utf-16")),
        (b"\xfe\xff" + "ab".encode("utf-16-be"), b"\xfe\xff" + "ac".encode("utf-16-be")),
    ],
)
def test_writing_keeps_the_bytes_around(tmp_path: Path, before: bytes, after: bytes) -> None:
    from dockerlint.source.tree import decode

    file = tmp_path / "f"
    file.write_bytes(before)
    file.chmod(0o640)
    text = decode(before)
    write(Change(str(file), str(tmp_path), text, text.replace("b", "c")))
    assert file.read_bytes() == after
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["f"]


def test_a_new_file_gets_the_usual_mode(tmp_path: Path) -> None:
    write(Change(str(tmp_path / ".dockerignore"), str(tmp_path), "", "a\n"))
    (tmp_path / "other").write_text("")
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in (".dockerignore", "other")}
    assert len(modes) == 1


def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("a")
    (tmp_path / "link").symlink_to("real")
    write(Change(str(tmp_path / "link"), str(tmp_path), "a", "b"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "b"


def test_what_is_not_as_it_was_read_is_left_alone(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    outside = tmp_path / "outside"
    outside.write_text("a")
    (root / "link").symlink_to(outside)
    (root / "file").write_text("other")
    (root / "binary").write_bytes(b"\xff")
    (root / "folder").mkdir()
    for name, before, reason in (
        ("link", "a", "is a link that leads out of the project"),
        ("file", "a", "has changed meanwhile"),
        ("file", "", "has changed meanwhile"),
        ("gone", "a", "has changed meanwhile"),
        ("binary", "a", "has changed meanwhile"),
        ("folder", "a", "is no regular file"),
    ):
        with pytest.raises(CannotWrite, match=reason):
            write(Change(str(root / name), str(root), before, "b"))
    with pytest.raises(CannotWrite, match="is a link that leads out"):
        write(Change(str(root / "../outside"), str(root), "a", "b"))
    assert (outside.read_text(), (root / "file").read_text()) == ("a", "other")


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "f").write_text("a")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(CannotWrite, match="cannot be written: no space left on device"):
        write(Change(str(tmp_path / "f"), str(tmp_path), "a", "b"))
    assert os.listdir(tmp_path) == ["f"]
    assert (tmp_path / "f").read_text() == "a"
