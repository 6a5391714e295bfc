"""Signatures of what is sent to webhooks, as Standard Webhooks says (https://www.standardwebhooks.com), with which its
libraries in every language check them.

A webhook's secret is kept nowhere: it is made of the tenant's own, so that it can be told again.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from schemas.generated.integration.webhook import Webhook

OVERLAP = timedelta(days=1)
"""For how long after a change the secret before it signs too."""
_PREFIX = "whsec_"


def secret_of(tenant_secret: bytes, id: str, generation: int) -> bytes:
    """The 32 bytes of a webhook's secret, which was changed so often."""
    return hmac.digest(tenant_secret, f"webhook\0{id}\0{generation}".encode(), hashlib.sha256)


def written(secret: bytes) -> str:
    """A secret as receivers are given it."""
    return _PREFIX + base64.b64encode(secret).decode()


def secrets_of(tenant_secret: bytes, id: str, webhook: Webhook, now: datetime) -> list[bytes]:
    """Those that sign now, the newest first."""
    lately = webhook.rotated_at is not None and now - webhook.rotated_at < OVERLAP
    generations = [webhook.generation, webhook.generation - 1] if lately else [webhook.generation]
    return [secret_of(tenant_secret, id, generation) for generation in generations]


def headers(secrets: list[bytes], event_id: str, sent_at: int, body: bytes) -> dict[str, str]:
    """The headers of a request with this body. The id is the event's, the same each time it is sent; `sent_at` is in
    seconds since 1970."""
    signed = f"{event_id}.{sent_at}.".encode() + body
    signatures = [base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode() for secret in secrets]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(sent_at),
        "webhook-signature": " ".join(f"v1,{each}" for each in signatures),
    }
