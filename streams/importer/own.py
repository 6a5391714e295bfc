"""Fields of a tenant's own as columns of a file: `custom.<key>`, and `custom.<key>.currency` beside an amount of money.

A cell says what people see: an amount with or without its currency, a name or an id of what it refers to, choices with
semicolons between. A blank one says nothing.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from domains.crm.custom_values import listed, typed
from domains.integration.cell_forms import same_name
from domains.kernel import Rejected
from infra.sheets.problems import FileRefused, Problem
from schemas.generated.common import CustomValue, FieldKind
from schemas.generated.crm.company import SetCompanyFields
from schemas.generated.crm.contact import SetContactFields
from schemas.generated.crm.deal import SetDealFields
from schemas.generated.crm.field_set import Field
from schemas.generated.crm.product import SetProductFields
from streams.importer import values
from streams.importer.naming import Naming
from streams.importer.problems import RowRefused
from streams.importer.records import Cells, Origin
from streams.importer.values import PLAIN, Forms

Fields = Mapping[str, Field]
"""The fields of one kind of record, by key."""
SetFields = SetContactFields | SetCompanyFields | SetDealFields | SetProductFields
_PREFIX = "custom."
_MONEY = re.compile(r"(?:([A-Z]{3})\s*)?(.*?)(?:\s*([A-Z]{3}))?", re.DOTALL)
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")
_NAMED = {"user": "admin.user", "company": "crm.company", "product": "crm.product"}


def is_own(name: str) -> bool:
    """Whether a field of a mapping is one of the tenant's own."""
    return name.startswith(_PREFIX)


def check(fields: Fields, mapping: Mapping[str, str]) -> None:
    """Raises FileRefused for a field that is not there, or that takes no values."""
    for name in filter(is_own, mapping):
        key, _, part = name.removeprefix(_PREFIX).partition(".")
        field = fields.get(key)
        if field is None or (part and (part != "currency" or field.kind is not FieldKind.MONEY)):
            known = ", ".join(each for field in fields.values() for each in names(field)) or "none yet"
            reason = f"The mapping fills {name[:80]}, which is no field of your own; there are: {known}."
            raise FileRefused("field_unknown", reason)
        if field.retired or field.kind is FieldKind.FORMULA:
            reason = f"The mapping fills {name}, which takes no values: it was retired, or is computed. Leave it out."
            raise FileRefused("field_closed", reason)


def names(field: Field) -> Sequence[str]:
    """What a mapping calls what a column can fill of a field; nothing of one that takes no values."""
    if field.retired or field.kind is FieldKind.FORMULA:
        return ()
    name = f"{_PREFIX}{field.key}"
    return (name, f"{name}.currency") if field.kind is FieldKind.MONEY else (name,)


def own_values(fields: Fields, given: Mapping[str, str], forms: Forms, cells: Cells, origin: Origin) -> dict[str, Any]:
    """What a row says of the tenant's own fields, by key as commands take it. `cells` are its others. Raises
    RowRefused with a problem for each cell that cannot be taken."""
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, field in fields.items():
        cell = given.get(f"{_PREFIX}{key}", "").strip()
        if not cell:
            continue
        try:
            values.text(cell)
            if field.kind is FieldKind.MONEY:
                currency = given.get(f"{_PREFIX}{key}.currency", "").strip() or cells.get("currency", origin.currency)
                value: Any = _money(cell, currency, forms)
            else:
                value = _value(field, cell, forms, origin.naming)
            typed(fields, {key: value})
            found[key] = value
        except RowRefused as refused:
            problems += [Problem(problem.code, problem.reason, f"{_PREFIX}{key}") for problem in refused.problems]
        except Rejected as rejected:
            problems.append(Problem(rejected.code, rejected.message, rejected.field))
    if problems:
        raise RowRefused(*problems)
    return found


def set_fields(target: str, id: str, fields: Fields, given: Mapping[str, Any], origin: Origin) -> SetFields | None:
    """The command that says it of a record."""
    if not given:
        return None
    custom = typed(fields, given)
    match target:
        case "crm.contact":
            return SetContactFields(contact_id=id, custom=custom, at=origin.at)
        case "crm.company":
            return SetCompanyFields(company_id=id, custom=custom, at=origin.at)
        case "crm.deal":
            return SetDealFields(deal_id=id, custom=custom, at=origin.at)
        case _:
            return SetProductFields(product_id=id, custom=custom, at=origin.at)


def filling(command: SetFields, state: Any) -> Sequence[CustomValue]:
    """Of what the command says, what its record has nothing of."""
    held = {each.key for each in listed(state.custom)}
    return tuple(each for each in listed(command.custom) if each.key not in held)


def _value(field: Field, cell: str, forms: Forms, naming: Naming) -> Any:
    match field.kind:
        case FieldKind.NUMBER:
            return values.amount(cell, forms)
        case FieldKind.DATE:
            return values.moment(cell, forms).date().isoformat()
        case FieldKind.BOOLEAN:
            return _yes_or_no(cell)
        case FieldKind.CHOICE:
            return _choice(field, cell) or cell
        case FieldKind.CHOICES:
            return _choices(field, cell)
        case FieldKind.REFERENCE:
            return _reference(field, cell, naming)
        case FieldKind.TEXT | FieldKind.MONEY | FieldKind.FORMULA | FieldKind.UNKNOWN:
            return cell
        case _:
            assert_never(field.kind)


def _money(cell: str, currency: str, forms: Forms) -> Mapping[str, Any]:
    """`12.50 USD`, `USD 12.50`, or an amount whose currency stands elsewhere."""
    said = _MONEY.fullmatch(cell)
    assert said is not None  # whatever it is, it is something between two currencies
    before, amount, after = said.groups()
    return {"amount": values.amount(amount, forms), "currency": values.currency(after or before or currency, PLAIN)}


def _yes_or_no(cell: str) -> bool:
    if (said := cell.casefold()) in (*_YES, *_NO):
        return said in _YES
    reason = "This is neither yes nor no; write true or false."
    raise RowRefused(Problem("value_wrong", reason))


def _choice(field: Field, cell: str) -> str | None:
    """The choice that a cell names, whatever its case."""
    return next((each for each in field.choices if same_name(each) == same_name(cell)), None)


def _choices(field: Field, cell: str) -> list[str]:
    """What is no choice by itself is several with semicolons, or commas, between."""
    whole = _choice(field, cell)
    if whole is not None:
        return [whole]
    parts = [part.strip() for part in re.split(r"[;\n]" if ";" in cell or "\n" in cell else ",", cell)]
    return [_choice(field, part) or part for part in parts if part]


def _reference(field: Field, cell: str, naming: Naming) -> str:
    """An id as it stands; of what has a name, that of who bears it."""
    kind = _NAMED.get(field.refers_to or "")
    if kind is None or naming.is_id(kind, cell):
        return cell
    found = naming.refer(kind, "reference", cell)
    assert found is not None  # a blank cell says nothing and is not asked about
    return found


def changed_values(before: Any, after: Any) -> Mapping[str, str]:
    """By field, what values a record has that it did not have before; nothing for those that are gone."""
    held, then = ({each.key: each.values for each in listed(values)} for values in (before, after))
    changed = [key for key in sorted({*held, *then}) if held.get(key) != then.get(key)]
    return {f"{_PREFIX}{key}": "; ".join(then.get(key, ())) for key in changed}
