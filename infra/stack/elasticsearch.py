"""Elasticsearch 8.19, one node, from its own jars and the main class in java/. It answers once its shards are back."""

from infra.stack import jars, jvm, probes, programs
from infra.stack.part import Part, Place, Say
from infra.stack.process import Program


def prepare(place: Place, say: Say) -> Program:
    java = programs.java(say)
    home, folder = jars.home("elasticsearch", java, say), place.folder("elasticsearch")
    folder.mkdir(parents=True, exist_ok=True)
    machine = [java, "-Xms512m", "-Xmx512m", *jvm.COMMON, *jvm.class_archive(java, home, folder)]
    node = ["-cp", f"{home}/lib/*", "local.EsNode", home, folder, place.ports["elasticsearch"]]
    command = [str(part) for part in (*machine, *node)]
    address = place.address("elasticsearch")
    return Program("elasticsearch", command, place.log("elasticsearch"), lambda: version(address) is not None)


def version(address: str) -> str | None:
    """None also while shards are missing: a search would fail."""
    first = address.split(",")[0]
    if (probes.http(f"{first}/_cluster/health") or {}).get("status") not in ("yellow", "green"):
        return None
    match probes.http(first):
        case {"version": {"number": str(number)}}:
            return number
        case _:
            return None


PART = Part(prepare, version)
