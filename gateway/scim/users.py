"""Users: each request becomes one command with the whole user as the directory sees them."""

import asyncio
import unicodedata
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gateway.auth import Caller
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from gateway.scim import identities, rows, tags
from gateway.scim.people import Described, Json, described, resource
from gateway.scim.rows import USERS, Row
from gateway.scim.send import caught_up, now, permitted, settled, tell
from infra.log.replies import Reply
from schemas.generated.admin.user import (
    AssignUser,
    ChangeUser,
    CreateUser,
    DeactivateUser,
    ProvisionUser,
    ReactivateUser,
    RemoveUser,
    SynchronizeUser,
)
from schemas.generated.admin.user_name import PromiseUserName, ReleaseUserName, TakeUserName

TRIES = 10
"""How often a change is made anew when somebody else changed the same record meanwhile."""


@dataclass(frozen=True, slots=True)
class Written:
    """A resource as it is after a change, and the position that has it."""

    resource: Json
    position: str


async def found(here: Platform, who: Caller, id: str, base: str) -> Json:
    """The resource of an id, with its version; a 404 problem."""
    return shown(await _row(here, who, id), base)


async def create(here: Platform, who: Caller, wanted: Json, base: str) -> Written:
    """Adds a user. The id follows from the promise of the user name: see `domains.admin.user_name`."""
    said = described(wanted)
    draft = ProvisionUser(user_id="", user_name_id="", manager_id=said.manager_id, at=now())
    await permitted(here, who, draft, CreateUser, *([] if said.active else [DeactivateUser]))
    await _check_manager(here, who, said)
    name_id = await _name_id(here, who, said)
    promise = await tell(here, who, PromiseUserName(user_name_id=name_id, at=now()))
    id = str(uuid.uuid5(uuid.UUID(name_id), str(promise.version)))
    reply = await tell(here, who, ProvisionUser(user_id=id, user_name_id=name_id, **_values(said), at=now()))
    position = await _settled(here, who, id, said, None, reply)
    return Written(await found(here, who, id, base), position)


async def change(
    here: Platform, who: Caller, id: str, edit: Callable[[Json], Json], if_match: str | None, base: str
) -> Written:
    """Makes a user what `edit` makes of the resource, once no one else changed it meanwhile."""
    for attempt in range(TRIES):
        row = await _row(here, who, id)
        before = shown(row, base)
        tags.check(if_match, before)
        said, was = described(edit(before)), described(before)
        if said == was:
            return Written(before, await _settled(here, who, id, said, was.external_id))
        try:
            return await _changed(here, who, row, said, was, base)
        except Problem as problem:
            if if_match is not None or attempt == TRIES - 1:
                raise
            await caught_up(here, problem)
    raise AssertionError("the last try returns or raises")


async def _changed(here: Platform, who: Caller, row: Row, said: Described, was: Described, base: str) -> Written:
    id, nameless = row["id"], row["user_name"] is None and said.user_name == row["id"]
    name_id = None if nameless else await _name_id(here, who, said)
    values: dict[str, Any] = _values(said) | ({"user_name": None} if nameless else {})
    command = SynchronizeUser(user_id=id, user_name_id=name_id, **values, at=now())
    await permitted(here, who, command, *_kinds(said, was))
    if said.manager_id != was.manager_id:
        await _check_manager(here, who, said)
    renamed, taken_at = name_id is not None and name_id != row["user_name_id"], now()
    if renamed:
        await tell(here, who, TakeUserName(user_name_id=str(name_id), user_id=id, at=taken_at))
    try:
        reply = await tell(here, who, command, row["version"])
    except Problem as problem:
        if renamed and problem.status < 500:  # beyond, the command may have been taken
            unused = ReleaseUserName(user_name_id=str(name_id), user_id=id, taken_at=taken_at, at=now())
            await tell(here, who, unused)
        raise
    position = await _settled(here, who, id, said, was.external_id, reply)
    return Written(await found(here, who, id, base), position)


async def _settled(here: Platform, who: Caller, id: str, said: Described, before: str | None, *replies: Reply) -> str:
    """The position that has these replies, and the user linked to what the directory calls them at a provider;
    `before` is what it called them then."""
    position = await settled(here, replies) if replies else await here.reach.token(rows.DATABASE)
    links = await identities.follow(here, who, id, said, before, position)
    return await settled(here, [*replies, *links]) if links else position


async def remove(here: Platform, who: Caller, id: str, if_match: str | None, base: str) -> str:
    """Ends a user's access, so that open deals pass on, and takes the user out; the position that has it."""
    row = await _row(here, who, id)
    tags.check(if_match, shown(row, base))
    leave = RemoveUser(user_id=id, at=now())
    await permitted(here, who, leave, RemoveUser, DeactivateUser)
    ended = await tell(here, who, DeactivateUser(user_id=id, at=now()), row["version"] if if_match else None)
    gone = await tell(here, who, leave)
    if row["user_name_id"] is not None:
        await tell(here, who, ReleaseUserName(user_name_id=row["user_name_id"], user_id=id, at=now()))
    return await settled(here, [ended, gone])


async def name_id(here: Platform, tenant: str, user_name: str) -> str:
    """What stands for a user name, in whatever case it is written."""
    folded = unicodedata.normalize("NFKC", user_name.strip()).casefold()
    return await asyncio.to_thread(here.vaults.id_from, tenant, "user name", folded)


async def _name_id(here: Platform, who: Caller, said: Described) -> str:
    if said.user_name is None or not said.user_name.strip():
        raise Problem(422, "user_name_missing", "A user needs a userName; give one.", "userName")
    return await name_id(here, who.tenant, said.user_name)


async def _row(here: Platform, who: Caller, id: str) -> Row:
    row = await rows.one(here, who, USERS, id)
    if row is None:
        raise not_found("user")
    return row


def shown(row: Row, base: str) -> Json:
    return tags.stamped(resource(row, base), row["version"])


async def _check_manager(here: Platform, who: Caller, said: Described) -> None:
    if said.manager_id is not None and await rows.one(here, who, USERS, said.manager_id) is None:
        raise Problem(422, "no_such_manager", "The manager is no user here; add them first.", "manager")


def _kinds(said: Described, was: Described) -> Iterable[type[Any]]:
    """The ordinary commands that would do the same."""
    if (said.user_name, said.external_id, said.name, said.email, said.profile) != (
        was.user_name,
        was.external_id,
        was.name,
        was.email,
        was.profile,
    ):
        yield ChangeUser
    if said.manager_id != was.manager_id:
        yield AssignUser
    if said.active != was.active:
        yield ReactivateUser if said.active else DeactivateUser


def _values(said: Described) -> dict[str, Any]:
    """What commands say of a user, beside ids and times."""
    return {
        "user_name": said.user_name,
        "external_id": said.external_id,
        "name": said.name,
        "email": said.email,
        "manager_id": said.manager_id,
        "profile": said.profile,
        "active": said.active,
    }
