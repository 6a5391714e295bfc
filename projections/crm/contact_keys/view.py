"""By what a contact is found among those who may be the same person, and of whom it was said that they are not.

Keys hold parts of what is personal, and go with it when the person is erased.
"""

from dataclasses import dataclass, replace
from typing import assert_never

from projections.crm.blocking import codes_of, described, joint
from projections.crm.comparing import as_given
from projections.crm.custom import shown_values
from projections.crm.likeness import Profile, born_in, profile
from projections.person import listed, points
from schemas.generated.crm.contact import (
    ContactAbsorbed,
    ContactAssigned,
    ContactChanged,
    ContactClassified,
    ContactCompanyGivenBack,
    ContactCompanyReplaced,
    ContactCreated,
    ContactErased,
    ContactEvent,
    ContactExpired,
    ContactFieldsSet,
    ContactMergeAbandoned,
    ContactMerged,
    ContactMergeFinished,
    ContactMergeRefused,
    ContactMergeStarted,
    ContactMoved,
    ContactParted,
    ContactRemoved,
    ContactRestored,
    ContactShared,
    ContactTagged,
    ContactUnmerged,
    ContactUnshared,
    DuplicateDismissed,
)


@dataclass(frozen=True, slots=True)
class ContactKeysRow:
    """`keys` are all of them; `described`, `codes`, `born` and `company_id` are what they are made of. `apart` are the
    contacts who are somebody else."""

    keys: tuple[str, ...]
    described: tuple[str, ...]
    codes: tuple[str, ...]
    born: str
    company_id: str | None
    apart: tuple[str, ...]


_NONE = ContactKeysRow((), (), (), "", None, ())


def key(event: ContactEvent) -> str:
    return event.contact_id


def evolve(row: ContactKeysRow | None, event: ContactEvent) -> ContactKeysRow | None:
    match event:
        case ContactCreated():
            return _described(replace(_NONE, company_id=event.company_id), event)
        case ContactChanged():
            return row and _described(row, event)
        case ContactMoved():
            return row and _keyed(replace(row, company_id=event.company_id))
        case ContactFieldsSet():
            born = profile(None, born=born_in(shown_values(event.custom))).born
            return row and _keyed(replace(row, born=born))
        case DuplicateDismissed():
            return row and replace(row, apart=tuple(dict.fromkeys((*row.apart, event.other_id))))
        case (
            ContactAssigned()
            | ContactClassified()
            | ContactTagged()
            | ContactShared()
            | ContactUnshared()
            | ContactExpired()
        ):
            return row
        case (
            ContactMergeStarted()
            | ContactMergeRefused()
            | ContactMergeAbandoned()
            | ContactAbsorbed()
            | ContactMergeFinished()
            | ContactParted()
            | ContactMerged()
            | ContactUnmerged()
            | ContactCompanyReplaced()
            | ContactCompanyGivenBack()
        ):
            return row
        case ContactRemoved() | ContactRestored():
            return row  # whether there is such a contact, the contacts say
        case ContactErased():
            return row and replace(_NONE, apart=row.apart)
        case _:
            assert_never(event)


def _described(row: ContactKeysRow, event: ContactCreated | ContactChanged) -> ContactKeysRow:
    about = _profile(event)
    return _keyed(replace(row, codes=codes_of(about), described=tuple(sorted(set(described(about))))))


def _keyed(row: ContactKeysRow) -> ContactKeysRow:
    return replace(row, keys=tuple(sorted({*row.described, *joint(row.codes, row.born, row.company_id)})))


def _profile(event: ContactCreated | ContactChanged) -> Profile:
    return profile(
        event.name if isinstance(event.name, str) else None,
        [each.value for each in points(event.emails, event.email) or ()],
        [each.value for each in points(event.phones, event.phone) or ()],
        [as_given(each) for each in listed(event.addresses) or ()],
    )
