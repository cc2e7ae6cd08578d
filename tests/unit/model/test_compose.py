# ruff: noqa: E501
"""Compose projects as checks see them: merged values with the places that wrote them, and unknown ones."""

from __future__ import annotations

import pytest

from dockerlint.model.compose.printed import canonical_json
from dockerlint.model.compose.reader import Compose, Options, Service, load
from dockerlint.model.value import Known, Unknown
from dockerlint.source.tree import DictTree


def project(*files: str, options: Options = Options(), **texts: str) -> Compose:  # noqa: B008
    return load(DictTree(texts), files, options)


def web(body: str, **more: str) -> Service:
    """The service `web` of app/compose.yaml; `more` are other files."""
    tree = DictTree({"app/compose.yaml": f"services:\n  web:\n{body}", **more})
    compose = load(tree, ("app/compose.yaml",))
    assert compose.problems == ()
    return compose.services["web"]


def test_mounts() -> None:
    service = web(
        "    image: x\n    volumes:\n      - ./src:/app:ro\n      - /app/node_modules\n      - ../up:/up\n      - ~/x:/home\n"
        "      - ${DIR}:/data\n      - ${DIR:-./d}/e:/e\n      - c:/w\n      - {type: bind, source: ., target: /all/}\n"
        "      - type: volume\n        source: ext\n        target: /v\n    tmpfs: /run:size=1m\n"
        "volumes: {ext: {}}\n"
    )
    found = [(m.kind, m.source, m.target, m.host_path_in_tree, m.source_known) for m in service.mounts]
    assert found == [
        ("bind", "app/src", "/app", "app/src", True),
        ("volume", None, "/app/node_modules", None, True),
        ("bind", "up", "/up", "up", True),
        ("bind", "~/x", "/home", None, True),
        ("bind", None, "/data", None, False),
        ("bind", "app/d/e", "/e", "app/d/e", True),
        ("volume", None, "c:/w", None, True),
        ("bind", "app", "/all", "app", True),
        ("volume", "ext", "/v", None, True),
        ("tmpfs", None, "/run", None, True),
    ]
    first = service.mounts[0]
    assert (
        first.span.text,
        first.source_span and first.source_span.text,
        first.target_span and first.target_span.text,
    ) == (
        "./src:/app:ro",
        "./src",
        "/app",
    )
    assert first.read_only
    assert service.mounts[1].anonymous
    assert not service.mounts[4].anonymous
    fallback = service.mounts[5].source_span
    assert fallback is not None
    assert fallback.text == "${DIR:-./d}/e"
    assert service.mounts[8].long_syntax


def test_a_mount_outside_of_the_tree() -> None:
    compose = load(DictTree({"compose.yaml": "services: {a: {image: x, volumes: ['../x:/y']}}"}), ("compose.yaml",))
    mount = compose.services["a"].mounts[0]
    assert (mount.source, mount.host_path_in_tree, mount.source_text) == ("../x", None, "../x")


def test_environment() -> None:
    service = web(
        "    image: x\n    environment:\n      - A=1\n      - B=${NOPE}\n      - C=a${D:-b}\n      - D\n      - E=\n      - F\n"
        "    env_file: [one.env, {path: no.env, required: false}]\n",
        **{"app/one.env": "A=file\nG=g # c\nH=${NOPE}\n", "app/.env": "F=dot\n"},
    )
    shown = {name: (s.value, s.known, s.literal, s.template, s.passed) for name, s in service.environment.items()}
    assert shown == {
        "A": ("1", True, True, "1", False),
        "B": (None, False, False, "${NOPE}", False),
        "C": ("ab", True, False, "a${D:-b}", False),
        "D": (None, False, False, "", True),
        "E": ("", True, True, "", False),
        "F": ("dot", True, False, "", True),
    }
    assert service.environment["A"].span.text == "A=1"
    value_span = service.environment["C"].value_span
    assert value_span is not None
    assert value_span.text == "a${D:-b}"
    full = {name: s.value for name, s in service.environment_full.items()}
    assert full == {"A": "1", "B": None, "C": "ab", "D": None, "E": "", "F": "dot", "G": "g", "H": None}
    assert service.environment_full["G"].span.text == "G=g"
    assert [(use.path, use.required, use.present) for use in service.env_files] == [
        ("app/one.env", True, True),
        ("app/no.env", False, False),
    ]


