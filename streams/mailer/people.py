"""Whose addresses they are, as the read models know: colleagues', contacts', or nobody's."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString

import msgspec
from psycopg import sql

from domains.crm.contact_details import email_address
from domains.kernel import Rejected
from infra.settings import Settings
from projections.catalog import models_by_name
from projections.generations import connected
from schemas.generated.admin.user import UserStatus

_USERS = "select id, email, status from users where tenant = %s and email is not null"
_BY_ADDRESS = "select id, emails from contacts where tenant = %s and emails @> any(%s::jsonb[])"
_CHANGED = "select id, emails from contacts where tenant = %s and recorded_at >= %s and emails is not null"
_AT_ONCE = 500


def colleagues(settings: Settings, tenant: str) -> Mapping[str, str]:
    """Who works in a tenant, by address; where two have the same, it is whose account is open."""
    rows = sorted(_rows(settings, "admin", tenant, sql.SQL(_USERS)), key=lambda row: row[2] == UserStatus.ACTIVE)
    return {address: id for id, email, _ in rows if (address := normal(email)) is not None}


def contacts_at(settings: Settings, tenant: str, addresses: Collection[str]) -> Mapping[str, str]:
    """The contacts who have these addresses, by address."""
    if not addresses:
        return {}
    asked = [msgspec.json.encode([{"value": address}]).decode() for address in addresses]
    rows = sorted(_rows(settings, "crm", tenant, _shown(_BY_ADDRESS), asked), reverse=True)
    return {each["value"]: id for id, emails in rows for each in emails if each["value"] in addresses}


def contacts_since(settings: Settings, tenant: str, since: datetime) -> Iterator[tuple[str, Sequence[str]]]:
    """Every contact of whom something was recorded since then, with their addresses."""
    for id, emails in _rows(settings, "crm", tenant, _shown(_CHANGED), since):
        yield id, [each["value"] for each in emails]


def normal(email: Any) -> str | None:
    """An address in the form in which contacts have it; None for what is none."""
    try:
        found = email_address(email) if isinstance(email, str) else None
    except (Rejected, ValueError):
        return None
    return found if isinstance(found, str) else None


def _shown(statement: LiteralString) -> sql.Composed:
    """The same of contacts that are not in the trash, nor hidden for another reason."""
    names = map(sql.Identifier, models_by_name("crm")["contacts"].hidden)
    return sql.SQL(statement) + sql.SQL("").join(sql.SQL(" and {} is null").format(name) for name in names)


def _rows(
    settings: Settings, database: str, tenant: str, statement: sql.SQL | sql.Composed, *asked: Any
) -> Iterator[tuple[Any, ...]]:
    with connected(settings, database, "reader") as connection:
        connection.execute("select set_config('nexus.tenant', %s, true)", [tenant])
        with connection.cursor("people") as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(statement, [tenant, *asked])
            yield from cursor
