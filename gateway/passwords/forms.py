"""The forms that people fill in: plain HTML, with the names that password managers know."""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote, urlencode

from fastapi.responses import Response

from gateway.identity.directory import Provider
from gateway.pages import page
from gateway.passwords import codes
from gateway.passwords.asked import UNSEEN
from gateway.passwords.credentials import Known
from gateway.passwords.rules import SHORTEST
from gateway.problems import Problem

ACCOUNT = "/signin/account"


def sign_in(
    tenant: str, return_to: str, providers: Sequence[Provider] = (), problem: Problem | None = None
) -> Response:
    """Name and password, and the providers that one may come in through instead."""
    here = f"/signin/{quote(tenant)}"
    fields = _field("name", "User name or email address", "text", "username", focus=True)
    fields += _field("password", "Password", "password", "current-password")
    body = _form(f"{here}?{urlencode({'return_to': return_to})}", fields, "Sign in")
    if providers:
        ways = ((each.name, urlencode({"provider": each.id, "return_to": return_to})) for each in providers)
        links = (f'<li><a href="{escape(here)}?{escape(asked)}">{escape(name)}</a>' for name, asked in ways)
        body += f"<h2>Or sign in through</h2><ul>{''.join(links)}</ul>"
    return _page(f"Sign in to {tenant}", body, problem)


def code(tenant: str, problem: Problem | None = None) -> Response:
    """The code of an authenticator, or a recovery code."""
    fields = _field("code", "Code of your authenticator, or a recovery code", "text", "one-time-code", focus=True)
    body = _form(f"/signin/{quote(tenant)}/code", fields, "Go on")
    return _page("One more step", body, problem)


def welcome(tenant: str, link: str, named: str, problem: Problem | None = None) -> Response:
    """A password, chosen by whoever holds the link. The name is there for password managers."""
    body = f"<p>You sign in to {escape(tenant)} as <strong>{escape(named)}</strong>. A password has at least "
    body += f"{SHORTEST} characters; take several words that do not belong together.</p>"
    fields = f'<input type=text autocomplete=username value="{escape(named)}" readonly hidden>'
    fields += _field("password", "New password", "password", "new-password", focus=True)
    fields += _field("repeated", "The same again", "password", "new-password")
    body += _form(f"/signin/{quote(tenant)}/welcome?{urlencode({'link': link})}", fields, "Set the password")
    return _page("Choose a password", body, problem)


def welcomed(tenant: str, named: str) -> Response:
    """A password is set."""
    body = f"<p>From now on you sign in as <strong>{escape(named)}</strong> with it.</p>"
    body += f'<p><a href="/signin/{escape(quote(tenant))}">Sign in</a></p>'
    return _page("Your password is set", body)


def account(known: Known, csrf: str, problem: Problem | None = None) -> Response:
    """What somebody signs in by, and how to change it."""
    fields = _field("old", "Your password now", "password", "current-password")
    fields += _field("password", "New password", "password", "new-password")
    fields += _field("repeated", "The same again", "password", "new-password")
    body = f"<p>You sign in as <strong>{escape(known.named)}</strong>.</p><h2>Password</h2>"
    body += _form(f"{ACCOUNT}/password", _csrf(csrf) + fields, "Change the password") + "<h2>Authenticator</h2>"
    asked = _csrf(csrf) + _field("password", "Your password", "password", "current-password", id="theirs")
    if known.totp is None:
        body += "<p>With an authenticator on your telephone a password alone lets nobody in.</p>"
        body += _form(f"{ACCOUNT}/authenticator", asked, "Add an authenticator")
    else:
        body += f"<p>Codes of your authenticator are asked for; {len(known.recovery)} recovery codes are left.</p>"
        body += _form(f"{ACCOUNT}/authenticator/remove", asked, "Remove it")
    return _page("Your account", body, problem)


def authenticator(secret: str, address: str, csrf: str, problem: Problem | None = None) -> Response:
    """A new authenticator, which shows by a code that it works."""
    body = _shown(secret, address) + _form(f"{ACCOUNT}/authenticator/confirm", _csrf(csrf) + _first_code(), "Go on")
    return _page("Add an authenticator", body, problem)


def required(tenant: str, secret: str, address: str, problem: Problem | None = None) -> Response:
    """The same of somebody who does not come in without."""
    body = f"<p>In {escape(tenant)} nobody comes in by a password alone.</p>" + _shown(secret, address)
    body += _form(f"/signin/{quote(tenant)}/authenticator", _first_code(), "Go on")
    return _page("Add an authenticator", body, problem)


def _shown(secret: str, address: str) -> str:
    body = "<p>Read this picture with the authenticator, or type the secret into it. Then give its code.</p>"
    body += f'<p><img src="{escape(codes.picture(address))}" alt="The secret below as a QR code"></p>'
    return body + f"<p><code>{escape(secret)}</code></p>"


def _first_code() -> str:
    return _field("code", "Code", "text", "one-time-code", focus=True)


def recovery_codes(given: Sequence[str], onward: str) -> Response:
    """The recovery codes, told this once, and where one goes on to."""
    items = "".join(f"<li><code>{escape(each)}</code>" for each in given)
    body = "<p>From now on a code is asked for. Each of these lets you in once without the authenticator. Keep them "
    body += f"where others do not look: nothing shows them again.</p><ol>{items}</ol>"
    body += f'<p><a href="{escape(onward)}">Go on</a></p>'
    return _page("Your recovery codes", body)


def _page(title: str, body: str, problem: Problem | None = None) -> Response:
    if problem is None:
        return page(title, body, headers=UNSEEN)
    told = f"<p role=alert>{escape(problem.detail)} <code>{escape(problem.code)}</code></p>"
    return page(title, told + body, problem.status, {**problem.headers, **UNSEEN})


def _form(action: str, fields: str, button: str) -> str:
    return f'<form method=post action="{escape(action)}">{fields}<p><button>{escape(button)}</button></p></form>'


def _csrf(csrf: str) -> str:
    return f'<input type=hidden name=csrf value="{escape(csrf)}">'


def _field(name: str, label: str, kind: str, complete: str, *, focus: bool = False, id: str | None = None) -> str:
    focused = " autofocus" if focus else ""
    return (
        f'<label for="{id or name}">{escape(label)}</label>'
        f'<input id="{id or name}" name="{name}" type={kind} autocomplete={complete} required{focused}>'
    )