def test_environment_as_mapping() -> None:
    service = web('    image: x\n    environment: {A: 1.0, B: "two words", C: yes, D: null, E: true}\n')
    assert {name: s.value for name, s in service.environment.items()} == {
        "A": "1",
        "B": "two words",
        "C": "yes",
        "D": None,
        "E": "true",
    }
    assert service.environment["B"].span.text == 'B: "two words"'


def test_override_keeps_the_places() -> None:
    compose = project(
        "compose.yaml",
        "over.yaml",
        **{
            "compose.yaml": "services:\n  web:\n    image: a\n    environment: {A: 1, B: 1}\n    command: x\n"
            "    volumes: ['./a:/app']\n    ports: ['1:1']\n",
            "over.yaml": "services:\n  web:\n    environment: [B=2]\n    command: [y, z]\n    volumes: ['./b:/app', /app/n]\n"
            "    ports: ['2:2']\n",
        },
    )
    service = compose.services["web"]
    places = {name: (s.value, s.span.path, s.span.line) for name, s in service.environment.items()}
    assert places == {"A": ("1", "compose.yaml", 4), "B": ("2", "over.yaml", 3)}
    assert service.command is not None
    assert (service.command.words, service.command.span.path) == (("y", "z"), "over.yaml")
    assert [(m.target, m.span.path) for m in service.mounts] == [("/app", "over.yaml"), ("/app/n", "over.yaml")]
    assert [port.published for port in service.ports] == ["1", "2"]
    assert [span.path for span in service.key_spans] == ["compose.yaml", "over.yaml"]
    assert service.paths == ("compose.yaml", "over.yaml")


def test_reset_and_override_tags() -> None:
    compose = project(
        "compose.yaml",
        "over.yaml",
        **{
            "compose.yaml": "services: {web: {image: a, ports: ['1:1'], command: x, environment: {A: 1, B: 2}}}\n",
            "over.yaml": "services:\n  web:\n    ports: !override ['2:2']\n    command: !reset null\n"
            "    environment: {A: !reset null}\n",
        },
    )
    service = compose.services["web"]
    assert [port.published for port in service.ports] == ["2"]
    assert service.command is None
    assert list(service.environment) == ["B"]


def test_extends() -> None:
    compose = project(
        "compose.yaml",
        **{
            "compose.yaml": "services:\n  web:\n    extends: {file: base/common.yaml, service: app}\n    command: run\n",
            "base/common.yaml": "services:\n  app:\n    extends: root\n    build: .\n    volumes: ['./src:/src']\n"
            "  root: {user: me, env_file: r.env}\n",
            "base/r.env": "A=1\n",
        },
    )
    assert compose.problems == compose.absent == ()
    service = compose.services["web"]
    assert service.build is not None
    assert (service.build.context, service.build.dockerfile_path) == ("base", "base/Dockerfile")
    assert service.mounts[0].host_path_in_tree == "base/src"
    assert service.user is not None
    assert service.user.value == "me"
    assert service.environment_full["A"].value == "1"
    assert service.extends is not None
    assert service.paths == ("compose.yaml", "base/common.yaml")
    assert [file.path for file in compose.files] == ["compose.yaml", "base/common.yaml"]


def test_extends_outside_of_the_tree_is_unknown() -> None:
    text = "services: {web: {extends: {file: ../x.yaml, service: a}, image: b}}"
    compose = load(DictTree({"compose.yaml": text}), ("compose.yaml",))
    assert compose.problems == compose.absent == ()
    assert not compose.services["web"].complete
    assert len(compose.outside) == 1


