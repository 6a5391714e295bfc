"""Sealing and opening: AES-256-GCM (NIST SP 800-38D), a fresh random nonce each time.

A sealed value is a version byte (1), 12 bytes of nonce, then cipher text and tag. Tenant and subject are authenticated
with it, so that a value moved to another person's record cannot be opened there.
"""

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
NONCE = 12
KEY = 32


class KeyMissing(Exception):
    """A sealed value is there and its key is not, nor a note that it was destroyed: something was lost or forged."""


def new_key() -> bytes:
    return AESGCM.generate_key(bit_length=8 * KEY)


def seal(key: AESGCM, about: bytes, text: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return VERSION + nonce + key.encrypt(nonce, text, about)


def open_sealed(key: AESGCM, about: bytes, sealed: bytes) -> bytes:
    """The text; raises ValueError when the value was changed, or sealed for somebody else or under another key."""
    if sealed[:1] != VERSION or len(sealed) <= 1 + NONCE:
        raise ValueError("The sealed value has an unknown form; it was not written by this platform.")
    try:
        return key.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], about)
    except InvalidTag as error:
        raise ValueError("The sealed value does not open with its subject's key; it was changed or moved.") from error


def master_key(path: Path) -> AESGCM:
    """The key that wraps all others, from a file of 32 bytes; made at first use, readable by its owner alone."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return master_key(path)
    else:
        with os.fdopen(descriptor, "wb") as file:
            file.write(new_key())
            file.flush()
            os.fsync(file.fileno())
    key = path.read_bytes()
    if len(key) != KEY:
        raise ValueError(f"The master key in {path} is not 32 bytes long; restore it from a backup.")
    return AESGCM(key)
