"""API keys: what one looks like, whom it lets in, and what happens to those who guess."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st
from redis.exceptions import RedisError

from gateway.access import live, refusals
from gateway.access.by_key import machine_of
from gateway.access.directory import Account, Directory, Key
from gateway.access.live import Access
from gateway.access.refusals import Refusals
from gateway.access.standing import Standing
from gateway.problems import Problem
from infra import api_keys
from infra.api_keys import Malformed
from projections.generations import ModelBuilding

TENANTS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,62}", fullmatch=True)
GOOD, OLD, STOPPED, UNKNOWN = (f"{n}f0c2a54-6d0e-4d3b-9b7c-0a1b2c3d4e5f" for n in range(4))
SECRET, WRONG = "ab" * 32, "cd" * 32
NOW = datetime.now(UTC)
HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"


@given(TENANTS, st.uuids(), st.binary(min_size=32, max_size=32))
def test_a_key_is_read_as_it_was_written(tenant: str, id: Any, secret: bytes) -> None:
    found = api_keys.read(api_keys.written(tenant, str(id), secret.hex()))
    assert (found.tenant, found.key_id, found.digest) == (tenant, str(id), api_keys.digest_of(secret.hex()))


@given(st.data())
def test_a_key_with_a_wrong_letter_or_a_piece_missing_is_none(data: Any) -> None:
    key = api_keys.written("acme", GOOD, SECRET)
    at = data.draw(st.integers(4, len(key) - 1))
    letter = data.draw(st.sampled_from("0123456789abcdef_-z").filter(lambda one: one != key[at]))
    for other in (key[:at] + letter + key[at + 1 :], key[:at], key[:at] + key[at + 1 :], key + letter, f" {key}"):
        with pytest.raises(Malformed):
            api_keys.read(other)


def test_secrets_differ_and_a_digest_does_not_tell_them() -> None:
    first, second = api_keys.new_secret(), api_keys.new_secret()
    assert len(first) == len(second) == 64
    assert first != second
    assert first not in api_keys.digest_of(first)


def key(id: str, account: str = "a", ends: timedelta = timedelta(days=1)) -> Key:
    return Key(id, account, "Nightly", api_keys.digest_of(SECRET), (), NOW, NOW + ends, None)


ACME = Directory(
    {},
    accounts={"a": Account("a", True, ("crm.member",)), "b": Account("b", False, ("crm.member",))},
    keys={each.id: each for each in (key(GOOD), key(OLD, ends=timedelta(0)), key(STOPPED, "b"))},
)


@dataclass
class Counters:
    """What Redis does here: counts by key."""

    counts: dict[str, int] = field(default_factory=dict[str, int])
    broken: Exception | None = None
    last: str = ""

    def pipeline(self, transaction: bool) -> "Counters":
        return self

    async def __aenter__(self) -> "Counters":
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    def incr(self, key: str) -> None:
        self.counts[key], self.last = self.counts.get(key, 0) + 1, key

    def expire(self, key: str, seconds: int) -> None:
        pass

    async def execute(self) -> list[int]:
        if self.broken is not None:
            raise self.broken
        return [self.counts[self.last], 1]


@dataclass
class Acme:
    """The directory of acme, which is held, and nobody's of other tenants."""

    looked_up: list[str] = field(default_factory=list[str])

    def holds(self, tenant: str) -> bool:
        return tenant == "acme"

    async def directory(self, tenant: str, after: str | None) -> Directory:
        self.looked_up.append(tenant)
        return ACME if tenant == "acme" else Directory({})

    async def standing(self, tenant: str, user: str, *, key: str) -> Standing | None:
        who = ACME.principal(user)
        return who and Standing(who)


class Door:
    """A gateway as far as keys need it; three refusals a minute."""

    def __init__(self, counters: Counters | None = None) -> None:
        self.counters, self.access = counters or Counters(), Acme()
        self.refusals = Refusals(cast(Any, self.counters), "", 3, b"secret")

    async def asked(self, text: str, address: str = HERE) -> str:
        """The name of whoever came in, or the code of the refusal."""
        app = SimpleNamespace(state=SimpleNamespace(platform=self))
        request = cast(Request, SimpleNamespace(app=app, client=SimpleNamespace(host=address)))
        try:
            return (await machine_of(request, text, None)).name
        except Problem as problem:
            refused = problem
        assert refused.detail.endswith(".")
        assert ("Retry-After" if refused.status == 429 else "WWW-Authenticate") in refused.headers
        return refused.code


