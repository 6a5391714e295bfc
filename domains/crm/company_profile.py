"""What is known of a company beside its name and its place in a tree: figures, numbers, and how it is reached.

A company is no person, so that nothing of this is sealed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import SplitResult, urlsplit

import idna

from domains.checks import optional_money, optional_text
from domains.crm.contact_details import MOST, Reached, by_phone, postal
from domains.kernel import Rejected
from schemas.generated.common import ContactPoint, Money, PostalAddress
from schemas.generated.crm.company import (
    ChangeCompanyProfile,
    Company,
    CompanyCreated,
    CompanyProfileChanged,
    CreateCompany,
    RecordCompany,
)

LONGEST_DESCRIPTION = 5000
"""Characters."""
_VAT = re.compile(r"(?=.*[0-9])[A-Z0-9]{4,20}")
_BETWEEN = re.compile(r"[\s.\-/]")
_LINKEDIN = re.compile(r"/(company|school|showcase)/([^/?#]+)/?")


@dataclass(frozen=True, slots=True)
class Profile:
    """Fields are called as they are in states and events. `phones` says more than `phone` where there is more to say,
    as it does of contacts."""

    sector: str | None = None
    year_established: int | None = None
    revenue: Money | None = None
    employees: int | None = None
    location: str | None = None
    website: str | None = None
    linkedin: str | None = None
    registration_number: str | None = None
    vat_number: str | None = None
    description: str | None = None
    domains: tuple[str, ...] = ()
    phone: str | None = None
    phones: tuple[ContactPoint, ...] | None = None
    addresses: tuple[PostalAddress, ...] | None = None


NOTHING = Profile()


def profile_of(record: Company | CompanyCreated | CompanyProfileChanged) -> Profile:
    """The profile that a state has, or that an event tells."""
    return Profile(**{each.name: getattr(record, each.name) for each in fields(Profile)})


def told(profile: Profile) -> dict[str, Any]:
    """The profile as the fields of a state or an event."""
    return {each.name: getattr(profile, each.name) for each in fields(Profile)}


def to_profile(given: CreateCompany | ChangeCompanyProfile | RecordCompany, known: Profile) -> Profile:
    """The profile that a command leaves: what it says, and of domains, numbers and addresses those that are known where
    it says none. Raises Rejected: year_implausible, employees_implausible, domain_malformed, website_malformed,
    linkedin_malformed, vat_number_malformed, …, and as contacts do for numbers and addresses."""
    if given.year_established is not None and not 1000 <= given.year_established <= 2200:
        raise Rejected("year_implausible", "The year is not between 1000 and 2200; correct it.", "year_established")
    if given.employees is not None and not 0 <= given.employees <= 100_000_000:
        raise Rejected("employees_implausible", "Employees are from 0 to 100 million; correct the number.", "employees")
    phones, addresses, domains = (
        (None, None, _joined(given.domains, known.domains))
        if isinstance(given, RecordCompany)
        else (given.phones, given.addresses, _domains(given.domain, given.domains, known.domains))
    )
    phone, phones = _phones(given.phone, phones, known)
    return Profile(
        sector=optional_text(given.sector, "sector"),
        year_established=given.year_established,
        revenue=optional_money(given.revenue, "revenue"),
        employees=given.employees,
        location=optional_text(given.location, "location"),
        website=website(given.website),
        linkedin=linkedin(given.linkedin),
        registration_number=optional_text(given.registration_number, "registration_number", 100),
        vat_number=vat_number(given.vat_number),
        description=optional_text(given.description, "description", LONGEST_DESCRIPTION),
        domains=domains,
        phone=phone,
        phones=phones,
        addresses=_addresses(addresses, known.addresses),
    )


def filled_up(given: Profile, known: Profile) -> Profile:
    """What a row of an import says, and what is known where it says nothing."""
    said = {name: value for name, value in told(given).items() if value not in (None, ())}
    return Profile(**told(known) | said)


def domain_name(value: str, field: str = "domains") -> str:
    """A domain in the form in which equal ones are equal: small letters, Unicode (IDNA 2008, UTS 46), without what
    stands around it in an address of the web."""
    text = value.strip()
    split = _split(text if "://" in text else f"//{text}")
    host = None if split is None else split.hostname
    normal = None if host is None else _host(host.removeprefix("www."))
    if normal is None:
        message = "The domain cannot be; write it as umbra.example."
        raise Rejected("domain_malformed", message, field)
    return normal


def website(value: str | None) -> str | None:
    """An address of the web: https where it does not say how, its host in Unicode."""
    text = optional_text(value, "website")
    if text is None:
        return None
    split = _split(_with_scheme(text))
    host = None if split is None or split.hostname is None else _host(split.hostname)
    if split is None or host is None or split.scheme not in ("http", "https") or "@" in split.netloc or " " in text:
        message = "The website has no address that can be; write it as https://umbra.example."
        raise Rejected("website_malformed", message, "website")
    place = host if split.port is None else f"{host}:{split.port}"
    path = "" if split.path == "/" and not split.query else split.path
    return f"{split.scheme}://{place}{path}" + (f"?{split.query}" if split.query else "")


def linkedin(value: str | None) -> str | None:
    """A company's page at LinkedIn, by its whole address or from `company/` on."""
    text = optional_text(value, "linkedin")
    if text is None:
        return None
    short = text.removeprefix("/")
    split = _split(f"https://linkedin.com/{short}" if short.startswith("company/") else _with_scheme(text))
    page = None if split is None else _LINKEDIN.fullmatch(split.path)
    if split is None or page is None or not f".{split.hostname}".endswith(".linkedin.com"):
        message = "This is no company's page at LinkedIn; write it as https://www.linkedin.com/company/umbra."
        raise Rejected("linkedin_malformed", message, "linkedin")
    return f"https://www.linkedin.com/{page[1]}/{page[2]}"


