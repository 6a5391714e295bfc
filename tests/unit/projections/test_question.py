"""Values of questions: moments in UTC and numbers, or a refusal that says what they look like."""

from datetime import UTC, datetime

import pytest

from projections.columns import Column, Kind
from projections.question import Either, Every, Filter, Not, QueryError, alike, parse_time
from projections.values import parse_value
from projections.where import parse_where


def test_a_date_is_its_first_or_its_last_moment() -> None:
    assert parse_time("9999-12-31", "as_of") == datetime(9999, 12, 31, tzinfo=UTC)
    assert parse_time("9999-12-31", "as_of", end_of_day=True) == datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "2017-02-30", "9999-12-31T23:59:59-23:00", "0001-01-01T00:00:00+01:00"])
def test_what_is_no_time_in_utc_is_refused(text: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse_time(text, "as_of")
    assert (refused.value.code, refused.value.field) == ("bad_value", "as_of")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("integer", "--5"),
        ("integer", "5-"),
        ("integer", "1" * 20),
        ("integer", "9223372036854775808"),
        ("number", "1e-20000"),
        ("number", "1e31"),
        ("number", "Infinity"),
    ],
)
def test_what_is_no_number_of_a_column_is_refused(kind: Kind, text: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse_value(Column("worth", kind, False), text)
    assert (refused.value.code, refused.value.field) == ("bad_value", "worth")


def test_what_asks_the_same_is_the_same_question() -> None:
    def asked(where: str) -> list[str]:
        return alike([parse_where(where)])

    plain = [Filter("stage", "in", ["WON", "LOST"]), Filter("owner_id", "eq", "ann")]
    assert asked('{"stage": ["WON", "LOST"], "owner_id": "ann"}') == alike(plain) == alike(plain[::-1])
    assert asked('{"all": [{"owner_id": "ann"}, {"all": [{"stage": ["WON", "LOST"]}]}]}') == alike(plain)
    either = '{"any": [{"owner_id": "ann"}, {"not": {"stage": "WON", "owner_id": "bert"}}]}'
    assert asked(either) == asked('{"any": [{"not": {"owner_id": "bert", "stage": "WON"}}, {"owner_id": "ann"}]}')
    others = [plain[:1], [Not(plain[0]), plain[1]], [Either(plain)], [plain[0], Filter("owner_id", "ne", "ann")]]
    assert alike(plain) not in [alike(each) for each in others]
    assert alike([Either([Every(plain), plain[0]])]) != alike([Either([*plain])])


def test_numbers_are_read_whole() -> None:
    assert parse_value(Column("worth", "integer", False), "-9223372036854775808") == -(2**63)
    assert str(parse_value(Column("worth", "number", False), "-0.0001")) == "-0.0001"
