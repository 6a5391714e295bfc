"""Conditions on columns that list texts, said so that Postgres knows how few rows fulfil them.

Where no list of a column holds anything, as `readers` before the first record is shared, there are no statistics of
what lists hold, and Postgres believes of each value that one row in 200 holds it. It would go through all rows in the
order in which they are asked for to find fifty of these. How many lists are empty it always knows.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

_TEXTS = sa.ARRAY(sa.Text())


def holding(expression: "sa.ColumnElement[Any]", value: str) -> "sa.ColumnElement[bool]":
    """Whether a list holds this text."""
    return sa.and_(_not_empty(expression), expression.contains([value]))


def holding_one(expression: "sa.ColumnElement[Any]", values: Sequence[str]) -> "sa.ColumnElement[bool]":
    """Whether a list holds one of these texts."""
    # One array, however many there are: a statement with a parameter for each takes longer to make.
    return sa.and_(_not_empty(expression), expression.overlap(sa.literal(list(values), _TEXTS)))


def _not_empty(expression: "sa.ColumnElement[Any]") -> "sa.ColumnElement[bool]":
    return expression != sa.literal([], _TEXTS)
