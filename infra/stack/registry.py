"""Apicurio, a schema registry with Confluent's API. It keeps its schemas in an H2 file."""

from infra.stack import jars, jvm, probes, programs
from infra.stack.part import Part, Place, Say
from infra.stack.ports import addresses
from infra.stack.process import Program


def prepare(place: Place, say: Say) -> Program:
    java = programs.java(say)
    home, folder = jars.home("registry", java, say), place.folder("registry")
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        "QUARKUS_HTTP_HOST": "127.0.0.1",
        "QUARKUS_HTTP_PORT": str(place.ports["registry"]),
        "QUARKUS_OTEL_SDK_DISABLED": "true",
        "QUARKUS_LOG_LEVEL": "WARN",
        "QUARKUS_HTTP_ACCESS_LOG_ENABLED": "false",
        "APICURIO_STORAGE_KIND": "sql",
        "APICURIO_STORAGE_SQL_KIND": "h2",
        "APICURIO_DATASOURCE_URL": f"jdbc:h2:file:{folder}/registry",
    }
    archive = jvm.class_archive(java, home, folder)
    command = [java, "-Xmx256m", *jvm.COMMON, jvm.QUICK, *archive, "-jar", next(home.glob("*-runner.jar"))]
    address = addresses(place.ports)["registry"]
    return Program("registry", command, place.log("registry"), lambda: version(address) is not None, environment)


def version(address: str) -> str | None:
    """Confluent's API does not tell a version that means anything: "" once it lists subjects."""
    return None if probes.http(f"{address}/subjects") is None else ""


PART = Part(prepare, version)
