"""One command and its aggregate → what comes of it."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domains.kernel import Decider, deciders
from infra.log.codec import Codec, RegistryUnavailable
from schemas import avro
from schemas.contract import Erased, PlainVault, record_types
from schemas.generated.crm.contact import Contact, CreateContact
from schemas.generated.crm.deal import Deal, DealOpened, OpenDeal, WinDeal
from streams.processor import seen
from streams.processor.command import Command
from streams.processor.decide import Accepted, Failed, Held, Outcome, Refused, Repeated, decide, event_id, rules_of

AT = datetime(2026, 1, 31, tzinfo=UTC)
NOW = 1_800_000_000_000_000
ID = uuid.uuid4()
NAMES = sorted(record_types())
VAULT = PlainVault()


class Ids:
    def id_of(self, name: str) -> int:
        return NAMES.index(name)

    def text_of(self, id: int) -> str:
        return avro.published(NAMES[id])


CODEC = Codec(Ids())
NEW = Held(0, seen.EMPTY, Deal(), b"")
OPEN = OpenDeal(deal_id="d1", name="One", owner_id="u1", at=AT)
COMMAND = Command("acme", "deal", "d1", ID.bytes, "crm.OpenDeal", b"printed!", None, None)


def asked(
    command: Any = OPEN, held: Held = NEW, about: Command = COMMAND, *, late: bool = False, **rules: Any
) -> Outcome:
    decider = rules_of({"deal": replace(deciders("crm")["deal"], **rules)})["deal"]
    about = replace(about, type=command.NAME)
    return decide(decider, about, CODEC.encode(command, VAULT), held, NOW, CODEC, VAULT, late=late)


def opened() -> Held:
    outcome = asked()
    assert isinstance(outcome, Accepted)
    return outcome.held


def test_an_accepted_command_gives_events_and_the_next_version() -> None:
    outcome = asked()
    assert isinstance(outcome, Accepted)
    assert outcome.held.version == 1
    assert outcome.held.state.name == "One"
    assert CODEC.decode(outcome.held.value, VAULT) == outcome.held.state
    assert [(e.id, e.type, e.at) for e in outcome.events] == [(str(uuid.uuid5(ID, "0")), "crm.DealOpened", AT)]


def test_event_ids_are_those_of_the_standard_library() -> None:
    assert [event_id(ID.bytes, index) for index in (0, 11)] == [str(uuid.uuid5(ID, "0")), str(uuid.uuid5(ID, "11"))]


def test_the_same_command_again_gets_its_first_answer_though_the_version_is_stale() -> None:
    about = replace(COMMAND, expected_version=0)
    assert asked(held=opened(), about=about) == Repeated(1, ("crm.DealOpened",))


def test_an_id_used_for_something_else_is_refused() -> None:
    outcome = asked(held=opened(), about=replace(COMMAND, fingerprint=b"another!"))
    assert isinstance(outcome, Refused)
    assert (outcome.status, outcome.code, outcome.version) == (422, "idempotency_key_reused", 1)


def test_accepting_without_an_event_is_remembered_too() -> None:
    other = replace(COMMAND, command_id=uuid.uuid4().bytes)
    outcome = asked(held=opened(), about=other)
    assert isinstance(outcome, Accepted)
    assert (outcome.events, outcome.held.version) == ((), 1)
    assert asked(held=outcome.held, about=other) == Repeated(1, ())


def test_a_stale_version_is_refused_with_the_current_one() -> None:
    about = replace(COMMAND, command_id=uuid.uuid4().bytes, expected_version=7)
    outcome = asked(held=opened(), about=about)
    assert isinstance(outcome, Refused)
    assert (outcome.status, outcome.code, outcome.version) == (412, "stale_version", 1)


def test_a_rejection_is_decided_anew() -> None:
    win = WinDeal(deal_id="d1", at=AT)
    outcome = asked(win, opened(), replace(COMMAND, command_id=uuid.uuid4().bytes))
    assert isinstance(outcome, Refused)
    assert (outcome.status, outcome.code) == (409, "deal_not_engaging")


def test_a_copy_that_comes_behind_its_refusal_comes_to_nothing() -> None:
    outcome = asked(late=True)
    assert isinstance(outcome, Refused)
    assert (outcome.status, outcome.code) == (409, "late_copy")


def test_a_late_copy_of_what_was_accepted_gets_its_first_answer() -> None:
    assert asked(held=opened(), late=True) == Repeated(1, ("crm.DealOpened",))


def test_what_is_not_there_is_not_found() -> None:
    outcome = asked(WinDeal(deal_id="d1", at=AT))
    assert isinstance(outcome, Refused)
    assert (outcome.status, outcome.version) == (404, 0)


def test_a_field_at_fault_is_named() -> None:
    outcome = asked(replace(OPEN, name=" "))
    assert isinstance(outcome, Refused)
    assert (outcome.status, outcome.field) == (422, "name")


def test_a_failing_decider_is_a_dead_letter_that_quotes_nothing() -> None:
    def fail(command: Any, state: Deal) -> Sequence[Any]:
        raise ZeroDivisionError(f"secret {command.name}")

    outcome = asked(decide=fail)
    assert isinstance(outcome, Failed)
    assert (outcome.status, outcome.code) == (500, "internal_error")
    assert "in fail" in outcome.trace or " fail" in outcome.trace
    assert "secret" not in repr(outcome)


def test_an_event_that_cannot_be_encoded_is_a_dead_letter() -> None:
    def broken(command: Any, state: Deal) -> Sequence[Any]:
        return [DealOpened(deal_id="d1", name=3, owner_id="u1", at=AT)]  # type: ignore[arg-type]

    assert isinstance(asked(decide=broken), Failed)


def test_personal_values_are_passed_on_as_they_were_sealed() -> None:
    class Opening:
        def open(self, subject: str, sealed: bytes) -> str | Erased:
            return VAULT.open(subject, sealed)

        def seal(self, subject: str, text: str) -> bytes:
            raise AssertionError(f"{text} is sealed already.")

    command = CreateContact(contact_id="d1", name="Ann Lee", phone="+15550100", at=AT)
    about = replace(COMMAND, aggregate="contact", type=command.NAME)
    new = Held(0, seen.EMPTY, Contact(), b"")
    rules = rules_of(deciders("crm"))["contact"]
    outcome = decide(rules, about, CODEC.encode(command, VAULT), new, NOW, CODEC, Opening())
    assert isinstance(outcome, Accepted)
    assert CODEC.decode(outcome.held.value, VAULT) == outcome.held.state


def test_bytes_that_are_no_command_are_a_dead_letter() -> None:
    rules = rules_of(deciders("crm"))["deal"]
    outcome = decide(rules, COMMAND, b"\0\0\0\0\1 rubbish", NEW, NOW, CODEC, VAULT)
    assert isinstance(outcome, Failed)
    assert outcome.status == 400


def test_a_command_for_another_aggregate_than_its_key_says_is_a_dead_letter() -> None:
    outcome = asked(replace(OPEN, deal_id="d2"))
    assert isinstance(outcome, Failed)
    assert outcome.code == "unreadable_command"


def test_a_silent_registry_is_nobodys_fault() -> None:
    class Silent(Ids):
        def text_of(self, id: int) -> str:
            raise RegistryUnavailable("silent")

    rules: Decider[Any, Any, Any] = deciders("crm")["deal"]
    with pytest.raises(RegistryUnavailable):
        decide(rules_of({"deal": rules})["deal"], COMMAND, CODEC.encode(OPEN, VAULT), NEW, NOW, Codec(Silent()), VAULT)


def test_a_workflows_command_older_than_what_is_remembered_is_refused() -> None:
    ids = seen.EMPTY
    for number in range(70):
        old = number < 5
        ids = seen.add(ids, number.to_bytes(16, "big"), bytes(8), number if old else NOW, number, [], 7 if old else NOW)
    held = replace(opened(), seen=ids)
    late = replace(COMMAND, command_id=uuid.uuid4().bytes, source_time=7)
    outcome = asked(held=held, about=late)
    assert isinstance(outcome, Refused)
    assert outcome.code == "too_old"
    assert isinstance(asked(held=held, about=replace(late, source_time=8)), Accepted)
