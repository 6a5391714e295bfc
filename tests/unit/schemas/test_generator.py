# fastavro types its streams as IO of an unknown kind.
# pyright: reportUnknownMemberType=false
"""What the generator makes of each Avro type, and what it refuses."""

from dataclasses import FrozenInstanceError, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import fastavro
import pytest

from schemas import avro
from schemas.avro import qualify
from schemas.codegen.lint import complaints
from schemas.contract import ERASED, PlainVault, contracts
from tests.unit.schemas.lab import COLOUR, a, command, event, lab, record, state

VAULT = PlainVault()
DECIMAL = {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}
MICROS = {"type": "long", "logicalType": "timestamp-micros"}
HASH = {"type": "fixed", "name": "Hash", "namespace": "lab", "doc": "A hash.", "size": 4}
POINT = record("Point", "value", a("x", "double"), a("y", "double", default=0.5))
MARK = record(
    "Mark",
    "value",
    a("text", "string"),
    a("colour", ["null", "Colour"], default=None),
    a("ours", "boolean", default=True),
)
SHAPE = record("Shape", "value", a("centre", "Point"), a("label", ["null", "string", "Point"], default=None))
EITHER = record("Either", "value", a("what", ["Point", "Shape", "int", "null"]))
EVERYTHING = event(
    "Everything",
    a("uuid", {"type": "string", "logicalType": "uuid"}),
    a("day", {"type": "int", "logicalType": "date"}, default=0),
    a("millis", {"type": "long", "logicalType": "timestamp-millis"}),
    a("price", DECIMAL, default="\u0000\u0096"),
    a("prices", {"type": "array", "items": DECIMAL}, default=[]),
    a("raw", "bytes", default="\u00ff"),
    a("hash", ["null", "Hash"], default=None),
    a("colour", "Colour", default="RED"),
    a("colours", {"type": "array", "items": "Colour"}, default=["RED"]),
    a("points", {"type": "map", "values": "Point"}, default={"zero": {"x": 0.0, "y": 0.0}}),
    a("when", {"type": "map", "values": ["null", MICROS]}, default={}),
    a("shape", "Shape", default={"centre": {"x": 1.0}, "label": None}),
    a("either", {"type": "array", "items": "Either"}, default=[]),
    a("secret", ["null", "bytes"], default=None, subject="thing_id"),
    a("marks", ["null", "bytes"], default=None, subject="thing_id", list_of="Mark"),
)
TYPES = (COLOUR, HASH, POINT, MARK, SHAPE, EITHER, state(), EVERYTHING)
NOW = datetime(2017, 3, 21, 12, 30, 1, 999_000, tzinfo=UTC)


def there_and_back(cls: type[Any], value: Any) -> Any:
    schema: Any = fastavro.parse_schema(avro.wire(cls.NAME))
    buffer = BytesIO()
    fastavro.schemaless_writer(buffer, schema, value.to_avro(VAULT))
    buffer.seek(0)
    read: Any = fastavro.schemaless_reader(
        buffer, schema, None, return_record_name=True, return_record_name_override=True
    )
    return cls.from_avro(read, VAULT)


def test_every_type_goes_there_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with lab(tmp_path, monkeypatch, *TYPES) as made:
        point = made.Point(x=1.5, y=-2.0)
        shape = made.Shape(centre=point, label=point)
        value = made.Everything(
            thing_id="t",
            at=NOW,
            uuid=UUID(int=7),
            day=date(1969, 12, 31),
            millis=NOW,
            price=Decimal("-12.34"),
            prices=(Decimal("0.10"), Decimal(99999999)),
            raw=b"\0\1",
            hash=b"abcd",
            colour=made.Colour.UNKNOWN,
            colours=(),
            points={"a": point},
            when={"never": None, "once": NOW},
            shape=shape,
            either=(
                made.Either(what=point),
                made.Either(what=shape),
                made.Either(what=3),
                made.Either(what=None),
            ),
            secret="who",
            marks=(made.Mark(text="x", colour=made.Colour.RED, ours=False), made.Mark(text='"')),
        )
        assert there_and_back(made.Everything, value) == value
        named = made.Shape(centre=point, label="text")
        assert there_and_back(made.Shape, named) == named


def test_defaults_are_those_of_the_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with lab(tmp_path, monkeypatch, *TYPES) as made:
        value = made.Everything(thing_id="t", at=NOW, uuid=UUID(int=0), millis=NOW)
        assert (value.day, value.price, value.raw) == (date(1970, 1, 1), Decimal("1.50"), b"\xff")
        assert (value.colour, value.colours, value.hash) == (made.Colour.RED, (made.Colour.RED,), None)
        assert value.points == {"zero": made.Point(x=0.0, y=0.0)}
        assert value.shape == made.Shape(centre=made.Point(x=1.0, y=0.5))
        assert there_and_back(made.Everything, value) == value


def test_records_are_frozen_and_slotted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with lab(tmp_path, monkeypatch, *TYPES) as made:
        point = made.Point(x=0.0)
        with pytest.raises(FrozenInstanceError):
            point.x = 1.0
        assert not hasattr(point, "__dict__")
        assert all(field.kw_only for field in fields(made.Point))


