"""What SCIM says of itself: features, kinds of resources, and their attributes (RFC 7643, sections 5 to 7)."""

from collections.abc import Callable
from functools import cache
from typing import Any

from fastapi import Request
from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    ETag,
    Filter,
    Meta,
    Patch,
    ResourceType,
    ServiceProviderConfig,
    Sort,
)

from gateway.problems import not_found
from gateway.scim.people import Json
from gateway.scim.search import LARGEST_PAGE, listed
from gateway.scim.shapes import SHAPES, plain


def _features(request: Request, base: str) -> Json:
    return plain(
        ServiceProviderConfig(
            patch=Patch(supported=True),
            bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
            filter=Filter(supported=True, max_results=LARGEST_PAGE),
            change_password=ChangePassword(supported=False),
            sort=Sort(supported=False),
            etag=ETag(supported=True),
            authentication_schemes=[
                AuthenticationScheme(
                    type=AuthenticationScheme.Type.oauthbearertoken,
                    name="Bearer token",
                    description="A key of the tenant, or of somebody who may change its users.",
                )
            ],
            meta=Meta(resource_type="ServiceProviderConfig", location=f"{base}/ServiceProviderConfig"),
        )
    )


def _kinds(request: Request, base: str) -> Json:
    return listed([_located(each, f"{base}/ResourceTypes/{each['id']}") for each in _resource_types()])


def _kind(request: Request, base: str) -> Json:
    return _one(_resource_types(), "resource type", request, f"{base}/ResourceTypes")


def _schemas(request: Request, base: str) -> Json:
    return listed([_located(each, f"{base}/Schemas/{each['id']}") for each in _schema_texts()])


def _schema(request: Request, base: str) -> Json:
    return _one(_schema_texts(), "schema", request, f"{base}/Schemas")


def _one(known: tuple[Json, ...], noun: str, request: Request, base: str) -> Json:
    wanted = str(request.path_params["id"])
    for each in known:
        if each["id"] == wanted:
            return _located(each, f"{base}/{wanted}")
    raise not_found(noun)


def _located(described: Json, location: str) -> Json:
    return {**described, "meta": {**described.get("meta", {}), "location": location}}


@cache
def _resource_types() -> tuple[Json, ...]:
    return tuple(_named(plain(ResourceType.from_resource(shape)), "ResourceType") for shape in SHAPES)


@cache
def _schema_texts() -> tuple[Json, ...]:
    shapes: list[Any] = [each for shape in SHAPES for each in (shape, *shape.get_extension_models().values())]
    return tuple(_named(plain(shape.to_schema()), "Schema") for shape in shapes)


def _named(described: Json, kind: str) -> Json:
    return {**described, "meta": {"resourceType": kind}}


ROUTES: tuple[tuple[str, Callable[[Request, str], Json]], ...] = (
    ("/ServiceProviderConfig", _features),
    ("/ResourceTypes", _kinds),
    ("/ResourceTypes/{id}", _kind),
    ("/Schemas", _schemas),
    ("/Schemas/{id:path}", _schema),
)
