from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.sheets import encoding
from infra.sheets.problems import FileRefused
from streams.importer.rows import Layout, inspect
from streams.importer.targets import TARGETS

NAME = {"name": "account"}


def written(folder: Path, content: bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(content)
    return path


def inspected(folder: Path, content: bytes, mapping: Mapping[str, str] = NAME, target: str = "crm.company") -> Layout:
    return inspect(written(folder, content), TARGETS[target], mapping)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    content = f'sector{delimiter}account\n"a,b;c|d\te"{delimiter}Acme\n'.encode()
    layout = inspected(tmp_path, content)
    assert (layout.sheet.delimiter, layout.rows) == (delimiter, 1)
    [row] = layout.read()
    assert layout.cells(row) == {"name": "Acme"}


def test_a_byte_order_mark_and_other_line_ends_do_no_harm(tmp_path: Path) -> None:
    layout = inspected(tmp_path, b"\xef\xbb\xbfaccount\r\nAcme\r\n\r\nZ\xc3\xbcrich\r\n")
    found = [(row.line, layout.cells(row)["name"]) for row in layout.read()]
    assert found == [(2, "Acme"), (4, "Zürich")]


def test_a_cell_may_span_lines(tmp_path: Path) -> None:
    layout = inspected(tmp_path, b'account\n"one\ntwo"\nthree\n')
    assert [(row.line, row.cells) for row in layout.read()] == [(2, ["one\ntwo"]), (4, ["three"])]


@pytest.mark.parametrize(
    ("content", "mapping", "code", "words"),
    [
        (b"", NAME, "file_empty", "empty"),
        (b"\n\n", NAME, "header_missing", "columns"),
        (b"name\nA\n", NAME, "column_missing", "account"),
        (b"account,account\nA,B\n", NAME, "column_doubled", "2 columns"),
        (b"account\nA\n", {"name": "account", "colour": "account"}, "field_unknown", "colour"),
        (b"account\nA\n", {"sector": "account"}, "field_missing", "name"),
        (b'account\nA\n"B\nC\n', NAME, "quote_open", "line 3"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused(
    tmp_path: Path, content: bytes, mapping: Mapping[str, str], code: str, words: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        inspected(tmp_path, content, mapping)
    assert refused.value.code == code
    assert words in refused.value.reason


def test_a_column_twice_that_nobody_maps_does_no_harm(tmp_path: Path) -> None:
    assert inspected(tmp_path, b"note,account,note\na,A,b\n").rows == 1


def test_a_bad_row_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    content = b'account,sector\nA,x\nB\nC,x,y\n"D"d,x\nE,x\n'
    layout = inspected(tmp_path, content)
    found = [(row.line, row.problem and row.problem.code) for row in layout.read()]
    assert found == [(2, None), (3, "cells_missing"), (4, "cells_surplus"), (5, "row_malformed"), (6, None)]


def test_a_cell_of_a_million_characters_is_read(tmp_path: Path) -> None:
    layout = inspected(tmp_path, b"account\n" + b"x" * 1_000_000 + b"\nB\n")
    assert [len(row.cells[0]) for row in layout.read()] == [1_000_000, 1]


def test_a_line_without_end_is_no_csv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "LINE_LIMIT", 100)
    with pytest.raises(FileRefused, match="Line 2 has more than 100"):
        inspected(tmp_path, b"account\n" + b"x" * 101)


def test_rows_that_others_refer_to_are_known(tmp_path: Path) -> None:
    content = b"account,subsidiary_of\nAcme Corporation,\nB,acme  corporation\nC,Nowhere\n"
    layout = inspected(tmp_path, content, {"name": "account", "parent": "subsidiary_of"})
    assert layout.referred == {"acme corporation"}
