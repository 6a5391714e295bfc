"""What routes ask of the decision point before they do what they are asked to do."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from domains.admin.builtin_roles import OWNER
from domains.admin.permits import FIELD_CLASSES, Permit, parse
from domains.kernel import Rejected
from gateway.access.beyond import must_hold, reached
from gateway.access.standing import Standing, forbidden
from gateway.auth import Caller
from gateway.latest import up_to_now
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from projections import query
from projections.catalog import models_by_name, read_models
from projections.generations import reading
from projections.model import ReadModel
from projections.visible import EVERYTHING, NOTHING, Sight, Visible, holds
from schemas.contract import AggregateContract, CommandContract
from schemas.generated.admin.credential import RemoveTotp
from schemas.generated.admin.data_subject import EraseDataSubject
from schemas.generated.admin.identity import LinkIdentity
from schemas.generated.admin.provider import ChangeProvider, ConnectProvider
from schemas.generated.admin.role import ChangeRole, DefineRole
from schemas.generated.admin.service_account import GrantServiceAccountRole
from schemas.generated.admin.tenant import AppointOwner, DismissOwner, RequireTotp, SetLocalSignIn
from schemas.generated.admin.user import GrantRole
from schemas.generated.crm.company import DismissCompanyDuplicate, MergeCompany, UnmergeCompany
from schemas.generated.crm.contact import DismissDuplicate, MergeContact, UnmergeContact
from schemas.generated.integration.webhook import AddWebhook, ChangeWebhook

Record = tuple[str, str, str]
"""(domain, aggregate, id)."""
Kind = tuple[str, str]
"""(domain, aggregate)."""


@cache
def model_of(domain: str, aggregate: str) -> ReadModel | None:
    """The read model whose rows stand for the aggregate, and that callers see."""
    return next((model for model in read_models() if model.public and model.aggregate == (domain, aggregate)), None)


async def may_command(
    here: Platform,
    who: Caller,
    contract: AggregateContract,
    command: CommandContract,
    id: str,
    value: Any,
    after: str | None = None,
) -> None:
    """Comes back when somebody may do this to this record; otherwise a 403 problem, or 404 for a record that they may
    not even see. A record that is made is judged by what it would be, one that is there by what it is: before anything
    is refused, at the position `after` or later. Raises PositionLate where the read models are far behind that."""
    model = model_of(contract.domain, contract.aggregate)
    visible = await may_do(here, who, contract, command, None if command.creates else id, value, after)
    if visible == EVERYTHING or model is None:
        return
    if command.creates:
        if not holds(visible, {attribute: getattr(value, column, None) for attribute, column in model.access.items()}):
            raise forbidden(command.permission)
        return
    if await _sees_by(here, who, model, id, visible, after):
        return
    readable = who.standing.visible(model.permission, model.access)
    raise forbidden(command.permission) if await _sees(here, who, model, id, readable) else not_found(model.name)


async def may_do(
    here: Platform,
    who: Caller,
    contract: AggregateContract,
    command: CommandContract,
    id: str | None,
    value: Any,
    after: str | None = None,
) -> Visible:
    """The records to which somebody may do this; otherwise a 403 problem, or 422 for a command that names what they may
    not see. What stands in the record of this id already may be named again; None for no record in particular."""
    model = model_of(contract.domain, contract.aggregate)
    declared: Mapping[str, str] = model.access if model is not None else {}
    visible = who.standing.needed(command.permission, declared)
    not_more_than_own(who.standing, parsed(await _given(here, who, value)))
    if who.standing.who is not None:
        must_hold(who.standing, await reached(here, who.tenant, value))
    if model is not None:
        await _names_what_is_seen(here, who, model, id, value, after)
        await _must_reach(here, who, model, command, value)
    return visible


async def _names_what_is_seen(
    here: Platform, who: Caller, model: ReadModel, id: str | None, value: Any, after: str | None
) -> None:
    """A 422 problem where a command names a record that somebody does not see: theirs would show what it is called.
    What is named there already may stay."""
    for join in model.joins:
        named, to = getattr(value, join.column, None), models_by_name(model.database)[join.to]
        if named is None or not to.access or who.standing.who is None:
            continue
        visible = who.standing.visible(to.permission, to.access)
        if visible == EVERYTHING or await _sees_by(here, who, to, named, visible, after):
            continue
        async with reading(here.readers[model.database], who.tenant, model) as connection:
            there = id is not None and await query.get(connection, model, who.tenant, id)
        if not there or there["row"][join.column] != named:
            noun = join.column.removesuffix("_id")
            detail = f"There is no such {noun}. If it came a moment ago, send that answer's position as Nexus-After."
            raise Problem(422, f"no_such_{noun}", detail, join.column)


async def _must_reach(here: Platform, who: Caller, model: ReadModel, command: CommandContract, value: Any) -> None:
    """Comes back when somebody sees the record of the same kind that a command names beside its own, and may do to it
    what they do to that, where it is changed too; otherwise a 404 or 403 problem."""
    match value:
        case DismissDuplicate(other_id=other) | DismissCompanyDuplicate(other_id=other):
            needed = model.permission
        case (
            MergeContact(other_id=other)
            | UnmergeContact(other_id=other)
            | MergeCompany(other_id=other)
            | UnmergeCompany(other_id=other)
        ):
            needed = command.permission
        case _:
            return
    readable = who.standing.visible(model.permission, model.access)
    if not await _sees(here, who, model, other, readable):
        await up_to_now(here, model.database)  # it may have come a moment ago
        if not await _sees(here, who, model, other, readable):
            raise not_found(model.name)
    if not await _sees(here, who, model, other, who.standing.visible(needed, model.access)):
        raise forbidden(needed)


async def must_be_new(here: Platform, who: Caller, contract: AggregateContract, id: str) -> bool:
    """Whether nothing may ever have been under an id that somebody chose for what they make: they do not see what is
    hidden from them, or gone, and must neither come by it nor be told of it."""
    model = model_of(contract.domain, contract.aggregate)
    if model is None:
        return False
    readable = who.standing.visible(model.permission, model.access)
    return readable != EVERYTHING and not await _sees(here, who, model, id, readable)


async def _sees(here: Platform, who: Caller, model: ReadModel, id: str, visible: Visible) -> bool:
    if visible == NOTHING:
        return False
    async with reading(here.readers[model.database], who.tenant, model) as connection:
        return bool(await query.which(connection, model, who.tenant, [id], visible))


async def _sees_by(here: Platform, who: Caller, model: ReadModel, id: str, visible: Visible, after: str | None) -> bool:
    """The same, once the read models have come to a caller's position where they see nothing before that."""
    if await _sees(here, who, model, id, visible):
        return True
    if after is None or visible == NOTHING:
        return False
    await here.reach.wait(model.database, after)
    return await _sees(here, who, model, id, visible)


