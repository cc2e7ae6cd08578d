from __future__ import annotations

from typing import Any

import pytest

from dockerlint.model.image.facts import DataFolder, ImageFacts, image_facts, is_lookalike, parse_image
from dockerlint.rulebook import shelf

FACTS: dict[str, Any] = shelf.facts()
DIGEST = "sha256:" + "0123456789abcdef" * 4


def facts(text: str) -> ImageFacts | None:
    reference = parse_image(text)
    assert reference is not None, text
    return image_facts(reference, FACTS)


def known(text: str) -> ImageFacts:
    found = facts(text)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest"),
    [
        ("postgres", "docker.io", "postgres", None, None),
        ("postgres:16-alpine", "docker.io", "postgres", "16-alpine", None),
        ("library/mongo:4.4", "docker.io", "mongo", "4.4", None),
        ("docker.io/library/redis", "docker.io", "redis", None, None),
        ("index.docker.io/bitnami/redis", "docker.io", "bitnami/redis", None, None),
        ("bitnami/mongodb:7.0", "docker.io", "bitnami/mongodb", "7.0", None),
        ("localhost/app", "localhost", "app", None, None),
        ("localhost:5000/a/b:1", "localhost:5000", "a/b", "1", None),
        ("registry:5000/app", "registry:5000", "app", None, None),
        ("[::1]:5000/app:2", "[::1]:5000", "app", "2", None),
        ("mcr.microsoft.com/mssql/server:2022-latest", "mcr.microsoft.com", "mssql/server", "2022-latest", None),
        ("Registry/app", "Registry", "app", None, None),
        (f"mongo@{DIGEST}", "docker.io", "mongo", None, DIGEST),
        (f"mongo:7@{DIGEST}", "docker.io", "mongo", "7", DIGEST),
        ("a__b/c--d.e", "docker.io", "a__b/c--d.e", None, None),
    ],
)
def test_a_reference_is_taken_apart(
    text: str, registry: str, repository: str, tag: str | None, digest: str | None
) -> None:
    found = parse_image(text)
    assert found is not None
    assert (found.registry, found.repository, found.tag, found.digest) == (registry, repository, tag, digest)
    assert parse_image(found.text) == found


@pytest.mark.parametrize(
    "text",
    [
        *("", ":1", "a:", "a:-1", "app/Name", "a//b", "/a", "a/", "a___b", "a-_b", "a..b", "-a", "a b", "${IMAGE}"),
        *("a:$TAG", "a@", "a@sha256:12", f"a@{DIGEST}0g", "a:" + "1" * 129, "f" * 64, "reg:x/app", "-reg.io/app"),
        *("a" * 300, "é"),
    ],
)
def test_what_the_engine_refuses_is_none(text: str) -> None:
    assert parse_image(text) is None


@pytest.mark.parametrize(
    "tag", ["", ":latest", ":alpine", ":alpine3.22", ":trixie", ":18", ":18-alpine", ":18.1", ":19beta3"]
)
def test_postgres_from_18_on_keeps_its_data_one_folder_up(tag: str) -> None:
    found = known(f"postgres{tag}")
    assert found.data_folders is not None
    folder = found.data_folders[0]
    assert (folder.path, folder.declared) == ("/var/lib/postgresql", True)
    assert folder.inner[-1] in ("/var/lib/postgresql/18/docker", "/var/lib/postgresql/19/docker")
    assert found.refused_mounts == ("/var/lib/postgresql/data",)
    assert found.assumed_latest is (not any(digit in tag.replace("alpine3.22", "") for digit in "0123456789"))


@pytest.mark.parametrize("tag", ["17", "16-alpine", "9.6", "14.5-bullseye", "17rc1", "v13"])
def test_postgres_before_18_declares_its_data_folder(tag: str) -> None:
    found = known(f"postgres:{tag}")
    assert found.data_folders == (DataFolder("/var/lib/postgresql/data", True),)
    assert found.refused_mounts == ()
    assert found.environment is not None
    assert found.environment["PGDATA"] == "/var/lib/postgresql/data"
    assert not found.assumed_latest


@pytest.mark.parametrize("text", ["postgres:nightly", "postgres:9fe2b1c", "postgres:my-build", f"postgres@{DIGEST}"])
def test_a_tag_that_says_nothing_leaves_versioned_facts_unknown(text: str) -> None:
    found = known(text)
    assert (found.version, found.assumed_latest, found.data_folders, found.volumes) == (None, False, None, None)
    assert found.refused_mounts == ()
    assert found.ports == (5432,)


def test_the_version_may_stand_behind_letters() -> None:
    assert known("pgvector/pgvector:pg16").data_folders == (DataFolder("/var/lib/postgresql/data", True),)
    assert known("pgvector/pgvector:0.8.0-pg17").version == (17,)
    assert known("timescale/timescaledb:latest-pg15").version == (15,)
    assert known("timescale/timescaledb:2.14.2-pg16-oss").version == (16,)
    assert known("timescale/timescaledb:2.14.2").version is None
    assert known("postgis/postgis:16-3.4-alpine").version == (16,)


def test_names_for_versions() -> None:
    assert known("mysql:lts").version == (9, 7)
    assert known("node:lts-alpine").version == (24,)
    assert known("influxdb:3-core").ports == (8181,)
    assert known("influxdb:core").ports == (8181,)
    assert known("mysql:8.0.33-debian").version == (8, 0, 33)
    assert known("eclipse-temurin:21.0.4_7-jdk-alpine").version == (21, 0, 4)
    assert known("couchbase:enterprise-7.2.0").version == (7, 2, 0)


