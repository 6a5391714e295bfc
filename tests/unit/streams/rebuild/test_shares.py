"""Who folds which partitions when a read model is built again."""

import os
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.settings import Settings
from streams.rebuild import build
from streams.rebuild.build import at_once, shares

counts = st.integers(min_value=1, max_value=9)


@given(topics=counts, partitions=counts, processes=counts)
def test_every_partition_is_folded_once_and_no_builder_has_all_of_a_busy_topic(
    topics: int, partitions: int, processes: int
) -> None:
    everything = [(f"t{topic}", number) for number in range(partitions) for topic in range(topics)]
    dealt = shares(everything, processes)
    assert sorted(each for share in dealt for each in share) == sorted(everything)
    for topic in range(topics):
        held = Counter(n for n, share in enumerate(dealt) for name, _ in share if name == f"t{topic}")
        most, least = max(held.values()), min(held[n] for n in range(processes))
        assert most - least <= 1, "a topic is dealt out evenly"


@pytest.mark.parametrize(("offsets", "builders"), [(0, 1), (99_000, 1), (100_000, 2), (350_000, 7), (9_000_000, 8)])
def test_a_builder_is_started_where_there_is_enough_for_it(
    offsets: int, builders: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ends(settings: Settings, topics: object) -> dict[tuple[str, int], int]:
        return {("t", 0): offsets - offsets // 3, ("t", 1): offsets // 3}

    monkeypatch.setattr(build, "broker_ends", ends)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert at_once(Settings(), "crm") == builders
