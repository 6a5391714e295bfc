"""What holds for every decider, whatever is asked of it in whatever order.

Commands are drawn from few names, days and amounts, so that they meet each other's records; now and then anything at
all is drawn. That the draw is not in vain is a test of its own: every event must come of it.
"""

import dataclasses
import functools
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from domains.integration.import_job import TARGETS
from domains.kernel import Decider, Rejected, deciders, execute
from schemas.contract import ERASED, CommandContract, FieldContract, contracts, domains, fields
from schemas.generated.common import (
    BillingInterval,
    BookTerms,
    ContactPoint,
    Conversion,
    CustomValue,
    DealOutcome,
    FieldKind,
    ForecastCategory,
    ListedPrice,
    ListedReason,
    Money,
    PipelineRules,
    PipelineStage,
    PostalAddress,
    PriceList,
    StageKind,
)
from schemas.generated.crm.deal import AskedLine, DealRole, OpenDeal, Split, Stage
from schemas.generated.crm.price_book import BookPrice
from tests.log import round_trip
from tests.records import records, values
from tests.spec import fold

DECIDERS = [decider for domain in domains() for decider in deciders(domain).values()]
DRAWN = 200
"""Commands of each kind that a search for events chooses from."""
STEPS = 200_000
"""After which a search for events gives up."""
OF_EACH = pytest.mark.parametrize("decider", DECIDERS, ids=lambda d: d.contract.aggregate)


def few_points(*values: str) -> st.SearchStrategy[Any]:
    one = st.builds(ContactPoint, value=st.sampled_from(values), primary=st.booleans())
    return st.none() | st.just(ERASED) | st.lists(one, max_size=2).map(tuple)


HALVES = (Split(user_id="one", percent="50"), Split(user_id="two", percent="50"))
SHORT = PipelineRules(
    pipeline_id="one",
    version=1,
    stages=(
        PipelineStage(stage_id="first", name="First", kind=StageKind.OPEN),
        PipelineStage(stage_id="second", name="Second", kind=StageKind.OPEN, probability=50),
        PipelineStage(stage_id="won", name="Won", kind=StageKind.WON, probability=100),
        PipelineStage(stage_id="lost", name="Lost", kind=StageKind.LOST),
    ),
)

PRICES = PriceList(
    prices=(
        ListedPrice(
            product_id="one",
            name="One",
            unit_price=Money(amount=Decimal("2.5"), currency="USD"),
            record="crm/product/one",
            version=1,
        ),
    )
)
RATES = (Conversion(currency="USD", to_currency="EUR", rate="0.9"),)
REASONS = (ListedReason(reason_id="r1", version=1, outcome=DealOutcome.LOST, name="one"),)
LINES = st.builds(
    AskedLine,
    line_id=st.sampled_from(["one", "two"]),
    product_id=st.none() | st.just("one"),
    name=st.just("One"),
    quantity=st.sampled_from(["1", "2.5"]),
    unit_price=st.none() | st.just(Money(amount=Decimal(1), currency="USD")),
    discount_percent=st.none() | st.just("50"),
    discount_amount=st.none(),
    interval=st.none() | st.just(BillingInterval.MONTHLY),
    terms=st.none(),
)


