"""Versions of resources as weak ETags (RFC 7644, section 3.14)."""

import hashlib
from typing import Any

from gateway.problems import Problem
from infra.plain import dump


def stamped(resource: dict[str, Any], version: int) -> dict[str, Any]:
    """The resource with its version: that of the record, and of what it shows from others."""
    tag = f'W/"{version}.{hashlib.blake2b(dump(resource), digest_size=6).hexdigest()}"'
    return {**resource, "meta": {**resource["meta"], "version": tag}}


def named(header: str | None, resource: dict[str, Any]) -> bool:
    """Whether a header names the version of the resource; compared weakly, as all of them are weak."""
    said = {each.strip().removeprefix("W/") for each in (header or "").split(",")}
    return "*" in said or resource["meta"]["version"].removeprefix("W/") in said


def check(if_match: str | None, resource: dict[str, Any]) -> None:
    """Raises a 412 problem when somebody expects another version."""
    if if_match is not None and not named(if_match, resource):
        tag = resource["meta"]["version"]
        raise Problem(
            412, "stale_version", "It is another version by now; read it again.", "If-Match", headers={"ETag": tag}
        )
