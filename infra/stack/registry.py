"""Apicurio, a schema registry with Confluent's API.

It keeps its schemas in a database of Postgres: events are read by ids that only it gave out, so that these must be as
safe as the events are.
"""

from collections.abc import Mapping
from contextlib import suppress

import psycopg
from psycopg import sql

from infra.settings import Settings
from infra.stack import authority, jars, jvm, probes, programs, secure
from infra.stack.part import Part, Place, Say
from infra.stack.process import DidNotStart, Program

DATABASE = "registry"


def prepare(place: Place, say: Say) -> Program:
    java = programs.java(say)
    home, folder = jars.home("registry", java, say), place.folder("registry")
    folder.mkdir(parents=True, exist_ok=True)
    known = place.settings
    try:
        _ensure_database(known)
    except psycopg.Error as error:
        raise DidNotStart(f"registry cannot have its database: {error}") from error
    environment = {
        "QUARKUS_HTTP_HOST": "127.0.0.1",
        "QUARKUS_OTEL_SDK_DISABLED": "true",
        "QUARKUS_LOG_LEVEL": "WARN",
        "QUARKUS_HTTP_ACCESS_LOG_ENABLED": "false",
        **storage(known),
        **(_secure(place) if place.secure else {"QUARKUS_HTTP_PORT": str(place.ports["registry"])}),
    }
    archive = jvm.class_archive(java, home, folder)
    command = [java, "-Xmx256m", *jvm.COMMON, jvm.QUICK, *archive, "-jar", next(home.glob("*-runner.jar"))]
    return Program("registry", command, place.log("registry"), lambda: version(known) is not None, environment)


def _secure(place: Place) -> Mapping[str, str]:
    """HTTPS and nothing else, and one user, who is named in a file since environments can be looked at."""
    users = place.folder("registry") / "users.properties"
    known = {
        "quarkus.http.auth.basic": "true",
        "quarkus.security.users.embedded.plain-text": "true",
        f"quarkus.security.users.embedded.users.{secure.PLATFORM}": secure.passwords(place.data)["registry"],
        f"quarkus.security.users.embedded.roles.{secure.PLATFORM}": "sr-admin",
    }
    authority.write_private(users, "".join(f"{name}={value}\n" for name, value in known.items()).encode())
    return {
        "QUARKUS_CONFIG_LOCATIONS": str(users),
        "QUARKUS_HTTP_INSECURE_REQUESTS": "disabled",
        "QUARKUS_HTTP_SSL_PORT": str(place.ports["registry"]),
        "QUARKUS_HTTP_SSL_PROTOCOLS": "TLSv1.3,TLSv1.2",
        "QUARKUS_HTTP_SSL_CERTIFICATE_FILES": str(secure.certificate(place.data, "registry")),
        "QUARKUS_HTTP_SSL_CERTIFICATE_KEY_FILES": str(secure.key(place.data, "registry")),
    }


def storage(settings: Settings) -> Mapping[str, str]:
    """Apicurio's settings for the database at an address. Few connections: it is asked once for each schema."""
    from infra.postgres import server

    known = server(settings)
    where = f"{known.get('host', 'localhost')}:{known.get('port', 5432)}"
    checked = {name: str(known[name]) for name in ("sslmode", "sslrootcert") if name in known}
    if checked.get("sslrootcert") == "system":  # libpq's word for what Java calls its default
        checked = {"sslmode": checked["sslmode"], "sslfactory": "org.postgresql.ssl.DefaultJavaSSLFactory"}
    options = "&".join(f"{name}={value}" for name, value in checked.items())
    return {
        "APICURIO_STORAGE_KIND": "sql",
        "APICURIO_STORAGE_SQL_KIND": "postgresql",
        "APICURIO_DATASOURCE_URL": f"jdbc:postgresql://{where}/{DATABASE}{'?' if options else ''}{options}",
        "APICURIO_DATASOURCE_USERNAME": str(known.get("user", "postgres")),
        "APICURIO_DATASOURCE_PASSWORD": str(known.get("password", "")),
        "APICURIO_DATASOURCE_JDBC_INITIAL_SIZE": "1",
        "APICURIO_DATASOURCE_JDBC_MIN_SIZE": "1",
        "APICURIO_DATASOURCE_JDBC_MAX_SIZE": "8",
    }


def _ensure_database(settings: Settings) -> None:
    from infra.postgres import administrator

    with administrator(settings) as admin:
        if not admin.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            with suppress(psycopg.errors.DuplicateDatabase):  # another start was quicker
                admin.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))


def version(settings: Settings) -> str | None:
    """Confluent's API does not tell a version that means anything: "" once it lists subjects."""
    who = probes.basic(settings.registry_user, settings.registry_password)
    return None if probes.http(settings, f"{settings.registry}/subjects", who) is None else ""


PART = Part(prepare, version, after=("postgres",))
