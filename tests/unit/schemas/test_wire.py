"""Exact conversions: what goes in comes out, and what does not fit is refused."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import wire
from schemas.contract import ERASED, PlainVault

VAULT = PlainVault()


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))])))
def test_times_keep_every_microsecond(at: datetime) -> None:
    assert wire.from_micros(wire.to_micros(at)) == at


def test_times_come_back_in_utc_at_both_ends_of_the_calendar() -> None:
    for at in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        assert wire.from_micros(wire.to_micros(at)) == at
        assert wire.from_micros(wire.to_micros(at)).tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        wire.to_micros(datetime(2017, 3, 21))


def test_milliseconds_before_1970_round_down() -> None:
    assert wire.to_millis(wire.EPOCH - timedelta(microseconds=1)) == -1


@given(st.dates())
def test_days(day: date) -> None:
    assert wire.from_days(wire.to_days(day)) == day


@given(st.integers(-(10**19) + 1, 10**19 - 1))
def test_decimals_keep_value_and_scale(unscaled: int) -> None:
    value = Decimal(unscaled).scaleb(-4)
    back = wire.from_unscaled(wire.to_unscaled(value, 19, 4), 4)
    assert back == value
    assert back.as_tuple().exponent == -4


def test_decimals_are_written_as_avro_says() -> None:
    assert wire.to_unscaled(Decimal("1.28"), 19, 2) == b"\x00\x80"
    assert wire.to_unscaled(Decimal("-1.28"), 19, 2) in (b"\x80", b"\xff\x80")
    assert wire.to_unscaled(Decimal(0), 19, 2) == b"\x00"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("0.00001", "decimal places"),
        ("1000000000000000", "before the point"),
        ("-1000000000000000", "before the point"),
        ("1E+400", "before the point"),
        ("1E+400000000", "before the point"),
        ("1E-400", "decimal places"),
        ("1E-2000000", "decimal places"),
        ("1." + "0" * 420 + "1", "decimal places"),
        ("NaN", "not a number"),
        ("Infinity", "not a number"),
    ],
)
def test_a_decimal_that_does_not_fit_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        wire.to_unscaled(Decimal(text), 19, 4)


def test_trailing_zeros_are_no_decimal_places() -> None:
    assert wire.to_unscaled(Decimal("1.500000000"), 19, 4) == wire.to_unscaled(Decimal("1.5"), 19, 4)


def test_erased_stays_erased_and_nothing_stays_nothing() -> None:
    assert wire.unseal(VAULT, "u", wire.seal(VAULT, "u", ERASED)) is ERASED
    assert wire.unseal(VAULT, "u", wire.seal(VAULT, "u", None)) is None
    assert wire.unseal(VAULT, "u", wire.seal(VAULT, "u", "")) == ""
