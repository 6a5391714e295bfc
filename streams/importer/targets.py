"""What rows can become: the fields of each target, which column may fill them, and the commands that follow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from streams.importer import values
from streams.importer.problems import Problem, RowRefused
from streams.importer.records import Cells, Commands, company, contact, deal, product, user
from streams.importer.values import Convert


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a target. `required` means that a column must be mapped to it and no cell of it may be blank."""

    convert: Convert
    required: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """`key` are the fields that name a row, the first filled one counts. `within` is the field that names another row.

    `reference` says that other files' rows refer to these, so that they go first. `told` gives, for a field of the
    commands that is named otherwise, the field of the target that a refusal is about.
    """

    fields: Mapping[str, Field]
    key: tuple[str, ...]
    commands: Commands
    within: str | None = None
    reference: bool = True
    told: Mapping[str, str] = field(default_factory=dict[str, str])


_TEXT, _NEEDED = Field(values.text), Field(values.text, required=True)

TARGETS: Mapping[str, Target] = {
    "admin.user": Target(
        fields={"key": _TEXT, "name": _NEEDED, "email": _TEXT, "manager": _TEXT, "team": _TEXT, "region": _TEXT},
        key=("key", "name"),
        within="manager",
        commands=user,
        told={"manager_id": "manager", "team_id": "team"},
    ),
    "crm.company": Target(
        fields={
            "key": _TEXT,
            "name": _NEEDED,
            "sector": _TEXT,
            "year_established": Field(values.integer),
            "revenue": Field(values.amount),
            "revenue_millions": Field(values.millions),
            "employees": Field(values.integer),
            "location": _TEXT,
            "parent": _TEXT,
        },
        key=("key", "name"),
        within="parent",
        commands=company,
        told={"parent_id": "parent"},
    ),
    "crm.product": Target(
        fields={"key": _TEXT, "name": _NEEDED, "series": _TEXT, "list_price": Field(values.amount, required=True)},
        key=("key", "name"),
        commands=product,
    ),
    "crm.contact": Target(
        fields={
            "key": _TEXT,
            "name": _NEEDED,
            "email": _TEXT,
            "phone": _TEXT,
            "job_title": _TEXT,
            "company": _TEXT,
        },
        key=("key", "email", "name"),
        commands=contact,
        reference=False,
    ),
    "crm.deal": Target(
        fields={
            "key": _NEEDED,
            "name": _TEXT,
            "owner": _NEEDED,
            "company": _TEXT,
            "product": _TEXT,
            "stage": Field(values.stage),
            "amount": Field(values.amount),
            "engaged_at": Field(values.moment),
            "closed_at": Field(values.moment),
            "lost_reason": _TEXT,
        },
        key=("key",),
        commands=deal,
        reference=False,
        told={"at": "closed_at", "owner_id": "owner", "company_id": "company", "product_id": "product"},
    ),
}
"""By the name that StartImport gives."""


def converted(target: Target, cells: Mapping[str, str]) -> Cells:
    """A row's cells as values; raises `RowRefused` with every problem there is."""
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, declared in target.fields.items():
        cell = cells.get(name, "").strip()
        if cell:
            try:
                found[name] = declared.convert(values.text(cell))
            except RowRefused as refused:
                problems += [Problem(problem.code, problem.reason, name) for problem in refused.problems]
        elif declared.required:
            problems.append(Problem(f"{name}_missing", f"The {name.replace('_', ' ')} is blank; fill it in.", name))
    if problems:
        raise RowRefused(*problems)
    return found
