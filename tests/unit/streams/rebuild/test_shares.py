"""Who folds which partitions when a read model is built again."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from streams.rebuild.build import shares

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
