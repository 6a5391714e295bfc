"""Which company a contact works for while companies are merged. The functions give the events of a command."""

from collections.abc import Sequence

from domains.crm import company_replaced
from schemas.generated.crm.contact import (
    Contact,
    ContactCompanyGivenBack,
    ContactCompanyReplaced,
    ContactEvent,
    ContactMoved,
    GiveBackContactCompany,
    ReplaceContactCompany,
)


def replaced(command: ReplaceContactCompany, contact: Contact) -> Sequence[ContactEvent]:
    id, company, by, at = contact.contact_id, command.company_id, command.by_id, command.at
    if not company_replaced.replaces(contact.companies_replaced, company, by, contact.company_id):
        return []
    named = contact.company_id == company
    told = ContactCompanyReplaced(contact_id=id, company_id=company, by_id=by, named=named, at=at)
    return [told, *([ContactMoved(contact_id=id, company_id=by, at=at)] if named else ())]


def given_back(command: GiveBackContactCompany, contact: Contact) -> Sequence[ContactEvent]:
    id, company, by, at = contact.contact_id, command.company_id, command.by_id, command.at
    noted = contact.companies_replaced
    if company_replaced.known(noted, company, by) is None:
        return []
    told = ContactCompanyGivenBack(contact_id=id, company_id=company, by_id=by, at=at)
    back = company_replaced.gives_back(noted, company, by, contact.company_id)
    return [told, *([ContactMoved(contact_id=id, company_id=company, at=at)] if back else ())]
