"""By what a company is found among those that may be the same one, and of which it was said that they are not."""

from dataclasses import dataclass, replace
from typing import assert_never

from projections.crm.company_blocking import codes_of, described, joint, named, places_of
from projections.crm.company_likeness import profile
from projections.crm.company_names import name_of
from projections.crm.comparing import as_given
from projections.crm.hosts import hosts_of
from projections.person import listed, points
from schemas.generated.crm.company import (
    CompanyAbsorbed,
    CompanyAssigned,
    CompanyClassified,
    CompanyCreated,
    CompanyDuplicateDismissed,
    CompanyEvent,
    CompanyFieldsSet,
    CompanyMergeAbandoned,
    CompanyMerged,
    CompanyMergeFinished,
    CompanyMergeRefused,
    CompanyMergeStarted,
    CompanyParted,
    CompanyPlaced,
    CompanyProfileChanged,
    CompanyPurged,
    CompanyRemoved,
    CompanyRenamed,
    CompanyRestored,
    CompanyShared,
    CompanyTagged,
    CompanyUnmerged,
    CompanyUnshared,
    ParentGivenBack,
    ParentReplaced,
)


@dataclass(frozen=True, slots=True)
class CompanyKeysRow:
    """`keys` are all of them; `named`, `codes`, `described` and `places` are what they are made of. `apart` are the
    companies that are others."""

    keys: tuple[str, ...]
    named: tuple[str, ...]
    codes: tuple[str, ...]
    described: tuple[str, ...]
    places: tuple[str, ...]
    apart: tuple[str, ...]


_NONE = CompanyKeysRow((), (), (), (), (), ())


def key(event: CompanyEvent) -> str:
    return event.company_id


def evolve(row: CompanyKeysRow | None, event: CompanyEvent) -> CompanyKeysRow | None:
    match event:
        case CompanyCreated():
            return _keyed(_described(_named(_NONE, event.name), event))
        case CompanyRenamed():
            return row and _keyed(_named(row, event.name))
        case CompanyProfileChanged():
            return row and _keyed(_described(row, event))
        case CompanyDuplicateDismissed():
            return row and replace(row, apart=tuple(dict.fromkeys((*row.apart, event.other_id))))
        case (
            CompanyPlaced()
            | CompanyAssigned()
            | CompanyClassified()
            | CompanyTagged()
            | CompanyFieldsSet()
            | CompanyShared()
            | CompanyUnshared()
            | ParentReplaced()
            | ParentGivenBack()
        ):
            return row
        case (
            CompanyMergeStarted()
            | CompanyMergeRefused()
            | CompanyMergeAbandoned()
            | CompanyAbsorbed()
            | CompanyMergeFinished()
            | CompanyParted()
            | CompanyMerged()
            | CompanyUnmerged()
        ):
            return row
        case CompanyRemoved() | CompanyRestored():
            return row  # whether there is such a company, the companies say
        case CompanyPurged():
            return None
        case _:
            assert_never(event)


def _named(row: CompanyKeysRow, text: str) -> CompanyKeysRow:
    name = name_of(text)
    return replace(row, named=tuple(sorted(set(named(name)))), codes=codes_of(name))


def _described(row: CompanyKeysRow, event: CompanyCreated | CompanyProfileChanged) -> CompanyKeysRow:
    about = profile(
        None,
        hosts_of(event.domains, event.website),
        [each.value for each in points(event.phones, event.phone) or ()],
        event.vat_number,
        event.registration_number,
        event.linkedin,
        [as_given(each) for each in listed(event.addresses) or ()],
    )
    return replace(row, described=tuple(sorted(set(described(about)))), places=places_of(about))


def _keyed(row: CompanyKeysRow) -> CompanyKeysRow:
    return replace(row, keys=tuple(sorted({*row.named, *row.described, *joint(row.codes, row.places)})))
