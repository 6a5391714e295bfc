"""The fields that a tenant defines for one kind of record: typed, and kept together, so that formulas that name one
another are looked at together."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from domains.checks import optional_text, text
from domains.crm.field_formulas import check_formulas
from domains.crm.undo_settings import FIELD_SET
from domains.kernel import Decider, Rejected
from schemas.generated.common import FieldKind
from schemas.generated.crm.field_set import (
    CONTRACT,
    ChangeField,
    DefineField,
    Field,
    FieldChanged,
    FieldDefined,
    FieldRestored,
    FieldRetired,
    FieldSet,
    FieldSetCommand,
    FieldSetEvent,
    RestoreField,
    RetireField,
)

RECORDS = ("contact", "company", "deal", "product", "activity")
REFERABLE = ("contact", "company", "deal", "product", "user")
MOST = 200
"""Fields that one kind of record has, and choices that one field offers."""
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def _defined(command: DefineField, known: FieldSet) -> Field:
    if command.record not in RECORDS:
        message = f"There are fields for {', '.join(RECORDS)}; name one of these."
        raise Rejected("record_unknown", message, "record")
    if not _KEY.fullmatch(command.key):
        message = "A key has small letters, digits and underscores, 40 at most, and begins with a letter."
        raise Rejected("key_malformed", message, "key")
    if command.kind is FieldKind.UNKNOWN:
        raise Rejected("kind_unknown", "Nobody knows what such a field holds; name a kind that there is.", "kind")
    if len(known.fields) >= MOST:
        raise Rejected("fields_too_many", f"A kind of record has {MOST} fields at most; use one that is there.", "key")
    field = Field(key=command.key, label=text(command.label, "label", 100), kind=command.kind)
    return _said(field, command)


def _said(field: Field, command: DefineField | ChangeField) -> Field:
    """The field with what the command says of it, as far as that goes with what it holds."""
    refers_to = field.refers_to if isinstance(command, ChangeField) else command.refers_to
    chooses = field.kind in (FieldKind.CHOICE, FieldKind.CHOICES)
    if refers_to not in (REFERABLE if field.kind is FieldKind.REFERENCE else (None,)):
        message = f"A reference is to one of {', '.join(REFERABLE)}, and no other field refers to anything."
        raise Rejected("refers_to_wrong", message, "refers_to")
    if chooses != bool(command.choices) or len(command.choices) > MOST:
        message = f"A field of choices offers from 1 to {MOST}, and no other field offers any."
        raise Rejected("choices_wrong", message, "choices")
    if (field.kind is FieldKind.FORMULA) != (command.formula is not None):
        raise Rejected("formula_wrong", "A formula is given for a field that is computed, and for no other.", "formula")
    choices = tuple(text(each, "choices", 100) for each in command.choices)
    if len(set(choices)) < len(choices):
        raise Rejected("choice_repeated", "One of the choices stands there twice; leave one out.", "choices")
    return replace(
        field,
        label=text(command.label, "label", 100),
        choices=choices,
        refers_to=refers_to,
        formula=command.formula,
        help=optional_text(command.help, "help", 1000),
    )


def decide(command: FieldSetCommand, known: FieldSet) -> Sequence[FieldSetEvent]:
    field = next((each for each in known.fields if each.key == command.key), None)
    if isinstance(command, DefineField):
        return _define(command, known, field)
    if field is None:
        raise Rejected("field_unknown", "There is no field with this key; define it first.", "key")
    match command:
        case ChangeField():
            changed = _said(field, command)
            if changed == field:
                return []
            check_formulas(known.record, [changed if each is field else each for each in known.fields])
            return [_told_anew(command, known, changed)]
        case RetireField():
            if field.retired:
                return []
            gone = [replace(each, retired=True) if each is field else each for each in known.fields]
            _spared(known.record, field, gone)
            return [FieldRetired(field_set_id=known.field_set_id, record=known.record, key=field.key, at=command.at)]
        case RestoreField():
            if not field.retired:
                return []
            back = [replace(each, retired=False) if each is field else each for each in known.fields]
            check_formulas(known.record, back)
            return [FieldRestored(field_set_id=known.field_set_id, record=known.record, key=field.key, at=command.at)]
        case _:
            assert_never(command)


def _define(command: DefineField, known: FieldSet, field: Field | None) -> Sequence[FieldSetEvent]:
    if field is None:
        made = _defined(command, known)
        check_formulas(command.record, (*known.fields, made))
        return [_told(command, made)]
    if field.kind is not command.kind:
        message = "There is such a field, and what a field holds never changes; define one with another key."
        raise Rejected("field_kind_fixed", message, "kind")
    if _said(field, command) == field:
        return []
    raise Rejected("field_exists", "There is such a field already; change it instead.", "key")


def _spared(record: str, field: Field, left: Sequence[Field]) -> None:
    try:
        check_formulas(record, left)
    except Rejected as rejected:
        message = f"A formula is computed of {field.key}; change or retire that one first."
        raise Rejected("field_in_use", message, "key") from rejected


def _told(command: DefineField, made: Field) -> FieldDefined:
    return FieldDefined(
        field_set_id=command.field_set_id,
        record=command.record,
        key=made.key,
        label=made.label,
        kind=made.kind,
        choices=made.choices,
        refers_to=made.refers_to,
        formula=made.formula,
        help=made.help,
        at=command.at,
    )


def _told_anew(command: ChangeField, known: FieldSet, changed: Field) -> FieldChanged:
    return FieldChanged(
        field_set_id=known.field_set_id,
        record=known.record,
        key=changed.key,
        label=changed.label,
        choices=changed.choices,
        formula=changed.formula,
        help=changed.help,
        at=command.at,
    )


def evolve(known: FieldSet, event: FieldSetEvent) -> FieldSet:
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
            return replace(known, field_set_id=event.field_set_id, record=event.record, fields=(*known.fields, made))
        case FieldChanged():
            return _with(
                known, event.key, label=event.label, choices=event.choices, formula=event.formula, help=event.help
            )
        case FieldRetired():
            return _with(known, event.key, retired=True)
        case FieldRestored():
            return _with(known, event.key, retired=False)
        case _:
            assert_never(event)


def _with(known: FieldSet, key: str, **changed: object) -> FieldSet:
    """The fields with one of them changed."""
    fields = tuple(replace(each, **changed) if each.key == key else each for each in known.fields)
    return replace(known, fields=fields)


DECIDER: Decider[FieldSetCommand, FieldSet, FieldSetEvent] = Decider(CONTRACT, FieldSet(), decide, evolve, FIELD_SET)