def vat_number(value: str | None) -> str | None:
    """A VAT number without what people write between its parts. Whether it was ever given is not asked."""
    text = optional_text(value, "vat_number", 50)
    if text is None:
        return None
    normal = _BETWEEN.sub("", text).upper()
    if not _VAT.fullmatch(normal):
        message = "The VAT number cannot be; write its country and 4 to 20 letters and digits, such as DE123456789."
        raise Rejected("vat_number_malformed", message, "vat_number")
    return normal


def _with_scheme(text: str) -> str:
    return text if "://" in text else f"https://{text}"


def _split(address: str) -> SplitResult | None:
    try:
        split = urlsplit(address)
        _ = split.port  # which raises for one that is no number
    except ValueError:
        return None
    return split


def _host(host: str) -> str | None:
    """A host that has a domain, in Unicode; None for what is none, such as an address of the internet."""
    try:
        normal = idna.decode(idna.encode(host.rstrip("."), uts46=True))
    except idna.IDNAError:
        return None
    return None if "." not in normal or normal.rpartition(".")[2].isdigit() else normal


def _domains(main: str | None, given: Sequence[str] | None, known: tuple[str, ...]) -> tuple[str, ...]:
    first = None if main is None or not main.strip() else domain_name(main, "domain")
    if given is None:
        return known if first is None else (first, *(each for each in known[1:] if each != first))
    named = [domain_name(each) for each in given]
    if len(set(named)) < len(named):
        raise Rejected("domains_repeated", "One of the domains stands there twice; leave one out.", "domains")
    if len(named) > MOST:
        raise Rejected("domains_too_many", f"There are more than {MOST} domains; leave some out.", "domains")
    if first is None:
        return tuple(named)
    if first not in named:
        message = "The domain is not among the domains; add it to them, or leave it out."
        raise Rejected("domain_not_listed", message, "domain")
    return (first, *(each for each in named if each != first))


def _joined(given: Sequence[str] | None, known: tuple[str, ...]) -> tuple[str, ...]:
    """The domains that a row of an import names, before those that are known."""
    named = _domains(None, given, known)
    return _domains(None, [*named, *(each for each in known if each not in named)], known)


def _phones(
    main: str | None, given: tuple[ContactPoint, ...] | None, known: Profile
) -> tuple[str | None, tuple[ContactPoint, ...] | None]:
    main = optional_text(main, "phone", 50)
    if main is None and given is None:
        return known.phone, known.phones
    return plain(by_phone(given, main, Reached(known.phone, known.phones)))


def plain(reached: Reached) -> tuple[str | None, tuple[ContactPoint, ...] | None]:
    """Numbers of a company, of which nothing is ever erased."""
    main = reached.main if isinstance(reached.main, str) else None
    return main, reached.points if isinstance(reached.points, tuple) else None


def _addresses(
    given: tuple[PostalAddress, ...] | None, known: tuple[PostalAddress, ...] | None
) -> tuple[PostalAddress, ...] | None:
    left = postal(given, known)
    return left if isinstance(left, tuple) else None
