"""The search on a ladder of rates, and what the load generator tells."""

from typing import Any

import pytest

from tests.bench.lag import Looks
from tests.bench.offered import highest
from tests.bench.vegeta import answers


@pytest.mark.parametrize("last", range(30))
@pytest.mark.parametrize("start", [0, 1, 7, 14, 29])
def test_the_last_step_that_passes_is_found_in_few_tries(last: int, start: int) -> None:
    tried: list[int] = []

    def passes(step: int) -> bool:
        tried.append(step)
        return step <= last

    assert highest(passes, start) == last
    assert len(tried) <= 11
    assert len(tried) == len(set(tried))


def hit(seq: int, second: str, latency: int = 5_000_000, code: int = 200, headers: Any = None) -> dict[str, Any]:
    timestamp = f"2026-01-31T09:30:{second}Z"
    return {"seq": seq, "timestamp": timestamp, "latency": latency, "code": code, "method": "GET", "headers": headers}


def test_a_request_that_was_sent_late_has_waited_since_it_was_due() -> None:
    on_time, late = answers([hit(1, "00.350000001"), hit(0, "00.0")], count=2, rate=10)
    assert (on_time.due, on_time.seconds) == (0, pytest.approx(0.005))
    assert (late.due, late.seconds) == (0.1, pytest.approx(0.255))


def test_only_what_was_sent_counts() -> None:
    refused, *others = answers([hit(0, "00", code=503, headers={"Retry-After": ["1"]}), hit(1, "01", code=0)], 1, 1)
    assert (refused.done, refused.code, refused.rest, others) == (False, 503, True, [])


def test_an_event_is_seen_with_the_first_position_past_it() -> None:
    looks = Looks()
    for position in (3, 3, 5, 9):
        looks.note(0, position)
    first, second, third = looks.moments[0]
    assert [looks.seen(0, offset) for offset in (2, 3, 4, 8, 9)] == [None, second, second, third, None]
    assert first <= second <= third
    assert looks.seen(1, 0) is None
