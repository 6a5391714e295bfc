"""Which record on file a row is about, by what the import says that they have in common."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domains.crm.contact_details import Personal, email_address, phone_number
from domains.integration.cell_forms import same_name
from domains.kernel import Rejected
from infra.sheets.problems import Problem
from schemas.contract import ERASED
from streams.importer.lookup import Lookup
from streams.importer.problems import RowRefused

OnFile = Iterable[tuple[str, Sequence[str | None]]]
"""Records on file: ids with what is matched on, references as ids."""


@dataclass(frozen=True, slots=True)
class Match:
    """`fields` are what rows and records have in common; `known` has the ids of records by them. `new(kind, key)` gives
    the id of a record that the import brings into being, the same each time, and no other import's."""

    fields: Sequence[str]
    known: Lookup
    new: Callable[[str, str], str]

    def identify(self, kind: str, row: Mapping[str, Any]) -> str:
        """The id of the one record that fits, or a new one's; raises `RowRefused`."""
        given = [row.get(field) for field in self.fields]
        for field, value in zip(self.fields, given, strict=True):
            if value is None:
                reason = f"Rows are matched on the {field.replace('_', ' ')}, which is blank here; fill it in."
                raise RowRefused(Problem("match_blank", reason, field))
        key = _common(self.fields, [str(value) for value in given])
        found = self.known.find(key)
        if len(found) > 1:
            words = " and ".join(field.replace("_", " ") for field in self.fields)
            reason = f"{len(found)} records on file have this {words}; merge them, or match on more."
            raise RowRefused(Problem("match_ambiguous", reason, self.fields[0]))
        return found[0] if found else self.new(kind, "\0".join(key))


def learn(known: Lookup, fields: Sequence[str], records: OnFile) -> None:
    """Takes in what is on file. Records that lack something of it, or are of somebody erased, are found by nobody."""
    known.put(_keys(fields, records))


def _keys(fields: Sequence[str], records: OnFile) -> Iterator[tuple[Sequence[str], str]]:
    erased = str(ERASED)
    for id, values in records:
        held = [value for value in values if value is not None and value != erased]
        if len(held) == len(fields):
            yield _common(fields, held), id


def _common(fields: Sequence[str], values: Sequence[str]) -> list[str]:
    """The form in which a row's values and a record's are equal."""
    return [_FORMS.get(field, same_name)(value) for field, value in zip(fields, values, strict=True)]


def _phone(value: str) -> str:
    """Of a number of a telephone its digits alone count."""
    return "".join(filter(str.isdigit, _normal(phone_number, value)))


def _email(value: str) -> str:
    return same_name(_normal(email_address, value))


def _normal(form: Callable[[Personal], Personal], value: str) -> str:
    """A value as contacts keep it; one that they refuse, as it is."""
    try:
        return str(form(value))
    except Rejected:
        return value


_FORMS: Mapping[str, Callable[[str], str]] = {"phone": _phone, "email": _email}
