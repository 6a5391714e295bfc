"""The roles that every tenant has. An owner's is given by appointing one, the others by their ids."""

from collections.abc import Mapping

APPS = ("crm", "chat", "compensation", "forecasting", "marketing")
SERVICES = ("admin", "integration", "notification", "analytics")
"""Of the platform; they cannot be switched off."""

_OF_EACH: Mapping[str, tuple[str, ...]] = {
    "admin": ("{}.*.*",),
    "manager": ("{}.*.*@team", "{}.*.read@territory", "{}.*.see"),
    "member": ("{}.*.*@own", "{}.*.read@team", "{}.amounts.see", "{}.personal.see"),
    "viewer": ("{}.*.read@team", "{}.personal.see"),
}
OWNER = "owner"
ROLES: Mapping[str, tuple[str, ...]] = {
    OWNER: ("*.*.*",),
    "auditor": ("*.*.read", "*.amounts.see", "*.pay.see"),
    "integration": tuple(f"{app}.*.*" for app in (*APPS, "integration", "notification", "analytics")),
    **{
        f"{app}.{name}": tuple(each.format(app) for each in permits)
        for app in (*APPS, *SERVICES)
        for name, permits in _OF_EACH.items()
    },
}
"""What each permits, by id. A tenant's own roles have uuids, so that none is mistaken for one of these."""