def test_a_short_tag_is_the_newest_of_its_series() -> None:
    below, above = known("opensearchproject/opensearch:2.11"), known("opensearchproject/opensearch:2")
    assert below.required_environment == ()
    assert "OPENSEARCH_INITIAL_ADMIN_PASSWORD" in above.required_environment[0]


def test_influxdb_moves_with_its_version() -> None:
    folders = {tag: known(f"influxdb:{tag}").data_folders for tag in ("1.8", "2.7", "alpine")}
    assert folders["1.8"] == (DataFolder("/var/lib/influxdb", True),)
    assert folders["2.7"] == folders["alpine"] == (DataFolder("/var/lib/influxdb2", True),)


def test_the_registry_does_not_matter() -> None:
    for text in (
        "public.ecr.aws/docker/library/mongo:6",
        "mirror.gcr.io/library/mongo:6",
        "registry.example.com/mongo:6",
        "arm64v8/mongo:6",
        "quay.io/mirror/library/mongo:6",
    ):
        found = known(text)
        assert (found.name, found.owner_known) == ("mongo", True), text
    assert known("public.ecr.aws/bitnami/postgresql:16").name == "bitnami/postgresql"
    assert known("docker.elastic.co/elasticsearch/elasticsearch:7.17.0").name == "elasticsearch"
    assert known("mcr.microsoft.com/dotnet/aspnet:8.0").ports == (8080,)
    assert known("mcr.microsoft.com/dotnet/aspnet:6.0").ports == (80,)
    assert known("docker.redpanda.com/vectorized/redpanda:v22").kind == "queue"


def test_an_unknown_owner_is_believed_for_databases_alone() -> None:
    found = known("somebody/postgres:16")
    assert (found.name, found.owner_known, found.version) == ("postgres", False, (16,))
    assert known("somebody/postgres").data_folders is None
    assert known("registry.example.com/team/mongo").data_folders == (DataFolder("/data/db", True),)
    assert facts("somebody/node:20") is None
    assert facts("somebody/python") is None


@pytest.mark.parametrize(
    "text",
    [
        *("mongo-express", "prom/mysqld-exporter", "bitnami/redis-exporter", "phpmyadmin/phpmyadmin", "adminer"),
        *("edoburu/pgbouncer", "prodrigestivill/postgres-backup-local", "rediscommander/redis-commander"),
        *("provectuslabs/kafka-ui", "wrouesnel/postgres_exporter", "bitnami/postgres-exporter", "dpage/pgadmin4"),
        "mrvautin/adminmongo",
    ],
)
def test_a_tool_named_after_a_database_is_not_the_database(text: str) -> None:
    found = facts(text)
    assert found is None or found.kind == "application"
    reference = parse_image(text)
    assert reference is not None
    assert is_lookalike(reference.name, FACTS)


def test_a_database_is_no_lookalike() -> None:
    for row in FACTS["images"]["images"]:
        if row.get("kind") in ("database", "queue", "cache", "search"):
            assert not any(is_lookalike(name.rpartition("/")[2], FACTS) for name in row["names"]), row["names"]


def test_tools_follow_the_variant() -> None:
    assert known("node:20").tools == frozenset({"bash", "curl", "wget"})
    assert known("node:20-slim").missing_tools == {"curl", "wget", "nc"}
    assert known("node:20-alpine").tools == frozenset({"wget", "nc"})
    assert known("node:20-alpine3.20").package_manager == "apk"
    assert known("python:3.12-slim-bookworm").package_manager == "apt"
    assert known("mongo:7").missing_tools == {"curl", "wget", "nc", "mongo"}
    assert "mysqladmin" in known("mariadb:11").missing_tools
    assert "mysqladmin" not in known("mariadb:10.6").missing_tools
    assert known("maven:3.9").tools is None
    assert known("maven:3.9").missing_tools == frozenset()


def test_php_is_what_its_variant_says() -> None:
    assert known("php:8.2-apache").ports == (80,)
    assert known("php:8.2-fpm-alpine").ports == (9000,)
    assert known("php:8.2-fpm-alpine").package_manager == "apk"
    assert known("php:8.2-cli").ports == ()
    assert known("php:fpm").workdir == "/var/www/html"


def test_who_may_come_in() -> None:
    mongo = known("mongo:7").authentication
    assert mongo is not None
    assert mongo.default == "open"
    assert ("MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_PASSWORD") in mongo.on_environment
    assert known("postgres:16").required_environment == (
        ("POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "POSTGRES_HOST_AUTH_METHOD=trust"),
    )
    old, new = known("elasticsearch:7.17.9").authentication, known("elasticsearch:8.11.1").authentication
    assert old is not None and new is not None
    assert (old.default, new.default) == ("open", "closed")
    assert known("mysql:8").refused_environment == ("MYSQL_USER=root",)
    assert known("redis:7").unpersisted_commands[0] == ("--save", "")


def test_a_row_like_another_takes_over_the_rest() -> None:
    found = known("percona/percona-server:8.0")
    assert found.command == ("mysqld",)
    assert found.volumes == ("/var/lib/mysql", "/var/log/mysql")


def test_other_facts_give_other_answers() -> None:
    reference = parse_image("mine")
    assert reference is not None
    assert image_facts(reference, {}) is None
    table = {"images": {"images": [{"names": ["mine"], "kind": "database", "source": "https://x"}]}}
    found = image_facts(reference, table)
    assert found is not None
    assert (found.data_folders, found.ports, found.persistence) == ((), (), "none")
    assert image_facts(reference, FACTS) is None
