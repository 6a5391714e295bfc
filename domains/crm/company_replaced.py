"""A company that took another's place, where a record names one company: deals the one that would buy, contacts the
one they work for, companies the one above them. Each kind of record tells it in events of its own; this is what they
have in common.
"""

from collections.abc import Sequence
from typing import Protocol

from schemas.generated.crm.merge import ReplacedCompany

Noted = tuple[ReplacedCompany, ...]
"""The companies whose place others took in a record, as its state has them."""


class Replaced(Protocol):
    """An event that tells that a company took another's place in a record."""

    @property
    def by_id(self) -> str: ...
    @property
    def named(self) -> bool: ...


class GivenBack(Protocol):
    """An event that tells that a company has its place in a record again."""

    @property
    def by_id(self) -> str: ...


def replaces(noted: Noted, company: str, by: str, named: str | None) -> bool:
    """Whether it is to be told that a company takes another's place in a record that names this one: not twice, unless
    it came to be named again."""
    return company != by and (named == company or known(noted, company, by) is None)


def gives_back(noted: Noted, company: str, by: str, named: str | None) -> bool:
    """Whether a record that names this company names the one again whose place was taken: not once it was said to be
    about another."""
    one = known(noted, company, by)
    return one is not None and one.named and named == by


def known(noted: Noted, company: str, by: str) -> ReplacedCompany | None:
    return next((each for each in noted if (each.company_id, each.by_id) == (company, by)), None)


def with_one(noted: Noted, company: str, event: Replaced) -> Noted:
    """With one more; of one that is there already, named if it ever was."""
    before = known(noted, company, event.by_id)
    named = event.named or (before is not None and before.named)
    one = ReplacedCompany(company_id=company, by_id=event.by_id, named=named)
    return (*without(noted, company, event), one)


def without(noted: Sequence[ReplacedCompany], company: str, event: GivenBack) -> Noted:
    return tuple(each for each in noted if (each.company_id, each.by_id) != (company, event.by_id))