def parsed(permits: Iterable[str]) -> list[Permit]:
    """Permits as they are written; a 422 problem for what is none."""
    try:
        return [parse(each) for each in permits]
    except Rejected as error:  # as the processor would say, but then it would be too late
        raise Problem(422, error.code, error.message, error.field) from error


def not_more_than_own(standing: Standing, given: Iterable[Permit]) -> None:
    """Nobody gives, to themselves or to others, what they do not have: a 403 problem for such a permit."""
    mine = standing.permits()
    for permit in given:
        if not any(own.includes(permit) for own in mine):
            raise Problem(
                403,
                "more_than_own",
                f"This would give {permit}, which you do not have yourself; ask somebody who has it.",
                more={"permit": str(permit)},
            )


def all_of_them(whose: Standing) -> Iterable[Permit]:
    """What it takes to come in as somebody: what they may do with their own records is more than what one may oneself
    do with one's own."""
    return (replace(each, reach="all") for each in whose.permits())


async def _given(here: Platform, who: Caller, command: Any) -> Iterable[str]:
    """What a command lets somebody do, as permits are written."""
    standing = who.standing
    match command:
        case GrantRole() | GrantServiceAccountRole() if not standing.knows(command.role_id):
            detail = (
                "There is no such role. If it was defined a moment ago, send that answer's position as Nexus-After."
            )
            raise Problem(422, "no_such_role", detail, "role_id")
        case GrantRole() | GrantServiceAccountRole():
            return standing.rules.of_role(command.role_id)
        case DefineRole() | ChangeRole():
            return command.permits
        case AppointOwner():
            if standing.who is not None and await here.access.standing(who.tenant, command.user_id) is None:
                raise _no_such_user()
            return standing.rules.of_role(OWNER)
        case ConnectProvider(issuer=str(issuer)) if here.sign_in.issuers.refuses(issuer):
            detail = "The issuer is on the gateway's own machine, which others reach too; name it by a host of its own."
            raise Problem(422, "issuer_inward", detail, "issuer")
        case EraseDataSubject() if await _owns(here, who.tenant, command.data_subject_id):
            detail = "They own the tenant; appoint another owner if there is none, and dismiss them as one first."
            raise Problem(409, "user_is_owner", detail)
        case DismissOwner() | ConnectProvider() | ChangeProvider() | SetLocalSignIn() | RequireTotp():
            # A provider says who everybody is, the owners too; passwords are a way around one, and codes keep it shut.
            return standing.rules.of_role(OWNER)
        case AddWebhook(owner_id=None) | ChangeWebhook(owner_id=None):
            return standing.rules.of_role(OWNER) if standing.who is not None else ()
        case AddWebhook(owner_id=str(owner)) | ChangeWebhook(owner_id=str(owner)):
            whose = await here.access.standing(who.tenant, owner)
            if whose is None:
                raise _no_such_user("owner_id")
            # What they may do with their own records is theirs, and more than what one may oneself do with one's own.
            return map(str, whose.permits() if owner == who.user else all_of_them(whose))
        case RemoveTotp() if command.user_id == who.user:
            detail = "Your own authenticator is removed at /signin/account, which asks for your password."
            raise Problem(409, "own_authenticator", detail)
        case RemoveTotp() if standing.who is not None:
            whose = await here.access.standing(who.tenant, command.user_id)
            if whose is None:
                raise _no_such_user()
            return map(str, all_of_them(whose))
        case LinkIdentity() if standing.who is not None:
            if await here.access.standing(who.tenant, command.user_id) is None:
                raise _no_such_user()
            # Whoever has the identity is that user from then on, with all that they may come to do.
            return () if command.user_id == who.user else standing.rules.of_role(OWNER)
        case _:
            return ()


