from __future__ import annotations

import time

import pytest

from dockerlint.formats.sourcecode import SourceFacts, is_test_path, language_of, read_source
from dockerlint.source.text import SourceFile


def facts(path: str, text: str) -> SourceFacts:
    return read_source(SourceFile(path, text))


# path, source, the variable, its default, whether there is one, whether the read itself fails
READS = [
    ("a.js", "const u = process.env.X", None, False, False),
    ("a.js", "const u = process.env['X'] || 'd'", "d", True, False),
    ("a.js", 'const u = process.env.X ?? "d"', "d", True, False),
    ("a.js", "const n = parseInt(process.env.X, 10) || 5432", "5432", True, False),
    ("a.js", "const n = process.env.Y || process.env.X || 'z'", "z", True, False),
    ("a.js", "const {PORT = 3000, X} = process.env", None, False, False),
    ("a.js", "const {X: renamed = 'd'} = process.env", "d", True, False),
    ("a.js", "if (!process.env.X) { throw new Error('X') }", None, False, False),
    ("a.js", "if (!process.env.X) { use('memory') }\nconnect(process.env.X)", None, True, False),
    ("a.js", "const u = process.env.X\nconnect(u || 'd')", None, True, False),
    ("a.js", "const u = process.env.X === 'production' ? 1 : 2", None, True, False),
    ("a.js", "process.env.X && start()", None, True, False),
    ("a.js", "const u = `http://${process.env.X}/`", None, False, False),
    ("a.ts", "const u = import.meta.env.X as string", None, False, False),
    ("a.ts", "this.c.getOrThrow('X')\nconst h = this.configService.getOrThrow<string>('X')", None, False, True),
    ("a.ts", "const h = configService.get('X', 'd')", "d", True, False),
    ("a.ts", "const h = Deno.env.get('X') ?? 'd'", "d", True, False),
    ("a.vue", "<template><p>it's</p></template><script>const u = process.env.X</script>", None, False, False),
    ("a.py", "import os\nx = os.environ['X']", None, False, True),
    ("a.py", "import os\nx = os.environ.get('X', 'd')", "d", True, False),
    ("a.py", "x = os.getenv('X')", None, False, False),
    ("a.py", "x = os.getenv('X') or 'd'", "d", True, False),
    ("a.py", "x = int(os.getenv('X', 5))", "5", True, False),
    ("a.py", "x = os.getenv('X', None)", None, False, False),
    ("a.py", "if not os.getenv('X'):\n    raise ValueError", None, False, False),
    ("a.py", "from decouple import config\nX = config('X', default='d')", "d", True, False),
    ("a.py", "import environ\nenv = environ.Env()\nx = env.str('X')", None, False, True),
    ("a.py", "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    X: str", None, False, True),
    ("a.py", "from pydantic import BaseSettings\nclass S(BaseSettings):\n    X: str = 'd'", "d", True, False),
    ("a.py", "u = f\"http://{os.environ['X']}/\"", None, False, True),
    ("a.py", "print 'python two', os.environ['X']\nexec broken(", None, False, True),
    ("a.rb", "x = ENV['X'] || 'd'", "d", True, False),
    ("a.rb", "x = ENV.fetch('X')", None, False, True),
    ("a.rb", "port ENV.fetch('X') { 3000 }", "3000", True, False),
    ("a.rb", 'u = "http://#{ENV["X"]}/"', None, False, False),
    ("a.php", "<p>it's</p><?php return ['a' => env('X', 'd')];", "d", True, False),
    ("a.php", "<?php $x = getenv('X') ?: 'd';", "d", True, False),
    ("a.go", 'package a\nvar x = os.Getenv("X")', None, False, False),
    ("A.java", '@Value("${X:d}") String x;', "d", True, False),
    ("A.java", 'class A { String x = System.getenv("X"); }', None, False, False),
    ("A.cs", 'var x = Environment.GetEnvironmentVariable("X") ?? "d";', "d", True, False),
    ("a.exs", 'x = System.get_env("X", "d")', "d", True, False),
    ("a.exs", 'x = System.get_env("X") || raise "missing"', None, False, False),
    ("a.sh", "psql ${X:?needed}", None, False, True),
    ("a.sh", 'psql "${X:-d}"', "d", True, False),
]


