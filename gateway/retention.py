"""What is kept longer than its tenant says, found and erased or removed through the HTTP API, rule by rule.

An order to erase says which version of the record was found to be due. Only the record's own writer knows whether that
is still the newest, and it is asked before a key is destroyed; so is the person's, for holds and for consent.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from gateway.client import Client, Refused, Say
from schemas.contract import ERASED

_TELL_EVERY = 100

Why = Literal["hold", "consent", "activity"]
"""Why something that is due is kept nevertheless."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a kind of data is found. `since` are columns by what a rule's time is counted from, `record` is whose they
    are, `asked` what is looked for at once, one after the other."""

    path: str
    record: str
    since: Mapping[str, str]
    fields: str
    asked: tuple[Mapping[str, str], ...]


_TIMES = {"touched": "updated_at", "created": "created_at"}
_TRASH = {"trash": "true"}
_OVER: tuple[Mapping[str, str], ...] = ({"status": "DONE"}, {"status": "CANCELLED"})
_PEOPLE, _WORDS = "id,version,name,email", "id,version,title,about"
_REMOVED = {"ended": "removed_at"}
SOURCES: Mapping[str, Source] = {
    "contacts": Source("/crm/contacts", "crm/contact", _TIMES, _PEOPLE, ({}, _TRASH)),
    "removed_contacts": Source("/crm/contacts", "crm/contact", _REMOVED, _PEOPLE, (_TRASH,)),
    "activities": Source("/crm/activities", "crm/activity", {**_TIMES, "ended": "completed_at"}, _WORDS, _OVER),
    "removed_activities": Source("/crm/activities", "crm/activity", _REMOVED, _WORDS, (_TRASH,)),
    "removed_users": Source("/admin/former-users", "admin/user", _REMOVED, "id,version", ({"erased": "false"},)),
}
"""Kinds that a run works on. Reports of imports are removed by the importer as they fall due."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the tenant's, and the moment before which its time must have begun."""

    what: str
    since: str
    action: str
    before: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A record that is due, as of a version of it; `kept` says why it stays all the same."""

    rule: Rule
    id: str
    version: int
    kept: Why | None = None


def months_before(moment: datetime, months: int) -> datetime:
    """The same day of an earlier month, or that month's last."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def rules(api: Client, tenant: str, now: datetime) -> list[Rule]:
    """The tenant's rules that a run works on. Raises Refused."""
    return [
        Rule(each["what"], each["since"], each["action"], _before(each, now))
        for each in api.get(f"/admin/tenants/{tenant}")["retention"] or ()
        if each["what"] in SOURCES
    ]


def _before(rule: Mapping[str, Any], now: datetime) -> datetime:
    if rule["months"] is not None:
        return months_before(now, rule["months"])
    return now - timedelta(days=rule["days"])


def due(api: Client, rule: Rule) -> Iterator[Due]:
    """What is due by a rule; times are those of business. Raises Refused."""
    source, held, agreed = SOURCES[rule.what], set[str](), set[str]()
    for each in api.pages("/admin/data-subjects", status="KEPT", fields="id,holds,consents"):
        held |= {each["id"]} if each["holds"] else set()
        agreed |= {each["id"]} if each["consents"] else set()
    for asked in source.asked:
        if rule.action == "remove" and asked == _TRASH:
            continue  # it is removed already
        late = {f"{source.since[rule.since]}.lt": rule.before.isoformat()}
        for row in api.pages(source.path, fields=source.fields, **asked, **late):
            if str(ERASED) in row.values():
                continue
            yield Due(rule, row["id"], row["version"], _kept(api, rule, row, held, agreed))


def _kept(api: Client, rule: Rule, row: Mapping[str, Any], held: set[str], agreed: set[str]) -> Why | None:
    about = {record.removeprefix("crm/contact/") for record in row.get("about") or ()}
    if held & {row["id"], *about}:
        return "hold"
    if row["id"] in agreed:
        return "consent"
    if rule.what == "contacts" and rule.since == "touched":
        asked = {"about": f"crm/contact/{row['id']}", "updated_at.gte": rule.before.isoformat(), "limit": "1"}
        return "activity" if api.get("/crm/activities", **asked)["items"] else None
    return None


def carry_out(api: Client, found: Iterator[Due], say: Say) -> dict[str, int]:
    """Does what is due; how often what came of it: `done`, `kept`, and the codes of refusals. Tells of what is kept.

    An erasure is `done` when it is ordered: it is withdrawn if the record was changed meanwhile.
    """
    counts = dict[str, int]()
    for number, each in enumerate(found, 1):
        outcome = "kept" if each.kept is not None else _done(api, each)
        counts[outcome] = counts.get(outcome, 0) + 1
        if outcome != "done":
            say(f"{each.id} is kept: {each.kept or outcome}")
        if number % _TELL_EVERY == 0:
            say(f"  {each.rule.what}: {number:,} so far")
    return counts


def _done(api: Client, each: Due) -> str:
    """`done`, or the code of the refusal."""
    source, key = SOURCES[each.rule.what], f"retention-{each.rule.action}-{each.id}-{each.version}"
    try:
        if each.rule.action == "remove":
            api.send(f"{source.path}/{each.id}/remove", {}, key, expected=each.version)
        else:
            reason = f"{each.rule.what} {each.rule.since} before {each.rule.before:%Y-%m-%d}"
            order = {
                "basis": "retention",
                "reason": reason,
                "record_kind": source.record,
                "record_version": each.version,
            }
            api.send(f"/admin/data-subjects/{each.id}/erase", order, key)
    except Refused as error:
        return str(error).partition(":")[0]
    return "done"
