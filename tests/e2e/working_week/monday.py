"""Monday: the team moves in. Its files are imported, its fields and its pipeline are said, and the first customers,
deals and appointments are put on file."""

import csv
import io
from collections import Counter
from decimal import Decimal

from tests.e2e.importing import BEFORE_ALL, COMPANIES, DEALS, PRODUCTS, USERS, imported, rows_of, sample
from tests.e2e.test_import_exports import COUNTS, EXPORTS, FILES, TARGETS, WON, previewed, run, uploaded
from tests.e2e.working_week import post
from tests.e2e.working_week.office import MON, TUE, WED, Office, at, euros

SELLERS = {"anna": "Anna Snelling", "moses": "Moses Frase"}
MANAGER = "Dustin Brinkmann"
ASSISTANT = ["crm.*.read@team", "crm.personal.see", "crm.activity.*@team", "crm.deal.plan@team"]
SYSTEMS = "2026-03-01T12:00:00Z"
"""Since when the records of the systems that are given up count here."""
ROWS = [row for row in rows_of("sales_pipeline.csv") if row["sales_agent"] in SELLERS.values()][::8]
"""Some opportunities of the two sellers, of every stage."""
STAGES = [
    {"stage_id": "lead", "name": "Lead", "kind": "OPEN", "probability": 10, "rots_after_days": 7},
    {
        "stage_id": "proposal",
        "name": "Proposal",
        "kind": "OPEN",
        "probability": 60,
        "category": "BEST_CASE",
        "required": ["amount", "custom.budget"],
    },
    {
        "stage_id": "final",
        "name": "Final",
        "kind": "OPEN",
        "probability": 90,
        "category": "COMMIT",
        "required": ["next_step"],
        "enter_from": ["proposal"],
    },
    {"stage_id": "signed", "name": "Signed", "kind": "WON", "required": ["won_reason"], "enter_from": ["final"]},
    {"stage_id": "gone", "name": "Gone", "kind": "LOST"},
]


def goes_by(office: Office) -> None:
    people_come_in(office)
    files_are_moved(office)
    three_other_systems_are_given_up(office)
    fields_and_a_pipeline_are_said(office)
    the_move_is_over(office)
    customers_are_put_on_file(office)
    deals_are_opened(office)
    the_week_is_planned(office)
    post.is_connected(office)


def people_come_in(office: Office) -> None:
    """The team comes from a file; who may do what is said of each. For the move the manager may do everything."""
    done = imported(
        office.here, office.clients["office"], "admin.user", sample("sales_teams.csv"), USERS, valid_from=BEFORE_ALL
    )
    assert (done["created"], done["rejected"]) == (35 + 6 + 6, 0)
    for who, name in {**SELLERS, "dustin": MANAGER}.items():
        [user] = office.items("office", "/admin/users", name=name)
        office.ids[who] = user["id"]
        office.ids["team"] = user["team_id"] or office.ids["team"]
    ida = {"name": "Ida Holm", "email": post.IDA, "team_id": office.ids["team"], "manager_id": office.ids["dustin"]}
    office.made("ida", "office", "/admin/users", at(MON, "07:00"), **ida)
    office.made("assistant", "office", "/admin/roles", at(MON, "07:05"), name="Assistant", permits=ASSISTANT)
    for who, roles in {
        "anna": ["crm.member"],
        "moses": ["crm.member"],
        "ida": [office.ids["assistant"]],
        "dustin": ["crm.manager", "crm.admin", "integration.admin"],
    }.items():
        for role in roles:
            office.send("office", f"/admin/users/{office.ids[who]}/grant-role", at(MON, "07:10"), role_id=role)
        office.enters(who, office.ids[who])
        assert office.get(who, "/access/me").is_success


def files_are_moved(office: Office) -> None:
    """Companies, products and opportunities of the team, with the totals that the files hold."""
    here, dustin = office.here, office.clients["dustin"]
    for target, file, mapping, count in (
        ("crm.company", "accounts.csv", COMPANIES, 85),
        ("crm.product", "products.csv", PRODUCTS, 7),
    ):
        done = imported(here, dustin, target, sample(file), mapping, valid_from=BEFORE_ALL)
        assert (done["created"], done["rejected"]) == (count, 0)
    [product] = office.items("dustin", "/crm/products", name="GTX Pro")
    office.send("dustin", f"/crm/products/{product['id']}/add-alias", at(MON, "08:00"), alias="GTXPro")
    text = io.StringIO()
    writer = csv.DictWriter(text, list(ROWS[0]))
    writer.writeheader()
    writer.writerows(ROWS)
    done = imported(here, dustin, "crm.deal", text.getvalue().encode(), DEALS, valid_from=at(MON, "08:00"))
    assert (done["created"], done["rejected"]) == (len(ROWS), 0)
    for who, name in SELLERS.items():
        stages = Counter(row["deal_stage"].upper() for row in ROWS if row["sales_agent"] == name)
        assert counts(office, owner_id=office.ids[who]) == stages
    assert won(office) == {"USD": won_in_file()}


