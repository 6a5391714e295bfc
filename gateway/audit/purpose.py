"""What each route is for, as the audit says it: found from the same declarations as the routes themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from gateway import commands, undo
from projections.catalog import models_by_name, read_models, reports
from projections.columns import Column, visible_columns
from projections.model import ReadModel
from schemas.contract import contracts
from schemas.generated.audit.trail import EntryKind
from schemas.generated.integration.replay_job import StartReplay

DID, SAW, EXPORTED = EntryKind.DID, EntryKind.SAW, EntryKind.EXPORTED
Route = tuple[str, str]
"""Method and path, such as GET and /crm/deals/{id}."""
BY_GRAPHQL = "GRAPHQL "
"""Stands before the method of what was asked for by GraphQL."""
_EXPORTS = frozenset({StartReplay.NAME})
"""Commands that take data out."""
_ALWAYS = frozenset({
    "sort", "limit", "fields", "by", "as_of", "known_at", "id", "permission", "user", "at", "types", "kinds", "view",
    "zone", "format", "trash", "within", "depth", "from", "until", "with",
})  # fmt: skip
"""Parameters that hold no personal values."""
_OF_ONE = ("history", "lineage", "timeline", "tree", "changes")


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a request is when it is answered, and what it is about.

    Values of the parameters in `plain` may be told; those of others may be personal.
    """

    kind: EntryKind
    domain: str | None = None
    aggregate: str | None = None
    plain: frozenset[str] = _ALWAYS


_OTHERS: Mapping[Route, Purpose] = {
    ("POST", "/integration/files"): Purpose(DID, "integration", "file"),
    ("GET", "/integration/files/{hash}"): Purpose(EXPORTED, "integration", "file"),
    ("GET", "/integration/files/{hash}/preview"): Purpose(SAW, "integration", "file", _ALWAYS | {"target"}),
    ("POST", "/integration/bulk-changes"): Purpose(DID, "integration", "bulk_change"),
    ("POST", "/integration/bulk-changes/{id}/revert"): Purpose(DID, "integration", "bulk_change"),
    ("GET", "/integration/bulk-changes/{id}/report"): Purpose(EXPORTED, "integration", "bulk_change", _ALWAYS | {"of"}),
    ("GET", "/integration/webhooks/{id}/secret"): Purpose(SAW, "integration", "webhook"),
    ("GET", "/integration/webhooks/{id}/deliveries"): Purpose(SAW, "integration", "webhook", _ALWAYS | {"failed"}),
    ("GET", "/operations/dead-letters"): Purpose(SAW),
    ("GET", "/operations/dead-letters/{id:path}"): Purpose(SAW, aggregate="dead_letter"),
    ("POST", "/operations/dead-letters/{id:path}/redrive"): Purpose(DID, aggregate="dead_letter"),
    ("POST", "/operations/dead-letters/{id:path}/discard"): Purpose(DID, aggregate="dead_letter"),
    ("GET", "/access/me"): Purpose(SAW),
    ("GET", "/access/check"): Purpose(SAW),
    ("GET", "/access/who"): Purpose(SAW),
    ("GET", "/search"): Purpose(SAW),
    ("GET", "/crm/contacts/duplicates"): Purpose(SAW, "crm", "contact"),
    ("GET", "/crm/contacts/{id}/duplicates"): Purpose(SAW, "crm", "contact"),
    ("GET", "/crm/contacts/{id}/merges"): Purpose(SAW, "crm", "contact"),
    ("GET", "/crm/companies/{id}/merges"): Purpose(SAW, "crm", "company"),
    ("GET", "/crm/companies/duplicates"): Purpose(SAW, "crm", "company"),
    ("GET", "/crm/companies/{id}/duplicates"): Purpose(SAW, "crm", "company"),
    ("GET", "/crm/duplicates"): Purpose(SAW, "crm", "contact"),
    ("GET", "/crm/duplicates/companies"): Purpose(SAW, "crm", "company"),
    ("GET", "/events"): Purpose(SAW),
    ("GET", "/events/types"): Purpose(SAW, plain=_ALWAYS | {"domain", "aggregate"}),
    ("GET", "/crm/deals/board"): Purpose(SAW, "crm", "deal", _ALWAYS | {"pipeline", "cards"}),
    ("GET", "/commands/{id}"): Purpose(SAW, aggregate="command"),
    ("GET", "/admin/service-accounts/{id}/keys"): Purpose(SAW, "admin", "service_account"),
    ("POST", "/admin/service-accounts/{id}/keys"): Purpose(DID, "admin", "service_account"),
    ("POST", "/admin/service-accounts/{id}/keys/{key_id}/rotate"): Purpose(DID, "admin", "service_account"),
    ("GET", "/admin/data-subjects/{id}/export"): Purpose(EXPORTED, "admin", "data_subject"),
    ("GET", "/signin/callback"): Purpose(DID, "admin", "user"),
    ("POST", "/signout"): Purpose(DID, "admin", "user"),
    ("POST", "/admin/users/{id}/invite"): Purpose(DID, "admin", "user"),
    ("POST", "/signin/{tenant}"): Purpose(DID, "admin", "user"),
    ("POST", "/signin/{tenant}/code"): Purpose(DID, "admin", "user"),
    ("GET", "/signin/{tenant}/welcome"): Purpose(SAW, "admin", "user"),
    ("POST", "/signin/{tenant}/welcome"): Purpose(DID, "admin", "user"),
    ("GET", "/signin/account"): Purpose(SAW, "admin", "credential"),
    ("POST", "/signin/account/password"): Purpose(DID, "admin", "credential"),
    ("POST", "/signin/account/authenticator"): Purpose(DID, "admin", "credential"),
    ("POST", "/signin/account/authenticator/confirm"): Purpose(DID, "admin", "credential"),
    ("POST", "/signin/account/authenticator/remove"): Purpose(DID, "admin", "credential"),
    ("POST", "/scim/v2/Users/.search"): Purpose(SAW, "admin", "user"),
    ("POST", "/scim/v2/Groups/.search"): Purpose(SAW, "admin", "team"),
    ("POST", "/graphql"): Purpose(SAW),
    ("GET", "/graphql/schema"): Purpose(SAW),
}
"""What SCIM's other routes are for is said by their methods."""


