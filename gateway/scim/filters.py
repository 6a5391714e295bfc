"""Filters (RFC 7644, section 3.4.2.2): scim2-models reads and evaluates them; here they are narrowed for the database.

What is asked of the database holds of every resource that fits, and of others too: it keeps most of the others away.
"""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from scim2_models import Resource, ScimFilter
from scim2_models.path import (
    AttrPath,
    CompareOperator,
    Comparison,
    FilterNode,
    LogicalExpr,
    LogicalOperator,
    Not,
    ValuePath,
)

from gateway.auth import Caller
from gateway.platform import Platform
from gateway.problems import Problem
from gateway.scim import rows, users
from gateway.scim.people import ENTERPRISE, Json
from gateway.scim.shapes import checked
from projections.query import Filter

Wanted = ScimFilter[Any]
LONGEST = 8_000


def parsed(shape: type[Resource[Any]], text: str) -> Wanted:
    """A filter on a kind of resource; raises a 400 problem for what is none."""
    if len(text) > LONGEST:
        raise Problem(400, "invalid_filter", f"The filter is longer than {LONGEST} characters; ask for less at once.")
    kind: Any = ScimFilter.__class_getitem__(shape)
    return checked(lambda: kind(_meant(ScimFilter[Any](text).ast)))


def fits(shape: type[Resource[Any]], wanted: Wanted, resource: Json) -> bool:
    """Whether a resource is what is asked for; raises a 400 problem for attributes that there are not."""
    return checked(lambda: wanted.match(shape.model_validate(resource), strict=True))


async def narrowed(here: Platform, who: Caller, table: str, wanted: Wanted) -> list[Filter]:
    """What the database is asked."""
    found: list[Filter] = []
    for name, value in _equals(wanted, wanted.ast):
        match table, name, value:
            case _, "id" | "external_id", str():
                found.append(Filter(name, "eq", value))
            case _, "display_name", str() if beginning := _beginning(value.strip()):
                found.append(Filter("name", "prefix", beginning))
            case rows.USERS, "user_name", str() if not _is_id(value):
                found.append(Filter("user_name_id", "eq", await users.name_id(here, who.tenant, value)))
            case rows.USERS, "emails.value", str():
                found.append(Filter("emails", "eq", value.strip().lower()))
            case rows.USERS, "manager.value", str():
                found.append(Filter("manager_id", "eq", value))
            case rows.USERS, "active", bool():
                found.append(Filter("status", "eq", "ACTIVE" if value else "DEACTIVATED"))
            case rows.TEAMS, "members.value", str():
                found.append(Filter("id", "eq", await _team_of(here, who, value)))
            case _:
                pass
    return found


def _beginning(text: str) -> str:
    """The part that is written alike in every normal form of Unicode: before the first letter that may have marks."""
    plain = next((at for at, letter in enumerate(text) if not letter.isascii()), None)
    return text if plain is None else text[: max(0, plain - 1)]


async def _team_of(here: Platform, who: Caller, user: str) -> str:
    row = await rows.one(here, who, rows.USERS, user)
    return str(row["team_id"] or "") if row is not None else ""


def _is_id(value: str) -> bool:
    """Whether it may be the id of a user who has no user name, and is shown as one."""
    try:
        return bool(uuid.UUID(value))
    except ValueError:
        return False


def _equals(wanted: Wanted, node: FilterNode) -> Iterable[tuple[str, Any]]:
    """Attributes that must have a value, and the value: `user_name`, `emails.value`."""
    match node:
        case LogicalExpr(op=LogicalOperator.and_):
            for term in node.terms:
                yield from _equals(wanted, term)
        case ValuePath():
            for inner in _conjuncts(node.val_filter):
                if isinstance(inner, Comparison) and inner.attr_path.sub_attr is None:
                    path = AttrPath(attr=node.attr_path.attr, sub_attr=inner.attr_path.attr, uri=node.attr_path.uri)
                    yield from _equals(wanted, replace(inner, attr_path=path))
        case Comparison(op=CompareOperator.eq):
            found = wanted.resolve_comparison(node.attr_path, strict=False)
            if found is not None:
                inner = f".{found.sub_field_name}" if found.sub_field_name else ""
                yield f"{found.field_name}{inner}", node.value
        case _:
            return


def _conjuncts(node: FilterNode) -> Iterable[FilterNode]:
    return node.terms if isinstance(node, LogicalExpr) and node.op is LogicalOperator.and_ else (node,)


def _meant(node: FilterNode) -> FilterNode:
    """Microsoft Entra ID asks for `manager`, without its extension and its value."""
    match node:
        case LogicalExpr():
            return replace(node, terms=tuple(_meant(term) for term in node.terms))
        case Not():
            return replace(node, expr=_meant(node.expr))
        case Comparison(attr_path=AttrPath(sub_attr=None) as path) if path.attr.lower() == "manager":
            return replace(node, attr_path=AttrPath(attr=path.attr, sub_attr="value", uri=ENTERPRISE))
        case _:
            return node
