"""A contact as facts, of which a merge changes some (`domains.crm.surviving`), and a contact of facts."""

from dataclasses import replace

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
from schemas.generated.crm.contact import Contact

SINGLE = ("name", "job_title", "company_id", "owner_id", "lifecycle", "source")
TAKEN = (*SINGLE, "email", "phone", "address", "custom")
"""Fields of which both contacts may have a value and one stays. Of what is listed, all stays."""


def facts(contact: Contact) -> dict[Fact, str]:
    """What a contact holds; nothing of what was erased."""
    return {
        **texts(contact, SINGLE),
        **of_points("emails", "email", Reached(contact.email, contact.emails)),
        **of_points("phones", "phone", Reached(contact.phone, contact.phones)),
        **of_addresses(contact.addresses),
        **of_labels(contact),
    }


def with_facts(contact: Contact, held: Facts) -> Contact:
    """The contact, holding these facts in place of its own."""
    emails, phones = points_of(held, "emails", "email"), points_of(held, "phones", "phone")
    labels = labels_of(held)
    return replace(
        contact,
        **{name: held.get((name, "")) for name in SINGLE},
        email=emails.main,
        emails=emails.points,
        phone=phones.main,
        phones=phones.points,
        addresses=addresses_of(held),
        **labels | {"custom": labels["custom"] or None},
    )
