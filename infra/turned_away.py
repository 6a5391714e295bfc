# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false
"""Asks every server once whether it lets us in, and says in a sentence why one does not.

A server that is silent is no concern here: whoever needs it waits for it. One that turns us away will do so for ever.
"""

import re
import socket
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import elasticsearch
import httpx
import psycopg
import redis
from confluent_kafka import KafkaError, KafkaException

from infra import addresses, postgres, search, tls
from infra.log import kafka
from infra.redis import blocking_client
from infra.settings import PARTS, Settings

Words = str
"""What a client said of a refusal; "" when there was none."""

_UNTRUSTED = re.compile(
    r"certificate verify failed|certificate.{0,40}(unknown|not trusted|does not match)|root.cert", re.I
)
_WANTS_TLS = "it greets with TLS"
_PLAIN = re.compile(rf"no encryption|might require (SASL|SSL)|{_WANTS_TLS}", re.I)
_TLS = re.compile(r"wrong.version.number|PLAINTEXT broker listener|does not support SSL|record layer failure", re.I)
_UNKNOWN = re.compile(r"authenticat|password|unauthori[sz]ed|\b401\b|WRONGPASS|NOAUTH", re.I)
_FORBIDDEN = re.compile(r"authori[sz]ation failed|forbidden|\b403\b|permission|NOPERM", re.I)


class TurnedAway(Exception):
    """Servers that do not let us in; one sentence for each."""


def check(settings: Settings) -> None:
    """Returns when no server turns us away. Raises TurnedAway."""

    def ask(part: str) -> str:
        words = _ASK[part](settings)
        return sentence(settings, part, words + _hint(settings, part)) if words else ""

    with ThreadPoolExecutor(len(PARTS)) as pool:
        told = list(pool.map(ask, PARTS))
    if complaints := [each for each in told if each]:
        raise TurnedAway("\n".join(complaints))


def _hint(settings: Settings, part: str) -> Words:
    """A client that speaks without TLS to a server that wants it hears nothing, or that the line was cut."""
    where = str(getattr(settings, part))
    if part == "postgres" or not addresses.readable(part, where, settings.kafka_protocol):
        return ""
    asking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    asking.check_hostname, asking.verify_mode = False, ssl.CERT_NONE  # nothing is sent but greetings
    host, port = addresses.first_door(where)
    try:
        with socket.create_connection((host, port), timeout=2) as line, asking.wrap_socket(line):
            return f"; {_WANTS_TLS}"
    except OSError:
        return ""


def sentence(settings: Settings, part: str, words: Words) -> str:
    """What to do about a client's words; "" when they tell of no refusal."""
    where, name = f"{part} at {getattr(settings, part)}", part.upper()
    if _UNTRUSTED.search(words):
        return (
            f"The certificate of {where} is not trusted. Set NEXUS_CA to the file of the authority that signed it, and "
            f"NEXUS_{name} to the name that it was made for."
        )
    if _TLS.search(words):
        return f"{where} does not speak TLS, and the settings say that it does. Correct NEXUS_{name}."
    if _PLAIN.search(words):
        return f"{where} wants TLS. {addresses.WITH_TLS[part]}."
    if _UNKNOWN.search(words):
        return f"{where} does not know us. Check {_who(part)}."
    if _FORBIDDEN.search(words):
        return f"{where} does not permit what the platform does. Give its user the rights that docs/security.md names."
    return ""


def _who(part: str) -> str:
    user = "the user in NEXUS_POSTGRES" if part == "postgres" else f"NEXUS_{part.upper()}_USER"
    return f"{user} and NEXUS_{part.upper()}_PASSWORD"


def _kafka(settings: Settings) -> Words:
    heard: list[KafkaError] = []
    client = kafka.admin(settings, heard.append)
    try:
        client.list_topics(timeout=5)
    except KafkaException as error:
        heard.append(error.args[0])
        client.poll(0.1)
        return "; ".join(each.str() for each in heard)
    return ""


def _postgres(settings: Settings) -> Words:
    try:
        postgres.administrator(settings).close()
    except psycopg.OperationalError as error:
        return str(error)
    return ""


def _redis(settings: Settings) -> Words:
    with closing(blocking_client(settings)) as client:
        try:
            client.ping()
        except redis.RedisError as error:
            return str(error)
    return ""


def _registry(settings: Settings) -> Words:
    who = (settings.registry_user, settings.registry_password.get_secret_value()) if settings.registry_user else None
    try:
        checked = tls.client_context(settings)
        httpx.get(f"{settings.registry}/subjects", auth=who, verify=checked, timeout=5).raise_for_status()
    except httpx.HTTPError as error:
        return str(error)
    return ""


def _elasticsearch(settings: Settings) -> Words:
    with closing(search.blocking_client(settings)) as client:
        try:
            client.options(request_timeout=5).info()
        except (elasticsearch.ApiError, elasticsearch.TransportError) as error:
            return repr(error)
    return ""


_ASK: Mapping[str, Callable[[Settings], Words]] = {
    "kafka": _kafka,
    "registry": _registry,
    "postgres": _postgres,
    "redis": _redis,
    "elasticsearch": _elasticsearch,
}
