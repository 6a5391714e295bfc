"""Types by name, each made once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from graphql import GraphQLNamedType

Made = TypeVar("Made", bound=GraphQLNamedType)


@dataclass(frozen=True, slots=True)
class Types:
    """The types of one schema that were made so far, each with what it stands for."""

    made: dict[str, tuple[object, GraphQLNamedType]] = field(default_factory=dict[str, tuple[object, GraphQLNamedType]])

    def once(self, name: str, stands_for: object, make: Callable[[str], Made]) -> Made:
        """The type of this name; made when it is asked for first. ValueError when it stands for something else."""
        if name not in self.made:
            self.made[name] = stands_for, make(name)
        known, made = self.made[name]
        if known != stands_for:
            raise ValueError(f"Two declarations would both be the type {name} of GraphQL: {known} and {stands_for}.")
        return cast(Made, made)


def named_type(kind: Any) -> GraphQLNamedType:
    """The type that lists and what is not null are of."""
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    return kind


def without_doubles(kind: str, names: list[str]) -> None:
    """Raises ValueError when two declarations would be fields or arguments of one name."""
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise ValueError(f"Two declarations would both be {', '.join(doubles)} of {kind} in GraphQL; rename one.")
