"""For tests: every generated record as a Hypothesis strategy and as an example, and schema ids in memory."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from importlib import import_module
from typing import Any, cast

from hypothesis import strategies as st

from infra.log.codec import RegistryUnavailable, Undecodable
from schemas import avro
from schemas.avro import PRIMITIVES, Schema, named_types
from schemas.contract import ERASED, FieldContract, PlainVault, Sealed, fields, record_type

PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "string": st.text(),
    "int": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "double": st.floats(allow_nan=False),
    "bytes": st.binary(),
}
_VAULT = PlainVault()
TIMES = st.datetimes(timezones=st.just(UTC))


def records(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Any instance of a generated class."""
    return st.builds(cls, **{f.name: personal(f) if f.subject else values(f.type) for f in fields(cls)})


def personal(field: FieldContract) -> st.SearchStrategy[Any]:
    """Any value of a personal field."""
    if field.list_of is not None:
        return st.none() | st.just(ERASED) | st.lists(records(record_type(field.list_of)), max_size=3).map(tuple)
    if not field.kept:
        return st.none() | st.just(ERASED) | st.text()
    return st.none() | st.just(Sealed(b"", ERASED)) | st.text().map(lambda text: Sealed(_VAULT.seal("", text), text))


def marked(field: FieldContract, mark: str) -> Any:
    """A value of a personal field that is recognised by a mark in it."""
    if field.list_of is None:
        return mark
    cls = record_type(field.list_of)
    return (example(cls, **{fields(cls)[0].name: mark}),)


def values(schema: Schema) -> st.SearchStrategy[Any]:
    """Any Python value of a field of this type."""
    match schema:
        case "null":
            return st.none()
        case str():
            return PLAIN[schema] if schema in PRIMITIVES else named(schema)
        case list():
            return st.one_of(*(values(branch) for branch in cast(list[Schema], schema)))
        case {"type": "array"}:
            return st.lists(values(schema["items"]), max_size=3).map(tuple)
        case {"type": "map"}:
            return st.dictionaries(st.text(), values(schema["values"]), max_size=3)
        case {"logicalType": "timestamp-micros"}:
            return TIMES
        case {"logicalType": "date"}:
            return st.dates()
        case {"logicalType": "uuid"}:
            return st.uuids()
        case {"logicalType": "decimal", "precision": precision, "scale": scale}:
            limit = 10**precision - 1
            return st.integers(-limit, limit).map(lambda unscaled: Decimal(unscaled).scaleb(-scale))
        case _:
            return values(schema["type"])


def named(name: str) -> st.SearchStrategy[Any]:
    if named_types()[name]["type"] == "record":
        return records(record_type(name))
    return st.sampled_from(list(enum_type(name)))


def enum_type(name: str) -> type[StrEnum]:
    """The generated class of an enum; it stands beside the first record that uses it."""
    domain, short = name.split(".")
    record = next(n for n, t in named_types().items() if n.startswith(f"{domain}.") and name in str(t.get("fields")))
    return getattr(import_module(record_type(record).__module__), short)


def example(cls: type[Any], **changes: Any) -> Any:
    """One plain instance: empty texts, noon on a spring day in 2017, whatever else is smallest."""
    given = {f.name: smallest(f.type) for f in fields(cls) if f.required}
    return cls(**(given | changes))


def smallest(schema: Schema) -> Any:
    match schema:
        case "string":
            return "x"
        case "int" | "long":
            return 0
        case "boolean":
            return False
        case "bytes":
            return b""
        case str():
            if named_types()[schema]["type"] == "record":
                return example(record_type(schema))
            return next(iter(enum_type(schema)))
        case list():
            return None
        case {"type": "array"}:
            return ()
        case {"type": "map"}:
            return {}
        case {"logicalType": "timestamp-micros"}:
            return datetime(2017, 3, 21, 12, tzinfo=UTC)
        case {"logicalType": "date"}:
            return date(2017, 3, 21)
        case {"logicalType": "decimal"}:
            return Decimal(0)
        case _:
            raise NotImplementedError(f"No smallest value for {schema}; add one here.")


@dataclass(frozen=True)
class Numbered:
    """Schema ids in memory, given out as they are asked for."""

    texts: list[str] = field(default_factory=list[str])
    silent: bool = False

    def id_of(self, name: str) -> int:
        text = avro.published(name)
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text)

    def text_of(self, id: int) -> str:
        if id < len(self.texts):
            return self.texts[id]
        if self.silent:
            raise RegistryUnavailable("The schema registry does not answer.")
        raise Undecodable(f"The schema registry never gave out the id {id}.")
