"""Which copies of a command come too late."""

from streams.processor.refusals import KEPT_AT_MOST, Refusals, is_late, note


def test_only_what_was_sent_before_a_refused_copy_is_late() -> None:
    refusals: Refusals = {}
    note(refusals, b"one", 20)
    assert [is_late(refusals, b"one", sent_at) for sent_at in (19, 20, 21)] == [True, False, False]
    assert not is_late(refusals, b"two", 0)


def test_a_late_copy_that_was_refused_changes_nothing() -> None:
    refusals: Refusals = {}
    note(refusals, b"one", 20)
    note(refusals, b"one", 10)
    assert is_late(refusals, b"one", 19)


def test_those_refused_longest_ago_are_forgotten() -> None:
    refusals: Refusals = {}
    ids = [b"%d" % number for number in range(KEPT_AT_MOST)]
    for id in (*ids, ids[0], b"more"):
        note(refusals, id, 20)
    assert len(refusals) == KEPT_AT_MOST
    assert is_late(refusals, ids[0], 19)
    assert not is_late(refusals, ids[1], 19)
