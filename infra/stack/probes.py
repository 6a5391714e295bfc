"""How a server is asked whether it is there: by its own protocol, since an open port says little."""

import json
import socket
import urllib.request
from typing import cast


def http(url: str) -> dict[str, object] | None:
    """What a URL answers, as an object; {} for an answer that is none, None while it does not answer."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - an address from our own settings
            told: object = json.load(answer)
    except (OSError, ValueError):
        return None
    return cast(dict[str, object], told) if isinstance(told, dict) else {}


def ask(host: str, port: int, question: bytes) -> bytes:
    """The beginning of what a port answers; empty while it does not."""
    try:
        with socket.create_connection((host, port), timeout=2) as connection:
            connection.sendall(question)
            return connection.recv(4096)
    except OSError:
        return b""
