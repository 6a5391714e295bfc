"""What Cedar leaves of a policy whose record is not known yet, as a condition on records.

A residual is a policy in Cedar's JSON form whose conditions hold constants and `unknown("resource")` where the record
would be. An operator that is not known here is an error, never a yes.
"""

from collections.abc import Mapping
from typing import Any

from projections.visible import EVERYTHING, NOTHING, Among, Visible, all_of, any_of, negated

_RECORD = {"unknown": [{"Value": "resource"}]}


class NotUnderstood(ValueError):
    """A residual says more than is understood here."""


def condition(residual: Mapping[str, Any], declared: frozenset[str]) -> Visible:
    """The records of a read model that declares these attributes for which a permitting policy holds."""
    if residual["effect"] != "permit":
        raise NotUnderstood(f"There is no policy that forbids; this one is {residual['effect']!r}.")
    parts = [_understood(each["body"], declared) for each in residual["conditions"]]
    kinds = [each["kind"] for each in residual["conditions"]]
    return all_of(
        EVERYTHING, *(negated(part) if kind == "unless" else part for kind, part in zip(kinds, parts, strict=True))
    )


def _understood(body: Mapping[str, Any], declared: frozenset[str]) -> Visible:
    ((operator, given),) = body.items()
    match operator:
        case "Value" if isinstance(given, bool):
            return EVERYTHING if given else NOTHING
        case "&&":
            return all_of(_understood(given["left"], declared), _understood(given["right"], declared))
        case "||":
            return any_of(_understood(given["left"], declared), _understood(given["right"], declared))
        case "!":
            return negated(_understood(given["arg"], declared))
        case "has" if given["left"] == _RECORD:
            return EVERYTHING if given["attr"] in declared else NOTHING
        case "==":
            return _among(given["left"], [_constant(given["right"])], declared)
        case "contains":
            return _among(given["right"], [_constant(each) for each in given["left"]["Set"]], declared)
        case "containsAny":
            return _among(given["left"], [_constant(each) for each in given["right"]["Set"]], declared)
        case _:
            raise NotUnderstood(f"The operator {operator!r} of a residual is not understood.")


def _among(of: Mapping[str, Any], values: list[str], declared: frozenset[str]) -> Visible:
    attribute = of.get(".")
    if attribute is None or attribute["left"] != _RECORD:
        raise NotUnderstood("A residual compares something else than an attribute of the record.")
    name = attribute["attr"]
    return Among(name, frozenset(values)) if name in declared and values else NOTHING


def _constant(given: Mapping[str, Any]) -> str:
    value = given.get("Value")
    if not isinstance(value, str):
        raise NotUnderstood("A residual compares with something else than a text.")
    return value
