"""Makes Kafka clients. Every producer partitions like Java's, and every reader sees committed messages only."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from infra.settings import Settings

ClientSetting = str | int | float | bool
Complaints = Callable[[KafkaError], None]
"""Hears when a client is polled what went wrong with its brokers."""

# A client that found no broker for some seconds would come back to it ten seconds later: by then every call that has a
# timeout has failed, and begun the wait anew.
_COME_BACK: dict[str, ClientSetting] = {"reconnect.backoff.ms": 50, "reconnect.backoff.max.ms": 500}


_KNOWN_WITHIN = 1.0

GATHERING: dict[str, ClientSetting] = {"max.in.flight.requests.per.connection": 1}
"""For a producer of single messages: what comes while the broker answers travels together afterwards. A message that
comes alone waits for nobody, and many cost the broker few requests."""


def _broker(settings: Settings) -> dict[str, ClientSetting]:
    """Where the brokers are, and what they ask for. Names are checked; without a CA the system's authorities count."""
    given = {**_COME_BACK, "bootstrap.servers": settings.kafka, "security.protocol": settings.kafka_protocol}
    if settings.kafka_protocol.endswith("SSL"):
        files = {
            "ssl.ca.location": settings.ca,
            "ssl.certificate.location": settings.client_certificate,
            "ssl.key.location": settings.client_key,
        }
        given |= {name: str(path) for name, path in files.items() if path}
    if settings.kafka_protocol.startswith("SASL"):
        given |= {
            "sasl.mechanism": settings.kafka_mechanism,
            "sasl.username": settings.kafka_user,
            "sasl.password": settings.kafka_password.get_secret_value(),
        }
    return given


def producer(settings: Settings, **extra: ClientSetting | Complaints) -> Producer:
    """An idempotent producer, acks=all. `extra` are librdkafka settings by their own names, and the client's
    `error_cb`."""
    return Producer(
        {
            **_broker(settings),
            "partitioner": "murmur2_random",
            "enable.idempotence": True,
            "acks": "all",
            "linger.ms": 1,
            **extra,
        }
    )


def transactional_producer(settings: Settings, transactional_id: str, **extra: ClientSetting | Complaints) -> Producer:
    """A producer for read-process-write transactions; `init_transactions` fences its older namesakes.

    With the default back-off every transaction waits 100 ms, because the first message after a commit is answered
    "concurrent transactions" and retried. Lingering costs no time, since a commit flushes; without it, messages that
    are produced one after the other each become a request of their own.
    """
    return producer(settings, **{"transactional.id": transactional_id, "linger.ms": 20, "retry.backoff.ms": 1, **extra})


def consumer(settings: Settings, group: str, **extra: ClientSetting) -> Consumer:
    """A consumer that commits nothing by itself and fails rather than guess where to start."""
    return Consumer(
        {
            **_broker(settings),
            "group.id": group,
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "auto.offset.reset": "error",
            "allow.auto.create.topics": False,
            **extra,
        }
    )


def admin(settings: Settings, complaints: Complaints | None = None) -> AdminClient:
    """Keep a reference to it while its futures run. Quiet about a broker that is not there yet; `complaints` hears of
    it, and why a broker turned us away, when the client is polled."""
    heard: dict[str, Any] = {} if complaints is None else {"error_cb": complaints}
    return AdminClient({**_broker(settings), "log_level": 0, **heard})


def lasting_admin(settings: Settings) -> AdminClient:
    """One client for all looks: making one costs threads and a round of questions, and one that is dropped while it
    waits for an answer may bring the process down."""
    return _lasting(tuple(sorted((*_broker(settings).items(), ("log_level", 0)))))


@cache
def _lasting(given: tuple[tuple[str, ClientSetting], ...]) -> AdminClient:
    return AdminClient(dict(given))


def read_from(reader: Consumer, places: Sequence[TopicPartition]) -> None:
    """Has a consumer that is in nobody's group read these partitions, each from its offset on.

    Their topics are asked for before, which takes milliseconds: a client looks once a second for the leaders of topics
    that it does not know, so that the first message would come a second late. Where no broker answers now it does that.
    """
    with suppress(KafkaException):
        for topic in {place.topic for place in places}:
            reader.list_topics(topic, timeout=_KNOWN_WITHIN)
    reader.assign(list(places))


def arrived(reader: Consumer, timeout: float, most: int = 500) -> list[Message]:
    """What has arrived, as soon as something has. `consume` alone waits until it has all that it asked for."""
    first = reader.poll(timeout)
    return [] if first is None else [first, *reader.consume(most - 1, 0)]


def at_end(message: Message) -> bool:
    """Whether this tells of a partition's end; raises KafkaException for what cannot be retried."""
    error = message.error()
    if error is None:
        return False
    if error.code() == KafkaError._PARTITION_EOF:  # pyright: ignore[reportPrivateUsage]
        return True
    if not error.retriable():
        raise KafkaException(error)
    return False
