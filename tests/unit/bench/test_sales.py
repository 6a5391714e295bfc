"""A tenant that sells is the same whether one process makes it or several."""

from itertools import groupby

from tests.bench.sales import happenings


def test_shares_make_up_the_whole() -> None:
    whole = sorted(map(repr, happenings(60)))
    shares = [sorted(map(repr, happenings(60, first, 3))) for first in range(3)]
    assert all(shares)
    assert sorted(each for share in shares for each in share) == whole


def test_what_happened_to_a_record_stands_together_and_in_its_order() -> None:
    grouped = [(record, list(each)) for record, each in groupby(happenings(60, 1, 2), lambda it: (it.aggregate, it.id))]
    assert len({record for record, _ in grouped}) == len(grouped)
    for _, each in grouped:
        assert [it.version for it in each] == list(range(1, len(each) + 1))
