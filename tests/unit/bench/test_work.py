"""The work of the comparisons: as many commands as the sample has, and every deal's in their order."""

import json
from collections import Counter, defaultdict
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from tests.bench.work import Step, deals, write

ORDERS = [["open"], ["open", "engage"], ["open", "engage", "win"], ["open", "engage", "lose"]]


@pytest.fixture(scope="module")
def twice() -> list[Step]:
    return list(deals(2))


def test_it_is_the_sample(twice: list[Step]) -> None:
    assert Counter(step.kind for step in deals(1)) == {"open": 8800, "engage": 8300, "win": 4238, "lose": 2473}
    assert sum(step.amount or 0 for step in deals(1)) == Decimal(10_005_534)
    assert len({step.deal for step in twice}) == 2 * 8800


def test_all_run_in_the_order_of_time(twice: list[Step]) -> None:
    assert all(one.at <= other.at for one, other in pairwise(twice))


def test_a_deals_steps_follow_one_another(twice: list[Step]) -> None:
    of_deals: defaultdict[str, list[Step]] = defaultdict(list)
    for step in twice:
        of_deals[step.deal].append(step)
    for steps in of_deals.values():
        assert [step.kind for step in steps] in ORDERS
        assert all(one.at < other.at for one, other in pairwise(steps))


def test_it_is_the_same_at_every_call(twice: list[Step]) -> None:
    assert list(deals(2)) == twice


def test_lines_hold_what_the_steps_do(tmp_path: Path) -> None:
    assert write(tmp_path / "work.jsonl", 1) == 23_811
    won = next(step for step in deals(1) if step.kind == "win")
    line = next(line for line in (tmp_path / "work.jsonl").open() if '"win"' in line)
    assert json.loads(line) == {
        "kind": "win",
        "deal": won.deal,
        "at": won.at.isoformat(),
        "name": won.name,
        "owner": won.owner,
        "company": won.company,
        "product": won.product,
        "amount": str(won.amount),
    }
