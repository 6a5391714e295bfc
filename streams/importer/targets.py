"""What rows become: the key of each target, and the commands that follow from a row.

Its fields are declared in `domains.integration.importable`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domains.integration.importable import IMPORTABLE, Field, Importable
from infra.sheets.problems import Problem
from streams.importer import values
from streams.importer.pipelines import names_one
from streams.importer.problems import RowRefused
from streams.importer.records import Cells, Commands, company, contact, deal, product, user
from streams.importer.values import PLAIN, Forms


@dataclass(frozen=True, slots=True)
class Target:
    """`key` are the fields that name a row, the first filled one counts.

    `reference` says that other files' rows refer to these, so that they go first. `told` gives, for a field of the
    commands that is named otherwise, the field of the target that a refusal is about.
    """

    name: str
    key: tuple[str, ...]
    commands: Commands
    reference: bool = True
    told: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def declared(self) -> Importable:
        return IMPORTABLE[self.name]

    @property
    def within(self) -> str | None:
        return self.declared.within

    @property
    def fields(self) -> Mapping[str, Field]:
        return self.declared.fields


_ALL = (
    Target(
        "admin.user",
        key=("key", "name"),
        commands=user,
        told={"manager_id": "manager", "team_id": "team"},
    ),
    Target(
        "crm.company",
        key=("key", "name"),
        commands=company,
        told={"parent_id": "parent", "owner_id": "owner", "domains": "domain"},
    ),
    Target("crm.product", key=("key", "name"), commands=product),
    Target(
        "crm.contact",
        key=("key", "email", "name", "last_name", "first_name"),
        commands=contact,
        reference=False,
        told={"company_id": "company", "owner_id": "owner"},
    ),
    Target(
        "crm.deal",
        key=("key",),
        commands=deal,
        reference=False,
        told={
            "at": "closed_at",
            "owner_id": "owner",
            "company_id": "company",
            "product_id": "product",
            "pipeline_id": "pipeline",
            "stage_id": "stage",
        },
    ),
)
TARGETS: Mapping[str, Target] = {target.name: target for target in _ALL}
"""By the name that StartImport gives."""


def converted(
    target: Target,
    cells: Mapping[str, str],
    forms: Forms = PLAIN,
    others: Mapping[str, Mapping[str, str]] | None = None,
    *,
    changed: bool = False,
) -> Cells:
    """A row's cells as values; raises `RowRefused` with every problem there is. `others` are what cells stand for,
    `changed` says that the tenant changed the stages of the pipeline that is always there."""
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    placed = names_one(cells.get("pipeline", ""))
    for name, declared in target.fields.items():
        cell = cells.get(name, "").strip() if name != "pipeline" or placed else ""
        cell = (others or {}).get(name, {}).get(cell, cell)
        if cell:
            try:
                # Which stages a pipeline of the tenant's has is known once all of the row is.
                kind = "text" if (placed or changed) and declared.kind == "stage" else declared.kind
                found[name] = values.CONVERT[kind](values.text(cell), forms)
            except RowRefused as refused:
                problems += [Problem(problem.code, problem.reason, name) for problem in refused.problems]
        elif declared.required:
            problems.append(Problem(f"{name}_missing", f"The {name.replace('_', ' ')} is blank; fill it in.", name))
    any_of = target.declared.any_of
    if any_of and not problems and not any(name in found for name in any_of):
        words = ", ".join(name.replace("_", " ") for name in any_of)
        problems.append(Problem("row_nameless", f"Nothing names the record; fill in one of {words}."))
    if problems:
        raise RowRefused(*problems)
    return found


def left_out(target: Target, cells: Mapping[str, str]) -> list[Problem]:
    """What is told of cells with several values, of which a field takes the first."""
    reason = "The cell holds several values, of which the first was taken; look at the rest."
    return [
        Problem("values_left_out", reason, name)
        for name, cell in cells.items()
        if name in target.fields and target.fields[name].kind == "first" and len(values.several(cell)) > 1
    ]
