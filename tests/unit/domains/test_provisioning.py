"""Users as a directory describes them, and user names that only one user has."""

from datetime import UTC, datetime

import pytest

from domains.workflows.keep_user_names import WORKFLOW, Borne
from schemas.contract import ERASED
from schemas.generated.admin.team import LinkTeam, TeamChanged, TeamCreated, TeamLinked, TeamRemoved
from schemas.generated.admin.user import (
    OwnerMarked,
    ProvisionUser,
    SynchronizeUser,
    UserAssigned,
    UserChanged,
    UserCreated,
    UserDeactivated,
    UserProvisioned,
    UserReactivated,
    UserRemoved,
)
from schemas.generated.admin.user_name import (
    ConfirmUserName,
    PromiseUserName,
    ReleaseUserName,
    TakeUserName,
    UserNameHeld,
    UserNameKept,
    UserNamePromised,
    UserNameReleased,
)
from tests.spec import given

AT, LATER = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
ANNA = UserCreated(user_id="anna", name="Anna", email="anna@example.com", manager_id="dustin", at=AT)
KNOWN = UserProvisioned(user_id="anna", user_name_id="n1", user_name="anna@example.com", external_id="x", at=AT)
PROMISED = UserNamePromised(user_name_id="n1", at=AT)
HELD = UserNameHeld(user_name_id="n1", user_id="anna", at=AT)


def synchronize(**fields: object) -> SynchronizeUser:
    said: dict[str, object] = {
        "user_name_id": "n1", "user_name": "anna@example.com", "external_id": "x", "name": "Anna",
        "email": "anna@example.com", "manager_id": "dustin",
    }  # fmt: skip
    return SynchronizeUser(user_id="anna", at=LATER, **(said | fields))  # type: ignore[arg-type]


def test_a_person_is_added_with_what_the_directory_says() -> None:
    provision = ProvisionUser(
        user_id="anna", user_name_id="n1", user_name="anna@example.com", external_id="x", name="Anna",
        email="anna@example.com", manager_id="dustin", at=AT,
    )  # fmt: skip
    given().when(provision).then(ANNA, KNOWN)
    given(ANNA).when(provision).rejected("user_exists")
    away = ProvisionUser(user_id="anna", user_name_id="n1", user_name="a", name="Anna", active=False, at=AT)
    given(ANNA, UserRemoved(user_id="anna", at=AT)).when(away).then(
        UserCreated(user_id="anna", name="Anna", at=AT),
        UserProvisioned(user_id="anna", user_name_id="n1", user_name="a", at=AT),
        UserDeactivated(user_id="anna", at=AT),
    )
    given().when(ProvisionUser(user_id="anna", user_name_id="n1", name="Anna", at=AT)).rejected(
        "user_name_missing", "user_name"
    )


def test_a_directory_changes_what_is_not_so_and_nothing_else() -> None:
    given(ANNA, KNOWN).when(synchronize()).nothing()
    given(ANNA, KNOWN).when(synchronize(name="Anna S", profile="{}", active=False, manager_id=None)).then(
        UserChanged(user_id="anna", name="Anna S", email="anna@example.com", at=LATER),
        UserAssigned(user_id="anna", at=LATER),
        UserProvisioned(
            user_id="anna", user_name_id="n1", user_name="anna@example.com", external_id="x", profile="{}", at=LATER
        ),
        UserDeactivated(user_id="anna", at=LATER),
    )
    left = UserDeactivated(user_id="anna", manager_id="dustin", at=AT)
    given(ANNA, KNOWN, left).when(synchronize()).then(UserReactivated(user_id="anna", at=LATER))
    placed = UserAssigned(user_id="anna", team_id="t", manager_id="dustin", at=AT)
    given(ANNA, KNOWN, placed).when(synchronize(manager_id="summer")).then(
        UserAssigned(user_id="anna", team_id="t", manager_id="summer", at=LATER)
    )


@pytest.mark.parametrize(
    ("history", "fields", "code", "field"),
    [
        ([ANNA], {"manager_id": "anna"}, "own_manager", "manager_id"),
        ([ANNA], {"name": None}, "name_missing", "name"),
        ([ANNA], {"email": "anna"}, "email_malformed", "email"),
        ([ANNA], {"profile": "x" * 20_001}, "profile_too_long", "profile"),
        ([ANNA], {"user_name": "x" * 501}, "user_name_too_long", "user_name"),
        ([ANNA, OwnerMarked(user_id="anna", owner=True, at=AT)], {"active": False}, "user_is_owner", None),
        ([ANNA, UserRemoved(user_id="anna", at=AT)], {}, "user_removed", None),
        ([], {}, "not_found", None),
    ],
)
def test_refusals(history: list[object], fields: dict[str, object], code: str, field: str | None) -> None:
    given(*history).when(synchronize(**fields)).rejected(code, field)


def test_erased_values_hinder_no_directory() -> None:
    erased = UserProvisioned(user_id="anna", user_name_id="n1", user_name=ERASED, external_id=ERASED, at=AT)
    given(ANNA, erased).when(synchronize(user_name=ERASED, external_id=ERASED)).nothing()


