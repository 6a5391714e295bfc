"""What is committed is what the .avsc files say, and nothing the log holds has become unreadable."""

import pytest

from infra.log.codec import upcasters
from schemas import avro, compatibility
from schemas.codegen.__main__ import main
from schemas.contract import contracts, fields, people, record_type, record_types


def test_generated_files_are_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().err


def test_every_version_ever_committed_can_be_read_and_written() -> None:
    assert list(compatibility.against_history()) == []


def test_every_retired_event_has_an_upcaster_that_makes_the_event_that_replaced_it() -> None:
    replaced = {each["upcasts"]: name for name, each in avro.named_types().items() if "upcasts" in each}
    made = {old: step.__annotations__["return"].NAME for old, step in upcasters().items()}
    assert made == replaced


def test_every_record_of_a_topic_belongs_to_one_contract() -> None:
    live = {n for n, t in avro.named_types().items() if t.get("kind") in ("command", "event") and not t.get("retired")}
    listed = [cls.NAME for c in contracts().values() for cls in (*(each.cls for each in c.commands), *c.events)]
    assert sorted(listed) == sorted(live)


def test_permissions_and_routes_are_named_after_what_they_do() -> None:
    for contract in contracts().values():
        for command in contract.commands:
            domain, *_, verb = command.permission.split(".")
            assert (domain, verb) == (contract.domain, command.verb)
        verbs = [command.verb for command in contract.commands if not command.internal]
        assert len(verbs) == len(set(verbs))


def test_fields_say_what_their_schema_says() -> None:
    by_name = {field.name: field for field in fields(record_type("crm.Contact"))}
    assert by_name["contact_id"].subject is None
    assert not by_name["contact_id"].required
    assert any(field.subject == "contact_id" for field in by_name.values())
    assert all(field.doc for cls in record_types().values() for field in fields(cls))


def test_every_person_can_be_erased() -> None:
    """A personal value that is recorded is about the record that it stands in; that record has an event that says that
    it is erased, and a command for it that workers send."""
    subjects = {
        (contract.aggregate, field.subject)
        for contract in contracts().values()
        for cls in (contract.state, *contract.events)
        for field in fields(cls)
        if field.subject
    }
    assert subjects == {(contract.aggregate, contract.id_field) for contract in people()}
    for contract in people():
        assert contract.erasure in contract.events
        (erase,) = (command for command in contract.commands if command.verb == "erase")
        assert (erase.internal, erase.creates) == (True, True)
