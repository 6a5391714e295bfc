"""A log in memory: events as the processor would have recorded them, and strategies that make them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from hypothesis import strategies as st

from infra.log.envelope import Recorded
from schemas.built_in_pipeline import PROSPECTING
from schemas.contract import PlainVault, contracts
from schemas.generated.common import ForecastCategory, Money, StageKind
from schemas.generated.crm.deal import (
    DealAmountChanged,
    DealAssigned,
    DealEngaged,
    DealEvent,
    DealLost,
    DealMoved,
    DealOpened,
    DealPlanned,
    DealRemoved,
    DealReopened,
    DealWon,
    Place,
)

DAY = timedelta(days=1)
START = datetime(2017, 1, 1, tzinfo=UTC)
VAULT = PlainVault()
PLACE = Place(
    stage_id="two",
    stage_name="Two",
    pipeline_id="p",
    pipeline_version=3,
    kind=StageKind.OPEN,
    probability=33,
    category=ForecastCategory.BEST_CASE,
    rots_after_days=10,
)


def day(n: float) -> datetime:
    """Noon-less day n of 2017, UTC."""
    return START + n * DAY


def usd(amount: int | str) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


def aggregate_of(event: Any) -> tuple[str, str, str]:
    """(domain, aggregate, id) of an event of the domains that tests use."""
    contract = next(c for c in contracts().values() if type(event) in c.events)
    return contract.domain, contract.aggregate, getattr(event, contract.id_field)


def recorded(
    event: Any, *, offset: int, version: int, recorded_at: datetime, tenant: str = "acme", partition: int = 0
) -> Recorded:
    """The event as the log would hold it; its value is empty."""
    domain, aggregate, id = aggregate_of(event)
    return Recorded(
        event=event,
        tenant=tenant,
        aggregate=aggregate,
        id=id,
        version=version,
        event_id=str(uuid5(NAMESPACE_URL, f"{tenant}{domain}{partition}/{offset}")),
        type=event.NAME,
        occurred_at=event.at,
        recorded_at=recorded_at,
        topic=f"{domain}.events",
        partition=partition,
        offset=offset,
        command_id=str(uuid5(NAMESPACE_URL, f"command {offset}")),
        correlation_id="correlation",
        causation_id="cause",
        actor="key:acme",
        value=b"",
        key=f"{tenant}/{aggregate}/{id}".encode(),
    )


def log_of(
    events: Iterable[Any], recorded_at: Sequence[datetime] | None = None, tenant: str = "acme"
) -> list[Recorded]:
    """Events as one partition holds them: versions count per record, recorded times rise unless given."""
    versions: dict[tuple[str, str, str], int] = {}
    log: list[Recorded] = []
    for offset, event in enumerate(events):
        key = aggregate_of(event)
        versions[key] = versions.get(key, 0) + 1
        at = day(1000 + offset) if recorded_at is None else recorded_at[offset]
        log.append(recorded(event, offset=offset, version=versions[key], recorded_at=at, tenant=tenant))
    return log


def opened(deal_id: str = "d1", at: datetime = START, **changes: Any) -> DealOpened:
    fields: dict[str, Any] = {
        "name": "Big",
        "company_id": "c1",
        "product_id": "p1",
        "owner_id": "u1",
        "amount": None,
        **changes,
    }
    return DealOpened(deal_id=deal_id, at=at, **fields)


def deal_events(deal_id: str = "d1", days: int = 10) -> st.SearchStrategy[DealEvent]:
    """Any deal event, sensible or not, on one of a few days: views must bear every order."""
    at = st.integers(0, days).map(day)
    amounts = st.integers(1, 5).map(usd)
    owners = st.sampled_from(["u1", "u2"])
    return st.one_of(
        st.builds(opened, st.just(deal_id), at, amount=st.none() | amounts),
        st.builds(DealEngaged, deal_id=st.just(deal_id), owner_id=owners, at=at),
        st.builds(DealWon, deal_id=st.just(deal_id), owner_id=owners, amount=amounts, at=at),
        st.builds(DealLost, deal_id=st.just(deal_id), owner_id=owners, reason=st.just("price"), at=at),
        st.builds(DealReopened, deal_id=st.just(deal_id), owner_id=owners, at=at),
        st.builds(
            DealMoved,
            deal_id=st.just(deal_id),
            owner_id=owners,
            from_pipeline_id=st.just("p"),
            from_stage_id=st.just("one"),
            place=st.sampled_from([PROSPECTING, PLACE]),
            at=at,
        ),
        st.builds(
            DealPlanned,
            deal_id=st.just(deal_id),
            next_step=st.none() | st.just("Call"),
            forecast_category=st.none() | st.just(ForecastCategory.COMMIT),
            at=at,
        ),
        st.builds(DealAmountChanged, deal_id=st.just(deal_id), amount=amounts, at=at),
        st.builds(
            DealAssigned,
            deal_id=st.just(deal_id),
            owner_id=owners,
            previous_owner_id=st.just("u1"),
            open=st.booleans(),
            at=at,
        ),
        st.builds(DealRemoved, deal_id=st.just(deal_id), owner_id=owners, at=at),
    )


def histories(deal_id: str = "d1", size: int = 12) -> st.SearchStrategy[list[Recorded]]:
    """A deal's events in log order, with business times in any order and recorded times that rise or stay."""

    def build(events: list[DealEvent], gaps: list[int]) -> list[Recorded]:
        times: list[datetime] = []
        at = 100
        for gap in gaps[: len(events)]:
            at += gap
            times.append(day(at))
        return log_of(events, times)

    return st.builds(
        build,
        st.lists(deal_events(deal_id), min_size=1, max_size=size),
        st.lists(st.integers(0, 2), min_size=size, max_size=size),
    )
