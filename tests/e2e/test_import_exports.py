"""Exports of three other systems, imported by nothing but what the preview suggests; dry runs; who may."""

from collections import Counter
from collections.abc import Generator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.importing import ended, report, send
from tests.platform import Platform, platform

EXPORTS = Path(__file__).parents[1] / "data" / "crm-exports"
FILES = {
    "hubspot": ("users.csv", "companies.csv", "contacts.csv", "deals.csv"),
    "salesforce": ("users.csv", "accounts.csv", "contacts.csv", "opportunities.csv"),
    "pipedrive": ("users.csv", "organizations.csv", "people.csv", "deals.csv"),
}
TARGETS = ("admin.user", "crm.company", "crm.contact", "crm.deal")
COUNTS = {"hubspot": (4, 6, 6), "salesforce": (4, 5, 5), "pipedrive": (3, 5, 6)}
WON = {"hubspot": ("48250.50", "USD", 2), "salesforce": ("131000", "EUR", 2), "pipedrive": ("23499.99", "GBP", 3)}

PLANS: Mapping[str, Mapping[str, tuple[str | None, str | None]]] = {
    "hubspot": {
        "Pérez cold room": ("2027-09-30", None), "Quietwater starter": ("2027-08-01", None),
        "Fjordglas service": ("2027-07-15", None),
    },
    "salesforce": {
        "Sørensen tracking": ("2027-09-30", "Send the contract"), "Plain Data pilot": ("2027-12-15", None),
    },
    "pipedrive": {"Łódź dye house": ("2027-06-30", None), "Cobalt showroom": (None, None)},
}  # fmt: skip
"""When open deals are to be closed, and what is to be done next."""


@pytest.fixture(scope="module")
def here() -> Generator[Platform]:
    with platform() as running:
        yield running


def uploaded(client: httpx.Client, content: bytes) -> str:
    answer = client.post("/integration/files", content=content)
    assert answer.status_code == 201, answer.text
    return answer.json()["file"]


def previewed(client: httpx.Client, file: str, target: str) -> dict[str, Any]:
    answer = client.get(f"/integration/files/{file}/preview", params={"target": target})
    assert answer.is_success, answer.text
    return answer.json()


