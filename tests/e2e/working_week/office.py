"""The office in which the week happens: who is there, how they ask and say things, and what each list, record and
report showed at the end of a day."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from tests.e2e.test_http import after, problem
from tests.mailbox.caldav_server import CalDavServer
from tests.mailbox.imap_server import ImapServer
from tests.platform import Platform

MON, TUE, WED, THU, FRI = (f"2026-03-0{number}" for number in range(2, 7))
"""The days of the week, in business time."""
EUR = "EUR"
Rows = list[dict[str, Any]]
Question = tuple[str, Mapping[str, str]]
"""An address, and what is asked there."""


def at(day: str, clock: str) -> str:
    return f"{day}T{clock}:00Z"


def euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": EUR}


@dataclass
class Office:
    """`imap` and `dav` have the team's mail and calendars. `clients` by first name, and `office`, which is the tenant's
    own key. `ids` are of people and of all that has a name here. `position` has all that was said, `told` the types of
    events that it brought about."""

    here: Platform
    imap: ImapServer
    dav: CalDavServer
    tenant: str
    door: ExitStack
    clients: dict[str, httpx.Client] = field(default_factory=dict[str, httpx.Client])
    ids: dict[str, str] = field(default_factory=dict[str, str])
    position: str = ""
    told: set[str] = field(default_factory=set[str])
    evening: str = ""
    shown: dict[str, Any] = field(default_factory=dict[str, Any])
    """What was shown on Tuesday evening, and when that was by the clock."""

    def enters(self, who: str, user: str | None) -> None:
        """Somebody sits down at their desk, and finds what they may do."""
        self.clients[who] = self.door.enter_context(self.here.client(self.tenant, user))

    def after(self) -> dict[str, str]:
        return after(self.position) if self.position else {}

    def sent(
        self, who: str, path: str, at: str | None, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """What somebody says, with all before it taken in."""
        said = {**body, **({} if at is None else {"at": at})}
        answer = self.clients[who].post(path, json=said, headers={**self.after(), **(headers or {})})
        if answer.is_success and "position" in answer.json():
            known = [{"position": self.position}] if self.position else []
            self.position = self.here.settled([answer.json(), *known])
            self.told |= {each["type"] for each in answer.json()["events"]}
        return answer

    def send(self, who: str, path: str, at: str | None, /, **body: Any) -> dict[str, Any]:
        answer = self.sent(who, path, at, body)
        assert answer.is_success, (path, answer.text)
        return answer.json()

    def made(self, name: str, who: str, path: str, at: str | None, /, **body: Any) -> str:
        """The id of what somebody makes, which is called so from then on."""
        self.ids[name] = self.send(who, path, at, **body)["id"]
        return self.ids[name]

    def refused(self, status: int, code: str, who: str, path: str, at: str | None, /, **body: Any) -> dict[str, Any]:
        return problem(self.sent(who, path, at, body), status, code)

    def get(self, who: str, path: str, /, **asked: str) -> httpx.Response:
        return self.clients[who].get(path, params=asked, headers=self.after())

    def ask(self, who: str, path: str, /, **asked: str) -> Any:
        answer = self.get(who, path, **asked)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def items(self, who: str, path: str, /, **asked: str) -> Rows:
        return self.ask(who, path, **asked)["items"]

    def names(self, who: str, path: str, /, **asked: str) -> list[str]:
        return [each["name"] for each in self.items(who, path, **asked)]

    def deal(self, name: str, /, who: str = "dustin", **asked: str) -> dict[str, Any]:
        return self.ask(who, f"/crm/deals/{self.ids[name]}", **asked)

    def contact(self, name: str, /, who: str = "dustin", **asked: str) -> dict[str, Any]:
        return self.ask(who, f"/crm/contacts/{self.ids[name]}", **asked)

    def questions(self) -> Mapping[str, Question]:
        """Every list, record and report of the week that keeps times, as the manager asks for it."""
        ids, projects = self.ids, {"pipeline_id": self.ids["Projects"]}
        records: dict[str, dict[str, str]] = {
            f"/crm/{kind}/{ids[name]}": {} for kind, names in RECORDS.items() for name in names
        }
        around = {f"{record}/timeline": {"limit": "200"} for record in records if record.split("/")[2] in TIMELINES}
        asked = {
            **{f"/crm/{each}": {"limit": "200", "sort": order} for each, order in LISTS.items()},
            **records,
            **around,
            f"/crm/companies/{ids['Bücher & Söhne']}/tree": {},
            "/crm/deals/board": {"pipeline": ids["Projects"], "sort": "name"},
            "/crm/pipeline": {"by": "step", **projects},
            "/crm/won-revenue": {"by": "agent"},
            **{f"/crm/{each}": {} for each in REPORTS},
            "/admin/saved-views": {},
        }
        return {path: (path, parameters) for path, parameters in asked.items()}

    def remember(self) -> None:
        """Looks at everything, as it is now, and at the clock."""
        self.shown = {name: self.look(question) for name, question in self.questions().items()}
        self.evening = datetime.now(UTC).isoformat().replace("+00:00", "Z")

    def look(self, question: Question, **times: str) -> Any:
        path, asked = question
        who = "anna" if path.startswith("/admin/") else "dustin"
        told = self.ask(who, path, **asked, **times)
        if path.endswith("/timeline"):  # which calls records as they are called now
            told["items"] = [{name: each[name] for name in each if name != "name"} for each in told["items"]]
        return told


LISTS: Mapping[str, str] = {
    "deals": "name,id", "contacts": "name,id", "companies": "name,id", "products": "name", "activities": "title,id",
    "field-sets": "record", "pipelines": "name",
}  # fmt: skip
RECORDS: Mapping[str, tuple[str, ...]] = {
    "deals": ("Lagerhalle Nord", "Büroumbau", "Café Sol, counter"),
    "contacts": ("Zoë Grünwald", "Sol Marín"),
    "companies": ("Bücher & Söhne", "Bücher Logistik", "Café Sol"),
    "activities": (
        "weekly offer", "call", "site visit", "note", "Skylight", "Re: Skylight", "Skylight, once more",
        "Measure the counter",
    ),
    "pipelines": ("Projects",),
    "field-sets": ("fields of deals", "fields of contacts"),
}  # fmt: skip
TIMELINES = ("deals", "contacts", "companies")
REPORTS = (
    "win-loss", "recurring", "home-pipeline", "home-won-revenue", "activity-counts", "contact-counts", "company-counts",
)  # fmt: skip


@contextmanager
def office(here: Platform, imap: ImapServer, dav: CalDavServer) -> Generator[Office]:
    """An empty office: a tenant of which nothing but its key is there."""
    tenant = f"week-{uuid4().hex[:8]}"
    with ExitStack() as door:
        made = Office(here, imap, dav, tenant, door)
        made.enters("office", None)
        made.send("office", "/admin/tenants", None, name="Umbauten")
        yield made
