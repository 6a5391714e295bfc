# schemathesis and requests are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""What schemathesis draws of the documents of OpenAPI and SCIM, and who sends it: all of it follows from a seed."""

import os
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.e2e.cast import World
from tests.e2e.judged import Answer
from tests.e2e.scim_document import SCIM
from tests.e2e.test_fuzz import fitting
from tests.e2e.test_isolation import body, filled
from tests.permitted import ROLES, reaches, scim, takes

SEED = int(os.environ.get("NEXUS_ROLES_SEED", "1"))
SECONDS = float(os.environ.get("NEXUS_ROLES_SECONDS", "30"))
DRAWN = 2
"""Cases of each operation; one is sent for sure, the others as long as there is time."""


@dataclass(frozen=True, slots=True)
class Operation:
    """`permission` is None for SCIM, which takes several. `base` is where its records are."""

    method: str
    path: str
    permission: str | None
    drawing: Any

    @property
    def base(self) -> str:
        return self.path.partition("/{")[0]

    def lets_in(self, role: str) -> bool:
        """Whether a role may do this to any record at all."""
        return scim(role, self.method) if self.permission is None else bool(reaches(role, self.permission))


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of somebody, as keywords of `requests`. One that is `plain` was not drawn."""

    operation: Operation
    role: str
    ids: tuple[str, ...]
    plain: bool
    sent: Mapping[str, Any]


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation that takes a permission."""
    by_scim = schemathesis.openapi.from_dict(SCIM).get_all_operations()
    every = [*fitting(), *(each.ok() for each in by_scim)]  # pyright: ignore[reportAttributeAccessIssue]
    taking = ((each, takes(each.method.lower(), each.path)) for each in every)
    return tuple(
        Operation(each.method.lower(), each.path, permission, each)
        for each, permission in taking
        if permission is not None or each.path.startswith("/scim/")
    )


@cache
def cases(operation: Operation) -> list[Any]:
    """What schemathesis draws of an operation: always the same of one seed."""
    found: list[Any] = []

    @seed(f"{SEED} {operation.method} {operation.path}")
    @settings(
        max_examples=DRAWN,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(operation.drawing.as_strategy())
    def draw(case: Any) -> None:
        found.append(case)

    draw()
    return found


def turns(world: World, of: list[Operation], dice: Random) -> Generator[Asked]:
    """Each operation as each role, plain or drawn, and both for whom it lets in; then what else is drawn, until the
    time is over."""
    deadline = time.monotonic() + SECONDS
    for operation in dice.sample(of, len(of)):
        for role in dice.sample(ROLES, len(ROLES)):
            for number in (0, 1) if operation.lets_in(role) else (dice.randrange(2),):
                if number <= len(cases(operation)):
                    yield _asked(world, operation, role, number, dice)
    for number in range(2, DRAWN + 1):
        for operation in dice.sample(of, len(of)):
            inside = [role for role in ROLES if operation.lets_in(role)]
            for role in dice.sample(inside, len(inside)):
                if time.monotonic() > deadline:
                    return
                if number <= len(cases(operation)):
                    yield _asked(world, operation, role, number, dice)


def _asked(world: World, operation: Operation, role: str, number: int, dice: Random) -> Asked:
    ids = tuple(world.ids_for(operation.path, dice))
    if number == 0:
        return Asked(operation, role, ids, True, _plain(world, operation))
    return Asked(operation, role, ids, False, _drawn(world, operation, cases(operation)[-number], dice))


def _plain(world: World, operation: Operation) -> dict[str, Any]:
    """What the document gives as an example; SCIM's gives none."""
    if operation.method != "post" or operation.permission is None:
        return {"method": operation.method}
    return {"method": operation.method, "json": body(operation.path, world.ids)}


def _drawn(world: World, operation: Operation, case: Any, dice: Random) -> dict[str, Any]:
    """What was drawn; half the time with ids in it that there are, and half the time without its headers."""
    sent: dict[str, Any] = case.as_transport_kwargs(base_url=world.here.url)
    headers = {name: value for name, value in sent["headers"].items() if name.lower() != "prefer"}
    if dice.random() < 0.5:
        headers = {name: headers[name] for name in headers if name.lower() in ("content-type", "accept")}
    if isinstance(sent.get("json"), dict) and dice.random() < 0.5:
        known = _known(world, dice)
        sent["json"] = sent["json"] | {name: known[name] for name in known if name in sent["json"]}
    elif "json" not in sent and "data" not in sent:
        sent |= _plain(world, operation)
    return sent | {"headers": headers}


def _known(world: World, dice: Random) -> Mapping[str, str]:
    people = [*world.others.values(), *(each.id for each in world.cast.values())]
    return {
        "owner_id": dice.choice(people),
        "user_id": world.ids["/admin/users"],
        "team_id": world.ids[dice.choice(("West", "East", "South"))],
        "role_id": dice.choice(ROLES),
        "company_id": dice.choice(list(world.records["/crm/companies"])),
        "target": dice.choice(("crm.deal", "crm.contact", "admin.user")),
        "file": world.ids["/integration/files"],
    }


def send(world: World, session: requests.Session, asked: Asked) -> Answer:
    """The answer, which is never a 5xx, nor a 401 to somebody who may work here."""
    url = world.here.url + filled(asked.operation.path, list(asked.ids))
    key = {"Authorization": world.clients[asked.role].headers["Authorization"]}
    headers = {**asked.sent.get("headers", {}), **key}
    how: dict[str, Any] = {**asked.sent, "url": url, "headers": headers, "timeout": 90, "allow_redirects": False}
    answer = session.request(**how)
    about = f"{asked.role}: {url} {dict(asked.sent)}, seed {SEED}: {answer.status_code} {answer.text[:600]}"
    assert answer.status_code < 500, about
    assert answer.status_code not in (401, 429), about
    return Answer(answer, about)
