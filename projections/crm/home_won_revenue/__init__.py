from projections.model import Dimension, Measure, Report
from projections.question import Filter

REPORT = Report(
    name="home_won_revenue",
    database="crm",
    source="deals",
    dimensions=(
        Dimension("month", ("closed_at",), month=True),
        Dimension("region", ("region",)),
        Dimension("team", ("team_id", "team_name")),
        Dimension("agent", ("owner_id", "owner_name")),
        Dimension("company", ("company_id", "company_name")),
        Dimension("sector", ("sector",)),
        Dimension("product", ("product_id", "product_name")),
        Dimension("series", ("series",)),
    ),
    measures=(Measure("count", "count"), Measure("amount", "sum", "home_amount")),
    by=("month",),
    where=(Filter("stage", "eq", "WON"),),
    filters=(
        "closed_at", "engaged_at", "owner_id", "team_id", "region", "company_id", "sector", "product_id", "series",
        "amount", "amount_currency", "home_currency",
    ),
    permission="crm.deal.read",
    doc="Revenue of the deals won, in the tenant's own currency.",
)  # fmt: skip
