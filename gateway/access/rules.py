# cedarpy types its dictionaries loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Roles as Cedar policies: the one place where it is decided who may do what to which record.

Each permit of each role is a policy, named after both. A permission is an action that belongs to the wider ones, so
that `crm.deal.read` is one of `crm.*.read`. What no policy permits is refused. For a list the same policies are
evaluated with the record left open: what remains of them is the condition under which records are shown.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Any

from cedarpy import Entities, PolicySet, is_authorized, is_authorized_partial

from domains.admin.builtin_roles import EVERYBODY, OF_EVERYBODY, ROLES
from domains.admin.permits import Permit, Reach, parse
from gateway.access.directory import Principal
from gateway.access.residual import condition
from projections.visible import NOTHING, Attribute, Visible, any_of

ATTRIBUTES = ("owner", "territory", "readers", "editors")
"""What a record may have that rules speak of. A read model declares which of them its records have."""

OWNERS_ALONE = ("assign", "purge", "remove", "restore", "share", "unshare")
"""What nobody may do with a record because it was shared with them."""
_READING = 'action in [Action::"*.*.read", Action::"*.*.see"]'
_KEPT = "action in [" + ", ".join(f'Action::"*.*.{verb}"' for verb in OWNERS_ALONE) + "]"
_SHARED = (
    f"({_READING} && resource has readers && resource.readers.containsAny(principal.names)) || "
    f"(!({_READING}) && !({_KEPT}) && resource has editors && resource.editors.containsAny(principal.names))"
)
_OPEN = f'(resource has owner && resource.owner == "") || (!(resource has owner) && {_READING})'
"""A record that nobody has taken is within every reach. What is never anybody's, such as products and fields, is set up
for all: everybody reads it, and changing it takes a permit without a reach."""
_WITHIN: Mapping[Reach, str] = {
    "own": f"{_OPEN} || (resource has owner && resource.owner == principal.id) || {_SHARED}",
    "team": f"{_OPEN} || (resource has owner && principal.people.contains(resource.owner)) || {_SHARED}",
    "territory": f"{_OPEN} || (resource has owner && principal.people.contains(resource.owner)) || "
    f"(resource has territory && principal.territories.contains(resource.territory)) || {_SHARED}",
    "all": "true",
}
_ANYTHING = parse("*.*.*")
_NOBODY = ""
"""The owner of a record that declares one and has none: it is within everybody's reach until somebody takes it. No
user's id is empty."""


@dataclass(frozen=True, slots=True)
class Decision:
    """`because` names the permits that allow it, such as `crm.member: crm.*.*@own`; empty when none does."""

    allowed: bool
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """The policies of a tenant: the built-in roles', and those of `own` roles, whose permits are given by id."""

    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    _asking: dict[Principal, "_Asking"] = field(default_factory=dict[Principal, "_Asking"])
    _visible: dict[tuple[Principal, str, frozenset[str]], Visible] = field(
        default_factory=dict[tuple[Principal, str, frozenset[str]], Visible]
    )

    def of_role(self, role: str) -> tuple[str, ...]:
        """What a role permits; nothing for one that is not there."""
        return ROLES.get(role) or self.own.get(role, ())

    def permits(self, who: Principal) -> Iterable[tuple[str, Permit]]:
        """What somebody's roles permit them, each by its role: no more than the key does that they came in by."""
        for role in sorted(who.roles):
            yield from _narrowed(who, role, self.of_role(role))

    def decide(self, who: Principal, permission: str, record: Mapping[str, Attribute]) -> Decision:
        """About one record. `record` has those of `ATTRIBUTES` that its read model declares, None where it has no
        value."""
        asking = self._of(who)
        attributes = {name: _NOBODY if value is None else value for name, value in record.items()}
        it = json.dumps([_entity("Record", "it", attributes)])
        asked = {**_request(permission), "resource": 'Record::"it"'}
        found = is_authorized(asked, asking.policies, asking.known(permission).with_added_json_str(it))
        names = found.diagnostics.id_annotations_by_reason
        return Decision(found.allowed, tuple(sorted(names[each] for each in found.diagnostics.reasons)))

    def visible(self, who: Principal, permission: str, declared: Iterable[str]) -> Visible:
        """The records that somebody has this permission on, of a read model that declares these attributes."""
        key = who, permission, frozenset(declared)
        if key not in self._visible:
            asking = self._of(who)
            found = is_authorized_partial(_request(permission), asking.policies, asking.known(permission))
            self._visible[key] = any_of(NOTHING, *(condition(each, key[2]) for each in found.residuals.values()))
        return self._visible[key]

    def _of(self, who: Principal) -> "_Asking":
        if who not in self._asking:
            permits = (*self.permits(who), *_narrowed(who, EVERYBODY, OF_EVERYBODY))
            policies = "\n".join(_policy(role, permit) for role, permit in permits)
            self._asking[who] = _Asking(who, PolicySet.from_str(policies))
        return self._asking[who]


@dataclass(frozen=True, slots=True)
class _Asking:
    """Somebody's policies and what is known of them, read once."""

    who: Principal
    policies: PolicySet
    entities: dict[str, Entities] = field(default_factory=dict[str, Entities])

    def known(self, permission: str) -> Entities:
        if permission not in self.entities:
            attributes = {
                "id": self.who.id,
                "names": sorted(self.who.names),
                "people": sorted(self.who.people),
                "territories": sorted(self.who.territories),
            }
            user = _entity("User", "who", attributes, [("Role", role) for role in (EVERYBODY, *sorted(self.who.roles))])
            action = _entity("Action", permission, {}, [("Action", wider) for wider in _wider(permission)])
            self.entities[permission] = Entities.from_json_str(json.dumps([user, action]))
        return self.entities[permission]


def _narrowed(who: Principal, role: str, permits: Iterable[str]) -> Iterable[tuple[str, Permit]]:
    narrowed = tuple(map(parse, who.narrowed)) or (_ANYTHING,)
    for permit in map(parse, permits):
        yield from ((role, both) for each in narrowed if (both := permit.meet(each)) is not None)


def _policy(role: str, permit: Permit) -> str:
    action = f"{permit.app}.{permit.noun}.{permit.verb}"
    scope = f"principal in Role::{json.dumps(role)}, action in Action::{json.dumps(action)}, resource"
    return f"@id({json.dumps(f'{role}: {permit}')}) permit ({scope}) when {{ {_WITHIN[permit.reach]} }};"


def _request(permission: str) -> dict[str, Any]:
    return {"principal": 'User::"who"', "action": f"Action::{json.dumps(permission)}", "context": {}}


def _entity(kind: str, id: str, attributes: Mapping[str, Any], parents: Iterable[tuple[str, str]] = ()) -> Any:
    above = [{"type": type, "id": name} for type, name in parents]
    return {"uid": {"type": kind, "id": id}, "attrs": attributes, "parents": above}


@cache
def _wider(permission: str) -> tuple[str, ...]:
    """`crm.deal.read` is one of `crm.deal.*`, `crm.*.read`, `*.*.*` and so on."""
    words = [(word, "*") for word in permission.split(".")]
    return tuple(name for name in map(".".join, product(*words)) if name != permission)
