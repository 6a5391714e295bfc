"""Records to bytes and back: every record there is, older schemas, and bytes that are not what they should be."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.log import codec as codecs
from infra.log.codec import Codec, RegistryUnavailable, Undecodable
from schemas import avro
from schemas.contract import Erased, PlainVault, fields, record_types
from schemas.generated.crm.contact import Contact
from schemas.generated.crm.deal import DealWon
from tests.records import Numbered, example, records
from tests.unit.schemas.lab import COLOUR, a, event, lab, state

VAULT = PlainVault()
NOW = datetime(2017, 3, 21, tzinfo=UTC)


CODEC = Codec(Numbered())


@pytest.mark.parametrize("cls", record_types().values(), ids=record_types())
def test_every_record_comes_back_as_it_went(cls: type[Any]) -> None:
    @given(records(cls))
    def round_trip(record: Any) -> None:
        assert CODEC.decode(CODEC.encode(record, VAULT), VAULT) == record

    round_trip()


def test_the_bytes_begin_as_confluents_do() -> None:
    value = CODEC.encode(example(DealWon), VAULT)
    assert value[0] == 0
    assert int.from_bytes(value[1:5], "big") == CODEC.ids.id_of("crm.DealWon")


@pytest.mark.parametrize("value", [b"", b"\0\0\0", b"\1\0\0\0\0abc", b"{}"])
def test_bytes_without_magic_and_id_are_undecodable(value: bytes) -> None:
    with pytest.raises(Undecodable, match="zero byte"):
        CODEC.decode(value, VAULT)


@given(st.data())
def test_bytes_cut_short_anywhere_are_undecodable(data: st.DataObject) -> None:
    value = CODEC.encode(example(DealWon), VAULT)
    with pytest.raises(Undecodable):
        CODEC.decode(value[: data.draw(st.integers(0, len(value) - 1))], VAULT)


def test_an_unknown_id_is_an_outage_while_the_registry_is_silent_and_a_fault_otherwise() -> None:
    unknown = b"\0\0\0\xff\xff"
    with pytest.raises(Undecodable, match="never gave out"):
        Codec(Numbered()).decode(unknown, VAULT)
    with pytest.raises(RegistryUnavailable):
        Codec(Numbered(silent=True)).decode(unknown, VAULT)


def test_an_outage_is_forgotten_when_it_is_over() -> None:
    ids = Numbered(silent=True)
    codec = Codec(ids)
    value = b"\0\0\0\0\0" + CODEC.encode(example(DealWon), VAULT)[5:]
    with pytest.raises(RegistryUnavailable):
        codec.decode(value, VAULT)
    ids.id_of("crm.DealWon")
    assert codec.decode(value, VAULT) == example(DealWon)


def test_a_record_of_somebody_else_is_undecodable() -> None:
    ids = Numbered([json.dumps({"type": "record", "name": "x.Stranger", "fields": []})])
    with pytest.raises(Undecodable, match=r"x\.Stranger"):
        Codec(ids).decode(b"\0\0\0\0\0", VAULT)


def test_an_error_of_the_vault_is_not_taken_for_bad_bytes() -> None:
    class Closed:
        def seal(self, subject: str, text: str) -> bytes:
            return b"sealed"

        def open(self, subject: str, sealed: bytes) -> str | Erased:
            raise ConnectionError("The key table does not answer.")

    personal = next(f.name for f in fields(Contact) if f.subject)
    value = CODEC.encode(example(Contact, **{personal: "Maud Hall"}), Closed())
    with pytest.raises(ConnectionError):
        CODEC.decode(value, Closed())


def test_threads_may_share_a_codec() -> None:
    codec = Codec(Numbered([avro.published(name) for name in record_types()]))
    samples: list[Any] = [example(cls) for cls in record_types().values()] * 5

    def there_and_back(record: Any) -> Any:
        return codec.decode(codec.encode(record, VAULT), VAULT)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(there_and_back, samples)) == samples


OLD_COLOUR = COLOUR | {"symbols": ["UNKNOWN", "RED"]}
NEW_COLOUR = COLOUR | {"symbols": ["UNKNOWN", "RED", "BLUE"]}


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Numbered, bytes]]:
    """What an older version wrote."""
    ids = Numbered()
    with lab(tmp_path, monkeypatch, OLD_COLOUR, state(), event("Painted", a("note", "string", default=""))) as made:
        yield ids, Codec(ids).encode(made.Painted(thing_id="t", note="old", at=NOW), VAULT)


def reading(monkeypatch: pytest.MonkeyPatch, made: ModuleType, ids: Numbered, **upcasters: Any) -> Codec:
    classes = {m.NAME: m for m in vars(made).values() if hasattr(m, "NAME")}
    monkeypatch.setattr(codecs, "record_types", lambda: classes)
    monkeypatch.setattr(codecs, "upcasters", lambda: {f"lab.{name}": step for name, step in upcasters.items()})
    return Codec(ids)


def test_older_bytes_are_read_with_the_defaults_of_the_newer_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: tuple[Numbered, bytes]
) -> None:
    painted = event("Painted", a("colour", "Colour", default="RED"), a("by", ["null", "string"], default=None))
    with lab(tmp_path, monkeypatch, NEW_COLOUR, state(), painted) as made:
        got = reading(monkeypatch, made, old[0]).decode(old[1], VAULT)
        assert got == made.Painted(thing_id="t", colour=made.Colour.RED, by=None, at=NOW)


def test_newer_bytes_are_read_by_an_older_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = Numbered()
    newer = event("Painted", a("colour", "Colour", default="RED"), a("extra", "string", default=""))
    with lab(tmp_path, monkeypatch, NEW_COLOUR, state(), newer) as made:
        value = Codec(ids).encode(made.Painted(thing_id="t", colour=made.Colour.BLUE, at=NOW), VAULT)
    with lab(
        tmp_path, monkeypatch, OLD_COLOUR, state(), event("Painted", a("colour", "Colour", default="RED"))
    ) as made:
        got = reading(monkeypatch, made, ids).decode(value, VAULT)
        assert got == made.Painted(thing_id="t", colour=made.Colour.UNKNOWN, at=NOW)


def test_a_retired_record_is_read_as_the_one_that_replaced_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: tuple[Numbered, bytes]
) -> None:
    types = (
        state(),
        event("Painted", a("note", "string", default=""), retired=True),
        event("Coloured", a("notes", {"type": "array", "items": "string"}), upcasts="lab.Painted", retired=True),
        event("Tinted", a("count", "int"), upcasts="lab.Coloured"),
    )
    with lab(tmp_path, monkeypatch, *types) as made:

        def painted(older: Any) -> Any:
            return made.Coloured(thing_id=older.thing_id, notes=(older.note,), at=older.at)

        def coloured(older: Any) -> Any:
            return made.Tinted(thing_id=older.thing_id, count=len(older.notes), at=older.at)

        codec = reading(monkeypatch, made, old[0], Painted=painted, Coloured=coloured)
        assert codec.decode(old[1], VAULT) == made.Tinted(thing_id="t", count=1, at=NOW)
