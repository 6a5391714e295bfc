"""A tenant whose mailboxes and calendars are looked into."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.e2e.test_http import after
from tests.platform import Platform

SINCE = "2026-02-01T00:00:00Z"


@dataclass
class Team:
    """A tenant with users, by whose names `ids` has theirs. `clients` are the tenant's own, `key`, and others'."""

    here: Platform
    clients: dict[str, httpx.Client]
    ids: dict[str, str]
    position: str = ""

    def send(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        answer = self.clients["key"].post(path, json=body or {}, headers=after(self.position))
        assert answer.is_success, answer.text
        told = answer.json()
        self.position = self.here.settled([told, *([{"position": self.position}] if self.position else [])])
        return told

    def get(self, path: str, who: str = "key", **asked: Any) -> dict[str, Any]:
        answer = self.clients[who].get(path, params=asked, headers=after(self.position))
        assert answer.is_success, answer.text
        return answer.json()

    def activities(self, who: str = "key", **asked: Any) -> list[dict[str, Any]]:
        """All of them, page by page."""
        found, cursor = list[dict[str, Any]](), dict[str, Any]()
        while True:
            page = self.get("/crm/activities", who, **asked, **cursor)
            found += page["items"]
            if not page.get("next_cursor"):
                return found
            cursor = {"cursor": page["next_cursor"]}

    def connect(self, user: str, **body: Any) -> str:
        """Connects a mailbox or calendars of somebody, and gives its id."""
        asked = {"name": f"What {user} has", "owner_id": self.ids[user], "since_at": SINCE}
        return self.send("/integration/mailboxes", asked | body)["id"]

    def mailbox(self, id: str) -> dict[str, Any]:
        return self.get(f"/integration/mailboxes/{id}")

    def counted(self, id: str, **counts: int) -> dict[str, Any]:
        """The mailbox once that many mails or events became what is said."""

        def there() -> dict[str, Any] | None:
            row = self.mailbox(id)
            return row if all(row["counts"].get(name) == number for name, number in counts.items()) else None

        return self.here.until(f"{counts} in the mailbox", there)

    def says(self, id: str, code: str | None) -> dict[str, Any]:
        """The mailbox once it tells that this is wrong."""

        def there() -> dict[str, Any] | None:
            row = self.mailbox(id)
            return row if row["code"] == code else None

        return self.here.until(f"the mailbox says {code}", there)


@contextmanager
def team_of(here: Platform, *users: str) -> Generator[Team]:
    """A tenant of its own with these users, each name@example.com."""
    with ExitStack() as clients:
        made = Team(here, {"key": clients.enter_context(here.client(tenant := f"mail-{uuid4().hex[:8]}"))}, {})
        made.send("/admin/tenants", {"name": "Mail"})
        for user in users:
            body = {"name": user.title(), "email": f"{user.title()}@example.com"}
            made.ids[user] = made.send("/admin/users", body)["id"]
            made.clients[user] = clients.enter_context(here.client(tenant, made.ids[user]))
        yield made
