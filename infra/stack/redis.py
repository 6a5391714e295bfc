"""Redis, which writes every change to a file and reads it back at its next start."""

import re
from urllib.parse import urlsplit

from infra.stack import probes, programs
from infra.stack.part import Part, Place, Say
from infra.stack.process import Program


def prepare(place: Place, say: Say) -> Program:
    folder = place.folder("redis")
    folder.mkdir(parents=True, exist_ok=True)
    where = ["--port", str(place.ports["redis"]), "--bind", "127.0.0.1", "--dir", folder]
    keep = ["--appendonly", "yes", "--save", "", "--daemonize", "no"]
    command = [programs.redis_server(say), *where, *keep]
    address = place.address("redis")
    return Program("redis", command, place.log("redis"), lambda: version(address) is not None)


def version(address: str) -> str | None:
    """None also while Redis reads its file; "" when it asks who we are first, which is an answer too."""
    url = urlsplit(address)
    told = probes.ask(url.hostname or "127.0.0.1", url.port or 6379, b"INFO server\r\n").decode(errors="replace")
    if told.startswith("-NOAUTH"):
        return ""
    found = re.search(r"redis_version:(\S+)", told)
    return found[1] if found else None


PART = Part(prepare, version)
