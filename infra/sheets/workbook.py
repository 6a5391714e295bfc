"""Reads the first sheet of a workbook (XLSX, ECMA-376) row by row. Of it all, only texts that cells share are held.

A workbook is an archive that may unpack to a thousand times its size, so that its parts are measured before they are
read; `zipfile` gives no more of one than its directory says.
"""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from infra.sheets.problems import FileRefused
from infra.sheets.row import Row

UNPACKED = 2 * 1024 * 1024 * 1024
SHARED = 64 * 1024 * 1024
"""Bytes of all parts together, and of the texts that cells share."""
_ARCHIVE, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_workbook(path: Path) -> bool:
    """Whether a file is one; raises `FileRefused` for one of before 2007, and for another archive."""
    with path.open("rb") as file:
        start = file.read(8)
    if start == _OLD:
        raise FileRefused("workbook_old", "The file is a workbook of before 2007; save it as XLSX or CSV.")
    if not start.startswith(_ARCHIVE):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {part.filename: part.file_size for part in archive.infolist()}
    except zipfile.BadZipFile as error:
        raise _malformed() from error
    if "xl/workbook.xml" not in sizes:
        reason = "The file is an archive and no workbook; unpack it and send what it holds."
        raise FileRefused("archive_unknown", reason)
    if sum(sizes.values()) > UNPACKED or sizes.get("xl/sharedStrings.xml", 0) > SHARED:
        raise FileRefused("workbook_too_large", "The workbook unpacks to too much; split it, or save it as CSV.")
    return True


def records(path: Path) -> Iterator[Row]:
    """The rows that hold something, the header too. Times, which have no zone there, are taken as UTC."""
    try:
        with path.open("rb") as file:  # by its name it would have to end in .xlsx
            workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheet: Any = workbook.worksheets[0]
            sheet.reset_dimensions()  # what it says of its own size need not be so
            for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
                cells = [_text(value) for value in values]
                if any(cells):
                    yield Row(number, cells)
    except FileNotFoundError:  # it was removed meanwhile, which says nothing about it
        raise
    except Exception as error:  # a broken part shows itself as almost anything
        raise _malformed() from error


def _malformed() -> FileRefused:
    return FileRefused("workbook_malformed", "The workbook cannot be read; open it and save it again, or send CSV.")


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
        case datetime():
            return value.date().isoformat() if value.time() == time() else f"{value.isoformat()}Z"
        case date():
            return value.isoformat()
        case _:
            return str(value)
