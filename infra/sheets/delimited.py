"""Reads delimited text (RFC 4180, with any of four delimiters), record by record, in little memory."""

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from infra.sheets import encoding
from infra.sheets.encoding import Encoding, lines
from infra.sheets.problems import FileRefused, Problem
from infra.sheets.row import Row

DELIMITERS = ",;\t|"
_LOOK = 20


def records(path: Path, how: Encoding, delimiter: str) -> Iterator[Row]:
    """Every record, the header too, without empty lines. A record whose quotes are wrong is a row with a problem.

    Raises `FileRefused` where the reader would lose its way.
    """
    csv.field_size_limit(encoding.LINE_LIMIT)
    source = _Source(lines(path, how))
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        source.guessed = False
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            _must_go_on(error, line)
            reason = f"The quotes of this row are wrong ({error}); double the ones inside a cell."
            yield Row(line, (), Problem("row_malformed", reason), source.guessed)
            continue
        if cells:
            yield Row(line, cells, guessed=source.guessed)


def delimiter_of(path: Path, how: Encoding, wanted: Collection[str] = ()) -> str:
    """The delimiter under which the header holds most of the wanted columns, then most of the first rows are as wide
    as it is, then it is widest."""
    return max(DELIMITERS, key=lambda delimiter: _fit(path, how, delimiter, wanted))


def _fit(path: Path, how: Encoding, delimiter: str, wanted: Collection[str]) -> tuple[int, int, int]:
    try:
        header, *rest = islice(records(path, how, delimiter), _LOOK)
    except (ValueError, FileRefused):  # no record at all, or quotes that open under this delimiter alone
        return 0, 0, 0
    width = len(header.cells)
    hits = len(set(wanted).intersection(cell.strip() for cell in header.cells))
    return hits, sum(len(row.cells) == width for row in rest) if width > 1 else 0, width


def _must_go_on(error: csv.Error, line: int) -> None:
    """Raises `FileRefused` where the reader has lost its way: what follows would be read wrongly."""
    sentence = str(error)
    if "unexpected end of data" in sentence:
        raise FileRefused("quote_open", f"A quote opens in the row at line {line} and never closes; close it.")
    if "field larger than field limit" in sentence:
        reason = f"A cell in line {line} has more than {encoding.LINE_LIMIT} characters; shorten it."
        raise FileRefused("line_too_long", reason)


@dataclass(slots=True)
class _Source:
    """Lines for the reader, which takes as many as a record has. `guessed` tells of those it took."""

    lines: Iterator[tuple[str, bool]]
    guessed: bool = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        text, guessed = next(self.lines)
        self.guessed |= guessed
        return text
