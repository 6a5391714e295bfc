"""Positions: what they order, and that nobody can make one up."""

import pytest

from infra.log.position import BadPosition, merge, reached, sign, verify, verify_all

SECRET = b"s3cret"


def test_a_signed_position_comes_back() -> None:
    position = {"crm.events": {0: 5, 3: 1}, "admin.events": {1: 2}}
    assert verify(sign(position, SECRET), SECRET) == position


@pytest.mark.parametrize("token", ["", "x", "a.b", "é.b", "e30.AAAA", "===.", "."])
def test_what_we_did_not_sign_is_refused(token: str) -> None:
    with pytest.raises(BadPosition):
        verify(token, SECRET)


def test_a_changed_position_is_refused() -> None:
    head, mac = sign({"crm.events": {0: 5}}, SECRET).split(".")
    other = sign({"crm.events": {0: 6}}, SECRET).split(".")[0]
    with pytest.raises(BadPosition):
        verify(f"{other}.{mac}", SECRET)
    with pytest.raises(BadPosition):
        verify(f"{head}.{mac}", b"other")


def test_merging_takes_the_further() -> None:
    assert merge({"a": {0: 5}}, {"a": {0: 3, 1: 1}}, {"b": {2: 2}}) == {"a": {0: 5, 1: 1}, "b": {2: 2}}


def test_reached_asks_for_every_partition_named() -> None:
    have = {"a": {0: 5, 1: 2}}
    assert reached(have, {"a": {0: 5}})
    assert not reached(have, {"a": {0: 6}})
    assert not reached(have, {"a": {2: 1}})
    assert not reached(have, {"b": {0: 1}})
    assert reached(have, {})


def test_of_several_tokens_the_furthest_counts_and_each_is_looked_at() -> None:
    one, other = sign({"a": {0: 5}}, SECRET), sign({"a": {0: 3, 1: 1}}, SECRET)
    assert verify_all(f"{one}, {other}", SECRET) == {"a": {0: 5, 1: 1}}
    assert verify_all(one, SECRET) == {"a": {0: 5}}
    for tokens in (f"{one},x.y", f"{one},", ","):
        with pytest.raises(BadPosition):
            verify_all(tokens, SECRET)