FEW: dict[str, st.SearchStrategy[Any]] = {
    "currency": st.sampled_from(["USD", "EUR"]),
    "email": st.none() | st.just(ERASED) | st.sampled_from(["anna@example.com", "bert@example.com"]),
    "target": st.sampled_from(TARGETS[1:3]),
    "verb": st.sampled_from(["remove", "restore"]),
    "selected": st.sampled_from([1, 3]),
    "report": st.just("c" * 64),
    "dry_run": st.sampled_from([False, False, False, True]),
    "actor": st.just("user:one"),
    "file": st.sampled_from(["a" * 64, "b" * 64]),
    "mapping": st.just({"name": "Name"}),
    "encoding": st.none() | st.just("cp1252"),
    "decimal": st.none() | st.just(","),
    "dates": st.none() | st.just("dmy"),
    "values": st.just({}),
    "match_on": st.just(()) | st.just(("name",)),
    "stage": st.sampled_from([Stage.PROSPECTING, Stage.ENGAGING, Stage.WON, Stage.LOST]),
    "year_established": st.none() | st.integers(1990, 1992),
    "domains": st.just(()) | st.just(("crm",)),
    "types": st.just(()) | st.just(("crm.DealWon",)),
    "aggregates": st.just(()) | st.just(("deal",)),
    "url": st.sampled_from(["https://one.example.com/", "https://two.example.com/"]),
    "event_id": st.just("one"),
    "generation": st.sampled_from([0, 1, 2]),
    "digest": st.sampled_from(["a" * 64, "b" * 64]),
    "recovery": st.just(("a" * 64, "b" * 64)),
    "password": st.sampled_from(["one", "two"]),
    "secret": st.just("one"),
    "key_id": st.sampled_from(["one", "two"]),
    "expires_at": st.sampled_from([datetime(2026, 1, day, tzinfo=UTC) for day in (3, 9)]),
    "permits": st.lists(st.sampled_from(["crm.deal.read@team", "crm.*.*", "*.*.*"]), max_size=2).map(tuple),
    "role_id": st.just("crm.member"),
    "team_id": st.none() | st.none() | st.just("one"),
    "issuer": st.just("https://login.example.com"),
    "address": st.sampled_from(["imaps://mail.example.com", "https://mail.example.com"]),
    "login": st.sampled_from(["one", "two"]),
    "since_at": st.none(),
    "folders": st.just(()),
    "ends_at": st.none() | st.just(datetime(2026, 1, 2, tzinfo=UTC)),
    "directory_id": st.none(),
    "subject_claim": st.none() | st.just("sub"),
    "algorithms": st.just(()) | st.just(("ES256",)),
    "app": st.sampled_from(["crm", "chat"]),
    "basis": st.sampled_from(["objection", "retention"]),
    "record_kind": st.none() | st.just("crm/contact"),
    "record_version": st.none() | st.just(1),
    "what": st.sampled_from(["contacts", "activities"]),
    "since": st.none() | st.just("touched"),
    "action": st.none() | st.just("erase"),
    "rule": st.none() | st.just("FREQ=DAILY"),
    "zone": st.none(),
    "starts_at": st.just(datetime(2026, 1, 1, tzinfo=UTC)),
    "completed_at": st.none() | st.none() | st.just(datetime(2026, 1, 1, tzinfo=UTC)),
    "direction": st.none(),
    "message_id": st.none(),
    "links": st.just(()) | st.just(("crm/deal/one",)),
    "contact_id": st.just("one"),
    "contact_ids": st.just(()) | st.just(("one",)),
    "user_ids": st.just(()) | st.just(("two",)),
    "mentions": st.just(()) | st.just(("two",)),
    "aliases": st.lists(st.sampled_from(["one", "two"]), max_size=3).map(tuple),
    "emails": few_points("Anna@example.com", "bert@example.com"),
    "phones": few_points("+44 20 7183 8750", "one"),
    "addresses": st.none() | st.just((PostalAddress(city="London", country="gb"),)),
    "custom": st.lists(
        st.builds(
            CustomValue,
            key=st.sampled_from(["one", "two"]),
            kind=st.just(FieldKind.NUMBER),
            values=st.sampled_from([(), ("1",), ("2",)]),
        ),
        max_size=2,
    ).map(tuple),
    "website": st.none() | st.just("one.example"),
    "linkedin": st.none() | st.just("company/one"),
    "vat_number": st.none() | st.just("DE 123"),
    "domain": st.none() | st.none() | st.sampled_from(["one.example", "two.example"]),
    "other_id": st.just("one"),
    "by_id": st.just("two"),
    "take": st.sampled_from([{"name": "own"}, {"name": "other"}]),
    "upper": st.sampled_from([None, "own", "other"]),
    "record": st.sampled_from(["deal", "crm/deal/one"]),
    "key": st.sampled_from(["one", "two"]),
    "pipeline_id": st.none() | st.none() | st.just("one"),
    "stage_id": st.none() | st.none() | st.sampled_from(["prospecting", "engaging", "first", "second", "won", "lost"]),
    "stages": st.sampled_from([(), SHORT.stages, (*SHORT.stages[:1], *SHORT.stages[2:])]),
    "win_reasons": st.just(()) | st.just(("one",)),
    "lost_reasons": st.just(()) | st.just(("one",)),
    "reasons": st.sampled_from([(), (), REASONS]),
    "clone_id": st.sampled_from([str(UUID(int=number)) for number in (1, 2)]),
    "lines": st.lists(LINES, max_size=2).map(tuple),
    "drop": st.just(()) | st.just(()) | st.just(("one",)),
    "price_list": st.sampled_from([None, PRICES, replace(PRICES, price_book_id="one")]),
    "to_currency": st.sampled_from(["USD", "EUR"]),
    "rates": st.sampled_from([(), RATES, (replace(RATES[0], rate="2"),)]),
    "conversion": st.none() | st.just(RATES[0]),
    "price_book_id": st.none() | st.just("one"),
    "book": st.none() | st.just(BookTerms(price_book_id="one", version=1, currency="USD")),
    "prices": st.lists(
        st.builds(
            BookPrice,
            product_id=st.sampled_from(["one", "two"]),
            unit_price=st.sampled_from(["1", "2.50"]),
            interval=st.none() | st.just(BillingInterval.YEARLY),
        ),
        max_size=2,
    ).map(tuple),
    "splits": st.sampled_from([(), (Split(user_id="one", percent="100.00"),), HALVES]),
    "roles": st.sampled_from([(DealRole.CHAMPION,), (DealRole.BLOCKER, DealRole.OTHER)]),
    "forecast_category": st.none() | st.just(ForecastCategory.COMMIT),
    "next_step_on": st.none(),
    "carried": st.none() | st.none() | st.just(SHORT),
    "choices": st.just(()),
    "refers_to": st.none(),
    "formula": st.none(),
}
# Where none of it may be left out, so that little that is drawn is thrown away.
REQUIRED: dict[str, st.SearchStrategy[Any]] = {
    "stage_id": st.sampled_from(["prospecting", "engaging", "first", "second", "won", "lost"]),
    "conversion": st.just(RATES[0]),
}
MAY_BE_LEFT_OUT: dict[str, st.SearchStrategy[Any]] = {
    "domains": st.none() | st.lists(st.sampled_from(["one.example", "TWO.example"]), max_size=2).map(tuple),
}
# Of a currency; a replay's is a number.
WRITTEN: dict[str, st.SearchStrategy[Any]] = {"rate": st.sampled_from(["1", "1.5"])}
# What is in the trash is kept for a while.
LATE = {"at": st.just(datetime(2026, 3, 1, tzinfo=UTC))}
# Most are opened without what is to be sold, so that most openings are accepted.
BARE = {"price_book_id": st.none(), "lines": st.just(()) | st.just(()) | st.lists(LINES, max_size=1).map(tuple)}
MONEY = st.builds(Money, amount=st.integers(0, 2).map(Decimal), currency=st.just("USD"))
BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "string": st.sampled_from(["one", " two ", "three"]),
    "bytes": st.just(ERASED) | st.sampled_from(["one", " two "]),
    "long": st.integers(0, 3),
    "int": st.integers(0, 3),
    "common.Money": MONEY,
    "common.FieldKind": st.sampled_from([FieldKind.NUMBER, FieldKind.TEXT]),
    "timestamp-micros": st.integers(1, 4).map(lambda day: datetime(2026, 1, day, tzinfo=UTC)),
}


