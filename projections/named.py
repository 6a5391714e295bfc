"""Values that stand in a question under a name: questions that differ by their values alone are one then, put together
once (projections.together)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Named:
    """In place of a value, the name under which it is given whenever the question is asked."""

    name: str


def standing(value: Any, type_: "sa.types.TypeEngine[Any]") -> "sa.ColumnElement[Any]":
    """A value in a question, or the one that will be given."""
    if isinstance(value, Named):
        return sa.bindparam(value.name, type_=type_)
    return sa.literal(value, type_)


def texts(values: Sequence[str] | Named) -> "sa.ColumnElement[Any]":
    """A list of texts in a question. One value, however many there are: a statement with one for each takes longer to
    make."""
    type_ = sa.ARRAY(sa.Text())
    return sa.cast(standing(values if isinstance(values, Named) else list(values), type_), type_)
