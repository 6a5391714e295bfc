"""Development keys: who may come in until a real sign-in stands here. One for each tenant, made from one secret.

A key is `nx_<tenant>_<32 hex digits>`, the digits being an HMAC-SHA256 of the tenant under the secret, cut in half.
"""

import hashlib
import hmac
import re

TENANT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_KEY = re.compile(r"nx_([a-z0-9][a-z0-9-]{0,62})_([0-9a-f]{32})")


def development_key(secret: str, tenant: str) -> str:
    """The tenant's key; raises ValueError for what is no tenant."""
    if not TENANT.fullmatch(tenant):
        raise ValueError("A tenant is up to 63 small letters, digits and hyphens, and does not begin with a hyphen.")
    return f"nx_{tenant}_{_digits(secret, tenant)}"


def tenant_of(secret: str, key: str) -> str | None:
    """The tenant a key was made for, None for any other text."""
    parts = _KEY.fullmatch(key)
    if parts is None or not hmac.compare_digest(parts[2], _digits(secret, parts[1])):
        return None
    return parts[1]


def _digits(secret: str, tenant: str) -> str:
    return hmac.new(secret.encode(), f"development key {tenant}".encode(), hashlib.sha256).hexdigest()[:32]
