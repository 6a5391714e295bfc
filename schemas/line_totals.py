"""What the lines of a deal come to. Rules and read models both need it, and neither may see the other.

Each line says what is paid each time, rounded once, and in all (`domains.crm.deal_lines`). Sums of these are exact.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from schemas.generated.common import BillingInterval, Money
from schemas.generated.crm.deal import DealLine

_TIMES_A_YEAR: Final[Mapping[BillingInterval, int]] = {
    BillingInterval.MONTHLY: 12,
    BillingInterval.QUARTERLY: 4,
    BillingInterval.YEARLY: 1,
}
_PLACES: Final = Decimal("0.0001")
"""To which amounts are kept."""


def changed(lines: Sequence[DealLine], put: Sequence[DealLine], dropped: Collection[str]) -> tuple[DealLine, ...]:
    """The lines after some were put and others dropped. One that was there keeps its place."""
    by_id = {each.line_id: each for each in lines} | {each.line_id: each for each in put}
    return tuple(line for id, line in by_id.items() if id not in dropped)


def worth(lines: Sequence[DealLine]) -> Money | None:
    """What is paid in all before the deal must be renewed; None without lines. They are of one currency."""
    return _money(lines, sum((Decimal(each.total) for each in lines), Decimal()))


def one_off(lines: Sequence[DealLine]) -> Money | None:
    """What is paid once; None without lines."""
    return _money(lines, sum((Decimal(each.total) for each in lines if each.interval is None), Decimal()))


def per_year(lines: Sequence[DealLine]) -> Money | None:
    """What is paid again and again, for a year; None without lines."""
    return _money(lines, _yearly(lines))


def per_month(lines: Sequence[DealLine]) -> Money | None:
    """The same for a month: a twelfth, rounded half to even to four places."""
    return _money(lines, (_yearly(lines) / 12).quantize(_PLACES, ROUND_HALF_EVEN))


def _yearly(lines: Sequence[DealLine]) -> Decimal:
    nets = ((Decimal(each.net), each.interval) for each in lines)
    return sum((net * _TIMES_A_YEAR.get(interval, 0) for net, interval in nets if interval is not None), Decimal())


def _money(lines: Sequence[DealLine], amount: Decimal) -> Money | None:
    return Money(amount=amount, currency=lines[0].currency) if lines else None
