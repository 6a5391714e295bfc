# pyarrow has no type hints.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Events to Parquet and back: every type of event there is, with every value it can hold."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.log import headers as h
from schemas.avro import named_types
from schemas.contract import contracts, fields
from schemas.generated.crm.contact import ContactCreated
from streams.replay.columns import ENVELOPE, arrow_type, column_name, plain, rows, schema_of
from streams.replay.opening import Opened
from tests.records import example, records
from tests.unit.streams.replay.log import founds, opened

EVENTS = {event.NAME: event for contract in contracts().values() for event in contract.events}
pq: Any = pyarrow.parquet


def there_and_back(batch: Any) -> Any:
    file = BytesIO()
    pq.write_table(pyarrow.Table.from_batches([batch]), file, compression="zstd")
    return pq.read_table(BytesIO(file.getvalue()))


def expected(value: Any) -> Any:
    """What a value reads as: a map as a mapping, and the rest as it was written."""
    return dict(value) if isinstance(value, Mapping) else plain(value)  # pyright: ignore[reportUnknownArgumentType]


@pytest.mark.parametrize("cls", EVENTS.values(), ids=EVENTS)
def test_every_event_comes_back_as_it_went(cls: type[Any]) -> None:
    found = founds([example(cls)])[0]

    @settings(max_examples=20)
    @given(st.lists(records(cls), min_size=1, max_size=8))
    def round_trip(events: list[Any]) -> None:
        table = there_and_back(rows(cls.NAME, [Opened(found, event) for event in events]))
        assert table.schema.types == schema_of(cls.NAME).types
        for event, row in zip(events, table.to_pylist(maps_as_pydicts="strict"), strict=True):
            for field in fields(cls):
                assert row[column_name(field.name)] == expected(getattr(event, field.name))

    round_trip()


def test_the_envelope_is_what_key_and_headers_say() -> None:
    event = opened(example(ContactCreated, contact_id="p1"))
    row = there_and_back(rows("crm.ContactCreated", [event])).to_pylist()[0]
    headers = event.found.headers
    assert {name: row[name] for name in ("tenant", "aggregate", "id", "version", "offset", "unreadable")} == {
        "tenant": "acme",
        "aggregate": "contact",
        "id": "p1",
        "version": 1,
        "offset": 0,
        "unreadable": None,
    }
    assert row["event_id"] == headers[h.CE_ID].decode()
    assert h.time_text(row["recorded_at"]).encode() == headers[h.CE_RECORDEDTIME]
    assert h.time_text(row["occurred_at"]).encode() == headers[h.CE_TIME]
    assert row["causation_id"] == headers[h.CAUSATION_ID].decode()


def test_without_a_cause_the_command_is_the_cause() -> None:
    event = opened(example(ContactCreated, contact_id="p1"))
    del event.found.headers[h.CAUSATION_ID]  # pyright: ignore[reportIndexIssue] - a dict, in truth
    row = rows("crm.ContactCreated", [event]).to_pylist()[0]
    assert row["causation_id"] == row["command_id"]


def test_an_event_that_cannot_be_read_keeps_its_envelope() -> None:
    found = founds([example(ContactCreated, contact_id="p1")])[0]
    row = there_and_back(rows("crm.ContactCreated", [Opened(found, None, "Undecodable")])).to_pylist()[0]
    assert (row["id"], row["unreadable"], row["contact_id"], row["at"]) == ("p1", "Undecodable", None, None)
    assert schema_of("crm.FromTheFuture").names == list(ENVELOPE)


def test_columns_have_names_of_their_own_and_say_what_they_are() -> None:
    for name, cls in EVENTS.items():
        schema = schema_of(name)
        assert len(set(schema.names)) == len(schema.names) == len(ENVELOPE) + len(fields(cls))
        assert all(schema.field(column).metadata[b"doc"] for column in schema.names)
    assert column_name("version") == "data_version"
    assert column_name("recorded_date") == "data_recorded_date"


def test_types_are_exact() -> None:
    money = arrow_type("common.Money")
    assert money.field("amount").type == pyarrow.decimal128(19, 4)
    assert arrow_type(["null", {"type": "long", "logicalType": "timestamp-micros"}]) == pyarrow.timestamp("us", "UTC")
    assert arrow_type({"type": "array", "items": "crm.Stage"}) == pyarrow.list_(pyarrow.string())
    assert named_types()["crm.Stage"]["type"] == "enum"
