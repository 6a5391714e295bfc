# fastavro types its streams as IO of an unknown kind.
# pyright: reportUnknownMemberType=false
"""Turns records into bytes and back: Confluent's wire format (a zero byte, the schema's id in four bytes, Avro).

https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Protocol

import fastavro

from schemas import avro
from schemas.contract import Record, Vault, record_types


class Undecodable(Exception):
    """The bytes are no record of ours and never will be: park them."""


class RegistryUnavailable(Exception):
    """The schema of these bytes cannot be looked up now: try again later, and lose nothing meanwhile."""


class SchemaIds(Protocol):
    """Which number stands for which schema."""

    def id_of(self, name: str) -> int:
        """The id of a record's current schema; raises RegistryUnavailable."""
        ...

    def text_of(self, id: int) -> str:
        """The published schema of an id; raises RegistryUnavailable or, for an id nobody gave out, Undecodable."""
        ...


Build = Callable[[Mapping[str, Any], Vault], Record]


@dataclass(frozen=True, slots=True)
class Writer:
    header: bytes
    schema: Any


@dataclass(frozen=True, slots=True)
class Reader:
    """How bytes under one schema id are read. `wanted` is None when they were written with the current schema.

    `build` makes the newest form of the record, `original` the one whose name the schema has.
    """

    written: Any
    wanted: Any
    build: Build
    original: Build


@dataclass(frozen=True, slots=True)
class Codec:
    """Encodes and decodes every generated record. Safe to share between threads: it only ever adds to its caches."""

    ids: SchemaIds
    writers: dict[str, Writer] = field(default_factory=dict[str, Writer])
    readers: dict[int, Reader] = field(default_factory=dict[int, Reader])

    def encode(self, record: Record, vault: Vault) -> bytes:
        """The record as the log holds it, its personal fields sealed by the vault."""
        writer = self.writers.get(record.NAME) or self._learn_to_write(record.NAME)
        buffer = BytesIO()
        buffer.write(writer.header)
        fastavro.schemaless_writer(buffer, writer.schema, record.to_avro(vault))
        return buffer.getvalue()

    def decode(self, value: bytes, vault: Vault) -> Record:
        """The record in its newest form. Raises Undecodable, RegistryUnavailable, or what the vault raises."""
        reader = self._reader(value)
        return reader.build(_data(value, reader), vault)

    def original(self, value: bytes, vault: Vault) -> Record:
        """The record that was written, retired or not, without upcasting; raises what `decode` raises."""
        reader = self._reader(value)
        return reader.original(_data(value, reader), vault)

    def _reader(self, value: bytes) -> Reader:
        if len(value) < 5 or value[0] != 0:
            raise Undecodable("The bytes do not begin with a zero byte and a schema id.")
        id = int.from_bytes(value[1:5], "big")
        return self.readers.get(id) or self._learn_to_read(id)

    def _learn_to_write(self, name: str) -> Writer:
        header = b"\0" + self.ids.id_of(name).to_bytes(4, "big")
        return self.writers.setdefault(name, Writer(header, fastavro.parse_schema(avro.wire(name))))

    def _learn_to_read(self, id: int) -> Reader:
        text = self.ids.text_of(id)
        written = avro.wire_of(text)
        name = written["name"]
        cls = record_types().get(name)
        if cls is None:
            raise Undecodable(f"Schema {id} is of {name}, a record that this version does not know.")
        wanted = None if written == avro.wire(name) else fastavro.parse_schema(avro.wire(name))
        return self.readers.setdefault(
            id, Reader(fastavro.parse_schema(written), wanted, upcasting(cls), cls.from_avro)
        )


def _data(value: bytes, reader: Reader) -> Mapping[str, Any]:
    try:
        return fastavro.schemaless_reader(  # pyright: ignore[reportReturnType] - a record schema gives a mapping
            BytesIO(value[5:]),
            reader.written,
            reader.wanted,
            return_record_name=True,
            return_record_name_override=True,
        )
    except Exception as error:
        raise Undecodable(f"The bytes do not fit their schema: {error!r}.") from error


def upcasting(cls: type[Any]) -> Build:
    """How a record is built: by its class, then by every upcaster that leads to a newer record."""
    steps = upcasters()

    def build(data: Mapping[str, Any], vault: Vault) -> Record:
        record = cls.from_avro(data, vault)
        while (step := steps.get(record.NAME)) is not None:
            record = step(record)
        return record

    return build if cls.NAME in steps else cls.from_avro


def upcasters() -> Mapping[str, Callable[[Any], Record]]:
    """From an old record's name to the function that makes the newer record of it: every `upcast_…` function in
    `schemas.upcasters`, named by its annotated argument."""
    package = importlib.import_module("schemas.upcasters")
    modules = [importlib.import_module(m.name) for m in pkgutil.iter_modules(package.__path__, "schemas.upcasters.")]
    functions = [f for module in modules for name, f in vars(module).items() if name.startswith("upcast_")]
    return {f.__annotations__["old"].NAME: f for f in functions}
