"""Sealing and opening: AES-256-GCM (NIST SP 800-38D), a fresh random nonce each time.

A sealed value is a version byte (1), 12 bytes of nonce, then cipher text and tag. Tenant and subject are authenticated
with it, so that a value moved to another person's record cannot be opened there.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infra.vault.errors import SealBroken

VERSION = b"\x01"
NONCE = 12
TAG = 16
KEY = 32


def new_key() -> bytes:
    return AESGCM.generate_key(bit_length=8 * KEY)


def about(tenant: str, subject: str) -> bytes:
    """What is authenticated beside a value. A tenant has no slash in its name, as it is the first part of every key."""
    return f"{tenant}/{subject}".encode()


def seal(key: AESGCM, about: bytes, text: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return VERSION + nonce + key.encrypt(nonce, text, about)


def unseal(key: AESGCM, about: bytes, sealed: bytes) -> bytes:
    """The text; raises SealBroken when the value was changed, or sealed for somebody else or under another key."""
    if sealed[:1] != VERSION or len(sealed) < len(VERSION) + NONCE + TAG:
        raise SealBroken("The sealed value has an unknown form; it was cut short or not written by this platform.")
    try:
        return key.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], about)
    except InvalidTag as error:
        raise SealBroken("The sealed value does not open with its subject's key; it was changed or moved.") from error
