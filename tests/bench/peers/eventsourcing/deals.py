"""Deals with the library `eventsourcing`: aggregate, application, projection and materialised view, as its tutorial
and its page on projections have them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection
from eventsourcing.utils import get_topic

CREATE_TABLE = (
    "CREATE TABLE IF NOT EXISTS deals (id text PRIMARY KEY, name text NOT NULL, owner text NOT NULL, "
    "company text NOT NULL, product text NOT NULL, amount numeric, stage text NOT NULL, version bigint NOT NULL, "
    "recorded_at timestamptz NOT NULL, projected_at timestamptz NOT NULL)"
)
INSERT = (
    "INSERT INTO deals VALUES (%(id)s, %(name)s, %(owner)s, %(company)s, %(product)s, NULL, 'PROSPECTING', 1, "
    "%(recorded_at)s, clock_timestamp())"
)
UPDATE = (
    "UPDATE deals SET stage = %(stage)s, amount = coalesce(%(amount)s, amount), version = %(version)s, "
    "recorded_at = %(recorded_at)s, projected_at = clock_timestamp() WHERE id = %(id)s"
)


class Deal(Aggregate):
    """Prospecting, then Engaging, then Won or Lost."""

    class Opened(Aggregate.Created):
        deal_id: UUID
        name: str
        owner: str
        company: str
        product: str
        at: datetime

    class Engaged(Aggregate.Event):
        at: datetime

    class Won(Aggregate.Event):
        amount: Decimal
        at: datetime

    class Lost(Aggregate.Event):
        at: datetime

    @event(Opened)
    def __init__(self, deal_id: UUID, name: str, owner: str, company: str, product: str, at: datetime) -> None:
        self.name, self.owner, self.company, self.product = name, owner, company, product
        self.amount: Decimal | None = None
        self.stage, self.changed_at = "PROSPECTING", at

    @staticmethod
    def create_id(deal_id: UUID) -> UUID:
        return deal_id

    def engage(self, at: datetime) -> None:
        self.must_be("PROSPECTING")
        self._engage(at)

    def win(self, amount: Decimal, at: datetime) -> None:
        self.must_be("ENGAGING")
        self._win(amount, at)

    def lose(self, at: datetime) -> None:
        self.must_be("ENGAGING")
        self._lose(at)

    def must_be(self, stage: str) -> None:
        if self.stage != stage:
            raise ValueError(f"The deal is {self.stage}, not {stage}.")

    @event(Engaged)
    def _engage(self, at: datetime) -> None:
        self.stage, self.changed_at = "ENGAGING", at

    @event(Won)
    def _win(self, amount: Decimal, at: datetime) -> None:
        self.stage, self.amount, self.changed_at = "WON", amount, at

    @event(Lost)
    def _lose(self, at: datetime) -> None:
        self.stage, self.changed_at = "LOST", at


def opened(step: Mapping[str, Any]) -> Deal:
    """A new deal, not saved yet, as a line of the work says."""
    names = {name: step[name] for name in ("name", "owner", "company", "product")}
    return Deal(deal_id=UUID(step["deal"]), at=datetime.fromisoformat(step["at"]), **names)


def decide(deal: Deal, step: Mapping[str, Any]) -> None:
    """Triggers the event of a line that is about a deal which exists."""
    at = datetime.fromisoformat(step["at"])
    match step["kind"]:
        case "engage":
            deal.engage(at)
        case "win":
            deal.win(Decimal(step["amount"]), at)
        case "lose":
            deal.lose(at)
        case kind:
            raise ValueError(f"There is no command {kind}.")


class Deals(Application[UUID]):
    """Loads the aggregate, lets it decide and saves its event; the primary key refuses a version that exists."""

    def handle(self, step: Mapping[str, Any]) -> None:
        if step["kind"] == "open":
            self.save(opened(step))
        else:
            deal: Deal = self.repository.get(UUID(step["deal"]))
            decide(deal, step)
            self.save(deal)


class DealsView(PostgresTrackingRecorder):
    """The table `deals`; a row and the position of its event are committed together."""

    def _create_table(self, curs: Any) -> None:
        super()._create_table(curs)
        curs.execute(CREATE_TABLE)

    def put(self, statement: str, values: Mapping[str, Any], tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as curs:
            self._insert_tracking(curs, tracking)
            curs.execute(statement, values, prepare=True)


class DealsProjection(Projection[DealsView]):
    name = "deals"
    topics = tuple(get_topic(each) for each in (Deal.Opened, Deal.Engaged, Deal.Won, Deal.Lost))

    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        raise NotImplementedError(f"{domain_event} is none of the topics.")

    @process_event.register
    def _(self, domain_event: Deal.Opened, tracking: Tracking) -> None:
        names = {name: getattr(domain_event, name) for name in ("name", "owner", "company", "product")}
        values = {"id": str(domain_event.originator_id), "recorded_at": domain_event.timestamp, **names}
        self.view.put(INSERT, values, tracking)

    @process_event.register
    def _(self, domain_event: Deal.Engaged, tracking: Tracking) -> None:
        self._to("ENGAGING", None, domain_event, tracking)

    @process_event.register
    def _(self, domain_event: Deal.Won, tracking: Tracking) -> None:
        self._to("WON", domain_event.amount, domain_event, tracking)

    @process_event.register
    def _(self, domain_event: Deal.Lost, tracking: Tracking) -> None:
        self._to("LOST", None, domain_event, tracking)

    def _to(self, stage: str, amount: Decimal | None, domain_event: Any, tracking: Tracking) -> None:
        values = {
            "id": str(domain_event.originator_id),
            "stage": stage,
            "amount": amount,
            "version": domain_event.originator_version,
            "recorded_at": domain_event.timestamp,
        }
        self.view.put(UPDATE, values, tracking)
