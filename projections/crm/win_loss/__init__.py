from projections.model import Dimension, Measure, Report
from projections.question import Filter

REPORT = Report(
    name="win_loss",
    database="crm",
    source="deals",
    dimensions=(
        Dimension("outcome", ("stage",)),
        Dimension("reason", ("reason_name",)),
        Dimension("competitor", ("lost_to",)),
        Dimension("month", ("closed_at",), month=True),
        Dimension("pipeline", ("pipeline_id", "pipeline_name")),
        Dimension("region", ("region",)),
        Dimension("team", ("team_id", "team_name")),
        Dimension("agent", ("owner_id", "owner_name")),
        Dimension("company", ("company_id", "company_name")),
        Dimension("sector", ("sector",)),
        Dimension("product", ("product_id", "product_name")),
        Dimension("series", ("series",)),
    ),
    measures=(Measure("count", "count"), Measure("amount", "sum", "amount")),
    by=("outcome", "reason"),
    where=(Filter("stage", "in", ("WON", "LOST")),),
    filters=(
        "stage", "reason_id", "reason_name", "lost_to", "closed_at", "engaged_at", "pipeline_id", "owner_id", "team_id",
        "region", "company_id", "sector", "product_id", "series", "amount", "amount_currency",
    ),
    permission="crm.deal.read",
    doc="How many deals were won and lost for which reasons, and what they were worth.",
)  # fmt: skip
