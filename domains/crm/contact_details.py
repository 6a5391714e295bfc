"""How somebody is reached: email addresses, telephone numbers and postal addresses, of each one the primary, which
comes first.

A record says of its primary address or number what it always did (`email`, `phone`), and lists them only where there is
more to say: several, or what one is used for.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import idna
import phonenumbers

from domains.checks import email, optional_text, personal
from domains.kernel import Rejected
from schemas.contract import Erased
from schemas.generated.common import ContactPoint, PostalAddress

MOST = 50
"""Addresses or numbers of one kind that a record has."""

Personal = str | Erased | None
Points = tuple[ContactPoint, ...] | Erased | None
Addresses = tuple[PostalAddress, ...] | Erased | None
_Listed = TypeVar("_Listed", ContactPoint, PostalAddress)
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Reached:
    """The primary address or number, and all of them where that does not say it all."""

    main: Personal
    points: Points


def by_email(given: Points, main: Personal, known: Reached) -> Reached:
    """The email addresses that a command leaves. `given` are all of them; where it is None, `main` takes the place of
    the primary one and the others stay. Where both are None, what is listed stays, and an only address goes. Raises
    Rejected(email_malformed, emails_repeated, email_not_listed, …)."""
    return _reached(given, main, known, email_address, "email")


def by_phone(given: Points, main: Personal, known: Reached) -> Reached:
    """The telephone numbers that a command leaves, likewise."""
    return _reached(given, main, known, phone_number, "phone")


def email_address(value: Personal, field: str = "email") -> Personal:
    """An address in the form in which equal ones are equal: small letters, the host in Unicode (IDNA 2008, UTS 46)."""
    checked = email(value, field)
    if not isinstance(checked, str):
        return checked
    local, _, host = unicodedata.normalize("NFC", checked).rpartition("@")
    try:
        return f"{local.lower()}@{idna.decode(idna.encode(host, uts46=True))}"
    except idna.IDNAError as error:
        message = "The email address has a host that cannot be; write it as name@example.com."
        raise Rejected("email_malformed", message, field) from error


def phone_number(value: Personal, field: str = "phone") -> Personal:
    """A number as E.164 has it, with RFC 3966's `;ext=` where it has an extension. One without a country code stands as
    it was written: nobody knows which country was meant."""
    checked = personal(value, field, 50)
    if not isinstance(checked, str) or not checked.startswith(("+", "00")):
        return checked
    try:
        number = phonenumbers.parse("+" + checked.removeprefix("00").removeprefix("+"))
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        message = "The telephone number cannot be; write country code and number, such as +44 20 7183 8750."
        raise Rejected("phone_malformed", message, field)
    extension = f";ext={number.extension}" if number.extension else ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) + extension


def postal(given: Addresses, known: Addresses) -> Addresses:
    """The postal addresses that a command leaves: those given, or the known ones where it gives none."""
    if given is None or isinstance(given, Erased):
        return known if given is None else given
    checked = [_postal(each) for each in given]
    return _led(_distinct(checked, "addresses"), "addresses") or None


def gathered(points: Sequence[ContactPoint]) -> Reached:
    """Checked addresses or numbers, of which one may be the primary, as a record tells them."""
    return _told(_led(points, "addresses"))


def placed(addresses: Sequence[PostalAddress]) -> Addresses:
    """Checked postal addresses, of which one may be the primary, as a record tells them."""
    return _led(addresses, "addresses") or None


def _reached(
    given: Points, main: Personal, known: Reached, normal: Callable[[Personal, str], Personal], field: str
) -> Reached:
    main, listed = normal(main, field), f"{field}s"
    if isinstance(main, Erased) or isinstance(given, Erased):
        return Reached(main, known.points if given is None else given or None)
    if given is None and isinstance(known.points, Erased):
        return Reached(main, known.points)
    if given is None and main is None and known.points is not None:
        return known
    if given is None:
        left = [each for each in spread(known) if not each.primary and each.value != main]
        return _told(_led([*_first(main, spread(known)), *left], listed))
    points = _distinct([_point(each, normal, listed) for each in given], listed)
    if main is None:
        return _told(_led(points, listed))
    if main not in [each.value for each in points]:
        message = f"The {field} is not among the {listed}; add it to them, or leave it out."
        raise Rejected(f"{field}_not_listed", message, field)
    return _told(_led([replace(each, primary=each.value == main) for each in points], listed))


def spread(reached: Reached) -> Sequence[ContactPoint]:
    """All addresses or numbers, also where only the primary one is told. None of somebody who was erased."""
    if isinstance(reached.points, Erased) or isinstance(reached.main, Erased):
        return ()
    if reached.points is not None:
        return reached.points
    return () if reached.main is None else (ContactPoint(value=reached.main, primary=True),)


def _told(points: tuple[ContactPoint, ...]) -> Reached:
    """As a record tells it."""
    if not points:
        return Reached(None, None)
    main = points[0].value
    return Reached(main, None if points == (ContactPoint(value=main, primary=True),) else points)


def _first(main: str | None, known: Sequence[ContactPoint]) -> Sequence[ContactPoint]:
    """The one that is to be the primary, with what is known of its use."""
    if main is None:
        return ()
    same = next((each for each in known if each.value == main), ContactPoint(value=main))
    return (replace(same, primary=True),)


def _led(values: Sequence[_Listed], field: str) -> tuple[_Listed, ...]:
    """With the primary one first, which is the first of all where none says that it is."""
    primaries = [each for each in values if each.primary]
    if len(primaries) > 1:
        message = f"Several of the {field} are primary; say so of one."
        raise Rejected(f"{field}_primaries", message, field)
    if not values:
        return ()
    first = (primaries or values)[0]
    return (replace(first, primary=True), *(each for each in values if each is not first))


def _distinct(values: Sequence[_Listed], field: str) -> Sequence[_Listed]:
    plain = [replace(each, kind=None, primary=False) for each in values]
    if any(each in plain[:at] for at, each in enumerate(plain)):
        raise Rejected(f"{field}_repeated", f"One of the {field} stands there twice; leave one out.", field)
    if len(values) > MOST:
        raise Rejected(f"{field}_too_many", f"There are more than {MOST} {field}; leave some out.", field)
    return values


def _point(given: ContactPoint, normal: Callable[[Personal, str], Personal], field: str) -> ContactPoint:
    value = normal(given.value, field)
    if not isinstance(value, str):
        raise Rejected(f"{field}_blank", f"One of the {field} is blank; fill it in or leave it out.", field)
    return replace(given, value=value)


def _postal(given: PostalAddress) -> PostalAddress:
    country = optional_text(given.country, "country", 2)
    if country is not None and not _COUNTRY.fullmatch(country.upper()):
        message = "A country is two letters (ISO 3166-1), such as GB."
        raise Rejected("country_malformed", message, "addresses")
    address = replace(
        given,
        street=optional_text(given.street, "street"),
        city=optional_text(given.city, "city", 200),
        region=optional_text(given.region, "region", 200),
        postal_code=optional_text(given.postal_code, "postal_code", 20),
        country=country and country.upper(),
    )
    if (address.street, address.city, address.postal_code) == (None, None, None):
        message = "An address needs a street, a city or a postal code; give one."
        raise Rejected("address_blank", message, "addresses")
    return address
