"""Friday: the week is looked back upon. Each list, record and report is shown as of last Tuesday, as it was known that
evening and as it is known now, and as it is today."""

import csv
import io
from collections import Counter
from decimal import Decimal
from typing import Any

from tests.e2e.test_graphql import data, sent
from tests.e2e.working_week import post
from tests.e2e.working_week.monday import ROWS, SELLERS, counts, won, won_in_file
from tests.e2e.working_week.office import FRI, MON, THU, TUE, WED, Office, at, euros

Card = tuple[str, str, str, str, str]
"""A deal's name, stage, amount, weighted amount and owner."""
NOW: list[Card] = [
    ("Büroumbau", "lead", "14000", "1400", "Anna Snelling"),
    ("Café Sol, counter", "lead", "7500", "750", "Moses Frase"),
    ("Lagerhalle Nord", "signed", "42000", "42000", "Anna Snelling"),
    ("Lagerhalle Süd", "lead", "42000", "4200", "Anna Snelling"),
    ("Terrace", "lead", "3000", "300", "Moses Frase"),
]
ON_TUESDAY: list[Card] = [
    ("Büroumbau", "lead", "14000", "1400", "Anna Snelling"),
    ("Café Sol, counter", "lead", "8000", "800", "Moses Frase"),
    ("Lagerhalle Nord", "proposal", "40000", "24000", "Anna Snelling"),
]
KNOWN_ON_TUESDAY: list[Card] = [("Büroumbau", "lead", "12500", "1250", "Anna Snelling"), *ON_TUESDAY[1:]]


def goes_by(office: Office) -> None:
    everything_is_shown_as_it_was_seen_on_tuesday(office)
    deals_are_shown_then_and_now(office)
    totals_are_shown_then_and_now(office)
    people_and_appointments_are_shown_then_and_now(office)
    post.is_shown_then_and_now(office)
    files_and_graphql_show_the_same_past(office)
    what_happened_since_is_told(office)
    what_one_half_remembers_is_found(office)
    every_event_of_the_week_is_in_the_catalogue(office)


def everything_is_shown_as_it_was_seen_on_tuesday(office: Office) -> None:
    """As of Tuesday, as known on Tuesday evening: to the letter what was shown there."""
    for name, question in office.questions().items():
        assert office.look(question, as_of=TUE, known_at=office.evening) == office.shown[name], name


def cards(office: Office, **asked: str) -> list[Card]:
    asked = {"pipeline_id": office.ids["Projects"], "sort": "name", **asked}
    rows = office.items("dustin", "/crm/deals", **asked)
    return [
        (row["name"], row["stage_id"], row["amount"]["amount"], row["weighted"]["amount"], row["owner_name"])
        for row in rows
    ]


def deals_are_shown_then_and_now(office: Office) -> None:
    known = {"as_of": TUE, "known_at": office.evening}
    assert (cards(office), cards(office, as_of=TUE), cards(office, **known)) == (NOW, ON_TUESDAY, KNOWN_ON_TUESDAY)
    row = office.deal("Lagerhalle Nord", as_of=TUE)
    assert (row["stage"], row["next_step"], row["won_reason"]) == ("OPEN", "Send the offer", None)
    assert (row["custom"]["part"], office.deal("Lagerhalle Nord")["custom"]["part"]) == ("27000", "13500")
    assert [office.deal("Café Sol, counter", as_of=day)["stage"] for day in (TUE, WED, THU)] == ["OPEN", "LOST", "OPEN"]
    assert office.names("dustin", "/crm/deals", trash="true", as_of=WED) == ["Terrace"]
    assert office.items("dustin", "/crm/deals", trash="true") == []
    view = {"view": office.ids["view"]}
    assert office.names("moses", "/crm/deals", **view, as_of=TUE) == ["Lagerhalle Nord", "Büroumbau"]
    large = office.names("moses", "/crm/deals", **view)
    assert (set(large[:2]), large[2:]) == ({"Lagerhalle Nord", "Lagerhalle Süd"}, ["Büroumbau"])
    closed_or_large = {"where": '{"any": [{"stage": "WON", "closed_at": "this_week"}, {"amount": {"gte": "14000"}}]}'}
    asked = {"pipeline_id": office.ids["Projects"], "sort": "name", **closed_or_large}
    assert office.names("dustin", "/crm/deals", **asked, as_of=TUE) == ["Büroumbau", "Lagerhalle Nord"]
    rotting = {"rots_at.lt": "2026-03-10"}
    assert office.names("dustin", "/crm/deals", **rotting, as_of=TUE) == ["Café Sol, counter"]


