"""The routes of signing in by a password, of links that set one, and of what people do to their own."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway import platform
from gateway.describe import takes
from gateway.identity.address import local_path
from gateway.identity.routes import for_people
from gateway.passwords import account, describe, enrolling, forms, links, signin
from gateway.passwords.asked import Endpoint, Form, or_again
from gateway.problems import Problem

_TENANT, _OWN = "/signin/{tenant}", forms.ACCOUNT


def add(router: APIRouter) -> None:
    """Adds what lies below /signin, and the giving of links. Before the routes of providers: a tenant may have any
    name."""
    password, code, welcome = describe.step(signin.SignIn, back=True), describe.step(signin.Code), links.Welcome
    given, confirmed = describe.own(account.Confirmed), describe.own(signin.Code)
    for method, path, endpoint, name, doc, extra, responses in (
        ("GET", _OWN, for_people(account.shown), "account", _ACCOUNT, describe.own(), describe.account()),
        ("POST", f"{_OWN}/password", _form(account.change_password, account.again), "change_password",
         account.Change.__doc__, describe.own(account.Change), describe.on()),
        ("POST", f"{_OWN}/authenticator", _form(account.add_authenticator, account.again), "add_authenticator",
         _OFFER, given, describe.offered()),
        ("POST", f"{_OWN}/authenticator/confirm", _form(account.confirm_authenticator, account.again_code),
         "confirm_authenticator", _CONFIRM, confirmed, describe.enrolled()),
        ("POST", f"{_OWN}/authenticator/remove", _form(account.remove_authenticator, account.again),
         "remove_authenticator", _REMOVE, given, describe.on()),
        ("POST", _TENANT, _form(signin.by_password, _again), "signin_password", signin.SignIn.__doc__, password,
         describe.on()),
        ("GET", f"{_TENANT}/code", for_people(signin.code_asked), "signin_code_page", _CODE, describe.step(),
         describe.paged()),
        ("POST", f"{_TENANT}/code", _form(signin.by_code, _again_code), "signin_code", signin.Code.__doc__, code,
         describe.on()),
        ("GET", f"{_TENANT}/authenticator", for_people(enrolling.offered), "signin_authenticator_page", _REQUIRED,
         describe.step(), describe.offered()),
        ("POST", f"{_TENANT}/authenticator", _form(enrolling.confirmed, enrolling.again), "signin_authenticator",
         _ENROL, code, describe.let_in()),
        ("GET", f"{_TENANT}/welcome", for_people(links.welcome), "welcome", _WELCOME, describe.step(linked=True),
         describe.paged()),
        ("POST", f"{_TENANT}/welcome", _form(links.set_password, links.again), "set_password", welcome.__doc__,
         describe.step(welcome, linked=True), describe.named()),
    ):  # fmt: skip
        router.add_api_route(
            path,
            endpoint,
            methods=[method],
            name=name,
            operation_id=name,
            summary=doc,
            tags=["sign-in"],
            response_class=Response,
            openapi_extra=extra,
            responses=responses,
        )
    router.add_api_route(
        "/admin/users/{id}/invite",
        links.invite,
        methods=["POST"],
        name="invite_user",
        operation_id="invite_user",
        summary=links.Invite.__doc__,
        tags=["admin: users"],
        response_class=Response,
        status_code=201,
        openapi_extra=describe.invite() | takes(links.INVITE),
        responses=describe.invited(),
    )


_ACCOUNT = "What one signs in by."
_OFFER = "Offers the secret of an authenticator; it counts once it was confirmed."
_CONFIRM = "Asks for codes of the authenticator from now on, once it has shown one."
_REMOVE = "Asks for no codes any more."
_CODE = "The page that asks for a code."
_REQUIRED = "Offers the secret of an authenticator to somebody who does not come in without one."
_ENROL = "Signs in by the first code of an authenticator that is added now."
_WELCOME = "The page that a link leads to; looking at it changes nothing."


def _form(endpoint: Endpoint, again: Form) -> Endpoint:
    """For programs, and for people on a page that is shown once more."""
    return for_people(or_again(endpoint, again))


async def _again(request: Request, problem: Problem) -> Response:
    """The form once more, for what another try may mend."""
    if problem.status in (400, 403, 404):
        raise problem
    here, tenant = platform.of(request), str(request.path_params["tenant"])
    providers = await here.sign_in.identities.providers(tenant)
    return forms.sign_in(tenant, local_path(request.query_params.get("return_to")), providers, problem)


async def _again_code(request: Request, problem: Problem) -> Response:
    if problem.status in (400, 403, 404) or problem.code == "signin_over":
        raise problem
    return forms.code(str(request.path_params["tenant"]), problem)
