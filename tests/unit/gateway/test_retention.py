"""When contacts are due."""

from datetime import UTC, datetime

import pytest

from gateway.retention import months_before


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2024, 3, 31), 1, (2024, 2, 29)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
        ((2026, 12, 1), 24, (2024, 12, 1)),
    ],
)
def test_months_end_where_they_end(day: tuple[int, int, int], months: int, then: tuple[int, int, int]) -> None:
    assert months_before(datetime(*day, tzinfo=UTC), months) == datetime(*then, tzinfo=UTC)
