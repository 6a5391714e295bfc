"""What generated classes and the code around them agree on: records, contracts, personal values.

`contracts()` finds every aggregate's contract by scanning the generated packages; nothing is listed by hand.
"""

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar, Final, Protocol, Self, cast


@dataclass(frozen=True, slots=True)
class Erased:
    """A personal value whose key was destroyed. Deciders and views accept it wherever the value may stand."""

    def __str__(self) -> str:
        return "[erased]"


ERASED: Final = Erased()


@dataclass(frozen=True, slots=True)
class Sealed:
    """A personal value beside the bytes that hold it. Those are passed on as they came, so that it can be proven,
    without any key, that they are still the same."""

    raw: bytes
    value: str | Erased


class Vault(Protocol):
    """Seals and opens one tenant's personal values under the key of the person they are about."""

    def seal(self, subject: str, text: str) -> bytes: ...
    def open(self, subject: str, sealed: bytes) -> str | Erased: ...


@dataclass(frozen=True, slots=True)
class PlainVault:
    """A vault without keys, for rules tested in memory."""

    def seal(self, subject: str, text: str) -> bytes:
        return b"plain:" + text.encode()

    def open(self, subject: str, sealed: bytes) -> str | Erased:
        return sealed.removeprefix(b"plain:").decode()


class Record(Protocol):
    """A generated class: an Avro record with explicit mapping to and from what fastavro reads and writes."""

    NAME: ClassVar[str]

    def to_avro(self, vault: Vault) -> dict[str, Any]: ...
    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self: ...


@dataclass(frozen=True, slots=True)
class CommandContract:
    """A command, and what follows from it: the route (`verb`), whether it creates, and the permission it takes.

    An `internal` command is sent by workers only and has no route. What is `named_by` fields has an id that follows
    from them, so that it is there once, whoever creates it. One about a `person` names somebody whose own record is
    elsewhere: it may be the first of its aggregate, and an id that no person has is not found.
    """

    cls: type[Any]
    verb: str
    creates: bool
    permission: str
    internal: bool
    named_by: tuple[str, ...] = ()
    person: bool = False


@dataclass(frozen=True, slots=True)
class AggregateContract:
    """All records of one aggregate. `state_version` rises when old snapshots must be folded again. `erasure` is the
    event that says of an aggregate that is a person that nothing personal in its events can be read any more."""

    domain: str
    aggregate: str
    plural: str
    id_field: str
    service: str
    state: type[Any]
    state_version: int
    commands: tuple[CommandContract, ...]
    events: tuple[type[Any], ...]
    values: tuple[type[Any], ...]
    erasure: type[Any] | None = None


@dataclass(frozen=True, slots=True)
class FieldContract:
    """One field as its schema declares it. `subject` names the field that holds the data subject's id, if personal.

    A `secret` is text that callers give and nobody is shown: what stands in the field is sealed.
    One that is `kept` is a `Sealed` in Python: its bytes stay as they are, whoever passes it on.
    One that is a `list_of` a value record is a tuple of these in Python, and one sealed text on the log.
    One that is `carried` is no caller's: the gateway fills in what a rule needs to know of another aggregate, which it
    names. One that is `minted` is the id of what a command makes beside its own record, and is given when left out.
    """

    name: str
    type: Any
    doc: str
    required: bool
    default: Any
    subject: str | None
    secret: bool
    kept: bool
    list_of: str | None
    carried: str | None
    minted: bool


CUSTOM: Final = "common.CustomValue"


def is_custom(field: FieldContract) -> bool:
    """Whether a field holds what tenants' own fields hold: callers give an object of values by key."""
    match field.type:
        case {"type": "array", "items": items}:
            return items == CUSTOM
        case _:
            return field.list_of == CUSTOM


@functools.cache
def contracts() -> Mapping[tuple[str, str], AggregateContract]:
    """Every aggregate's contract, by (domain, aggregate)."""
    found = [module.CONTRACT for module in _generated() if hasattr(module, "CONTRACT")]
    return {(contract.domain, contract.aggregate): contract for contract in cast(list[AggregateContract], found)}


@functools.cache
def record_types() -> Mapping[str, type[Any]]:
    """Every generated record class, by its full name, such as crm.DealWon."""
    modules: list[dict[str, Any]] = [vars(module) for module in _generated()]
    return {member.NAME: member for module in modules for member in module.values() if hasattr(member, "NAME")}


def record_type(name: str) -> type[Any]:
    """The class of a record name; KeyError when there is none."""
    return record_types()[name]


@functools.cache
def people() -> tuple[AggregateContract, ...]:
    """The aggregates that are persons: fields of their events are sealed under a key of the aggregate's own id."""
    return tuple(
        contract
        for contract in contracts().values()
        if any(field.subject == contract.id_field for event in contract.events for field in fields(event))
    )


def domains() -> tuple[str, ...]:
    """The domains that have contracts, in order of name."""
    return tuple(sorted({domain for domain, _ in contracts()}))


@functools.cache
def minted(cls: type[Any]) -> str | None:
    """The field of a command that holds the id of what it makes beside its own record, if it makes such."""
    return next((field.name for field in fields(cls) if field.minted), None)


@functools.cache
def fields(cls: type[Any]) -> tuple[FieldContract, ...]:
    """The fields of a generated record, in order, as declared in its schema."""
    from schemas.avro import named_types

    return tuple(
        FieldContract(
            name=field["name"],
            type=field["type"],
            doc=field["doc"],
            required="default" not in field,
            default=field.get("default"),
            subject=field.get("subject"),
            secret=field.get("secret", False),
            kept=field.get("kept", False),
            list_of=field.get("list_of"),
            carried=field.get("carried"),
            minted=field.get("minted", False),
        )
        for field in named_types()[cls.NAME]["fields"]
    )


def _generated() -> list[ModuleType]:
    package = importlib.import_module("schemas.generated")
    names = [module.name for module in pkgutil.walk_packages(package.__path__, "schemas.generated.")]
    return [importlib.import_module(name) for name in names]
