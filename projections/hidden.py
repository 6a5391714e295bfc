"""When a row is hidden: out of lists, search, reports and the names that other rows show, unless one asks for it.

It is where one of the columns that its read model names in `hidden` has a value, as `removed_at` has of what is in the
trash. The row is kept, with all that it was.
"""

from typing import Any

import sqlalchemy as sa

from projections.model import ReadModel

TRASHED = "removed_at"
"""The column that says since when a row is in the trash."""


def is_hidden(model: ReadModel, row: Any) -> bool:
    """Whether a row, as its view folds it, is hidden."""
    return any(getattr(row, name) is not None for name in model.hidden)


def not_hidden(model: ReadModel, table: sa.FromClause) -> "sa.ColumnElement[bool]":
    """The rows of a read model's table, or of one of its versions', that are not."""
    return sa.and_(sa.true(), *(table.c[name].is_(None) for name in model.hidden))
