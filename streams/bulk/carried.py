"""What the commands of a bulk change carry of other records, for each of its own as it is when its turn comes.

What it is filled in from is read once for a job: the rules of pipelines, and what each currency was worth on each day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, reduce
from typing import Any

from domains.crm.deal_rates import decided_at, worths
from domains.kernel import deciders
from schemas.contract import fields
from schemas.generated.common import BookTerms, PipelineRules
from streams.importer.present import Place, Told
from streams.importer.rates import NONE, Rates


@dataclass(frozen=True, slots=True)
class Known:
    """The rules of a tenant's own pipelines, by id, its rates, and what its price books say of themselves, by id."""

    pipelines: Mapping[str, PipelineRules] = field(default_factory=dict[str, PipelineRules])
    rates: Rates = NONE
    books: Mapping[str, BookTerms] = field(default_factory=dict[str, BookTerms])


def as_told(place: Place, told: Told) -> Any:
    """What a record is by all of its events that can be read."""
    decider = deciders(place.domain)[place.aggregate]
    return reduce(decider.evolve, told.events, decider.initial)


def carries(command: type[Any], of: str) -> bool:
    """Whether a command carries something of an aggregate."""
    return bool(_carried(command, of))


def with_rules(command: Any, deal: Any, known: Known) -> Any:
    """The command with the rules of the pipeline that it names, or that its deal goes through."""
    names = _carried(command.__class__, "pipeline")
    if not names:
        return command
    rules = known.pipelines.get(getattr(command, "pipeline_id", None) or deal.pipeline_id)
    return replace(command, **dict.fromkeys(names, rules))


def with_rates(command: Any, deal: Any, known: Known) -> Any:
    """The command with the rates of its day for the currencies that its deal is worth something in."""
    names = _carried(command.__class__, "exchange_rate")
    if not names:
        return command
    at = decided_at(command, deal)
    found = {each.currency: each for worth in worths(command, deal) for each in known.rates.of(worth, at)}
    return replace(command, **dict.fromkeys(names, tuple(found.values())))


def with_book(command: Any, known: Known) -> Any:
    """The command with what the price book says that it names."""
    names = _carried(command.__class__, "price_book")
    return replace(command, **dict.fromkeys(names, known.books.get(command.price_book_id))) if names else command


@cache
def _carried(command: type[Any], of: str) -> tuple[str, ...]:
    """The fields of a command that carry something of an aggregate."""
    return tuple(each.name for each in fields(command) if each.carried == of)
