from projections.model import Dimension, Measure, Report
from projections.question import Filter

REPORT = Report(
    name="recurring",
    database="crm",
    source="deals",
    dimensions=(
        Dimension("stage", ("stage",)),
        Dimension("month", ("closed_at",), month=True),
        Dimension("pipeline", ("pipeline_id", "pipeline_name")),
        Dimension("agent", ("owner_id", "owner_name")),
        Dimension("team", ("team_id", "team_name")),
        Dimension("region", ("region",)),
        Dimension("company", ("company_id", "company_name")),
        Dimension("book", ("price_book_id", "price_book_name")),
    ),
    measures=(
        Measure("count", "count"),
        Measure("one_off", "sum", "one_off"),
        Measure("mrr", "sum", "mrr"),
        Measure("arr", "sum", "arr"),
    ),
    by=("stage",),
    where=(Filter("arr", "null", "false"),),
    filters=(
        "stage", "pipeline_id", "stage_id", "forecast_category", "expected_close_on", "owner_id", "team_id", "region",
        "company_id", "sector", "lines", "price_book_id", "amount_currency", "engaged_at", "closed_at", "created_at",
    ),
    permission="crm.deal.read",
    doc="What deals with lines sell once, and again and again for a month and for a year.",
)  # fmt: skip