@pytest.mark.parametrize(("path", "text", "default", "has_default", "fails"), READS)
def test_reads(path: str, text: str, default: str | None, has_default: bool, fails: bool) -> None:
    read = [one for one in facts(path, text).env_reads if one.name == "X"][-1]
    assert (read.default, read.has_default, read.required, read.fails) == (default, has_default, not has_default, fails)
    assert "X" in read.span.text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.js", "// process.env.X\nconst s = 'process.env.X'"),
        ("a.js", "process.env.X = 'set'"),
        ("a.js", "const s = /process.env.X/"),
        ("a.py", "# os.environ['X']\n'''os.environ['X']'''"),
        ("a.py", "os.environ['X'] = 'set'"),
        ("a.sh", "X=1\necho $X '$Y' # $Z"),
        ("a.txt", "process.env.X"),
    ],
)
def test_no_reads(path: str, text: str) -> None:
    assert facts(path, text).env_reads == ()


def test_a_name_made_at_run_time_is_no_read() -> None:
    for path, text in (("a.js", "process.env[`RABBIT_${queue}`]"), ("a.py", "os.environ[name]")):
        found = facts(path, text)
        assert found.env_reads == ()
        assert found.dynamic_env


# path, source, value, name, path, call, position
TEXTS = [
    ("a.js", "const pool = mysql.createConnection({host: 'db', password: 'v'})", "password", "pool.password"),
    ("a.js", "const t = jwt.sign({a, b: c}, 'v')", None, "t"),
    ("a.js", "mongoose\n  .connect('v', {x: true})", None, ""),
    ("a.ts", "class A {\n  private pw: string = 'v'\n}", "pw", "pw"),
    ("a.ts", "this.JWT_SECRET = process.env.S || 'v'", "JWT_SECRET", "JWT_SECRET"),
    ("a.js", "app.get('/', (req, res) => {\n  const a = 'v'\n})", "a", "a"),
    ("a.js", "module.exports = {db: {uri: 'v'}}", "uri", "module.exports.db.uri"),
    ("a.js", "const a = on ? 'b' : 'v'", "a", "a"),
    ("a.js", "app.set('secret', 'v')", "secret", ""),
    ("a.jsx", "const A = () => <a title=\"Don't\" href='v'>it's</a>", "href", "href"),
    ("a.py", "DATABASES = {\n 'default': {\n  'PASSWORD': 'v',\n }\n}", "PASSWORD", "DATABASES.default.PASSWORD"),
    ("a.py", "app.config[\"URI\"] = 'v'", "URI", "app.config.URI"),
    ("a.py", "c = pymysql.connect(host='h', password='v')", "password", "c.password"),
    ("a.py", "KEY = pika.URLParameters(\n  'v')", None, "KEY"),
    ("a.py", "X: Optional[str] = 'v'", "X", "X"),
    ("a.py", "KEY = os.getenv('K', 'v')", "KEY", "KEY"),
    ("a.py", "KEY = env('K', default='v')", "default", "KEY.default"),
    ("a.php", "<?php define('DB_PASSWORD', 'v');", "DB_PASSWORD", ""),
    ("a.php", "<?php return ['mysql' => ['password' => 'v']];", "password", "mysql.password"),
    ("a.go", 'package a\nfunc main() {\n\tc := Config{Host: "h", Password: "v"}\n}', "Password", "c.Password"),
    ("A.cs", 'var o = new Opt { Host = "h", Password = "v" };', "Password", "o.Password"),
    ("a.rb", "c = Client.new(host: 'h', password: 'v')", "password", "c.password"),
    ("a.exs", 'config :app, Repo, username: "u", password: "v"', "password", "password"),
]


@pytest.mark.parametrize(("path", "text", "name", "dotted"), TEXTS)
def test_names(path: str, text: str, name: str | None, dotted: str) -> None:
    (found,) = (one for one in facts(path, text).texts if one.value == "v")
    assert (found.name, found.path) == (name, dotted)
    assert found.span.text == "v"
    assert found.quoted.text in ("'v'", '"v"')


def test_calls_and_positions() -> None:
    text = "const t = jwt.sign({ _id }, 'k')\nc = mysql.createPool({ssl: {ca: 'pem'}})\nexpress().listen('p')"
    found = {one.value: (one.call, one.position) for one in facts("a.js", text).texts}
    assert found == {"k": ("jwt.sign", 1), "pem": ("mysql.createPool", 0), "p": ("express().listen", 0)}


