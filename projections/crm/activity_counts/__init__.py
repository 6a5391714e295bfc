from projections.model import Dimension, Measure, Report

REPORT = Report(
    name="activity_counts",
    database="crm",
    source="activities",
    dimensions=(
        Dimension("kind", ("kind",)),
        Dimension("status", ("status",)),
        Dimension("direction", ("direction",)),
        Dimension("priority", ("priority",)),
        Dimension("month", ("completed_at",), month=True),
        Dimension("agent", ("owner_id", "owner_name")),
        Dimension("team", ("team_id", "team_name")),
        Dimension("region", ("region",)),
    ),
    measures=(Measure("count", "count"),),
    by=("kind", "status"),
    filters=(
        "kind", "status", "direction", "priority", "due_at", "starts_at", "completed_at", "series_id", "contact_ids",
        "user_ids", "links", "about", "owner_id", "team_id", "region", "created_at",
    ),
    permission="crm.activity.read",
    doc="How many tasks, calls, meetings, notes and emails there are, open and done.",
)  # fmt: skip
