"""Apicurio, a schema registry with Confluent's API.

It keeps its schemas in a database of Postgres: events are read by ids that only it gave out, so that these must be as
safe as the events are.
"""

from collections.abc import Mapping
from contextlib import suppress

import psycopg
from psycopg import conninfo, sql

from infra.stack import jars, jvm, probes, programs
from infra.stack.part import Part, Place, Say
from infra.stack.process import DidNotStart, Program

DATABASE = "registry"


def prepare(place: Place, say: Say) -> Program:
    java = programs.java(say)
    home, folder = jars.home("registry", java, say), place.folder("registry")
    folder.mkdir(parents=True, exist_ok=True)
    postgres = place.address("postgres")
    try:
        _ensure_database(postgres)
    except psycopg.Error as error:
        raise DidNotStart(f"registry cannot have its database: {error}") from error
    environment = {
        "QUARKUS_HTTP_HOST": "127.0.0.1",
        "QUARKUS_HTTP_PORT": str(place.ports["registry"]),
        "QUARKUS_OTEL_SDK_DISABLED": "true",
        "QUARKUS_LOG_LEVEL": "WARN",
        "QUARKUS_HTTP_ACCESS_LOG_ENABLED": "false",
        **storage(postgres),
    }
    archive = jvm.class_archive(java, home, folder)
    command = [java, "-Xmx256m", *jvm.COMMON, jvm.QUICK, *archive, "-jar", next(home.glob("*-runner.jar"))]
    address = place.address("registry")
    return Program("registry", command, place.log("registry"), lambda: version(address) is not None, environment)


def storage(postgres: str) -> Mapping[str, str]:
    """Apicurio's settings for the database at an address. Few connections: it is asked once for each schema."""
    known = conninfo.conninfo_to_dict(postgres)
    server = f"{known.get('host', 'localhost')}:{known.get('port', 5432)}"
    options = f"?sslmode={known['sslmode']}" if "sslmode" in known else ""
    return {
        "APICURIO_STORAGE_KIND": "sql",
        "APICURIO_STORAGE_SQL_KIND": "postgresql",
        "APICURIO_DATASOURCE_URL": f"jdbc:postgresql://{server}/{DATABASE}{options}",
        "APICURIO_DATASOURCE_USERNAME": str(known.get("user", "postgres")),
        "APICURIO_DATASOURCE_PASSWORD": str(known.get("password", "")),
        "APICURIO_DATASOURCE_JDBC_INITIAL_SIZE": "1",
        "APICURIO_DATASOURCE_JDBC_MIN_SIZE": "1",
        "APICURIO_DATASOURCE_JDBC_MAX_SIZE": "8",
    }


def _ensure_database(postgres: str) -> None:
    with psycopg.connect(postgres, dbname="postgres", autocommit=True) as admin:
        if not admin.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            with suppress(psycopg.errors.DuplicateDatabase):  # another start was quicker
                admin.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))


def version(address: str) -> str | None:
    """Confluent's API does not tell a version that means anything: "" once it lists subjects."""
    return None if probes.http(f"{address}/subjects") is None else ""


PART = Part(prepare, version, after=("postgres",))