def test_templates_keep_their_expressions() -> None:
    for path, text in (
        ("a.js", "u = `mongodb://${user}:pw@${f({a: `x`})}/`"),
        ("a.py", "u = f'mongodb://{user}:pw@{f({a: 1})}/'"),
        ("a.rb", 'u = "mongodb://#{user}:pw@#{f({a: 1})}/"'),
    ):
        one = facts(path, text).texts[0]
        assert one.template
        assert one.value.startswith("mongodb://${user}:pw@${f({a")


def test_pieces_comparisons_docstrings_keys() -> None:
    found = {one.value: one for one in facts("a.py", '"""doc"""\na = "x" + b\nif c == "y": pass\nd = {"k": "z"}').texts}
    assert set(found) == {"x", "y", "z"}
    assert found["x"].joined
    assert found["y"].compared
    assert found["z"].name == "k"


def test_fallbacks_name_their_variable() -> None:
    found = facts("a.js", "listen(process.env.PORT || 3000, process.env.HOST || 'h')").texts
    assert {one.value: one.fallback_of for one in found} == {"3000": "PORT", "h": "HOST"}


def test_listens() -> None:
    javascript = facts(
        "a.js", "const HOST = '0.0.0.0'\nconst port = process.env.PORT || 4000\napp.listen(port, HOST, () => 1)"
    )
    (one,) = javascript.listens
    assert (one.call, one.host, one.port, one.port_env) == ("app.listen", "0.0.0.0", "4000", "PORT")
    (one,) = facts("a.js", "server.listen(3000, () => {})").listens
    assert (one.host, one.host_given, one.port) == (None, False, "3000")
    (one,) = facts("a.py", "app.run(debug=True)").listens
    assert (one.host_given, one.port_given) == (False, False)
    (one,) = facts("a.py", 'uvicorn.run("a:app", host="0.0.0.0", port=8000, reload=True)').listens
    assert (one.host, one.port) == ("0.0.0.0", "8000")
    (one,) = facts("a.go", 'package a\nfunc main() { http.ListenAndServe(":80", nil) }').listens
    assert (one.host, one.port) == ("0.0.0.0", "80")


def test_switches_main_imports_directive_dotenv() -> None:
    python = facts(
        "a.py", "import os\nDEBUG = True\nif __name__ == '__main__':\n    app.run(debug=True)\nload_dotenv('.env.dev')"
    )
    assert [(one.name, one.value, one.call) for one in python.switches] == [
        ("DEBUG", "True", None),
        ("debug", "True", "app.run"),
    ]
    assert python.main is not None
    assert python.main.text == "if __name__ == '__main__':\n    app.run(debug=True)\n"
    assert [one.path for one in python.dotenv] == [".env.dev"]
    javascript = facts("a.js", "'use client'\nimport x from 'x'\nrequire('dotenv').config({path: './e'})")
    assert javascript.directive == "use client"
    assert javascript.imports == ("x", "dotenv")
    assert [one.path for one in javascript.dotenv] == ["./e"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/app.test.js", True),
        ("tests/conftest.py", True),
        ("src/__tests__/a.js", True),
        ("UserServiceTest.java", True),
        ("src/latest.py", False),
        ("src/contest.js", False),
    ],
)
def test_test_paths(path: str, expected: bool) -> None:
    assert is_test_path(path) is expected


def test_languages() -> None:
    assert [language_of(path) for path in ("a.tsx", "a.py", "a.min.js", "a.txt", "config.ru")] == [
        "javascript",
        "python",
        "",
        "",
        "ruby",
    ]
    assert facts("bin/start", "#!/usr/bin/env python3\nos.environ['X']").env_reads


@pytest.mark.parametrize(
    "unit", ['\\"', "[", "({", "`${", 'f"{', "<a>", '<a b="', "= /[", "<<A\n", '"a"+', "app.listen(p,h)"]
)
@pytest.mark.parametrize("ending", ["js", "tsx", "py", "rb", "php", "go", "sh", "vue"])
def test_hostile_text_takes_linear_time(unit: str, ending: str) -> None:
    text = ("<?php " if ending == "php" else "") + unit * (20_000 // len(unit))
    begin = time.process_time()
    facts("a." + ending, text)
    assert time.process_time() - begin < 2
