"""The main job, as anyone could do it over HTTP: import a year of sales, then ask for totals that are known.

The files are "CRM Sales Opportunities" by Maven Analytics (public domain); see tests/data. What the API must answer was
computed from the files themselves, with nothing of this platform.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from gateway.client import Client, Say, run_import
from infra.settings import ROOT

FILES = ROOT / "tests" / "data" / "crm-sales-opportunities"
BEFORE_ALL = "2016-10-01T00:00:00Z"
"""Business time of the reference files, which carry no dates: before the first deal."""
Key = tuple[str | None, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stage:
    """One file and what its columns fill."""

    file: str
    target: str
    mapping: Mapping[str, str]
    valid_from: str | None = BEFORE_ALL


STAGES = (
    Stage(
        "accounts.csv",
        "crm.company",
        {
            "name": "account",
            "sector": "sector",
            "year_established": "year_established",
            "revenue_millions": "revenue",
            "employees": "employees",
            "location": "office_location",
            "parent": "subsidiary_of",
        },
    ),
    Stage("products.csv", "crm.product", {"name": "product", "series": "series", "list_price": "sales_price"}),
    Stage("sales_teams.csv", "admin.user", {"name": "sales_agent", "manager": "manager", "region": "regional_office"}),
    Stage(
        "sales_pipeline.csv",
        "crm.deal",
        {
            "key": "opportunity_id",
            "name": "opportunity_id",
            "owner": "sales_agent",
            "company": "account",
            "product": "product",
            "stage": "deal_stage",
            "amount": "close_value",
            "engaged_at": "engage_date",
            "closed_at": "close_date",
        },
        valid_from=None,
    ),
)


@dataclass(frozen=True, slots=True)
class Known:
    """A question and its known answer: numbers by group."""

    title: str
    path: str
    parameters: Mapping[str, str]
    key: tuple[str, ...]
    value: str
    answer: Mapping[Key, int]


MONTHS = (1_134_672, 721_932, 1_025_713, 1_338_466, 696_932, 1_050_059, 1_235_264, 731_980, 938_943, 1_131_573)


def _months(first: int, *amounts: int) -> dict[Key, int]:
    return {(f"2017-{first + number:02}",): amount for number, amount in enumerate(amounts)}


KNOWN = (
    Known(
        "deals by stage",
        "/crm/pipeline",
        {"by": "stage"},
        ("stage",),
        "count",
        {("WON",): 4238, ("LOST",): 2473, ("ENGAGING",): 1589, ("PROSPECTING",): 500},
    ),
    Known("value of won deals", "/crm/won-revenue", {"by": ""}, (), "amount", {(): 10_005_534}),
    Known(
        "won value by region",
        "/crm/won-revenue",
        {"by": "region"},
        ("region",),
        "amount",
        {("West",): 3_568_647, ("Central",): 3_346_293, ("East",): 3_090_594},
    ),
    Known(
        "won value by agent",
        "/crm/won-revenue",
        {"by": "agent"},
        ("owner_name",),
        "amount",
        {
            ("Darcel Schlecht",): 1_153_214,
            ("Vicki Laflamme",): 478_396,
            ("Kary Hendrixson",): 454_298,
            ("Cassey Cress",): 450_489,
            ("Donn Cantrell",): 445_860,
        },
    ),
    Known(
        "won value by month",
        "/crm/won-revenue",
        {"by": "month"},
        ("month",),
        "amount",
        _months(3, *MONTHS),
    ),
    Known(
        "deals by stage as of 30 June 2017",
        "/crm/pipeline",
        {"by": "stage", "as_of": "2017-06-30"},
        ("stage",),
        "count",
        {("ENGAGING",): 1686, ("WON",): 1785, ("LOST",): 894},
    ),
)
RECORDS = ("/admin/users", "/admin/teams", "/crm/companies", "/crm/products", "/crm/deals")
PARTIAL = frozenset({"won value by agent"})
"""Only the five best agents are known; the others may be there too."""


def run(api: Client, say: Say, folder: Path = FILES) -> bool:
    """Imports the files and asks the totals back; whether all were equal. Run again, it changes nothing."""
    before = sum(_events(api, path) for path in RECORDS)
    began = time.monotonic()
    api.send("/admin/tenants", {"name": "Demo"}, "demo-tenant")
    rows = 0
    for stage in STAGES:
        if stage.target == "crm.deal":
            _alias(api)
        start: dict[str, Any] = {"target": stage.target, "mapping": dict(stage.mapping)}
        if stage.valid_from:
            start["valid_from"] = stage.valid_from
        done = run_import(api, folder / stage.file, start, f"demo-{stage.file}-{time.time_ns()}", say)
        rows += done.row["rows"]
        say(f"{stage.file:20} {done.summary}")
    seconds = time.monotonic() - began
    different = [known for known in KNOWN if not _compared(api, known, say)]
    # Counted last: by now the read models have every event.
    events = sum(_events(api, path) for path in RECORDS) - before
    became = f"became {events:,} events in" if events else "said nothing new, which took"
    say(f"\n{rows:,} rows {became} {seconds:.1f} s, {rows / seconds:,.0f} rows per second")
    return not different


def _events(api: Client, path: str) -> int:
    """Events of all records of a kind: the sum of their versions."""
    total, more = 0, {"fields": "version", "limit": "200"}
    while True:
        page = api.get(path, **more)
        total += sum(row["version"] for row in page["items"])
        if page["next_cursor"] is None:
            return total
        more["cursor"] = page["next_cursor"]


def _alias(api: Client) -> None:
    """The deals' file writes GTXPro for the product GTX Pro."""
    found = _until(lambda: api.get("/crm/products", name="GTX Pro")["items"], bool)
    answer = api.send(f"/crm/products/{found[0]['id']}/add-alias", {"alias": "GTXPro"}, "demo-alias")
    api.wait("/crm/products", answer.json()["position"])


def _compared(api: Client, known: Known, say: Say) -> bool:
    """Prints a question's answers beside the known ones."""
    told = _until(lambda: _answer(api, known), lambda answer: _equal(known, answer))
    same = _equal(known, told)
    say(f"\n{known.title}  (GET {known.path}?{'&'.join(f'{k}={v}' for k, v in known.parameters.items())})")
    for key, wanted in known.answer.items():
        got = told.get(key)
        mark = "=" if got == wanted else "DIFFERS FROM"
        say(f"  {' '.join(str(part) for part in key) or 'total':20} {got or 0:>12,} {mark} {wanted:,} known")
    if not same and known.title not in PARTIAL:
        for key in told.keys() - known.answer.keys():
            say(f"  {key} {told[key]:,} was not expected")
    return same


def _answer(api: Client, known: Known) -> dict[Key, int]:
    """The API's numbers by group. Groups of different currencies do not mix here: the files know dollars only."""
    groups: dict[Key, int] = {}
    for item in api.get(known.path, **known.parameters)["items"]:
        key = tuple(item[name] for name in known.key)
        groups[key] = groups.get(key, 0) + int(Decimal(item[known.value] or 0))
    return groups


def _equal(known: Known, told: Mapping[Key, int]) -> bool:
    expected = {key: told.get(key) for key in known.answer} if known.title in PARTIAL else dict(told)
    return expected == dict(known.answer)


def _until(ask: Callable[[], T], good: Callable[[T], bool]) -> T:
    """Asks again for up to 30 s while the last events of the import reach the read model; the last answer anyway."""
    deadline = time.monotonic() + 30
    while not good(told := ask()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return told
