"""Secrets that people and other systems gave the platform: sealed before anything is written, and opened only where
they are used.

A field with the attribute `secret` in its schema holds what `seal` or `seal_of` gives, on the log and everywhere after
it. A record's secret has a key of the record's own in the vault; a person's has the person's, and goes with an erasure.
"""

import base64

from infra.vault import KeyMissing, SealBroken, Vaults


def seal(vaults: Vaults, tenant: str, aggregate: str, id: str, secret: str) -> str:
    """A record's secret as it may be written; asks for a key, so not in the event loop. Raises VaultUnavailable."""
    return seal_of(vaults, tenant, _subject(aggregate, id), secret)


def seal_of(vaults: Vaults, tenant: str, person: str, secret: str) -> str:
    """The same of a person's; empty for one who was erased."""
    return base64.urlsafe_b64encode(vaults(tenant).seal(person, secret)).decode()


def unseal(vaults: Vaults, tenant: str, aggregate: str, id: str, sealed: str) -> str | None:
    """The secret, None where it can never be read again; asks for a key, so not in the event loop. Raises
    VaultUnavailable."""
    return unseal_of(vaults, tenant, _subject(aggregate, id), sealed)


def unseal_of(vaults: Vaults, tenant: str, person: str, sealed: str) -> str | None:
    """The same of a person's."""
    try:
        opened = vaults(tenant).open(person, base64.urlsafe_b64decode(sealed))
    except (KeyMissing, SealBroken, ValueError):
        return None
    return opened if isinstance(opened, str) else None


def _subject(aggregate: str, id: str) -> str:
    """No person has an id with a slash, so that nobody's erasure reaches it."""
    return f"{aggregate}/{id}"
