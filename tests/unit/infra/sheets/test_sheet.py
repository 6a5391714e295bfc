"""Files as people send them: encodings, separators, quotes and workbooks."""

import random
import tracemalloc
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from infra.sheets import encoding, workbook
from infra.sheets.problems import FileRefused
from infra.sheets.sheet import WIDEST, Sheet, opened

GREEK = "Ελληνικά ονόματα και πόλεις της χώρας: Αθήνα, Θεσσαλονίκη, Πάτρα, Ηράκλειο, Λάρισα, Βόλος, Ιωάννινα"


def written(folder: Path, content: bytes, named: str | None = None) -> Sheet:
    path = folder / "file"
    path.write_bytes(content)
    return opened(path, named=named)


def cells(sheet: Sheet) -> list[Sequence[str]]:
    return [list(row.cells) for row in sheet.rows()]


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_the_encoding_is_found(tmp_path: Path, name: str) -> None:
    content = "name;city\r\nJürgen Müller;Besançon\r\nSøren;Århus\r\n"
    sheet = written(tmp_path, content.encode(name))
    assert cells(sheet) == [["Jürgen Müller", "Besançon"], ["Søren", "Århus"]]
    assert [row.guessed for row in sheet.rows()] == [False, False]


def test_the_letters_of_another_alphabet_are_found_in_a_sample(tmp_path: Path) -> None:
    sheet = written(tmp_path, f"name\n{GREEK.replace(',', ' ')}\n".encode("cp1253"))
    assert sheet.encoding is not None
    assert (sheet.encoding.name, cells(sheet)) == ("cp1253", [[GREEK.replace(",", " ")]])


def test_a_file_of_several_encodings_loses_no_row_and_tells_which_were_guessed(tmp_path: Path) -> None:
    lines = [f"Zürich {n}\n".encode("cp1252" if n % 7 == 3 else "utf-8") for n in range(100)]
    sheet = written(tmp_path, b"name\n" + b"".join(lines))
    found = list(sheet.rows())
    assert [row.cells[0] for row in found] == [f"Zürich {n}" for n in range(100)]
    assert [row.line for row in found if row.guessed] == [n + 2 for n in range(100) if n % 7 == 3]


def test_the_caller_may_know_the_encoding(tmp_path: Path) -> None:
    sheet = written(tmp_path, "name\nŁódź\n".encode("cp1250"), "cp1250")
    assert cells(sheet) == [["Łódź"]]
    with pytest.raises(FileRefused) as refused:
        written(tmp_path, b"name\nA\n", "klingon")
    assert refused.value.code == "encoding_unknown"


def test_bytes_that_are_no_letter_of_any_encoding_are_read_all_the_same(tmp_path: Path) -> None:
    sheet = written(tmp_path, b"name\nA\x81B\n")
    [row] = sheet.rows()
    assert (row.cells, row.guessed) == (["A\x81B"], True)


def test_any_bytes_are_refused_or_read_and_nothing_else(tmp_path: Path) -> None:
    chance = random.Random(7)
    for length in (1, 2, 3, 10, 100, 5000):
        for _ in range(50):
            content = bytes(chance.choice(b'\x00",;\n\r\xff\xfe\xc3ab') for _ in range(length))
            try:
                rows = list(written(tmp_path, content).rows())
            except FileRefused:
                continue
            assert all(row.line > 0 for row in rows)


def test_a_nul_byte_is_part_of_its_cell(tmp_path: Path) -> None:
    assert cells(written(tmp_path, b"name,city\nA\x00B,C\n")) == [["A\x00B", "C"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_of_three_ways(tmp_path: Path, end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "_BLOCK", 5)  # ends come apart between two blocks
    assert cells(written(tmp_path, end.join(["a,b", "1,2", "3,4", ""]).encode())) == [["1", "2"], ["3", "4"]]


def test_the_separator_that_the_rows_agree_on_wins(tmp_path: Path) -> None:
    content = b"name;address\nA;1, High Street, York\nB;2, Low Road, Leeds\n"
    assert cells(written(tmp_path, content))[0] == ["A", "1, High Street, York"]


def test_blank_cells_beyond_the_columns_say_nothing(tmp_path: Path) -> None:
    found = list(written(tmp_path, b"a,b\n1,2,,\n1,2,3\n1\n").rows())
    assert [row.problem and row.problem.code for row in found] == [None, "cells_surplus", "cells_missing"]
    assert list(found[0].cells) == ["1", "2"]


def test_a_thousand_columns_are_read_and_too_many_are_refused(tmp_path: Path) -> None:
    wide = ",".join(f"c{n}" for n in range(1000))
    assert len(cells(written(tmp_path, f"{wide}\n{wide}\n".encode()))[0]) == 1000
    with pytest.raises(FileRefused) as refused:
        written(tmp_path, ("x," * WIDEST + "x\n").encode())
    assert refused.value.code == "columns_too_many"


def book(folder: Path, *rows: Sequence[Any]) -> Path:
    made = Workbook()
    sheet: Any = made.active
    for row in rows:
        sheet.append(row)
    made.save(folder / "book")
    return folder / "book"


def test_a_workbook_gives_what_its_cells_show(tmp_path: Path) -> None:
    day, moment = datetime(2025, 3, 4), datetime(2025, 3, 4, 9, 12)
    rows = [("name", "n", "x", "day", "at", "yes", "last"), ("Łódź", 12, 1.5, day, moment, True, None), (), ("B",)]
    sheet = opened(book(tmp_path, *rows))
    found = list(sheet.rows())
    assert (sheet.encoding, [row.line for row in found]) == (None, [2, 4])
    assert list(found[0].cells) == ["Łódź", "12", "1.5", "2025-03-04", "2025-03-04T09:12:00Z", "true", ""]
    assert list(found[1].cells) == ["B", "", "", "", "", "", ""]


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "UNPACKED", 1000)
    with pytest.raises(FileRefused) as refused:
        opened(book(tmp_path, ("name",), ("A",)))
    assert refused.value.code == "workbook_too_large"


def test_what_is_no_workbook_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    with zipfile.ZipFile(tmp_path / "broken.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))
    (tmp_path / "cut.xlsx").write_bytes(b"PK\x03\x04" + bytes(100))
    codes: list[str] = []
    for name in ("other.zip", "broken.xlsx", "old.xls", "cut.xlsx"):
        with pytest.raises(FileRefused) as refused:
            opened(tmp_path / name)
        codes.append(refused.value.code)
    assert codes == ["archive_unknown", "workbook_malformed", "workbook_old", "workbook_malformed"]


def test_a_long_file_is_read_in_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what is held: rows come one by one, however many there are."""
    monkeypatch.setattr(encoding, "_BLOCK", 16 * 1024)
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        file.write(b"name,city\n")
        lines = (b"Z\xfcrich %d,x\n" % n if n % 10_000 == 0 else b"Person %d,City\n" % n for n in range(100_000))
        file.writelines(lines)
    tracemalloc.start()
    try:
        count = sum(1 for _ in opened(path).rows())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 100_000
    assert peak < 1024 * 1024  # of a file of two mebibytes