def test_include() -> None:
    compose = project(
        "compose.yaml",
        **{
            "compose.yaml": "include: [db/compose.yaml]\nservices: {web: {image: x, depends_on: [db]}}\n",
            "db/compose.yaml": "services: {db: {image: 'pg:${V}', volumes: ['./d:/d']}}\n",
            "db/.env": "V=16\n",
        },
    )
    assert compose.problems == ()
    database = compose.services["db"]
    assert database.image is not None
    assert (database.image.value, database.image.template) == ("pg:16", "pg:${V}")
    assert database.mounts[0].host_path_in_tree == "db/d"
    assert [i.origin.path for i in compose.interpolations if i.origin] == ["db/.env"]


@pytest.mark.parametrize(
    ("body", "context", "dockerfile", "target"),
    [
        ("build: .", "app", "app/Dockerfile", None),
        ("build: ./sub/", "app/sub", "app/sub/Dockerfile", None),
        ("build: ..", "", "Dockerfile", None),
        ("build: {context: ., dockerfile: docker/Dev, target: dev}", "app", "app/docker/Dev", "dev"),
        ("build: {dockerfile: ../D}", "app", "D", None),
        ("build: {context: https://x.y/z.git}", None, None, None),
        ("build: {context: '${NOPE}'}", None, None, None),
        ("build: {target: '${NOPE}'}", "app", "app/Dockerfile", None),
    ],
)
def test_build(body: str, context: str | None, dockerfile: str | None, target: str | None) -> None:
    build = web(f"    {body}\n").build
    assert build is not None
    assert (build.context, build.dockerfile_path, build.target) == (context, dockerfile, target)
    assert build.target_known == ("NOPE" not in body or "target" not in body)


def test_build_details() -> None:
    build = web(
        "    build:\n      dockerfile_inline: |\n        FROM x\n        RUN y\n      args: [A=1, B, 'C=${NOPE}', 'D=${E:-z}']\n"
        "      additional_contexts: {lib: ../lib, base: docker-image://b}\n"
    ).build
    assert build is not None
    assert build.inline is not None
    assert build.inline.text == "FROM x\nRUN y\n"
    assert build.dockerfile_path is None
    a, b, c, d = build.args.values()
    assert isinstance(a, Known)
    assert a.text == "1"
    assert isinstance(b, Unknown)
    assert isinstance(c, Unknown)
    assert isinstance(d, Known)
    assert build.arg_spans["A"].text == "A=1"
    assert {name: found.value for name, found in build.additional_contexts.items()} == {
        "lib": "lib",
        "base": "docker-image://b",
    }


@pytest.mark.parametrize(
    ("written", "words", "known"),
    [
        ("npm run dev", ("npm", "run", "dev"), True),
        ('sh -c "a && b"', ("sh", "-c", "a && b"), True),
        ("a && b", ("a",), True),
        ("[a, 'b c']", ("a", "b c"), True),
        ("[]", (), True),
        ("''", (), True),
        ("run ${NOPE}", ("run", ""), False),
        ("run ${NOPE:-x}", ("run", "x"), True),
    ],
)
def test_command(written: str, words: tuple[str, ...], known: bool) -> None:
    command = web(f"    image: x\n    command: {written}\n").command
    assert command is not None
    assert (command.words, command.known) == (words, known)
    assert len(command.word_spans) == len(words)


def test_command_places() -> None:
    command = web("    image: x\n    command: npm run 'dev x'\n").command
    assert command is not None
    assert [span.text for span in command.word_spans] == ["npm", "run", "'dev x'"]