async def _owns(here: Platform, tenant: str, user: str) -> bool:
    standing = await here.access.standing(tenant, user)
    return standing is not None and standing.who is not None and OWNER in standing.who.roles


def _no_such_user(field: str = "user_id") -> Problem:
    detail = "There is no such user who may work here. If they came a moment ago, send that answer's position."
    return Problem(422, "no_such_user", detail, field)


def sight_of(who: Caller, permission: str, model: ReadModel) -> Sight:
    """What somebody sees of a read model; a 403 problem when they may read nothing of it."""
    return _sight(who, model, who.standing.needed(permission, model.access))


def shown_of(who: Caller, permission: str, model: ReadModel) -> Sight:
    """The same, of which nothing may be."""
    return _sight(who, model, who.standing.visible(permission, model.access))


def _sight(who: Caller, model: ReadModel, records: Visible) -> Sight:
    kinds = {kind: permission_to_see(model.database, kind) for kind in set(model.classes.values())}
    fields = {kind: who.standing.visible(see, model.access) for kind, see in kinds.items()}
    return Sight(records, {kind: visible for kind, visible in fields.items() if visible != EVERYTHING})


async def seen(here: Platform, who: Caller, about: Collection[Record]) -> frozenset[Record]:
    """Those of these records that somebody may read."""
    (found,) = await _within(here, who, about, [permission_to_read])
    return found


async def hidden(here: Platform, who: Caller, about: Collection[Record]) -> Mapping[Record, frozenset[str]]:
    """The classes of fields that somebody does not see on each of these records."""
    found: dict[Record, frozenset[str]] = dict.fromkeys(about, frozenset())
    seen_by_class = await _within(here, who, about, [_to_see(kind) for kind in FIELD_CLASSES])
    for kind, shown in zip(FIELD_CLASSES, seen_by_class, strict=True):
        for record in found.keys() - shown:
            found[record] |= {kind}
    return found


def permission_to_read(domain: str, aggregate: str) -> str:
    """What it takes to read a record of a kind, its history and its events."""
    model = model_of(domain, aggregate)
    return model.permission if model is not None else f"{domain}.{aggregate.replace('_', '-')}.read"


def permission_to_see(domain: str, kind: str) -> str:
    """What it takes to see a class of fields of records."""
    return f"{domain}.{kind}.see"


def _to_see(kind: str) -> Callable[[str, str], str]:
    return lambda domain, _: permission_to_see(domain, kind)


async def _within(
    here: Platform, who: Caller, about: Collection[Record], permissions: Sequence[Callable[[str, str], str]]
) -> list[frozenset[Record]]:
    """For each of these permissions, which are those of a domain and aggregate, the records that somebody holds it on.
    One without a read model, or one that is gone, only when it is held on all of its kind."""
    by_kind: dict[Kind, set[str]] = {}
    for *kind, id in about:
        by_kind.setdefault((kind[0], kind[1]), set()).add(id)
    held = [{kind: _held(who, kind, permission(*kind)) for kind in by_kind} for permission in permissions]
    limited = {(kind, visible) for each in held for kind, visible in each.items()} - {
        (kind, whole) for kind in by_kind for whole in (EVERYTHING, NOTHING)
    }
    among = await _among(here, who, by_kind, limited)
    among |= {(kind, EVERYTHING): ids for kind, ids in by_kind.items()}
    return [
        frozenset((*kind, id) for kind, visible in each.items() for id in among.get((kind, visible), ()))
        for each in held
    ]


def _held(who: Caller, kind: Kind, permission: str) -> Visible:
    """The records of a kind that somebody holds a permission on."""
    model = model_of(*kind)
    visible = who.standing.visible(permission, model.access if model is not None else ())
    return visible if model is not None or visible == EVERYTHING else NOTHING


async def _among(
    here: Platform, who: Caller, by_kind: Mapping[Kind, Collection[str]], limited: Collection[tuple[Kind, Visible]]
) -> dict[tuple[Kind, Visible], Collection[str]]:
    """Which of the ids of each kind are of records that are visible so: of a database all in one transaction."""
    found: dict[tuple[Kind, Visible], Collection[str]] = {}
    models = {kind: model for kind, _ in limited if (model := model_of(*kind)) is not None}
    for database in {model.database for model in models.values()}:
        mine = [(kind, visible) for kind, visible in limited if models[kind].database == database]
        wanted = [models[kind] for kind in {kind for kind, _ in mine}]
        async with reading(here.readers[database], who.tenant, *wanted) as connection:
            for kind, visible in mine:
                ids = await query.which(connection, models[kind], who.tenant, by_kind[kind], visible)
                found[kind, visible] = ids
    return found
