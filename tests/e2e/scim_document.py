"""What docs/scim.md says of SCIM, as an OpenAPI document: the gateway's own does not list it."""

from typing import Any

_TEXT = {"type": "string", "maxLength": 60}
_SCHEMAS = "urn:ietf:params:scim:schemas:core:2.0"
_PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_VALUED = {
    "type": "array",
    "maxItems": 3,
    "items": {
        "type": "object",
        "properties": {"value": _TEXT, "type": _TEXT, "primary": {"type": "boolean"}},
    },
}
_USER = {
    "type": "object",
    "required": ["schemas", "userName"],
    "properties": {
        "schemas": {"const": [f"{_SCHEMAS}:User"]},
        "userName": {"type": "string", "minLength": 1, "maxLength": 60},
        "externalId": _TEXT,
        "displayName": _TEXT,
        "active": {"type": "boolean"},
        "name": {"type": "object", "properties": {"givenName": _TEXT, "familyName": _TEXT}},
        "emails": _VALUED,
        "phoneNumbers": _VALUED,
    },
}
_GROUP = {
    "type": "object",
    "required": ["schemas", "displayName"],
    "properties": {
        "schemas": {"const": [f"{_SCHEMAS}:Group"]},
        "displayName": {"type": "string", "minLength": 1, "maxLength": 60},
        "externalId": _TEXT,
        "members": {"type": "array", "maxItems": 2, "items": {"type": "object", "properties": {"value": _TEXT}}},
    },
}


def _patch(*paths: str) -> dict[str, Any]:
    operation = {
        "type": "object",
        "required": ["op"],
        "properties": {
            "op": {"enum": ["add", "replace", "remove", "Replace"]},
            "path": {"anyOf": [{"enum": list(paths)}, _TEXT]},
            "value": {"anyOf": [_TEXT, {"type": "boolean"}, {"type": "object", "maxProperties": 3}, _VALUED]},
        },
    }
    return {
        "type": "object",
        "required": ["schemas", "Operations"],
        "properties": {
            "schemas": {"const": [_PATCH]},
            "Operations": {"type": "array", "minItems": 1, "maxItems": 3, "items": operation},
        },
    }


def _operation(schema: dict[str, Any] | None = None, *, listed: bool = False, one: bool = False) -> dict[str, Any]:
    asked = (
        ("filter", {"anyOf": [{"enum": ['userName eq "ann"', "active eq true", 'displayName co "a"']}, _TEXT]}),
        ("startIndex", {"type": "integer"}),
        ("count", {"type": "integer"}),
        ("attributes", {"anyOf": [{"enum": ["userName", "members.value"]}, _TEXT]}),
    )
    parameters: list[dict[str, Any]] = []
    if listed:
        parameters += [{"name": name, "in": "query", "schema": shape} for name, shape in asked]
    if one:
        parameters.append({"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}})
    told: dict[str, Any] = {"parameters": parameters, "responses": {"default": {"description": "An answer."}}}
    if schema is not None:
        told["requestBody"] = {"required": True, "content": {"application/scim+json": {"schema": schema}}}
    return told


def _kind(schema: dict[str, Any], *paths: str) -> tuple[dict[str, Any], dict[str, Any]]:
    one = {
        "get": _operation(one=True),
        "put": _operation(schema, one=True),
        "patch": _operation(_patch(*paths), one=True),
        "delete": _operation(one=True),
    }
    return {"get": _operation(listed=True), "post": _operation(schema)}, one


_USERS, _A_USER = _kind(_USER, "userName", "active", "displayName", 'emails[type eq "work"].value', "name.givenName")
_GROUPS, _A_GROUP = _kind(_GROUP, "displayName", "members", "externalId")
SCIM: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "SCIM", "version": "2.0"},
    "paths": {
        "/scim/v2/Users": _USERS,
        "/scim/v2/Users/{id}": _A_USER,
        "/scim/v2/Groups": _GROUPS,
        "/scim/v2/Groups/{id}": _A_GROUP,
    },
}
