"""Groups of conditions: what JSON means, what is refused and where, and what periods are on a day."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.asked import taken_apart
from projections.columns import Kind
from projections.crm.deals import READ_MODEL as DEALS
from projections.cursor import question_digest
from projections.documents import search_body
from projections.periods import dated, period, zone_of
from projections.question import Either, Every, Filter, Not, QueryError, Where
from projections.visible import Among, Sight
from projections.where import columns_in, parse_where, where_of

KINDS: dict[str, Kind] = {"closed_at": "time", "due": "date", "name": "text"}
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)  # a Friday
UTC_ZONE = ZoneInfo("UTC")
OWN = Every((Filter("custom.due", "null", "true"), Filter("custom.budget.currency", "ne", "USD")))


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ({"stage": "WON"}, Filter("stage", "eq", "WON")),
        ({"amount": 10.50}, Filter("amount", "eq", "10.5")),
        ({"owner": True}, Filter("owner", "eq", "true")),
        ({"region": None}, Filter("region", "null", "true")),
        ({"region": {"ne": None}}, Filter("region", "null", "false")),
        ({"region": ["East", "West"]}, Filter("region", "in", ("East", "West"))),
        ({"region": {"in": ["East"]}}, Filter("region", "in", ("East",))),
        ({"amount": {"gte": "1", "lt": "2"}}, Every((Filter("amount", "gte", "1"), Filter("amount", "lt", "2")))),
        ({"stage": "WON", "region": "East"}, Every((Filter("stage", "eq", "WON"), Filter("region", "eq", "East")))),
        ({"any": [{"a": "1"}, {"b": "2"}]}, Either((Filter("a", "eq", "1"), Filter("b", "eq", "2")))),
        ({"not": {"any": [{"a": "1"}]}}, Not(Either((Filter("a", "eq", "1"),)))),
        ({"custom": {"colour": ["red"]}}, Filter("custom.colour", "in", ("red",))),
        ({"custom": {"due": None, "budget.currency": {"ne": "USD"}}}, OWN),
        ({"all": [{"a": "1"}], "b": "2"}, Every((Every((Filter("a", "eq", "1"),)), Filter("b", "eq", "2")))),
    ],
)
def test_what_json_means(asked: object, meant: Where) -> None:
    assert parse_where(json.dumps(asked)) == where_of(asked) == meant


def test_numbers_are_read_as_they_are_written() -> None:
    assert parse_where('{"amount": 0.1000000000000000000001}') == Filter("amount", "eq", "0.1000000000000000000001")


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "bad_where", "where"),
        ("{", "bad_where", "where"),
        ("[]", "bad_where", "where"),
        ("{}", "bad_where", "where"),
        ("7", "bad_where", "where"),
        ('{"amount": NaN}', "bad_where", "where"),
        ('{"stage": "WON", "stage": "LOST"}', "bad_where", "where"),
        ('{"any": {"stage": "WON"}}', "bad_where", "where.any"),
        ('{"any": []}', "bad_where", "where.any"),
        ('{"any": [{"stage": "WON"}, 7]}', "bad_where", "where.any.1"),
        ('{"not": [{"stage": "WON"}]}', "bad_where", "where.not"),
        ('{"all": [{"stage": {}}]}', "bad_where", "where.all.0.stage"),
        ('{"stage": {"in": "WON"}}', "bad_where", "where.stage.in"),
        ('{"stage": {"eq": ["WON"]}}', "bad_where", "where.stage.eq"),
        ('{"stage": {"lt": null}}', "bad_where", "where.stage.lt"),
        ('{"stage": []}', "bad_where", "where.stage"),
        ('{"stage": [{"a": "b"}]}', "bad_where", "where.stage"),
        ('{"name": "\\ud800"}', "bad_where", "where.name"),
        ('{"\\ud800": "x"}', "bad_where", "where"),
        ("[" * 20_001, "where_too_large", "where"),
        ("[" * 15_000, "bad_where", "where"),
        ('{"stage": [' + ",".join(['"a"'] * 1001) + "]}", "bad_where", "where.stage"),
        ('{"any": [' + ",".join(['{"a": "1"}'] * 101) + "]}", "where_too_large", "where"),
        ('{"not": ' * 10 + '{"a": "1"}' + "}" * 10, "where_too_deep", "where" + ".not" * 10),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(text: str, code: str, at: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse_where(text)
    assert (refused.value.code, refused.value.field) == (code, at)
    refused.value.message.encode()


def _nested(of: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    names = st.sampled_from(["all", "any", "not", "stage", "in", "eq"]) | st.text(max_size=3)
    return st.lists(of, max_size=3) | st.dictionaries(names, of, max_size=3)


@given(st.text() | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), _nested).map(json.dumps))
def test_whatever_is_sent_is_a_question_or_a_refusal(text: str) -> None:
    with suppress(QueryError):
        parse_where(text)


def test_a_column_knows_where_it_stands() -> None:
    found = columns_in(parse_where('{"any": [{"a": "1"}, {"not": {"b": {"gt": "2"}}}]}'))
    assert [each.at for each in found] == ["where.any.0.a", "where.any.1.not.b.gt"]


def test_a_cursor_of_one_group_is_none_of_another() -> None:
    a, b = Filter("a", "eq", "1"), Filter("b", "eq", "2")
    questions = [[Every((a, b))], [Either((a, b))], [Not(Every((a, b)))], [a, b], [Every((a,)), b]]
    assert len({question_digest(each) for each in questions}) == len(questions)


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("today", "2026-11-27", "2026-11-27"),
        ("yesterday", "2026-11-26", "2026-11-26"),
        ("tomorrow", "2026-11-28", "2026-11-28"),
        ("last_7_days", "2026-11-21", "2026-11-27"),
        ("next_1_days", "2026-11-27", "2026-11-27"),
        ("this_week", "2026-11-23", "2026-11-29"),
        ("last_week", "2026-11-16", "2026-11-22"),
        ("next_week", "2026-11-30", "2026-12-06"),
        ("this_month", "2026-11-01", "2026-11-30"),
        ("last_month", "2026-10-01", "2026-10-31"),
        ("next_month", "2026-12-01", "2026-12-31"),
        ("this_quarter", "2026-10-01", "2026-12-31"),
        ("last_quarter", "2026-07-01", "2026-09-30"),
        ("next_quarter", "2027-01-01", "2027-03-31"),
        ("this_year", "2026-01-01", "2026-12-31"),
        ("last_year", "2025-01-01", "2025-12-31"),
        ("next_year", "2027-01-01", "2027-12-31"),
    ],
)
def test_periods_of_a_day(word: str, first: str, last: str) -> None:
    assert period(word, NOON.date()) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("word", ["", "now", "last_0_days", "last_days", "this_day", "next_decade", "Today"])
def test_what_names_no_period(word: str) -> None:
    assert period(word, NOON.date()) is None


@given(st.dates(date(2, 1, 1), date(9990, 1, 1)), st.sampled_from(["week", "month", "quarter", "year"]))
def test_periods_follow_one_another_without_a_gap(today: date, unit: str) -> None:
    found = [period(f"{when}_{unit}", today) for when in ("last", "this", "next")]
    spans = [each for each in found if each is not None]
    assert spans[1][0] <= today <= spans[1][1]
    for (_, before), (after, _) in pairwise(spans):
        assert (after - before).days == 1


def test_a_period_stands_for_all_of_its_days() -> None:
    month = ("2026-11-01T00:00:00+00:00", "2026-11-30T23:59:59.999999+00:00")
    within = Every((Filter("closed_at", "gte", month[0]), Filter("closed_at", "lte", month[1])))
    for op, meant in (
        ("eq", within),
        ("ne", Not(within)),
        ("lt", Filter("closed_at", "lt", month[0])),
        ("gte", Filter("closed_at", "gte", month[0])),
        ("lte", Filter("closed_at", "lte", month[1])),
        ("gt", Filter("closed_at", "gt", month[1])),
    ):
        assert dated(Filter("closed_at", op, "this_month"), KINDS, NOON, UTC_ZONE) == meant
    due = dated(Filter("due", "in", ("today", "2026-01-01")), KINDS, NOON, UTC_ZONE)
    today = Every((Filter("due", "gte", "2026-11-27"), Filter("due", "lte", "2026-11-27")))
    assert due == Either((today, Filter("due", "eq", "2026-01-01")))
    name = Filter("name", "eq", "today")
    assert dated(Not(Either((name,))), KINDS, NOON, UTC_ZONE) == Not(Either((name,)))


def test_days_are_those_of_the_time_zone() -> None:
    late = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)  # the 28th in Berlin
    found = dated(Filter("closed_at", "lt", "today"), KINDS, late, zone_of("Europe/Berlin"))
    assert found == Filter("closed_at", "lt", "2026-11-27T23:00:00+00:00")
    named = dated(Filter("closed_at", "lte", "2026-03-29"), KINDS, late, zone_of("Europe/Berlin"))
    assert named == Filter("closed_at", "lte", "2026-03-29T21:59:59.999999+00:00")
    assert dated(Filter("closed_at", "lte", "9999-12-31"), KINDS, late, UTC_ZONE) == Filter(
        "closed_at", "lte", "9999-12-31"
    )


@pytest.mark.parametrize("name", ["", "Berlin", "Europe", "../etc/passwd", "/etc/localtime", "UTC+1"])
def test_what_is_no_time_zone_is_refused(name: str) -> None:
    with pytest.raises(QueryError) as refused:
        zone_of(name)
    assert refused.value.code == "unknown_zone"


def test_days_beyond_the_calendar_are_refused() -> None:
    with pytest.raises(QueryError) as refused:
        dated(Filter("due", "eq", "next_9999_days"), KINDS, datetime(9999, 1, 1, tzinfo=UTC), UTC_ZONE)
    assert (refused.value.code, refused.value.field) == ("bad_value", "due")


def test_the_index_is_told_that_what_is_not_seen_is_missing_inside_groups_too() -> None:
    sight = Sight(fields={"amounts": Among("owner", frozenset({"ann"}))})
    seen = {"terms": {"exact.owner_id": ["ann"]}}
    body = search_body(
        DEALS, "acme", taken_apart("deal"), [parse_where('{"not": {"amount": {"gte": "5"}}}')], 10, sight
    )
    large = {"range": {"exact.amount": {"gte": 5.0}}}
    assert body["query"]["bool"]["filter"][1] == {"bool": {"must_not": [{"bool": {"filter": [large, seen]}}]}}
    with pytest.raises(QueryError) as refused:
        search_body(DEALS, "acme", taken_apart("deal"), [parse_where('{"any": [{"colour": "red"}]}')], 10)
    assert (refused.value.code, refused.value.field) == ("unknown_filter", "where.any.0.colour")
