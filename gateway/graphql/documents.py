"""Documents of GraphQL: read and checked against the schema outside the event loop, and kept, since a program sends the
same ones again and again."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_operation_ast,
    parse,
    validate,
)

from gateway.graphql.schema import schema
from gateway.problems import Problem

LONGEST = 20_000
"""Characters of a document."""
MOST_TOKENS = 2_000
MOST_ERRORS = 20
LONGEST_KEPT = 4_000
MOST_KEPT = 200
INTROSPECTION = frozenset({"__schema", "__type", "__typename"})


class Refused(Exception):
    """A document or its variables are not what GraphQL's specification takes."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__("refused")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Documents:
    """Valid documents that were sent lately, by their text. Used in one event loop."""

    kept: OrderedDict[str, DocumentNode] = field(default_factory=OrderedDict[str, DocumentNode])

    async def checked(self, text: str) -> DocumentNode:
        """The document; raises Refused with what is wrong with it, or a 400 problem for one that is too long."""
        if len(text) > LONGEST:
            detail = f"The document is longer than {LONGEST} characters; ask for less at once."
            raise Problem(400, "query_too_large", detail, "query")
        if text in self.kept:
            self.kept.move_to_end(text)
            return self.kept[text]
        document = await asyncio.to_thread(_checked, text)
        if len(text) <= LONGEST_KEPT:
            self.kept[text] = document
            if len(self.kept) > MOST_KEPT:
                self.kept.popitem(last=False)
        return document


def _checked(text: str) -> DocumentNode:
    try:
        document = parse(text, max_lexical_tokens=MOST_TOKENS, max_comments=MOST_TOKENS)
    except GraphQLError as error:
        raise Refused([error]) from None
    if errors := validate(schema(), document, max_errors=MOST_ERRORS):
        raise Refused(errors)
    return document


def operation_of(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation to run; raises Refused where the name says none, or not which."""
    operation = get_operation_ast(document, name)
    if operation is None:
        said = "There is no operation of this operationName in the document."
        if name is None:
            said = "The document has several operations, or none; name the one to run as operationName."
        raise Refused([GraphQLError(said)])
    return operation


def asks_about_schema(document: DocumentNode, operation: OperationDefinitionNode) -> bool:
    """Whether an operation asks about the schema, and nothing else. Raises a 400 problem for one that asks about both,
    or that gives fields other names: what it would cost cannot be told."""
    roots = _root_fields(document, operation.selection_set)
    if not roots & {"__schema", "__type"}:
        return False
    if not roots <= INTROSPECTION or _renames(document):
        detail = "Ask about the schema in a document of its own, without aliases; GET /graphql/schema has all of it."
        raise Problem(400, "introspection_mixed", detail)
    return True


def _renames(document: DocumentNode) -> bool:
    """Whether any field of the document has an alias."""
    kinds = (OperationDefinitionNode, FragmentDefinitionNode)
    left = [each.selection_set for each in document.definitions if isinstance(each, kinds)]
    while left:
        for selection in left.pop().selections:
            match selection:
                case FieldNode() if selection.alias is not None:
                    return True
                case FieldNode() | InlineFragmentNode() if selection.selection_set is not None:
                    left.append(selection.selection_set)
                case _:
                    pass
    return False


def _root_fields(document: DocumentNode, selections: SelectionSetNode) -> set[str]:
    """The names of an operation's own fields."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    names, left, seen = set[str](), [selections], set[str]()
    while left:
        for selection in left.pop().selections:
            match selection:
                case FieldNode():
                    names.add(selection.name.value)
                case InlineFragmentNode():
                    left.append(selection.selection_set)
                case FragmentSpreadNode() if (name := selection.name.value) not in seen:
                    seen.add(name)
                    left.append(fragments[name].selection_set)
                case _:
                    pass
    return names
