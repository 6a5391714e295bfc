"""Contacts that are kept longer than their tenant says, found and erased through the HTTP API."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.client import Client, Refused, Say
from schemas.contract import ERASED

_PAGE = "200"


@dataclass(frozen=True, slots=True)
class Due:
    """Contacts without a change since `before`. Those of `held` are kept for a legal matter."""

    before: datetime
    ids: tuple[str, ...]
    held: frozenset[str]


def months_before(moment: datetime, months: int) -> datetime:
    """The same day of an earlier month, or that month's last."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def due(api: Client, tenant: str, now: datetime) -> Due | None:
    """Who is to be erased, None where the tenant keeps contacts for ever. A change counts by its business time."""
    months = api.get(f"/admin/tenants/{tenant}")["retention_months"]
    if months is None:
        return None
    before = months_before(now, months)
    old = _pages(api, "/crm/contacts", **{"updated_at.lt": before.isoformat(), "fields": "id,name,email"})
    ids = tuple(each["id"] for each in old if str(ERASED) not in (each["name"], each["email"]))
    subjects = _pages(api, "/admin/data-subjects", status="KEPT", fields="id,holds")
    return Due(before, ids, frozenset(each["id"] for each in subjects if each["holds"]))


def erase(api: Client, found: Due, say: Say) -> int:
    """Orders the erasure of everybody who is due and not held; how many that were. Who was changed since they were
    found is kept, as who is refused is; both are told of."""
    count = 0
    for id in found.ids:
        if id in found.held:
            continue
        body = {"basis": "retention", "reason": f"unchanged since {found.before:%Y-%m-%d}"}
        try:
            if datetime.fromisoformat(api.get(f"/crm/contacts/{id}")["updated_at"]) >= found.before:
                say(f"{id} is kept: it was changed just now")
                continue
            api.send(f"/admin/data-subjects/{id}/erase", body, f"retention-{id}")
            count += 1
        except Refused as error:
            say(f"{id} is kept: {error}")
    return count


def _pages(api: Client, path: str, **asked: str) -> Iterator[Mapping[str, Any]]:
    cursor: dict[str, str] = {}
    while True:
        page = api.get(path, **asked, **cursor, limit=_PAGE)
        yield from page["items"]
        if page["next_cursor"] is None:
            return
        cursor = {"cursor": page["next_cursor"]}
