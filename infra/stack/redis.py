"""Redis, which writes every change to a file and reads it back at its next start."""

import hashlib
from pathlib import Path
from typing import Any

from infra.settings import Settings
from infra.stack import authority, programs, secure
from infra.stack.part import Part, Place, Say
from infra.stack.process import Program


def prepare(place: Place, say: Say) -> Program:
    folder = place.folder("redis")
    folder.mkdir(parents=True, exist_ok=True)
    where = ["--bind", "127.0.0.1", "--dir", folder, *(_secure(place) if place.secure else _plain(place))]
    keep = ["--appendonly", "yes", "--save", "", "--daemonize", "no"]
    command = [programs.redis_server(say), *where, *keep]
    known = place.settings
    return Program("redis", command, place.log("redis"), lambda: version(known) is not None)


def _plain(place: Place) -> list[str | Path]:
    return ["--port", str(place.ports["redis"])]


def _secure(place: Place) -> list[str | Path]:
    """No port without TLS, and one user, who may do everything but administer the server."""
    digest = hashlib.sha256(secure.passwords(place.data)["redis"].encode()).hexdigest()
    users = place.folder("redis") / "users.acl"
    may = "~* &* +@all -@admin -@dangerous +info"
    authority.write_private(users, f"user default off\nuser {secure.PLATFORM} on #{digest} {may}\n".encode())
    return [
        *("--port", "0", "--tls-port", str(place.ports["redis"])),
        *("--tls-cert-file", secure.certificate(place.data, "redis")),
        *("--tls-key-file", secure.key(place.data, "redis")),
        *("--tls-ca-cert-file", secure.certificate(place.data, "ca")),
        *("--tls-auth-clients", "no", "--tls-protocols", "TLSv1.2 TLSv1.3"),
        *("--aclfile", users),
    ]


def version(settings: Settings) -> str | None:
    """None also while Redis reads its file; "" when it does not know us, which is an answer too."""
    from redis import exceptions

    from infra.redis import blocking_client

    client: Any = blocking_client(settings)
    try:
        return str(client.info("server")["redis_version"])
    except (exceptions.AuthenticationError, exceptions.NoPermissionError):
        return ""
    except exceptions.RedisError:
        return None
    finally:
        client.close()


PART = Part(prepare, version)
