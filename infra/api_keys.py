"""API keys of service accounts, as text: `nxk_<tenant>_<key id>_<secret>_<check>`.

The secret is 256 random bits in hex. The check is the CRC-32 of all that stands before it, in hex: it tells a key that
was cut or mistyped from one that is wrong, and lets scanners of code know a key for one without asking anybody. Only
the SHA-256 of the secret is kept. A slow hash is for secrets that people choose: one with 112 bits of entropy or more
takes an approved one-way function and no more (NIST SP 800-63B, 5.1.2.2).
"""

import hashlib
import re
import secrets
import zlib
from dataclasses import dataclass

from infra.keys import TENANT

PREFIX = "nxk_"
_KEY = re.compile(rf"{PREFIX}({TENANT.pattern})_([0-9a-f-]{{36}})_([0-9a-f]{{64}})_([0-9a-f]{{8}})")


class Malformed(ValueError):
    """The text is no key, or is not all of one."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What a key says of itself. `digest` is the SHA-256 of its secret, in hex."""

    tenant: str
    key_id: str
    digest: str


def new_secret() -> str:
    """256 random bits, in hex."""
    return secrets.token_hex(32)


def digest_of(secret: str) -> str:
    """SHA-256, in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def written(tenant: str, key_id: str, secret: str) -> str:
    """The key as its holder sends it."""
    body = f"{PREFIX}{tenant}_{key_id}_{secret}"
    return f"{body}_{_check(body)}"


def read(text: str) -> ApiKey:
    """The inverse of `written`, but for the secret; raises Malformed."""
    parts = _KEY.fullmatch(text)
    if parts is None or parts[4] != _check(text.rpartition("_")[0]):
        raise Malformed("The key was cut or mistyped: its check does not fit.")
    return ApiKey(parts[1], parts[2], digest_of(parts[3]))


def _check(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"
