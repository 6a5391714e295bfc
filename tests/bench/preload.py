"""A long log, written in bulk: events in a processor's own form, such as deals from their opening to the day they were
won."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from infra.log import headers as h
from infra.log import kafka
from infra.log.codec import Codec
from infra.log.envelope import key_of
from infra.log.partitioner import partition_of
from infra.log.registry import ids
from infra.log.topics import topic
from infra.settings import Settings
from schemas.contract import PlainVault, Vault
from schemas.generated.common import Money
from schemas.generated.crm.deal import DealAmountChanged, DealEngaged, DealEvent, DealOpened, DealWon

LIFE = 4
"""Events of one deal."""
FIRST = datetime(2017, 1, 1, tzinfo=UTC)
_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of an aggregate, and the version that it brings the aggregate to."""

    aggregate: str
    id: str
    version: int
    event: Any


def deal_id(number: int) -> str:
    return f"deal-{number}"


def fill(settings: Settings, tenant: str, events: int) -> int:
    """Commits about so many events of the CRM, a thousand in a transaction; gives how many there are."""
    deals = max(1, events // LIFE)
    lives = (each for first in range(0, deals, _AT_ONCE) for each in _lives(range(first, min(deals, first + _AT_ONCE))))
    return write(settings, tenant, lives, PlainVault())


def write(settings: Settings, tenant: str, happenings: Iterable[Happening], vault: Vault) -> int:
    """Commits events in this order, a thousand in a transaction, recorded a millisecond after one another; gives how
    many there are. Keys of whoever they are about are the vault's concern."""
    codec, count, rest = Codec(ids(settings)), 0, iter(happenings)
    writer = kafka.transactional_producer(settings, f"{settings.topic_prefix}preload", **_IN_BULK)
    writer.init_transactions(30)
    while batch := list(islice(rest, _AT_ONCE * LIFE)):
        writer.begin_transaction()
        for each in batch:
            domain, key = str(each.event.NAME).partition(".")[0], key_of(tenant, each.aggregate, each.id)
            name, place = topic(settings.topic_prefix, domain, "events"), partition_of(key, settings.partitions)
            count += 1
            writer.produce(name, codec.encode(each.event, vault), key, place, headers=_headers(tenant, each, count))
        writer.commit_transaction()
    return count


# Not lz4, which the projector reads only where a library is there that we do not ask for.
_IN_BULK = {"queue.buffering.max.messages": 100_000, "compression.type": "gzip"}


def _lives(numbers: range) -> Iterator[Happening]:
    """The openings of all first."""
    for version in range(1, LIFE + 1):
        for number in numbers:
            yield Happening("deal", deal_id(number), version, _event(number, version))


def _event(number: int, version: int) -> DealEvent:
    deal, owner, amount = (
        deal_id(number),
        f"u{number % 50}",
        Money(amount=Decimal(number % 9_000 + 100), currency="USD"),
    )
    at = FIRST + timedelta(minutes=number % 500_000, days=version)
    match version:
        case 1:
            return DealOpened(deal_id=deal, name=f"Deal number {number}", owner_id=owner, amount=amount, at=at)
        case 2:
            return DealEngaged(deal_id=deal, owner_id=owner, at=at)
        case 3:
            return DealAmountChanged(deal_id=deal, amount=amount, at=at)
        case _:
            return DealWon(deal_id=deal, owner_id=owner, amount=amount, at=at)


def _headers(tenant: str, each: Happening, number: int) -> h.Headers:
    command, domain = str(UUID(int=number)).encode(), str(each.event.NAME).partition(".")[0]
    recorded = FIRST + timedelta(days=3000, milliseconds=number)
    return [
        (h.CE_SUBJECT, f"{each.aggregate}/{each.id}".encode()),
        (h.TENANT, tenant.encode()),
        (h.CORRELATION_ID, command),
        (h.ACTOR, b"key:preload"),
        (h.CE_SOURCE, f"/{domain}".encode()),
        (h.CE_SPECVERSION, h.SPEC_VERSION),
        (h.CE_RECORDEDTIME, h.time_text(recorded).encode()),
        (h.COMMAND_ID, command),
        (h.CAUSATION_ID, command),
        (h.CE_ID, command),
        (h.CE_TYPE, each.event.NAME.encode()),
        (h.CE_TIME, h.time_text(each.event.at).encode()),
        (h.AGGREGATE_VERSION, b"%d" % each.version),
    ]
