"""What somebody may do, at one moment: the answer of the decision point that every route asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domains.admin.builtin_roles import ROLES
from domains.admin.permits import Permit, parse
from gateway.access.directory import Principal
from gateway.access.rules import Decision, Rules
from gateway.problems import Problem
from projections.visible import EVERYTHING, NOTHING, Attribute, Visible


@dataclass(frozen=True, slots=True)
class Standing:
    """`who` is None for the tenant's own key, which may do everything."""

    who: Principal | None
    rules: Rules = field(default_factory=Rules)
    apps_off: frozenset[str] = frozenset()

    def visible(self, permission: str, declared: Iterable[str]) -> Visible:
        """The records that the permission is held on; `declared` as in `ReadModel.access`."""
        if self.who is None:
            return EVERYTHING
        return NOTHING if _app(permission) in self.apps_off else self.rules.visible(self.who, permission, declared)

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
        return self.rules.decide(self.who, permission, record)

    def permits(self) -> tuple[Permit, ...]:
        """Everything that somebody may do."""
        if self.who is None:
            return (parse("*.*.*"),)
        return tuple(permit for _, permit in self.rules.permits(self.who))

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
