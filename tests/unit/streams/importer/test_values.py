from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from schemas.generated.crm.deal import Stage
from streams.importer import values
from streams.importer.problems import RowRefused
from streams.importer.values import PLAIN, Convert


@pytest.mark.parametrize(
    ("convert", "cell", "value"),
    [
        (values.amount, "1054", Decimal(1054)),
        (values.amount, "-0.1234", Decimal("-0.1234")),
        (values.millions, "1100.04", Decimal(1100040000)),
        (values.integer, "1996", 1996),
        (values.moment, "2017-03-01", datetime(2017, 3, 1, tzinfo=UTC)),
        (values.moment, "2017-03-01T02:00:00+02:00", datetime(2017, 3, 1, tzinfo=UTC)),
        (values.stage, "Won", Stage.WON),
        (values.stage, "PROSPECTING", Stage.PROSPECTING),
        (values.text, "technolgy", "technolgy"),
    ],
)
def test_a_cell_becomes_a_value(convert: Convert, cell: str, value: object) -> None:
    assert convert(cell, PLAIN) == value


@pytest.mark.parametrize(
    ("convert", "cell", "code"),
    [
        (values.amount, "$1,054", "amount_malformed"),
        (values.amount, "1e9", "amount_malformed"),
        (values.amount, "NaN", "amount_malformed"),
        (values.amount, "0.12345", "amount_malformed"),
        (values.amount, "١٢", "amount_malformed"),
        (values.millions, "999999999999", "amount_malformed"),
        (values.integer, "1996.0", "number_malformed"),
        (values.integer, "2147483648", "number_malformed"),
        (values.moment, "01/03/2017", "date_malformed"),
        (values.moment, "2017-02-29", "date_malformed"),
        (values.moment, "2017-03-01T12:00:00", "date_malformed"),
        (values.stage, "New", "stage_unknown"),
        (values.text, "a\x00b", "control_character"),
        (values.text, "x" * 1_000_000, "cell_too_long"),
    ],
)
def test_a_cell_that_could_be_misread_is_refused(convert: Convert, cell: str, code: str) -> None:
    with pytest.raises(RowRefused) as refused:
        convert(cell, PLAIN)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_times_come_out_in_utc() -> None:
    there = datetime(2017, 3, 1, 5, tzinfo=timezone(timedelta(hours=5)))
    assert values.moment(there.isoformat()).tzinfo is UTC
