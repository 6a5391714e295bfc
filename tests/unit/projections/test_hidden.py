"""What is hidden: how SQL and the fold say it of the same rows, and that nothing but what asks for it shows them."""

import re
from typing import Any

from sqlalchemy.dialects import postgresql

from projections.catalog import models_by_name
from projections.changes import Changes, fold_batch, marks, models_folding
from projections.hidden import is_hidden
from projections.message import Fact, Key, Message
from projections.past import Past
from projections.query import NOW
from projections.select import source
from projections.visible import Sight
from schemas.generated.crm.company import CompanyCreated, CompanyRemoved, CompanyRestored
from tests.unit.projections.log import day, log_of

COMPANIES, DEALS = models_by_name("crm")["companies"], models_by_name("crm")["deals"]
CREATED = CompanyCreated(
    company_id="c1", name="Acme", sector=None, year_established=None, revenue=None, employees=None, location=None,
    parent_id=None, at=day(1),
)  # fmt: skip
REMOVED, RESTORED = CompanyRemoved(company_id="c1", at=day(2)), CompanyRestored(company_id="c1", at=day(3))


def asked(sight: Sight) -> str:
    of = source(DEALS, "acme", NOW, sight)
    return " ".join(str(each.compile(dialect=postgresql.dialect())) for each in (of.rows, *of.where))


def test_rows_are_hidden_unless_asked_for_and_names_of_hidden_rows_always() -> None:
    plain, with_hidden = asked(Sight()), asked(Sight(hidden=True))
    assert "r.removed_at IS NULL" in plain
    assert "r.removed_at IS NULL" not in with_hidden
    for sql in (plain, with_hidden):
        joined = dict(re.findall(r"JOIN (\w+) AS (j\d)", sql))
        assert f"{joined['companies']}.removed_at IS NULL" in sql
        assert f"{joined['people']}.removed_at" not in sql  # who are never hidden


def folded(*events: Any) -> Any:
    row = None
    for event in events:
        row = COMPANIES.evolve(row, event)
    return row


def test_the_fold_says_the_same() -> None:
    assert not is_hidden(COMPANIES, folded(CREATED))
    assert is_hidden(COMPANIES, folded(CREATED, REMOVED))
    assert not is_hidden(COMPANIES, folded(CREATED, REMOVED, RESTORED))


def named(*events: Any) -> list[bool]:
    """Whether what shows a company's name is written anew, event by event."""
    found = list[bool]()
    models = models_folding("crm")[CompanyRemoved]
    rows: dict[str, dict[tuple[str, str], Any]] = {model.name: {} for model in models}
    for recorded in log_of(events):
        pasts = {model.name: {("acme", "c1"): Past()} for model in models}
        changes = Changes("crm", rows, {name: dict(held) for name, held in rows.items()}, pasts, set())
        message = Message(recorded.topic, recorded.partition, recorded.offset, recorded.key, b"", ())
        fold_batch(changes, [Fact(Key("acme", "crm", "company", "c1"), message, recorded)])
        assert not changes.poisons
        rows = changes.rows
        found += [mark.names for mark in marks(changes) if mark.model == "companies"]
    return found


def test_what_shows_the_name_of_a_row_is_written_anew_when_it_is_hidden_and_when_it_is_back() -> None:
    assert named(CREATED, REMOVED, RESTORED) == [True, True, True]
