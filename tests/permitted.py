"""Who may do what, said once more in plain words, to compare the gateway's answers with.

Nothing of `gateway/access` stands behind it, nor the table of built-in roles: docs/access.md says the same. What each
operation takes comes from the declarations of commands, read models and reports.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from projections.catalog import read_models, reports
from schemas.contract import contracts

APPS = ("crm", "chat", "compensation", "forecasting", "marketing")
SERVICES = ("admin", "integration", "notification", "analytics")
ROLES = (
    "owner",
    "auditor",
    "integration",
    "none",
    *(f"{app}.{kind}" for app in APPS for kind in ("admin", "manager", "member", "viewer")),
    *(f"{service}.{kind}" for service in SERVICES for kind in ("admin", "viewer")),
)
"""All that are built in, and `none` for somebody without any."""

Reach = Literal["own", "team", "territory", "all"]
KEPT = ("assign", "purge", "remove", "restore", "share", "unshare")
"""What sharing lets nobody do."""

EVERYBODYS = ("admin.saved-view", "admin.view-choice", "integration.bulk-change")
"""What everybody does with their own, without a role."""

OTHERS: Mapping[tuple[str, str], str] = {
    ("post", "/integration/files"): "integration.import.start",
    ("get", "/integration/files/{hash}"): "integration.import.start",
    ("get", "/integration/files/{hash}/preview"): "integration.import.start",
    ("post", "/integration/bulk-changes"): "integration.bulk-change.start",
    ("post", "/integration/bulk-changes/{id}/revert"): "integration.bulk-change.revert",
    ("get", "/integration/webhooks/{id}/secret"): "integration.webhook.rotate-secret",
    ("get", "/integration/webhooks/{id}/deliveries"): "integration.webhook.read",
    ("get", "/admin/data-subjects/{id}/export"): "admin.data-subject.export",
    ("get", "/operations/dead-letters"): "admin.dead-letter.read",
    ("get", "/operations/dead-letters/{id}"): "admin.dead-letter.read",
    ("post", "/operations/dead-letters/{id}/redrive"): "admin.dead-letter.redrive",
    ("post", "/operations/dead-letters/{id}/discard"): "admin.dead-letter.discard",
    ("get", "/admin/service-accounts/{id}/keys"): "admin.service-account.read",
    ("post", "/admin/service-accounts/{id}/keys"): "admin.service-account.issue-key",
    ("post", "/admin/service-accounts/{id}/keys/{key_id}/rotate"): "admin.service-account.rotate-key",
    ("post", "/admin/users/{id}/invite"): "admin.user.invite",
    ("get", "/access/who"): "admin.access.read",
    ("get", "/crm/deals/board"): "crm.deal.read",
    ("get", "/crm/duplicates"): "crm.contact.read",
    ("get", "/crm/contacts/duplicates"): "crm.contact.read",
    ("get", "/crm/duplicates/companies"): "crm.company.read",
    ("get", "/crm/companies/duplicates"): "crm.company.read",
}
"""What is neither a command, nor a read model, nor a report."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """`people` are those whose records are the team's, by their ids, oneself among them."""

    id: str
    role: str
    teams: frozenset[str]
    people: frozenset[str]
    territories: frozenset[str]


@dataclass(frozen=True, slots=True)
class Record:
    """Whose something is; nobody's when `owner` is None. `readers` and `editors` are written as rows have them."""

    owner: str | None = None
    territory: str | None = None
    readers: frozenset[str] = frozenset()
    editors: frozenset[str] = frozenset()


def may(who: Somebody, permission: str, record: Record) -> bool:
    """Whether somebody may do this to the record."""
    return any(_within(who, permission, record, reach) for reach in reaches(who.role, permission))


def reaches(role: str, permission: str) -> set[Reach]:
    """How far a role permits it; nothing where it does not. What is set up for all is changed by who may change all."""
    app, noun, verb = permission.split(".")
    found = _reaches(role, app, noun, verb)
    return found & {"all"} if verb not in ("read", "see") and f"{app}.{noun}" in _for_all() else found


