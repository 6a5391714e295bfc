"""Fields of one's own through files: previewed, tried, imported, exported, imported again and taken back."""

import csv
import io
from collections.abc import Generator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.importing import ended, imported, send
from tests.e2e.test_http import after
from tests.platform import EVERYTHING, Platform, platform

FIELDS: tuple[dict[str, Any], ...] = (
    {"key": "shoe", "label": "Shoe size", "kind": "NUMBER"},
    {"key": "budget", "label": "Budget", "kind": "MONEY"},
    {"key": "colour", "label": "Favourite colour", "kind": "CHOICE", "choices": ["red", "green"]},
    {"key": "since", "label": "Customer since", "kind": "DATE"},
)
FILE = b"""Full name,E-mail,Shoe size,Budget,Favourite colour,Customer since
Maude,maude@example.com,38,12.50 USD,Red,2026-03-31
Walter,walter@example.com,large,3 EUR,green,
"""


@pytest.fixture(scope="module")
def here() -> Generator[Platform]:
    with platform(*(part for part in EVERYTHING if part not in ("replayer", "eraser"))) as started:
        yield started


@pytest.fixture
def client(here: Platform) -> Generator[httpx.Client]:
    with here.client(f"own-{uuid4().hex[:8]}") as made:
        yield made


def started(client: httpx.Client, content: bytes, **given: Any) -> tuple[str, dict[str, Any]]:
    """Uploads, takes what the preview suggests, and starts; the import's id and the preview."""
    file = client.post("/integration/files", content=content).json()["file"]
    preview = client.get(f"/integration/files/{file}/preview", params={"target": "crm.contact"}).json()
    body = {"target": "crm.contact", "file": file, "file_name": "people.csv", **given}
    return send(client, "/integration/imports", {**body, "mapping": preview["suggested"]["mapping"]})["id"], preview


def shown(client: httpx.Client, **asked: str) -> dict[str, Any]:
    items = client.get("/crm/contacts", params=asked).json()["items"]
    return {item["name"]: item["custom"] for item in items}


def test_a_file_of_people_and_what_a_tenant_wants_to_know_of_them(here: Platform, client: httpx.Client) -> None:
    made = [send(client, "/crm/field-sets", {"record": "contact", **field}) for field in FIELDS]
    assert client.get("/crm/field-sets", headers=after(made[-1]["position"])).status_code == 200
    tried, preview = started(client, FILE, dry_run=True)
    assert preview["suggested"]["mapping"] == {
        "name": "Full name", "email": "E-mail", "custom.shoe": "Shoe size", "custom.budget": "Budget",
        "custom.colour": "Favourite colour", "custom.since": "Customer since",
    }  # fmt: skip
    row = ended(here, client, tried)
    assert (row["status"], row["created"], row["rejected"], shown(client)) == ("COMPLETED", 1, 1, {})
    done, _ = started(client, FILE)
    row = ended(here, client, done)
    assert (row["status"], row["created"], row["rejected"]) == ("COMPLETED", 1, 1)
    report = list(csv.DictReader(io.StringIO(client.get(f"/integration/files/{row['errors']}").text)))
    assert [(each["line"], each["field"], each["code"]) for each in report] == [
        ("3", "custom.shoe", "amount_malformed")
    ]
    maude = {"shoe": "38", "budget": {"amount": "12.5", "currency": "USD"}, "colour": "red", "since": "2026-03-31"}
    assert shown(client, **{"custom.shoe.gte": "38"}) == {"Maude": maude}

    exported = client.get("/crm/contacts", params={"format": "csv", "fields": "name,email,custom.shoe,custom.budget"})
    changed = exported.text.replace("38", "39").encode()
    again, preview = started(client, changed, match_on=["email"])
    assert preview["suggested"]["mapping"]["custom.budget.currency"] == "custom.budget.currency"
    row = ended(here, client, again)
    assert (row["created"], row["updated"], row["rejected"]) == (0, 1, 0), row
    assert shown(client) == {"Maude": {**maude, "shoe": "39"}}

    send(client, f"/integration/imports/{again}/revert", {})
    assert here.until("taken back", lambda: client.get(f"/integration/imports/{again}").json()["status"] == "REVERTED")
    assert shown(client) == {"Maude": {**maude, "shoe": "39"}}, "what was there before is told of, and stays"


def test_a_file_cannot_fill_what_nobody_defined(here: Platform, client: httpx.Client) -> None:
    file = client.post("/integration/files", content=FILE).json()["file"]
    body = {"target": "crm.contact", "file": file, "file_name": "people.csv"}
    mapping = {"name": "Full name", "custom.shoe": "Shoe size"}
    row = ended(here, client, send(client, "/integration/imports", {**body, "mapping": mapping})["id"])
    assert row["status"] == "FAILED"
    assert "custom.shoe" in row["reason"]


def test_deals_are_won_and_lost_for_reasons_of_the_tenant_s_list(here: Platform, client: httpx.Client) -> None:
    send(client, "/admin/tenants", {"name": "Reasons"})
    send(client, "/admin/users", {"name": "Ann"})
    price, won = (send(client, "/crm/reasons", {"outcome": of, "name": "Price"})["id"] for of in ("LOST", "WON"))
    send(client, f"/crm/reasons/{price}/rename", {"name": "Too dear"})
    rows = f"""id,owner,stage,closed,amount,lost,won
A,Ann,Lost,2026-02-10,0,too DEAR,
B,Ann,Lost,2026-02-10,0,{price},
C,Ann,Lost,2026-02-10,0,Luck,
D,Ann,Won,2026-02-10,5,,price
"""
    mapping = {
        "key": "id", "owner": "owner", "stage": "stage", "closed_at": "closed", "amount": "amount",
        "lost_reason": "lost", "won_reason": "won",
    }  # fmt: skip
    said = {"dates": "ymd", "currency": "USD", "valid_from": "2026-01-01T00:00:00Z"}
    done = imported(here, client, "crm.deal", rows.encode(), mapping, **said)
    assert (done["created"], done["rejected"]) == (4, 0)
    deals = client.get("/crm/deals").json()["items"]
    assert {each["name"]: (each["reason_id"], each["reason_name"]) for each in deals} == {
        "A": (price, "Too dear"), "B": (price, "Too dear"), "C": (None, "Luck"), "D": (won, "Price"),
    }  # fmt: skip
