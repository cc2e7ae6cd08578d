"""The trees that ignore files are tried on: a word is a file, `a->b` a link and `a/` an empty folder."""

from __future__ import annotations

_NODE = """
package.json package-lock.json tsconfig.json vite.config.ts .env .env.local .env.example .npmrc .gitignore .git/HEAD
.git/refs/heads/main README.md docs/README.md docs/guide/setup.md src/main.ts src/main.test.ts src/App.vue
src/api/client.ts src/api/client.test.ts src/assets/logo.svg public/index.html dist/index.html dist/assets/app.js
node_modules/left-pad/index.js node_modules/left-pad/README.md node_modules/.bin/vite->../vite/bin.js
node_modules/vite/bin.js node_modules/vite/node_modules/esbuild/lib.js coverage/ logs/app.log npm-debug.log
tmp/pids/.keep tmp/cache/x test/e2e/login.spec.ts .vscode/settings.json Makefile docker-compose.yml
"""
_PYTHON = """
pyproject.toml requirements.txt manage.py app/__init__.py app/main.py app/settings/local.py app/settings/base.py
app/__pycache__/main.cpython-312.pyc app/static/css/site.css app/templates/index.html tests/test_main.py
tests/__pycache__/test_main.cpython-312.pyc .venv/bin/python->/usr/bin/python3 .venv/lib/site-packages/flask/app.py
.venv/pyvenv.cfg venv/bin/activate .pytest_cache/v/cache/lastfailed .mypy_cache/3.12/x.json data/db.sqlite3
data/dump.sql media/ static/ logs/debug.log .env .env.prod .git/config .git/hooks/pre-commit README.md notes.txt
docs/conf.py docs/_build/html/index.html scripts/run.sh celerybeat-schedule build/lib/app/main.py x.egg-info/PKG-INFO
"""
_MONOREPO = """
package.json pnpm-workspace.yaml pnpm-lock.yaml .dockerignore.old turbo.json packages/ui/package.json
packages/ui/src/button.tsx packages/ui/node_modules/react->../../../node_modules/.pnpm/react/node_modules/react
packages/ui/dist/button.js packages/api/package.json packages/api/src/index.ts packages/api/src/index.test.ts
packages/api/node_modules/ui->../../ui packages/api/.env packages/api/Dockerfile.dev apps/web/package.json
apps/web/.next/cache/a apps/web/.next/static/b.js apps/web/pages/index.tsx
apps/web/node_modules/api->../../../packages/api apps/web/public/img/é.png
node_modules/.pnpm/react/node_modules/react/index.js node_modules/.pnpm/lock.yaml
node_modules/react->.pnpm/react/node_modules/react infra/terraform/.terraform/state.tfstate infra/main.tf
infra/keys/id_rsa infra/keys/id_rsa.pub .github/workflows/ci.yml CHANGELOG.md LICENSE
"""
_SERVER = """
go.mod go.sum main.go main_test.go cmd/server/main.go cmd/server/main_test.go internal/db/db.go internal/db/db_test.go
internal/db/migrations/001_init.up.sql internal/db/migrations/001_init.down.sql vendor/modules.txt vendor/lib/x.go
vendor/lib/README.md bin/server tmp/main tmp/air.toml .air.toml target/debug/app target/release/app.d src/lib.rs
pom.xml src/main/java/App.java src/main/resources/application.yml src/test/java/AppTest.java build.gradle .gradle/x/y
config/master.key config/database.yml config/credentials/prod.key log/.keep log/development.log storage/.keep
storage/app/public/a.jpg public/storage->../storage/app/public Gemfile Gemfile.lock Rakefile lib/tasks/ bin/rails
obj/project.assets.json App.csproj Properties/launchSettings.json
"""
_ODD = (
    *(
        "a b/c d.txt",
        "a b/.e",
        " lead",
        "in side",
        "trail ",
        "[x]/y",
        "[x]z",
        "x/y",
        "#hash",
        "#dir/f",
        "!bang",
        "!bangs/f",
    ),
    *(
        "back\\slash",
        "star*name",
        "q?mark",
        "dollar$",
        "plus+",
        "paren(1)",
        "{a,b}",
        "a|b",
        "a^b",
        "^a",
        "c~",
        "tab\tname",
    ),
    *("ü/é.txt", "日本/語.md", "Ünï/x", "UPPER/Lower.TXT", "upper/lower.txt", ".hidden/.deeper/.deepest", ".a..b"),
    *(
        "...dots/x",
        "-dash",
        "%41",
        "a=b",
        "a,b;c",
        "'quoted'",
        '"double"',
        "e\u0301",
        "\ue000x",
        "😀/😀.txt",
        "a'b/c\"d",
    ),
)
_DEEP = """
a/b/c/d/e/f/g.txt a/b/c/d/e/f.txt a/b/c/x.md a/b/x.md a/x.md x.md a/b.md/c.md/d aa/b/a aa/a/b ab/a ab/ab/ab b/a/b/a b/
c/d/ c/e/f/ log logs/log logs/a/log log1.log keep/.keep keep/a/.keep keep/a/b/.keep foo/bar/baz foo/bar/qux foo/qux
foobar/bar foo.d/bar xfoo/foo
"""
_LINKS = """
d/f d/e/g d/.keep app/x app/y.log lf->d/f ld->d lout->../../outside.txt labs->/etc/hostname lbroken->nope here->.
app/up->.. app/again->../app app/deep/er->../../d/e app/lf->../d/f loutd->/usr d/back->../app d/gone->./gone/gone
z/empty/ z/full/f z/link->full
"""


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TREES: dict[str, tuple[str, ...]] = {
    "node": _names(_NODE),
    "python": _names(_PYTHON),
    "monorepo": _names(_MONOREPO),
    "server": _names(_SERVER),
    "odd": _ODD,
    "deep": _names(_DEEP),
    "links": _names(_LINKS),
    "empty": (),
}
