"""Who is in a tenant: users, teams, roles and apps, as the decision point holds them in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from domains.admin.builtin_roles import EVERYBODY, OWNER, ROLES

ACCOUNT = "account:"
"""What the name of a service account begins with where a user's id may stand. No user's id holds a colon, so that
nobody's records are a service account's, whatever id it was given."""


@dataclass(frozen=True, slots=True)
class Member:
    """A user. `active` is false for one who may not work; `roles` are ids."""

    id: str
    team_id: str | None
    manager_id: str | None
    active: bool
    owner: bool
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    manager_id: str | None
    territory: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """A service account. `roles` are ids."""

    id: str
    active: bool
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a service account. `digest` is that of its secret; `permits` are what it is narrowed to, if anything."""

    id: str
    account_id: str
    name: str
    digest: str
    permits: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime
    replaced_by: str | None


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who asks, as the rules see them. `people` are the users whose records are within the reach of their
    team, themselves among them; `territories` those that their teams sell in. `teams` are those they are in or lead.
    `narrowed` are the permits of the key that they came in by, empty where it is good for all that the roles permit."""

    id: str
    roles: frozenset[str]
    people: frozenset[str]
    territories: frozenset[str]
    teams: frozenset[str] = frozenset()
    narrowed: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """As what records are shared with them."""
        return frozenset({EVERYBODY, f"user:{self.id}", *(f"team:{team}" for team in self.teams)})


@dataclass(frozen=True)
class Directory:
    """All of one tenant. `roles` are its own, the permits by id; `apps_off` the apps that it does not use; `accounts`
    are service accounts and `keys` all of theirs, unless the read models that hold them are still `building`."""

    members: Mapping[str, Member]
    teams: Mapping[str, Team] = field(default_factory=dict[str, Team])
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    apps_off: frozenset[str] = frozenset()
    accounts: Mapping[str, Account] = field(default_factory=dict[str, Account])
    keys: Mapping[str, Key] = field(default_factory=dict[str, Key])
    building: bool = False

    def principal(self, user_id: str) -> Principal | None:
        """Somebody of this tenant who may work, a user or a service account; None for anybody else."""
        if user_id.startswith(ACCOUNT):
            account = self.accounts.get(user_id.removeprefix(ACCOUNT))
            return self.machine(account) if account is not None and account.active else None
        member = self.members.get(user_id)
        if member is None or not member.active:
            return None
        led = {team.id for team in self.teams.values() if team.manager_id == user_id}
        teams = led | ({member.team_id} if member.team_id else set[str]())
        people = {user_id, *self._reports(user_id)}.union(*(self._in_team.get(team, ()) for team in teams))
        territories = {self.teams[team].territory for team in teams if team in self.teams}
        return Principal(
            id=user_id,
            roles=self._known(member.roles) | ({OWNER} if member.owner else set[str]()),
            people=frozenset(people),
            territories=frozenset(each for each in territories if each),
            teams=frozenset(teams),
        )

    def machine(self, account: Account, narrowed: tuple[str, ...] = ()) -> Principal:
        """A service account, whether it may work or not, by a key that is narrowed to these permits."""
        name = ACCOUNT + account.id
        return Principal(name, self._known(account.roles), frozenset({name}), frozenset(), narrowed=narrowed)

    def _known(self, roles: Iterable[str]) -> frozenset[str]:
        return frozenset(role for role in roles if role in ROLES or role in self.roles) - {OWNER}

    def _reports(self, user_id: str) -> set[str]:
        """Everybody below somebody, at any distance; a circle of managers ends."""
        found, next_ones = set[str](), [user_id]
        while next_ones:
            below = [each for each in self._managed.get(next_ones.pop(), ()) if each not in found]
            found.update(below)
            next_ones += below
        return found

    @cached_property
    def _managed(self) -> Mapping[str, list[str]]:
        return _grouped((member.manager_id, member.id) for member in self.members.values())

    @cached_property
    def _in_team(self) -> Mapping[str, list[str]]:
        return _grouped((member.team_id, member.id) for member in self.members.values())


def _grouped(pairs: Iterable[tuple[str | None, str]]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for group, id in pairs:
        if group is not None:
            found.setdefault(group, []).append(id)
    return found
