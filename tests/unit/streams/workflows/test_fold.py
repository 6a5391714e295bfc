import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from domains.kernel import Later, Workflow, workflows
from domains.workflows.hand_over_deals import Owner
from infra.log.envelope import Recorded
from infra.log.replies import Reply
from projections.message import Fact, Key, Message, Poison
from schemas.generated.admin.user import UserDeactivated
from schemas.generated.crm.deal import AssignDeal, DealAssigned, DealOpened, ReopenDeal
from streams.workflows.dispatch import Verdict, backoff, judged
from streams.workflows.fold import Folding, StateKey, command_id, domains_of, fold, keys_touched, listeners

AT = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
[HAND_OVER] = [workflow for workflow in workflows() if workflow.name == "hand_over_deals"]


def fact(event: Any, aggregate: str, id: str, offset: int = 0) -> Fact:
    domain = event.NAME.partition(".")[0]
    key = f"acme/{aggregate}/{id}".encode()
    message = Message(f"{domain}.events", 0, offset, key, b"v", ())
    event_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{domain}{offset}"))
    recorded = Recorded(
        event, "acme", aggregate, id, 1, event_id, event.NAME, AT, AT, message.topic, 0, offset, "c", "corr", "c", "a",
        b"v", key,
    )  # fmt: skip
    return Fact(Key("acme", domain, aggregate, id), message, recorded)


def opened(deal: str, owner: str, offset: int = 0) -> Fact:
    return fact(DealOpened(deal_id=deal, name=deal, owner_id=owner, at=AT), "deal", deal, offset)


def deactivated(user: str, manager: str | None, offset: int = 0) -> Fact:
    return fact(UserDeactivated(user_id=user, manager_id=manager, at=AT), "user", user, offset)


def always(_: str, __: Message) -> bool:
    return True


def new(reacts: Callable[[str, Message], bool] = always, *with_: Workflow[Any]) -> Folding:
    return Folding({w.name: w for w in (HAND_OVER, *with_)}, {}, set(), reacts)


def of(user: str) -> StateKey:
    return StateKey("acme", "hand_over_deals", user)


def test_a_leavers_open_deals_follow_with_who_sends_them_and_why() -> None:
    folding, leaving = new(), deactivated("ann", "bob", 7)
    for item in (opened("d1", "ann", 1), opened("d2", "ann", 2), opened("d3", "cid", 3), leaving):
        fold(folding, HAND_OVER, item)
    assert [(f.id, f.command.owner_id, f.command.from_owner_id) for f in folding.follows] == [
        ("d1", "bob", "ann"),
        ("d2", "bob", "ann"),
    ]
    first = folding.follows[0]
    assert (first.domain, first.aggregate, first.causation) == ("crm", "deal", leaving.recorded.event_id)
    assert (first.correlation, first.source_time) == ("corr", AT)
    assert first.command_id == command_id(
        leaving.recorded.event_id, "hand_over_deals", "crm", "deal", "d1", "crm.AssignDeal"
    )


def test_the_same_event_gives_the_same_command_ids_and_others_give_others() -> None:
    ids: list[list[str]] = []
    for offset in (7, 7, 8):
        folding = new()
        fold(folding, HAND_OVER, opened("d1", "ann", 1))
        fold(folding, HAND_OVER, deactivated("ann", "bob", offset))
        ids.append([follow.command_id for follow in folding.follows])
    assert ids[0] == ids[1] != ids[2]


def test_history_is_folded_without_a_reaction() -> None:
    folding = new(lambda workflow, message: message.offset >= 5)
    fold(folding, HAND_OVER, opened("d1", "ann", 1))
    fold(folding, HAND_OVER, deactivated("ann", "bob", 2))
    assert folding.follows == []
    assert folding.states[of("ann")] == Owner(frozenset({"d1"}), active=False, manager_id="bob")
    fold(folding, HAND_OVER, opened("d2", "ann", 5))
    assert [follow.id for follow in folding.follows] == ["d2"]


def test_an_event_touches_the_states_that_it_names() -> None:
    assigned = DealAssigned(deal_id="d1", owner_id="bob", previous_owner_id="ann", open=True, at=AT)
    touched = keys_touched(HAND_OVER, fact(assigned, "deal", "d1"))
    assert [key.key for key in touched] == ["@crm/deal/d1", "ann", "bob"]


