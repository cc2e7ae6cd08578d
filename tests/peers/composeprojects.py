# ruff: noqa: E501
"""Small projects that Compose takes or refuses. Files named compose* or broken* are given in order as ``-f``."""

from __future__ import annotations

import json


def one(body: str, **more: str) -> dict[str, str]:
    """A project with one compose file, whose only service `web` has this body."""
    return {"compose.yaml": f"services:\n  web:\n    image: nginx\n{_indented(body)}", **more}


def broken(body: str) -> dict[str, str]:
    return {"broken.yaml": f"services:\n  web:\n    image: nginx\n{_indented(body)}"}


def _indented(body: str) -> str:
    return "".join(f"    {line}\n" for line in body.strip("\n").split("\n"))


BASE = """\
services:
  web:
    image: nginx
    command: [nginx, -g]
    entrypoint: /a b
    environment: {A: 1, B: two, C: null}
    labels: [x=1, y=2]
    ports: ["80:80", "127.0.0.1:443:443"]
    volumes: [./src:/app, data:/data, /cache]
    networks: [front]
    depends_on: [db]
    dns: 1.1.1.1
    tmpfs: /run
    expose: [1]
    extra_hosts: ["a:1.1.1.1"]
    healthcheck: {test: [CMD, a], interval: 5s, retries: 2}
    build: {context: ., args: {X: 1, Y: 2}, target: dev}
    env_file: base.env
    cap_add: [A, B]
    profiles: [p]
    ulimits: {nofile: 5, nproc: {soft: 1, hard: 2}}
    logging: {driver: json-file, options: {max-size: 1m}}
    sysctls: {net.core.somaxconn: 1024}
    secrets: [key]
    devices: ["/dev/a:/dev/b"]
    develop: {watch: [{path: ./src, action: sync, target: /app, ignore: [node_modules/]}]}
    deploy: {replicas: 2, labels: {a: b}, resources: {limits: {cpus: "0.5", memory: 1g}}}
  db: {image: postgres}
networks: {front: {ipam: {config: [{subnet: 10.0.0.0/24}]}}, back: {}}
volumes: {data: {driver: local, labels: [a=b]}}
secrets: {key: {file: ./key}}
"""
OVER = """\
services:
  web:
    command: other thing
    entrypoint: []
    environment: [B=2, D=4]
    labels: {y: 3, z: 4}
    ports: ["80:80", "81:80", {target: 443, published: 443, host_ip: 127.0.0.1}]
    volumes: [./other:/app, "data:/data:ro", {type: volume, target: /more, volume: {nocopy: true}}]
    networks: {back: {aliases: [w]}}
    depends_on: {cache: {condition: service_healthy}}
    dns: [8.8.8.8]
    tmpfs: [/tmp]
    expose: ["2", 1]
    extra_hosts: {b: 2.2.2.2}
    healthcheck: {test: curl x}
    build: {args: [Y=3, Z], dockerfile: Dev.Dockerfile}
    env_file: [{path: over.env, required: false}]
    cap_add: [B, C]
    profiles: [q]
    ulimits: {nofile: {soft: 3, hard: 4}}
    logging: {driver: syslog}
    sysctls: [a=b]
    secrets: [{source: key, target: /k, mode: 0440}]
    devices: ["/dev/c:/dev/b:r"]
    develop: {watch: [{path: package.json, action: rebuild}]}
    deploy: {labels: [c=d]}
  cache: {image: redis}
networks: {front: {ipam: {config: [{subnet: 10.0.0.0/24, gateway: 10.0.0.1}]}}}
volumes: {data: {labels: {c: d}}}
"""
ENV = """\
# comment
A=1
export B='single $A'
C="double $A ${A:-x} \\$A\\n\\"q\\""
D=plain $A ${NOPE:-def} # comment
E: yaml
F="multi
line"
  G = spaced
H=
NAMEONLY
I=a#b
J='it\\'s'
K=$$A
L="tab\\there \\\\ back \\x"
M = "x" # after
N.x-y=1
"""

