"""What a SARIF log holds beside the findings themselves."""

from __future__ import annotations

import pytest

from dockerlint import __version__
from dockerlint.report.fingerprint import fingerprints
from dockerlint.report.sarif import document, uri
from dockerlint.rulebook import shelf
from dockerlint.rulebook.finding import BASELINE, Finding, Fix, Related, Report, Suppressed
from dockerlint.source.record import replace
from dockerlint.source.text import Edit, SourceFile

COMPOSE = SourceFile("my app/compose.yaml", "services:\n  web:\n    image: 웹/nginx\n")
IGNORE = SourceFile(".dockerignore", "")
IMAGE = COMPOSE.span(COMPOSE.text.index("nginx"), COMPOSE.text.index("nginx") + 5)
FINDING = Finding(
    rule="undefined-variable",
    case=None,
    severity="info",
    message="web says [x](y)",
    help="write ${X:?}",
    span=IMAGE,
    service="web",
    related=(Related(COMPOSE.line_span(2), "the service"),),
    fix=Fix(
        "Put both right", (Edit(IMAGE, ""), Edit(IGNORE.span(0, 0), "x\n"), Edit(COMPOSE.span(0, 0), "# a\n")), True
    ),
    subject="X",
    aliases=("CL-1",),
)
OTHER = replace(FINDING, rule="bind-source-missing", severity="style", related=(), fix=None, help="", aliases=())


def test_the_whole_log() -> None:
    (run,) = document(Report((FINDING, OTHER), (Suppressed(OTHER, "known\x1b"), Suppressed(OTHER, "", BASELINE))))[
        "runs"
    ]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("dockerlint", __version__)
    assert [rule["id"] for rule in driver["rules"]] == ["bind-source-missing", "undefined-variable"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"] == [{"executionSuccessful": True}]
    assert "uri" not in run["originalUriBaseIds"]["%SRCROOT%"], "a log is the same on every machine"
    place = {"uri": "my%20app/compose.yaml", "uriBaseId": "%SRCROOT%"}
    region = {"startLine": 3, "startColumn": 14, "endLine": 3, "endColumn": 19}
    assert run["results"][0] == {
        "ruleId": "undefined-variable",
        "ruleIndex": 1,
        "level": "note",
        "message": {"text": "web says [x] (y)\nhelp: write ${X:?}"},
        "locations": [{"physicalLocation": {"artifactLocation": place, "region": region}}],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": place,
                    "region": {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 7},
                },
                "message": {"text": "the service"},
            }
        ],
        "fixes": [
            {
                "description": {"text": "Put both right"},
                "artifactChanges": [
                    {
                        "artifactLocation": place,
                        "replacements": [
                            {"deletedRegion": region},
                            {
                                "deletedRegion": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
                                "insertedContent": {"text": "# a\n"},
                            },
                        ],
                    },
                    {
                        "artifactLocation": {"uri": ".dockerignore", "uriBaseId": "%SRCROOT%"},
                        "replacements": [
                            {
                                "deletedRegion": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
                                "insertedContent": {"text": "x\n"},
                            }
                        ],
                    },
                ],
                "properties": {"safe": True},
            }
        ],
        "partialFingerprints": {"dockerlint/v1": fingerprints([FINDING])[0]},
        "properties": {"severity": "info", "service": "web", "aliases": ["CL-1"]},
        "suppressions": [],
    }
    assert [result["suppressions"] for result in run["results"][1:]] == [
        [],
        [{"kind": "inSource", "justification": "known\\x1b"}],
        [{"kind": "external"}],
    ]
    prints = [result["partialFingerprints"]["dockerlint/v1"] for result in run["results"]]
    assert len(set(prints)) == 4 and prints[:2] == fingerprints([FINDING, OTHER])


def test_every_rule_describes_itself() -> None:
    rules = shelf.rules()
    findings = tuple(replace(OTHER, rule=rule) for rule in reversed(rules))
    (run,) = document(Report(findings))["runs"]
    told = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in told] == sorted(rules)
    assert all("suppressions" not in result for result in run["results"])
    for node, rule in zip(told, rules.values(), strict=True):
        assert node["name"].isalnum() and node["name"][0].isupper()
        assert node["shortDescription"]["text"] == rule.title
        assert node["fullDescription"]["text"].startswith(rule.title) and node["fullDescription"]["text"].endswith(".")
        assert ":." not in node["fullDescription"]["text"]
        for form in ("text", "markdown"):
            assert rule.title in node["help"][form] and rule.instead in node["help"][form]
        assert node["defaultConfiguration"]["level"] in ("error", "warning", "note")
        assert node["properties"]["tags"] == [rule.group]
    assert document(Report(()))["runs"][0]["results"] == []


def test_a_breakdown_is_a_notification() -> None:
    (run,) = document(Report((), failures=("the rule x broke down:\n[a](b)",)))["runs"]
    assert run["invocations"] == [
        {
            "executionSuccessful": False,
            "toolExecutionNotifications": [
                {"level": "error", "message": {"text": "the rule x broke down:\\x0a[a] (b)"}}
            ],
        }
    ]


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("a b/Dockerfile", "a%20b/Dockerfile"),
        ("c#1?x=%41", "c%231%3Fx%3D%2541"),
        ("a:b/c", "a%3Ab/c"),
        ("../한/é", "../%ED%95%9C/%C3%A9"),
        ("a\udcff\n", "a%FF%0A"),
        ("\ud800", "%ED%A0%80"),
        ("/srv/a b", "file:///srv/a%20b"),
        ("D:/a b", "file:///D:/a%20b"),
    ],
)
def test_paths_as_addresses(path: str, address: str) -> None:
    assert uri(path) == address
    (run,) = document(Report((replace(FINDING, span=SourceFile(path, "x").span(0, 1)),)))["runs"]
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == address and ("uriBaseId" in location) != address.startswith("file:")
