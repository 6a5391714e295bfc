"""Deals from files that write numbers, dates, stages and letters in their own way."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from schemas.generated.admin.user import CreateUser
from schemas.generated.common import Money
from schemas.generated.crm.deal import Stage
from schemas.generated.integration.import_job import ImportJob
from streams.importer.run import run_import
from tests.unit.streams.importer.memory import AT, Memory

MAPPING = {
    "key": "Nr", "owner": "Owner", "stage": "Stage", "amount": "Amount", "currency": "Currency", "engaged_at": "From",
    "closed_at": "Closed",
}  # fmt: skip
HEADER = ";".join(MAPPING.values()) + "\n"
STAGES = {"stage": {"Gewonnen": "Won", "Angebot": "Engaging"}}


def imported(memory: Memory, content: bytes, **given: Any) -> ImportJob:
    assert memory.do(CreateUser(user_id="u1", name="Jürgen", at=AT)).status == 200
    run_import(memory.started("crm.deal", content, MAPPING, **given), memory.desk)
    return memory.state()


def deals(memory: Memory) -> dict[str, Any]:
    return {deal.name: deal for deal in memory.all("crm", "deal")}


def test_numbers_dates_and_stages_are_read_as_the_import_says(memory: Memory) -> None:
    rows = "1;Jürgen;Gewonnen;1.234,50;EUR;01.02.2025;28.02.2025 17:30\n2;Jürgen;Angebot;7;;01.02.2025;31.12.2030\n"
    rows += "3;Jürgen;Elsewhere;1,234.50;EUR;2025-02-01;\n4;Jürgen;Won;5;euro;01.02.2025;01.03.2025\n"
    state = imported(memory, (HEADER + rows).encode(), decimal=",", dates="dmy", values=STAGES, currency="CHF")
    assert (state.created, state.rejected) == (2, 2)
    won, open_ = deals(memory)["1"], deals(memory)["2"]
    assert (won.stage, won.amount) == (Stage.WON, Money(amount=Decimal("1234.50"), currency="EUR"))
    assert won.closed_at == datetime(2025, 2, 28, 17, 30, tzinfo=UTC)
    assert (open_.stage, open_.amount) == (Stage.ENGAGING, Money(amount=Decimal(7), currency="CHF"))


def test_an_open_deal_is_not_opened_on_the_day_it_is_hoped_to_close(memory: Memory) -> None:
    rows = b"1;J\xc3\xbcrgen;Prospecting;;;;2030-12-31\n"
    assert imported(memory, HEADER.encode() + rows).created == 1
    assert [event.at for event in memory.events if type(event).__name__ == "DealOpened"] == [AT]
    [deal] = memory.all("crm", "deal")
    assert (deal.closed_at, deal.expected_close_on) == (None, date(2030, 12, 31))


def test_lines_in_another_encoding_are_taken_and_told(memory: Memory) -> None:
    rows = "1;Jürgen;Prospecting;;;;\n".encode() + "2;Jürgen;Prospecting;;;;\n".encode("cp1252")
    state = imported(memory, HEADER.encode() + rows)
    assert (state.created, state.warnings, state.rejected) == (2, 1, 0)


def test_a_workbook_is_imported_like_any_file(memory: Memory, tmp_path: Path) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(list(MAPPING.values()))
    sheet.append([17, "Jürgen", "Won", 1234.5, "EUR", datetime(2025, 2, 1), datetime(2025, 2, 28, 17, 30)])
    sheet.append([18, "Jürgen", "Won", "much", None, None, None])
    book.save(tmp_path / "deals.xlsx")
    state = imported(memory, (tmp_path / "deals.xlsx").read_bytes(), decimal=",")
    assert (state.created, state.rejected) == (1, 1)
    [deal] = memory.all("crm", "deal")
    assert deal.amount == Money(amount=Decimal("1234.5"), currency="EUR")
    assert deal.closed_at == datetime(2025, 2, 28, 17, 30, tzinfo=UTC)
