"""Addresses of servers: whose machine they name, whether others could read what is sent there, and whom they name.

`part` is kafka, registry, postgres, redis or elasticsearch. Several addresses of one part stand behind commas.
"""

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from psycopg import ProgrammingError, conninfo

# The user and the password of a URL.
_WHO = re.compile(r"(?<=//)([^/@\s:,]*)(?::([^/@\s]*))?@")

WITH_TLS: Mapping[str, str] = {
    "kafka": "Set NEXUS_KAFKA_PROTOCOL to SASL_SSL or SSL",
    "registry": "Begin NEXUS_REGISTRY with https://",
    "postgres": "Leave sslmode out of NEXUS_POSTGRES, or set it to verify-full",
    "redis": "Begin NEXUS_REDIS with rediss://",
    "elasticsearch": "Begin NEXUS_ELASTICSEARCH with https://",
}
"""How each part is asked for TLS."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the host."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def beyond(part: str, address: str) -> list[str]:
    """The hosts of an address that are not this machine."""
    return [host for host in _hosts(part, address) if not is_loopback(host)]


def _hosts(part: str, address: str) -> list[str]:
    match part:
        case "kafka":
            return [urlsplit(f"//{each.strip()}").hostname or "" for each in address.split(",")]
        case "postgres":
            known = _known(address)
            named = f"{known.get('host') or ''},{known.get('hostaddr') or ''}".split(",")
            return [host for host in named if host and not host.startswith(("/", "@"))]
        case _:
            urls = (urlsplit(each.strip()) for each in address.split(","))
            return [url.hostname or "" for url in urls if url.scheme != "unix"]


def first_door(address: str) -> tuple[str, int]:
    """Host and port of the first of some URLs, or of some brokers; (host, 0) where no port is named."""
    one = address.split(",")[0].strip()
    url = urlsplit(one if "://" in one else f"//{one}")
    return url.hostname or "", url.port or 0


def readable(part: str, address: str, kafka_protocol: str) -> bool:
    """Whether somebody on the way could read what is sent, or stand in for the server."""
    match part:
        case "kafka":
            return not kafka_protocol.endswith("SSL")
        case "postgres":
            return _known(address).get("sslmode", "verify-full") != "verify-full"
        case "redis":
            return not address.startswith(("rediss://", "unix://"))
        case _:
            return not all(each.strip().startswith("https://") for each in address.split(","))


def apart(part: str, address: str) -> dict[str, str]:
    """Settings for an address that names a user or holds a password: the address without them, and each by itself.

    The user of Postgres stays, since libpq's own tools want it there.
    """
    if part == "postgres":
        known = _known(address)
        if "password" not in known:
            return {}
        password = str(known.pop("password"))
        return {"postgres": conninfo.make_conninfo(**known), "postgres_password": password}
    who = None if part == "kafka" else _WHO.search(address)
    if who is None:
        return {}
    user, password = (unquote(each or "") for each in who.groups())
    given = {f"{part}_user": user, f"{part}_password": password}
    return {part: _WHO.sub("", address)} | {name: value for name, value in given.items() if value}


def _known(address: str) -> dict[str, str]:
    try:
        return {name: str(value) for name, value in conninfo.conninfo_to_dict(address).items() if value is not None}
    except ProgrammingError as error:
        # Not what the error says: it may quote the password.
        raise ValueError("NEXUS_POSTGRES is no address: write postgresql://user@host:port.") from error
