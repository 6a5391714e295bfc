# requests is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""What an answer shows, compared with what somebody may see."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import requests

from gateway.beside import offered
from schemas.contract import fields, record_types
from tests.e2e.cast import World, models
from tests.e2e.test_isolation import VOLATILE
from tests.permitted import Somebody, may, reaches


@dataclass(frozen=True, slots=True)
class Answer:
    """`about` says what was asked, for a failure."""

    response: requests.Response
    about: str

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def body(self) -> dict[str, Any]:
        return self.response.json() if "json" in self.response.headers.get("Content-Type", "") else {}

    @property
    def code(self) -> str:
        return self.body.get("code", "")

    @property
    def position(self) -> str | None:
        return self.response.headers.get("Nexus-Position")

    def items(self) -> list[Mapping[str, Any]]:
        """The rows of a list, of a file of one, or the one record that it is; of what is alike, those who are."""
        if self.response.headers.get("Content-Type", "").startswith("text/csv"):
            return list(csv.DictReader(self.response.text.removeprefix("\ufeff").splitlines()))
        body = self.body
        items = body.get("items", [body] if body else [])
        return [row for item in items for row in _alike(item)]


def _alike(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The records of a suggestion; anything else is a record itself."""
    for noun, plural in (("contact", "contacts"), ("company", "companies")):
        if "because" in item and (noun in item or plural in item):
            return item.get(plural) or [item[noun]]
    return [item]


def told(answer: Answer) -> tuple[int, dict[str, Any]]:
    """All that an answer tells but which request it was."""
    return answer.status, {name: each for name, each in answer.body.items() if name not in VOLATILE}


def rows(world: World, who: Somebody, base: str, items: Iterable[Mapping[str, Any]], about: str = "") -> None:
    """Each row is one that somebody may read, without the fields that they may not see."""
    model, known = models()[base], world.records.get(base, {})
    for row in items:
        record = known.get(row.get("id", ""))
        if record is not None:
            assert may(who, model.permission, record), (row, about)
        for column, kind in model.classes.items():
            see = f"{model.database}.{kind}.see"
            seen = bool(reaches(who.role, see)) if record is None else may(who, see, record)
            assert seen or not row.get(column), (row, column, about)


def beside(world: World, who: Somebody, base: str, record: Mapping[str, Any], about: str = "") -> None:
    """The same of what stands beside a record, where it was asked for; nothing where somebody may read none of it."""
    known = offered(models()[base])
    for name, page in record.get("with", {}).items():
        back = known[name]
        of = base if back is None else next(each for each, model in models().items() if model is back.of)
        assert (page is None) == (not reaches(who.role, models()[of].permission)), (name, about)
        items = () if page is None else page["items"]
        if back is None:
            events(world, who, items, about)
        else:
            rows(world, who, of, items, about)


def events(world: World, who: Somebody, items: Iterable[Mapping[str, Any]], about: str = "") -> None:
    """The same of events and of the records that they are of."""
    of = {model.aggregate: base for base, model in models().items()}
    for event in items:
        domain = event["type"].partition(".")[0]
        base = of[domain, event["aggregate"]]
        model, record = models()[base], world.records.get(base, {}).get(event["id"])
        assert reaches(who.role, model.permission), (event, about)
        assert record is None or may(who, model.permission, record), (event, about)
        for field in fields(record_types()[event["type"]]):
            kind = "personal" if field.subject else model.classes.get(field.name)
            see = f"{domain}.{kind}.see"
            if kind is None or (may(who, see, record) if record is not None else reaches(who.role, see)):
                continue
            assert not (event["data"] or {}).get(field.name), (event, field.name, about)
