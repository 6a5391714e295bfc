"""Development keys: who may come in until a real sign-in stands here. One for each tenant, and for each of its users.

A key is `nx_<tenant>_<32 hex digits>`, or `nx_<tenant>_<user>_<32 hex digits>`, the digits being an HMAC-SHA256 of what
stands before them under one secret, cut in half.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

TENANT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}")
_KEY = re.compile(rf"nx_({TENANT.pattern})(?:_({_USER.pattern}))?_([0-9a-f]{{32}})")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a key was made for: a user, or the tenant itself."""

    tenant: str
    user: str | None = None

    @property
    def name(self) -> str:
        return self.tenant if self.user is None else f"{self.tenant}_{self.user}"


def development_key(secret: str, tenant: str, user: str | None = None) -> str:
    """The key of a tenant or of one of its users; raises ValueError for what is none."""
    if not TENANT.fullmatch(tenant):
        raise ValueError("A tenant is up to 63 small letters, digits and hyphens, and does not begin with a hyphen.")
    if user is not None and not _USER.fullmatch(user):
        raise ValueError("A user's id is up to 100 letters, digits, dots and hyphens.")
    holder = Holder(tenant, user)
    return f"nx_{holder.name}_{_digits(secret, holder)}"


def holder_of(secret: str, key: str) -> Holder | None:
    """Whom a key was made for, None for any other text."""
    parts = _KEY.fullmatch(key)
    if parts is None:
        return None
    holder = Holder(parts[1], parts[2])
    return holder if hmac.compare_digest(parts[3], _digits(secret, holder)) else None


def _digits(secret: str, holder: Holder) -> str:
    return hmac.new(secret.encode(), f"development key {holder.name}".encode(), hashlib.sha256).hexdigest()[:32]
