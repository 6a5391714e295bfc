"""What an uploaded file holds, and what it could become, before an import is started. Nothing of it is kept.

So many rows are looked at and no more, in a thread of its own, so that the answer is small and nobody else waits.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from domains.integration.cell_forms import plain
from domains.integration.importable import IMPORTABLE, Field, Importable, Kind
from domains.integration.suggesting import Looks, Suggestion, looks, mapped, suggested
from domains.integration.suggesting_pipelines import Pipelines, column_of, with_pipelines
from gateway import describe, describe_preview, platform
from gateway.access.beyond import imported, must_hold
from gateway.access.gate import model_of
from gateway.answers import ok
from gateway.auth import Caller, admitted
from gateway.files import PERMISSION, readable
from gateway.own import defined
from gateway.pipelines_named import pipelines_named
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from gateway.turns import Turn, Turns
from infra.sheets.problems import FileRefused
from infra.sheets.problems import Problem as Flaw
from infra.sheets.row import Row
from infra.sheets.sheet import Sheet, opened
from projections.own import NONE
from projections.query import Own
from schemas.generated.common import FieldKind

COUNTED, COUNTED_OF_WORKBOOK = 100_000, 20_000
"""Rows that are gone through; of a workbook, which is slower to read, fewer."""
LOOK = 8 * 1024 * 1024
"""Bytes in which the encoding is looked for."""
PATIENCE = 20.0
"""Seconds that a preview waits for others."""
_SAMPLED, _CELLS = 1000, 100_000
_FIRST, _SAMPLES, _TOLD, _PLACES = 10, 5, 20, 200
_KINDS: Mapping[FieldKind, Kind] = {
    FieldKind.NUMBER: "amount", FieldKind.MONEY: "amount", FieldKind.DATE: "moment",
}  # fmt: skip
_SHOWN = 200
"""Characters of a cell."""


def turns() -> Turns:
    """Two previews at once, one of a tenant."""
    return Turns(2, 1, longest=30.0)


def add(router: APIRouter) -> None:
    """GET /integration/files/{hash}/preview."""
    router.add_api_route(
        "/integration/files/{hash}/preview",
        _preview,
        methods=["GET"],
        summary="What a file holds and how its columns could be mapped, before it is imported.",
        tags=["integration: files"],
        response_class=Response,
        openapi_extra=describe_preview.preview(tuple(IMPORTABLE)) | describe.takes(PERMISSION),
        responses=describe_preview.previewed(),
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A column with some of its values. `field` is the one that it could fill."""

    name: str
    looks: Looks
    samples: Sequence[str]
    field: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """`rows` are as many as were gone through, and `more` says that there are others. `problems` are the first rows
    that could not be used, `guessed` the lines of the first that were read in the fallback."""

    sheet: Sheet
    rows: int
    more: bool
    first: Sequence[Sequence[str]]
    columns: Sequence[Column]
    problems: Sequence[tuple[int, Flaw]]
    guessed: Sequence[int]
    suggestion: Suggestion


async def _preview(request: Request) -> Response:
    who, limits = await admitted(request)
    who.standing.needed(PERMISSION)
    path = await readable(platform.of(request), who, request.path_params["hash"])
    target, encoding = _asked(request.query_params)
    if who.standing.who is not None:
        must_hold(who.standing, imported(target, "record"))
    here = platform.of(request)
    declared = with_own(IMPORTABLE[target], await _own(here, who, target))
    pipelines = await pipelines_named(here, who) if "pipeline" in declared.fields else None
    line: Turns = request.app.state.previews
    turn = await _turn(line, who.tenant)
    try:
        seen = await asyncio.to_thread(look, path, declared, encoding, pipelines)
    except FileRefused as refused:
        raise Problem(422, refused.code, refused.reason, "file") from refused
    except FileNotFoundError as error:
        raise not_found("file") from error
    finally:
        line.give_back(turn)
    return ok(_told(seen, target, declared), 200, limits)


async def _own(here: Platform, who: Caller, target: str) -> Own:
    """The fields that the tenant defined for what rows become."""
    domain, _, aggregate = target.partition(".")
    model = model_of(domain, aggregate)
    return NONE if model is None else await defined(here, who.tenant, model)


def with_own(target: Importable, own: Own) -> Importable:
    """The target with fields of the tenant's own, whose columns are known by their keys and labels."""
    fields: dict[str, Field] = {}
    for each in own.fields:
        if each.retired or each.kind is FieldKind.FORMULA:
            continue
        called = (plain(each.key), plain(each.label))
        fields[f"custom.{each.key}"] = Field(_KINDS.get(each.kind, "text"), names=called)
        if each.kind is FieldKind.MONEY:
            currencies = tuple(f"{name} currency" for name in called)
            fields[f"custom.{each.key}.currency"] = Field("currency", names=currencies)
    return replace(target, fields={**target.fields, **fields})


