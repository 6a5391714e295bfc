"""Contacts that are kept longer than their tenant says, found and erased through the HTTP API."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from gateway.client import Client, Refused, Say
from schemas.contract import ERASED


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
    asked = {"updated_at.lt": before.isoformat(), "fields": "id,name,email"}
    old = chain(api.pages("/crm/contacts", **asked), api.pages("/crm/contacts", **asked, trash="true"))
    ids = tuple(each["id"] for each in old if str(ERASED) not in (each["name"], each["email"]))
    subjects = api.pages("/admin/data-subjects", status="KEPT", fields="id,holds")
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
            if datetime.fromisoformat(_contact(api, id)["updated_at"]) >= found.before:
                say(f"{id} is kept: it was changed just now")
                continue
            api.send(f"/admin/data-subjects/{id}/erase", body, f"retention-{id}")
            count += 1
        except Refused as error:
            say(f"{id} is kept: {error}")
    return count


def _contact(api: Client, id: str) -> Any:
    """A contact, in the trash or not."""
    path = f"/crm/contacts/{id}"
    return api.find(path) or api.get(path, trash="true")
