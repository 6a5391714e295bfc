"""A long log, written in bulk: deals from their opening to the day they were won, in a processor's own form."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from infra.log import headers as h
from infra.log import kafka
from infra.log.codec import Codec
from infra.log.envelope import key_of
from infra.log.partitioner import partition_of
from infra.log.registry import ids
from infra.log.topics import topic
from infra.settings import Settings
from schemas.contract import PlainVault
from schemas.generated.common import Money
from schemas.generated.crm.deal import DealAmountChanged, DealEngaged, DealEvent, DealOpened, DealWon

LIFE = 4
"""Events of one deal."""
_FIRST = datetime(2017, 1, 1, tzinfo=UTC)
_AT_ONCE = 250
_VAULT = PlainVault()


def deal_id(number: int) -> str:
    return f"deal-{number}"


def fill(settings: Settings, tenant: str, events: int) -> int:
    """Commits about so many events of the CRM, a thousand in a transaction; gives how many there are."""
    codec, deals = Codec(ids(settings)), max(1, events // LIFE)
    name = topic(settings.topic_prefix, "crm", "events")
    writer = kafka.transactional_producer(settings, f"{settings.topic_prefix}preload", **_IN_BULK)
    writer.init_transactions(30)
    for first in range(0, deals, _AT_ONCE):
        writer.begin_transaction()
        for number, version, event in _lives(range(first, min(deals, first + _AT_ONCE))):
            key = key_of(tenant, "deal", event.deal_id)
            place = partition_of(key, settings.partitions)
            headers = _headers(tenant, event, number * LIFE + version, version)
            writer.produce(name, codec.encode(event, _VAULT), key, place, headers=headers)
        writer.commit_transaction()
    return deals * LIFE


_IN_BULK = {"queue.buffering.max.messages": 100_000, "compression.type": "lz4"}


def _lives(numbers: range) -> Iterator[tuple[int, int, DealEvent]]:
    """(number of the deal, version, event), the openings of all first."""
    for version in range(1, LIFE + 1):
        for number in numbers:
            yield number, version, _event(number, version)


def _event(number: int, version: int) -> DealEvent:
    deal, owner, amount = (
        deal_id(number),
        f"u{number % 50}",
        Money(amount=Decimal(number % 9_000 + 100), currency="USD"),
    )
    at = _FIRST + timedelta(minutes=number % 500_000, days=version)
    match version:
        case 1:
            return DealOpened(deal_id=deal, name=f"Deal number {number}", owner_id=owner, amount=amount, at=at)
        case 2:
            return DealEngaged(deal_id=deal, owner_id=owner, at=at)
        case 3:
            return DealAmountChanged(deal_id=deal, amount=amount, at=at)
        case _:
            return DealWon(deal_id=deal, owner_id=owner, amount=amount, at=at)


def _headers(tenant: str, event: DealEvent, number: int, version: int) -> h.Headers:
    command = str(UUID(int=number)).encode()
    recorded = _FIRST + timedelta(days=1000, milliseconds=number)
    return [
        (h.CE_SUBJECT, f"deal/{event.deal_id}".encode()),
        (h.TENANT, tenant.encode()),
        (h.CORRELATION_ID, command),
        (h.ACTOR, b"key:preload"),
        (h.CE_SOURCE, b"/crm"),
        (h.CE_SPECVERSION, h.SPEC_VERSION),
        (h.CE_RECORDEDTIME, h.time_text(recorded).encode()),
        (h.COMMAND_ID, command),
        (h.CAUSATION_ID, command),
        (h.CE_ID, command),
        (h.CE_TYPE, event.NAME.encode()),
        (h.CE_TIME, h.time_text(event.at).encode()),
        (h.AGGREGATE_VERSION, b"%d" % version),
    ]
