"""The stand-ins put what the real installers put where they put it, and hide what an image may lack."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.engine import images
from tests.engine.daemon import Engine

pytestmark = pytest.mark.engine

NODE = {"name": "shop", "version": "1.0.0", "scripts": {"where": "which nodemon"}}
APP = {
    "package.json": json.dumps(
        {**NODE, "dependencies": {"express": "^4", "left-pad": "1.3.0"}, "devDependencies": {"nodemon": "^3"}}
    ),
    "package-lock.json": "{}",
}
PNPM = {
    "package.json": '{"name": "root"}',
    "pnpm-workspace.yaml": "packages:\n  - apps/*\n  - 'packages/*'\n",
    "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
    "apps/web/package.json": '{"name": "web", "dependencies": {"express": "^4", "lib": "workspace:*"}}',
    "packages/lib/package.json": '{"name": "lib", "main": "lib.js"}',
    "packages/lib/lib.js": "console.log('of the workspace')",
}
POETRY = {
    "pyproject.toml": '[tool.poetry]\nname = "shop"\nversion = "1"\n[tool.poetry.dependencies]\npython = "^3.12"\n'
    'flask = "^3"\n[tool.poetry.group.dev.dependencies]\nwatchfiles = "*"\n'
    '[build-system]\nrequires = ["poetry-core"]\n',
    "shop/__init__.py": "",
}
UV = {"pyproject.toml": '[project]\nname = "shop"\nversion = "1"\ndependencies = ["gunicorn", "never-heard-of"]\n'}
GO = {
    "go.mod": "module example.com/shop\n",
    "main.go": 'package main\nfunc main() { http.ListenAndServe(":9090", nil) } // first\n',
}
ASK = "/opt/standin/bin/probe ask http://127.0.0.1:{port}/"

# image, files of /app, commands, what the output has, what it lacks
CASES: Mapping[str, tuple[str, Mapping[str, str], str, list[str], list[str]]] = {
    "nothing is there that the image lacks": (
        "alpine:3.20",
        {},
        "for p in bash curl python3 node npm php ruby java go git nginx redis-server; do command -v $p; done; echo end",
        ["end"],
        ["/"],
    ),
    "npm ci fills node_modules": (
        "node:22-alpine",
        APP,
        'npm ci && ls -d node_modules/* && npm run where && node -e \'require("express")(); require("left-pad")()\'',
        ["node_modules/express", "node_modules/body-parser", "node_modules/nodemon", "/app/node_modules/.bin/nodemon"],
        [],
    ),
    "npm leaves development out": ("node:22", APP, "npm ci --omit=dev && ls node_modules", ["express"], ["nodemon"]),
    "npm ci needs a lock": (
        "node:22",
        {"package.json": APP["package.json"]},
        "npm ci || echo status $?",
        ["status 1"],
        [],
    ),
    "npm needs package.json": ("node:22", {}, "npm install || echo status $?", ["status 254", "ENOENT"], []),
    "npm start without a script": ("node:22", {"package.json": "{}"}, "npm start || echo status $?", ["status 1"], []),
    "npm workspaces are links in the root": (
        "node:22",
        {
            "package.json": '{"name": "root", "workspaces": ["apps/*"]}',
            "apps/web/package.json": '{"name": "web", "dependencies": {"express": "4"}}',
        },
        "npm install && ls -ld node_modules/web node_modules/express && ls apps/web",
        ["web -> ../apps/web", "node_modules/express"],
        ["apps/web/node_modules"],
    ),
    "pnpm links every package's own": (
        "node:22",
        PNPM,
        "corepack enable && pnpm install --frozen-lockfile"
        " && readlink apps/web/node_modules/express apps/web/node_modules/lib"
        ' && ls -a node_modules && cd apps/web && node -e \'require("express"); require("lib")\'',
        ["../../../node_modules/.pnpm/express@", "../../../packages/lib", ".modules.yaml", "of the workspace"],
        [],
    ),
    "yarn's plug'n'play has no node_modules": (
        "node:22",
        {**APP, ".yarnrc.yml": "", "index.js": "require('express'); console.log('found')"},
        "yarn install && ls -a && yarn node index.js",
        [".pnp.cjs", "found"],
        ["node_modules"],
    ),
    "vite builds": (
        "node:22",
        {
            "package.json": '{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "5"}}',
            "index.html": "<p>built</p>",
        },
        "npm install && npm run build && cat dist/index.html",
        ["<p>built</p>"],
        [],
    ),
    "pip installs for the image's Python": (
        "python:3.13-slim",
        {"requirements.txt": "flask==3.0\nuvicorn[standard]  # server\nnever-heard-of\n"},
        "pip install --no-cache-dir -r requirements.txt && uvicorn --version && which uvicorn"
        " && python -c 'import flask, never_heard_of; print(flask.__file__)'",
        ["Running uvicorn", "/usr/local/bin/uvicorn", "/usr/local/lib/python3.13/site-packages/flask"],
        [],
    ),
    "nothing is importable that was not installed": (
        "python:3.13-slim",
        {},
        "python -c 'import flask' || echo status $?",
        ["status 1", "ModuleNotFoundError"],
        [],
    ),
    "an environment keeps its packages": (
        "python:3.12",
        {},
        "python -m venv /opt/venv && . /opt/venv/bin/activate && pip install gunicorn && which gunicorn && python -c"
        " 'import gunicorn; print(gunicorn.__file__)' && deactivate "
        "&& (python -c 'import gunicorn' || echo outside none)",
        ["/opt/venv/bin/gunicorn", "/opt/venv/lib/python3.12/site-packages/gunicorn", "outside none"],
        [],
    ),
    "pip install --user and --target": (
        "python:3.12",
        {},
        "pip install --user flask && pip install --target /deps redis && ls -d ~/.local/bin/flask /deps/redis"
        " && python -c 'import flask; print(flask.__file__)'",
        ["/root/.local/bin/flask", "/deps/redis", "/root/.local/lib/python3.12/site-packages/flask"],
        [],
    ),
    "an editable project sees its sources": (
        "python:3.12",
        POETRY,
        "pip install -e . && cd / && python -c 'import shop, flask; print(shop.__file__)'",
        ["/app/shop/__init__.py"],
        [],
    ),
    "poetry without environment": (
        "python:3.12",
        POETRY,
        "pip install poetry && poetry config virtualenvs.create false && poetry install --no-root --only main"
        " && python -c 'import flask; print(flask.__file__)' && (python -c 'import watchfiles' || echo none)",
        ["/usr/local/lib/python3.12/site-packages/flask", "none"],
        [],
    ),
    "poetry's environments": (
        "python:3.12",
        POETRY,
        "pip install poetry && poetry install && ls -d ~/.cache/pypoetry/virtualenvs/shop-*-py3.12 && rm -r ~/.cache &&"
        " POETRY_VIRTUALENVS_IN_PROJECT=1 poetry install && ls -d .venv/bin/flask && poetry run which watchfiles",
        ["virtualenvs/shop-", ".venv/bin/flask", "/app/.venv/bin/watchfiles"],
        [],
    ),
    "uv fills .venv": (
        "python:3.12",
        UV,
        "pip install uv && (uv sync --frozen || echo no lock) && uv sync && ls .venv/bin/gunicorn"
        " && uv run which gunicorn"
        " && uv pip install --system flask && which flask",
        ["no lock", "/app/.venv/bin/gunicorn", "/usr/local/bin/flask"],
        [],
    ),
    "apk add": (
        "alpine:3.20",
        {},
        "apk add --no-cache curl bash && which curl bash",
        ["/usr/bin/curl", "/usr/bin/bash"],
        [],
    ),
    "apt-get install": (
        "debian:12-slim",
        {},
        "apt-get update && apt-get install -y --no-install-recommends curl nodejs libpq-dev && which curl node"
        "; apk add curl || echo no apk",
        ["/usr/bin/curl", "/usr/bin/node", "no apk"],
        [],
    ),
    "users of both kinds": (
        "alpine:3.20",
        {},
        "addgroup -S app && adduser -S -D -H -u 1234 -G app app && id app && adduser --system --group --uid 1500 web"
        " && id web",
        ["uid=1234(app)", "uid=1500(web)", "(web)"],
        [],
    ),
    "go builds a program that serves its sources": (
        "golang:1.24",
        GO,
        "go build -o /bin/shop . && sed -i s/first/second/ main.go && (/bin/shop & sleep 1; "
        + ASK.format(port=9090)
        + ")",
        ["// first"],
        ["second"],
    ),
    "go needs its module": ("golang:1.24", {}, "go build ./... || echo status $?", ["status 1"], []),
    "composer": (
        "composer:2",
        {
            "composer.json": '{"require": {"slim/slim": "^4"}, "autoload": {"psr-4": {"App\\\\": "src/"}}}',
            "src/Shop.php": "<?php namespace App; class Shop { const NAME = 'autoloaded'; }",
        },
        "composer install --no-dev && ls vendor && php -r 'require \"vendor/autoload.php\"; echo App\\Shop::NAME;'",
        ["slim", "autoload.php", "autoloaded"],
        [],
    ),
    "bundle": (
        "ruby:3.3",
        {"Gemfile": 'source "https://example.com"\ngem "puma"\ngroup :development do\n  gem "web-console"\nend\n'},
        "(bundle exec puma --version || echo missing $?); BUNDLE_WITHOUT=development bundle install"
        " && ls /usr/local/bundle/gems"
        " && BUNDLE_WITHOUT=development bundle exec puma --version",
        ["missing 7", "puma-", "puma version"],
        ["web-console-"],
    ),
    "cargo": (
        "rust:1.80",
        {"Cargo.toml": '[package]\nname = "shop"\n', "src/main.rs": 'fn main() { println!("hi"); }'},
        "cargo build --release && ls target/release && target/release/shop",
        ["shop", "println"],
        [],
    ),
    "maven": (
        "maven:3-eclipse-temurin-21",
        {
            "pom.xml": "<project><artifactId>shop</artifactId><version>1.2</version></project>",
            "src/A.java": "SpringApplication",
        },
        "mvn -q package && ls target && (java -jar target/shop-1.2.jar & sleep 1; " + ASK.format(port=8080) + ")",
        ["shop-1.2.jar", "SpringApplication"],
        [],
    ),
    "mix": (
        "elixir:1.17",
        {"mix.exs": 'def project, do: [app: :shop, deps: [{:plug, "~> 1"}]]'},
        "(mix compile || echo missing) ; mix deps.get && mix compile && ls -d deps/plug _build/dev/lib/shop",
        ["missing", "deps/plug", "_build/dev/lib/shop"],
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_standin(engine: Engine, name: str) -> None:
    image, files, commands, says, lacks = CASES[name]
    images.provide(engine, [image])
    laid = "".join(f"mkdir -p $(dirname {path})\ncat > {path} <<'§'\n{text}\n§\n" for path, text in files.items())
    script = f"mkdir -p /app; cd /app\n{laid}{commands}"
    done = engine.docker("run", "--rm", "--network=none", "--entrypoint=/bin/sh", image, "-c", script)
    assert done.returncode == 0, done.stdout
    for text in says:
        assert text in done.stdout
    for text in lacks:
        assert text not in done.stdout
