from projections.model import Dimension, Measure, Report

REPORT = Report(
    name="home_pipeline",
    database="crm",
    source="deals",
    dimensions=(
        Dimension("stage", ("stage",)),
        Dimension("pipeline", ("pipeline_id", "pipeline_name")),
        Dimension("step", ("pipeline_id", "stage_id", "stage_name")),
        Dimension("category", ("forecast_category",)),
        Dimension("agent", ("owner_id", "owner_name")),
        Dimension("team", ("team_id", "team_name")),
        Dimension("region", ("region",)),
        Dimension("company", ("company_id", "company_name")),
        Dimension("sector", ("sector",)),
        Dimension("product", ("product_id", "product_name")),
        Dimension("series", ("series",)),
    ),
    measures=(
        Measure("count", "count"),
        Measure("amount", "sum", "home_amount"),
        Measure("weighted", "sum", "home_weighted"),
    ),
    by=("stage",),
    filters=(
        "stage", "pipeline_id", "stage_id", "forecast_category", "expected_close_on", "rots_at", "owner_id", "team_id",
        "region", "company_id", "sector", "product_id", "series", "amount_currency", "home_currency",
        "engaged_at", "closed_at", "created_at",
    ),
    permission="crm.deal.read",
    doc="How many deals stand in each stage, and what all of them are worth in the tenant's own currency.",
)  # fmt: skip
