"""The resources that SCIM shows here (RFC 7643, section 4, without passwords, roles and what else no directory should
keep here), and how bodies become them: in the terms of scim2-models, given and taken as JSON."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, cast

from fastapi import Request
from pydantic import Field, ValidationError
from scim2_models import (
    URN,
    Address,
    CaseExact,
    ComplexAttribute,
    Context,
    Error,
    Extension,
    External,
    GroupMembership,
    Mutability,
    Name,
    PatchOp,
    PhoneNumber,
    Reference,
    Required,
    Resource,
    ResponseParameters,
    SCIMException,
    ScimPolicy,
    Uniqueness,
)

from gateway.limits import body_of as bytes_of
from gateway.problems import Problem
from gateway.scim import lenient
from gateway.scim.people import Json

DEEPEST = 32
"""How deep the values of a body may be nested."""
_MEDIA_TYPES = ("application/scim+json", "application/json")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")  # Postgres takes no NUL, and UTF-8 no half of a surrogate pair

# What nobody here knows is left out; in a PATCH it is refused, since there it may be all that is asked.
_POLICY = ScimPolicy(unknown=ScimPolicy.Unknown.ignore)
_PATCH_POLICY = ScimPolicy(
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)


# Docstrings of resources and attributes are what /Schemas says of them.


class Email(ComplexAttribute):
    """An email address."""

    value: str | None = None  # the domain says whether it is one
    display: str | None = None
    type: str | None = Field(None, examples=["work", "home", "other"])
    primary: bool | None = None


class Manager(ComplexAttribute):
    """Another user."""

    value: Annotated[str | None, CaseExact.true] = None
    ref: Reference["User"] | None = Field(None, serialization_alias="$ref", validation_alias="$ref")


class EnterpriseUser(Extension):
    """What an enterprise says of a user."""

    __schema__ = URN("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")

    employee_number: str | None = None
    cost_center: str | None = None
    organization: str | None = None
    division: str | None = None
    department: str | None = None
    manager: Manager | None = None
    """The user who manages this one, and who receives the open deals when this one leaves."""


class User(Resource[EnterpriseUser]):
    """A person who works in the tenant."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    """What the person is called when they sign in; nobody else in the tenant is called so, in whatever case."""
    name: Name | None = None
    display_name: str | None = None
    """The name that everybody sees."""
    nick_name: str | None = None
    profile_url: Reference[External] | None = None
    title: str | None = None
    user_type: str | None = None
    preferred_language: str | None = None
    locale: str | None = None
    timezone: str | None = None
    active: Annotated[bool | None, Required.true] = None
    """Whether the person may work; true where it is not said."""
    emails: list[Email] | None = None
    """Everybody sees the primary one, else that for work, else the first."""
    phone_numbers: list[PhoneNumber] | None = None
    addresses: list[Address] | None = None
    groups: Annotated[list[GroupMembership] | None, Mutability.read_only] = None
    """The team that the person is in."""


class Member(ComplexAttribute):
    """A user in a team."""

    value: Annotated[str | None, Mutability.immutable, CaseExact.true] = None
    ref: Annotated[Reference["User"] | None, Mutability.immutable] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    type: Annotated[str | None, Mutability.immutable] = Field(None, examples=["User"])


class Group(Resource[Any]):
    """A team."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")

    display_name: Annotated[str | None, Required.true] = None
    members: list[Member] | None = None
    """The users whose team it is. A user is in one team."""


SHAPES: tuple[type[Resource[Any]], ...] = (User, Group)


Projection = ResponseParameters[Any]
"""Which attributes an answer shows."""


def projection(parameters: Mapping[str, Any]) -> Projection:
    """From the query parameters, or from the body of a search."""
    given = {name: parameters.get(name) or None for name in ("attributes", "excludedAttributes")}
    return checked(lambda: ResponseParameters[Any].model_validate(given))


def wants(asked: Projection, attribute: str) -> bool:
    """Whether an attribute of a resource is to be shown."""
    chosen = asked.attributes or asked.excluded_attributes or ()
    named = {str(each).rpartition(":")[2].partition(".")[0].lower() for each in chosen}
    return (attribute in named) is bool(asked.attributes) if named else True


