"""How the audit tells texts that may be somebody's: by marks, which say nothing without the tenant's secret."""

import hashlib
import hmac
import re

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}")
NAME = re.compile(r"[a-z_][a-z_.]{0,59}")
VALUE = re.compile(r"[A-Za-z0-9 _.,:+-]{0,100}")


def told(text: str, harmless: "re.Pattern[str]", secret: bytes) -> str:
    """The text where it looks like what it should be; anything may stand in an address, and on a command line."""
    return text if harmless.fullmatch(text) else mark(text, secret)


def mark(text: str, secret: bytes) -> str:
    """The same for the same text; without the secret, which is destroyed with the tenant, it says nothing of it."""
    return "~" + hmac.new(secret, b"asked\0" + text.encode(errors="replace"), hashlib.sha256).hexdigest()[:12]
