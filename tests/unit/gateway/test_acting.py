"""A service account that acts for a user may do what both may: never more, whoever it names."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domains.admin.builtin_roles import OWNER, ROLES
from domains.admin.permits import REACHES, Permit, parse
from domains.kernel import Rejected
from gateway.access import live
from gateway.access.directory import ACCOUNT, Account, Directory, Key, Member, Principal
from gateway.access.gate import not_more_than_own
from gateway.access.live import Access
from gateway.access.rules import ATTRIBUTES, Rules
from gateway.access.standing import ACT_FOR, Standing
from gateway.audit.entry import entry_of
from gateway.audit.noted import Noted
from gateway.audit.purpose import purpose_of
from gateway.audit.queue import Answered
from gateway.auth import Caller
from gateway.problems import Problem
from infra.log import headers as h
from infra.log.envelope import CommandEnvelope, decode_command, encode_command
from projections.visible import EVERYTHING, NOTHING, holds
from schemas.contract import PlainVault
from schemas.generated.crm.deal import OpenDeal
from streams.processor.command import Incoming
from streams.processor.records import shared_headers
from tests.unit.gateway.test_access import PERMISSIONS, principals, records
from tests.unit.infra.log.test_envelope import CODEC

NOW = datetime.now(UTC)
ACTS, NARROW, WITHIN, PLAIN, ADMIN = "acts", "narrow", "within", "plain", "admin"
"""Keys: of an account that may act; narrowed to something else; narrowed with it; of accounts that may not."""
OWN = {"r1": ("crm.deal.win@own", "crm.deal.read@territory"), "r2": ("crm.*.see",), "act": (ACT_FOR,)}


def key(id: str, account: str, *permits: str) -> Key:
    return Key(id, account, "Helpdesk", "", permits, NOW, NOW + timedelta(days=1), None)


ACME = Directory(
    members={
        "ann": Member("ann", None, None, True, False, ("crm.member",)),
        "boss": Member("boss", None, None, True, True, ()),
        "gone": Member("gone", None, None, False, False, ("crm.admin",)),
    },
    roles=OWN,
    accounts={
        "robot": Account("robot", True, ("act", "integration")),
        "plain": Account("plain", True, ("integration", "auditor")),
        "admin": Account("admin", True, tuple(role for role in ROLES if role != OWNER)),
        "off": Account("off", False, ("act", "integration")),
    },
    keys={
        each.id: each
        for each in (
            key(ACTS, "robot"),
            key(NARROW, "robot", "crm.*.*"),
            key(WITHIN, "robot", "crm.deal.read", ACT_FOR),
            key(PLAIN, "plain"),
            key(ADMIN, "admin"),
            key("off", "off"),
        )
    },
)


@pytest.fixture
def access(monkeypatch: pytest.MonkeyPatch) -> Access:
    async def read(engine: object, tenant: str) -> Directory:
        return ACME if tenant == "acme" else Directory({"eve": Member("eve", None, None, True, False, ())})

    class Reach:
        async def token(self, database: str) -> str:
            return "here"

    monkeypatch.setattr(live, "read", read)
    return Access(cast(Any, {"admin": None}), cast(Any, Reach()))


async def acting(access: Access, key: str, whom: str) -> Standing | None:
    account = ACCOUNT + ACME.keys[key].account_id
    return await access.standing("acme", account, key=key, whom=whom)


async def test_it_acts_for_who_works_here_and_nobody_else(access: Access) -> None:
    found = await acting(access, ACTS, "ann")
    assert found is not None
    assert found is await acting(access, ACTS, "ann"), "it is kept"
    assert await access.standing("elsewhere", "eve") is not None
    for whom in ("gone", "eve", "nobody", "", "account:robot", "account:plain", "robot", "ann "):
        assert await acting(access, ACTS, whom) is None


async def test_it_takes_a_permission_that_no_built_in_role_has_and_the_key_too(access: Access) -> None:
    for key in (PLAIN, ADMIN, NARROW, "off"):
        assert await acting(access, key, "ann") is None
    found = await acting(access, WITHIN, "ann")
    assert found is not None
    assert found.visible("crm.deal.read", ATTRIBUTES) not in (NOTHING, EVERYTHING)
    assert found.visible("crm.deal.win", ATTRIBUTES) == NOTHING
    for role in set(ROLES) - {OWNER}:
        assert not any(parse(permit).covers(ACT_FOR) for permit in ROLES[role])


async def test_records_are_the_users_and_never_more_than_the_accounts(access: Access) -> None:
    ann, boss = await acting(access, ACTS, "ann"), await acting(access, ACTS, "boss")
    assert ann is not None
    assert boss is not None
    hers, anothers = {"owner": "ann"}, {"owner": "bert"}
    assert [ann.decide("crm.deal.win", record).allowed for record in (hers, anothers)] == [True, False]
    assert [boss.decide("crm.deal.win", record).allowed for record in (hers, anothers)] == [True, True]
    assert boss.visible("admin.user.remove", ()) == NOTHING, "what an owner may and the account not"
    with pytest.raises(Problem) as refused:
        boss.needed("admin.user.remove")
    assert refused.value.code == "forbidden"


def standing_of(who: Principal) -> Standing:
    return Standing(who, Rules(OWN))


@given(principals, principals, st.sampled_from(PERMISSIONS), records)
@settings(max_examples=300, deadline=None)
def test_what_is_allowed_is_what_both_may(
    one: Principal, other: Principal, permission: str, record: dict[str, Any]
) -> None:
    robot = Principal("account:r", one.roles, frozenset({"account:r"}), frozenset(), narrowed=one.narrowed)
    both = standing_of(robot).acting_for(other)
    alone = [standing_of(each).decide(permission, record).allowed for each in (robot, other)]
    decision = both.decide(permission, record)
    assert decision.allowed == all(alone) == bool(decision.because)
    assert holds(both.visible(permission, record), record) == decision.allowed


permits = st.builds(
    Permit,
    st.sampled_from(["crm", "admin", "*"]),
    st.sampled_from(["deal", "user", "*"]),
    st.sampled_from(["read", "win", "*"]),
    st.sampled_from(REACHES),
)


@given(principals, principals, permits)
@settings(max_examples=300, deadline=None)
def test_what_is_given_is_what_both_have(one: Principal, other: Principal, permit: Permit) -> None:
    def gives(standing: Standing) -> bool:
        try:
            not_more_than_own(standing, [permit])
        except (Problem, Rejected):
            return False
        return True

    both = standing_of(one).acting_for(other)
    assert gives(both) == (gives(standing_of(one)) and gives(standing_of(other)))


def entry(whom: str | None) -> str | None:
    noted = Noted("r1")
    noted.caller("acme", "account:robot", "account:robot", whom)
    answered = Answered(NOW, noted, "GET", "/crm/deals", None, {}, b"", None, b"", b"", 200)
    told = entry_of(answered, purpose_of("GET", "/crm/deals"), b"secret")
    assert (told.actor, told.user_id, told.subject) == ("account:robot",) * 3
    return told.on_behalf_of


def test_the_audit_says_for_whom_and_no_address_that_was_sent_for_an_id() -> None:
    assert entry(None) is None
    assert entry("7d1f") == "7d1f"
    assert cast(str, entry("ann@example.com")).startswith("~")


def test_a_retry_is_for_the_same_user() -> None:
    standing = Standing(None)
    callers = [Caller("acme", "account:r", "account:r", standing, "k", whom) for whom in (None, "ann", "bea")]
    assert len({caller.sender for caller in callers}) == 3
    assert [caller.person for caller in callers] == ["account:r", "ann", "bea"]
    assert {caller.name for caller in callers} == {"account:r"}


def passed_on(names: Iterable[tuple[str, Any]]) -> dict[str, bytes]:
    incoming = Incoming(0, 0, b"", b"", h.as_mapping(names), 0)
    return h.as_mapping(shared_headers(incoming, b"/crm", b"2026-01-01T00:00:00.000000Z"))


def test_events_say_for_whom_where_somebody_acted_for_another() -> None:
    command = OpenDeal(deal_id="d1", name="One", owner_id="u1", at=NOW)
    for whom in ("ann", None):
        envelope = CommandEnvelope(command, "acme", "deal", "d1", "id", "c", "account:r", "00ff", on_behalf_of=whom)
        message = encode_command(envelope, CODEC, PlainVault())
        back = decode_command(message.key, message.value, message.headers, CODEC, lambda tenant: PlainVault())
        assert back.on_behalf_of == whom
        assert passed_on(message.headers).get(h.ON_BEHALF_OF) == (whom and whom.encode())