def totals_are_shown_then_and_now(office: Office) -> None:
    def steps(**asked: str) -> dict[str, tuple[int, str, str]]:
        groups = office.items("dustin", "/crm/pipeline", by="step", pipeline_id=office.ids["Projects"], **asked)
        return {each["stage_id"]: (each["count"], each["amount"], each["weighted"]) for each in groups}

    assert steps() == {"lead": (4, "66500", "6650"), "signed": (1, "42000", "42000")}
    assert steps(as_of=TUE) == {"lead": (2, "22000", "2200"), "proposal": (1, "40000", "24000")}
    assert steps(as_of=TUE, known_at=office.evening)["lead"] == (2, "20500", "2050")

    board = office.ask("dustin", "/crm/deals/board", pipeline=office.ids["Projects"], as_of=TUE)
    assert [(each["stage_id"], each["count"]) for each in board["stages"]] == [
        ("lead", 2), ("proposal", 1), ("final", 0), ("signed", 0), ("gone", 0),
    ]  # fmt: skip

    assert won(office) == {"USD": won_in_file() + Decimal("1500.50"), "EUR": Decimal(42_000)}
    assert won(office, as_of=TUE) == {"USD": won_in_file()}
    sellers = office.items("dustin", "/crm/won-revenue", by="agent", closed_at="this_week", as_of=FRI)
    assert {(each["owner_name"], each["currency"], each["amount"]) for each in sellers} == {
        ("Anna Snelling", "EUR", "42000"), ("Moses Frase", "USD", "1500.5"),
    }  # fmt: skip

    mine = {"owner_id": office.ids["moses"], "pipeline_id": "default"}
    stages = Counter(row["deal_stage"].upper() for row in ROWS if row["sales_agent"] == SELLERS["moses"])
    assert counts(office, **mine, as_of=TUE) == stages
    assert counts(office, **mine) == stages + Counter({"WON": 1}) - Counter({"ENGAGING": 1})


def people_and_appointments_are_shown_then_and_now(office: Office) -> None:
    """On Tuesday the two were one, who had what each had."""
    ids = office.ids
    of_shop = {"company_id": ids["Bücher & Söhne"], "sort": "name"}
    assert office.names("dustin", "/crm/contacts", **of_shop, as_of=TUE) == ["Zoë Grünwald"]
    assert office.names("dustin", "/crm/contacts", **of_shop) == ["Zoe Gruenwald", "Zoë Grünwald-Meyer"]
    other = f"/crm/contacts/{ids['Zoe Gruenwald']}"
    assert office.get("dustin", other, as_of=TUE).status_code == 308
    assert office.contact("Zoe Gruenwald", as_of=MON)["owner_name"] == "Moses Frase"
    zoe = office.contact("Zoë Grünwald", as_of=TUE)
    assert (zoe["name"], zoe["job_title"]) == ("Zoë Grünwald", "Head of facilities")
    led = [office.deal("Büroumbau", **times)["custom"]["referred_by"] for times in ({"as_of": TUE}, {})]
    assert led == [ids["Zoë Grünwald"], ids["Zoe Gruenwald"]], "and what named the one led to the other"
    call = f"/crm/activities/{ids['call']}"
    assert office.ask("dustin", call, as_of=TUE)["contact_ids"] == [ids["Zoë Grünwald"]]
    assert office.ask("dustin", call)["contact_ids"] == [ids["Zoe Gruenwald"]]
    meetings = {"kind": "MEETING", "owner_id": ids["anna"]}
    [then] = office.items("anna", "/crm/activities", **meetings, as_of=TUE)
    [now] = office.items("anna", "/crm/activities", **meetings)
    assert (then["status"], now["status"], now["outcome"]) == ("OPEN", "DONE", "They like the mezzanine")
    tree = office.ask("dustin", f"/crm/companies/{ids['Bücher & Söhne']}/tree", as_of=TUE)
    assert [tree["counts"][name] for name in ("companies", "contacts", "deals")] == [2, 1, 2]


