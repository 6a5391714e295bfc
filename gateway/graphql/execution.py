# graphql-core types the predicates and the middleware that may be given to `execute` in part.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Runs operations of documents that were checked."""

import asyncio
from inspect import isawaitable
from typing import Any

from graphql import DocumentNode, ExecutionResult, execute, execute_sync

from gateway.graphql.reading import Reader
from gateway.graphql.schema import schema


async def executed(
    document: DocumentNode, reader: Reader, variables: dict[str, Any], name: str | None = None
) -> ExecutionResult:
    """What an operation is answered; `name` says which where there are several."""
    result = execute(schema(), document, context_value=reader, variable_values=variables, operation_name=name)
    return await result if isawaitable(result) else result


async def executed_apart(document: DocumentNode, variables: dict[str, Any], name: str | None) -> ExecutionResult:
    """The same of an operation that reads nothing but the schema: in a thread, since it takes a while."""
    return await asyncio.to_thread(execute_sync, schema(), document, variable_values=variables, operation_name=name)
