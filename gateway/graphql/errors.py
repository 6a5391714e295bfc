"""Errors as GraphQL tells them: what by HTTP would be a problem, with its code, status and field as extensions."""

import re
from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError

from gateway.graphql.names import camel
from gateway.problems import Problem, problem_of

INVALID = "graphql_invalid"
"""The code of what is no document of this schema, or whose variables do not fit."""
_ARGUMENTS = {"limit": "first", "cursor": "after"}
_PLAIN = re.compile(r"[a-z][a-z0-9_]*")


def told(errors: Sequence[GraphQLError], path: str) -> list[dict[str, Any]]:
    """The errors of an answer. A place of the document that went wrong in the same way for many records is told once,
    with the first of them. `path` is where it was asked."""
    found: dict[Any, dict[str, Any]] = {}
    for error in errors:
        one = _one(error, path)
        found.setdefault((one["extensions"]["code"], str(one.get("locations"))), one)
    return list(found.values())


def of_problem(problem: Problem) -> list[dict[str, Any]]:
    """A problem of the whole request, as the errors of its answer."""
    return [{"message": problem.detail, "extensions": _extensions(problem)}]


def _one(error: GraphQLError, path: str) -> dict[str, Any]:
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        message, extensions = error.message, {"code": INVALID, "status": 400}
    else:
        problem = problem_of(cause, path)
        message, extensions = problem.detail, _extensions(problem)
    one: dict[str, Any] = {"message": message}
    if error.locations:
        one["locations"] = [{"line": each.line, "column": each.column} for each in error.locations]
    if error.path:
        one["path"] = error.path
    return one | {"extensions": extensions}


def _extensions(problem: Problem) -> dict[str, Any]:
    found: dict[str, Any] = {"code": problem.code, "status": problem.status}
    if problem.field is not None:
        found["field"] = _field(problem.field)
    if problem.errors:
        found["errors"] = [
            {"field": _field(each.field), "code": each.code, "message": each.message} for each in problem.errors
        ]
    if "Retry-After" in problem.headers:
        found["retryAfter"] = int(problem.headers["Retry-After"])
    return found | {camel(name): value for name, value in problem.more.items()}


def _field(name: str) -> str:
    """A field as GraphQL calls it, where it is one; what stands below it keeps its name."""
    first, dot, rest = name.partition(".")
    return camel(_ARGUMENTS.get(first, first)) + dot + rest if _PLAIN.fullmatch(first) else name
