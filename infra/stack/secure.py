"""The secure form of a stack: certificates for its servers, and passwords for who may ask them.

All of it lies in the folder `secure` of the data folder, which only its owner can look into.
"""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.log.users import KINDS
from infra.settings import PARTS, SECURE_SETTINGS
from infra.stack import authority
from infra.stack.part import Say

PLATFORM = "platform"
"""Who the platform is to the registry, Redis and Elasticsearch, and on the command line to Kafka, where each kind of
process is a user of its own."""
SUBSCRIBER = "subscriber"
"""An outside system: it may read events from Kafka, and nothing else."""
OPERATOR = "operator"
"""Who works on the command line, and makes no topics: to Kafka they may do what its commands take, and no more."""
BROKER = "broker"
"""Kafka to itself; it may do everything."""
_PASSWORDS = (BROKER, PLATFORM, SUBSCRIBER, OPERATOR, *KINDS, "postgres", "redis", "registry", "elasticsearch")


def ensure(data: Path, say: Say) -> None:
    """Makes what is missing, or ends soon, and writes down the settings with which the platform is let in."""
    folder = _folder(data)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if made := authority.ensure(folder, (*PARTS, "gateway")):
        say(f"certificates  made for {', '.join(made)} in {folder}")
    known = passwords(data) if (folder / "passwords.json").exists() else dict[str, str]()
    if missing := [name for name in _PASSWORDS if name not in known]:
        known = {**known, **{name: secrets.token_hex(24) for name in missing}}
        _write(folder / "passwords.json", known)
    _write(_users(data), {kind: {"user": kind, "password": known[kind]} for kind in KINDS})
    _write(data / SECURE_SETTINGS, _settings(data))


def _folder(data: Path) -> Path:
    return data / "secure"


def _users(data: Path) -> Path:
    return _folder(data) / "kafka-users.json"


def certificate(data: Path, name: str) -> Path:
    """The certificate of a server, or of "ca"."""
    return _folder(data) / f"{name}.pem"


def key(data: Path, name: str) -> Path:
    """The private key of a server."""
    return _folder(data) / f"{name}.key"


def passwords(data: Path) -> Mapping[str, str]:
    """By who is asked for it: a user of Kafka, or a server."""
    return json.loads((_folder(data) / "passwords.json").read_text())


def _settings(data: Path) -> dict[str, Any]:
    known = passwords(data)
    return {
        "ca": str(certificate(data, "ca")),
        "kafka_protocol": "SASL_SSL",
        "kafka_user": PLATFORM,
        "kafka_password": known[PLATFORM],
        "kafka_users": str(_users(data)),
        "registry_user": PLATFORM,
        "registry_password": known["registry"],
        "postgres_password": known["postgres"],
        "redis_user": PLATFORM,
        "redis_password": known["redis"],
        "elasticsearch_user": PLATFORM,
        "elasticsearch_password": known["elasticsearch"],
        "gateway_certificate": str(certificate(data, "gateway")),
        "gateway_key": str(key(data, "gateway")),
    }


def _write(path: Path, what: Mapping[str, Any]) -> None:
    authority.write_private(path, json.dumps(what, indent=1).encode() + b"\n")