@cache
def purposes() -> Mapping[Route, Purpose]:
    """Every route that has somebody to ask it."""
    return {**_OTHERS, **dict(_of_commands()), **dict(_of_read_models()), **dict(_of_reports())}


def purpose_of(method: str, path: str) -> Purpose:
    """What a route is for, also when GraphQL asks for it. One that nobody has declared is in the audit all the same."""
    method = method.removeprefix(BY_GRAPHQL)
    return purposes().get((method, path)) or Purpose(SAW if method == "GET" else DID)


def _of_commands() -> Iterator[tuple[Route, Purpose]]:
    for contract in contracts().values():
        for route in commands.routes(contract):
            kind = EXPORTED if route.command.cls.NAME in _EXPORTS else DID
            yield ("POST", route.path), Purpose(kind, contract.domain, contract.aggregate)
        if undo.offered(contract) is not None:
            path = f"/{contract.domain}/{contract.plural}/{{id}}/undo"
            yield ("POST", path), Purpose(DID, contract.domain, contract.aggregate, _ALWAYS | {"dry_run"})


def _of_read_models() -> Iterator[tuple[Route, Purpose]]:
    for model in read_models():
        if not model.public:
            continue
        domain, aggregate = model.aggregate or (model.database, model.name)
        purpose = Purpose(SAW, domain, aggregate, _ALWAYS | _plain(model))
        for kind in ("", "/{id}", *(f"/{{id}}/{each}" for each in _OF_ONE), "/changes"):
            yield ("GET", f"/{model.database}/{model.name.replace('_', '-')}{kind}"), purpose


def _of_reports() -> Iterator[tuple[Route, Purpose]]:
    for report in reports():
        model = models_by_name(report.database)[report.source]
        domain, aggregate = model.aggregate or (model.database, model.name)
        path = f"/{report.database}/{report.name.replace('_', '-')}"
        yield ("GET", path), Purpose(SAW, domain, aggregate, _ALWAYS | _plain(model))


def _plain(model: ReadModel) -> frozenset[str]:
    """The columns that hold no texts of people's."""
    columns = visible_columns(model, models_by_name(model.database))
    return frozenset(column.name for column in columns if _tells_nobody(column))


def _tells_nobody(column: Column) -> bool:
    return (
        column.kind not in ("text", "texts", "records", "object") or column.name == "id" or column.name.endswith("_id")
    )