def won_in_file(seller: str | None = None) -> Decimal:
    rows = [row for row in ROWS if row["deal_stage"] == "Won" and seller in (None, row["sales_agent"])]
    return sum((Decimal(row["close_value"]) for row in rows), Decimal())


def counts(office: Office, **asked: str) -> Counter[str]:
    """Deals by stage, of whatever they are worth."""
    found: Counter[str] = Counter()
    for group in office.items("dustin", "/crm/pipeline", by="stage", **asked):
        found[group["stage"]] += group["count"]
    return found


def won(office: Office, **asked: str) -> dict[str, Decimal]:
    """Revenue by currency, as the manager sees it."""
    groups = office.items("dustin", "/crm/won-revenue", by="", **asked)
    return {group["currency"]: Decimal(group["amount"]) for group in groups}


def three_other_systems_are_given_up(office: Office) -> None:
    """By nothing but what the preview suggests."""
    for system, files in FILES.items():
        for name, target in zip(files, TARGETS, strict=True):
            client = office.clients["office" if target == "admin.user" else "dustin"]
            file = uploaded(client, (EXPORTS / system / name).read_bytes())
            seen = previewed(client, file, target)
            assert (seen["missing"], seen["undecided"], seen["problems"]) == ([], [], [])
            done = run(office.here, client, file, seen["suggested"], valid_from=SYSTEMS)
            assert (done["status"], done["rejected"]) == ("COMPLETED", 0), done
    [plan] = office.items("dustin", "/crm/deals", name="Sørensen tracking")
    assert (plan["expected_close_on"], plan["next_step"]) == ("2027-09-30", "Send the contract")
    companies, contacts, deals = (sum(each) for each in zip(*COUNTS.values(), strict=True))
    for path, count in (("companies", 85 + companies), ("contacts", contacts), ("deals", len(ROWS) + deals)):
        assert len(office.items("dustin", f"/crm/{path}", limit="200")) == count
    totals = {currency: Decimal(amount) for amount, currency, _ in WON.values()}
    assert won(office) == {**totals, "USD": totals["USD"] + won_in_file()}


def fields_and_a_pipeline_are_said(office: Office) -> None:
    for record, key, label, kind, more in (
        ("deal", "budget", "Budget", "MONEY", {}),
        ("deal", "share", "Our share, percent", "NUMBER", {}),
        ("deal", "part", "Our part", "FORMULA", {"formula": "custom.budget * custom.share / 100"}),
        ("deal", "referred_by", "Referred by", "REFERENCE", {"refers_to": "contact"}),
        ("contact", "birthday", "Birthday", "DATE", {}),
    ):
        said = {"record": record, "key": key, "label": label, "kind": kind, **more}
        office.made(f"fields of {record}s", "dustin", "/crm/field-sets", at(MON, "08:30"), **said)
    reasons = {"win_reasons": ["Quality", "Price"], "lost_reasons": ["Price", "Timing"]}
    office.made("Projects", "dustin", "/crm/pipelines", at(MON, "08:45"), name="Projects", stages=STAGES, **reasons)


def the_move_is_over(office: Office) -> None:
    """From here on the manager sees and changes what is the team's, and nobody's, and no more."""
    path = f"/admin/users/{office.ids['dustin']}/revoke-role"
    office.send("office", path, at(MON, "09:00"), role_id="crm.admin")
    assert office.get("dustin", "/access/me").is_success
    assert won(office) == {"USD": won_in_file()}
    refused = office.refused(403, "forbidden", "dustin", "/crm/pipelines", at(MON, "09:05"), name="Mine")
    assert refused["permission"] == "crm.pipeline.define"


def customers_are_put_on_file(office: Office) -> None:
    """Companies and people who are reached in several ways; and one of them twice, though somebody was told."""
    anna, moses = office.ids["anna"], office.ids["moses"]
    markets = [
        {"street": "Hafenstr. 5", "city": "Hamburg", "country": "DE", "kind": "SHIPPING"},
        {"street": "Am Markt 1", "city": "München", "country": "de", "kind": "BILLING", "primary": True},
    ]
    shop = {
        "name": "Bücher & Söhne",
        "sector": "books",
        "domains": ["buecher.example", "xn--bcher-kva.example"],
        "phones": [{"value": "+49 89 3216801", "kind": "FAX"}, {"value": "+49 89 3216800", "primary": True}],
        "addresses": markets,
        "owner_id": anna,
    }
    above = office.made("Bücher & Söhne", "anna", "/crm/companies", at(MON, "10:00"), **shop)
    row = office.ask("anna", f"/crm/companies/{above}")
    assert (row["domain"], row["domains"]) == ("buecher.example", ["buecher.example", "bücher.example"])
    assert (row["phone"], row["addresses"][0]["city"]) == ("+49893216800", "München")
    below = {"name": "Bücher Logistik", "parent_id": above, "owner_id": anna}
    office.made("Bücher Logistik", "anna", "/crm/companies", at(MON, "10:05"), **below)
    office.made("Café Sol", "moses", "/crm/companies", at(MON, "10:10"), name="Café Sol", owner_id=moses)

    zoe = {
        "name": "Zoë Grünwald",
        "emails": [
            {"value": "zoe@home.example", "kind": "HOME"},
            {"value": "Zoe@Buecher.example", "kind": "WORK", "primary": True},
        ],
        "phones": [{"value": "+49 89 3216811", "kind": "WORK"}, {"value": "+49 170 3216811", "kind": "MOBILE"}],
        "job_title": "Office manager",
        "company_id": above,
        "owner_id": anna,
        "custom": {"birthday": "1980-05-17"},
    }
    office.made("Zoë Grünwald", "anna", "/crm/contacts", at(MON, "10:15"), **zoe)
    again = {"name": "Zoe Gruenwald", "email": "zoe@buecher.example"}
    [told] = office.items("moses", "/crm/contacts/duplicates", **again)
    assert told["contact"]["id"] == office.ids["Zoë Grünwald"]
    assert "email" in told["because"]
    more = {**again, "job_title": "Head of facilities", "company_id": above, "owner_id": moses}
    office.made("Zoe Gruenwald", "moses", "/crm/contacts", at(MON, "10:20"), **more)
    sol = {"name": "Sol Marín", "email": "sol@cafesol.example", "company_id": office.ids["Café Sol"]}
    office.made("Sol Marín", "moses", "/crm/contacts", at(MON, "10:25"), **sol, owner_id=moses)
    [found] = office.items("dustin", f"/crm/contacts/{office.ids['Zoë Grünwald']}/duplicates")
    assert found["contact"]["id"] == office.ids["Zoe Gruenwald"]
    assert office.names("anna", "/crm/contacts", emails="zoe@home.example") == ["Zoë Grünwald"]


