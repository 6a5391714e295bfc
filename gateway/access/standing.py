"""What somebody may do, at one moment: the answer of the decision point that every route asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from domains.admin.builtin_roles import ROLES
from domains.admin.permits import Permit, parse
from gateway.access.directory import Principal
from gateway.access.rules import Decision, Rules
from gateway.problems import Problem
from projections.visible import EVERYTHING, NOTHING, Attribute, Visible, all_of

ACT_FOR = "delegation.user.act-for"
"""To act for users. It is of an app of its own, so that no built-in role's `admin.*.*` holds it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`who` is None for the tenant's own key, which may do everything. Who acts for `whom` may do what both may: then
    `common` are the permits of both."""

    who: Principal | None
    rules: Rules = field(default_factory=Rules)
    apps_off: frozenset[str] = frozenset()
    whom: Principal | None = None
    common: tuple[Permit, ...] = ()

    def visible(self, permission: str, declared: Iterable[str]) -> Visible:
        """The records that the permission is held on; `declared` as in `ReadModel.access`."""
        if self.who is None:
            return EVERYTHING
        if _app(permission) in self.apps_off:
            return NOTHING
        mine = self.rules.visible(self.who, permission, declared)
        return mine if self.whom is None else all_of(mine, self.rules.visible(self.whom, permission, declared))

    def needed(self, permission: str, declared: Iterable[str] = ()) -> Visible:
        """The same; a 403 problem when it is held on nothing."""
        self.must_be_on(_app(permission))
        visible = self.visible(permission, declared)
        if visible == NOTHING:
            raise forbidden(permission)
        return visible

    def must_be_on(self, app: str) -> None:
        """A 403 problem for an app that is switched off for somebody."""
        if self.who is not None and app in self.apps_off:
            raise Problem(
                403, "app_off", f"The app {app} is switched off for this tenant; ask an owner to switch it on."
            )

    def decide(self, permission: str, record: Mapping[str, Attribute]) -> Decision:
        """About one record, with the reason."""
        if self.who is None:
            return Decision(True, ("the tenant's own key",))
        if (app := _app(permission)) in self.apps_off:
            return Decision(False, (f"the app {app} is switched off",))
        mine = self.rules.decide(self.who, permission, record)
        if self.whom is None or not mine.allowed:
            return mine
        theirs = self.rules.decide(self.whom, permission, record)
        return Decision(True, tuple(sorted({*mine.because, *theirs.because}))) if theirs.allowed else theirs

    def permits(self) -> tuple[Permit, ...]:
        """Everything that somebody may do."""
        if self.who is None:
            return (parse("*.*.*"),)
        if self.whom is not None:
            return self.common
        return tuple(permit for _, permit in self.rules.permits(self.who))

    def acting_for(self, whom: Principal) -> "Standing":
        """The same when they act for somebody: what both may do, and nothing that one of them may not. Each reach is of
        who has it: what is within somebody's own is theirs."""
        theirs = [permit for _, permit in self.rules.permits(whom)]
        met = {both for mine in self.permits() for other in theirs if (both := mine.meet(other)) is not None}
        return replace(self, whom=whom, common=tuple(sorted(met, key=str)))

    def knows(self, role: str) -> bool:
        """Whether there is such a role. The tenant's own key has no directory, and is believed."""
        return self.who is None or role in ROLES or role in self.rules.own


def forbidden(permission: str) -> Problem:
    return Problem(
        403,
        "forbidden",
        f"This takes the permission {permission}, which none of your roles gives you here; ask an administrator.",
        more={"permission": permission},
    )


def _app(permission: str) -> str:
    return permission.partition(".")[0]
