from projections.model import Dimension, Measure, Report

REPORT = Report(
    name="company_counts",
    database="crm",
    source="companies",
    dimensions=(
        Dimension("lifecycle", ("lifecycle",)),
        Dimension("source", ("source",)),
        Dimension("sector", ("sector",)),
        Dimension("location", ("location",)),
        Dimension("month", ("created_at",), month=True),
        Dimension("agent", ("owner_id", "owner_name")),
        Dimension("team", ("team_id", "team_name")),
        Dimension("region", ("region",)),
        Dimension("parent", ("parent_id", "parent_name")),
    ),
    measures=(Measure("count", "count"),),
    by=("lifecycle",),
    filters=(
        "lifecycle", "source", "sector", "location", "tags", "parent_id", "owner_id", "team_id", "region", "employees",
        "revenue", "created_at", "updated_at",
    ),
    permission="crm.company.read",
    doc="How many companies there are in each phase, from where they came, of which sector, and whose they are.",
)  # fmt: skip