def text_of(id: str = GOOD, secret: str = SECRET, tenant: str = "acme") -> str:
    return api_keys.written(tenant, id, secret)


@pytest.fixture(autouse=True)
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still in the middle of a minute."""
    monkeypatch.setattr(refusals.time, "time", lambda: 1000.0)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (text_of(), "account:a"),
        (text_of()[:-1], "key_malformed"),
        (text_of(secret=WRONG), "key_unknown"),
        (text_of(UNKNOWN), "key_unknown"),
        (text_of(tenant="rival"), "key_unknown"),
        (text_of(OLD), "key_expired"),
        (text_of(OLD, WRONG), "key_unknown"),
        (text_of(STOPPED), "account_deactivated"),
        (text_of(STOPPED, WRONG), "key_unknown"),
    ],
)
async def test_a_good_key_opens_and_others_say_why_not_to_who_knows_the_secret(text: str, answer: str) -> None:
    assert await Door().asked(text) == answer


async def test_who_goes_on_guessing_is_slowed_and_nobody_else() -> None:
    door = Door()
    assert [await door.asked(text_of(UNKNOWN)) for _ in range(5)] == ["key_unknown"] * 3 + ["too_many_refused_keys"] * 2
    assert await door.asked(text_of(UNKNOWN), ELSEWHERE) == "key_unknown"
    assert await door.asked(text_of()) == "account:a"


async def test_gateways_count_together_and_redis_knows_no_addresses() -> None:
    first, second = Door(), Door()
    second.refusals.redis = first.refusals.redis
    assert [await door.asked("nxk_") for door in (first, second) * 2] == ["key_malformed"] * 3 + [
        "too_many_refused_keys"
    ]
    assert not any(HERE in key for key in first.counters.counts)


async def test_who_is_slowed_has_no_tenants_looked_up_that_nobody_asked_for() -> None:
    door = Door()
    answers = [await door.asked(text_of(tenant=f"t{n}")) for n in range(6)]
    assert answers == ["key_unknown"] * 3 + ["too_many_refused_keys"] * 3
    assert door.access.looked_up == ["t0", "t1", "t2", "t3"]


@pytest.mark.parametrize("error", [RedisError("gone"), ConnectionResetError(), TimeoutError()])
async def test_without_redis_nobody_is_slowed(error: Exception) -> None:
    door = Door(Counters(broken=error))
    assert {await door.asked(text_of(UNKNOWN)) for _ in range(20)} == {"key_unknown"}


async def test_the_next_minute_is_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door()
    assert {await door.asked("nxk_") for _ in range(4)} == {"key_malformed", "too_many_refused_keys"}
    monkeypatch.setattr(refusals.time, "time", lambda: 1060.0)
    assert await door.asked(text_of(tenant="t")) == "key_unknown"


class Reach:
    """Read models that stand still."""

    async def token(self, database: str) -> str:
        return "here"


async def test_of_a_tenant_nothing_is_held_where_nobody_is_or_before_its_keys_are_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = {"acme": ACME, "young": Directory({}, accounts=ACME.accounts, building=True)}

    async def read(engine: object, tenant: str) -> Directory:
        return there.get(tenant, Directory({}))

    monkeypatch.setattr(live, "read", read)
    access = Access(cast(Any, {"admin": None}), cast(Any, Reach()))
    assert await access.directory("acme") == ACME
    assert await access.directory("nowhere") == Directory({})
    with pytest.raises(ModelBuilding):
        await access.directory("young")
    assert await access.standing("young", "account:a") is not None
    assert [access.holds(tenant) for tenant in ("acme", "nowhere", "young")] == [True, False, False]
    there["young"] = ACME
    assert await access.directory("young") == ACME


async def test_a_key_that_ends_takes_its_standing_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(engine: object, tenant: str) -> Directory:
        return ACME

    monkeypatch.setattr(live, "read", read)
    access = Access(cast(Any, {"admin": None}), cast(Any, Reach()))
    standings = {id: await access.standing("acme", "account:a", key=id) for id in (GOOD, OLD, STOPPED, UNKNOWN)}
    assert [id for id, standing in standings.items() if standing is not None] == [GOOD]
