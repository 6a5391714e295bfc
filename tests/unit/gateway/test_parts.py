"""Keys, limits, tags and bodies: the parts of the gateway that need nothing behind them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import commands
from gateway.bodies import model, parse
from gateway.feed import BUFFER, Listener, LogMessage, TooSlow, Wanted
from gateway.limits import Limiter
from gateway.problems import Problem
from gateway.record import tag
from infra import redis
from infra.keys import Holder, development_key, holder_of
from infra.log import headers as h
from infra.log.envelope import key_of
from infra.settings import Settings
from projections.catalog import models_by_name
from schemas.generated.common import Money
from schemas.generated.crm.deal import WinDeal

TENANTS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,62}", fullmatch=True)


@given(TENANTS, TENANTS, st.text())
def test_a_key_is_good_for_its_tenant_alone(tenant: str, other: str, noise: str) -> None:
    key = development_key("secret", tenant)
    assert holder_of("secret", key) == Holder(tenant)
    assert holder_of("another secret", key) is None
    assert holder_of("secret", noise) is None
    if other != tenant:
        assert holder_of("secret", key.replace(f"nx_{tenant}_", f"nx_{other}_", 1)) is None


@pytest.mark.parametrize("tenant", ["", "-a", "A", "a_b", "a/b", "a" * 64, "ä"])
def test_what_is_no_tenant_has_no_key(tenant: str) -> None:
    with pytest.raises(ValueError, match="tenant"):
        development_key("secret", tenant)


async def test_without_redis_everyone_comes_in_and_is_told() -> None:
    limiter = Limiter(redis.client(Settings(redis="redis://127.0.0.1:9/0")), "test", 1)
    for _ in range(3):
        assert await limiter.admit("acme") == {"RateLimit-Status": "unavailable"}


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=4))
def test_amounts_are_exact_whether_text_or_number(amount: Decimal) -> None:
    body = model(WinDeal, "deal_id", creates=False)
    text = f"{amount:f}"
    for written in (text, f'"{text}"'):
        values = parse(f'{{"amount": {{"amount": {written}, "currency": "USD"}}}}'.encode(), "application/json", body)
        assert values["amount"] == Money(amount=amount, currency="USD")


def test_an_empty_body_says_nothing() -> None:
    nothing = {"amount": None, "reason": None, "stage_id": None, "at": None}
    assert parse(b"", None, model(WinDeal, "deal_id", creates=False)) == nothing


def test_the_tag_of_a_record_with_names_from_others_changes_with_them() -> None:
    deals, tenants = models_by_name("crm")["deals"], models_by_name("admin")["tenants"]
    tags = {tag(deals, 3, body) for body in (b"{}", b'{"company_name": "A"}')}
    assert len(tags) == 2
    assert all(commands.VERSION.fullmatch(tag) and commands.VERSION.fullmatch(tag)[1] == "3" for tag in tags)  # type: ignore[index]
    assert not tenants.joins
    assert tag(tenants, 3, b"{}") == '"3"'


def message(tenant: str, aggregate: str, id: str, type: str, offset: int = 0) -> LogMessage:
    return LogMessage("crm.events", 0, offset, key_of(tenant, aggregate, id), b"", [(h.CE_TYPE, type.encode())])


def test_a_listener_hears_what_it_wants_of_its_tenant() -> None:
    won = message("acme", "deal", "d/1", "crm.DealWon")
    assert Wanted("acme").fits(won)
    assert Wanted("acme", frozenset({"crm.DealWon"}), "deal", "d/1").fits(won)
    assert not Wanted("rival").fits(won)
    assert not Wanted("acme", frozenset({"crm.DealLost"})).fits(won)
    assert not Wanted("acme", aggregate="company").fits(won)
    assert not Wanted("acme", id="d").fits(won)
    assert not Wanted("acme").fits(won._replace(key=b"\xff"))


def test_a_listener_that_falls_behind_is_let_go() -> None:
    listener = Listener(Wanted("acme"))
    for offset in range(BUFFER + 1):
        listener.hear(message("acme", "deal", "d", "crm.DealWon", offset))
    assert listener.too_slow
    assert not listener.waiting
    assert issubclass(TooSlow, Exception)


def test_a_problem_can_be_raised_through_a_context() -> None:
    """Python writes the traceback into an exception; a frozen one broke every with-block."""
    problem = Problem(404, "not_found", "Nothing.")
    problem.__traceback__ = None
    assert problem.code == "not_found"
