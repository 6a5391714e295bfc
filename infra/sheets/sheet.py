"""A table in a file: what it is, which columns it has, and its rows."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.sheets import delimited, workbook
from infra.sheets.encoding import Encoding, find
from infra.sheets.problems import FileRefused, Problem
from infra.sheets.row import Row

WIDEST = 5000
"""Columns at most."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`encoding` is None for a workbook, which says itself what its letters are."""

    path: Path
    encoding: Encoding | None
    delimiter: str
    header: tuple[str, ...]

    def rows(self) -> Iterator[Row]:
        """The data rows, in order, each as wide as the header or with a problem. Raises `FileRefused`."""
        everything = _records(self.path, self.encoding, self.delimiter)
        next(everything, None)
        for row in everything:
            yield row if row.problem is not None else _fitted(row, len(self.header), padded=self.encoding is None)


def opened(path: Path, wanted: Collection[str] = (), named: str | None = None, look: int | None = None) -> Sheet:
    """The table of a file; raises `FileRefused`. `wanted` are columns that it should have, `named` the encoding of
    lines that are no UTF-8, `look` how many bytes are looked at to find the encoding, all by default."""
    how, delimiter = None, ""
    if not workbook.is_workbook(path):
        how = find(path, named, look)
        delimiter = delimited.delimiter_of(path, how, wanted)
    first = next(_records(path, how, delimiter), Row(1, ()))
    header = () if first.problem is not None else tuple(cell.strip() for cell in first.cells)
    if not any(header):
        raise FileRefused("header_missing", "The first line is blank; it must name the columns.")
    if len(header) > WIDEST:
        reason = f"The first line has {len(header)} columns; {WIDEST} are the most. Leave out those not needed."
        raise FileRefused("columns_too_many", reason)
    return Sheet(path, how, delimiter, header)


def _records(path: Path, how: Encoding | None, delimiter: str) -> Iterator[Row]:
    return workbook.records(path) if how is None else delimited.records(path, how, delimiter)


def _fitted(row: Row, width: int, *, padded: bool) -> Row:
    """The row with as many cells as there are columns. Blank ones beyond them say nothing; a workbook leaves out the
    blank ones at the end."""
    cells, found = row.cells, len(row.cells)
    if found > width and not any(cells[width:]):
        return Row(row.line, cells[:width], guessed=row.guessed)
    if found < width and padded:
        return Row(row.line, [*cells, *[""] * (width - found)])
    if found == width:
        return row
    if found < width:
        problem = Problem("cells_missing", f"The row has {found} of {width} cells; fill it up.")
    else:
        reason = f"The row has {found} cells and {width} columns; quote cells with delimiters."
        problem = Problem("cells_surplus", reason)
    return Row(row.line, cells, problem, row.guessed)
