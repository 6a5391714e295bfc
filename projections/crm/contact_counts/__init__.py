from projections.model import Dimension, Measure, Report

REPORT = Report(
    name="contact_counts",
    database="crm",
    source="contacts",
    dimensions=(
        Dimension("lifecycle", ("lifecycle",)),
        Dimension("source", ("source",)),
        Dimension("month", ("created_at",), month=True),
        Dimension("agent", ("owner_id", "owner_name")),
        Dimension("team", ("team_id", "team_name")),
        Dimension("region", ("region",)),
        Dimension("company", ("company_id", "company_name")),
    ),
    measures=(Measure("count", "count"),),
    by=("lifecycle",),
    filters=(
        "lifecycle", "source", "tags", "job_title", "company_id", "owner_id", "team_id", "region", "created_at",
        "updated_at",
    ),
    permission="crm.contact.read",
    doc="How many contacts there are in each phase, from where they came, and whose they are.",
)  # fmt: skip
