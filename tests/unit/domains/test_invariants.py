"""What holds for every decider, whatever is asked of it in whatever order."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domains.kernel import Decider, Rejected, deciders, execute
from schemas.contract import CommandContract, contracts, domains
from tests.log import round_trip
from tests.records import records
from tests.spec import fold

DECIDERS = [decider for domain in domains() for decider in deciders(domain).values()]
AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_every_contract_has_its_decider() -> None:
    assert {(d.contract.domain, d.contract.aggregate) for d in DECIDERS} == set(contracts())


@pytest.mark.parametrize("decider", DECIDERS, ids=lambda d: d.contract.aggregate)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_decided_events_lead_to_the_state_that_was_decided_on(decider: Decider[Any, Any, Any], data: Any) -> None:
    """`evolve` never fails on what `decide` gives, the state folded anew is the state as we went, and state and events
    survive their bytes."""
    asked: list[CommandContract] = data.draw(st.lists(st.sampled_from(decider.contract.commands), max_size=8))
    state, events = decider.initial, list[Any]()
    for contract in asked:
        try:
            decided, after = execute(decider, contract, state, len(events), data.draw(records(contract.cls)))
        except Rejected:
            continue
        events += [round_trip(event) for event in decided]
        state = after
    assert fold(decider, events) == state
    round_trip(state)


@pytest.mark.parametrize("decider", DECIDERS, ids=lambda d: d.contract.aggregate)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_same_command_twice_has_one_effect_or_is_refused(decider: Decider[Any, Any, Any], data: Any) -> None:
    contract: CommandContract = data.draw(st.sampled_from([c for c in decider.contract.commands if c.creates]))
    command = data.draw(records(contract.cls))
    try:
        first, state = execute(decider, contract, decider.initial, 0, command)
    except Rejected:
        return
    assert first
    again, same = execute(decider, contract, state, len(first), command)
    assert (list(again), same) == ([], state)
