"""Starts a command processor: `nexus360 serve processor DOMAIN [--slot N]`."""

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import structlog
from confluent_kafka import Producer

from domains.kernel import Decider, deciders
from infra.collector import spare_the_collector
from infra.log import kafka, registry
from infra.log.codec import Codec
from infra.log.envelope import Vaults
from infra.log.topics import processor_group, replies_topic, topic
from infra.settings import Settings
from infra.vault import Vaults as SealedVaults
from streams.processor.assign import Place
from streams.processor.batch import Domain
from streams.processor.decide import rules_of
from streams.processor.loop import Astray, Clients, Fenced, Processor
from streams.processor.store import block_cache

SESSION_MS = 6000
_HEARTBEAT_MS = 500
"""The others learn this late that somebody has come or left, and until they have, a broker that dies forgets it."""
EXIT_STUCK = 5
_SETTLED_AFTER = 20.0
_STUCK_AFTER = 9.0
"""Seconds; longer than any one call of the client is allowed."""
_LARGEST_MESSAGE = 2_000_000


def run(domain: str, slot: int, settings: Settings) -> None:
    """Works until SIGTERM or SIGINT; raises when it cannot go on, with a sentence that says what to do."""
    vaults = SealedVaults(settings)
    name = f"{processor_group(settings.topic_prefix, domain)}.{slot}"
    structlog.contextvars.bind_contextvars(domain=domain, slot=slot)
    reads = partial(vaults.prefetch, make=False)  # whoever sent a command made the keys that it takes
    about = domain_of(settings, domain, registry.codec(settings), vaults, reads, deciders(domain))
    spare_the_collector()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _, __: stopped.set())
    try:
        while not stopped.is_set():
            _run_with(Processor(clients(settings, about, name), stopped))
    finally:
        vaults.close()


def _run_with(processor: Processor) -> None:
    """Comes back when stopped, when its clients have gone astray, or fenced if it had worked for a while or had been
    without a broker: a broker's restart can look like a second process.

    Two processes with one slot fence each other; the one that finds itself fenced soon after its start is the one that
    should not be there, and ends with `Fenced`.
    """
    began = time.monotonic()
    threading.Thread(target=_watch, args=(processor,), name="watch", daemon=True).start()
    try:
        processor.run()
    except Astray as error:
        structlog.get_logger("processor").warning("astray, beginning with new clients", error=str(error))
    except Fenced as error:
        if time.monotonic() - began < _SETTLED_AFTER and not processor.was_cut_off:
            raise
        structlog.get_logger("processor").warning("fenced, joining again", error=str(error))


def _watch(processor: Processor) -> None:
    """Ends the process when a call of the client never comes back; whoever keeps it starts it again. What counts is the
    time that passed here: a process that was stopped as a whole is not stuck, and finds out itself that it is late."""
    seen, silent = processor.turned, 0.0
    while silent < _STUCK_AFTER:
        time.sleep(1.0)
        silent = silent + 1.0 if processor.turned == seen else 0.0
        seen = processor.turned
    if not processor.ended:
        structlog.get_logger("processor").error("stuck, starting over", seconds=_STUCK_AFTER, where=_where())
        os._exit(EXIT_STUCK)


def _where() -> list[str]:
    """The lines at which the main thread is, the innermost last."""
    frame = sys._current_frames()[threading.main_thread().ident or 0]  # pyright: ignore[reportPrivateUsage]
    return [f"{each.filename}:{each.lineno} {each.name}" for each in traceback.extract_stack(frame)]


def domain_of(
    settings: Settings,
    name: str,
    codec: Codec,
    vaults: Vaults,
    prefetch: Callable[[str, Iterable[str]], None],
    rules: Mapping[str, Decider[Any, Any, Any]],
) -> Domain:
    """A domain with its topics under the settings' prefix."""
    prefix = settings.topic_prefix
    return Domain(
        name=name,
        commands_topic=topic(prefix, name, "commands"),
        events_topic=topic(prefix, name, "events"),
        snapshots_topic=topic(prefix, name, "snapshots"),
        dead_letters_topic=topic(prefix, name, "dead-letters"),
        partitions=settings.partitions,
        rules=rules_of(rules),
        codec=codec,
        vaults=vaults,
        prefetch=prefetch,
    )


def clients(settings: Settings, domain: Domain, name: str) -> Clients:
    """The clients of the processor whose slot has this name, and the places it works with."""
    prefix, group = settings.topic_prefix, processor_group(settings.topic_prefix, domain.name)
    place = Place(
        domain=domain,
        folder=settings.data / "processors" / name,
        cache=block_cache(),
        admin=lambda: kafka.admin(settings),
        consumer=kafka.consumer(
            settings,
            group,
            **{
                "group.instance.id": name,
                "session.timeout.ms": SESSION_MS,
                "heartbeat.interval.ms": _HEARTBEAT_MS,
                "partition.assignment.strategy": "range",
                "queued.min.messages": 10_000,
                "queued.max.messages.kbytes": 65_536,
            },
        ),
        reader=lambda: kafka.consumer(
            settings, f"{group}.restore", **{"enable.partition.eof": True, "fetch.wait.max.ms": 10}
        ),
    )
    return Clients(
        place=place,
        transactional=_transactional(settings, name),
        replies=_replies(settings),
        replies_topic=replies_topic(prefix),
    )


def _replies(settings: Settings) -> Producer:
    """An answer that comes twice is heard once, so that the producer needs no number of the broker's: one that has just
    come back gives none until half a second later."""
    return kafka.producer(settings, **{"linger.ms": 0, "enable.idempotence": False, **kafka.GATHERING})


def _transactional(settings: Settings, name: str) -> Callable[[kafka.Complaints], Producer]:
    """A transaction must not outlive its session: it would hold back whoever takes over the partitions."""

    def made(complaints: kafka.Complaints) -> Producer:
        limits = {"transaction.timeout.ms": SESSION_MS, "message.max.bytes": _LARGEST_MESSAGE}
        return kafka.transactional_producer(settings, name, error_cb=complaints, **limits)

    return made
