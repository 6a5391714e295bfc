"""Which event is meant, and what is told of one that is not taken back."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.problems import Problem, body_of
from gateway.undo import Of, found, offered, which
from infra.log.envelope import Recorded
from schemas.contract import contracts
from schemas.generated.crm.deal import DealAmountChanged, DealChanged
from tests.unit.projections.log import day, log_of, opened, usd


def deals() -> Of:
    of = offered(contracts()["crm", "deal"])
    assert of is not None
    return of


def events(*more: Any) -> list[Recorded]:
    return log_of([opened(), *more])


NOW = day(20)
RENAMED = DealChanged(deal_id="d1", name="Bigger", company_id="c1", product_id="p1", at=day(2))


def refused(log: list[Recorded], number: int, at: datetime | None = None) -> dict[str, Any]:
    with pytest.raises(Problem) as caught:
        found(deals(), log, log[number - 1], at, NOW)
    return body_of(caught.value)


def test_an_event_is_named_by_its_id_or_by_the_version_that_it_gave() -> None:
    log = events(RENAMED)
    assert which(log, log[1].event_id) is which(log, "2") is log[1]
    for unknown in ("3", "0", log[1].command_id):
        with pytest.raises(Problem) as caught:
            which(log, unknown)
        assert (caught.value.status, caught.value.code) == (422, "no_such_event")


def test_what_an_import_made_is_left_to_the_import() -> None:
    log = [replace(each, actor="import:i1") for each in events(RENAMED)]
    assert refused(log, 1)["code"] == "made_by_import"
    assert found(deals(), log, log[1], None, NOW).command.name == "Big"


def test_what_changed_it_again_is_told() -> None:
    worth = [DealAmountChanged(deal_id="d1", amount=usd(n), at=day(n)) for n in (3, 4)]
    log = events(RENAMED, *worth)
    told = refused(log, 3)
    assert (told["code"], told["fields"], told["later"]["version"]) == ("changed_since", ["amount"], 4)
    assert told["later"]["event_id"] == log[3].event_id


def test_a_change_is_taken_back_when_somebody_says_and_never_before_it_was_made() -> None:
    log = events(RENAMED)

    def when(at: datetime | None, now: datetime = NOW) -> datetime:
        return found(deals(), log, log[1], at, now).command.at

    assert (when(None), when(day(3)), when(day(2))) == (NOW, day(3), day(2))
    assert when(None, day(1)) == day(2), "a change that is dated ahead is taken back with it"
    told = refused(log, 2, day(1))
    assert (told["code"], told["field"]) == ("undo_before_change", "at")
    assert refused(log, 2, NOW + timedelta(days=2))["code"] == "at_in_future"


def test_audits_and_users_are_not_undone() -> None:
    assert offered(contracts()["admin", "user"]) is None
