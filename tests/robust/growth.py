"""Inputs of any size that grow in one way: `python -m tests.robust.growth [NAME…]` doubles each and prints by how much
the processor time grows. A factor of 2 is linear, 4 is quadratic.
"""

# ruff: noqa: E501
from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Mapping

from dockerlint.engine.run import lint_files
from dockerlint.report import renderer
from tests.robust.parsers import PARSERS
from tests.robust.projects import EVERYTHING, FORMATS

Files = Mapping[str, str]

# Pieces that a text of one parser is made of, over and over.
REPEATED: Mapping[str, tuple[str, ...]] = {
    "dockerfile": ("RUN a\n", "\\\n", "RUN a \\\n# c\n\n", "FROM a AS b\n", "ARG A=$A$A\n", "ENV A=${A:-x} ", "RUN <<A\n",
                   "RUN <<-A\n\tx y\n\tz\nA\n", "COPY --from=a ", "# x\n", '["a", ', "ONBUILD ", "'", "$", "${A:-", " "),
    "dockerwords": ("a ", "'", '"', "${A:-", "<<A ", '["', "[", "\\", "--a=b ", "$A", "`"),
    "shell": ("a b c; ", "$(", "`", "((", "{ ", "if a; then ", "case a in b) ", "a && ", "<<A ", "${a:-", "'", '"$(', "\\\n",
              "a() { ", "for a in b; do ", "$((", "# c\n", "a=b ", "a | ", "&", "!", "[[ a", "\n"),
    "yaml": ("a: b\n", "- a\n", "[", "{a: ", "- ", "? ", "a: ", "&a [*a, ", "'", '"\\n', "# c\n", " ", "\n", "---\n", "|\n a\n",
             "a, ", "!a ", "*a ", "\t", "%a\n", "a: &b c\nd: *b\n", "<<: {a: b}\n"),
    "json": ("[", '{"a":', '"a",', "/*", "//\n", "1,", '"\\u0041', " ", "\n", '{"a":1},'),
    "toml": ("a = 1\n", "[a]\n", "[[a]]\n", "a.", "[", "'''", '"', "a = [", "{a=", " ", "#\n", "a = {b=1}\n"),
    "interpolation": ("${a:-", "$a", "$$", "${a", "}", "${A?b}", "a"),
    "dotenv": ("A=b\n", "A='", 'A="\n', "\\", "#a\n", "A=${A}${A}\n", "A=$A ", " ", "export ", "A:"),
    "ignorefile": ("*", "**/", "[a", "a*", "!a\n", "a/", "?", "\\", "*a*b", "[a-b]*", "#\n", "../"),
    "gitignore": ("*", "**/", "[a", "a*", "!a\n", "a/", "?", "\\", "*a*b", "[a-b]*", "#\n", " "),
    "manifest-python": ("a==1\n", "a[", "a;", " ", "-r ", "\\\n", "'", "(", "[a]\n", "a = [", '"""', "a,", "install_requires=["),
    "manifest-lines": ("gem 'a'", "gem (", " ", "'", "require (\n", "a b\n", "{:a, ", "//", "id ", "a = ", "<<A\n", "\n", "implementation ",
                       "group :a do\n", "#"),
    "manifest-xml": ("<a>", "<!--", "<![CDATA[", "<a b='", "&a;", "<", "</a>", "<dependency>", "<PackageReference ", "<a/>", "]]>", "<?"),
    "package-settings": ("a=b\n", "a: b\n", "//r/:_authToken=$", " ", "a \"b\"\n", "#\n"),
    "source-javascript": ("a();", "`${", "/*", "//", "/", "'", "(", "{", "[", "<a ", "=>", "a.b", "process.env.A || ", "a = a + ", " ", "\n",
                          "import a from 'b';", "<script>", "http://a:1/", "function a() {", "a, ", "const {a} = ", "require(", "a?", "a ? b : ",
                          "app.listen(", "const a = b;", "export ", "fetch('", "class a {", "async ", "new ", "\"", "\\", "axios.get(",
                          "proxy: {", "target: "),
    "source-python": ("a()\n", "(", "[", "{", "'''", '"""', "'", "f'{", "#", "a = a\n", "os.environ[", "os.getenv('A', ", "def a():\n ", " ", "\n",
                      "import a\n", "from a import (", "a.b", "\\\n", "@", "lambda ", "a, ", "class A(", "if a:\n", "Field(", "a: str = ",
                      "A = os.environ['A']\n", "app.run(", "load_dotenv(", "environ.get(", "config('"),
    "source-other": ("a(", "'", '"', "<<A\n", "<<~A\n", "/*", "//", "#", "ENV['", "${", "#{", "%w(", "{", "getenv(", "\n", " ", "@Value(\"${a:", "a.b",
                     "os.Getenv(", "a = ", "do\n", "$a", "=begin\n", "?>", "<?php ", "def ", "R\"(", "a ", "\\", "ENV.fetch('A') { ",
                     "System.getenv(", "import a\n", "Environment.", "[", "a: "),
    "config-yaml": ("a: b\n", "a: ${A:b}\n", "${A:", "<%= ENV['A'] ", "[", "- a: b\n", "&a *a "),
    "config-json": ('{"a":', "[", '"a":1,', "//\n", "${a"),
    "config-lines": ("a=b\n", "a=\\\n", "[a]\n", "{", "a {\n", "}", "'", '"', "#\n", " ", "a => ", "env(", "${A:", "a ", "\n", "a: b\n", "=",
                     "<%= ENV[", "a.", "/*", "//"),
    "settings-yaml": ("a: b\n", "[", "select: [", "- a\n", "{a: "),
    "settings-toml": ("a = 1\n", "[a]\n", "[tool.dockerlint]\n", "a = [", "[a.", "a.b = 1\n"),
    "excuses": ("# dockerlint: ignore=a ", "# dockerlint: ignore=a\n", "#", "a,", " ", "# hadolint ignore=a\n", "/* dockerlint:", "\n", "check="),
    "go-values": ("1h", "1", "a ", "'", '"', "\\", ".", "1_", " ", "-"),
    "manifest-node": ('{"a":', '"a":"b",', '{"scripts":{"a":"'),
    "manifest-php": ('{"require":', "[", '"a":"b",'),
    "manifest-rust": ("[dependencies]\n", "a = '1'\n", "[a."),
    "decode": ("a", "\ud7ff"),
}  # fmt: skip


