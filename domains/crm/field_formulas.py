"""Whether the formulas of a record's fields can be computed: of what there is, and never of themselves."""

from collections.abc import Mapping, Sequence
from typing import cast

from domains.kernel import Rejected
from schemas import formula
from schemas.avro import Schema
from schemas.contract import contracts
from schemas.contract import fields as fields_of
from schemas.formula import FormulaError, Kind
from schemas.generated.common import FieldKind
from schemas.generated.crm.field_set import Field

_COMPUTABLE: Mapping[FieldKind, Kind] = {
    FieldKind.NUMBER: "number",
    FieldKind.MONEY: "number",
    FieldKind.DATE: "date",
    FieldKind.BOOLEAN: "boolean",
    FieldKind.TEXT: "text",
    FieldKind.CHOICE: "text",
}
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "contact": ("name", "email", "phone", "job_title", "lifecycle", "source"),
    "company": ("name", "sector", "location", "lifecycle", "source", "website", "domain", "description"),
    "deal": ("name", "stage", "stage_name", "forecast_category", "next_step", "won_reason", "lost_reason"),
    "activity": ("title", "kind", "status", "priority", "direction", "location", "outcome"),
    "product": ("name", "series"),
}
"""What people read of a record, which its rows show; ids say nothing to compute with."""

LARGEST = 1000
"""Parts of a formula in which those that it names are written out."""


def built_in(record: str) -> Mapping[str, Kind]:
    """What formulas may name of a record besides custom fields: its numbers, amounts, dates and texts."""
    found: dict[str, Kind] = dict.fromkeys(_TEXTS[record], "text")
    for field in fields_of(contracts()["crm", record].state):
        if (kind := _computable(field.type)) is not None:
            found[field.name] = kind
    return found


def _computable(schema: Schema) -> Kind | None:
    match schema:
        case list():
            branches = cast(list[Schema], schema)
            return next((kind for each in branches if (kind := _computable(each)) is not None), None)
        case "int" | "long" | "common.Money":
            return "number"
        case {"logicalType": "timestamp-micros" | "date"}:
            return "date"
        case _:
            return None


def check_formulas(record: str, fields: Sequence[Field]) -> None:
    """Raises Rejected(formula_wrong, formula_loops) where a formula cannot be computed of the fields there are."""
    by_key = {field.key: field for field in fields}
    found: dict[str, Kind] = dict(built_in(record))
    sizes: dict[str, int] = {}

    def settle(key: str, above: tuple[str, ...]) -> None:
        """Finds what a field holds, after all that it is computed of."""
        name, field = f"custom.{key}", by_key.get(key)
        if name in found or field is None or field.retired:
            return
        if field.formula is None:
            if field.kind in _COMPUTABLE:
                found[name] = _COMPUTABLE[field.kind]
            return
        if key in above:
            path = " → ".join((*above[above.index(key) :], key))
            raise Rejected("formula_loops", f"The formula is computed of itself ({path}); break the circle.", "formula")
        try:
            parsed = formula.parse(field.formula)
            for each in sorted(formula.names(parsed)):
                if each.startswith("custom."):
                    settle(each.removeprefix("custom."), (*above, key))
            found[name] = formula.kind_of(parsed, found)
            sizes[name] = formula.size(parsed, sizes)
            if sizes[name] > LARGEST:
                raise FormulaError(f"With the formulas it names it has more than {LARGEST} parts; simplify it.")
        except FormulaError as error:
            raise Rejected("formula_wrong", str(error), "formula") from error

    for field in fields:
        settle(field.key, ())
