"""Every question that may be asked of read models. The gateway imports from here alone.

Connections come from `projections.generations.reading(engine, tenant, model)`: a transaction of the reader role on the
live generation with the tenant set, in which row-level security hides every other tenant. All questions say
`tenant = …` on top of that.
"""

from projections.asked import Asked, taken_apart
from projections.highlights import completed, highlights
from projections.history import happened, history, lineage
from projections.question import (
    MAX_FOUND,
    MAX_LIMIT,
    NOW,
    OPS,
    Filter,
    Page,
    PositionLate,
    QueryError,
    SearchUnavailable,
    Times,
    parse_times,
)
from projections.rows import every, get, list_, numbered, related, which
from projections.searching import Found, Hit, Searched, search, search_all
from projections.timeline import timeline
from projections.totals import report
from projections.waiting import concerning, position_of, search_lag, wait_for

__all__ = [
    "MAX_FOUND",
    "MAX_LIMIT",
    "NOW",
    "OPS",
    "Asked",
    "Filter",
    "Found",
    "Hit",
    "Page",
    "PositionLate",
    "QueryError",
    "SearchUnavailable",
    "Searched",
    "Times",
    "completed",
    "concerning",
    "every",
    "get",
    "happened",
    "highlights",
    "history",
    "lineage",
    "list_",
    "numbered",
    "parse_times",
    "position_of",
    "related",
    "report",
    "search",
    "search_all",
    "search_lag",
    "taken_apart",
    "timeline",
    "wait_for",
    "which",
]
