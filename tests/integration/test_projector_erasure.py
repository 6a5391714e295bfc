"""Folding an erasure: what was folded of the person is what a rebuild makes of the log then, and shows nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.settings import Settings
from infra.vault import Vaults
from infra.vault.master import make_master_key
from projections import changes, generations
from projections.fold import Current, step
from projections.message import Message
from projections.model import ReadModel
from projections.store import projection
from projections.tables import tables_of
from schemas.generated.admin.user import UserAssigned, UserChanged, UserErased, UserRemoved
from schemas.generated.crm.contact import ContactChanged, ContactCreated, ContactErased, ContactMoved
from tests.integration.projector import CODEC, Folder, message, own_databases
from tests.integration.test_projector_people import CountedKeys
from tests.integration.test_queries import user
from tests.unit.projections.log import day, log_of, opened

SECRETS = ("Maude", "maude@", "Anna", "a telephone")


@dataclass(slots=True)
class Story:
    """Folds a story for a process that has the keys in memory; another process destroys them."""

    folder: Folder
    sealing: Vaults
    keys: CountedKeys
    settings: Settings

    def sealed(self, events: Sequence[Any]) -> list[Message]:
        return [message(self.settings, r, CODEC, self.sealing("acme")) for r in log_of(events)]

    def fold_one_by_one(self, messages: Sequence[Message]) -> None:
        for each in messages:
            self.folder.fold_messages([each])

    def tables(self) -> dict[str, list[Any]]:
        """All that was folded, without what depends on when."""
        names = [t.name for t in tables_of("crm").metadata.sorted_tables if t.name not in ("dirty", "parked")]
        return {name: sorted(self.folder.ask(f"select * from {name}"), key=repr) for name in names}

    def found(self) -> list[str]:
        """The tables in which something of a person stands."""
        held = {
            t.name: str(self.folder.ask(f"select t::text from {t.name} t"))
            for t in tables_of("crm").metadata.sorted_tables
        }
        return [name for name, text in held.items() if any(secret in text for secret in SECRETS)]


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with own_databases("crm") as made:
        yield made


@pytest.fixture
def story(settings: Settings, tmp_path: Path) -> Iterator[Story]:
    keys, master = CountedKeys(), make_master_key(tmp_path / "master.key")
    live = generations.live(settings, "crm")
    with generations.connected(settings, "crm", generation=live) as connection:
        folded = projection(settings, "crm", live.number, CODEC, Vaults(settings, keys, master))
        made = Folder(settings, "crm", folded, connection)
        made.clear()
        yield Story(made, Vaults(settings, keys, master), keys, settings)


CONTACT = ContactCreated(
    contact_id="k1",
    name="Maude",
    email="maude@x.com",
    phone="a telephone",
    job_title="Buyer",
    company_id="c1",
    at=day(1),
)
LIFE: Sequence[Any] = [
    CONTACT,
    ContactChanged(contact_id="k1", name="Maude L", email="maude@y.com", phone=None, job_title="Boss", at=day(5)),
    ContactMoved(contact_id="k1", company_id="c2", at=day(8)),
    # Late, and in nothing but the name other than what was known: erased, it is as if it said nothing new.
    ContactChanged(contact_id="k1", name="Maude M", email="maude@y.com", phone=None, job_title="Boss", at=day(6)),
    user("u1", "Anna", "t1"),
    UserChanged(user_id="u1", name="Anna S", email=None, at=day(3)),
    UserAssigned(user_id="u1", team_id="t2", manager_id=None, at=day(2)),
    opened("d1", day(2), owner_id="u1"),
]
ERASED = [ContactErased(contact_id="k1", at=day(20)), UserErased(user_id="u1", at=day(20))]


def erase(story: Story) -> None:
    for person in ("k1", "u1"):
        story.keys.destroy("acme", person, None)


@pytest.mark.parametrize("at_once", [True, False])
def test_what_was_folded_before_an_erasure_is_what_a_rebuild_makes(story: Story, at_once: bool) -> None:
    messages = story.sealed([*LIFE, *ERASED])
    story.fold_one_by_one(messages[: len(LIFE)])
    assert story.found() == [
        "contact_keys",
        "contact_keys_versions",
        "contacts",
        "contacts_versions",
        "people",
        "people_versions",
    ]
    erase(story)
    if at_once:
        story.folder.fold_messages(messages[len(LIFE) :])
    else:
        story.fold_one_by_one(messages[len(LIFE) :])
    assert story.found() == []
    erased = story.tables()
    [(name, email, phone, title, version)] = story.folder.ask(
        "select name, email, phone, job_title, version from contacts"
    )
    assert (name, email, phone, title, version) == ("[erased]", "[erased]", None, "Boss", 5)
    assert {row[0] for row in story.folder.ask("select name from people_versions")} == {"[erased]"}
    assert story.folder.ask("select distinct names from dirty where model = 'people'") == [(True,)]
    story.folder.clear()
    story.folder.fold_messages(messages)
    assert story.tables() == erased


def test_what_comes_before_the_erasure_in_its_batch_is_not_opened_with_a_key_in_memory(story: Story) -> None:
    messages = story.sealed([*LIFE, *ERASED])
    story.folder.fold_messages(messages[:1])
    erase(story)
    story.folder.fold_messages(messages[1:])
    assert story.found() == []


def test_a_record_that_waits_among_the_dead_letters_is_erased_as_well(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(model: ReadModel, current: Current | None, recorded: Any) -> Current | None:
        if recorded.type == "crm.ContactMoved":
            raise ValueError(f"{current} cannot move")
        return step(model, current, recorded)

    monkeypatch.setattr(changes, "step", broken)
    messages = story.sealed([*LIFE, *ERASED])
    story.fold_one_by_one(messages[: len(LIFE)])
    assert "parked" in story.found()
    erase(story)
    story.fold_one_by_one(messages[len(LIFE) :])
    assert story.found() == []
    assert story.folder.ask("select name, version from contacts") == [("[erased]", 2)]
    parked = story.folder.ask('select reason from parked order by "offset"')
    assert [reason for (reason,) in parked] == ["ValueError", *["an earlier event of this record is parked"] * 2]


def test_a_person_who_was_taken_off_file_leaves_no_past(story: Story) -> None:
    removed = [user("u1", "Anna", "t1"), UserRemoved(user_id="u1", at=day(4))]
    messages = story.sealed([*removed, UserErased(user_id="u1", at=day(20))])
    story.fold_one_by_one(messages[:2])
    assert story.found() == ["people_versions"]
    story.keys.destroy("acme", "u1", None)
    story.fold_one_by_one(messages[2:])
    assert story.found() == []


def test_the_document_of_a_person_goes_even_if_nothing_can_be_folded_again(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = story.sealed([*LIFE, *ERASED])
    story.fold_one_by_one(messages[: len(LIFE)])
    with story.folder.connection.transaction():
        story.folder.connection.execute("delete from dirty")
    erase(story)

    def broken(model: ReadModel, current: Current | None, recorded: Any) -> Current | None:
        if "erased" in str(recorded.event).lower():
            raise ValueError("nobody is called that")
        return step(model, current, recorded)

    monkeypatch.setattr(changes, "step", broken)
    story.fold_one_by_one(messages[len(LIFE) :])
    assert story.folder.ask("select id from contacts") == story.folder.ask("select id from people") == []
    marked = story.folder.ask("select distinct model, id, names from dirty order by model")
    assert marked == [("contacts", "k1", True), ("people", "u1", True)]
