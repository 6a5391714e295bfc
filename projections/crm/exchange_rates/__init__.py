from typing import get_args

from projections.crm.exchange_rates.view import ExchangeRateRow, evolve, key
from projections.model import ReadModel
from schemas.generated.crm.exchange_rate import ExchangeRateEvent

READ_MODEL = ReadModel(
    name="exchange_rates",
    database="crm",
    version=1,
    row=ExchangeRateRow,
    events=get_args(ExchangeRateEvent),
    key=key,
    evolve=evolve,
    aggregate=("crm", "exchange_rate"),
    filters=("currency", "to_currency", "from_day", "created_at", "updated_at"),
    sorts=("currency", "to_currency", "from_day", "created_at", "updated_at"),
    indexed=("currency",),
    times=True,
    permission="crm.exchange-rate.read",
    doc="Exchange rates: what one unit of a currency is worth in another one, from which day on.",
)
