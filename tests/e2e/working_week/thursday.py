# openpyxl and pyarrow have no type hints.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Thursday: things are put right. What was thrown away, lost, changed and merged by mistake is taken back, a correction
comes late, and whatever makes no sense is refused."""

import csv
import io
from typing import Any
from uuid import uuid4

import openpyxl
import pyarrow.parquet

from tests.e2e.importing import imported, report
from tests.e2e.test_http import problem
from tests.e2e.working_week import post
from tests.e2e.working_week.office import EUR, THU, TUE, Office, at, euros

BUILDERS = ("Zürich Bau", "Århus Byg", "Łódź Dom", *(f"Straßenbau {number:04}" for number in range(2000)))
"""The second of every five hundred is written as Windows does."""
BULK = "/integration/bulk-changes"


def goes_by(office: Office) -> None:
    what_was_thrown_away_comes_back(office)
    what_was_lost_is_taken_up_again(office)
    one_change_is_taken_back_and_not_another(office)
    a_card_goes_back_to_where_it_was(office)
    two_who_were_merged_are_told_apart(office)
    a_correction_comes_late(office)
    post.comes_late(office)
    a_formula_is_said_otherwise(office)
    nothing_that_makes_no_sense_is_taken(office)
    a_file_in_two_encodings_loses_nobody(office)
    what_was_done_to_many_is_taken_back(office)
    the_list_is_given_to_others(office)


def what_was_thrown_away_comes_back(office: Office) -> None:
    office.send("moses", f"/crm/deals/{office.ids['Terrace']}/restore", at(THU, "09:00"))
    assert office.deal("Terrace")["removed_at"] is None
    assert office.items("dustin", "/crm/deals", trash="true") == []
    path = f"/crm/deals/{office.ids['Terrace']}/restore"
    office.refused(409, "deal_not_removed", "moses", path, at(THU, "09:05"))


def what_was_lost_is_taken_up_again(office: Office) -> None:
    path = f"/crm/deals/{office.ids['Café Sol, counter']}"
    office.refused(409, "deal_closed", "moses", f"{path}/change-amount", at(THU, "09:55"), amount=euros("7500"))
    office.send("moses", f"{path}/reopen", at(THU, "10:00"))
    row = office.deal("Café Sol, counter")
    assert (row["stage_id"], row["closed_at"], row["lost_reason"]) == ("lead", None, None)


def one_change_is_taken_back_and_not_another(office: Office) -> None:
    """Never over what came later, of which it is told what, when and by whom."""
    path = f"/crm/deals/{office.ids['Café Sol, counter']}"
    first, second = (
        office.send("moses", f"{path}/change-amount", at(THU, clock), amount=euros(amount))["events"][0]["id"]
        for clock, amount in (("10:30", "7500"), ("10:45", "7000"))
    )
    told = office.refused(409, "changed_since", "moses", f"{path}/undo", at(THU, "11:00"), event=first)
    assert (told["fields"], told["later"]["event_id"]) == (["amount"], second)
    assert told["later"]["actor"] == f"user:{office.ids['moses']}"
    done = office.send("moses", f"{path}/undo", at(THU, "11:00"), event=second)
    assert [each["type"] for each in done["events"]] == ["crm.DealAmountChanged"]
    row = office.deal("Café Sol, counter")
    assert (row["amount"], row["updated_at"]) == (euros("7500"), at(THU, "11:00"))


def a_card_goes_back_to_where_it_was(office: Office) -> None:
    """Which its pipeline must let it, as it does everybody."""
    path = f"/crm/deals/{office.ids['Lagerhalle Süd']}"
    moved = office.send("anna", f"{path}/move", at(THU, "11:30"), stage_id="proposal")["events"][0]["id"]
    tried = office.sent("anna", f"{path}/undo?dry_run=true", None, {"event": moved}).json()
    assert (tried["command"], tried["data"]["stage_id"]) == ("crm.MoveDeal", "lead")
    office.send("anna", f"{path}/undo", at(THU, "11:35"), event=moved)
    row = office.deal("Lagerhalle Süd")
    assert (row["stage_id"], row["entered_at"]) == ("lead", at(THU, "11:35"))


def two_who_were_merged_are_told_apart(office: Office) -> None:
    """They are mother and daughter. What was changed since stays with her whose it is."""
    ids = office.ids
    path = f"/crm/contacts/{ids['Zoë Grünwald']}"
    office.send("dustin", f"{path}/unmerge", at(THU, "15:00"), other_id=ids["Zoe Gruenwald"])
    office.here.until("they are two", lambda: office.get("moses", f"/crm/contacts/{ids['Zoe Gruenwald']}").is_success)
    call = f"/crm/activities/{ids['call']}"
    office.here.until(
        "the call is hers again", lambda: office.ask("moses", call)["contact_ids"] == [ids["Zoe Gruenwald"]]
    )
    zoe, other = office.contact("Zoë Grünwald"), office.contact("Zoe Gruenwald")
    assert (zoe["name"], other["name"]) == ("Zoë Grünwald-Meyer", "Zoe Gruenwald")
    assert (other["job_title"], other["owner_name"]) == ("Head of facilities", "Moses Frase")
    assert [each["status"] for each in office.items("dustin", f"{path}/merges")] == ["UNMERGED"]
    assert office.deal("Büroumbau")["custom"] == {"referred_by": ids["Zoe Gruenwald"]}, "to whom it led"
    said = {"other_id": ids["Zoe Gruenwald"]}
    office.send("dustin", f"{path}/dismiss-duplicate", at(THU, "15:05"), **said)
    assert office.items("dustin", f"{path}/duplicates") == []


def a_correction_comes_late(office: Office) -> None:
    """On Tuesday already the customer wanted more: so it stood then, though nobody knew."""
    path = f"/crm/deals/{office.ids['Büroumbau']}/change-amount"
    office.send("anna", path, at(TUE, "15:00"), amount=euros("14000"))
    row = office.deal("Büroumbau")
    assert (row["amount"], row["weighted"]) == (euros("14000"), euros("1400"))
    assert row["rots_at"] == "2026-03-11T13:10:00Z", "what came late makes nothing rot earlier"


def a_formula_is_said_otherwise(office: Office) -> None:
    path = f"/crm/field-sets/{office.ids['fields of deals']}/change-field"
    said = {"key": "part", "label": "Our part", "formula": "custom.budget * custom.share / 200"}
    office.send("office", path, at(THU, "12:00"), **said)
    assert office.deal("Lagerhalle Nord")["custom"]["part"] == "13500"


def nothing_that_makes_no_sense_is_taken(office: Office) -> None:
    """Each with its code, and nothing is changed by any of it."""
    ids, clock = office.ids, at(THU, "13:00")
    above, below = ids["Bücher & Söhne"], ids["Bücher Logistik"]
    deal, zoe = f"/crm/deals/{ids['Büroumbau']}", f"/crm/contacts/{ids['Zoë Grünwald']}"
    before = {path: office.ask("dustin", path) for path in (deal, zoe, f"/crm/companies/{above}")}

    told = office.refused(422, "cyclic_tree", "anna", f"/crm/companies/{above}/place", clock, parent_id=below)
    assert told["way"] == [above, below, above]
    office.refused(422, "own_parent", "anna", f"/crm/companies/{above}/place", clock, parent_id=above)
    parts = [{"user_id": ids[who], "percent": "60"} for who in ("anna", "moses")]
    told = office.refused(422, "splits_wrong", "anna", f"{deal}/set-splits", clock, splits=parts)
    assert "120.00 percent" in told["detail"]
    told = office.refused(422, "stage_fields_missing", "anna", f"{deal}/move", clock, stage_id="proposal")
    assert told["field"] == "custom.budget"
    office.refused(422, "same_record", "dustin", f"{zoe}/merge", clock, other_id=ids["Zoë Grünwald"])
    with office.here.client(f"rival-{uuid4().hex[:8]}") as rival:
        theirs = rival.post("/crm/contacts", json={"name": "Zoë Grünwald"}).json()["id"]
    office.refused(404, "not_found", "dustin", f"{zoe}/merge", clock, other_id=theirs)
    field: dict[str, Any] = {"record": "deal", "key": "budget", "label": "Budget", "kind": "TEXT"}
    office.refused(422, "field_kind_fixed", "office", "/crm/field-sets", clock, **field)
    loop = {"record": "deal", "key": "twice", "label": "Twice", "kind": "FORMULA", "formula": "custom.twice * 2"}
    office.refused(422, "formula_loops", "office", "/crm/field-sets", clock, **loop)
    stale = office.sent("ida", f"{deal}/plan", clock, {"next_step": "Late"}, {"If-Match": '"1"'})
    problem(stale, 412, "stale_version")
    told = office.refused(422, "value_wrong", "anna", f"{deal}/set-fields", clock, custom={"share": "much"})
    assert told["field"] == "custom.share"
    office.refused(422, "email_malformed", "anna", f"{zoe}/change", clock, name="Zoë", email="nobody")
    ends = {"kind": "MEETING", "title": "x", "owner_id": ids["anna"], "starts_at": clock, "ends_at": at(TUE, "08:00")}
    office.refused(422, "ends_before_start", "anna", "/crm/activities", clock, **ends)
    office.refused(422, "at_in_future", "anna", f"{deal}/plan", "2100-01-01T00:00:00Z", next_step="Wait")

    assert {path: office.ask("dustin", path) for path in before} == before


def a_file_in_two_encodings_loses_nobody(office: Office) -> None:
    """Lines that are no UTF-8 are read as what they are, and told of. Whoever may not import is refused."""
    content = b"name\n" + b"".join(
        f"{line}\n".encode("cp1252" if number % 500 == 1 else "utf-8") for number, line in enumerate(BUILDERS)
    )
    mapping, given = {"name": "name"}, {"valid_from": at(THU, "16:00")}
    dustin = office.clients["dustin"]
    file = dustin.post("/integration/files", content=content).json()["file"]
    body = {"target": "crm.company", "file": file, "file_name": "builders.csv", "mapping": mapping}
    refused = office.refused(403, "forbidden", "dustin", "/integration/imports", at(THU, "16:00"), **body)
    assert refused["permission"] == "crm.company.record"
    done = imported(office.here, office.clients["office"], "crm.company", content, mapping, **given)
    assert (done["created"], done["warnings"], done["rejected"]) == (len(BUILDERS), 5, 0)
    told = report(office.clients["office"], done["errors"])
    assert [(row["line"], row["code"], row["name"]) for row in told] == [
        (str(number + 2), "encoding_guessed", line) for number, line in enumerate(BUILDERS) if number % 500 == 1
    ]
    some = BUILDERS[:3]
    assert set(office.names("anna", "/crm/companies", **{"name.in": ",".join(some)})) == set(some)


def what_was_done_to_many_is_taken_back(office: Office) -> None:
    """All builders at once, and back again; and of three customers the two that are one's own."""

    def ended(who: str, id: str, status: str) -> dict[str, Any]:
        def there() -> dict[str, Any] | None:
            row = office.ask(who, f"{BULK}/{id}")
            return row if row["status"] == status else None

        return office.here.until(f"the change is {status}", there, 120)

    def done(who: str, clock: str, **body: Any) -> dict[str, Any]:
        id = office.send(who, BULK, at(THU, clock), target="crm.company", **body)["id"]
        return ended(who, id, "COMPLETED")

    builders = {"name": {"prefix": "Straßenbau"}}
    values = {"lifecycle": "lead", "source": "A file"}
    row = done("office", "16:30", where=builders, verb="classify", values=values)
    assert (row["selected"], row["changed"]) == (2000, 2000)
    assert len(office.names("anna", "/crm/companies", source="A file", limit="200")) == 200
    office.send("office", f"{BULK}/{row['id']}/revert", None)
    back = ended("office", row["id"], "REVERTED")
    assert (back["reverted"], back["kept"]) == (2000, 0)
    assert office.names("anna", "/crm/companies", source="A file") == []

    ids = [office.ids[name] for name in ("Bücher & Söhne", "Bücher Logistik", "Café Sol")]
    row = done("anna", "16:40", ids=ids, verb="tag", values={"add": ["key account"]})
    assert (row["selected"], row["changed"], row["barred"]) == (3, 2, 1)
    tagged = office.names("anna", "/crm/companies", tags="key account", sort="name")
    assert set(tagged) == {"Bücher & Söhne", "Bücher Logistik"}


def the_list_is_given_to_others(office: Office) -> None:
    """In the three formats, with the same rows and the types of each."""
    asked = {"pipeline_id": office.ids["Projects"], "sort": "name", "fields": "name,amount,custom.part"}
    listed = [(each["name"], each["amount"]["amount"]) for each in office.items("dustin", "/crm/deals", **asked)]
    files = {each: office.get("dustin", "/crm/deals", format=each, **asked) for each in ("csv", "xlsx", "parquet")}
    assert [each.status_code for each in files.values()] == [200, 200, 200]
    rows = list(csv.DictReader(io.StringIO(files["csv"].text, newline="")))
    assert [(row["name"], row["amount"]) for row in rows] == listed
    assert {row["amount_currency"] for row in rows} == {EUR}
    sheet: Any = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content)).active
    header, *cells = [[each.value for each in row] for row in sheet.iter_rows()]
    column = header.index("amount")
    assert [(row[header.index("name")], f"{row[column]:g}") for row in cells] == listed
    table: Any = pyarrow.parquet.read_table(io.BytesIO(files["parquet"].content))
    assert [(row["name"], f"{row['amount'].normalize():f}") for row in table.to_pylist()] == listed
    assert str(table.schema.field("amount").type) == "decimal128(38, 4)"
