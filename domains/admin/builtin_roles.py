"""The roles that every tenant has. An owner's is given by appointing one, the others by their ids."""

from collections.abc import Mapping

APPS = ("crm", "chat", "compensation", "forecasting", "marketing")
SERVICES = ("admin", "integration", "notification", "analytics")
"""Of the platform; they cannot be switched off."""

_OF_APPS: Mapping[str, tuple[str, ...]] = {
    "admin": ("{}.*.*",),
    "manager": ("{}.*.*@team", "{}.*.read@territory", "{}.*.see"),
    "member": ("{}.*.*@own", "{}.*.read@team", "{}.amounts.see", "{}.personal.see"),
    "viewer": ("{}.*.read@team", "{}.personal.see"),
}
_OF_SERVICES: Mapping[str, tuple[str, ...]] = {"admin": ("{}.*.*",), "viewer": ("{}.*.read", "{}.personal.see")}
"""Nobody is a member here: who could move themselves to another team would read what that team reads."""
OWNER = "owner"
EVERYBODY = "everybody"
"""As what something is shared with all who work in a tenant, and of whom `OF_EVERYBODY` holds."""
OF_EVERYBODY = ("admin.saved-view.*@own", "admin.view-choice.*@own", "integration.bulk-change.*@own")
"""What nobody needs a role for: to keep lists as one likes them, and to do to many records what one may to each."""
ROLES: Mapping[str, tuple[str, ...]] = {
    OWNER: ("*.*.*",),
    "auditor": ("*.*.read", "*.amounts.see", "*.pay.see"),
    "integration": tuple(f"{app}.*.*" for app in (*APPS, "integration", "notification", "analytics")),
    **{
        f"{app}.{name}": tuple(each.format(app) for each in permits)
        for apps, roles in ((APPS, _OF_APPS), (SERVICES, _OF_SERVICES))
        for app in apps
        for name, permits in roles.items()
    },
}
"""What each permits, by id. A tenant's own roles have uuids, so that none is mistaken for one of these."""