def files_and_graphql_show_the_same_past(office: Office) -> None:
    ids = office.ids
    asked = {"pipeline_id": ids["Projects"], "sort": "name", "as_of": TUE}
    file = office.get("dustin", "/crm/deals", format="csv", **asked)
    rows = list(csv.DictReader(io.StringIO(file.text, newline="")))
    assert [(row["name"], row["stage_id"], row["amount"], row["weighted"], row["owner_name"]) for row in rows] == (
        ON_TUESDAY
    )
    text = """query ($pipeline: String!, $after: String) {
      deals(first: 2, after: $after, asOf: "2026-03-03", sort: [NAME_ASC], filter: {pipelineId: {eq: $pipeline}}) {
        nodes { name stageId amount { amount currency } company { name } owner { name } }
        pageInfo { hasNextPage endCursor } } }"""
    found: list[Any] = []
    page: dict[str, Any] = {"hasNextPage": True, "endCursor": None}
    while page["hasNextPage"]:
        told = sent(office.clients["dustin"], text, office.position, pipeline=ids["Projects"], after=page["endCursor"])
        deals = data(told)["deals"]
        found += deals["nodes"]
        page = deals["pageInfo"]
    shown = [(each["name"], each["stageId"], each["amount"], each["owner"]["name"]) for each in found]
    assert shown == [(name, stage, euros(amount), owner) for name, stage, amount, _, owner in ON_TUESDAY]
    assert [each["company"]["name"] for each in found] == ["Bücher Logistik", "Café Sol", "Bücher & Söhne"]


def what_happened_since_is_told(office: Office) -> None:
    ids = office.ids
    since = {"from": WED, "until": FRI}
    changed = {each["id"]: each["change"] for each in office.items("dustin", "/crm/deals/changes", **since)}
    assert changed == {
        ids["Büroumbau"]: "changed",
        ids["Café Sol, counter"]: "changed",
        ids["Lagerhalle Nord"]: "changed",
        ids["Lagerhalle Süd"]: "added",
        ids["Terrace"]: "added",
        ids["moved"]: "changed",
    }
    path = f"/crm/deals/{ids['Lagerhalle Nord']}"
    told = office.items("dustin", f"{path}/changes", **since)
    assert [each["type"] for each in told] == ["crm.DealMoved", "crm.DealWon", "crm.DealCloned"]
    fields = {each["field"]: (each["before"], each["after"]) for each in told[1]["fields"]}
    assert (fields["stage"], fields["amount"]) == (("OPEN", "WON"), (euros("40000"), euros("42000")))
    history = office.items("dustin", f"/crm/deals/{ids['Büroumbau']}/history")
    assert (history[-1]["type"], history[-1]["occurred_at"]) == ("crm.DealAmountChanged", at(TUE, "15:00"))
    entries = office.items("dustin", f"{path}/timeline", as_of=TUE, kinds="activity")
    assert Counter(each["type"] for each in entries) == {
        "crm.ActivityCreated": 3, "crm.ActivityCompleted": 1, "crm.ActivityRecurred": 1,
    }  # fmt: skip


def what_one_half_remembers_is_found(office: Office) -> None:
    def found(who: str, q: str, **asked: str) -> set[str]:
        return {each["title"] for each in office.items(who, "/search", q=q, **asked)}

    assert found("anna", "lagerhale", types="deals") == {"Lagerhalle Nord", "Lagerhalle Süd"}
    assert found("anna", "bucher", types="companies") == {"Bücher & Söhne", "Bücher Logistik"}
    assert found("moses", "grunwald") == {"Zoë Grünwald-Meyer"}
    assert found("dustin", "arhus byg") == {"Århus Byg"}
    assert found("ida", "mezzanin") == set(), "outcomes are not searched"
    assert found("ida", "site visit", types="activities") == {"Site visit"}


def every_event_of_the_week_is_in_the_catalogue(office: Office) -> None:
    catalogue = {each["type"]: each for each in office.items("dustin", "/events/types")}
    assert office.told <= set(catalogue)
    assert all(catalogue[name]["description"] and catalogue[name]["schema"] for name in office.told)
    assert catalogue["crm.DealWon"]["permitted"]
