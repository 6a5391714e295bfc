"""Which record a row is about, what becomes of known and unknown ones, and dry runs, which record nothing."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import pytest

from schemas.generated.admin.user import CreateUser
from schemas.generated.crm.contact import AssignContact, CreateContact, RemoveContact
from schemas.generated.integration.import_job import ImportJob, ImportStatus, KnownRows, UnknownRows
from streams.importer import rehearsal, run
from streams.importer.deliver import Stopped
from streams.importer.lookup import Lookup
from streams.importer.revert import backwards, undone
from streams.importer.run import run_import
from tests.unit.streams.importer.memory import AT, TENANT, Memory, derive

PEOPLE = {"name": "name", "email": "email", "phone": "phone", "job_title": "title"}
HEADER = b"name,email,phone,title\n"
ANN = b"Ann,ann@umbra.example,+49 30 1,CTO\n"


def imported(
    memory: Memory, content: bytes, import_id: str = "i1", mapping: Mapping[str, str] = PEOPLE, **given: Any
) -> ImportJob:
    run_import(memory.started("crm.contact", content, mapping, import_id, **given), memory.desk)
    return memory.state(import_id)


def report(memory: Memory, hash: str | None) -> list[dict[str, str]]:
    assert hash is not None
    with memory.blobs.open(TENANT, hash) as file:
        return list(csv.DictReader(io.StringIO(file.read().decode())))


def create(memory: Memory, id: str, **said: Any) -> None:
    assert memory.do(CreateContact(contact_id=id, at=AT, **said)).status == 200


def contact(memory: Memory, id: str) -> Any:
    return memory.held["crm", "contact", id][1]


def told(memory: Memory, state: ImportJob) -> list[tuple[str, str, str]]:
    return [(row["line"], row["outcome"], row["code"]) for row in report(memory, state.errors)]


def test_a_row_is_about_the_record_that_has_what_it_is_matched_on(memory: Memory) -> None:
    create(memory, "c1", name="Ann Other", email="Ann@UMBRA.example")
    state = imported(memory, HEADER + ANN + b"Bob,bob@umbra.example,,\n", match_on=("email",))
    assert (state.created, state.updated) == (1, 1)
    assert (contact(memory, "c1").name, contact(memory, "c1").job_title) == ("Ann", "CTO")
    again = imported(memory, HEADER + b"Bob B.,bob@umbra.example,,\n", "i2", match_on=("email",))
    assert (again.created, again.updated) == (0, 1)


def test_of_several_things_in_common_all_must_be(memory: Memory) -> None:
    create(memory, "c1", name="Ann", phone="+49 30 1")
    create(memory, "c2", name="Ann", phone="+49 30 2")
    state = imported(memory, HEADER + b"Ann,,0049 301,CEO\n", match_on=("name", "phone"))
    assert (state.updated, contact(memory, "c1").job_title, contact(memory, "c2").job_title) == (1, "CEO", None)


def test_a_match_that_leaves_a_choice_is_refused_and_tells_how_many(memory: Memory) -> None:
    for id in ("c1", "c2", "c3"):
        create(memory, id, name="Ann", email=f"{id}@umbra.example")
    state = imported(memory, HEADER + b"Ann,,,CEO\n,x@umbra.example,,\n", match_on=("name",))
    found = report(memory, state.errors)
    assert [(row["line"], row["field"], row["code"]) for row in found] == [
        ("2", "name", "match_ambiguous"),
        ("3", "name", "match_blank"),
    ]
    assert found[0]["reason"].startswith("3 records")


def test_an_address_that_was_somebodys_makes_a_new_record(memory: Memory) -> None:
    """The id of a default import follows from the address; one that is matched asks what is on file now."""
    first = imported(memory, HEADER + ANN)
    id = derive(TENANT, "crm.contact", "ann@umbra.example")
    imported(memory, HEADER + b"Ann,ann@new.example,,\n", "i2", match_on=("name",))
    assert contact(memory, id).email == "ann@new.example"
    third = imported(memory, HEADER + b"Someone,ann@umbra.example,,\n", "i3", match_on=("email",))
    assert (first.created, third.created, third.updated) == (1, 1, 0)
    assert contact(memory, id).name == "Ann"


def test_known_rows_are_skipped_and_unknown_ones_created(memory: Memory) -> None:
    create(memory, "c1", name="Ann O.", email="ann@umbra.example")
    rows = HEADER + ANN + b"Bob,bob@umbra.example,,\nRobert,bob@umbra.example,,\n"
    state = imported(memory, rows, match_on=("email",), known=KnownRows.SKIP)
    assert (state.created, state.skipped, state.updated, state.warnings) == (1, 2, 0, 1)
    assert contact(memory, "c1").name == "Ann O."
    assert told(memory, state) == [("4", "warning", "row_repeated")]


def test_unknown_rows_are_skipped_and_known_ones_changed(memory: Memory) -> None:
    create(memory, "c1", name="Ann O.", email="ann@umbra.example")
    rows = HEADER + ANN + b"Bob,bob@umbra.example,,\nBob,bob@umbra.example,,\n"
    state = imported(memory, rows, match_on=("email",), unknown=UnknownRows.SKIP)
    assert (state.created, state.skipped, state.updated) == (0, 2, 1)
    assert len(memory.all("crm", "contact")) == 1


def test_a_record_that_was_taken_off_file_is_unknown(memory: Memory) -> None:
    imported(memory, HEADER + ANN)
    id = derive(TENANT, "crm.contact", "ann@umbra.example")
    memory.do(RemoveContact(contact_id=id, at=AT))
    state = imported(memory, HEADER + ANN, "i2", known=KnownRows.SKIP)
    assert (state.created, state.skipped) == (1, 0)


def test_only_what_is_blank_is_filled_in(memory: Memory) -> None:
    memory.do(CreateUser(user_id="u1", name="Sam Seller", email="sam@seller.example", at=AT))
    memory.do(CreateUser(user_id="u2", name="Pat", at=AT))
    create(memory, "c1", name="Ann O.", email="ann@umbra.example")
    create(memory, "c2", name="Bob", email="bob@umbra.example", phone="+49 30 2")
    assert memory.do(AssignContact(contact_id="c2", owner_id="u2", at=AT)).status == 200
    rows = b"name,email,phone,owner\nAnn,ann@umbra.example,+49 30 1,SAM@seller.example\n"
    rows += b"Robert,bob@umbra.example,+49 30 9,Sam Seller\nX,bob@umbra.example,,Pat\n"
    mapping = {"name": "name", "email": "email", "phone": "phone", "owner": "owner"}
    state = imported(memory, rows, mapping=mapping, match_on=("email",), known=KnownRows.FILL)
    assert (state.updated, state.unchanged, state.rejected) == (1, 1, 1)
    assert told(memory, state) == [("4", "rejected", "row_repeated"), ("4", "warning", "row_repeated")]
    ann, bob = contact(memory, "c1"), contact(memory, "c2")
    assert (ann.name, ann.phone, ann.owner_id) == ("Ann O.", "+49301", "u1")
    assert (bob.name, bob.phone, bob.owner_id) == ("Bob", "+49302", "u2")


@pytest.mark.parametrize("known", [KnownRows.SKIP, KnownRows.FILL])
def test_a_row_that_was_worked_on_before_a_stop_is_no_known_one(
    memory: Memory, monkeypatch: pytest.MonkeyPatch, known: KnownRows
) -> None:
    monkeypatch.setattr(run, "EVERY", 4)
    rows = HEADER + b"".join(b"P%d,p%d@umbra.example,,\n" % (n, n) for n in range(10))
    job = memory.started("crm.contact", rows, PEOPLE, match_on=("email",), known=known)
    memory.dies_after = 7
    with pytest.raises(Stopped):
        run_import(job, memory.desk)
    memory.dies_after = None
    run_import(memory.job(), memory.desk)
    state = memory.state()
    assert (state.created, state.skipped, state.unchanged, state.rejected) == (10, 0, 0, 0)


def test_who_is_known_is_asked_only_where_it_matters(memory: Memory) -> None:
    imported(memory, HEADER + ANN)
    assert memory.looked_up == 0


def test_a_dry_run_says_what_the_real_one_will_and_records_nothing(memory: Memory) -> None:
    create(memory, "c1", name="Ann O.", email="ann@umbra.example")
    rows = HEADER + ANN + b"Bob,bob@umbra.example,,\nBob B.,bob@umbra.example,,\nX,no address,,\n"
    before = len(memory.events)
    dry = imported(memory, rows, "dry", match_on=("email",), dry_run=True)
    kinds = {type(event).__name__ for event in memory.events[before:]}
    assert kinds == {"ImportStarted", "ImportProgressed", "ImportCompleted"}
    assert contact(memory, "c1").name == "Ann O."
    assert (dry.status, dry.dry_run, dry.total, dry.rows) == (ImportStatus.COMPLETED, True, 4, 4)
    changes = [(row["line"], row["record"], row["field"], row["becomes"]) for row in report(memory, dry.changes)]
    assert ("2", "crm/contact/c1", "name", "Ann") in changes
    assert {row[0] for row in changes} == {"2", "4"}
    real = imported(memory, rows, "real", match_on=("email",))
    for name in ("total", "rows", "created", "updated", "unchanged", "rejected", "skipped", "warnings"):
        assert getattr(real, name) == getattr(dry, name), name
    assert (real.created, real.updated, real.rejected, real.warnings) == (1, 2, 1, 1)
    assert told(memory, real) == told(memory, dry)


def test_a_dry_run_that_was_stopped_begins_again(memory: Memory) -> None:
    job = memory.started("crm.contact", HEADER + ANN, PEOPLE, dry_run=True)
    for dies_after in (0, 1):
        memory.dies_after = dies_after
        with pytest.raises(Stopped):
            run_import(memory.job(), memory.desk)
    memory.dies_after = None
    run_import(memory.job(), memory.desk)
    state = memory.state()
    assert (state.rows, state.created, len(state.results)) == (1, 1, 1)
    assert job.state.dry_run


def test_a_dry_run_remembers_so_many_records_and_no_more(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "REMEMBERED", 50)
    monkeypatch.setattr(run, "_AT_ONCE", 10)
    most = 0
    bring = rehearsal.Rehearsal.bring

    def counted(self: rehearsal.Rehearsal, places: Any) -> None:
        nonlocal most
        bring(self, places)
        most = max(most, len(self.known))

    monkeypatch.setattr(rehearsal.Rehearsal, "bring", counted)
    rows = HEADER + b"".join(b"P%d,p%d@umbra.example,,\n" % (n, n) for n in range(1000))
    assert imported(memory, rows, dry_run=True).created == 1000
    assert most == 50


def test_an_owner_comes_with_the_record_and_goes_with_it(memory: Memory) -> None:
    memory.do(CreateUser(user_id="u1", name="Sam Seller", email="sam@seller.example", at=AT))
    mapping = {"first_name": "First", "last_name": "Last", "owner": "Owner", "email": "E"}
    rows = b"First,Last,Owner,E\nAnn,Archer,sam seller,a@umbra.example\nBob,,Nobody,b@umbra.example\n"
    rows += b"Eve,,Sam Seller,none\n"
    state = imported(memory, rows, mapping=mapping)
    assert (state.created, state.updated, state.rejected) == (1, 0, 2)
    assert [row["code"] for row in report(memory, state.errors)] == ["owner_unknown", "email_malformed"]
    [ann] = memory.all("crm", "contact")
    assert (ann.name, ann.owner_id) == ("Ann Archer", "u1")
    [created] = undone(backwards(memory.blobs, TENANT, state.results))
    assert getattr(created, "version", None) == 2


def test_a_cell_with_several_values_gives_the_first_and_is_told(memory: Memory) -> None:
    state = imported(memory, b"name;email;phone;title\nAnn;a@x.example, b@x.example;;\n")
    assert (state.created, state.warnings, told(memory, state)) == (1, 1, [("2", "warning", "values_left_out")])
    assert memory.all("crm", "contact")[0].email == "a@x.example"


def test_what_is_looked_up_is_no_ones_to_read() -> None:
    with Lookup() as held:
        held.put([(("ann@x.example",), "c1"), (("ann@x.example",), "c2"), (("ann@x.example", ""), "c3")])
        assert held.find(["ann@x.example"]) == ["c1", "c2"]
        assert held.find(["bob"]) == []
        kept = held._file.execute("select key from held").fetchall()  # pyright: ignore[reportPrivateUsage]
        assert all(b"ann" not in key for (key,) in kept)


def test_rows_that_are_matched_name_one_another_by_name(memory: Memory) -> None:
    memory.do(CreateUser(user_id="u1", name="Bea Boss", at=AT))
    rows = b"id,n,m\n1,Ann,Bea Boss\n2,Cy,Ann\n"
    mapping = {"key": "id", "name": "n", "manager": "m"}
    run_import(memory.started("admin.user", rows, mapping, match_on=("name",)), memory.desk)
    people = {user.name: user for user in memory.all("admin", "user")}
    assert (len(people), people["Ann"].manager_id) == (3, "u1")
    assert people["Cy"].manager_id == people["Ann"].user_id


def test_tags_and_classes_come_with_the_record_and_blanks_take_nothing_away(memory: Memory) -> None:
    mapping = {"name": "name", "email": "email", "tags": "tags", "lifecycle": "stage", "source": "source"}
    rows = b"name,email,tags,stage,source\nAnn,a@umbra.example,Hot; Retail,Lead,Fair\nBob,b@umbra.example,,,\n"
    assert imported(memory, rows, mapping=mapping).created == 2
    again = b"name,email,tags,stage,source\nAnn,a@umbra.example,VIP,Customer,\n"
    state = imported(memory, again, "i2", mapping)
    assert (state.updated, state.rejected) == (1, 0)
    ann = contact(memory, derive(TENANT, "crm.contact", "a@umbra.example"))
    assert (ann.tags, ann.lifecycle, ann.source) == (("Hot", "Retail", "VIP"), "Customer", "Fair")
    assert imported(memory, again, "i3", mapping).unchanged == 1
