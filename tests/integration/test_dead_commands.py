"""Commands that raised, on a real log: listed once, sent again under their own id, settled, and not listed any more."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from domains.kernel import Decider, deciders
from infra import postgres
from infra.log import headers as h
from infra.log.sender import CommandSender
from projections.dead_letters import commands
from projections.dead_letters import desk as desks
from projections.dead_letters.desk import Desk
from projections.dead_letters.letter import AlreadySettled, DeadLetter, UnknownLetter, Wanted, Who
from projections.dead_letters.requests import Result
from projections.dead_letters.tables import DATABASE, ensure_tables
from schemas.generated.crm.deal import ChangeDealAmount
from tests.integration.processor import (
    DOMAIN,
    Stage,
    amount,
    by_key,
    drop,
    envelope,
    new_stage,
    opened,
    partition,
    plain,
    processor,
    running,
)

ME = Who("cli:test", "for the test")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Topics and a platform database of its own."""
    made = new_stage(tmp_path)
    made.settings = made.settings.model_copy(update={"database_prefix": f"c{uuid4().hex[:8]}"})
    ensure_tables(made.settings)
    try:
        yield made
    finally:
        drop(made)
        with psycopg.connect(made.settings.postgres, dbname="postgres", autocommit=True) as admin:
            name = sql.Identifier(postgres.database_name(made.settings, DATABASE))
            admin.execute(sql.SQL("drop database {} with (force)").format(name))
            for role in ("owner", "writer", "reader"):
                admin.execute(sql.SQL("drop role {}").format(sql.Identifier(postgres.role_name(made.settings, role))))


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    sender = CommandSender(stage.settings, stage.codec, plain, f"test-{uuid4().hex[:8]}")
    sender.start()
    yield Desk(stage.settings, stage.codec, plain, sender.send)
    sender.close()


def letters(desk: Desk, **wanted: Any) -> list[DeadLetter]:
    return desks.page(desk, Wanted(where=DOMAIN, what="commands", **wanted)).letters


def redriven(desk: Desk, id: str) -> Result:
    result = desks.settle(desk, id, "redrive", ME)
    assert result is not None
    return result


def broken() -> dict[str, Decider[Any, Any, Any]]:
    """The rules, in which deals do not bear a changed amount."""
    deal = deciders(DOMAIN)["deal"]

    def decide(command: Any, state: Any) -> Any:
        if isinstance(command, ChangeDealAmount):
            raise ZeroDivisionError("for Jane Doe")
        return deal.decide(command, state)

    return {**deciders(DOMAIN), "deal": replace(deal, decide=decide)}


@contextmanager
def failed(stage: Stage, *commands: Any) -> Generator[list[str]]:
    """A processor with the broken rules, once it has answered these commands; gives their ids."""
    sent = [stage.send(command) for command in commands]
    stage.flush()
    with running(processor(stage, rules=broken())):
        stage.replies(len(sent))
        yield sent


def test_a_command_that_raised_is_redriven_to_success_once(stage: Stage, desk: Desk) -> None:
    with failed(stage, opened("d1"), amount("d1", 7)) as (_, command_id):
        [letter] = letters(desk)
        assert letter.id == f"crm/commands/{partition(stage, 'd1')}/0"
        assert (letter.tenant, letter.subject, letter.type) == ("acme", "deal d1", "crm.ChangeDealAmount")
        assert (letter.code, letter.reason) == ("zero_division_error", "ZeroDivisionError while deciding")
        shown = desks.show(desk, letter.id, "acme")
        assert (shown.content.data, shown.content.headers[h.CE_ID]) == (amount("d1", 7), command_id)
        assert "decide" in shown.content.trace
        assert "Jane Doe" not in str(shown)
        with pytest.raises(UnknownLetter):
            desks.show(desk, letter.id, "other")
        assert letters(desk, tenant="other") == []
        assert redriven(desk, letter.id).outcome == "failed_again"
        [again] = letters(desk)
        assert (again.id, again.reason) == (letter.id, "ZeroDivisionError while deciding (2 times)")
    with running(processor(stage)):
        assert redriven(desk, letter.id) == Result("redriven", "The command is accepted; the record is at version 2.")
        with pytest.raises(AlreadySettled, match="redriven by cli:test"):
            redriven(desk, letter.id)
    assert letters(desk) == []
    assert commands.count(stage.settings, DOMAIN) == 0
    [_, changed] = stage.events()
    assert (changed.event.amount.amount, changed.command_id) == (7, command_id)
    assert by_key(stage.events()) == {"d1": [1, 2]}