@functools.cache
def plausible(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Commands of a class as people send them, all for the record "r"."""
    few = {f.name: _few(f) for f in fields(cls)} | (LATE if "Purge" in cls.NAME else {})
    few |= BARE if cls is OpenDeal else {}
    return st.builds(cls, **(few | {fields(cls)[0].name: st.just("r")}))


def _few(field: FieldContract) -> st.SearchStrategy[Any]:
    """Who may be left out is one user only, so that what is done to somebody is undone now and then."""
    if field.name == "user_id" and not field.required:
        return st.none() | st.just("one")
    if field.name in MAY_BE_LEFT_OUT and isinstance(field.type, list):
        return MAY_BE_LEFT_OUT[field.name]
    if field.name in WRITTEN and field.type == "string":
        return WRITTEN[field.name]
    if field.required and field.name in REQUIRED:
        return REQUIRED[field.name]
    few = FEW.get(field.name)
    if few is None:
        return _of_type(field.type)
    kind: Any = field.type
    optional = isinstance(kind, list) and "null" in kind
    return few.filter(lambda value: (field.subject or value is not ERASED) and (optional or value is not None))


def _of_type(schema: Any) -> st.SearchStrategy[Any]:
    if isinstance(schema, list):
        return st.one_of(*map(_of_type, cast(list[Any], schema)))
    if schema == "null":
        return st.none()
    name = schema if isinstance(schema, str) else schema.get("logicalType", schema["type"])
    return BY_TYPE[name] if name in BY_TYPE else values(schema)


Asked = tuple[CommandContract, Any]


def one(contract: CommandContract, commands: st.SearchStrategy[Any]) -> st.SearchStrategy[Asked]:
    return st.tuples(st.just(contract), commands)


def history(decider: Decider[Any, Any, Any]) -> st.SearchStrategy[list[Asked]]:
    """Commands one after the other: a creation, as a rule, and what may come after it."""
    return _histories()[decider.contract.aggregate]


@functools.cache
def _histories() -> dict[str, st.SearchStrategy[list[Asked]]]:
    return {decider.contract.aggregate: _history(decider.contract.commands) for decider in DECIDERS}


def _history(commands: tuple[CommandContract, ...]) -> st.SearchStrategy[list[Asked]]:
    """Half of the time of a few kinds of commands alone, so that those meet which are rare among all; most of all those
    that are declared side by side, since they often do and undo."""
    creating = st.one_of(*(one(each, plausible(each.cls)) for each in commands if each.creates or each.person))
    anything = st.one_of(*(one(each, records(each.cls)) for each in commands))
    few = st.lists(st.sampled_from(commands), min_size=1, max_size=3).map(tuple).flatmap(_likely)
    two, three = (
        st.sampled_from([commands[at : at + size] for at in range(len(commands))]).flatmap(_likely) for size in (2, 3)
    )
    later = _likely(commands) | few | two | two | three | st.lists(anything, max_size=3)
    return st.tuples(creating, later).map(lambda drawn: [drawn[0], *drawn[1]]) | st.lists(anything, max_size=2)


@functools.cache
def _likely(commands: tuple[CommandContract, ...]) -> st.SearchStrategy[list[Asked]]:
    return st.lists(st.one_of(*(one(each, plausible(each.cls)) for each in commands)), max_size=6)


def decided(decider: Decider[Any, Any, Any], commands: list[Asked]) -> tuple[Any, list[Any]]:
    """(state as we went, events) of commands one after the other; refusals leave nothing behind."""
    state, events = decider.initial, list[Any]()
    for contract, command in commands:
        try:
            more, state = execute(decider, contract, state, len(events), command)
        except Rejected:
            continue
        events += more
    return state, events


@OF_EACH
def test_an_aggregates_own_id_is_the_first_field_of_its_commands(decider: Decider[Any, Any, Any]) -> None:
    assert {fields(c.cls)[0].name for c in decider.contract.commands} == {decider.contract.id_field}


def test_every_contract_has_its_decider() -> None:
    assert {(d.contract.domain, d.contract.aggregate) for d in DECIDERS} == set(contracts())


@OF_EACH
def test_every_event_comes_of_some_commands(decider: Decider[Any, Any, Any]) -> None:
    """Goes on from one record of each shape that was met, as a fuzzer goes on from what reached something new: what
    takes many steps is come to one after the other."""
    commands = {contract: _drawn(contract) for contract in decider.contract.commands}
    dice = random.Random(0)
    missing = set[type[Any]](decider.contract.events)
    met = {_shape(decider.initial): (decider.initial, 0)}
    reached = list(met.values())
    for _ in range(STEPS):
        if not missing:
            break
        state, version = dice.choice(reached)
        contract = dice.choice(decider.contract.commands)
        try:
            events, after = execute(decider, contract, state, version, dice.choice(commands[contract]))
        except Rejected:
            continue
        came: list[type[Any]] = [type(event) for event in events]
        missing.difference_update(came)
        if (shape := _shape(after)) not in met:
            met[shape] = after, version + len(events)
            reached.append(met[shape])
    assert missing == set()


def _drawn(contract: CommandContract) -> list[Any]:
    found: list[Any] = []

    @settings(max_examples=DRAWN, phases=[Phase.generate], database=None, derandomize=True, deadline=None)
    @given(plausible(contract.cls))
    def draw(command: Any) -> None:
        found.append(command)

    draw()
    return found


def _shape(value: Any) -> Any:
    """Which fields of a state, and of what it holds, have something, how much, or which of few values."""
    match value:
        case bool() | Enum():
            return value
        case tuple():
            return tuple(map(_shape, cast(tuple[Any, ...], value)[:3]))
        case Mapping():
            return tuple(map(_shape, list(cast(Mapping[Any, Any], value).values())[:3]))
        case _ if dataclasses.is_dataclass(value):
            return tuple(_shape(getattr(value, each.name)) for each in dataclasses.fields(value))
        case _:
            return value is None


@OF_EACH
@given(data=st.data())
def test_decided_events_lead_to_the_state_that_was_decided_on(decider: Decider[Any, Any, Any], data: Any) -> None:
    """`evolve` never fails on what `decide` gives, the state folded anew is the state as we went, and state and events
    survive their bytes."""
    state, events = decided(decider, data.draw(history(decider)))
    assert fold(decider, [round_trip(event) for event in events]) == state
    round_trip(state)


@OF_EACH
@given(data=st.data())
def test_the_same_command_twice_in_a_row_has_one_effect(decider: Decider[Any, Any, Any], data: Any) -> None:
    """Whatever happened before, and whichever command it is: the second finds it is so already, or is refused."""
    state, events = decided(decider, data.draw(history(decider)))
    for contract in decider.contract.commands:
        command = data.draw(plausible(contract.cls), label=contract.cls.NAME)
        try:
            first, after = execute(decider, contract, state, len(events), command)
            again, same = execute(decider, contract, after, len(events) + len(first), command)
        except Rejected:
            continue
        assert (list(again), same) == ([], after)
