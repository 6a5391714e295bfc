"""What ends with a user or a team: the identities that are theirs, and what is shared with them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from domains.kernel import Workflow
from domains.workflows import end_shares, unlink_identities
from schemas.generated.admin.identity import IdentityLinked, IdentityUnlinked, UnlinkIdentity
from schemas.generated.admin.team import TeamCreated, TeamRemoved
from schemas.generated.admin.user import UserCreated, UserErased, UserRemoved
from schemas.generated.crm.deal import DealOpened, DealRemoved, DealShared, DealUnshared, UnshareDeal
from tests.spec import given

AT = datetime(2026, 1, 1, tzinfo=UTC)
CREATED, REMOVED = UserCreated(user_id="ann", name="Ann", at=AT), UserRemoved(user_id="ann", at=AT)


def follows(workflow: Workflow[Any], key: str, *events: Any) -> Sequence[Any]:
    """The commands that follow the last of these events."""
    state, commands = workflow.initial, list[Any]()
    for event in events:
        assert workflow.keys(event) == [key]
        state = workflow.evolve(state, event, key)
        commands = list(workflow.react(state, event, key))
    return commands


def linked(identity: str, user: str = "ann") -> IdentityLinked:
    return IdentityLinked(identity_id=identity, issuer="https://login.example.com", user_id=user, at=AT)


def unlink(identity: str) -> UnlinkIdentity:
    return UnlinkIdentity(identity_id=identity, from_user_id="ann", at=AT)


def shared(deal: str, **whom: str) -> DealShared:
    return DealShared(deal_id=deal, change=False, at=AT, **whom)


def unshare(deal: str, **whom: str) -> UnshareDeal:
    return UnshareDeal(deal_id=deal, at=AT, **whom)


def test_identities_end_with_a_user_who_is_removed_or_erased() -> None:
    flow, links = unlink_identities.WORKFLOW, (CREATED, linked("i2"), linked("i1"))
    assert follows(flow, "ann", *links) == []
    for leaving in (REMOVED, UserErased(user_id="ann", at=AT)):
        assert follows(flow, "ann", *links, leaving) == [unlink("i1"), unlink("i2")]
        assert follows(flow, "ann", *links, leaving, linked("i3")) == [unlink("i3")]
    assert follows(flow, "ann", *links, REMOVED, CREATED, linked("i3")) == []


def test_an_identity_that_is_anothers_by_now_stays_theirs() -> None:
    away = IdentityUnlinked(identity_id="i1", at=AT)
    given(linked("i1")).when(unlink("i1")).then(away)
    given(linked("i1"), away).when(unlink("i1")).nothing()
    given(linked("i1"), away, linked("i1", "bert")).when(unlink("i1")).nothing()
    given(linked("i1")).when(UnlinkIdentity(identity_id="i1", at=AT)).then(away)


def test_shares_end_with_a_user_who_is_removed() -> None:
    flow, shares = end_shares.WORKFLOW, (CREATED, shared("d2", user_id="ann"), shared("d1", user_id="ann"))
    over = DealUnshared(deal_id="d2", user_id="ann", at=AT)
    assert follows(flow, "user:ann", *shares) == []
    assert follows(flow, "user:ann", *shares, REMOVED) == [unshare("d1", user_id="ann"), unshare("d2", user_id="ann")]
    assert follows(flow, "user:ann", *shares, over, REMOVED) == [unshare("d1", user_id="ann")]
    assert follows(flow, "user:ann", *shares, REMOVED, over) == []
    assert follows(flow, "user:ann", REMOVED, shared("d3", user_id="ann")) == [unshare("d3", user_id="ann")]
    assert follows(flow, "user:ann", *shares, REMOVED, CREATED, shared("d3", user_id="ann")) == []


def test_shares_end_with_a_team_that_is_dissolved() -> None:
    formed = TeamCreated(team_id="east", name="East", at=AT)
    dissolved = TeamRemoved(team_id="east", at=AT)
    found = follows(end_shares.WORKFLOW, "team:east", formed, shared("d1", team_id="east"), dissolved)
    assert found == [unshare("d1", team_id="east")]


def test_a_deal_that_was_taken_back_is_shared_with_nobody() -> None:
    opened = DealOpened(deal_id="d1", name="Chairs", owner_id="bert", at=AT)
    gone = DealRemoved(deal_id="d1", owner_id="bert", at=AT)
    given(opened, gone).when(unshare("d1", user_id="ann")).nothing()
