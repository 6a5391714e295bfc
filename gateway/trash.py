"""Emptying the trash through the HTTP API, of what has been in it for long."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gateway.client import Client, Refused, Say
from projections.catalog import read_models
from projections.hidden import TRASHED
from projections.model import ReadModel
from schemas.contract import AggregateContract, contracts


@dataclass(frozen=True, slots=True)
class Due:
    """A record that has been in the trash since before some moment, as of a version of it, and where it is emptied of
    it."""

    kind: str
    id: str
    version: int
    since: str
    path: str


def due(api: Client, before: datetime) -> Iterator[Due]:
    """What was removed before then, in every app."""
    for model in read_models():
        if TRASHED in model.hidden and model.public and model.aggregate is not None:
            yield from _due(api, model, contracts()[model.aggregate], before)


def _due(api: Client, model: ReadModel, contract: AggregateContract, before: datetime) -> Iterator[Due]:
    asked = {"trash": "true", f"{TRASHED}.lt": before.isoformat(), "fields": f"id,version,{TRASHED}"}
    for each in api.pages(f"/{model.database}/{model.name.replace('_', '-')}", **asked):
        kind, way_out = f"{contract.domain}/{contract.aggregate}", _way_out(contract, each["id"])
        yield Due(kind, each["id"], each["version"], each[TRASHED], way_out)


def _way_out(contract: AggregateContract, id: str) -> str:
    """People, and whatever else has words under a key of its own, are erased: a row that is gone would leave them."""
    if contract.erasure is not None:
        return f"/admin/data-subjects/{id}/erase"
    return f"/{contract.domain}/{contract.plural}/{id}/purge"


def empty(api: Client, found: list[Due], say: Say) -> int:
    """Takes these out of the trash for ever; how many that were. What is refused, as by a legal hold, stays and is told
    of. So does what was restored since, whose erasure is withdrawn."""
    count = 0
    for each in found:
        key = f"trash-{each.id}-{each.version}"
        try:
            if each.path.endswith("/erase"):
                reason = {"basis": "retention", "reason": f"in the trash since {each.since[:10]}"}
                api.send(each.path, {**reason, "record_kind": each.kind, "record_version": each.version}, key)
            else:
                api.send(each.path, {}, key, expected=each.version)
            count += 1
        except Refused as error:
            say(f"{each.kind}/{each.id} stays: {error}")
    return count