def _services(number: int, each: str) -> str:
    return "services:\n" + "".join(f"  s{at}:\n" + each.replace("@", str(at)) for at in range(number))


def _compose(each: str, more: str = "") -> Callable[[int], Files]:
    return lambda number: {"compose.yaml": _services(number, each) + more}


def _one(lines: str, head: str, more: str = "", **files: str) -> Callable[[int], Files]:
    """A service with a list of many."""

    def make(number: int) -> Files:
        return {
            "compose.yaml": f"services:\n{head}" + "".join(lines.replace("@", str(at)) for at in range(number)) + more,
            **files,
        }

    return make


def _dockerfile(head: str, each: str, tail: str = "") -> Callable[[int], Files]:
    return lambda number: {"Dockerfile": head + "".join(each.replace("@", str(at)) for at in range(number)) + tail}


WEB = "  web:\n    image: nginx:1.27\n"
NODE_COMPOSE = (
    "services:\n  web:\n    build: .\n    ports: ['3000:3000']\n    volumes: ['.:/app']\n    environment: {A: b}\n"
)
NODE = {
    "compose.yaml": NODE_COMPOSE,
    "Dockerfile": "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"server.js\"]\n",
    "package.json": '{"scripts": {"start": "node server.js"}, "dependencies": {"express": "4"}}',
}  # fmt: skip


def _source(each: str, name: str = "server.js") -> Callable[[int], Files]:
    return lambda number: {**NODE, name: "".join(each.replace("@", str(at)) for at in range(number))}


