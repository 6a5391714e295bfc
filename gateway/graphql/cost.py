"""How much a document asks for, known before anything is done for it.

Each field counts once for each record that it may be told of: below a list as often as its `first` or `last` says,
below lists in lists as often as these multiplied. Each place that asks the read models, or sends a command, counts ten
more, once: it asks for all records together. A report counts as a hundred groups.

Fragments are measured once, so that measuring takes no longer than reading, whatever they spread into.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

from gateway.graphql.reading import MOST_ROWS
from gateway.graphql.registry import named_type
from gateway.graphql.weight import Weight, weight_of
from gateway.problems import Problem
from projections.query import MAX_LIMIT

MOST_COST = 20_000
DEEPEST = 8
"""Fields in one another; `edges`, `node`, `nodes` and `pageInfo` are no deeper than their list."""
MOST_FIELDS = 20
"""Fields of the operation itself, each of which counts as a request to the tenant's rate limit."""
QUESTION = 10
MOST_TOLD = 10**12
"""What fragments spread into may be beyond all counting."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Of a selection of fields: what it costs `once`, and `each` time that it is told; how deep it goes, and how many
    fields it has by itself."""

    once: int = 0
    each: int = 0
    depth: int = 0
    fields: int = 0

    @property
    def cost(self) -> int:
        return self.once + self.each

    def plus(self, other: "Measure") -> "Measure":
        """Both selections."""
        deeper = max(self.depth, other.depth)
        return Measure(self.once + other.once, self.each + other.each, deeper, self.fields + other.fields)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Measures the selections of one document. `numbers` are the variables that are numbers."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    numbers: Mapping[str, int]
    known: dict[tuple[str, str, int], Measure] = field(default_factory=dict[tuple[str, str, int], Measure])

    def selected(self, selections: SelectionSetNode, of: GraphQLNamedType | None, rows: int) -> Measure:
        """`rows` is how many records the page has whose fields these are, if they are a page's."""
        measured = Measure()
        for selection in selections.selections:
            match selection:
                case FieldNode():
                    measured = measured.plus(self._field(selection, of, rows))
                case InlineFragmentNode():
                    measured = measured.plus(self.selected(selection.selection_set, of, rows))
                case FragmentSpreadNode():
                    measured = measured.plus(self._spread(selection.name.value, of, rows))
                case _:
                    pass
        return measured

    def _spread(self, name: str, of: GraphQLNamedType | None, rows: int) -> Measure:
        key = name, of.name if of is not None else "", rows
        if key not in self.known:
            self.known[key] = self.selected(self.fragments[name].selection_set, of, rows)
        return self.known[key]

    def _field(self, node: FieldNode, of: GraphQLNamedType | None, rows: int) -> Measure:
        defined = self.schema.get_field(of, node.name.value) if isinstance(of, GraphQLObjectType) else None
        weight = Weight() if defined is None else weight_of(defined)
        below = Measure()
        if node.selection_set is not None and defined is not None:
            page = self._first(node) if weight.paged else 1
            below = self.selected(node.selection_set, named_type(cast(Any, defined).type), page)
        times = rows if weight.per_row else weight.rows
        return Measure(
            once=below.once + (QUESTION if weight.asks else 0),
            each=(0 if weight.wraps else 1) + times * below.each,
            depth=below.depth + (0 if weight.wraps else 1),
            fields=1,
        )

    def _first(self, node: FieldNode) -> int:
        """How many records a page may have; a number out of bounds is refused where it is asked for."""
        given = [self._number(each.value) for each in node.arguments or () if each.name.value in ("first", "last")]
        number = max((each for each in given if each is not None), default=MOST_ROWS)
        return max(1, min(number, MAX_LIMIT))

    def _number(self, given: ValueNode) -> int | None:
        match given:
            case IntValueNode():
                return int(given.value) if len(given.value) < 10 else MAX_LIMIT
            case VariableNode():
                return self.numbers.get(given.name.value)
            case _:
                return None


def measured(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> Measure:
    """What an operation of a valid document asks for. Raises a 400 problem where that is too much: query_too_deep,
    query_too_wide or query_too_costly."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    scale = _Scale(schema, fragments, _numbers(operation, variables))
    found = scale.selected(operation.selection_set, schema.get_root_type(operation.operation), 1)
    if found.depth > DEEPEST:
        detail = f"The fields are {found.depth} deep in one another, more than {DEEPEST}; ask in several steps."
        raise Problem(400, "query_too_deep", detail, more={"depth": found.depth, "limit": DEEPEST})
    fields, cost = min(found.fields, MOST_TOLD), min(found.cost, MOST_TOLD)
    if fields > MOST_FIELDS:
        detail = f"The operation has {fields} fields of its own, more than {MOST_FIELDS}; send several requests."
        raise Problem(400, "query_too_wide", detail, more={"fields": fields, "limit": MOST_FIELDS})
    if cost > MOST_COST:
        detail = f"This costs {cost}, more than {MOST_COST}; ask for fewer records or fields at once."
        raise Problem(400, "query_too_costly", detail, more={"cost": cost, "limit": MOST_COST})
    return found


def _numbers(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Mapping[str, int]:
    """The variables that are whole numbers, as they are given or by their defaults."""
    found: dict[str, int] = {}
    for each in operation.variable_definitions or ():
        name, default = each.variable.name.value, each.default_value
        if name in variables:
            if isinstance(variables[name], int):
                found[name] = variables[name]
        elif isinstance(default, IntValueNode) and len(default.value) < 10:
            found[name] = int(default.value)
    return found
