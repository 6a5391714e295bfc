"""Asks servers whose addresses a customer named: they may be slow, huge, hostile, or not what they were said to be.

No redirect is followed, an answer is bounded in size and time, and nothing but JSON is taken. An address is https,
whose certificate must be the host's, so that nothing inside this network answers in its name; plain http is for this
machine. A name that leads inside is not asked at all, where no proxy looks it up. It is looked up once, and asked
where it led then, so that it leads nowhere else a moment later.
"""

import asyncio
import ipaddress
import json
import os
import socket
import ssl
import urllib.request
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from urllib.parse import urlsplit

import httpx

from infra.settings import Settings, is_loopback

LONGEST = 5.0
"""Seconds until the whole answer must be there."""
LARGEST = 256 * 1024
"""Bytes of an answer."""
_STAYS = 2.0
"""Seconds for which a connection is kept that nothing goes over: less than servers keep them, most for five and more,
so that none is closed there while a question is on its way."""


@dataclass(frozen=True, slots=True)
class Within:
    """Where servers may be beside the world outside: on this machine, and, if names lead there, in this network."""

    machine: bool = False
    network: bool = False


WORLD = Within()


def within(settings: Settings) -> Within:
    """Where servers that tenants name may be: on this machine where all who sign in are on it. Whoever runs a tenant
    names them, and would have a gateway that others come to ask what stands beside it."""
    home = urlsplit(settings.public_url).hostname if settings.public_url else settings.gateway_host
    return Within(machine=is_loopback(home or ""), network=settings.provider_addresses == "any")


class Unreachable(Exception):
    """There is no answer that can be used; the message says why, without what was sent or answered.

    `status` is that of an answer that was no 200.
    """

    def __init__(self, why: str, status: int | None = None) -> None:
        super().__init__(why)
        self.status = status


def permitted(address: str, within: Within = WORLD) -> bool:
    """Whether an address may be asked at all, as far as it tells itself."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if is_loopback(host):
        return within.machine and parts.scheme in ("https", "http")
    return host != "" and parts.scheme == "https" and not _is_inward(host)


def _is_inward(host: str) -> bool:
    """Whether it is the number of an address that is not everybody's: no server has a certificate for it."""
    try:
        return not _is_outside(host)
    except ValueError:
        return False


def _is_outside(address: str) -> bool:
    """Whether an address is one of the world outside; ValueError for what is none."""
    found = _number(address)
    return found.is_global and not found.is_multicast


def _is_near(address: str) -> bool:
    """Whether an address is one of this network, and not of this machine or its wire."""
    found = _number(address)
    apart = found.is_loopback or found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved
    return found.is_private and not apart


