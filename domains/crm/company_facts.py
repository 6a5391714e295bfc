"""A company as facts, of which a merge changes some (`domains.crm.surviving`), and a company of facts."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from domains.crm.company_profile import plain
from domains.crm.contact_details import Reached
from domains.crm.surviving import (
    Fact,
    Facts,
    addresses_of,
    labels_of,
    of_addresses,
    of_labels,
    of_points,
    points_of,
    texts,
)
from schemas.contract import Erased
from schemas.generated.common import Money
from schemas.generated.crm.company import Company

_TEXTS = (
    "name", "sector", "location", "website", "linkedin", "registration_number", "vat_number", "description",
    "parent_id", "owner_id", "lifecycle", "source",
)  # fmt: skip
_NUMBERS = ("year_established", "employees")
TAKEN = (*_TEXTS, *_NUMBERS, "revenue", "domain", "phone", "address", "custom")
"""Fields of which both companies may have a value and one stays. Of what is listed, all stays."""
PARENT: Fact = ("parent_id", "")


def facts(company: Company) -> dict[Fact, str]:
    """What a company holds."""
    numbers = {name: getattr(company, name) for name in _NUMBERS}
    found: dict[Fact, str] = {(name, ""): str(value) for name, value in numbers.items() if value is not None}
    if company.revenue is not None:
        found["revenue", ""] = f"{company.revenue.amount:.4f} {company.revenue.currency}"
    if company.domains:
        found["domain", ""] = company.domains[0]
    return {
        **texts(company, _TEXTS),
        **found,
        **{("domains", each): "" for each in company.domains},
        **of_points("phones", "phone", Reached(company.phone, company.phones)),
        **of_addresses(company.addresses),
        **of_labels(company),
    }


def with_facts(company: Company, held: Facts) -> Company:
    """The company, holding these facts in place of its own."""
    phone, phones = plain(points_of(held, "phones", "phone"))
    addresses = addresses_of(held)
    return replace(
        company,
        **{name: held.get((name, "")) for name in _TEXTS} | {"name": held.get(("name", ""), "")},
        **{name: _number(held, name) for name in _NUMBERS},
        revenue=_revenue(held),
        domains=_domains(held),
        phone=phone,
        phones=phones,
        addresses=None if isinstance(addresses, Erased) else addresses,
        **labels_of(held),
    )


def _number(held: Mapping[Fact, str], name: str) -> int | None:
    text = held.get((name, ""))
    return None if text is None else int(text)


def _revenue(held: Facts) -> Money | None:
    text = held.get(("revenue", ""))
    if text is None:
        return None
    amount, _, currency = text.partition(" ")
    return Money(amount=Decimal(amount), currency=currency)


def _domains(held: Facts) -> tuple[str, ...]:
    """The primary one first."""
    first, names = held.get(("domain", "")), [each for field, each in held if field == "domains"]
    return tuple(sorted(names, key=lambda each: each != first))