def deals_are_opened(office: Office) -> None:
    for name, who, company, amount, clock in (
        ("Lagerhalle Nord", "anna", "Bücher & Söhne", "40000", "11:00"),
        ("Büroumbau", "anna", "Bücher Logistik", "12500", "11:05"),
        ("Café Sol, counter", "moses", "Café Sol", "8000", "11:10"),
    ):
        said = {
            "name": name,
            "owner_id": office.ids[who],
            "company_id": office.ids[company],
            "amount": euros(amount),
            "pipeline_id": office.ids["Projects"],
        }
        if name == "Büroumbau":
            said["custom"] = {"referred_by": office.ids["Zoe Gruenwald"]}
        office.made(name, who, "/crm/deals", at(MON, clock), **said)
    deal = office.deal("Lagerhalle Nord")
    assert (deal["stage_name"], deal["weighted"], deal["owner_name"]) == ("Lead", euros("4000"), "Anna Snelling")
    assert deal["rots_at"] == "2026-03-09T11:00:00Z"
    seen = office.deal("Lagerhalle Nord", "ida")
    assert (seen["amount"], seen["weighted"]) == (None, None)
    assert {"amount", "weighted"} <= set(seen["hidden"])
    within = office.names("anna", "/crm/deals", within=office.ids["Bücher & Söhne"], sort="name")
    assert within == ["Büroumbau", "Lagerhalle Nord"]


def the_week_is_planned(office: Office) -> None:
    """A task that repeats, a call that took place, a meeting with a reminder, and a note for somebody."""
    ids, deal = office.ids, f"crm/deal/{office.ids['Lagerhalle Nord']}"
    weekly = {
        "kind": "TASK",
        "title": "Send the weekly offer",
        "owner_id": ids["anna"],
        "due_at": at(TUE, "08:00"),
        "rule": "FREQ=WEEKLY;COUNT=4",
        "zone": "Europe/Berlin",
        "priority": "HIGH",
        "links": [deal],
    }
    office.made("weekly offer", "anna", "/crm/activities", at(MON, "11:30"), **weekly)
    call = {
        "kind": "CALL",
        "title": "Talked about the warehouse",
        "direction": "OUTBOUND",
        "owner_id": ids["moses"],
        "completed_at": at(MON, "14:00"),
        "contact_ids": [ids["Zoe Gruenwald"]],
    }
    office.made("call", "moses", "/crm/activities", at(MON, "14:05"), **call)
    visit = {
        "kind": "MEETING",
        "title": "Site visit",
        "location": "München",
        "owner_id": ids["anna"],
        "starts_at": at(WED, "09:00"),
        "ends_at": at(WED, "10:00"),
        "remind_at": at(TUE, "16:00"),
        "contact_ids": [ids["Zoë Grünwald"]],
        "user_ids": [ids["anna"], ids["ida"]],
    }
    office.made("site visit", "ida", "/crm/activities", at(MON, "15:00"), **visit)
    note = {"kind": "NOTE", "body": "Ida, please book the train.", "owner_id": ids["anna"], "mentions": [ids["ida"]]}
    office.made("note", "anna", "/crm/activities", at(MON, "15:30"), **note, links=[deal])
    assert [each["id"] for each in office.items("ida", "/crm/activities", mentions=ids["ida"])] == [ids["note"]]
    todo = {"owner_id": ids["anna"], "status": "OPEN", "sort": "due_at"}
    assert [each["title"] for each in office.items("anna", "/crm/activities", **todo)] == [
        "Send the weekly offer", "Site visit",
    ]  # fmt: skip
