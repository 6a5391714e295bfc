"""Events without the fields that somebody does not see."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from gateway.access.gate import model_of
from schemas.contract import AggregateContract, contracts, fields


def masked(event: Any, unseen: Collection[str]) -> dict[str, Any]:
    """`data`, an event's fields, with None for those of classes that are unseen; `hidden` names them, if any."""
    if event is None or not unseen:
        return {"data": event}
    cls = event.__class__
    classes = classes_of(cls)
    hidden = [name for name, kind in classes.items() if kind in unseen]
    if not hidden:
        return {"data": event}
    names = [field.name for field in fields(cls)]
    return {"data": {name: None if name in hidden else getattr(event, name) for name in names}, "hidden": hidden}


@cache
def classes_of(event: type[Any]) -> Mapping[str, str]:
    """The classes of an event's or a command's fields: personal ones are so by the schema, others as in the rows of
    their record."""
    contract = next((each for each in contracts().values() if event in _records(each)), None)
    model = model_of(contract.domain, contract.aggregate) if contract is not None else None
    declared: Mapping[str, str] = model.classes if model is not None else {}
    found = {f.name: "personal" if f.subject else declared.get(f.name) for f in fields(event)}
    return {name: kind for name, kind in found.items() if kind is not None}


def _records(contract: AggregateContract) -> tuple[type[Any], ...]:
    return (*contract.events, *(command.cls for command in contract.commands))
