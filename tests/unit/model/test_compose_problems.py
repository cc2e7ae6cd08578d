# ruff: noqa: E501
"""What Compose refuses, with its place; and what only this machine lacks."""

from __future__ import annotations

import pytest

from dockerlint.model.compose.reader import Options, load
from dockerlint.source.tree import DictTree


def told(text: str, options: Options = Options(), **more: str) -> list[tuple[int, str]]:  # noqa: B008
    compose = load(DictTree({"compose.yaml": text, **more}), ("compose.yaml",), options)
    return [(problem.span.line, problem.message) for problem in compose.problems]


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        ("image: x\n    port: [80]", 4, 'no key "port"; did you mean "ports"?'),
        ("image: x\n    ports: 80", 4, "must be a list, not the number 80"),
        ("image: x\n    environment:", 4, "must be a list or a mapping, not empty"),
        ("command: x", 2, "neither image nor build"),
        ("image: x\n    volumes:\n      - data:/d", 5, 'volume "data", which is not declared'),
        ("image: x\n    networks: [frnt]", 4, 'did you mean "front"?'),
        ("image: x\n    depends_on: [nope]", 4, 'service "nope", which is not declared'),
        ("image: x\n    depends_on: [web]", 4, "in a circle: web → web"),
        ("image: x\n    ports: ['a:b']", 4, "is no container port"),
        ("image: x\n    command: 'a (b)'", 4, "no command line"),
        ("image: x\n    mem_limit: 1x", 4, "must be a size"),
        ("image: x\n    healthcheck: {interval: '5'}", 4, "must be a span of time"),
        ("image: x\n    image: y", 4, "stands already in line 3"),
        ("image: ${X", 3, "no valid variable"),
        ("image: x\n    depends_on: {web: {condition: healthy}}", 4, "service_healthy"),
        ("image: x\n    extends: nope", 4, 'the service "nope"'),
        ("image: x\n    extends: web", 4, "extends itself"),
        ("image: x\n    extends: {file: no.yaml, service: a}", 4, "no.yaml does not exist"),
        ("image: x\n    volumes: ['/a', '/b:/a']\n    tmpfs: [/a]", 4, "mounted already"),
        ("image: x\n    network_mode: host\n    networks: [front]", 4, "only one is possible"),
    ],
)
def test_refused(body: str, line: int, says: str) -> None:
    found = told(f"services:\n  web:\n    {body}\nnetworks: {{front: {{}}}}\n")
    assert any(at == line and says in message for at, message in found), found


def test_cycles_between_files_end() -> None:
    tree = DictTree(
        {
            "compose.yaml": "include: [other.yaml]\nservices: {a: {extends: {file: other.yaml, service: b}, image: x}}\n",
            "other.yaml": "include: [compose.yaml]\nservices: {b: {extends: {file: compose.yaml, service: a}}}\n",
        }
    )
    compose = load(tree, ("compose.yaml",))
    messages = [problem.message for problem in compose.problems]
    assert any("includes itself" in message for message in messages)
    assert any("extends itself" in message for message in messages)
    assert "a" in compose.services


def test_the_rest_is_still_read() -> None:
    text = "services:\n  a: {image: x, foo: 1, ports: [abc, '80:80'], command: 'q (', environment: [A=1, 5]}\n  b: 5\n"
    compose = load(DictTree({"compose.yaml": text}), ("compose.yaml",))
    assert len(compose.problems) == 5
    assert [port.target for port in compose.services["a"].ports] == ["80"]
    assert list(compose.services) == ["a"]


def test_what_the_machine_lacks_is_no_fault_of_the_file() -> None:
    text = "services:\n  a:\n    image: x:${V:?set it}\n    env_file: no.env\n    ports: ['${P}:80', '${Q}']\n"
    compose = load(DictTree({"compose.yaml": text}), ("compose.yaml",))
    assert compose.problems == ()
    assert [(p.span.line, p.span.text) for p in compose.absent] == [(3, "${V:?set it}"), (4, "no.env")]


def test_unknown_texts_are_not_judged() -> None:
    names = [
        "container_name",
        "restart",
        "user",
        "cpus",
        "mem_limit",
        "privileged",
        "scale",
        "network_mode",
        "pull_policy",
        "stop_grace_period",
    ]
    body = "".join(f"    {name}: ${{X}}\n" for name in names)
    text = f"services:\n  a:\n    image: x\n{body}    volumes: ['${{X}}:/a', '${{X}}/b:${{Y}}', '${{Z}}']\n    ports: ['${{X}}']\n"
    assert told(text) == []


@pytest.mark.parametrize(
    "text", ["", "# x\n", "services: {}\n", "[]\n", "a\n", "services: [\n", "services:\n", "---\n"]
)
def test_files_without_services(text: str) -> None:
    compose = load(DictTree({"compose.yaml": text}), ("compose.yaml",))
    assert compose.services == {}
    assert bool(compose.problems) == (text != "services: {}\n")


@pytest.mark.parametrize(
    "value",
    [
        "5",
        "[]",
        "{}",
        "[[]]",
        "[{}]",
        "{a: []}",
        "null",
        "[null]",
        "true",
        "{a: {b: {c: d}}}",
        "'x'",
        "[x, 1, {}]",
        "{}",
        "1.5",
    ],
)
def test_no_value_of_any_key_does_harm(value: str) -> None:
    from dockerlint.model.compose.shape import SERVICE_KEYS

    keys = sorted(SERVICE_KEYS)
    for key in keys:
        text = f"services: {{a: {{image: x, {key}: {value}}}, b: {{extends: a, {key}: [q]}}}}\n"
        load(DictTree({"compose.yaml": text, "two.yaml": text}), ("compose.yaml", "two.yaml"))
    for key in ("build", "deploy", "healthcheck", "develop"):
        for inner in ("context", "args", "resources", "test", "watch", "labels", "secrets", "replicas"):
            load(
                DictTree({"compose.yaml": f"services: {{a: {{image: x, {key}: {{{inner}: {value}}}}}}}\n"}),
                ("compose.yaml",),
            )
    for key in ("include", "services", "networks", "volumes", "secrets", "configs", "name", "version", "x-y", "models"):
        load(DictTree({"compose.yaml": f"{key}: {value}\n"}), ("compose.yaml",))
        load(DictTree({"compose.yaml": f"{key}: {{a: {value}}}\nservices: {{a: {{image: x}}}}\n"}), ("compose.yaml",))
