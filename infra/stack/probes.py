"""How a server is asked whether it is there: by its own protocol, since an open port says little."""

import base64
import json
import urllib.request
from typing import cast

from pydantic import SecretStr

from infra import tls
from infra.settings import Settings


def http(settings: Settings, url: str, authorization: str = "") -> dict[str, object] | None:
    """What a URL answers, as an object; {} for an answer that is none, None while it does not answer."""
    asked = urllib.request.Request(url)  # noqa: S310 - an address from our own settings
    if authorization:
        asked.add_header("Authorization", authorization)
    checked = tls.client_context(settings) if url.startswith("https:") else None
    try:
        with urllib.request.urlopen(asked, timeout=2, context=checked) as answer:  # noqa: S310 - as above
            told: object = json.load(answer)
    except (OSError, ValueError):
        return None
    return cast(dict[str, object], told) if isinstance(told, dict) else {}


def basic(user: str, password: SecretStr) -> str:
    """The header of RFC 7617; "" for nobody."""
    if not user:
        return ""
    return f"Basic {base64.b64encode(f'{user}:{password.get_secret_value()}'.encode()).decode()}"
