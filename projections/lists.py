"""Conditions on columns that list texts, said so that Postgres knows how few rows fulfil them.

Where no list of a column holds anything, as `readers` before the first record is shared, there are no statistics of
what lists hold, and Postgres believes of each value that one row in 200 holds it. It would go through all rows in the
order in which they are asked for to find fifty of these. How many lists are empty it always knows.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array

_TEXTS = sa.ARRAY(sa.Text())


def holding(expression: "sa.ColumnElement[Any]", value: "sa.ColumnElement[Any]") -> "sa.ColumnElement[bool]":
    """Whether a list holds this text."""
    listed = array([sa.cast(value, sa.Text())])  # of what is given as a text, a list is not one of texts by itself
    return sa.and_(_not_empty(expression), expression.contains(listed))


def holding_one(expression: "sa.ColumnElement[Any]", values: "sa.ColumnElement[Any]") -> "sa.ColumnElement[bool]":
    """Whether a list holds one of these texts, which are a list too."""
    return sa.and_(_not_empty(expression), expression.overlap(values))


def _not_empty(expression: "sa.ColumnElement[Any]") -> "sa.ColumnElement[bool]":
    return expression != sa.literal([], _TEXTS)
