"""Reads CSV files (RFC 4180, with any of four delimiters) in UTF-8, row by row, in little memory.

`inspect` goes through the whole file before anything is sent, so that a file that cannot be imported changes nothing.
"""

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import IO

from streams.importer.problems import FileRefused, Problem
from streams.importer.targets import Target
from streams.importer.values import same_name

LINE_LIMIT = 8 * 1024 * 1024
"""Characters of one line, or of one quoted cell; past that a file is taken to be no CSV file."""
_DELIMITERS = ",;\t|"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands. `line` is where it begins, the header being line 1; `problem` is why it cannot be used."""

    line: int
    cells: Sequence[str]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """A file that can be imported. `columns` gives the place of each field's column; `rows` counts data rows.

    `referred` are the keys of rows that other rows of the file refer to.
    """

    delimiter: str
    header: tuple[str, ...]
    columns: Mapping[str, int]
    rows: int
    referred: frozenset[str]

    def cells(self, row: Row) -> dict[str, str]:
        """A row's cells by field."""
        return {field: row.cells[place] for field, place in self.columns.items()}


def inspect(path: Path, target: Target, mapping: Mapping[str, str]) -> Layout:
    """What the file is; raises `FileRefused`. `mapping` is from a target's field to the column that fills it."""
    _check_mapping(target, mapping)
    with path.open("rb") as file:
        _check_encoding(file)
    delimiter, header = _header(path, mapping)
    columns = _columns(header, mapping)
    counting = Layout(delimiter, header, columns, 0, frozenset())
    count, wanted = 0, set[str]()
    for row in read(path, counting):
        count += 1
        if row.problem is None and target.within in columns:
            wanted.add(row.cells[columns[target.within]].strip())
    wanted.discard("")
    referred = _referred(path, counting, target, wanted) if wanted else frozenset[str]()
    return Layout(delimiter, header, columns, count, referred)


def read(path: Path, layout: Layout) -> Iterator[Row]:
    """The file's data rows, in order, without blank lines. Raises `FileRefused` for what is no CSV file."""
    width = len(layout.header)
    records = _records(path, layout.delimiter)
    next(records, None)
    for row in records:
        if row.problem is not None or len(row.cells) == width:
            yield row
        elif len(row.cells) < width:
            problem = Problem("cells_missing", f"The row has {len(row.cells)} of {width} cells; fill it up.")
            yield Row(row.line, row.cells, problem)
        else:
            problem = Problem(
                "cells_surplus", f"The row has {len(row.cells)} cells and {width} columns; quote cells with delimiters."
            )
            yield Row(row.line, row.cells, problem)


def _check_mapping(target: Target, mapping: Mapping[str, str]) -> None:
    fields = ", ".join(target.fields)
    for field in mapping:
        if field not in target.fields:
            raise FileRefused("field_unknown", f"The mapping fills {field}, which is no field; there are: {fields}.")
    for field, declared in target.fields.items():
        if declared.required and field not in mapping:
            raise FileRefused("field_missing", f"The mapping says nothing about {field}, which every record needs.")


def _check_encoding(file: IO[bytes]) -> None:
    start = file.read(4)
    if not start:
        raise FileRefused("file_empty", "The file is empty; upload one with a header and rows.")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FileRefused("encoding_not_utf8", "The file is in UTF-16, from byte 0 on; save it as CSV in UTF-8.")
    file.seek(0)
    decoder, done = codecs.getincrementaldecoder("utf-8")(), 0
    while True:
        block = file.read(_BLOCK)
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            at = done - held + error.start
            reason = f"The file is not in UTF-8: the byte at position {at} (from 0) does not fit; save it in UTF-8."
            raise FileRefused("encoding_not_utf8", reason) from error
        if not block:
            return
        done += len(block)


def _header(path: Path, mapping: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The delimiter under which the header holds most mapped columns, then most columns, and the header."""
    candidates = [(delimiter, _first(path, delimiter)) for delimiter in _DELIMITERS]
    wanted = set(mapping.values())
    delimiter, header = max(candidates, key=lambda c: (len(wanted.intersection(c[1])), len(c[1])))
    if not any(header):
        raise FileRefused("header_missing", "The first line is blank; it must name the columns.")
    return delimiter, header


def _first(path: Path, delimiter: str) -> tuple[str, ...]:
    first = next(_records(path, delimiter), Row(1, ()))
    return () if first.problem is not None else tuple(cell.strip() for cell in first.cells)


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


def _referred(path: Path, layout: Layout, target: Target, wanted: set[str]) -> frozenset[str]:
    """Which of the wanted rows there are. A key is taken as it stands, a name in its common form."""
    keyed = "key" in layout.columns
    form = str if keyed else same_name
    asked = {form(name) for name in wanted}
    place = next(layout.columns[field] for field in target.key if field in layout.columns)
    keys = (form(row.cells[place].strip()) for row in read(path, layout) if row.problem is None)
    return frozenset(key for key in keys if key in asked)


def _records(path: Path, delimiter: str) -> Iterator[Row]:
    """Every record, the header too. A record whose quotes are wrong is a row with a problem."""
    csv.field_size_limit(LINE_LIMIT)
    with path.open("rb") as binary, TextIOWrapper(binary, encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                _must_go_on(error, line)
                reason = f"The quotes of this row are wrong ({error}); double the ones inside a cell."
                yield Row(line, (), Problem("row_malformed", reason))
                continue
            if cells:
                yield Row(line, cells)


def _must_go_on(error: csv.Error, line: int) -> None:
    """Raises `FileRefused` where the reader has lost its way: what follows would be read wrongly."""
    sentence = str(error)
    if "unexpected end of data" in sentence:
        raise FileRefused("quote_open", f"A quote opens in the row at line {line} and never closes; close it.")
    if "field larger than field limit" in sentence:
        raise FileRefused("line_too_long", f"A cell in line {line} has more than {LINE_LIMIT} characters; shorten it.")


def _lines(text: TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(LINE_LIMIT + 1):
        number += 1
        if len(line) > LINE_LIMIT:
            raise FileRefused("line_too_long", f"Line {number} has more than {LINE_LIMIT} characters; is this CSV?")
        yield line
