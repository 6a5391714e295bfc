"""The decision point: who may do what to which record, the same for one record, for rows and for documents."""

import dataclasses
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domains.admin.builtin_roles import ROLES
from domains.admin.permits import FIELD_CLASSES, REACHES, Reach, parse
from gateway.access.directory import Account, Directory, Member, Principal, Team
from gateway.access.masking import masked
from gateway.access.residual import NotUnderstood, condition
from gateway.access.rules import ATTRIBUTES, OWNERS_ALONE, Rules
from projections.catalog import read_models
from projections.model import ReadModel
from projections.visible import EVERYTHING, MISSING, NOTHING, Among, any_of, as_search, holds
from schemas.contract import contracts, fields
from schemas.generated.common import Money
from schemas.generated.crm.deal import DealWon

OWN = {"r1": ("crm.deal.win@own", "crm.deal.read@territory"), "r2": ("crm.*.see",)}
RULES = Rules(OWN)
PEOPLE = ["anna", "bert", "cleo", "dora"]
PERMISSIONS = [
    "crm.deal.read",
    "crm.deal.win",
    "crm.deal.assign",
    "crm.company.read",
    "admin.user.grant-role",
    "crm.amounts.see",
]
TERRITORIES = ["West", "East"]
NARROWED = ["crm.deal.read@own", "crm.*.read@team", "*.deal.*", "admin.user.grant-role"]

NOBODY_S = object()
"""As the owner of what is never anybody's."""
principals = st.builds(
    Principal,
    id=st.just("anna"),
    roles=st.frozensets(st.sampled_from([*ROLES, *OWN]), max_size=3),
    people=st.frozensets(st.sampled_from(PEOPLE), max_size=3).map(lambda others: others | {"anna"}),
    territories=st.frozensets(st.sampled_from(TERRITORIES)),
    teams=st.frozensets(st.sampled_from(["west", "east"])),
    narrowed=st.lists(st.sampled_from(NARROWED), max_size=2).map(tuple),
)
shares = st.lists(
    st.sampled_from(["user:anna", "user:bert", "team:west", "team:east", "team:anna", "everybody"]), max_size=3
)
records = st.fixed_dictionaries(
    {},
    optional={
        "owner": st.none() | st.sampled_from(PEOPLE),
        "territory": st.none() | st.sampled_from([*TERRITORIES, 'a "quoted" one']),
        "readers": shares,
        "editors": shares,
    },
)


def reached(who: Principal, permission: str, record: dict[str, Any]) -> bool:
    """The rules once more, in the plainest words there are."""
    verb = permission.split(".")[2]
    names = {"everybody", "user:anna"} | {f"team:{team}" for team in who.teams}

    def shared() -> bool:
        if verb in ("read", "see"):
            return not names.isdisjoint(record.get("readers", ()))
        return verb not in OWNERS_ALONE and not names.isdisjoint(record.get("editors", ()))

    def within(reach: Reach) -> bool:
        owner = record.get("owner", NOBODY_S)
        if reach == "all" or owner is None or shared():
            return True
        if owner is NOBODY_S and verb in ("read", "see"):
            return True
        match reach:
            case "own":
                return owner == who.id
            case "team":
                return owner in who.people
            case "territory":
                return owner in who.people or record.get("territory") in who.territories

    def any_of_these(texts: Iterable[str]) -> bool:
        return any(permit.covers(permission) and within(permit.reach) for permit in map(parse, texts))

    roles = any_of_these(text for role in who.roles for text in (*ROLES.get(role, ()), *OWN.get(role, ())))
    return roles and (not who.narrowed or any_of_these(who.narrowed))


@given(principals, st.sampled_from(PERMISSIONS), records)
@example(
    Principal("anna", frozenset({"crm.manager"}), frozenset({"anna"}), frozenset()),
    "crm.deal.win",
    {"editors": ["user:anna"]},
)
@settings(max_examples=400, deadline=None)
def test_one_record_and_a_list_are_decided_alike(who: Principal, permission: str, record: dict[str, Any]) -> None:
    decision = RULES.decide(who, permission, record)
    assert decision.allowed == reached(who, permission, record) == bool(decision.because)
    assert holds(RULES.visible(who, permission, record), record) == decision.allowed


