"""What became of each row, in files of JSON lines in the blob store, and the reports that people get from them.

Result files hold nothing personal: they stay for as long as the import may be taken back. What a refused row said is
in the file that was sent, and in the report on refused rows, which is kept for a while (`streams.importer.keeping`).
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import IO

import msgspec

from infra.blobs import Blobs
from infra.sheets.problems import Problem
from infra.sheets.row import Row
from schemas.contract import people

_BLOCK = 1 << 16
_NOTE, _NOTED = msgspec.json.Encoder(), msgspec.json.Decoder(tuple[int, str, str, str])
_SHOWN = 1000
"""Characters of a cell in a report."""
_REPORTED = ("rejected", "warning")


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """One record of one row. `record` is domain/aggregate/id; versions are the record's before and after.

    A refused row has `outcome` rejected and its problem. One to be looked at has warning and why, beside what became
    of it.
    """

    line: int
    outcome: str
    record: str = ""
    before: int = 0
    after: int = 0
    code: str = ""
    reason: str = ""
    field: str | None = None


def refused(line: int, problem: Problem) -> Result:
    """The result of a row that is no record."""
    return Result(line, "rejected", code=problem.code, reason=problem.reason, field=problem.field)


def warned(line: int, note: Problem) -> Result:
    """Why a row should be looked at that was not refused."""
    return Result(line, "warning", code=note.code, reason=note.reason, field=note.field)


def keep(blobs: Blobs, tenant: str, results: Iterable[Result]) -> str:
    """Writes a result file and gives its hash."""
    encode = msgspec.json.Encoder().encode
    return blobs.put(tenant, (encode(result) + b"\n" for result in results), shelf="imports").hash


def kept(blobs: Blobs, tenant: str, hash: str) -> Iterator[Result]:
    """The results of a file, in order."""
    decode = msgspec.json.Decoder(Result).decode
    with blobs.open(tenant, hash) as file:
        for line in file:
            yield decode(line)


def error_report(blobs: Blobs, tenant: str, hashes: Sequence[str], header: Sequence[str], rows: Iterable[Row]) -> str:
    """Writes the report on rows refused and rows to be looked at, a CSV file with the rows' own columns, and gives its
    hash. `rows` are all of the import's file, in order. What a row says of somebody who was erased is left out."""
    found = (r for hash in hashes for r in kept(blobs, tenant, hash) if r.outcome in _REPORTED)
    told = (
        [str(r.line), r.outcome, r.field or "", r.code, r.reason, *cells] for r, cells in _with_cells(found, iter(rows))
    )
    return write_csv(blobs, tenant, ("line", "outcome", "field", "code", "reason", *header), told)


def note_changes(noted: IO[bytes], line: int, record: str, changes: Mapping[str, str]) -> None:
    """Writes down what a row would change of a record, for the report on it."""
    for field, value in changes.items():
        noted.write(_NOTE.encode((line, record, field, value[:_SHOWN])) + b"\n")


def changes_report(blobs: Blobs, tenant: str, noted: IO[bytes]) -> str | None:
    """Writes the report on what a dry run would change, a CSV file, and gives its hash; None where that is nothing."""
    if noted.tell() == 0:
        return None
    noted.seek(0)
    told = ([str(line), record, field, value] for line, record, field, value in map(_NOTED.decode, noted))
    return write_csv(blobs, tenant, ("line", "record", "field", "becomes"), told)


def write_csv(blobs: Blobs, tenant: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Writes a CSV file into the blob store and gives its hash."""
    with tempfile.TemporaryFile() as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow(header)
        writer.writerows(rows)
        text.flush()
        file.seek(0)
        hash = blobs.put(tenant, _blocks(file), shelf="imports").hash
        text.detach()
        return hash


def _with_cells(reported: Iterable[Result], rows: Iterator[Row]) -> Iterator[tuple[Result, Sequence[str]]]:
    """Each result with its row's cells. Results are in the order of the rows."""
    erased = {f"{person.aggregate}_erased" for person in people()}
    for line, of_row in groupby(reported, lambda result: result.line):
        found = list(of_row)
        cells = next((row.cells for row in rows if row.line == line), ())
        shown = () if any(result.code in erased for result in found) else [cell[:_SHOWN] for cell in cells]
        yield from ((result, shown) for result in found)


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block
