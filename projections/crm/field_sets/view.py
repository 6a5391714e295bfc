"""The fields that a tenant defined for one kind of record."""

from dataclasses import dataclass, replace
from typing import assert_never

from schemas.generated.crm.field_set import (
    Field,
    FieldChanged,
    FieldDefined,
    FieldRestored,
    FieldRetired,
    FieldSetEvent,
)


@dataclass(frozen=True, slots=True)
class FieldSetRow:
    record: str
    fields: tuple[Field, ...]


def key(event: FieldSetEvent) -> str:
    return event.field_set_id


def evolve(row: FieldSetRow | None, event: FieldSetEvent) -> FieldSetRow | None:
    match event:
        case FieldDefined():
            made = Field(
                key=event.key,
                label=event.label,
                kind=event.kind,
                choices=event.choices,
                refers_to=event.refers_to,
                formula=event.formula,
                help=event.help,
            )
            return FieldSetRow(event.record, (*(row.fields if row else ()), made))
        case FieldChanged():
            return row and _with(
                row, event.key, label=event.label, choices=event.choices, formula=event.formula, help=event.help
            )
        case FieldRetired():
            return row and _with(row, event.key, retired=True)
        case FieldRestored():
            return row and _with(row, event.key, retired=False)
        case _:
            assert_never(event)


def _with(row: FieldSetRow, key: str, **changed: object) -> FieldSetRow:
    fields = tuple(replace(each, **changed) if each.key == key else each for each in row.fields)
    return replace(row, fields=fields)
