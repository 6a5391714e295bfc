"""Generated from schemas/crm/field_set.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.generated.common import FieldKind
from schemas.wire import from_micros, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field that a tenant defined."""

    NAME: ClassVar[str] = "crm.Field"

    key: str
    """What the field is called in the API, such as budget."""
    label: str
    """What people call the field."""
    kind: FieldKind
    """What the field holds; it never changes."""
    choices: tuple[str, ...] = ()
    """What may be chosen, in order."""
    refers_to: str | None = None
    """The kind of record that a reference is to: contact, company, deal, product or user."""
    formula: str | None = None
    """What the field is computed by, such as amount * custom.share / 100."""
    help: str | None = None
    """What people should know who fill it in."""
    retired: bool = False
    """Whether it takes no more values; those that there are stay."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "key": self.key,
            "label": self.label,
            "kind": self.kind.value,
            "choices": list(self.choices),
            "refers_to": self.refers_to,
            "formula": self.formula,
            "help": self.help,
            "retired": self.retired,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            key=data["key"],
            label=data["label"],
            kind=FieldKind(data["kind"]),
            choices=tuple(data["choices"]),
            refers_to=data["refers_to"],
            formula=data["formula"],
            help=data["help"],
            retired=data["retired"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSet:
    """The fields that a tenant defined for one kind of record."""

    NAME: ClassVar[str] = "crm.FieldSet"

    field_set_id: str = ''
    """The id of the fields of one kind of record; empty while there are none."""
    record: str = ''
    """The kind of record: contact, company, deal, product or activity."""
    fields: tuple[Field, ...] = ()
    """The fields, in the order in which they were defined."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "field_set_id": self.field_set_id,
            "record": self.record,
            "fields": [x.to_avro(vault) for x in self.fields],
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            field_set_id=data["field_set_id"],
            record=data["record"],
            fields=tuple(Field.from_avro(x, vault) for x in data["fields"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineField:
    """Defines a field for all records of a kind."""

    NAME: ClassVar[str] = "crm.DefineField"

    field_set_id: str
    """The id of the fields of one kind of record."""
    record: str
    """The kind of record: contact, company, deal, product or activity."""
    key: str
    """What the field is called in the API, such as budget."""
    label: str
    """What people call the field."""
    kind: FieldKind
    """What the field holds; it never changes."""
    choices: tuple[str, ...] = ()
    """What may be chosen, in order."""
    refers_to: str | None = None
    """The kind of record that a reference is to: contact, company, deal, product or user."""
    formula: str | None = None
    """What the field is computed by, such as amount * custom.share / 100."""
    help: str | None = None
    """What people should know who fill it in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "field_set_id": self.field_set_id,
            "record": self.record,
            "key": self.key,
            "label": self.label,
            "kind": self.kind.value,
            "choices": list(self.choices),
            "refers_to": self.refers_to,
            "formula": self.formula,
            "help": self.help,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            field_set_id=data["field_set_id"],
            record=data["record"],
            key=data["key"],
            label=data["label"],
            kind=FieldKind(data["kind"]),
            choices=tuple(data["choices"]),
            refers_to=data["refers_to"],
            formula=data["formula"],
            help=data["help"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeField:
    """Replaces what is said of a field, but for what it holds."""

    NAME: ClassVar[str] = "crm.ChangeField"

    field_set_id: str
    """The id of the fields of one kind of record."""
    key: str
    """What the field is called in the API, such as budget."""
    label: str
    """What people call the field."""
    choices: tuple[str, ...] = ()
    """What may be chosen, in order."""
    formula: str | None = None
    """What the field is computed by, such as amount * custom.share / 100."""
    help: str | None = None
    """What people should know who fill it in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "field_set_id": self.field_set_id,
            "key": self.key,
            "label": self.label,
            "choices": list(self.choices),
            "formula": self.formula,
            "help": self.help,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            field_set_id=data["field_set_id"],
            key=data["key"],
            label=data["label"],
            choices=tuple(data["choices"]),
            formula=data["formula"],
            help=data["help"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireField:
    """Ends a field: it takes no more values, and those that there are stay."""

    NAME: ClassVar[str] = "crm.RetireField"

    field_set_id: str
    """The id of the fields of one kind of record."""
    key: str
    """What the field is called in the API, such as budget."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "field_set_id": self.field_set_id,
            "key": self.key,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            field_set_id=data["field_set_id"],
            key=data["key"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreField:
    """Takes a field that was retired up again."""

    NAME: ClassVar[str] = "crm.RestoreField"

    field_set_id: str
    """The id of the fields of one kind of record."""
    key: str
    """What the field is called in the API, such as budget."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "field_set_id": self.field_set_id,
            "key": self.key,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            field_set_id=data["field_set_id"],
            key=data["key"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDefined:
    """A field was defined."""

    NAME: ClassVar[str] = "crm.FieldDefined"

    field_set_id: str
    """The id of the fields of one kind of record."""
    record: str
    """The kind of record: contact, company, deal, product or activity."""
    key: str
    """What the field is called in the API, such as budget."""
    label: str
    """What people call the field."""
    kind: FieldKind
    """What the field holds; it never changes."""
    choices: tuple[str, ...] = ()
    """What may be chosen, in order."""
    refers_to: str | None = None
    """The kind of record that a reference is to: contact, company, deal, product or user."""
    formula: str | None = None
    """What the field is computed by, such as amount * custom.share / 100."""
    help: str | None = None
    """What people should know who fill it in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "field_set_id": self.field_set_id,
            "record": self.record,
            "key": self.key,
            "label": self.label,
            "kind": self.kind.value,
            "choices": list(self.choices),
            "refers_to": self.refers_to,
            "formula": self.formula,
            "help": self.help,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            field_set_id=data["field_set_id"],
            record=data["record"],
            key=data["key"],
            label=data["label"],
            kind=FieldKind(data["kind"]),
            choices=tuple(data["choices"]),
            refers_to=data["refers_to"],
            formula=data["formula"],
            help=data["help"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChanged:
    """What is said of a field was replaced."""

    NAME: ClassVar[str] = "crm.FieldChanged"

    field_set_id: str
    """The id of the fields of one kind of record."""
    record: str
    """The kind of record: contact, company, deal, product or activity."""
    key: str
    """What the field is called in the API, such as budget."""
    label: str
    """What people call the field."""
    choices: tuple[str, ...] = ()
    """What may be chosen, in order."""
    formula: str | None = None
    """What the field is computed by, such as amount * custom.share / 100."""
    help: str | None = None
    """What people should know who fill it in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "field_set_id": self.field_set_id,
            "record": self.record,
            "key": self.key,
            "label": self.label,
            "choices": list(self.choices),
            "formula": self.formula,
            "help": self.help,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            field_set_id=data["field_set_id"],
            record=data["record"],
            key=data["key"],
            label=data["label"],
            choices=tuple(data["choices"]),
            formula=data["formula"],
            help=data["help"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRetired:
    """A field takes no more values."""

    NAME: ClassVar[str] = "crm.FieldRetired"

    field_set_id: str
    """The id of the fields of one kind of record."""
    record: str
    """The kind of record: contact, company, deal, product or activity."""
    key: str
    """What the field is called in the API, such as budget."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "field_set_id": self.field_set_id,
            "record": self.record,
            "key": self.key,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            field_set_id=data["field_set_id"],
            record=data["record"],
            key=data["key"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRestored:
    """A field that was retired takes values again."""

    NAME: ClassVar[str] = "crm.FieldRestored"

    field_set_id: str
    """The id of the fields of one kind of record."""
    record: str
    """The kind of record: contact, company, deal, product or activity."""
    key: str
    """What the field is called in the API, such as budget."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "field_set_id": self.field_set_id,
            "record": self.record,
            "key": self.key,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            field_set_id=data["field_set_id"],
            record=data["record"],
            key=data["key"],
            at=from_micros(data["at"]),
        )


FieldSetCommand = DefineField | ChangeField | RetireField | RestoreField
FieldSetEvent = FieldDefined | FieldChanged | FieldRetired | FieldRestored


CONTRACT = AggregateContract(
    domain="crm",
    aggregate="field_set",
    plural="field-sets",
    id_field="field_set_id",
    service="contact",
    state=FieldSet,
    state_version=1,
    commands=(
        CommandContract(cls=DefineField, verb="define", creates=True, permission="crm.field-set.define", internal=False, named_by=('record',)),
        CommandContract(cls=ChangeField, verb="change-field", creates=False, permission="crm.field-set.change-field", internal=False),
        CommandContract(cls=RetireField, verb="retire-field", creates=False, permission="crm.field-set.retire-field", internal=False),
        CommandContract(cls=RestoreField, verb="restore-field", creates=False, permission="crm.field-set.restore-field", internal=False),
    ),
    events=(
        FieldDefined,
        FieldChanged,
        FieldRetired,
        FieldRestored,
    ),
    values=(Field,),
)
