"""Groups, which are teams: members are the users whose team it is. A user has one, and moves when added to another."""

import asyncio
import uuid
from collections.abc import Callable, Collection, Sequence
from typing import Any

from gateway.auth import Caller
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from gateway.scim import rows, tags
from gateway.scim.people import Json, meta
from gateway.scim.rows import TEAMS, USERS, Row
from gateway.scim.send import caught_up, now, permitted, settled, tell
from gateway.scim.users import TRIES, Written
from infra.log.replies import Reply
from schemas.generated.admin.team import ChangeTeam, CreateTeam, LinkTeam, RemoveTeam
from schemas.generated.admin.user import AssignUser

GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
AT_ONCE = 20
"""Members that are moved at the same time."""


def resource(row: Row, members: Sequence[Row] | None, base: str) -> Json:
    """The resource of a team; without its version, which follows from the members too, where those are None."""
    shown = {
        "schemas": [GROUP],
        "id": row["id"],
        "displayName": row["name"],
        **({"externalId": row["external_id"]} if row["external_id"] else {}),
        "meta": meta(row, "Group", f"{base}/Groups/{row['id']}"),
    }
    if members is None:
        return shown
    return tags.stamped(shown | {"members": [_member(each, base) for each in members]}, row["version"])


def _member(user: Row, base: str) -> Json:
    return {"value": user["id"], "$ref": f"{base}/Users/{user['id']}", "type": "User"}


async def found(here: Platform, who: Caller, id: str, base: str) -> Json:
    """The resource of an id; a 404 problem."""
    row = await _row(here, who, id)
    return resource(row, (await rows.members(here, who, [id]))[id], base)


async def create(here: Platform, who: Caller, wanted: Json, base: str) -> Written:
    """Forms a team and puts its members into it."""
    id, external = str(uuid.uuid4()), wanted.get("externalId")
    form = CreateTeam(team_id=id, name=wanted["displayName"], at=now())
    await permitted(here, who, form, CreateTeam, *([LinkTeam] if external else []))
    joining = await _users(here, who, _ids(wanted))
    await _may_move(here, who, joining)
    replies = [await tell(here, who, form)]
    if external:
        replies.append(await tell(here, who, LinkTeam(team_id=id, external_id=external, at=now())))
    replies += await _moved(here, who, joining, id)
    position = await settled(here, replies)
    return Written(await found(here, who, id, base), position)


async def change(
    here: Platform, who: Caller, id: str, edit: Callable[[Json], Json], if_match: str | None, base: str
) -> Written:
    """Makes a team what `edit` makes of the resource, once no one else changed it meanwhile."""
    for attempt in range(TRIES):
        row = await _row(here, who, id)
        before = await found(here, who, id, base)
        tags.check(if_match, before)
        try:
            replies = await _changed(here, who, row, before, edit(before))
            position = await settled(here, replies) if replies else await here.reach.token(rows.DATABASE)
            return Written(await found(here, who, id, base), position)
        except Problem as problem:
            if if_match is not None or attempt == TRIES - 1:
                raise
            await caught_up(here, problem)
    raise AssertionError("the last try returns or raises")


async def _changed(here: Platform, who: Caller, row: Row, before: Json, after: Json) -> list[Reply]:
    id, replies, version = row["id"], list[Reply](), row["version"]
    rename = ChangeTeam(
        team_id=id, name=after["displayName"], manager_id=row["manager_id"], region=row["region"], at=now()
    )
    link = LinkTeam(team_id=id, external_id=after.get("externalId"), at=now())
    wanted = [rename] if after["displayName"] != before["displayName"] else []
    wanted += [link] if after.get("externalId") != before.get("externalId") else []
    for command in wanted:
        await permitted(here, who, command, type(command))
    joining = await _users(here, who, _ids(after) - _ids(before))
    leaving = await _users(here, who, _ids(before) - _ids(after))
    await _may_move(here, who, [*joining, *leaving])
    for command in wanted:
        replies.append(await tell(here, who, command, version))
        version = replies[-1].version
    replies += await _moved(here, who, joining, id)
    return replies + await _moved(here, who, leaving, None, leaves=id)


async def remove(here: Platform, who: Caller, id: str, if_match: str | None, base: str) -> str:
    """Takes everybody out of a team and dissolves it; the position that has it."""
    group = await found(here, who, id, base)
    tags.check(if_match, group)
    dissolve = RemoveTeam(team_id=id, at=now())
    await permitted(here, who, dissolve, RemoveTeam)
    leaving = await _users(here, who, _ids(group))
    await _may_move(here, who, leaving)
    replies = await _moved(here, who, leaving, None, leaves=id)
    return await settled(here, [*replies, await tell(here, who, dissolve)])


async def _may_move(here: Platform, who: Caller, users: Sequence[Row]) -> None:
    for user in users:
        await permitted(here, who, AssignUser(user_id=user["id"], at=now()), AssignUser)


async def _moved(
    here: Platform, who: Caller, users: Sequence[Row], team: str | None, leaves: str | None = None
) -> list[Reply]:
    """Puts users into a team, or out of the one that they leave, each under the manager they have."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def move(user: Row) -> Reply | None:
        async with turns:
            return await _assigned(here, who, user, team, leaves)

    replies = await asyncio.gather(*(move(each) for each in users))
    return [reply for reply in replies if reply is not None]


async def _assigned(here: Platform, who: Caller, user: Row, team: str | None, leaves: str | None) -> Reply | None:
    """None when the user is in another team than the one to leave by now."""
    for attempt in range(TRIES):
        if leaves is not None and user["team_id"] != leaves:
            return None
        command = AssignUser(user_id=user["id"], team_id=team, manager_id=user["manager_id"], at=now())
        try:
            return await tell(here, who, command, user["version"])
        except Problem as problem:
            if attempt == TRIES - 1:
                raise
            await caught_up(here, problem)
            [user] = await _users(here, who, {user["id"]})
    raise AssertionError("the last try returns or raises")


async def _users(here: Platform, who: Caller, ids: Collection[str]) -> Sequence[Row]:
    """The users of these ids; a problem when some are none."""
    wanted = [rows.Filter("id", "in", sorted(ids))]
    _, users = await rows.numbered(here, who, USERS, wanted, 0, rows.MOST_MEMBERS) if ids else (0, ())
    if len(users) < len(ids):
        detail = "Some members are no users here; add them first. Groups within groups are not supported."
        raise Problem(422, "no_such_member", detail, "members")
    return users


async def _row(here: Platform, who: Caller, id: str) -> Row:
    row = await rows.one(here, who, TEAMS, id)
    if row is None:
        raise not_found("group")
    return row


def _ids(group: Json) -> set[str]:
    members: list[dict[str, Any]] = group.get("members") or []
    return {str(each.get("value") or "") for each in members}
