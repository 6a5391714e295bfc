"""Folding into a real Postgres: both times, parked keys, compare-and-set, and what must never be half done."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from infra.log.codec import RegistryUnavailable
from infra.log.envelope import Recorded
from infra.settings import Settings
from projections.columns import SYSTEM, columns_of
from projections.crm.deals import READ_MODEL as DEALS
from projections.fold import Current, fold
from projections.past import current_of
from projections.positions import PositionMoved
from projections.tables import DISCARDED, REQUESTS, tables_of
from schemas.generated.crm.deal import DealAmountChanged, DealEngaged, DealWon
from tests.integration.projector import TOO_LONG, Folder, folder, message, own_databases
from tests.unit.projections.log import day, histories, log_of, opened, usd
from tests.unit.projections.test_segments import as_it_stood

_COLUMNS = tuple(c.name for c in (*columns_of(DEALS.row), *SYSTEM))


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with own_databases("crm") as made:
        yield made


@pytest.fixture
def crm(settings: Settings) -> Iterator[Folder]:
    with folder(settings) as made:
        made.clear()
        yield made


def deals(crm: Folder) -> dict[tuple[str, str], Current]:
    found = crm.ask(f"select tenant, id, {', '.join(_COLUMNS)} from deals")
    return {(tenant, id): current_of(DEALS, values) for tenant, id, *values in found}


def stood(crm: Folder, as_of: datetime | None, known_at: datetime | None) -> list[Current]:
    known = "known_to = '9999-12-31 23:59:59.999999+00'" if known_at is None else "known_from <= %s and known_to > %s"
    valid = "latest" if as_of is None else "valid_from <= %s and valid_to > %s"
    parameters = [t for t in (known_at, known_at, as_of, as_of) if t is not None]
    found = crm.ask(f"select {', '.join(_COLUMNS)} from deals_versions where {known} and {valid}", *parameters)
    return [current_of(DEALS, values) for values in found]


@examples(max_examples=30, deadline=None)
@given(
    log=histories(size=9),
    cuts=st.lists(st.integers(1, 8), max_size=3),
    as_of=st.integers(-1, 12).map(day),
    known_at=st.integers(98, 120).map(day),
)
def test_postgres_holds_the_fold_of_the_log_at_both_times(
    settings: Settings, log: list[Recorded], cuts: list[int], as_of: datetime, known_at: datetime
) -> None:
    with folder(settings) as crm:
        crm.clear()
        bounds = [0, *sorted({c for c in cuts if c < len(log)}), len(log)]
        for start, stop in pairwise(bounds):
            crm.fold(log[start:stop])
        now = fold(DEALS, log)
        assert list(deals(crm).values()) == ([] if now is None else [now])
        for times in ((as_of, None), (None, known_at), (as_of, known_at)):
            expected = as_it_stood(log, *times)
            assert stood(crm, *times) == ([] if expected is None else [expected])


def test_messages_seen_before_count_once(crm: Folder) -> None:
    log = log_of([opened(at=day(1)), DealAmountChanged(deal_id="d1", amount=usd(7), at=day(2))])
    crm.fold(log)
    crm.fold(log)
    assert crm.ask("select version from deals") == [(2,)]
    assert crm.ask("select count(*) from history") == [(2,)]


def test_a_position_that_another_worker_moved_ends_this_one_and_writes_nothing(crm: Folder) -> None:
    log = log_of([opened(at=day(1)), DealEngaged(deal_id="d1", owner_id="u1", at=day(2))])
    crm.fold(log[:1])
    crm.ask("update positions set next_offset = 2 returning 1")
    with pytest.raises(PositionMoved, match="another worker"):
        crm.fold(log[1:])
    assert crm.ask("select version from deals") == [(1,)]


def test_an_event_that_cannot_be_read_parks_its_key_and_what_follows_and_nothing_else(crm: Folder) -> None:
    log = log_of([
        opened("d1", at=day(1)), opened("d2", at=day(1)),
        DealEngaged(deal_id="d1", owner_id="u1", at=day(2)),
        DealWon(deal_id="d1", owner_id="u1", amount=usd(5), at=day(3)),
        DealEngaged(deal_id="d2", owner_id="u1", at=day(2)),
    ])  # fmt: skip
    messages = [message(crm.settings, r) for r in log]
    messages[2] = replace(messages[2], value=b"\0\0\0\0\x01rubbish")
    crm.fold_messages(messages[:4])
    crm.fold_messages(messages[4:])
    assert crm.ask('select id, "offset", value from parked order by "offset"') == [
        ("d1", 2, b"\0\0\0\0\x01rubbish"),
        ("d1", 3, messages[3].value),
    ]
    assert crm.ask("select id, version from deals order by id") == [("d1", 1), ("d2", 2)]
    assert crm.ask("select next_offset from positions") == [(5,)]


@pytest.mark.parametrize("others", [2, 40], ids=["as they are", "copied"])
@pytest.mark.parametrize(
    "misfit",
    [{"name": "a\0b"}, {"version": 2**70}, {"company_id": TOO_LONG}],
    ids=["NUL", "too large", "too long for an index"],
)
def test_a_value_that_postgres_cannot_hold_parks_its_key_only(crm: Folder, misfit: dict[str, Any], others: int) -> None:
    names = [f"d{number}" for number in range(10, 10 + others)]
    bad = opened("bad", at=day(1), name=misfit.get("name", "Deal"), company_id=misfit.get("company_id"))
    log = log_of([bad, *(opened(n, at=day(1)) for n in names)])
    log[0] = replace(log[0], version=misfit.get("version", 1))
    crm.fold(log)
    assert crm.ask("select id from deals order by id") == [(name,) for name in names]
    assert crm.ask("select id from parked") == [("bad",)]


def test_a_registry_outage_parks_nothing_and_moves_nothing(crm: Folder) -> None:
    log = log_of([opened("d1", at=day(1))])

    def unavailable(_: Any) -> Any:
        raise RegistryUnavailable("the registry is silent")

    working = crm.projection
    crm.projection = replace(working, read=unavailable)
    with pytest.raises(RegistryUnavailable):
        crm.fold(log)
    assert crm.ask("select count(*) from parked") == [(0,)]
    crm.projection = working
    crm.fold(log)
    assert crm.ask("select id from deals") == [("d1",)]


def test_the_reader_sees_its_tenant_alone_without_any_where(crm: Folder, settings: Settings) -> None:
    from projections.generations import connected

    crm.fold(log_of([opened("d1", at=day(1))], tenant="acme"))
    crm.fold([replace(r, partition=1) for r in log_of([opened("d2", at=day(1))], tenant="rival")])
    with connected(settings, "crm", "reader") as reader:
        for table in tables_of("crm").with_tenant:
            assert reader.execute(f'select * from "{table.name}"'.encode()).fetchall() == []
        reader.execute("select set_config('nexus.tenant', 'acme', true)")
        for table in tables_of("crm").with_tenant:
            seen = reader.execute(f'select distinct tenant from "{table.name}"'.encode()).fetchall()
            assert seen in ([], [("acme",)])
        assert reader.execute("select id from deals").fetchall() == [("d1",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("delete from deals")


def test_neither_role_may_bypass_row_level_security_nor_owns_a_table(crm: Folder, settings: Settings) -> None:
    prefix = settings.database_prefix
    roles = crm.ask(
        "select rolname, rolsuper or rolbypassrls from pg_roles where rolname like %s order by 1", f"{prefix}%"
    )
    assert roles == [(f"{prefix}_owner", False), (f"{prefix}_reader", False), (f"{prefix}_writer", False)]
    owners = crm.ask("select distinct tableowner from pg_tables where schemaname = 'public'")
    assert owners == [(f"{prefix}_owner",)]
    forced = crm.ask("select relname from pg_class where relrowsecurity and relforcerowsecurity order by 1")
    assert {name for (name,) in forced} == {t.name for t in (*tables_of("crm").with_tenant, DISCARDED, REQUESTS)}
