"""What fields weigh, as their definitions say it: how much an answer may hold is known before it is asked for."""

from dataclasses import dataclass

from graphql import GraphQLField

_KEY = "weight"


@dataclass(frozen=True, slots=True)
class Weight:
    """`asks` says that it takes a question to a database, whichever records it is asked of. It is told of `rows`
    records, or of as many as its `first` says where it is `paged`: what is below its `per_row` fields counts for each
    of them. What merely `wraps` is no deeper than what it stands in."""

    asks: bool = False
    paged: bool = False
    rows: int = 1
    per_row: bool = False
    wraps: bool = False


LEAF = Weight()
WRAPPER = Weight(wraps=True)
PER_ROW = Weight(wraps=True, per_row=True)
RECORD = Weight(asks=True)
LIST = Weight(asks=True, paged=True)
LISTED = Weight(rows=10)
REPORT = Weight(asks=True, rows=100)


def weighing(weight: Weight) -> dict[str, Weight]:
    """What the definition of a field says of its weight."""
    return {_KEY: weight}


def weight_of(field: GraphQLField) -> Weight:
    return field.extensions.get(_KEY, LEAF)