def test_one_that_was_accepted_meanwhile_counts_as_done(stage: Stage, desk: Desk) -> None:
    with failed(stage, opened("d1"), amount("d1", 7)) as (_, command_id):
        [letter] = letters(desk)
    with running(processor(stage)):
        stage.send(amount("d1", 7), command_id=command_id)
        stage.flush()
        stage.replies(3)
        assert redriven(desk, letter.id).told == "The command had been accepted before; the record is at version 2."
    assert by_key(stage.events()) == {"d1": [1, 2]}


def test_one_that_a_rule_refuses_stays_until_it_is_discarded(stage: Stage, desk: Desk) -> None:
    stage.send(opened("d1"))
    stage.send(amount("d1", 7), expected_version=1)
    with failed(stage):
        stage.replies(2)
        [letter] = letters(desk)
    with running(processor(stage)):
        stage.send(amount("d1", 8))
        stage.flush()
        stage.replies(3)
        result = redriven(desk, letter.id)
    assert (result.outcome, result.told[:38]) == ("refused", "The command is refused, stale_version:")
    assert letters(desk) == [letter]
    assert desks.settle(desk, letter.id, "discard", ME).outcome == "discarded"  # type: ignore[union-attr]
    assert letters(desk) == []
    with pytest.raises(AlreadySettled, match="discarded by cli:test"):
        desks.show(desk, letter.id)


def test_what_cannot_be_read_is_shown_in_bytes_and_stays(stage: Stage, desk: Desk) -> None:
    where = stage.topic("commands")
    stage.put(where, b"acme/deal/d1", b"rubbish", [(h.TENANT, b"acme")])
    stage.put(where, b"acme/deal/d1", b"more", [(h.TENANT, b"other"), (h.CE_ID, b"x\0")])
    with failed(stage, opened("d1")):
        found = letters(desk)
        assert [letter.tenant for letter in found] == ["acme", ""]
        assert found[0].code == "unreadable"
        assert letters(desk, tenant="other") == []
        assert desks.show(desk, found[0].id).content.data_base64 == "cnViYmlzaA=="
        assert redriven(desk, found[0].id).outcome == "failed_again"
        assert letters(desk) == found


def test_commands_of_workflows_are_left_to_their_outbox(stage: Stage, desk: Desk) -> None:
    with failed(stage, opened("d1")):
        sent = replace(envelope(amount("d1", 1)), actor="workflow:hand_over_deals")
        assert desk.send(sent).result(20).status == 500
        assert letters(desk) == []
        assert commands.count(stage.settings, DOMAIN) == 0


def test_no_processor_answers(stage: Stage, desk: Desk) -> None:
    with failed(stage, opened("d1"), amount("d1", 7)):
        [letter] = letters(desk)
    sender = CommandSender(stage.settings, stage.codec, plain, "hasty", give_up_after=0.5)
    sender.start()
    assert redriven(replace(desk, send=sender.send), letter.id).outcome == "late"
    sender.close()
    assert letters(desk) == [letter]


def test_pages_of_commands(stage: Stage, desk: Desk) -> None:
    deals = [f"d{n}" for n in range(7)]
    with failed(stage, *map(opened, deals), *(amount(deal, 1) for deal in deals)):
        found, wanted = list[str](), Wanted(where=DOMAIN, what="commands", limit=3)
        while True:
            page = desks.page(desk, wanted)
            found += [letter.id for letter in page.letters]
            if page.next is None:
                break
            wanted = replace(wanted, after=page.next)
    assert len(found) == len(set(found)) == 7
    with pytest.raises(UnknownLetter):
        desks.show(desk, "crm/commands/0/99")
    with pytest.raises(UnknownLetter):
        desks.show(desk, "crm/commands/zero/99")


def test_before_there_are_topics_there_are_no_dead_letters(stage: Stage) -> None:
    nowhere = stage.settings.model_copy(update={"topic_prefix": "nowhere."})
    assert commands.page(nowhere, DOMAIN, Wanted()) == []
    assert commands.count(nowhere, DOMAIN) == 0