def test_an_event_that_cannot_be_read_parks_its_record_and_what_follows_it_there() -> None:
    folding = new()
    good, later, other = opened("d1", "ann", 1), opened("d1", "ann", 3), opened("d2", "ann", 4)
    bad = Poison(good.key, replace(good.message, offset=2), "unreadable", "")
    for item in (good, bad, later, other):
        fold(folding, HAND_OVER, item)
    assert [(p.state.key, p.message.offset) for p in folding.parks] == [("@crm/deal/d1", 2), ("@crm/deal/d1", 3)]
    assert folding.states[of("ann")].open_deals == {"d1", "d2"}


@dataclass(frozen=True, slots=True)
class Count:
    count: int = 0


def _broken(state: Count, event: Any, key: str) -> Count:
    if event.deal_id == "bad" and key == "ann":
        raise ZeroDivisionError
    return Count(state.count + 1)


def _silent(_: Count, __: Any, ___: str) -> list[Any]:
    return []


def test_a_broken_rule_parks_one_key_and_no_other() -> None:
    def keys(event: Any) -> list[str]:
        return [event.owner_id, "all"]

    counting = Workflow("counting", (DealOpened,), keys, Count, Count(), _broken, _silent)
    folding = new(always, counting)
    for item in (opened("d1", "ann", 1), opened("bad", "ann", 2), opened("d3", "ann", 3), opened("d4", "bob", 4)):
        fold(folding, counting, item)
    assert [(p.state.key, p.message.offset) for p in folding.parks] == [("ann", 2), ("ann", 3)]
    assert {key.key: state.count for key, state in folding.states.items()} == {"ann": 1, "all": 4, "bob": 1}
    assert "ZeroDivisionError" in folding.parks[0].reason


def test_a_command_that_is_for_later_says_when_and_counts_as_of_then() -> None:
    def tomorrow(_: Count, event: Any, __: str) -> list[Any]:
        later = Later(AssignDeal(deal_id=event.deal_id, owner_id="bob", at=AT), AT + timedelta(days=1))
        return [later, Later(ReopenDeal(deal_id=event.deal_id, at=AT), AT - timedelta(days=1))]

    waiting = Workflow("waiting", (DealOpened,), lambda event: [event.deal_id], Count, Count(), _counted, tomorrow)
    folding = new(always, waiting)
    fold(folding, waiting, opened("d1", "ann"))
    later, overdue = folding.follows
    assert (later.command.owner_id, later.not_before) == ("bob", AT + timedelta(days=1))
    assert later.source_time == later.not_before
    assert (overdue.not_before, overdue.source_time) == (AT - timedelta(days=1), AT)


def _counted(state: Count, _: Any, __: str) -> Count:
    return Count(state.count + 1)


@pytest.mark.parametrize("key", ["an\0n", "n" * 501], ids=["NUL", "too long for an index"])
def test_a_key_that_postgres_cannot_hold_is_parked(key: str) -> None:
    folding = new()
    fold(folding, HAND_OVER, opened("d1", key))
    assert [p.state.key for p in folding.parks] == ["@crm/deal/d1"]


def test_states_survive_json() -> None:
    for workflow in workflows():
        state = msgspec.json.decode(msgspec.json.encode(workflow.initial), type=workflow.state)
        assert state == workflow.initial
    owner = Owner(frozenset({"d1"}), active=False, manager_id="bob")
    assert msgspec.json.decode(msgspec.json.encode(owner), type=Owner) == owner


def test_workflows_are_found_by_the_events_they_listen_to() -> None:
    assert HAND_OVER in listeners(workflows())["admin.UserDeactivated"]
    assert {"admin", "crm"} <= set(domains_of(workflows()))


def test_what_an_answer_means() -> None:
    def reply(status: int) -> Reply:
        return Reply("c", "", status, code="x", message="y")

    assert judged(reply(200), 0) == Verdict(done=True)
    assert judged(reply(409), 0) == Verdict(outcome="rejected", reason="409 x: y")
    assert judged(reply(500), 0) == Verdict(again_in=1.0)
    assert judged(reply(500), 9) == Verdict(outcome="failed", reason="500 x: y")
    assert [backoff(n) for n in (0, 1, 5, 50)] == [1.0, 2.0, 32.0, 300.0]
