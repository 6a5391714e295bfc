"""What an import needs to know of its file before anything is sent: one that cannot be imported changes nothing.

`inspect` goes through the whole file; how its rows are read is told in `infra.sheets`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from domains.integration.cell_forms import same_name
from infra.sheets.problems import FileRefused
from infra.sheets.row import Row
from infra.sheets.sheet import Sheet, opened
from streams.importer import own
from streams.importer.own import Fields
from streams.importer.targets import Target


@dataclass(frozen=True, slots=True)
class Layout:
    """A file that can be imported. `columns` gives the place of each field's column; `rows` counts data rows.

    `referred` are the keys of rows that other rows of the file refer to.
    """

    sheet: Sheet
    columns: Mapping[str, int]
    rows: int
    referred: frozenset[str]

    @property
    def header(self) -> tuple[str, ...]:
        return self.sheet.header

    def cells(self, row: Row) -> dict[str, str]:
        """A row's cells by field."""
        return {field: row.cells[place] for field, place in self.columns.items()}

    def read(self) -> Iterator[Row]:
        """The file's data rows, in order, without blank lines."""
        return self.sheet.rows()


def inspect(
    path: Path, target: Target, mapping: Mapping[str, str], named: str | None = None, fields: Fields | None = None
) -> Layout:
    """What the file is; raises `FileRefused`. `mapping` is from a target's field, or one of the tenant's own, to the
    column that fills it, `named` the encoding of lines that are no UTF-8."""
    _check_mapping(target, mapping)
    own.check(fields or {}, mapping)
    sheet = opened(path, mapping.values(), named)
    columns = _columns(sheet.header, mapping)
    count, wanted = 0, set[str]()
    for row in sheet.rows():
        count += 1
        if row.problem is None and target.within in columns:
            wanted.add(row.cells[columns[target.within]].strip())
    wanted.discard("")
    referred = _referred(sheet, columns, target, wanted) if wanted else frozenset[str]()
    return Layout(sheet, columns, count, referred)


def _check_mapping(target: Target, mapping: Mapping[str, str]) -> None:
    fields = ", ".join(target.fields)
    for field in mapping:
        if field not in target.fields and not own.is_own(field):
            raise FileRefused("field_unknown", f"The mapping fills {field}, which is no field; there are: {fields}.")
    for field, declared in target.fields.items():
        if declared.required and field not in mapping:
            raise FileRefused("field_missing", f"The mapping says nothing about {field}, which every record needs.")
    any_of = target.declared.any_of
    if any_of and not any(field in mapping for field in any_of):
        words = ", ".join(any_of)
        raise FileRefused("field_missing", f"The mapping says nothing of {words}; every record needs one of them.")


def _columns(header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for field, column in mapping.items():
        found = header.count(column)
        if found == 0:
            # The header is not told: where the file lacks one, it is somebody's data.
            reason = (
                f"There is no column {column}, which should fill {field}, among the {len(header)} that the first line "
                "names; compare it with the mapping."
            )
            raise FileRefused("column_missing", reason)
        if found > 1:
            raise FileRefused("column_doubled", f"The file has {found} columns named {column}; rename all but one.")
        columns[field] = header.index(column)
    return columns


def _referred(sheet: Sheet, columns: Mapping[str, int], target: Target, wanted: set[str]) -> frozenset[str]:
    """Which of the wanted rows there are. A key is taken as it stands, a name in its common form."""
    form = str if "key" in columns else same_name
    asked = {form(name) for name in wanted}
    place = next(columns[field] for field in target.key if field in columns)
    keys = (form(row.cells[place].strip()) for row in sheet.rows() if row.problem is None)
    return frozenset(key for key in keys if key in asked)
