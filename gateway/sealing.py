"""Secrets that other systems gave the platform: sealed before anything is written, and opened only where they are used.

A field with the attribute `secret` in its schema holds what `seal` gives, on the log and everywhere after it. Each
record has a key of its own in the vault; once that is destroyed nobody can use what it sealed.
"""

import base64

from infra.vault import KeyMissing, SealBroken, Vaults


def seal(vaults: Vaults, tenant: str, aggregate: str, id: str, secret: str) -> str:
    """A record's secret as it may be written; asks for a key, so not in the event loop. Raises VaultUnavailable."""
    return base64.urlsafe_b64encode(vaults(tenant).seal(_subject(aggregate, id), secret)).decode()


def unseal(vaults: Vaults, tenant: str, aggregate: str, id: str, sealed: str) -> str | None:
    """The secret, None where it can never be read again; asks for a key, so not in the event loop. Raises
    VaultUnavailable."""
    try:
        opened = vaults(tenant).open(_subject(aggregate, id), base64.urlsafe_b64decode(sealed))
    except (KeyMissing, SealBroken, ValueError):
        return None
    return opened if isinstance(opened, str) else None


def _subject(aggregate: str, id: str) -> str:
    """No person has an id with a slash, so that nobody's erasure reaches it."""
    return f"{aggregate}/{id}"
