"""Where browsers find this gateway, and what comes from there."""

import re

from fastapi import Request

from gateway.problems import Problem
from gateway.web import HOME
from infra.settings import Settings, is_loopback

_LOCAL = re.compile(r"/(?![/\\])[\x21-\x7e]{0,2000}")
CALLBACK = "/signin/callback"


def public_address(settings: Settings) -> str:
    """Scheme, host and port, as `NEXUS_PUBLIC_URL` has them; a 503 problem where nobody said and others can come."""
    if settings.public_url:
        return settings.public_url
    if not is_loopback(settings.gateway_host):
        detail = "Nobody can sign in before NEXUS_PUBLIC_URL says under which https address browsers find the gateway."
        raise Problem(503, "signin_not_set_up", detail, headers={"Retry-After": "60"})
    host = f"[{settings.gateway_host}]" if ":" in settings.gateway_host else settings.gateway_host
    return f"http://{host}:{settings.gateway_port}"


def is_secure(settings: Settings) -> bool:
    """Whether browsers come by https, so that cookies may be kept to that."""
    return settings.public_url.startswith("https://")


def is_own(request: Request, settings: Settings) -> bool:
    """Whether a page of this gateway sent it: browsers say so with every change, and no page can say it for them."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is None and origin is None:
        return False
    return site in (None, "same-origin") and origin in (None, public_address(settings))


def local_path(asked: str | None) -> str:
    """A path on this gateway to go on to, the console's where none is asked for; a 400 problem for anything that leads
    elsewhere."""
    if asked is None:
        return HOME
    if not _LOCAL.fullmatch(asked) or "\\" in asked:
        detail = "return_to is a path here that begins with one /, such as /docs; leave the host out."
        raise Problem(400, "bad_return", detail, "return_to")
    return asked