def test_nobody_without_a_role_may_do_anything() -> None:
    nobody = Principal("anna", frozenset(), frozenset(PEOPLE), frozenset(TERRITORIES))
    assert {RULES.visible(nobody, each, ATTRIBUTES) for each in PERMISSIONS} == {NOTHING}
    assert not any(RULES.decide(nobody, each, {}).allowed for each in PERMISSIONS)


def test_a_decision_names_the_permits_that_led_to_it() -> None:
    anna = Principal("anna", frozenset({"crm.member", "auditor"}), frozenset({"anna", "bert"}), frozenset())
    assert RULES.decide(anna, "crm.deal.read", {"owner": "bert"}).because == (
        "auditor: *.*.read",
        "crm.member: crm.*.read@team",
    )
    assert RULES.decide(anna, "crm.deal.win", {"owner": "anna"}).because == ("crm.member: crm.*.*@own",)
    assert RULES.decide(anna, "crm.deal.win", {"owner": "bert"}).because == ()


def test_an_owner_may_do_everything_and_an_equal_question_has_an_equal_answer() -> None:
    boss = Principal("boss", frozenset({"owner"}), frozenset({"boss"}), frozenset())
    assert {RULES.visible(boss, each, ATTRIBUTES) for each in PERMISSIONS} == {EVERYTHING}
    anna = Principal("anna", frozenset({"crm.member"}), frozenset({"anna", "bert"}), frozenset())
    own = Among("owner", frozenset({MISSING, "anna", "bert"}))
    assert RULES.visible(anna, "crm.deal.read", ("owner", "territory")) == own
    shared = Among("readers", frozenset({"user:anna", "everybody"}))
    assert RULES.visible(anna, "crm.deal.read", ATTRIBUTES) == any_of(own, shared)
    assert RULES.visible(anna, "crm.company.read", ()) == EVERYTHING


def test_who_a_record_is_shared_with_reads_it_and_changes_it_where_it_says_so_and_it_stays_its_owner_s() -> None:
    anna = Principal("anna", frozenset({"crm.member"}), frozenset({"anna"}), frozenset(), frozenset({"west"}))
    changes = ("crm.deal.win", "crm.deal.change")
    kept = ("crm.deal.assign", "crm.deal.remove", "crm.deal.share", "crm.deal.unshare")

    def may(*permissions: str, **shared: list[str]) -> set[bool]:
        record = {"owner": "cleo", "territory": None, "readers": [], "editors": [], **shared}
        decided = {RULES.decide(anna, each, record).allowed for each in permissions}
        assert decided == {holds(RULES.visible(anna, each, record), record) for each in permissions}
        return decided

    assert may("crm.deal.read", *changes) == {False}
    for name in ("user:anna", "team:west"):
        assert may("crm.deal.read", readers=[name]) == {True}
        assert may(*changes, readers=[name]) == {False}
        assert may(*changes, readers=[name], editors=[name]) == {True}
        assert may(*kept, readers=[name], editors=[name]) == {False}
    assert may("crm.deal.read", *changes, readers=["user:bert", "team:anna"], editors=["team:east"]) == {False}


def test_what_has_no_owner_is_within_reach_until_somebody_takes_it() -> None:
    anna = Principal("anna", frozenset({"crm.member"}), frozenset({"anna"}), frozenset())
    for permission in ("crm.contact.read", "crm.contact.change", "crm.contact.assign"):
        for owner, allowed in ((None, True), ("anna", True), ("bert", False)):
            record = {"owner": owner, "territory": None}
            assert RULES.decide(anna, permission, record).allowed == allowed
            assert holds(RULES.visible(anna, permission, record), record) == allowed