def run(here: Platform, client: httpx.Client, file: str, suggested: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    start = {"file": file, "file_name": "export.csv", **suggested, **more}
    return ended(here, client, send(client, "/integration/imports", start)["id"])


@pytest.mark.parametrize("system", list(FILES))
def test_an_export_is_imported_by_what_the_preview_suggests(here: Platform, system: str) -> None:
    with here.client(system) as client:
        for name, target in zip(FILES[system], TARGETS, strict=True):
            file = uploaded(client, (EXPORTS / system / name).read_bytes())
            seen = previewed(client, file, target)
            assert (seen["missing"], seen["undecided"], seen["problems"], seen["more"]) == ([], [], [], False)
            dry = run(here, client, file, seen["suggested"], dry_run=True)
            done = run(here, client, file, seen["suggested"])
            assert (done["status"], done["rejected"]) == ("COMPLETED", 0), done
            assert (dry["created"], dry["updated"], dry["total"]) == (done["created"], done["updated"], seen["rows"])
        companies, contacts, deals = COUNTS[system]
        for path, count in (("companies", companies), ("contacts", contacts), ("deals", deals)):
            assert len(client.get(f"/crm/{path}").json()["items"]) == count
        amount, currency, count = WON[system]
        won = client.get("/crm/deals", params={"stage": "WON"}).json()["items"]
        assert len(won) == count
        assert sum(Decimal(deal["amount"]["amount"]) for deal in won) == Decimal(amount)
        assert {deal["amount"]["currency"] for deal in won} == {currency}
        assert all(deal["closed_at"] > deal["engaged_at"] and deal["owner_name"] for deal in won)
        still_open = client.get("/crm/deals", params={"stage.in": "PROSPECTING,ENGAGING"}).json()["items"]
        assert {deal["name"]: (deal["expected_close_on"], deal["next_step"]) for deal in still_open} == PLANS[system]
        if system == "hubspot":
            (glass,) = client.get("/crm/companies", params={"domains": "fjordglas.example"}).json()["items"]
            assert (glass["domain"], glass["phone"]) == ("fjordglas.example", "+4722000001")
        people = client.get("/crm/contacts").json()["items"]
        assert all(person["company_name"] for person in people)
        file = uploaded(client, (EXPORTS / system / FILES[system][2]).read_bytes())
        again = run(here, client, file, previewed(client, file, "crm.contact")["suggested"])
        assert (again["unchanged"], again["created"], again["updated"]) == (contacts, 0, 0)


def test_deals_keep_the_stages_that_they_had_where_the_tenant_has_such_a_pipeline(here: Platform) -> None:
    """Open ones where they stood, closed ones on their days; once, however often the file comes."""
    kinds = {"Closed Won": "WON", "Closed Lost": "LOST"}
    names = ("Appointment Scheduled", "Presentation Scheduled", "Contract Sent", *kinds)
    stages = [
        {"stage_id": f"s{number}", "name": name, "kind": kinds.get(name, "OPEN"), "probability": 0}
        for number, name in enumerate(names)
    ]
    with here.client("placed") as client:
        made = send(client, "/crm/pipelines", {"name": "Sales Pipeline", "stages": stages})
        assert client.get("/crm/pipelines", headers={"Nexus-After": made["position"]}).is_success
        *others, deals = [uploaded(client, (EXPORTS / "hubspot" / name).read_bytes()) for name in FILES["hubspot"]]
        for file, target in zip(others, TARGETS[:-1], strict=True):
            done = run(here, client, file, previewed(client, file, target)["suggested"])
            assert (done["status"], done["rejected"]) == ("COMPLETED", 0), done
        how = previewed(client, deals, "crm.deal")["suggested"]
        assert (how["mapping"]["pipeline"], how["values"]) == ("Pipeline", {}), "all that rows name is there"
        dry, done = (run(here, client, deals, how, dry_run=tried) for tried in (True, False))
        assert [(each["created"], each["rejected"]) for each in (dry, done)] == [(6, 0)] * 2, done
        board = client.get("/crm/deals/board", params={"pipeline": made["id"]}).json()
        shown = {stage["name"]: sorted(card["name"] for card in stage["cards"]) for stage in board["stages"]}
        assert shown == {
            "Appointment Scheduled": ["Quietwater starter"],
            "Presentation Scheduled": ["Pérez cold room"],
            "Contract Sent": ["Fjordglas service"],
            "Closed Won": ["Brightmoor depot", "Fjordglas façade"],
            "Closed Lost": ["Brightmoor fleet"],
        }
        (lost,) = client.get("/crm/deals", params={"stage": "LOST"}).json()["items"]
        assert (lost["closed_at"], lost["lost_reason"]) == ("2025-06-20T16:00:00Z", "Budget was cut")
        then = client.get("/crm/deals", params={"stage": "OPEN", "as_of": "2025-05-10"}).json()["items"]
        assert {deal["name"] for deal in then} == {"Brightmoor depot", "Brightmoor fleet"}
        again = run(here, client, deals, how)
        assert (again["unchanged"], again["created"], again["updated"]) == (6, 0, 0)
        wrong = run(here, client, deals, {**how, "values": {"stage": {"Contract Sent": "Signed"}}})
        assert [(row["field"], row["code"]) for row in report(client, wrong["errors"])] == [("stage", "stage_unknown")]


def test_letters_of_other_encodings_arrive(here: Platform) -> None:
    rows = ["Zürich", "Århus", "München", "Łódź"]
    content = b"name\n" + b"".join(f"{n}\n".encode("cp1252" if n == "Århus" else "utf-8") for n in rows)
    with here.client("letters") as client:
        file = uploaded(client, content)
        seen = previewed(client, file, "crm.company")
        assert (seen["encoding"], seen["fallback"], seen["guessed"]) == ("utf-8", "cp1252", [3])
        done = run(here, client, file, seen["suggested"])
        assert (done["created"], done["warnings"]) == (4, 1)
        assert [(r["line"], r["outcome"], r["code"]) for r in report(client, done["errors"])] == [
            ("3", "warning", "encoding_guessed")
        ]
        assert sorted(c["name"] for c in client.get("/crm/companies").json()["items"]) == sorted(rows)


def test_a_dry_run_records_nothing_and_known_rows_are_found_filled_and_skipped(here: Platform) -> None:
    with here.client("dry") as client:
        made = send(client, "/crm/contacts", {"name": "Ann O.", "email": "ann@umbra.example"})
        ann, known = made["id"], {"Nexus-After": made["position"]}
        content = b"Name,Email,Phone\nAnn,ANN@umbra.example,+49 30 1\nBob,bob@umbra.example,\nX,none,\n"
        file = uploaded(client, content)
        how = {**previewed(client, file, "crm.contact")["suggested"], "match_on": ["email"]}
        before = Counter(item["name"] for item in client.get("/crm/contacts", headers=known).json()["items"])
        dry = run(here, client, file, how, dry_run=True)
        assert (dry["dry_run"], dry["created"], dry["updated"], dry["rejected"]) == (True, 1, 1, 1)
        assert Counter(item["name"] for item in client.get("/crm/contacts").json()["items"]) == before
        changes = report(client, dry["changes"])
        assert {(row["line"], row["record"]) for row in changes} == {("2", f"crm/contact/{ann}")}
        assert ("name", "Ann") in {(row["field"], row["becomes"]) for row in changes}
        refused = client.post(f"/integration/imports/{dry['id']}/revert", json={})
        assert (refused.status_code, refused.json()["code"]) == (409, "import_dry")
        filled = run(here, client, file, how, known="FILL", unknown="SKIP")
        assert (filled["updated"], filled["skipped"], filled["rejected"]) == (1, 2, 0)
        row = client.get(f"/crm/contacts/{ann}").json()
        assert (row["name"], row["phone"]) == ("Ann O.", "+49301")
        skipped = run(here, client, uploaded(client, content), how, known="SKIP")
        assert (skipped["skipped"], skipped["created"], skipped["rejected"]) == (1, 1, 1)


def test_a_preview_shows_no_more_than_an_import_may_do(here: Platform) -> None:
    with here.client("seen") as client, here.client("unseen") as other:
        file = uploaded(client, b"name,owner\nA,Ann\n")
        place = f"/integration/files/{file}/preview"
        assert other.get(place, params={"target": "crm.company"}).status_code == 404
        for target in ("crm.dream", None):
            answer = client.get(place, params={} if target is None else {"target": target})
            assert (answer.status_code, answer.json()["code"]) == (400, "target_unknown")
        answer = client.get(place, params={"target": "crm.company", "colour": "red"})
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_parameter")
        answer = client.get(place, params={"target": "crm.company", "encoding": "klingon"})
        assert (answer.status_code, answer.json()["code"]) == (422, "encoding_unknown")
        user = send(client, "/admin/users", {"name": "Loader"})["id"]
        permits = ["integration.import.start", "integration.import.read", "crm.company.record"]
        role = send(client, "/admin/roles", {"name": "Loader", "permits": permits})["id"]
        granted = send(client, f"/admin/users/{user}/grant-role", {"role_id": role})
        with here.client("seen", user) as loader:
            headers = {"Nexus-After": granted["position"]}
            here.until("the role counts", lambda: loader.get("/access/me", headers=headers).is_success)
            assert loader.get(place, params={"target": "crm.company"}).status_code == 200
            refused = loader.get(place, params={"target": "crm.contact"})
            assert (refused.status_code, refused.json()["permission"]) == (403, "crm.contact.record")
            start = {"target": "crm.company", "file": file, "file_name": "a.csv", "dry_run": True}
            owned = {**start, "mapping": {"name": "name", "owner": "owner"}}
            refused = loader.post("/integration/imports", json=owned)
            assert (refused.status_code, refused.json()["permission"]) == (403, "crm.company.assign")
            assert loader.post("/integration/imports", json={**start, "mapping": {"name": "name"}}).status_code == 201
