"""Tuesday: cards move, two contacts who are one are merged, and a view is kept and shared. In the evening all of it is
looked at, to be asked for again on Friday."""

import json

from tests.e2e.working_week import post
from tests.e2e.working_week.office import MON, TUE, Office, at, euros

LARGE_OR_PLANNED = {"any": [{"amount": {"gte": "10000"}}, {"not": {"next_step": None}}]}


def goes_by(office: Office) -> None:
    what_repeats_is_there_again(office)
    a_card_moves(office)
    people_have_a_part_in_it(office)
    a_view_is_kept_and_shared(office)
    two_who_are_one_are_merged(office)
    somebody_is_reminded(office)
    post.comes_on_tuesday(office)
    the_board_in_the_evening(office)
    office.remember()


def what_repeats_is_there_again(office: Office) -> None:
    path = f"/crm/activities/{office.ids['weekly offer']}"
    done = office.send("anna", f"{path}/complete", at(TUE, "08:30"), outcome="Sent")
    assert [each["type"] for each in done["events"]] == ["crm.ActivityCompleted", "crm.ActivityRecurred"]
    asked = {"owner_id": office.ids["anna"], "kind": "TASK", "status": "OPEN"}
    [following] = office.here.until("it is planned again", lambda: office.items("anna", "/crm/activities", **asked))
    assert (following["due_at"], following["created_at"]) == ("2026-03-10T08:00:00Z", at(TUE, "08:30"))


def a_card_moves(office: Office) -> None:
    """No stage is entered without what it requires, nor by leaving others out."""
    deal = f"/crm/deals/{office.ids['Lagerhalle Nord']}"
    told = office.refused(422, "stage_fields_missing", "anna", f"{deal}/move", at(TUE, "09:00"), stage_id="proposal")
    assert told["field"] == "custom.budget"
    office.refused(422, "stage_not_reached", "anna", f"{deal}/move", at(TUE, "09:00"), stage_id="final")
    own = {"budget": euros("45000"), "share": 60}
    office.send("anna", f"{deal}/set-fields", at(TUE, "09:10"), custom=own)
    office.send("anna", f"{deal}/move", at(TUE, "09:30"), stage_id="proposal")
    plan = {"expected_close_on": "2026-03-31", "next_step": "Send the offer", "next_step_on": "2026-03-06"}
    office.send("anna", f"{deal}/plan", at(TUE, "09:40"), **plan)
    row = office.deal("Lagerhalle Nord")
    assert (row["weighted"], row["forecast_category"], row["rots_at"]) == (euros("24000"), "BEST_CASE", None)
    assert row["custom"] == {"budget": euros("45000"), "share": "60", "part": "27000"}


def people_have_a_part_in_it(office: Office) -> None:
    deal, ids = f"/crm/deals/{office.ids['Lagerhalle Nord']}", office.ids
    halves = [{"user_id": ids["anna"], "percent": "60"}, {"user_id": ids["moses"], "percent": "40"}]
    office.send("anna", f"{deal}/set-splits", at(TUE, "09:45"), splits=halves)
    office.send("anna", f"{deal}/set-competitors", at(TUE, "09:50"), competitors=["Umbra Bau"])
    say = {"contact_id": ids["Zoë Grünwald"], "roles": ["CHAMPION", "DECISION_MAKER"]}
    office.send("anna", f"{deal}/set-contact", at(TUE, "09:55"), **say)
    assert office.names("moses", "/crm/deals", splits=ids["moses"]) == ["Lagerhalle Nord"]
    assert office.names("anna", "/crm/deals", contacts=ids["Zoë Grünwald"]) == ["Lagerhalle Nord"]
    assert office.names("anna", "/crm/deals", competitors="Umbra Bau") == ["Lagerhalle Nord"]


def a_view_is_kept_and_shared(office: Office) -> None:
    ids = office.ids
    view = {
        "list": "crm/deals",
        "name": "Large or planned",
        "owner_id": ids["anna"],
        "where": json.dumps({"pipeline_id": ids["Projects"], **LARGE_OR_PLANNED}),
        "sort": "-amount",
        "fields": ["name", "amount", "stage_name"],
    }
    office.made("view", "anna", "/admin/saved-views", at(TUE, "10:00"), **view)
    assert office.get("moses", "/crm/deals", view=ids["view"]).json()["code"] == "unknown_view"
    office.send("anna", f"/admin/saved-views/{ids['view']}/share", at(TUE, "10:05"), user_id=ids["moses"])
    assert office.names("moses", "/crm/deals", view=ids["view"]) == ["Lagerhalle Nord", "Büroumbau"]
    chosen = {"user_id": ids["moses"], "list": "crm/deals", "saved_view_id": ids["view"]}
    office.send("moses", "/admin/view-choices", at(TUE, "10:10"), **chosen)
    [first, _] = office.items("moses", "/crm/deals", view="default")
    assert {name: first[name] for name in view["fields"]} == {
        "name": "Lagerhalle Nord", "amount": euros("40000"), "stage_name": "Proposal",
    }  # fmt: skip


def two_who_are_one_are_merged(office: Office) -> None:
    """By the manager, since each is another seller's. What belonged to the one comes to the other."""
    ids = office.ids
    path, other = f"/crm/contacts/{ids['Zoë Grünwald']}", ids["Zoe Gruenwald"]
    office.refused(403, "forbidden", "anna", f"{path}/merge", at(TUE, "13:50"), other_id=other)
    take = {"job_title": "other"}
    office.send("dustin", f"{path}/merge", at(TUE, "14:00"), other_id=other, take=take)
    office.here.until(
        "they are one", lambda: [each["status"] for each in office.items("dustin", f"{path}/merges")] == ["DONE"]
    )
    zoe = office.contact("Zoë Grünwald")
    assert (zoe["name"], zoe["job_title"], zoe["email"]) == (
        "Zoë Grünwald", "Head of facilities", "zoe@buecher.example",
    )  # fmt: skip
    moved = office.get("moses", f"/crm/contacts/{other}")
    assert (moved.status_code, moved.headers["Location"]) == (308, path)
    call = f"/crm/activities/{ids['call']}"
    office.here.until("it is hers", lambda: office.ask("moses", call)["contact_ids"] == [ids["Zoë Grünwald"]])
    assert office.names("anna", "/crm/deals", **{"custom.referred_by": ids["Zoë Grünwald"]}) == ["Büroumbau"]


def somebody_is_reminded(office: Office) -> None:
    path = f"/crm/activities/{office.ids['site visit']}/history"

    def reminded() -> bool:
        return [each["type"] for each in office.items("anna", path)][-1] == "crm.ActivityReminded"

    office.here.until("Anna is reminded", reminded)
    assert office.items("anna", path)[-1]["occurred_at"] == at(TUE, "16:00")


def the_board_in_the_evening(office: Office) -> None:
    board = office.ask("dustin", "/crm/deals/board", pipeline=office.ids["Projects"], sort="name", fields="id,name")
    shown = {each["stage_id"]: [card["name"] for card in each["cards"]] for each in board["stages"]}
    assert shown == {
        "lead": ["Büroumbau", "Café Sol, counter"], "proposal": ["Lagerhalle Nord"], "final": [], "signed": [],
        "gone": [],
    }  # fmt: skip
    assert board["stages"][0]["totals"] == [{"currency": "EUR", "count": 2, "amount": "20500", "weighted": "2050"}]
    told = office.items("anna", f"/crm/contacts/{office.ids['Zoë Grünwald']}/timeline", limit="200")
    assert (told[-1]["type"], told[-1]["occurred_at"]) == ("crm.ContactCreated", at(MON, "10:15"))
