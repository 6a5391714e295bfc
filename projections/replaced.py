"""What `dataclasses.replace` does, for rows of read models: most of what folding an event took went there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class _Shape:
    """`values` gives those of all fields in the order that the class takes them in, `places` where each stands."""

    values: Callable[[Any], tuple[Any, ...]]
    places: Mapping[str, int]


def replace(row: Row, **said: Any) -> Row:
    """A dataclass of two fields or more with other values in some of them. Raises KeyError for a field that it does
    not have."""
    cls = row.__class__
    shape = _shape(cls)
    values = list(shape.values(row))
    for name, value in said.items():
        values[shape.places[name]] = value
    return cls(*values)


@cache
def _shape(cls: type[Any]) -> _Shape:
    names = [field.name for field in fields(cls)]
    return _Shape(attrgetter(*names), {name: place for place, name in enumerate(names)})