PROJECTS: dict[str, dict[str, str]] = {
    "base alone": {"compose.yaml": BASE, "base.env": "Q=1\n"},
    "override": {"compose.yaml": BASE, "compose.over.yaml": OVER, "base.env": "Q=1\nA=9\n", "over.env": "R=${Q}x\n"},
    "reset": {
        "compose.yaml": BASE,
        "compose.over.yaml": "services:\n  web:\n    ports: !reset []\n    command: !reset null\n    volumes: !override\n"
        "      - ./x:/y\n    environment:\n      A: !reset null\n    env_file: !reset []\n",
    },
    "scalars": one(
        "environment:\n  A: 1.0\n  B: 1e10\n  C: 0777\n  D: yes\n  E: true\n  F: 12:30\n  G: 1_000\n  H: 1234567.0\n"
        "  I: 0.1\n  J: 0o17\n  K: 08\n  L: .5\n  M: ~\n  N: 0x1F\n  O: -0b11\n  P: 123456789012345678901234\n"
        "  Q: 0.00001\n  R: !!str 5\n  S: '5'\n  T: |\n    a\n     b\n  U: >-\n    a\n    b\n  V: \"a\\tb\"\n  W: 1.\n"
        "  X: +5\n  Y: 1e3\n  Z: 100000.5"
    ),
    "lists that repeat": {
        "compose.yaml": "services: {a: {image: x, security_opt: [a], volumes_from: [b], labels: [x=1], cap_add: [A]}, b: {image: x}}",
        "compose.over.yaml": "services: {a: {security_opt: [a, c], volumes_from: [b], labels: [x=1, x=2], cap_add: [A]}}",
    },
    "fractions of a byte": one("mem_limit: 1.5\nulimits: {}\ndepends_on: {}"),
    "dates": one(
        "labels: {a: 2020-01-01T10:20:30Z, b: 2001-12-14 21:59:43.10, c: 2001-12-14t21:59:43.10-05:00, d: 2020-1-2, "
        "e: 2020-13-01, f: '2020-01-01', g: 2001-12-14T21:59}\nenvironment: [A=2020-01-01]\nbuild: {args: {A: 2020-01-01}}"
    ),
    "merge keys": {
        "compose.yaml": "x-a: &a {image: a, environment: &e {A: 1, B: 2}}\nx-b: &b {image: b, tty: true}\n"
        "services:\n  one: {<<: *a, environment: {<<: *e, B: 3}}\n  two: {<<: [*b, *a]}\n  three:\n    image: z\n    <<: *a\n"
    },
    "interpolation": {
        "compose.yaml": 'services:\n  web:\n    image: "${I:-a}:${T-b}${E:-c}${E-d}${I:+set}${T+set}${E:+x}${E+y}"\n'
        '    command: ["$T", "${T}", "$$T", "${N:-${I:-in}ner}", "${N:-a}${N:-b}", "$5", "a$", "${T:?x}", "$T.$I"]\n'
        '    privileged: "${P:-true}"\n    ports: ["${PORT:-80}:80"]\n    labels: {a: "${N:-{}x}"}\n'
        '    environment: ["Z=${N:-a:b}", T, NOT]\n',
        ".env": "T=tee\nE=\n",
    },
    "unset is blank": one('command: "a ${NOPE} b"\nenvironment: ["A=${NOPE}"]'),
    "dotenv": {"compose.yaml": "services: {web: {image: x, env_file: e.env, environment: {A: own}}}", "e.env": ENV},
    "dotenv with windows lines": one("env_file: e.env", **{"e.env": "\ufeffA=1\r\nB='x'\r\nC\r\nD=2 # c\r\n"}),
    "dotenv order": one(
        "env_file: [a.env, b.env]\nenvironment: [Y=own]",
        **{".env": "X=project\n", "a.env": "X=a\nZ=1\n", "b.env": "Y=b\nV=${X}${Y}${Z}\nX\n"},
    ),
    "raw env file": one("env_file: [{path: r.env, format: raw}]", **{"r.env": "A='q' $B # c\n#x\n B=\"\n"}),
    "missing optional env file": one("env_file: [{path: no.env, required: false}]"),
    "project name": {"compose.yaml": "name: My_Shop.1\nservices: {a: {image: $COMPOSE_PROJECT_NAME}}"},
    "name in dotenv": {"compose.yaml": "services: {a: {image: x}}", ".env": "COMPOSE_PROJECT_NAME=other\n"},
    "extends": {
        "compose.yaml": "services:\n  a: {extends: b, environment: {X: 2}, ports: ['1:1']}\n"
        "  b: {image: b, environment: {X: 1, Y: 1}, ports: ['2:2'], command: x}\n"
        "  c: {extends: {service: d, file: sub/common.yaml}, volumes: [./c:/c]}\n",
        "sub/common.yaml": "services:\n  d:\n    extends: e\n    build: .\n    volumes: [./d:/d]\n    env_file: d.env\n"
        "  e: {user: root, build: {context: ./x, target: t}, labels: [a=1]}\n",
        "sub/d.env": "D=1\n",
    },
    "extends with reset": {
        "compose.yaml": "services:\n  a: {extends: b, ports: !reset [], command: !override [x]}\n"
        "  b: {image: b, ports: ['2:2'], command: [y]}\n"
    },
    "include": {
        "compose.yaml": "include:\n  - sub/compose.inc.yaml\n  - path: [other/one.yaml, other/two.yaml]\n"
        "    project_directory: .\n    env_file: inc.env\nservices: {web: {image: '${V:-none}', depends_on: [db]}}\n",
        "sub/compose.inc.yaml": "services: {db: {image: 'pg:${V:-none}', volumes: [./data:/data, v:/v], build: .}}\n"
        "volumes: {v: {}}\n",
        "sub/.env": "V=sub\n",
        "inc.env": "V=inc\n",
        "other/one.yaml": "services: {one: {image: '${V}', volumes: [./x:/x]}}",
        "other/two.yaml": "services: {one: {environment: {A: 1}}}",
    },
    "documents": {
        "compose.yaml": "services: {a: {image: x, command: a}}\n---\nservices: {a: {command: b}, c: {image: y}}\n"
    },
    "networks": {
        "compose.yaml": "services:\n  a: {image: x, networks: {n: null, m: {aliases: [q], ipv4_address: 10.0.0.2, "
        "priority: 5}}}\n  b: {image: x, network_mode: host}\n  c: {image: x, network_mode: 'service:a'}\n"
        "  d: {image: x, networks: [default]}\nnetworks:\n  n: {external: true}\n  m: {name: mm, internal: true, "
        "driver_opts: {a: 1}, enable_ipv6: true}\n  unused: {}\n  o: {external: {name: old}}\n"
    },
    "ports": one(
        'ports: ["3000", "3000-3002", "9090-9091:8080-8081", "49100:22", "8000-9000:80", "127.0.0.1::5000", '
        '"6060:6060/udp", "[::1]:7000:7000", 4000, {target: 80, published: "8080-8090", protocol: tcp, mode: host}]'
    ),
    "volumes": one(
        'volumes: ["./a/../b:/c/:ro", "~/x:/y", "/abs:/z:z", "../up:/up:rw,rshared", "/anon", "c:/w", '
        '"named:/n:nocopy", {type: bind, source: ./q, target: /q}, {type: bind, source: ./r, target: /r, '
        "bind: {create_host_path: false}}, {type: tmpfs, target: /t, tmpfs: {size: 10m, mode: 0777}}, "
        "{type: volume, source: named, target: /s, volume: {subpath: x}}]"
    )
    | {"compose.more.yaml": "volumes: {named: {driver_opts: {o: bind, type: none, device: ./dev}, driver: local}}"},
    "sizes and times": one(
        "mem_limit: 1.5g\nmem_reservation: 64KB\nshm_size: 100\nmemswap_limit: -1\nstop_grace_period: 1m30s500ms\ncpus: 1.5\n"
        "healthcheck: {test: [NONE], interval: 1h, timeout: 90s, start_period: 0s, start_interval: 1.5s}\npids_limit: 10\n"
        "scale: 2\noom_score_adj: 5\nstop_signal: SIGINT\ninit: true\ntty: 'true'\nread_only: false"
    ),
    "commands": {
        "compose.yaml": "services:\n"
        + "".join(
            f"  s{i}: {{image: x, command: {json.dumps(text)}}}\n"
            for i, text in enumerate(
                [
                    "a b  c",
                    'sh -c "a && b"',
                    "a && b",
                    "a > out",
                    "a 2> out",
                    "x=\\ y",
                    '"" a',
                    "$$(pwd) z",
                    "a `b c` d",
                    "--flag=\"a b\" 'c d'",
                    " lead",
                ]
            )
        )
    },
    "empty command": {
        "compose.yaml": "services:\n  a: {image: x, command: '', entrypoint: []}\n  b: {image: x, command: }\n"
    },
    "configs": {
        "compose.yaml": "services: {a: {image: x, configs: [one, {source: two, target: /t, mode: '0440'}], secrets: [s, t]}}\n"
        "configs: {one: {content: 'a $$b'}, two: {file: ./f}, three: {external: true}}\n"
        "secrets: {s: {environment: S}, t: {external: true, name: tt}}\n"
    },
    "build forms": {
        "compose.yaml": "services:\n  a: {build: https://github.com/x/y.git#main}\n  b: {build: {context: dir, "
        "dockerfile: ../D, additional_contexts: {x: ./y, z: 'docker-image://a', s: 'service:a'}, ssh: [default], "
        "cache_from: [a], no_cache: true, tags: [t], platforms: [linux/amd64], shm_size: 64m, network: host, "
        "extra_hosts: ['a=1'], secrets: [{source: s}], labels: {l: 1}, pull: true}}\n  c: {build: {dockerfile_inline: "
        "'FROM x'}}\n  d: {build: {args: [A, B=1, HOME]}}\n  e: {build: ./}\nsecrets: {s: {file: s}}\n",
    },
    "links": {
        "compose.yaml": "services: {a: {image: x, links: ['b:c', d], volumes_from: ['e:ro', 'container:f']}, "
        "b: {image: x}, d: {image: x}, e: {image: x}}"
    },
    "deploy": one(
        "deploy: {mode: replicated, update_config: {parallelism: 2, delay: 10s, order: start-first}, restart_policy: "
        "{condition: on-failure, delay: 5s, max_attempts: 3}, placement: {constraints: [a==b]}, resources: {reservations: "
        "{devices: [{capabilities: [gpu], count: all}, {capabilities: [gpu], device_ids: ['0']}]}}}\n"
        "gpus: all"
    ),
    "hooks": one("post_start: [{command: a b, user: root, environment: [A=1]}]\npre_stop: [{command: [x]}]"),
    "extensions": {
        "compose.yaml": "x-top: [1, {a: $$b}]\nservices: {a: {image: x, x-own: 1, build: {context: ., x-b: 1}}}"
    },
    "only volumes": {"compose.yaml": "volumes: {a: {}}\n"},
    "version": {"compose.yaml": 'version: "3.8"\nservices: {a: {image: x}}\n'},
    "label file": one("label_file: l.env\nlabels: {B: own}", **{"l.env": "A=1\nB=2\n"}),
    # refused
    "empty": {"broken.yaml": ""},
    "only comments": {"broken.yaml": "# nothing\n"},
    "a list": {"broken.yaml": "- a\n"},
    "not yaml": {"broken.yaml": "services:\n  a: [\n"},
    "tab": {"broken.yaml": "services:\n\ta: {image: x}\n"},
    "services null": {"broken.yaml": "services:\n"},
    "service null": {"broken.yaml": "services:\n  a:\n"},
    "unknown top": {"broken.yaml": "servces: {}\nservices: {a: {image: x}}\n"},
    "v1 file": {"broken.yaml": "web:\n  image: x\n"},
    "number as key": {"broken.yaml": "services: {a: {image: x, labels: {1: a}}}\n"},
    "service name": {"broken.yaml": "services: {'a b': {image: x}}\n"},
    "no image": {"broken.yaml": "services: {a: {command: x}}\n"},
    "cycle": {"broken.yaml": "services: {a: {image: x, depends_on: [b]}, b: {image: x, depends_on: [a]}}\n"},
    "extends cycle": {"broken.yaml": "services: {a: {extends: b}, b: {extends: a}}\n"},
    "extends itself": {"broken.yaml": "services: {a: {extends: a, image: x}}\n"},
    "extends nothing": {"broken.yaml": "services: {a: {extends: nope, image: x}}\n"},
    "extends missing file": {"broken.yaml": "services: {a: {extends: {service: b, file: no.yaml}, image: x}}\n"},
    "include missing file": {"broken.yaml": "include: [no.yaml]\nservices: {a: {image: x}}\n"},
    "include itself": {"broken.yaml": "include: [broken.yaml]\nservices: {a: {image: x}}\n"},
    "same container name": {
        "broken.yaml": "services: {a: {image: x, container_name: cc}, b: {image: x, container_name: cc}}"
    },
    "merge of other kinds": {
        "broken.yaml": "services: {a: {image: x, ports: ['1:1']}}",
        "broken2.yaml": "services: {a: {ports: {a: 1}}}",
    },
    **{
        f"refused: {body[:40]}": broken(body)
        for body in (
            "environment:",
            "ports:",
            "image: again",
            "foo: bar",
            "ports: 80",
            "ports: [abc]",
            "ports: ['80:']",
            "ports: ['1-3:1-2']",
            "ports: ['999.1.1.1:80:80']",
            "ports: ['70000:80']",
            "ports: [80.5]",
            "ports: ['80/foo']",
            "ports: [{target: abc}]",
            "volumes: ['./a::/b']",
            "volumes: ['named:/b:ro:rw']",
            "volumes: ['nope:/b']",
            "volumes: ['']",
            "volumes: [{source: a, target: /b}]",
            "volumes: [{type: bind, target: /b}]",
            "tmpfs: /a\nvolumes: ['/a']",
            "networks: [nope]",
            "network_mode: host\nnetworks: [default]",
            "network_mode: 'service:nope'",
            "depends_on: [nope]",
            "depends_on: {web: 1}",
            "depends_on: {x: {condition: started}}",
            "secrets: [nope]",
            "configs: [nope]",
            "links: [nope]",
            "command: 'a (b)'",
            "command: 'a \"b'",
            "command: {a: b}",
            "healthcheck: {interval: 10}",
            "healthcheck: {interval: '10'}",
            "healthcheck: {test: [curl, x]}",
            "healthcheck: {cmd: x}",
            "mem_limit: 1x",
            "restart: true",
            "container_name: a",
            "environment: ['A =1']",
            "environment: [1]",
            "environment: {A: [1]}",
            "environment: {A: {b: c}}",
            "env_file: no.env",
            "privileged: maybe",
            "scale: x",
            "extra_hosts: [a]",
            "ulimits: {nofile: x}",
            "cap_add: [A, 5]",
            "security_opt: [a, a]",
            "build: {foo: 1}",
            "build: {dockerfile: a, dockerfile_inline: b}",
            "build: []",
            "command: $${X\nuser: ${X",
            "user: ${X:?needed}",
            "user: ${}",
            "user: ${1A}",
            "develop: {watch: [{path: a, action: sync}]}",
            "develop: {watch: [{path: a, action: copy, target: b}]}",
            "deploy: {replicas: 2}\ncontainer_name: abc",
            "deploy: {resources: {limits: {memory: 512}}}",
            "mem_limit: 1g\ndeploy: {resources: {limits: {memory: 2g}}}",
            "pull_policy: sometimes",
            "user: 1000",
            "logging: {driver: a, opts: {}}",
            "stop_grace_period: 10",
            "expose: [[1]]",
            "user: *nope",
            "<<: 5",
            "dns:",
            "extends: {file: a}",
            "env_file: [{file: a}]",
            "profiles: a",
            "labels: [{a: b}]",
            "cpus: x",
            "oom_score_adj: 2000",
            "devices: ['a:b:c:d']",
            "user: 2020-01-01",
        )
    },
}