PROJECTS: Mapping[str, tuple[int, Callable[[int], Files]]] = {
    "services": (100, _compose("    image: nginx:1.27\n")),
    "services asking unknown hosts": (100, _compose("    image: nginx:1.27\n    environment: {URL: 'http://x@-unknown:80'}\n")),
    "services asking the next": (100, _compose("    image: nginx:1.27\n    environment: {URL: 'http://s@:8080'}\n")),
    "services asking localhost": (100, _compose("    image: nginx:1.27\n    environment: {URL: 'http://localhost:80@'}\n")),
    "services with ports": (100, _compose("    image: nginx:1.27\n    ports: ['80:80']\n")),
    "services with volumes": (100, _compose("    image: postgres:17\n    volumes: ['d@:/var/lib/postgresql/data']\n")),
    "services with secrets": (100, _compose("    image: postgres:17\n    environment: {POSTGRES_PASSWORD: hunter@2hunter}\n")),
    "services with depends_on": (100, _compose("    image: a:1\n    depends_on: [s0, web]\n")),
    "services built": (50, lambda n: {"compose.yaml": _services(n, "    build: ./a@\n"),
                                      **{f"a{at}/Dockerfile": "FROM a:1\nCOPY x /x\n" for at in range(n)}}),
    "services built of one": (50, lambda n: {"compose.yaml": _services(n, "    build: .\n"), **{k: v for k, v in NODE.items() if k != "compose.yaml"}}),
    "chain of extends": (50, lambda n: {"compose.yaml": "services:\n  s0: {image: a}\n" + "".join(
        f"  s{at}: {{extends: s{at - 1}}}\n" for at in range(1, n))}),
    "chain of includes": (50, lambda n: {**{f"c{at}.yaml": f"include: [c{at + 1}.yaml]\nservices: {{s{at}: {{image: a}}}}\n"
                                            for at in range(n)}, "compose.yaml": "include: [c0.yaml]\n"}),
    "many includes": (50, lambda n: {**{f"c{at}.yaml": f"services: {{s{at}: {{image: a}}}}\n" for at in range(n)},
                                     "compose.yaml": "include: [" + ", ".join(f"c{at}.yaml" for at in range(n)) + "]\n"}),
    "compose files": (50, lambda n: {f"p{at}/compose.yaml": "services: {web: {image: nginx:1.27, ports: ['80:80']}}\n" for at in range(n)}),
    "variants of one": (10, lambda n: {"compose.yaml": f"services:\n{WEB}", **{f"compose.v{at}.yaml": f"services:\n{WEB}" for at in range(n)}}),
    "one port range": (200, lambda n: {"compose.yaml": f"services:\n{WEB}    ports: ['{1}-{n * 16}:{1}-{n * 16}']\n"}),
    "ports": (200, _one("      - '@:@'\n", f"{WEB}    ports:\n")),
    "port ranges": (20, _one("      - '1-9999'\n", f"{WEB}    ports:\n")),
    "volumes": (200, _one("      - ./a@:/b@\n", f"{WEB}    volumes:\n")),
    "environment": (200, _one("      A@: http://web:80\n", f"{WEB}    environment:\n")),
    "environment of secrets": (200, _one("      A@_PASSWORD: hunter@2hunter\n", f"{WEB}    environment:\n")),
    "networks": (200, _one("  n@: {}\n", WEB, "", )),
    "links": (200, _one("      - s@\n", f"{WEB}    links:\n")),
    "aliases of YAML": (200, _one("  s@: *a\n", "  s: &a {image: a, environment: [A=b]}\n")),
    "nested variables": (50, lambda n: {"compose.yaml": f"services:\n  web:\n    image: {'${A:-' * n}x{'}' * n}\n"}),
    "chain in .env": (100, lambda n: {".env": "A0=x\n" + "".join(f"A{at}=${{A{at - 1}}}y\n" for at in range(1, n)), "compose.yaml":
                                      f"services:\n{WEB}    environment: [B=${{A{n - 1}}}]\n"}),
    "long command": (500, lambda n: {"compose.yaml": f"services:\n{WEB}    command: {'a b ' * n}\n"}),
    "long script": (500, lambda n: {"compose.yaml": f"services:\n{WEB}    command: ['sh', '-c', '{'a b; ' * n}']\n"}),
    "long healthcheck": (500, lambda n: {"compose.yaml": f"services:\n{WEB}    healthcheck: {{test: '{'curl http://a:1 || ' * n}'}}\n"}),
    "stages": (50, _dockerfile("", "FROM a:1 AS s@\nRUN x\n")),
    "stages on stages": (50, _dockerfile("FROM a:1 AS s\n", "FROM s AS s@\nCOPY --from=s@ /a /b\n")),
    "chain of stages": (50, lambda n: {"Dockerfile": "FROM a:1 AS s0\n" + "".join(
        f"FROM s{at - 1} AS s{at}\nENV A{at}=$A{at - 1}x\n" for at in range(1, n))}),
    "RUN": (100, _dockerfile("FROM a:1\n", "RUN apt-get update && apt-get install -y x@\n")),
    "COPY": (100, _dockerfile("FROM a:1\n", "COPY x@ /y@\n")),
    "COPY all": (100, _dockerfile("FROM a:1\n", "COPY . /y@\n")),
    "ENV": (100, _dockerfile("FROM a:1\n", "ENV A@=$A1$B\n")),
    "chain of ENV": (100, lambda n: {"Dockerfile": "FROM a:1\nENV A0=x\n" + "".join(f"ENV A{at}=${{A{at - 1}}}y\n" for at in range(1, n))}),
    "doubling ARG": (100, _dockerfile("FROM a:1\nARG A=x\n", "ARG A=$A$A\n")),
    "ARG": (100, _dockerfile("FROM a:1\n", "ARG A@\nRUN echo $A@\n")),
    "EXPOSE": (100, _dockerfile("FROM a:1\n", "EXPOSE @\n")),
    "WORKDIR": (100, _dockerfile("FROM a:1\n", "WORKDIR a@\n")),
    "one long RUN": (500, _dockerfile("FROM a:1\nRUN a", " && b c@ \\\n")),
    "here-document": (500, _dockerfile("FROM a:1\nRUN <<-E\n", "\ta b@\n", "E\n")),
    "secrets in ENV": (100, _dockerfile("FROM a:1\n", "ENV A@_PASSWORD=hunter@2hunter\n")),
    "unknown words": (100, _dockerfile("FROM a:1\n", "RUNN @\n")),
    "comments that excuse": (100, _dockerfile("FROM a:1\n", "# dockerlint: ignore=style\nRUNN @\n")),
    "ignore patterns": (100, lambda n: {"Dockerfile": "FROM a:1\nCOPY . .\n", ".dockerignore": "".join(f"**/x{at}*\n" for at in range(n)),
                                        "a/b/c/d": ""}),
    "files in the context": (200, lambda n: {"Dockerfile": "FROM a:1\nCOPY . .\n", ".dockerignore": "**/x*\n",
                                             **{f"d{at % 7}/f{at}.txt": "" for at in range(n)}}),
    "minified source": (3000, _source("function a@(b){return fetch(\"http://h@:1/\"+b)}")),
    "calls in source": (300, _source("fetch('http://api@:8080/x')\n")),
    "variables in source": (300, _source("const a@ = process.env.A@ || 'x'\n")),
    "assignments in source": (300, _source("const a@ = 'http://localhost:3000/@'\nfetch(a@)\n")),
    "listeners in source": (300, _source("app.listen(3@)\n")),
    "secrets in source": (300, _source("const password@ = 'hunter@2hunter'\n")),
    "source files": (50, lambda n: {**NODE, **{f"src/a{at}.js": f"import './a{at + 1}.js'\nprocess.env.A{at}\n" for at in range(n)}}),
    "long start script": (300, lambda n: {**NODE, "package.json": '{"scripts": {"start": "' + "node a && " * n + 'node b"}}'}),
    "chain of scripts": (50, lambda n: {**NODE, "package.json": '{"scripts": {"start": "npm run s0", ' + "".join(
        f'"s{at}": "npm run s{at + 1} && npm run s{at + 1}", ' for at in range(n)) + '"x": ""}}'}),
    "shell script": (300, lambda n: {**NODE, "run.sh": "#!/bin/sh\n" + "echo $A && node x\n" * n, "Dockerfile": "FROM node:22\nCOPY . .\nCMD ./run.sh\n"}),
    "settings file": (300, lambda n: {**NODE, ".env": "".join(f"A{at}=http://localhost:{at}\n" for at in range(n))}),
    "nginx": (300, lambda n: {"compose.yaml": "services:\n  web:\n    image: nginx:1.27\n    volumes: ['./n.conf:/etc/nginx/conf.d/default.conf']\n",
                              "n.conf": "server { listen 80;\n" + "".join(f"location /{at} {{ proxy_pass http://a{at}:80; }}\n" for at in range(n)) + "}\n"}),
    "dependencies": (300, lambda n: {**NODE, "package.json": '{"dependencies": {' + ", ".join(f'"a{at}": "1"' for at in range(n)) + "}}"}),
    "README": (300, lambda n: {**NODE, "README.md": "docker compose -f compose.yaml up\ndocker build -t a .\n" * n}),
}  # fmt: skip


