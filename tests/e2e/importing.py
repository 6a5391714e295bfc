"""Importing over HTTP as a caller would, and what the sample files themselves say, counted without the platform."""

import csv
import io
import uuid
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from tests.platform import Platform

SAMPLE = Path(__file__).parents[1] / "data" / "crm-sales-opportunities"
BEFORE_ALL = "2016-10-01T00:00:00Z"
COMPANIES = {
    "name": "account", "sector": "sector", "year_established": "year_established", "revenue_millions": "revenue",
    "employees": "employees", "location": "office_location", "parent": "subsidiary_of",
}  # fmt: skip
PRODUCTS = {"name": "product", "series": "series", "list_price": "sales_price"}
USERS = {"name": "sales_agent", "manager": "manager", "region": "regional_office"}
DEALS = {
    "key": "opportunity_id", "owner": "sales_agent", "company": "account", "product": "product", "stage": "deal_stage",
    "amount": "close_value", "engaged_at": "engage_date", "closed_at": "close_date",
}  # fmt: skip


def sample(name: str) -> bytes:
    return (SAMPLE / name).read_bytes()


def send(client: httpx.Client, path: str, body: Mapping[str, Any], **headers: str) -> Any:
    """A command's answer; fails unless it was accepted."""
    answer = client.post(path, json=dict(body), headers={"Idempotency-Key": uuid.uuid4().hex, **headers})
    assert answer.is_success, answer.text
    return answer.json()


def start(client: httpx.Client, target: str, content: bytes, mapping: Mapping[str, str], **given: str) -> str:
    """Uploads and starts; gives the import's id."""
    file = client.post("/integration/files", content=content)
    assert file.status_code == 201, file.text
    body = {"target": target, "file": file.json()["file"], "file_name": "file.csv", "mapping": dict(mapping), **given}
    return send(client, "/integration/imports", body)["id"]


def ended(here: Platform, client: httpx.Client, import_id: str, patience: float = 400.0) -> dict[str, Any]:
    """The import's row once it has come to an end."""

    def look() -> dict[str, Any] | None:
        answer = client.get(f"/integration/imports/{import_id}")
        row = answer.json()
        return row if answer.is_success and row["status"] in ("COMPLETED", "FAILED", "REVERTED") else None

    return here.until(f"import {import_id} ends", look, patience)


def imported(
    here: Platform, client: httpx.Client, target: str, content: bytes, mapping: Mapping[str, str], **given: str
) -> dict[str, Any]:
    return ended(here, client, start(client, target, content, mapping, **given))


def with_references(here: Platform, client: httpx.Client) -> None:
    """Companies, products and people of the sample, and the other name of one product."""
    started = [
        start(client, "crm.company", sample("accounts.csv"), COMPANIES, valid_from=BEFORE_ALL),
        start(client, "crm.product", sample("products.csv"), PRODUCTS, valid_from=BEFORE_ALL),
        start(client, "admin.user", sample("sales_teams.csv"), USERS, valid_from=BEFORE_ALL),
    ]
    rows = [ended(here, client, import_id) for import_id in started]
    assert [(row["status"], row["created"], row["rejected"]) for row in rows] == [
        ("COMPLETED", 85, 0),
        ("COMPLETED", 7, 0),
        ("COMPLETED", 35 + 6 + 6, 0),
    ]
    [product] = client.get("/crm/products", params={"name": "GTX Pro"}).json()["items"]
    send(client, f"/crm/products/{product['id']}/add-alias", {"alias": "GTXPro"})


def totals(client: httpx.Client, path: str, value: str, *groups: str, **parameters: str) -> dict[Any, Decimal]:
    """A report's numbers by group; the first of `groups` is the dimension asked for."""
    answer = client.get(path, params=parameters)
    assert answer.is_success, answer.text
    found: dict[Any, Decimal] = {}
    for item in answer.json()["items"]:
        key = item[groups[-1]] if groups else ""
        found[key] = found.get(key, Decimal(0)) + Decimal(item[value] or 0)
    return found


def rows_of(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(sample(name).decode())))


def won_by(column: str, length: int | None = None) -> dict[str, Decimal]:
    """Won value by a column of the pipeline's file, or by what the sales team's file says of the agent."""
    regions = {row["sales_agent"]: row["regional_office"] for row in rows_of("sales_teams.csv")}
    found: dict[str, Decimal] = {}
    for row in rows_of("sales_pipeline.csv"):
        if row["deal_stage"] == "Won":
            key = regions[row["sales_agent"]] if column == "region" else row[column][:length]
            found[key] = found.get(key, Decimal(0)) + Decimal(row["close_value"])
    return found


def stages_as_of(day: str) -> Counter[str]:
    """In which stage the deals stood at the end of a day, by the file's own dates; without those that have none."""
    found: Counter[str] = Counter()
    for row in rows_of("sales_pipeline.csv"):
        if row["close_date"] and row["close_date"] <= day:
            found[row["deal_stage"].upper()] += 1
        elif row["engage_date"] and row["engage_date"] <= day:
            found["ENGAGING"] += 1
    return found


def check_totals(client: httpx.Client) -> None:
    """Every total that the sample's files tell is what the API answers."""
    stages = Counter(row["deal_stage"].upper() for row in rows_of("sales_pipeline.csv"))
    assert totals(client, "/crm/pipeline", "count", "stage", by="stage") == stages
    assert totals(client, "/crm/won-revenue", "amount", "region", by="region") == won_by("region")
    assert totals(client, "/crm/won-revenue", "amount", "owner_name", by="agent") == won_by("sales_agent")
    assert totals(client, "/crm/won-revenue", "amount", "month", by="month") == won_by("close_date", 7)
    for day in ("2017-06-30", "2017-01-01"):
        assert totals(client, "/crm/pipeline", "count", "stage", by="stage", as_of=day) == stages_as_of(day)


def report(client: httpx.Client, hash: str) -> list[dict[str, str]]:
    """A CSV report of an import."""
    answer = client.get(f"/integration/files/{hash}")
    assert answer.is_success, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode())))
