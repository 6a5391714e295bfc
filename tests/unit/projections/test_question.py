"""Questions' times: moments in UTC, or a refusal that says what a time looks like."""

from datetime import UTC, datetime

import pytest

from projections.question import QueryError, parse_time


def test_a_date_is_its_first_or_its_last_moment() -> None:
    assert parse_time("9999-12-31", "as_of") == datetime(9999, 12, 31, tzinfo=UTC)
    assert parse_time("9999-12-31", "as_of", end_of_day=True) == datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "2017-02-30", "9999-12-31T23:59:59-23:00", "0001-01-01T00:00:00+01:00"])
def test_what_is_no_time_in_utc_is_refused(text: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse_time(text, "as_of")
    assert (refused.value.code, refused.value.field) == ("bad_value", "as_of")
