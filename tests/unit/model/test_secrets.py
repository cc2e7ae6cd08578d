"""What names and values say about secrets."""

from __future__ import annotations

import pytest

from dockerlint.model.secrets.commands import in_shell, in_words
from dockerlint.model.secrets.holders import holds_secret, is_env_path, is_quiet_path, is_template_path
from dockerlint.model.secrets.judging import judge, lexicon, mask, names_credential
from dockerlint.model.workspace import Workspace
from dockerlint.rulebook import shelf
from dockerlint.source.tree import DictTree

WORDS = lexicon(shelf.facts())


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("POSTGRES_PASSWORD", "1234", "1234"),
        ("DB_PWS", "pass", "pass"),
        ("SECRET_KEY_BASE", "abc", "abc"),
        ("secretOrKey", "secret", "secret"),
        ("PASSWORD", "${PW:-hunter2}", "hunter2"),
        ("SECRET_KEY_JWT", "supersecreto123", "supersecreto123"),
        ("authorization", "apikey 4HKS8SXTYAsGz45l4yIo9P:0NVczbcuJf", "4HKS8SXTYAsGz45l4yIo9P:0NVczbcuJf"),
        ("NEO4J_AUTH", "neo4j/hunter2", "hunter2"),
        ("URL", "amqp://guest:guest@queue:5672//", "guest"),
        ("URL", "redis://:hunter2@redis", "hunter2"),
        ("URL", "mongodb://${U}:${P:-hunter2}@db", "hunter2"),
        ("dsn", "root:hunter2@tcp(db:3306)/shop", "hunter2"),
        ("Default", "Server=db;User Id=sa;Password=hunter2;", "hunter2"),
        ("anything", "ghp_0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R", "ghp_0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R"),
        ("hook", "https://hooks.slack.com/services/T01/B02/abcdefghijkl0123456789", "T01/B02/abcdefghijkl0123456789"),
        ("blob", "https://x.blob.core.windows.net/a?sv=1&sig=abcdefghijklmnop0123", "abcdefghijklmnop0123"),
    ],
)
def test_literals_are_secrets(name: str, value: str, secret: str) -> None:
    found = judge(WORDS, name, value)
    assert found is not None
    assert found.secret == secret
    assert value[found.start : found.end] == secret


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSWORD", ""),
        ("PASSWORD", "${PW}"),
        ("PASSWORD", "${PW:?give one}"),
        ("PASSWORD", "$(cat /run/secrets/pw)"),
        ("PASSWORD", "{{ password }}"),
        ("PASSWORD", "/run/secrets/pw"),
        ("PASSWORD", "<password>"),
        ("API_KEY", "***"),
        ("SECRET_KEY", "put_your_secret_key_here"),
        ("PASSWORD_FILE", "pw.txt"),
        ("SECRET_VERSION", "3"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "30"),
        ("MYSQL_RANDOM_ROOT_PASSWORD", "1"),
        ("MASTER_PASSWORD_REQUIRED", "False"),
        ("STRIPE_PUBLIC_KEY", "pk_test_TYooMQauvdEDq54NiTphI7jx"),
        ("TOKEN_URI", "https://oauth2.example.org/token"),
        ("URL", "amqp://queue:5672"),
        ("URL", "mongodb://${U}:${P}@db"),
        ("URL", "postgres://{}:{}@db"),
        ("url", "driver://user:pass@localhost/dbname"),
        ("DB_USER", "shop"),
        ("key", "id"),
    ],
)
def test_what_is_no_literal_secret(name: str, value: str) -> None:
    assert judge(WORDS, name, value) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "Password"),
        ("password", "The password is wrong."),
        ("password", "required|string|min:8"),
        ("token", "accessToken"),
        ("RESET_PASSWORD", "RESET_PASSWORD"),
        ("password", "$2y$10$92IXUNpkjO0rOQ5byMi.Ye4oKoEa3Ro9llC/.og/at2.uheWG"),
    ],
)
def test_texts_of_source_are_no_passwords(name: str, value: str) -> None:
    assert judge(WORDS, name, value, dollars=False, loose=False) is None


def test_templates_hold_only_real_secrets() -> None:
    assert judge(WORDS, "JWT_SECRET", "your-secret-here", template=True) is None
    real = judge(WORDS, "CLIENT_SECRET", "b7c2ecab929f863f78cdb7d91d48a3e00d914187", template=True)
    assert real is not None
    assert real.real


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("mysql -uroot -phunter2 shop", ["hunter2"]),
        ("mysql -uroot -p$PW shop", []),
        ("redis-server --requirepass hunter2", ["hunter2"]),
        ("echo 'root:hunter2' | chpasswd", ["hunter2"]),
        ("curl -u ann:hunter2 http://api", ["hunter2"]),
        ("mosquitto_passwd -b /etc/pw ann hunter2", ["hunter2"]),
        ("PGPASSWORD=hunter2 psql", ["hunter2"]),
        ("psql -c \"CREATE USER ann WITH PASSWORD 'hunter2'\"", ["hunter2"]),
        ("app --admin-password hunter2 --port 80", ["hunter2"]),
        ("app --password-file /run/secrets/pw", []),
        ("npm run token", []),
        ("export DOCKER_PWD=$3", []),
    ],
)
def test_command_lines(text: str, secrets: list[str]) -> None:
    assert [shown.verdict.secret for shown in in_shell(WORDS, text)] == secrets


def test_place_of_a_secret_among_words() -> None:
    (shown,) = in_words(WORDS, ("celery", "--broker=amqp://guest:hunter2@queue//"))
    assert (shown.word, shown.verdict.secret) == (1, "hunter2")


def test_mask_shows_two_characters_at_most() -> None:
    assert mask("hunter2") == "hu***"
    assert mask("abc") == "a***"
    assert mask("a") == "***"


def test_names() -> None:
    facts = shelf.facts()
    assert names_credential(facts, "MAIL_PASSWORD")
    assert not names_credential(facts, "MAIL_HOST")
    assert is_env_path("a/.env.production") and is_env_path("db.env") and not is_env_path("src/environment.ts")
    assert is_template_path(".env.example") and not is_template_path(".env")
    assert is_quiet_path("tests/x.py") and is_quiet_path("docs/a.py") and not is_quiet_path("src/app.py")


def test_files_that_hold_secrets() -> None:
    files = {
        ".env": "PORT=1\nDB_PASSWORD=hunter2\n",
        "plain.env": "PORT=1\n",
        ".env.example": "DB_PASSWORD=secret\n",
        "cert.pem": "-----BEGIN CERTIFICATE-----\n",
        "cert.key": "-----BEGIN PRIVATE KEY-----\nMIIE\n",
        ".npmrc": "//npm.example.com/:_authToken=abc\n",
        "a/.npmrc": "//npm.example.com/:_authToken=${NPM_TOKEN}\n",
    }
    workspace = Workspace(DictTree(files), shelf.facts())
    assert [path for path in files if holds_secret(workspace, path)] == [".env", "cert.key", ".npmrc"]


def test_long_values_take_linear_time() -> None:
    for piece in ("${", "a://", "{{", "password=", "'", "@", ":"):
        judge(WORDS, "PASSWORD", piece * 5000)
        list(in_shell(WORDS, piece * 5000))