def processor_time(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def project_run(files: Files) -> None:
    report = lint_files(dict(files), EVERYTHING)
    assert not report.failures, report.notes[-1:]
    for form in FORMATS:
        renderer(form)(report, verbose=True)


def doublings(make: Callable[[int], Callable[[], object]], size: int, enough: float) -> tuple[int, float, float]:
    """The last size, its seconds and the last factor, where a run takes `enough` seconds."""
    seconds = min(processor_time(make(size)), processor_time(make(size)))
    factor = 0.0
    while seconds < enough and size < 1 << 21:
        size *= 2
        run = make(size)
        now = processor_time(run)
        factor = now / max(seconds, 1e-6)
        seconds = now
    return size, seconds, factor


def main(wanted: list[str]) -> None:
    gc.set_threshold(500_000, 50, 100)  # as the program does
    jobs: list[tuple[str, int, Callable[[int], Callable[[], object]]]] = []
    for name, (size, make) in PROJECTS.items():
        jobs.append((name, size, lambda n, make=make: (lambda files: lambda: project_run(files))(make(n))))  # type: ignore[misc]
    for name, pieces in REPEATED.items():
        for piece in pieces:
            parse = PARSERS[name]
            jobs.append(
                (f"{name} {piece!r}", 500, lambda n, p=piece, parse=parse: (lambda text: lambda: parse(text))(p * n))
            )  # type: ignore[misc]
    for name, size, make in jobs:
        if not wanted or any(name.startswith(word) for word in wanted):
            size, seconds, factor = doublings(make, size, 0.7)
            mark = " <<<" if factor > 2.5 else ""
            print(f"{factor:5.1f}  {seconds:7.2f} s  {size:8}  {name}{mark}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