async def _turn(line: Turns, tenant: str) -> Turn:
    try:
        async with asyncio.timeout(PATIENCE):
            return await line.wait(tenant)
    except TimeoutError as error:
        detail = "Others are looking at files now; try again in a moment."
        raise Problem(503, "previews_busy", detail, headers={"Retry-After": "5"}) from error


def _asked(given: Mapping[str, str]) -> tuple[str, str | None]:
    for name in given:
        if name not in ("target", "encoding"):
            detail = "A preview takes target and encoding alone; leave out the rest."
            raise Problem(400, "unknown_parameter", detail, name[:80])
    target = given.get("target")
    if target is None or target not in IMPORTABLE:
        choices = ", ".join(IMPORTABLE)
        raise Problem(400, "target_unknown", f"Say what the rows are to become: {choices}.", "target")
    return target, given.get("encoding")


def look(path: Path, target: Importable, encoding: str | None = None, pipelines: Pipelines | None = None) -> Seen:
    """Goes through the beginning of a file; raises `FileRefused`. `pipelines` are those that the tenant has."""
    sheet = opened(path, named=encoding, look=LOOK)
    mapping = mapped(target, sheet.header)
    stage, pipeline = mapping.get("stage"), column_of(target, sheet.header, mapping) if pipelines else None
    of_pipeline, of_stage = (None if each is None else sheet.header.index(each) for each in (pipeline, stage))
    rows, most = sheet.rows(), max(1, min(_SAMPLED, _CELLS // len(sheet.header)))
    found = _Gathered(most, of_pipeline, of_stage)
    for row in islice(rows, COUNTED_OF_WORKBOOK if sheet.encoding is None else COUNTED):
        found.add(row)
    more = next(rows, None) is not None
    values = [[cells[place] for cells in found.sample] for place in range(len(sheet.header))]
    if stage is not None:
        values[sheet.header.index(stage)] += sorted({stage for _, stage in found.named})
    suggestion = suggested(target, sheet.header, values)
    if pipelines:
        suggestion = with_pipelines(suggestion, pipeline, found.named, pipelines)
    fields = {column: field for field, column in suggestion.mapping.items()}
    columns = [_column(name, cells, fields.get(name)) for name, cells in zip(sheet.header, values, strict=True)]
    first = found.sample[: max(1, min(_FIRST, _CELLS // 10 // len(sheet.header)))]
    return Seen(sheet, found.rows, more, first, columns, found.problems, found.guessed, suggestion)


@dataclass(slots=True)
class _Gathered:
    """What is kept of the rows gone through: `most` of them as a sample, and every stage that comes up, with the
    pipeline that it is named with, since each needs to be known."""

    most: int
    pipeline: int | None
    stage: int | None
    rows: int = 0
    sample: list[Sequence[str]] = field(default_factory=list[Sequence[str]])
    named: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    problems: list[tuple[int, Flaw]] = field(default_factory=list[tuple[int, Flaw]])
    guessed: list[int] = field(default_factory=list[int])

    def add(self, row: Row) -> None:
        self.rows += 1
        if row.guessed and len(self.guessed) < _TOLD:
            self.guessed.append(row.line)
        if row.problem is not None:
            if len(self.problems) < _TOLD:
                self.problems.append((row.line, row.problem))
            return
        if len(self.sample) < self.most:
            self.sample.append([cell.strip()[:_SHOWN] for cell in row.cells])
        if (self.pipeline, self.stage) != (None, None) and len(self.named) < _PLACES:
            self.named.add((self._cell(row, self.pipeline), self._cell(row, self.stage)))

    def _cell(self, row: Row, place: int | None) -> str:
        return "" if place is None else row.cells[place].strip()[:_SHOWN]


def _column(name: str, cells: Sequence[str], field: str | None) -> Column:
    """Its first different values stand for it."""
    filled = dict.fromkeys(cell for cell in cells if cell)
    return Column(name, looks(cells), list(islice(filled, _SAMPLES)), field)


def _told(seen: Seen, target: str, declared: Importable) -> dict[str, Any]:
    how, suggestion = seen.sheet.encoding, seen.suggestion
    filled = suggestion.mapping
    missing = [name for name, field in declared.fields.items() if field.required and name not in filled]
    if declared.any_of and not any(name in filled for name in declared.any_of):
        missing.append(declared.any_of[0])
    return {
        "target": target,
        "format": "xlsx" if how is None else "csv",
        "encoding": None if how is None else how.name,
        "fallback": how.fallback if how is not None and seen.guessed else None,
        "delimiter": seen.sheet.delimiter or None,
        "rows": seen.rows,
        "more": seen.more,
        "columns": [asdict(column) for column in seen.columns],
        "first": seen.first,
        "problems": [{"line": line, "code": flaw.code, "reason": flaw.reason} for line, flaw in seen.problems],
        "guessed": seen.guessed,
        "missing": missing,
        "ignored": [column.name for column in seen.columns if column.field is None],
        "undecided": suggestion.undecided,
        "suggested": {
            "target": target,
            "mapping": filled,
            "values": suggestion.values,
            "decimal": suggestion.decimal,
            "dates": suggestion.dates,
        },
    }
