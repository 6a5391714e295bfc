"""What directories write otherwise than RFC 7643 says and scim2-models does not take, put right before it is read.

Microsoft Entra ID writes a manager as text or as a list, calls it `manager` without its extension, names schemas that
nobody here knows, and members to remove with addresses that are null
(https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility).
"""

from collections.abc import Mapping
from typing import Any, cast

from scim2_models import Resource

from gateway.scim.people import ENTERPRISE

Json = dict[str, Any]


def resource(body: Mapping[str, Any], shape: type[Resource[Any]]) -> Json:
    """A resource as it should have been written."""
    known = {str(each).lower(): str(each) for each in (shape.__schema__, *shape.get_extension_models())}
    meant = {name: _inside(name, value) for name, value in body.items()}
    for name, value in body.items():
        if name.lower() == "schemas" and isinstance(value, list):
            meant[name] = [known[each] for each in map(_small, cast(list[Any], value)) if each in known]
    # Who is added, or replaced, and not said to be inactive is active.
    given = {name.lower() for name, value in meant.items() if value is not None}
    return meant if "active" in given or "active" not in shape.model_fields else meant | {"active": True}


def _small(value: Any) -> str:
    return str(value).lower()


def patch(body: Mapping[str, Any]) -> Json:
    """The body of a PATCH as it should have been written."""
    return {
        name: [_operation(each) for each in cast(list[Any], value)]
        if name.lower() == "operations" and isinstance(value, list)
        else value
        for name, value in body.items()
    }


def _operation(operation: Any) -> Any:
    if not isinstance(operation, dict):
        return operation
    said: Json = {name.lower(): value for name, value in cast(Json, operation).items()}
    path: Any = said.get("path")
    if str(said.get("op")).lower() == "remove" and isinstance(said.get("value"), list):
        said["value"] = [_without_nulls(each) for each in said["value"]]
    if not isinstance(path, str) or path.lower() == ENTERPRISE.lower():
        return said | {"value": _inside("", said["value"])} if "value" in said else said
    if path.lower() not in ("manager", f"{ENTERPRISE}:manager".lower()):
        return said
    said["path"] = f"{ENTERPRISE}:manager"
    if "value" not in said:
        return said
    manager = _manager(said["value"])
    return {"op": "remove", "path": said["path"]} if manager is None else said | {"value": manager}


def _without_nulls(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: each for name, each in cast(Json, value).items() if each is not None}


def _inside(name: str, value: Any) -> Any:
    """The value of an attribute; a manager stands in an extension, or in a PATCH without path."""
    if name.lower().endswith("manager"):
        return _manager(value)
    if isinstance(value, dict) and name.lower() in ("", ENTERPRISE.lower()):
        return {each: _inside(each, inner) for each, inner in cast(Json, value).items()}
    return cast(Any, value)


def _manager(value: Any) -> Any:
    match value:
        case str():
            return {"value": value} if value else None
        case [dict()]:
            return cast(list[Any], value)[0]
        case _:
            return value