def _number(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    found = ipaddress.ip_address(address)
    return found if isinstance(found, ipaddress.IPv4Address) else found.ipv4_mapped or found


async def get(address: str, within: Within = WORLD) -> Mapping[str, Any]:
    """The JSON object at an address; raises Unreachable."""
    return await _ask("GET", address, within)


async def post(
    address: str, form: Mapping[str, str], basic: tuple[str, str] | None = None, within: Within = WORLD
) -> Mapping[str, Any]:
    """The JSON object that answers a form, sent with a name and a password if these are given; raises Unreachable."""
    return await _ask("POST", address, within, form, basic)


async def _ask(
    method: str,
    address: str,
    within: Within,
    form: Mapping[str, str] | None = None,
    basic: tuple[str, str] | None = None,
) -> Mapping[str, Any]:
    wanted = {"Accept": "application/json"}
    return _object(await exchange(Question(method, address, wanted, form, basic, LONGEST, LARGEST), within))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: `basic` are a name and a password; within `longest` seconds the whole answer must be there, and it
    may have `largest` bytes. `body` is a form, or what it is as bytes."""

    method: str
    address: str
    headers: Mapping[str, str]
    body: Mapping[str, str] | bytes | None
    basic: tuple[str, str] | None
    longest: float
    largest: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered. Names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def exchange(asked: Question, within: Within) -> Answer:
    """The answer of a server, whatever its status; raises Unreachable."""
    async with line(asked.address, within) as made:
        return await made.ask(asked)


@dataclass(frozen=True, slots=True)
class Line:
    """A way to one host, whose connections stay open between two questions that follow soon."""

    _host: str
    _within: Within
    _looks_up: bool
    _client: httpx.AsyncClient

    async def ask(self, asked: Question) -> Answer:
        """The answer of the host, whatever its status; raises Unreachable."""
        if not permitted(asked.address, self._within):
            raise Unreachable("its address is not https, or leads inside")
        assert urlsplit(asked.address).hostname == self._host
        try:
            async with asyncio.timeout(asked.longest):
                places = await addresses_of(self._host, self._within) if self._looks_up else [self._host]
                return await _answered(self._client, asked, places)
        except TimeoutError as error:
            raise Unreachable(f"it did not answer within {asked.longest:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(type(error).__name__) from error


@asynccontextmanager
async def line(address: str, within: Within) -> AsyncGenerator[Line]:
    """The way to the host of an address: to itself, or to where its name leads at each question. What the environment
    says of proxies holds for the world outside, and what it says of authorities there, too."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        host = ""  # which nobody may ask
    outside = not is_loopback(host)
    looks_up = outside and not by_proxy(host)
    async with httpx.AsyncClient(
        verify=_authorities(outside, os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")),
        limits=httpx.Limits(keepalive_expiry=_STAYS),
        follow_redirects=False,
        trust_env=outside and not looks_up,  # a proxy would be asked for a number
    ) as client:
        yield Line(host, within, looks_up, client)


@cache
def _authorities(outside: bool, *_environment: str | None) -> ssl.SSLContext:
    """Who vouches for servers. To read them takes longer than to ask, so that is done once."""
    return httpx.create_ssl_context(trust_env=outside)


async def _answered(client: httpx.AsyncClient, asked: Question, places: Sequence[str]) -> Answer:
    """The answer of the first place that takes a connection. Its certificate is that of the host, wherever it is."""
    url = httpx.URL(asked.address)
    headers = {"Accept-Encoding": "identity", "User-Agent": "nexus360", **asked.headers, "Host": url.netloc.decode()}
    body: dict[str, Any] = {"content" if isinstance(asked.body, bytes) else "data": asked.body}
    given: dict[str, Any] = {"headers": headers, "auth": asked.basic, "timeout": asked.longest, **body}
    for left, place in enumerate(places, 1 - len(places)):
        try:
            async with client.stream(
                asked.method, url.copy_with(host=place), extensions={"sni_hostname": url.host}, **given
            ) as answer:
                return await _read(answer, asked.largest)
        except httpx.ConnectError:
            if not left:
                raise
    raise Unreachable("its name leads nowhere")


def by_proxy(host: str) -> bool:
    """Whether the environment names somebody else who asks for us, and looks names up."""
    proxies = urllib.request.getproxies()
    return not proxies.keys().isdisjoint(("https", "all")) and not urllib.request.proxy_bypass(host)


async def addresses_of(host: str, within: Within) -> Sequence[str]:
    """Where a name leads to, when all of that may be asked; raises Unreachable."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable("nobody knows its name") from error
    addresses = [*dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found)]
    for address in addresses:
        if not _is_outside(address) and not (within.network and _is_near(address)):
            raise Unreachable("its name leads inside; NEXUS_PROVIDER_ADDRESSES says whether that may be")
    return addresses


async def _read(answer: httpx.Response, largest: int) -> Answer:
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > largest:
            raise Unreachable(f"its answer is larger than {largest} bytes")
    return Answer(answer.status_code, dict(answer.headers), bytes(body))


def _object(answer: Answer) -> Mapping[str, Any]:
    if answer.status != 200:
        raise Unreachable(f"it answered {answer.status}", answer.status)
    try:
        found: Any = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise Unreachable("its answer is no JSON") from error
    if not isinstance(found, dict):
        raise Unreachable("its answer is no JSON object")
    return cast(Mapping[str, Any], found)
