"""Every question that may be asked of read models. The gateway imports from here alone.

Connections come from `projections.generations.reading(engine, tenant, model)`: a transaction of the reader role on the
live generation with the tenant set, in which row-level security hides every other tenant. All questions say
`tenant = …` on top of that.
"""

from projections.asked import Asked, taken_apart
from projections.branches import DEEPEST, Branches, branches, counted
from projections.defined import defined
from projections.every import every, held_by_any, which
from projections.highlights import completed, highlights
from projections.history import happened, histories, history, lineage
from projections.leading import Leading, leading, page_leading
from projections.listed import list_
from projections.moved import led_by_index
from projections.own import Own, columns_of_own, is_own, names_own
from projections.periods import dated, zone_of
from projections.picked import Picked, picked, rows_picked
from projections.question import (
    MAX_FOUND,
    MAX_LIMIT,
    NOW,
    OPS,
    Either,
    Every,
    Filter,
    Not,
    Page,
    PositionLate,
    QueryError,
    SearchUnavailable,
    Times,
    Where,
    parse_times,
)
from projections.related import related
from projections.rows import batches, check_question, get, numbered, one, row_of
from projections.searching import Found, Hit, Searched, search, search_all
from projections.statement import fields_of
from projections.timeline import around, page_around, timeline
from projections.together import together
from projections.totals import report, report_columns
from projections.tree import WITHIN, Above, above, for_index, parents_of, trunk_of
from projections.waiting import concerning, position_of, search_lag, wait_for
from projections.where import columns_in, parse_where, where_of

__all__ = [
    "DEEPEST",
    "MAX_FOUND",
    "MAX_LIMIT",
    "NOW",
    "OPS",
    "WITHIN",
    "Above",
    "Asked",
    "Branches",
    "Either",
    "Every",
    "Filter",
    "Found",
    "Hit",
    "Leading",
    "Not",
    "Own",
    "Page",
    "Picked",
    "PositionLate",
    "QueryError",
    "SearchUnavailable",
    "Searched",
    "Times",
    "Where",
    "above",
    "around",
    "batches",
    "branches",
    "check_question",
    "columns_in",
    "columns_of_own",
    "completed",
    "concerning",
    "counted",
    "dated",
    "defined",
    "every",
    "fields_of",
    "for_index",
    "get",
    "happened",
    "held_by_any",
    "highlights",
    "histories",
    "history",
    "is_own",
    "leading",
    "led_by_index",
    "lineage",
    "list_",
    "names_own",
    "numbered",
    "one",
    "page_around",
    "page_leading",
    "parents_of",
    "parse_times",
    "parse_where",
    "picked",
    "position_of",
    "related",
    "report",
    "report_columns",
    "row_of",
    "rows_picked",
    "search",
    "search_all",
    "search_lag",
    "taken_apart",
    "timeline",
    "together",
    "trunk_of",
    "wait_for",
    "where_of",
    "which",
    "zone_of",
]
