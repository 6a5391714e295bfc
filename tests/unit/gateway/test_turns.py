"""Turns are had in order and given up for others; seats are had by tenants and callers up to their number."""

import asyncio
from contextlib import ExitStack, suppress
from dataclasses import dataclass

import pytest

from gateway.problems import Problem
from gateway.seats import Seats
from gateway.turns import Turn, Turns


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def waiting(turns: Turns, *tenants: str) -> list["asyncio.Task[Turn]"]:
    return [asyncio.create_task(turns.wait(tenant)) for tenant in tenants]


async def test_turns_are_had_in_order_and_one_tenant_has_some_of_them() -> None:
    turns = Turns(most=3, most_of_tenant=2, longest=30)
    asked = waiting(turns, "acme", "acme", "acme", "rival", "other", "acme")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [each.done() for each in asked] == [True, True, False, True, False, False]
    turns.give_back(await asked[0])
    await asyncio.sleep(0)
    assert [each.done() for each in asked] == [True, True, True, True, False, False]
    turns.give_back(await asked[3])
    await asyncio.wait_for(asked[4], 5)
    assert not asked[5].done()
    asked[5].cancel()


async def test_who_goes_while_they_wait_holds_up_nobody() -> None:
    turns = Turns(most=1, most_of_tenant=1, longest=30)
    first, gone, last = waiting(turns, "acme", "acme", "acme")
    await asyncio.sleep(0)
    gone.cancel()
    with suppress(asyncio.CancelledError):
        await gone
    turns.give_back(await first)
    await asyncio.wait_for(last, 5)


async def test_a_turn_is_over_after_its_time_when_somebody_waits_who_could_have_it() -> None:
    clock = Clock()
    turns = Turns(most=3, most_of_tenant=2, longest=30, clock=clock)
    first, second = await turns.wait("acme"), await turns.wait("rival")
    clock.now = 31
    assert not turns.is_over(first)
    third = await turns.wait("acme")
    asked = waiting(turns, "acme")
    await asyncio.sleep(0)
    assert [turns.is_over(each) for each in (first, second, third)] == [True, False, False]
    turns.give_back(first)
    await asyncio.wait_for(asked[0], 5)
    assert not turns.is_over(second)


def test_a_seat_is_one_callers_one_tenants_and_one_of_all() -> None:
    seats = Seats(most=4, most_of_tenant=3, most_of_caller=2)

    def refusal(tenant: str, caller: str) -> int:
        with pytest.raises(Problem) as caught, seats.taken(tenant, caller):
            pass
        assert caught.value.code == "too_many_streams"
        return caught.value.status

    with ExitStack() as taken:
        for _ in range(2):
            taken.enter_context(seats.taken("acme", "user:ann"))
        assert refusal("acme", "user:ann") == 429
        taken.enter_context(seats.taken("acme", "user:bert"))
        assert refusal("acme", "user:cleo") == 429
        with seats.taken("rival", "user:ann"):
            assert refusal("rival", "user:ann") == 503
        with seats.taken("rival", "user:ann"):
            pass
    with seats.taken("acme", "user:ann"):
        pass