async def body_of(request: Request) -> Json:
    """The JSON object that a request carries. Raises 400, 413 and 415 problems."""
    content = await bytes_of(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and kind not in _MEDIA_TYPES:
        raise Problem(415, "unsupported_media_type", "Send the body as application/scim+json.")
    try:
        body: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "malformed_json", "The body is not JSON that can be read.") from error
    if not isinstance(body, dict):
        raise Problem(400, "malformed_json", "The body is no JSON object.")
    if not _is_flat(body):
        detail = "The body is nested deeper than anything in SCIM; leave out what is not of SCIM."
        raise Problem(400, "nested_too_deeply", detail)
    if not _is_text(body):
        raise Problem(
            422, "invalid_value", "The body holds a character that is no text (NUL or half a surrogate pair)."
        )
    return cast(Json, body)


def _is_flat(body: Any) -> bool:
    """Whether it is nested less than `DEEPEST` times, so that whoever looks into it comes to an end."""
    level = [body]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
    return not level


def _inside(value: Any) -> Iterable[Any]:
    match value:
        case dict():
            return cast(Json, value).values()
        case list():
            return cast(list[Any], value)
        case _:
            return ()


def _is_text(value: Any) -> bool:
    match value:
        case str():
            return _NO_TEXT.search(value) is None
        case dict():
            return all(_is_text(name) and _is_text(each) for name, each in cast(Json, value).items())
        case list():
            return all(map(_is_text, cast(list[Any], value)))
        case _:
            return True


def created(shape: type[Resource[Any]], body: Json) -> Json:
    """The resource that a POST asks for."""
    return _written(shape, body, Context.RESOURCE_CREATION_REQUEST)


def replacing(shape: type[Resource[Any]], body: Json) -> Callable[[Json], Json]:
    """What a PUT makes of a resource."""
    wanted = _resource(shape, body, Context.RESOURCE_REPLACEMENT_REQUEST)

    def edit(before: Json) -> Json:
        def replaced() -> Json:
            after = wanted.model_copy(deep=True)
            after.replace(shape.model_validate(before))
            return plain(after)

        return checked(replaced)

    return edit


def patching(shape: type[Resource[Any]], body: Json) -> Callable[[Json], Json]:
    """What a PATCH makes of a resource."""
    meant = lenient.patch(body)
    kind: Any = PatchOp.__class_getitem__(shape)
    patch = checked(
        lambda: kind.model_validate(meant, scim_ctx=Context.RESOURCE_PATCH_REQUEST, scim_policy=_PATCH_POLICY)
    )

    def edit(before: Json) -> Json:
        def patched() -> Json:
            resource = shape.model_validate(before)
            patch.patch(resource, scim_policy=_PATCH_POLICY)
            return plain(resource)

        return checked(patched)

    return edit


def shown(shape: type[Resource[Any]], resource: Json, asked: Projection) -> Json:
    """A resource with the attributes that are asked for."""
    return checked(
        lambda: shape.model_validate(resource).model_dump(
            scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=asked
        )
    )


def plain(value: Any) -> Json:
    """A model of scim2-models as JSON."""
    return value.model_dump(scim_ctx=Context.DEFAULT)


def _written(shape: type[Resource[Any]], body: Json, context: Context) -> Json:
    return plain(_resource(shape, body, context))


def _resource(shape: type[Resource[Any]], body: Json, context: Context) -> Resource[Any]:
    meant = lenient.resource(body, shape)
    return checked(lambda: shape.model_validate(meant, scim_ctx=context, scim_policy=_POLICY))


def checked(build: Callable[[], Any]) -> Any:
    """What is built, or a problem for what scim2-models refuses. Its sentences name attributes and no values."""
    try:
        return build()
    except ValidationError as error:
        raise _refusal(_first(error)) from error
    except SCIMException as error:
        cause = error.__cause__
        raise _refusal(_first(cause) if isinstance(cause, ValidationError) else error.to_error()) from error
    except RecursionError as error:
        raise Problem(400, "invalid_filter", "This is nested too deeply; ask for less at once.") from error


_CODES = {
    "invalidFilter": "invalid_filter",
    "invalidPath": "invalid_path",
    "invalidSyntax": "invalid_syntax",
    "invalidValue": "invalid_value",
    "mutability": "not_mutable",
    "noTarget": "no_target",
}


def _first(error: ValidationError) -> Error:
    return Error.from_validation_error(error.errors(include_url=False, include_input=False)[0])


def _refusal(error: Error) -> Problem:
    detail = (error.detail or "This is not as SCIM says").rstrip(".")
    return Problem(error.status or 400, _CODES.get(error.scim_type or "", "invalid_value"), f"{detail}.")