def test_a_team_is_linked_to_the_group_it_comes_from() -> None:
    team = TeamCreated(team_id="t", name="West", at=AT)
    linked = TeamLinked(team_id="t", external_id="g", at=AT)
    given(team).when(LinkTeam(team_id="t", external_id=" g ", at=AT)).then(linked)
    renamed = TeamChanged(team_id="t", name="East", at=AT)
    given(team, linked, renamed).when(LinkTeam(team_id="t", external_id="g", at=AT)).nothing()
    given(team, TeamRemoved(team_id="t", at=AT)).when(LinkTeam(team_id="t", at=AT)).rejected("team_removed")


def test_a_user_name_is_promised_to_one_who_is_added_and_is_theirs_then() -> None:
    promise = PromiseUserName(user_name_id="n1", at=AT)
    confirm = ConfirmUserName(user_name_id="n1", user_id="anna", at=AT)
    given().when(promise).then(PROMISED)
    given(PROMISED).when(promise).nothing()
    given(PROMISED).when(TakeUserName(user_name_id="n1", user_id="bert", at=AT)).rejected("user_name_taken")
    given(PROMISED).when(confirm).then(HELD)
    given(PROMISED, HELD).when(confirm).nothing()
    given(PROMISED, HELD).when(promise).rejected("user_name_taken")


def test_a_user_name_is_taken_by_who_comes_first_until_it_is_released() -> None:
    given().when(TakeUserName(user_name_id="n1", user_id="anna", at=AT)).then(HELD)
    given(HELD).when(TakeUserName(user_name_id="n1", user_id="anna", at=AT)).nothing()
    given(HELD).when(TakeUserName(user_name_id="n1", user_id="bert", at=AT)).rejected("user_name_taken")
    released = UserNameReleased(user_name_id="n1", user_id="anna", at=LATER)
    given(HELD).when(ReleaseUserName(user_name_id="n1", user_id="bert", at=LATER)).nothing()
    given(HELD).when(ReleaseUserName(user_name_id="n1", user_id="anna", at=LATER)).then(released)
    given(HELD, released).when(PromiseUserName(user_name_id="n1", at=LATER)).then(
        UserNamePromised(user_name_id="n1", at=LATER)
    )


def test_a_user_name_that_was_taken_back_is_not_released_by_the_change_before() -> None:
    back = UserNameHeld(user_name_id="n1", user_id="anna", at=LATER)
    kept = UserNameKept(user_name_id="n1", user_id="anna", taken_at=(LATER,), at=AT)
    late = ReleaseUserName(user_name_id="n1", user_id="anna", at=AT)
    given(HELD).when(TakeUserName(user_name_id="n1", user_id="anna", at=LATER)).then(back)
    given(HELD, back).when(late).then(kept)
    given(HELD, back, kept).when(late).nothing()
    given(HELD, back, kept).when(TakeUserName(user_name_id="n1", user_id="bert", at=LATER)).rejected("user_name_taken")


def test_a_request_that_failed_lets_go_of_what_it_took_itself() -> None:
    """Two give a user the same name at once: one of them does, in whatever order the other is told that it did not."""
    second = UserNameHeld(user_name_id="n1", user_id="anna", at=LATER)
    confirmed = ConfirmUserName(user_name_id="n1", user_id="anna", at=LATER)

    def unused(taken_at: datetime) -> ReleaseUserName:
        return ReleaseUserName(user_name_id="n1", user_id="anna", taken_at=taken_at, at=LATER)

    def kept(taken_at: datetime) -> UserNameKept:
        return UserNameKept(user_name_id="n1", user_id="anna", taken_at=(taken_at,), at=LATER)

    released = UserNameReleased(user_name_id="n1", user_id="anna", at=LATER)
    given(HELD, second).when(confirmed).nothing()
    given(HELD, second).when(unused(LATER)).then(kept(AT))
    given(HELD, second).when(unused(AT)).then(kept(LATER))
    given(HELD, second, kept(AT)).when(unused(LATER)).nothing()
    given(HELD, second, kept(AT)).when(TakeUserName(user_name_id="n1", user_id="bert", at=LATER)).rejected(
        "user_name_taken"
    )
    given(HELD, second, kept(AT)).when(unused(AT)).then(released)
    given(HELD, second, kept(AT)).when(ReleaseUserName(user_name_id="n1", user_id="anna", at=LATER)).then(released)
    given(HELD, second, released).when(unused(AT)).nothing()


def test_user_names_follow_their_users() -> None:
    def told(*events: UserProvisioned | UserRemoved) -> list[object]:
        state, commands = Borne(), list[object]()
        for event in events:
            state = WORKFLOW.evolve(state, event, "anna")
            commands = list(WORKFLOW.react(state, event, "anna"))
        return commands

    other = UserProvisioned(user_id="anna", user_name_id="n2", user_name="a", at=LATER)
    confirmed = ConfirmUserName(user_name_id="n1", user_id="anna", at=AT)
    assert WORKFLOW.keys(KNOWN) == ["anna"]
    assert told(KNOWN) == [confirmed]
    assert told(KNOWN, KNOWN) == []
    assert told(KNOWN, other) == [
        ConfirmUserName(user_name_id="n2", user_id="anna", at=LATER),
        ReleaseUserName(user_name_id="n1", user_id="anna", at=LATER),
    ]
    removed = UserRemoved(user_id="anna", at=LATER)
    assert told(KNOWN, removed) == [ReleaseUserName(user_name_id="n1", user_id="anna", at=LATER)]
    assert told(KNOWN, removed, removed) == []