def test_the_rest_of_a_service() -> None:
    service = web(
        "    image: x:${TAG:-1}\n    ports: ['3000-3001:80-81', '${P}:90/udp', '127.0.0.1:5432:5432', 70]\n    expose: [9, '10-11']\n"
        "    networks: {front: {aliases: [w], ipv4_address: 10.0.0.2}}\n    depends_on: {db: {condition: service_healthy}}\n"
        "    profiles: [dev]\n    healthcheck: {test: curl localhost, interval: 5s}\n    labels: [a=b]\n"
        "    extra_hosts: ['host.docker.internal:host-gateway']\n    links: ['db:d']\n    secrets: [s]\n"
        "    develop: {watch: [{action: sync, path: ./src, target: /src, ignore: [x/]}]}\n    deploy: {replicas: 2}\n"
        "    user: 1000:1000\n    working_dir: /w\n    restart: always\n    privileged: true\n  db: {image: y}\n"
        "networks: {front: {internal: true}}\nsecrets: {s: {file: ./s.txt}}\n"
    )
    assert service.image is not None
    assert service.image.value == "x:1"
    ports = [(p.host_ip, p.published, p.published_known, p.target, p.protocol) for p in service.ports]
    assert ports == [
        (None, "3000", True, "80", "tcp"),
        (None, "3001", True, "81", "tcp"),
        (None, None, False, "90", "udp"),
        ("127.0.0.1", "5432", True, "5432", "tcp"),
        (None, None, True, "70", "tcp"),
    ]
    assert [port.target for port in service.expose] == ["9", "10", "11"]
    assert service.networks["front"].aliases == ("w",)
    assert service.depends_on["db"].condition == "service_healthy"
    assert service.profiles == ("dev",)
    assert service.healthcheck is not None
    assert service.healthcheck.test is not None
    assert service.healthcheck.test.words == ("CMD-SHELL", "curl localhost")
    assert service.labels["a"].value == "b"
    assert [(host.name, host.address) for host in service.extra_hosts] == [("host.docker.internal", "host-gateway")]
    assert [(g.source, g.target) for g in service.secrets] == [("s", "/run/secrets/s")]
    assert [(w.action, w.path, w.target, w.ignore) for w in service.watch] == [("sync", "app/src", "/src", ("x/",))]
    assert service.privileged
    assert service.deploy is not None


def test_resources() -> None:
    compose = project(
        "compose.yaml",
        **{
            "compose.yaml": "name: shop\nservices: {a: {image: x, networks: [n], volumes: ['v:/v']}}\n"
            "networks: {n: {internal: true}, e: {external: true, name: other}}\nvolumes: {v: }\n"
            "secrets: {s: {file: ./k/s}, t: {environment: T}}\nconfigs: {c: {file: ../c}}\n"
        },
    )
    assert compose.problems == ()
    assert (compose.networks["n"].name, compose.networks["n"].internal) == ("shop_n", True)
    assert (compose.networks["e"].name, compose.networks["e"].external) == ("other", True)
    assert compose.volumes["v"].name == "shop_v"
    assert (compose.secrets["s"].file, compose.secrets["t"].environment) == ("k/s", "T")
    assert compose.configs["c"].file is None


def test_the_machine_counts_only_when_asked() -> None:
    texts = {"compose.yaml": "services: {a: {image: '${X}', environment: [Y]}}\n"}
    assert project("compose.yaml", **texts).services["a"].environment["Y"].value is None
    compose = project("compose.yaml", options=Options(environment={"X": "img", "Y": "y"}), **texts)
    assert compose.services["a"].image is not None
    assert compose.services["a"].image.value == "img"
    assert compose.services["a"].environment["Y"].value == "y"


def test_json_of_a_project_in_memory() -> None:
    compose = project(
        "compose.yaml",
        options=Options(blank_unset=True, root="/srv/shop"),
        **{"compose.yaml": "services: {a: {build: web, command: 'a $$B ${C}'}}\n"},
    )
    assert canonical_json(compose, lambda name: {"of": name}) == {
        "name": "shop",
        "services": {
            "a": {
                "build": {"context": "/srv/shop/web", "dockerfile": "Dockerfile"},
                "command": ["a", "$$B"],
                "entrypoint": None,
                "networks": {"default": None},
                "x-dockerlint": {"of": "a"},
            }
        },
        "networks": {"default": {"name": "shop_default", "ipam": {}}},
    }