@cache
def _for_all() -> set[str]:
    """What never is anybody's, such as products."""
    shown = [model for model in read_models() if model.public and "owner" not in model.access]
    return {model.permission.rpartition(".")[0] for model in shown}


def _reaches(role: str, app: str, noun: str, verb: str) -> set[Reach]:
    everybodys: set[Reach] = {"own"} if f"{app}.{noun}" in EVERYBODYS else set()
    of, _, kind = role.partition(".")
    match role:
        case "owner":
            return {"all"}
        case "auditor":
            seen = verb == "read" or (verb == "see" and noun in ("amounts", "pay"))
            return {"all"} if seen else everybodys
        case "integration":
            return {"all"} if app in (*APPS, *SERVICES) and app != "admin" else everybodys
        case _ if of != app:
            return everybodys
        case _ if of in SERVICES:
            reads = verb == "read" or (noun, verb) == ("personal", "see")
            return {"all"} if kind == "admin" or reads else everybodys
        case _:
            return _in_app(kind, noun, verb)


def _in_app(kind: str, noun: str, verb: str) -> set[Reach]:
    match kind, verb:
        case "admin", _:
            return {"all"}
        case "manager", "see":
            return {"all"}
        case "manager", _:
            return {"team", "territory"} if verb == "read" else {"team"}
        case "member", "see":
            return {"all"} if noun in ("amounts", "personal") else {"own"}
        case "member", _:
            return {"team"} if verb == "read" else {"own"}
        case _, "see":
            return {"all"} if noun == "personal" else set()
        case _:
            return {"team"} if verb == "read" else set()


def _within(who: Somebody, permission: str, record: Record, reach: Reach) -> bool:
    if reach == "all" or record.owner is None or record.owner == who.id or _shared(who, permission, record):
        return True
    if reach in ("team", "territory") and record.owner in who.people:
        return True
    return reach == "territory" and record.territory in who.territories


def _shared(who: Somebody, permission: str, record: Record) -> bool:
    verb = permission.rpartition(".")[2]
    names = {"everybody", f"user:{who.id}", *(f"team:{team}" for team in who.teams)}
    if verb in ("read", "see"):
        return bool(names & record.readers)
    return verb not in KEPT and bool(names & record.editors)


def gives(role: str, given: str) -> bool:
    """Whether somebody may give a role to others: what they have themselves, and no more."""
    if role == "owner":
        return True
    return role == "admin.admin" and given in ("admin.admin", "admin.viewer")


def scim(role: str, method: str) -> bool:
    """Whether a directory may come with this role. Whoever changes must read as well, with the names of people."""
    return role in ("owner", "admin.admin") or (role == "admin.viewer" and method == "get")


def takes(method: str, path: str) -> str | None:
    """What an operation takes; what is read below a record takes what the record does, unless something else is said.
    None for what takes none."""
    said = permissions().get((method, path))
    if said is None and method == "get" and "/{id}/" in path:
        return permissions().get(("get", path.partition("/{id}/")[0]))
    return said


@cache
def permissions() -> Mapping[tuple[str, str], str]:
    """What each operation takes, by its method and path. An undo takes what its command does besides."""
    found = dict(OTHERS)
    for contract in contracts().values():
        base = f"/{contract.domain}/{contract.plural}"
        for command in contract.commands:
            path = base if command.creates else f"{base}/{{id}}/{command.verb}"
            if not command.internal:
                found["post", path] = command.permission
    for model in read_models():
        base = f"/{model.database}/{model.name.replace('_', '-')}"
        if not model.public:
            continue
        for tail in ("", "/changes", "/{id}", "/{id}/history", "/{id}/lineage", "/{id}/timeline"):
            found["get", base + tail] = model.permission
        found["post", f"{base}/{{id}}/undo"] = model.permission
    for report in reports():
        found["get", f"/{report.database}/{report.name.replace('_', '-')}"] = report.permission
    return found
