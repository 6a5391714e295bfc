"""Codes of an authenticator (TOTP, RFC 6238), and recovery codes for whoever lost it."""

import base64
import hashlib
import hmac
import re
import secrets

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP = 30
"""Seconds for which a code is the code."""
WINDOW = 1
"""Steps by which clocks may differ (RFC 6238, 5.2)."""
GOOD_FOR = (2 * WINDOW + 1) * STEP
"""Seconds for which some code is taken: so long it must be remembered that it was."""
RECOVERY_CODES = 10
_DIGITS = re.compile(r"[0-9]{6}")


def new_secret() -> str:
    """160 random bits in base32, as many as RFC 4226, 4, recommends."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_of(secret: str, code: str, now: float) -> int | None:
    """The step whose code it is, None for a wrong one. Whoever takes it remembers the step: a code is good once."""
    given = code.replace(" ", "")
    if not _DIGITS.fullmatch(given):
        return None
    authenticator, found = _authenticator(secret), None
    for step in range(int(now) // STEP - WINDOW, int(now) // STEP + WINDOW + 1):
        if hmac.compare_digest(authenticator.generate(step * STEP), given.encode()):
            found = step
    return found


def address(secret: str, account: str, issuer: str) -> str:
    """The otpauth address that authenticators read."""
    return _authenticator(secret).get_provisioning_uri(account, issuer)


def picture(address: str) -> str:
    """The address as a QR code: a data URI of an SVG image."""
    return segno.make(address, micro=False).svg_data_uri(scale=5)


def new_recovery_codes() -> tuple[str, ...]:
    """Each of 120 random bits, so that a plain hash is enough to keep (NIST SP 800-63B, 3.1.2.2)."""
    return tuple(_grouped(base64.b32encode(secrets.token_bytes(15)).decode().lower()) for _ in range(RECOVERY_CODES))


def digest_of(recovery_code: str) -> str:
    """What is kept of a recovery code, however it is written: SHA-256, in hex."""
    return hashlib.sha256(re.sub(r"[\s-]", "", recovery_code).lower().encode()).hexdigest()


def _grouped(text: str) -> str:
    return "-".join(text[at : at + 6] for at in range(0, len(text), 6))


def _authenticator(secret: str) -> TOTP:
    # SHA-1, six digits and thirty seconds are what every authenticator has.
    return TOTP(base64.b32decode(secret), 6, SHA1(), STEP)  # noqa: S303 # nosec B303
