"""What currencies were worth in the tenant's own, for what an import says of deals."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Final

from schemas.generated.common import Conversion, Money

_DAY = attrgetter("from_day")


@dataclass(frozen=True, slots=True)
class Rates:
    """The tenant's own currency, if it has one, and by currency all rates into it, in the order of their days."""

    home: str | None = None
    known: Mapping[str, Sequence[Conversion]] = field(default_factory=dict[str, Sequence[Conversion]])

    def of(self, amount: Money | None, moment: datetime) -> tuple[Conversion, ...]:
        """The rate for an amount on the day of a moment, if there is one."""
        if amount is None or self.home is None:
            return ()
        if amount.currency == self.home:
            return (Conversion(currency=self.home, to_currency=self.home, rate="1"),)
        rates, day = self.known.get(amount.currency, ()), moment.astimezone(UTC).date()
        last = bisect_right(rates, day, key=_DAY)
        return (rates[last - 1],) if last else ()


NONE: Final = Rates()


def rates(home: str | None, rows: Iterable[tuple[str, int, str, str, date, str]]) -> Rates:
    """Of rows of rates: id, version, currency, the one that it is worth something in, from which day, and how much."""
    found: dict[str, list[Conversion]] = defaultdict(list)
    for id, version, currency, to_currency, from_day, rate in rows:
        if to_currency == home:
            found[currency].append(
                Conversion(
                    currency=currency,
                    to_currency=to_currency,
                    rate=rate,
                    from_day=from_day,
                    exchange_rate_id=id,
                    version=version,
                )
            )
    return Rates(home, {currency: sorted(each, key=_DAY) for currency, each in found.items()})
