"""An erasure that was ordered of a record as it stood: what was changed since is kept, whoever dies in between."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from domains.kernel import Rejected, command_contracts
from infra.log.board import Job
from infra.log.envelope import CommandEnvelope
from infra.log.replies import Reply
from infra.vault.keys import Destroyed
from schemas.generated.admin.data_subject import DataSubject, EraseDataSubject, PlaceHold
from schemas.generated.crm.contact import ChangeContact, CreateContact
from streams.eraser.work import carry_out
from streams.importer.deliver import Stopped
from tests.log import MemoryLog

AT = datetime(2026, 1, 31, tzinfo=UTC)
MAUD = CreateContact(contact_id="p", name="Maud", at=AT)
CHANGED = ChangeContact(contact_id="p", name="Maud Okpalan", at=AT)


@dataclass
class Desk:
    """Processors in memory, which know a command that comes again, and check the version that it expects. `silent` are
    verbs after whose command the worker dies, once, before it hears the answer."""

    log: MemoryLog = field(default_factory=MemoryLog)
    destroyed: list[str] = field(default_factory=list[str])
    silent: set[str] = field(default_factory=set[str])

    def send(self, envelope: CommandEnvelope) -> "Future[Reply]":
        contract, command = command_contracts()[envelope.command.NAME]
        _, version = self.log.states.get((envelope.tenant, contract.aggregate, envelope.id), (None, 0))
        known = envelope.command_id in self.log.answered
        answer: Future[Reply] = Future()
        try:
            if not known and envelope.expected_version not in (None, version):
                answer.set_result(Reply(envelope.command_id, "", 412, code="stale_version"))
            else:
                self.log.send(envelope.tenant, envelope.command, envelope.command_id)
                answer.set_result(Reply(envelope.command_id, "", 200))
        except Rejected as refused:
            answer.set_result(Reply(envelope.command_id, "", 404 if not version else 409, code=refused.code))
        if command.verb in self.silent:
            self.silent.discard(command.verb)
            raise Stopped
        return answer

    def destroy(self, tenant: str, subject: str) -> Destroyed:
        self.destroyed.append(subject)
        return Destroyed(AT, "0123")

    def work(self) -> bool:
        """Works on the person as the state says, as the eraser does when it starts anew."""
        state = self.log.states["acme", "data_subject", "p"][0]
        assert isinstance(state, DataSubject)
        return carry_out(Job("acme", "p", state), self.destroy, self.send, lambda _: None)

    @property
    def status(self) -> str:
        return str(self.log.states["acme", "data_subject", "p"][0].status.value)

    @property
    def row(self) -> Any:
        return self.log.rows("crm", "contacts", "acme")["p"]


def order(version: int | None = 1, kind: str = "crm/contact") -> EraseDataSubject:
    named: dict[str, Any] = {} if version is None else {"record_kind": kind, "record_version": version}
    return EraseDataSubject(data_subject_id="p", basis="retention", at=AT, **named)


def began(*commands: Any) -> Desk:
    desk = Desk()
    for command in commands:
        desk.log.send("acme", command)
    return desk


def test_a_record_as_it_stood_is_asked_and_erased() -> None:
    desk = began(MAUD, order())
    assert desk.work()
    assert (desk.destroyed, desk.status, desk.row.name) == (["p"], "ERASED", "[erased]")
    types = [type(entry.event).__name__ for entry in desk.log.entries if entry.aggregate == "contact"]
    assert types == ["ContactCreated", "ContactExpired", "ContactErased"]


def test_a_record_that_was_changed_since_is_kept_and_can_be_found_due_again() -> None:
    desk = began(MAUD, order(), CHANGED)
    assert not desk.work()
    assert (desk.destroyed, desk.status, desk.row.name) == ([], "KEPT", "Maud Okpalan")
    desk.log.send("acme", PlaceHold(data_subject_id="p", matter="case-1", at=AT))
    with pytest.raises(Rejected, match="legal matter"):
        desk.log.send("acme", order(2))
    assert desk.destroyed == []


def test_a_second_order_is_not_answered_as_the_first_was() -> None:
    desk = began(MAUD, order(), CHANGED)
    assert not desk.work()
    desk.log.send("acme", order(2))
    assert desk.work()
    assert (desk.destroyed, desk.row.name) == (["p"], "[erased]")


def test_nothing_personal_is_taken_between_the_question_and_the_end() -> None:
    desk = began(MAUD, order())
    desk.silent = {"expire"}
    with pytest.raises(Stopped):
        desk.work()
    with pytest.raises(Rejected, match="was erased"):
        desk.log.send("acme", CHANGED)
    assert desk.work()
    assert (desk.destroyed, desk.status) == (["p"], "ERASED")


@pytest.mark.parametrize("verb", ["expire", "confirm-erasure"])
def test_an_eraser_that_dies_is_followed_by_one_that_ends_it(verb: str) -> None:
    desk = began(MAUD, order())
    desk.silent = {verb}
    with pytest.raises(Stopped):
        desk.work()
    if desk.status != "ERASED":
        assert desk.work()
    assert (desk.status, desk.row.name) == ("ERASED", "[erased]")


def test_an_eraser_that_dies_while_it_withdraws_destroys_nothing() -> None:
    desk = began(MAUD, order(), CHANGED)
    desk.silent = {"withdraw-erasure"}
    with pytest.raises(Stopped):
        desk.work()
    assert (desk.status, desk.destroyed, desk.row.name) == ("KEPT", [], "Maud Okpalan")


def test_a_record_of_another_kind_than_was_said_is_kept() -> None:
    desk = began(MAUD, order(kind="admin/user"))
    assert not desk.work()
    assert (desk.destroyed, desk.status, desk.row.name) == ([], "KEPT", "Maud")


def test_an_order_that_names_no_record_is_carried_out_whatever_was_changed() -> None:
    desk = began(MAUD, order(None), CHANGED)
    assert desk.work()
    assert (desk.destroyed, desk.row.name) == (["p"], "[erased]")