def test_an_unknown_symbol_reads_as_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with lab(tmp_path, monkeypatch, *TYPES) as made:
        assert made.Colour("ULTRAVIOLET") is made.Colour.UNKNOWN


def test_personal_fields_are_sealed_on_the_wire_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with lab(tmp_path, monkeypatch, *TYPES) as made:
        value = made.Everything(thing_id="t", at=NOW, uuid=UUID(int=0), millis=NOW, secret="Maud Hall")
        assert value.to_avro(VAULT)["secret"] == VAULT.seal("t", "Maud Hall")
        erased = made.Everything(thing_id="t", at=NOW, uuid=UUID(int=0), millis=NOW, secret=ERASED)
        assert there_and_back(made.Everything, erased).secret is ERASED


def test_a_personal_list_is_one_sealed_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with lab(tmp_path, monkeypatch, *TYPES) as made:

        def of(marks: Any) -> Any:
            return made.Everything(thing_id="t", at=NOW, uuid=UUID(int=0), millis=NOW, marks=marks)

        text = '[{"text":"Maud","colour":null,"ours":true}]'
        assert of((made.Mark(text="Maud"),)).to_avro(VAULT)["marks"] == VAULT.seal("t", text)
        for marks in ((), None, ERASED):
            assert there_and_back(made.Everything, of(marks)).marks == marks
        older = of(()).to_avro(VAULT) | {"marks": VAULT.seal("t", '[{"text":"Maud","gone":1}]')}
        assert made.Everything.from_avro(older, VAULT).marks == (made.Mark(text="Maud"),)


def test_the_contract_lists_what_is_live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    types = (
        state(version=3),
        command("Make", creates=True),
        command("Break", internal=True),
        command("Name", named_by=["thing_id"]),
        event("Made"),
        event("Broken", retired=True),
    )
    with lab(tmp_path, monkeypatch, *types) as made:
        contract = made.CONTRACT
        assert (contract.domain, contract.aggregate, contract.plural, contract.id_field) == (
            "lab",
            "thing",
            "things",
            "thing_id",
        )
        assert contract.state_version == 3
        assert [(c.cls, c.verb, c.creates, c.internal, c.named_by) for c in contract.commands] == [
            (made.Make, "make", True, False, ()),
            (made.Break, "break", False, True, ()),
            (made.Name, "name", False, False, ("thing_id",)),
        ]
        assert contract.events == (made.Made,)
        assert made.Broken.NAME == "lab.Broken"


def test_every_state_stands_before_its_aggregate_does() -> None:
    for contract in contracts().values():
        assert getattr(contract.state(), contract.id_field) == ""


@pytest.mark.parametrize(
    ("types", "complaint"),
    [
        ([state(), event("Made", {"name": "x", "type": "int"})], "Made.x has no doc"),
        ([state(), event("Made", a("x", ["int", "string"]))], "union of more than null"),
        ([record("V", "value", a("x", ["int", MICROS, "string"]))], "may unite null, plain types and named types"),
        ([state(), record("Made", "event", a("thing_id", "string"))], "needs a field 'at'"),
        ([state(), record("Made", "event", a("at", MICROS))], "needs the string field 'thing_id'"),
        (
            [state(), record("Make", "command", a("thing_id", "string"), a("at", MICROS))],
            "without the attribute 'verb'",
        ),
        ([state(), event("Made", a("x", ["null", "bytes"], subject="who"))], "names the subject field 'who'"),
        ([state(), event("Made", a("x", "bytes", subject="thing_id"))], "must be nullable bytes"),
        ([record("V", "value", a("i", "string"), a("x", ["null", "bytes"], subject="i"))], "nullable bytes at the top"),
        ([state(), event("Made", a("x", "string", secret=True))], "must be a nullable string"),
        ([state(), event("Made", a("x", "string", minted=True))], "must be a string of a command"),
        ([MARK, state(), event("Made", a("x", ["null", "bytes"], list_of="Mark"))], "so it must be personal"),
        (
            [POINT, state(), event("Made", a("x", ["null", "bytes"], subject="thing_id", list_of="Point"))],
            "must be a list of value records",
        ),
        ([state(), command("Make", named_by=["who"])], "is named by 'who', which is no field"),
        ([state(a("x", "int"))], "needs a default"),
        ([state(), state()], "exactly one record of kind state"),
        ([record("V", "thing")], "kind 'thing'"),
        ([{**COLOUR, "symbols": ["RED"]}], "must begin with UNKNOWN"),
        ([{**COLOUR, "doc": ""}], "Colour has no doc"),
        ([state(), event("Made", retired=True)], "retired and no event of this file upcasts it"),
        ([state(), event("Made", upcasts="lab.Old")], "upcasts lab.Old, which is no retired record of this file"),
        (
            [record("V", "value", a("x", DECIMAL | {"type": "fixed", "name": "D", "size": 8}))],
            "decimal in a fixed",
        ),
    ],
)
def test_the_lint_says_what_is_wrong(types: list[dict[str, Any]], complaint: str) -> None:
    assert complaint in "\n".join(complaints("lab/thing.avsc", [qualify(each, "lab") for each in types]))


def test_the_lint_is_silent_about_good_files() -> None:
    assert not list(complaints("lab/thing.avsc", [qualify(each, "lab") for each in TYPES]))
