"""Wednesday: one deal is won and one lost, one is copied and one thrown away, and two people hold the same card."""

from uuid import uuid4

from tests.e2e.test_http import problem
from tests.e2e.working_week import post
from tests.e2e.working_week.monday import ROWS, SELLERS, counts
from tests.e2e.working_week.office import WED, Office, at, euros


def goes_by(office: Office) -> None:
    one_is_thrown_away(office)
    the_visit_takes_place(office)
    one_is_lost(office)
    two_hold_the_same_card(office)
    one_of_those_that_were_moved_is_won(office)
    one_is_won_and_copied(office)
    post.comes_on_wednesday(office)


def one_is_thrown_away(office: Office) -> None:
    said = {"owner_id": office.ids["moses"], "amount": euros("3000"), "pipeline_id": office.ids["Projects"]}
    id = office.made("Terrace", "moses", "/crm/deals", at(WED, "08:30"), name="Terrace", **said)
    office.send("moses", f"/crm/deals/{id}/remove", at(WED, "12:00"))
    problem(office.get("dustin", f"/crm/deals/{id}"), 404, "not_found")
    assert office.names("dustin", "/crm/deals", trash="true") == ["Terrace"]
    asked = office.get("anna", "/crm/deals", trash="true", q="terrace")
    problem(asked, 400, "trash_not_searched")


def the_visit_takes_place(office: Office) -> None:
    """And the contact is called otherwise since, which is hers whatever becomes of the merge."""
    visit = f"/crm/activities/{office.ids['site visit']}"
    office.send("anna", f"{visit}/complete", at(WED, "10:00"), outcome="They like the mezzanine")
    said = {
        "name": "Zoë Grünwald-Meyer",
        "email": "zoe@buecher.example",
        "phone": "+49 89 3216811",
        "job_title": "Head of facilities",
    }
    office.send("anna", f"/crm/contacts/{office.ids['Zoë Grünwald']}/change", at(WED, "10:30"), **said)
    zoe = office.contact("Zoë Grünwald")
    assert [each["value"] for each in zoe["emails"]] == ["zoe@buecher.example", "zoe@home.example"]


def one_is_lost(office: Office) -> None:
    path = f"/crm/deals/{office.ids['Café Sol, counter']}"
    office.refused(422, "reason_unknown", "moses", f"{path}/lose", at(WED, "11:00"), reason="The weather")
    office.send("moses", f"{path}/lose", at(WED, "11:00"), reason="Price", lost_to="Umbra Bau")
    row = office.deal("Café Sol, counter")
    assert (row["stage"], row["stage_name"], row["lost_reason"], row["lost_to"]) == (
        "LOST", "Gone", "Price", "Umbra Bau",
    )  # fmt: skip
    assert (row["closed_at"], row["rots_at"]) == (at(WED, "11:00"), None)


def two_hold_the_same_card(office: Office) -> None:
    """Who is late is told so, looks again, and says it with what the other said."""
    path, plan = f"/crm/deals/{office.ids['Büroumbau']}/plan", {"next_step": "Call the architect"}
    seen = {who: {"If-Match": f'"{office.deal("Büroumbau", who)["version"]}"'} for who in ("anna", "ida")}
    first = office.sent("anna", path, at(WED, "13:00"), plan, seen["anna"])
    assert first.status_code == 200, first.text
    late = office.sent("ida", path, at(WED, "13:05"), {"expected_close_on": "2026-04-30"}, seen["ida"])
    assert problem(late, 412, "stale_version")["version"] == first.json()["version"]
    row = office.deal("Büroumbau", "ida")
    both = {"next_step": row["next_step"], "expected_close_on": "2026-04-30"}
    again = office.sent("ida", path, at(WED, "13:10"), both, {"If-Match": f'"{row["version"]}"'})
    assert again.status_code == 200, again.text
    row = office.deal("Büroumbau")
    assert (row["next_step"], row["expected_close_on"]) == ("Call the architect", "2026-04-30")
    office.refused(403, "forbidden", "ida", f"/crm/deals/{row['id']}/win", at(WED, "13:15"))


def one_of_those_that_were_moved_is_won(office: Office) -> None:
    """In the pipeline that is always there."""
    rows = (row for row in ROWS if row["sales_agent"] == SELLERS["moses"] and row["deal_stage"] == "Engaging")
    [deal] = office.items("moses", "/crm/deals", name=next(rows)["opportunity_id"])
    office.ids["moved"] = deal["id"]
    mine = {"owner_id": office.ids["moses"], "pipeline_id": "default"}
    before = counts(office, **mine)
    office.send(
        "moses", f"/crm/deals/{deal['id']}/win", at(WED, "15:00"), amount={"amount": "1500.50", "currency": "USD"}
    )
    before.update({"WON": 1})
    before.subtract({"ENGAGING": 1})
    assert counts(office, **mine) == before


def one_is_won_and_copied(office: Office) -> None:
    path = f"/crm/deals/{office.ids['Lagerhalle Nord']}"
    office.send("anna", f"{path}/move", at(WED, "14:00"), stage_id="final")
    amount = euros("42000")
    office.refused(422, "stage_fields_missing", "anna", f"{path}/win", at(WED, "16:00"), amount=amount)
    office.send("anna", f"{path}/win", at(WED, "16:00"), amount=amount, reason="Quality")
    row = office.deal("Lagerhalle Nord")
    assert (row["stage"], row["stage_id"], row["won_reason"]) == ("WON", "signed", "Quality")
    assert [(each["stage_id"], each["seconds"]) for each in row["stays"]] == [
        ("lead", 81_000), ("proposal", 102_600), ("final", 7_200), ("signed", None),
    ]  # fmt: skip
    clone = office.ids["Lagerhalle Süd"] = str(uuid4())
    office.send("anna", f"{path}/clone", at(WED, "17:00"), clone_id=clone, name="Lagerhalle Süd")
    office.here.until("the copy is there", lambda: office.get("anna", f"/crm/deals/{clone}").is_success)
    copy = office.deal("Lagerhalle Süd")
    assert (copy["cloned_from"], copy["stage_id"], copy["amount"]) == (row["id"], "lead", amount)
    assert (copy["splits"], copy["competitors"], copy["contacts"]) == (
        row["splits"], row["competitors"], row["contacts"],
    )  # fmt: skip
    assert copy["created_at"] == at(WED, "17:00")
