"""Asks servers whose addresses a customer named: they may be slow, huge, hostile, or not what they were said to be.

No redirect is followed, an answer is bounded in size and time, and nothing but JSON is taken. An address is https,
whose certificate must be the host's, so that nothing inside this network answers in its name; plain http is for this
machine.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import httpx

from infra.settings import is_loopback

LONGEST = 5.0
"""Seconds until the whole answer must be there."""
LARGEST = 256 * 1024
"""Bytes of an answer."""


class Unreachable(Exception):
    """There is no answer that can be used; the message says why, without what was sent or answered.

    `status` is that of an answer that was no 200.
    """

    def __init__(self, why: str, status: int | None = None) -> None:
        super().__init__(why)
        self.status = status


def permitted(address: str) -> bool:
    """Whether an address may be asked at all."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    return host != "" and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


async def get(address: str) -> Mapping[str, Any]:
    """The JSON object at an address; raises Unreachable."""
    return await _ask("GET", address)


async def post(address: str, form: Mapping[str, str], basic: tuple[str, str] | None = None) -> Mapping[str, Any]:
    """The JSON object that answers a form, sent with a name and a password if these are given; raises Unreachable."""
    return await _ask("POST", address, form, basic)


async def _ask(
    method: str, address: str, form: Mapping[str, str] | None = None, basic: tuple[str, str] | None = None
) -> Mapping[str, Any]:
    if not permitted(address):
        raise Unreachable("its address is not https")
    # What the environment says of proxies holds for the world outside.
    outside = not is_loopback(urlsplit(address).hostname or "")
    headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "nexus360"}
    try:
        async with (
            asyncio.timeout(LONGEST),
            httpx.AsyncClient(timeout=LONGEST, follow_redirects=False, trust_env=outside) as client,
            client.stream(method, address, data=form, auth=basic, headers=headers) as answer,
        ):
            return await _object(answer)
    except TimeoutError as error:
        raise Unreachable(f"it did not answer within {LONGEST:g} s") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(type(error).__name__) from error


async def _object(answer: httpx.Response) -> Mapping[str, Any]:
    if answer.status_code != 200:
        raise Unreachable(f"it answered {answer.status_code}", answer.status_code)
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > LARGEST:
            raise Unreachable(f"its answer is larger than {LARGEST} bytes")
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreachable("its answer is no JSON") from error
    if not isinstance(found, dict):
        raise Unreachable("its answer is no JSON object")
    return cast(Mapping[str, Any], found)