def test_what_is_never_anybody_s_is_read_by_all_and_changed_by_whoever_may_change_all_of_it() -> None:
    def may(role: str, permission: str) -> bool:
        who = Principal("anna", frozenset({role}), frozenset({"anna"}), frozenset({"West"}))
        allowed = RULES.decide(who, permission, {}).allowed
        assert (RULES.visible(who, permission, ()) == EVERYTHING) == allowed
        return allowed

    for role in ("crm.member", "crm.manager", "crm.admin"):
        assert may(role, "crm.product.read")
        assert may(role, "crm.field-set.define") == may(role, "crm.product.reprice") == (role == "crm.admin")


def test_a_role_that_is_gone_permits_nothing() -> None:
    gone = Principal("anna", frozenset({"r1"}), frozenset({"anna"}), frozenset({"West"}))
    assert RULES.decide(gone, "crm.deal.win", {"owner": "anna"}).allowed
    assert not Rules({}).decide(gone, "crm.deal.win", {"owner": "anna"}).allowed


@pytest.mark.parametrize(
    "body",
    [
        {"unknown": [{"Value": "resource"}]},
        {"like": {"left": {"Value": "a"}, "pattern": []}},
        {"Value": "text"},
        {"==": {"left": {"Value": "a"}, "right": {"Value": "a"}}},
        {"==": {"left": {".": {"left": {"Var": "context"}, "attr": "owner"}}, "right": {"Value": "a"}}},
        {"==": {"left": {".": {"left": {"unknown": [{"Value": "resource"}]}, "attr": "owner"}}, "right": {"Value": 1}}},
    ],
)
def test_a_residual_that_is_not_understood_is_an_error(body: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        condition({"effect": "permit", "conditions": [{"kind": "when", "body": body}]}, frozenset(ATTRIBUTES))
    with pytest.raises(NotUnderstood):
        condition({"effect": "forbid", "conditions": []}, frozenset())


def test_a_condition_is_a_filter_of_the_search() -> None:
    visible = any_of(Among("owner", frozenset({"b", "a"})), Among("territory", frozenset({"West"})))
    shoulds = as_search(visible, "exact.{}".format)["bool"]["should"]
    assert {"terms": {"exact.owner": ["a", "b"]}} in shoulds
    assert {"terms": {"exact.territory": ["West"]}} in shoulds
    assert as_search(NOTHING, str) == {"match_none": {}}
    open_to_anna = as_search(Among("owner", frozenset({MISSING, "anna"})), str)["bool"]
    assert {"bool": {"must_not": [{"exists": {"field": "owner"}}]}} in open_to_anna["should"]
    assert open_to_anna["minimum_should_match"] == 1


def member(id: str, team: str | None = None, manager: str | None = None, **more: Any) -> Member:
    return Member(id, team, manager, more.get("active", True), more.get("owner", False), more.get("roles", ()))


def test_a_team_is_those_beside_somebody_those_below_and_those_in_the_teams_they_lead() -> None:
    directory = Directory(
        members={
            each.id: each
            for each in (
                member("anna", "west", "dora"),
                member("bert", "west", "dora"),
                member("cleo", "east", "anna"),
                member("dora", None, "cleo"),
                member("emil", "east"),
            )
        },
        teams={"west": Team("west", "dora", "West"), "east": Team("east", "emil", "East")},
    )
    seen = {each: directory.principal(each) for each in ("anna", "bert", "dora", "emil")}
    # anna manages cleo, who manages dora, who manages anna and bert: a circle
    assert seen["anna"] is not None
    assert seen["anna"].people == {"anna", "bert", "cleo", "dora"}
    assert seen["anna"].territories == {"West"}
    assert seen["bert"] is not None
    assert seen["bert"].people == {"anna", "bert"}
    assert seen["dora"] is not None
    assert (seen["dora"].people, seen["dora"].territories) == ({"anna", "bert", "cleo", "dora"}, {"West"})
    assert seen["emil"] is not None
    assert (seen["emil"].people, seen["emil"].territories) == ({"cleo", "emil"}, {"East"})


def test_only_who_may_work_is_somebody_and_only_known_roles_count() -> None:
    directory = Directory(
        members={
            "anna": member("anna", roles=("crm.member", "r1", "unknown", "owner")),
            "bert": member("bert", owner=True),
            "cleo": member("cleo", active=False, roles=("crm.admin",)),
        },
        roles={"r1": ("crm.deal.read",)},
    )
    anna, bert = directory.principal("anna"), directory.principal("bert")
    assert anna is not None
    assert anna.roles == {"crm.member", "r1"}
    assert bert is not None
    assert bert.roles == {"owner"}
    assert directory.principal("cleo") is None
    assert directory.principal("nobody") is None


def test_an_event_is_told_without_what_is_not_seen() -> None:
    won = DealWon(
        deal_id="d",
        owner_id="anna",
        amount=Money(amount=Decimal(5), currency="USD"),
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert masked(won, ()) == masked(won, {"personal"}) == {"data": won}
    told = masked(won, {"amounts", "personal"})
    assert told["hidden"] == ["amount"]
    assert set(told["data"]) == {each.name for each in fields(DealWon)}
    assert masked(None, {"amounts"}) == {"data": None}


def test_every_personal_field_of_every_event_is_hidden_with_the_personal_ones() -> None:
    for contract in contracts().values():
        for event in contract.events:
            personal = {each.name for each in fields(event) if each.subject}
            empty = event(**{each.name: None for each in fields(event)})
            assert personal <= set(masked(empty, {"personal"}).get("hidden", ())), event.NAME


@pytest.mark.parametrize("model", [each for each in read_models() if each.public and each.aggregate])
def test_every_personal_column_of_a_read_model_is_of_that_class(model: ReadModel) -> None:
    assert model.aggregate is not None
    state = contracts()[model.aggregate].state
    personal = {each.name for each in fields(state) if each.subject} & {f.name for f in dataclasses.fields(model.row)}
    assert personal <= {name for name, kind in model.classes.items() if kind == "personal"}
    assert set(model.classes.values()) <= set(FIELD_CLASSES)


def test_a_key_permits_what_both_it_and_a_role_do() -> None:
    whole = Principal("account:a", frozenset({"integration"}), frozenset({"account:a"}), frozenset())
    narrow = dataclasses.replace(whole, narrowed=("crm.deal.read", "admin.*.*"))
    assert RULES.visible(whole, "crm.deal.win", ATTRIBUTES) == EVERYTHING
    assert RULES.visible(narrow, "crm.deal.read", ATTRIBUTES) == EVERYTHING
    assert RULES.decide(narrow, "crm.deal.read", {}).because == ("integration: crm.deal.read",)
    for permission in ("crm.deal.win", "crm.company.read", "admin.user.read"):
        assert RULES.visible(narrow, permission, ATTRIBUTES) == NOTHING


def test_a_service_account_is_nobodys_colleague_whatever_id_it_was_given() -> None:
    directory = Directory(
        members={"anna": member("anna", "west")},
        teams={"west": Team("west", "anna", "West")},
        accounts={
            "anna": Account("anna", active=True, roles=("crm.member", "owner", "unknown")),
            "gone": Account("gone", active=False, roles=("crm.admin",)),
        },
    )
    machine = directory.principal("account:anna")
    assert machine is not None
    assert (machine.people, machine.territories, machine.roles) == ({"account:anna"}, frozenset(), {"crm.member"})
    assert RULES.visible(machine, "crm.deal.read", ("owner",)) == Among("owner", frozenset({MISSING, "account:anna"}))
    assert directory.principal("account:gone") is None
    assert directory.principal("account:nobody") is None


@pytest.mark.parametrize("reach", REACHES)
def test_every_reach_has_a_rule(reach: Reach) -> None:
    rules = Rules({"r": (f"crm.deal.read@{reach}",)})
    who = Principal("anna", frozenset({"r"}), frozenset({"anna", "bert"}), frozenset({"West"}))
    owners = {
        owner for owner in PEOPLE if rules.decide(who, "crm.deal.read", {"owner": owner, "territory": "West"}).allowed
    }
    assert len(owners) == {"own": 1, "team": 2, "territory": 4, "all": 4}[reach]
