# schemathesis is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Schemathesis sends what the documents of OpenAPI and of SCIM allow, as somebody of each built-in role. Each answer is
compared with the rules as `permitted` says them once more: no 5xx, nothing beyond the role, what may not be read
answers like what never was, hidden fields are null.

What is sent follows from a seed (NEXUS_ROLES_SEED), which a failure tells. Each role asks each operation; what is drawn
beyond that ends when the time is over (NEXUS_ROLES_SECONDS, for reading and for changing).
"""

from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, replace
from random import Random

import pytest
import requests

from gateway.access.routes import permissions as taken
from tests.e2e.cast import OWNED, WORD, World, models, world
from tests.e2e.drawing import SEED, Asked, operations, send, turns
from tests.e2e.judged import Answer, beside, events, rows, told
from tests.e2e.test_fuzz import fitting
from tests.e2e.test_http import after
from tests.e2e.test_isolation import BROWSERS, filled, unlike, with_all
from tests.permitted import ROLES, Record, gives, may, reaches, takes
from tests.platform import Platform

OPEN = ("/access/me", "/access/check", "/commands/{id}", "/search", "/events/types")
"""Of somebody's own, or decided by each record or type."""
OWNERS = (
    "/admin/tenants/{id}/appoint-owner",
    "/admin/tenants/{id}/dismiss-owner",
    "/admin/tenants/{id}/set-local-sign-in",
    "/admin/tenants/{id}/require-totp",
    "/admin/providers",
    "/admin/providers/{id}/change",
)
"""What an owner alone does: it decides who else comes in."""
UNREADABLE = {400, 413, 414, 415, 422}
"""What is told of a request before anybody asks who sent it."""
ALIKE = {
    "/crm/duplicates": "/crm/contacts",
    "/crm/contacts/duplicates": "/crm/contacts",
    "/crm/duplicates/companies": "/crm/companies",
    "/crm/companies/duplicates": "/crm/companies",
}
"""Whose records suggestions are, where the path does not begin with it."""
ELSEWHERE = {"/admin/tenants": (404,)}
"""A tenant that is not one's own is there for nobody, whoever asks."""
WRITERS = {"owner", "integration", "crm.admin", "crm.manager", "crm.member", "admin.admin", "integration.admin"}


@dataclass
class Asking:
    """A tenant, and what is sent to it."""

    world: World
    session: requests.Session

    def answer(self, asked: Asked) -> Answer:
        return send(self.world, self.session, asked)

    def record(self, asked: Asked) -> Record | None:
        """What is asked about, where it is somebody's."""
        return self.world.records.get(asked.operation.base, {}).get(asked.ids[0] if asked.ids else "")

    def stands(self, asked: Asked) -> str | None:
        """The ETag of what SCIM is asked to change by somebody who may but read it."""
        if asked.role != "admin.viewer" or asked.operation.permission or asked.operation.method not in ("put", "patch"):
            return None
        return self.world.key.get(filled(asked.operation.path, list(asked.ids))).headers["ETag"]

    def gone(self, asked: Asked) -> bool:
        """Whether SCIM has it no more, as after another role removed it. Who may read is told that before it is looked
        whether they may change it."""
        scim = asked.operation.permission is None and bool(asked.ids)
        return scim and self.world.key.get(filled(asked.operation.path, list(asked.ids))).status_code == 404


@pytest.fixture(scope="module")
def asking(here: Platform) -> Generator[Asking]:
    print(f"NEXUS_ROLES_SEED={SEED}")
    with world(here) as made, requests.Session() as session:
        yield Asking(made, session)


def test_every_operation_takes_what_its_declaration_says() -> None:
    said = {(each.method.lower(), each.path): each.definition.raw.get("x-permission") for each in fitting()}
    unsaid = {path for (_, path), permission in said.items() if permission is None}
    assert {path for path in unsaid if not path.startswith(("/health", "/metrics", *BROWSERS))} == {*OPEN}
    assert {each: takes(*each) for each in said} == said


@pytest.mark.parametrize("role", ROLES)
def test_somebody_of_a_role_reads_what_it_lets_them_and_that_alone(asking: Asking, role: str) -> None:
    here = asking.world
    client, who = here.clients[role], here.cast[role]
    mine = client.get("/access/me").json()["permissions"]
    assert set(mine) == {each for each in taken() if reaches(role, each)}
    for base, known in here.records.items():
        permission = models()[base].permission
        readable = {id for id, record in known.items() if may(who, permission, record)}
        listed = client.get(base, params={"limit": 200}, headers=after(here.position))
        if not reaches(role, permission):
            assert (listed.status_code, listed.json()["permission"]) == (403, permission)
            continue
        assert {each["id"] for each in listed.json()["items"]} == readable, (role, base)
        rows(here, who, base, listed.json()["items"])
        _opened(asking, role, base, readable)
    _searched(asking, role)
    _counted(asking, role)
    _asked_by_graphql(asking, role)


def _opened(asking: Asking, role: str, base: str, readable: set[str]) -> None:
    """The page of a record, with all that can stand beside it."""
    here, offered = asking.world, with_all(f"{base}/{{id}}")
    for id in sorted(readable) if offered else ():
        answer = here.clients[role].get(f"{base}/{id}", params=offered, headers=after(here.position))
        assert answer.status_code == 200, answer.text
        assert list(answer.json()["with"]) == offered["with"].split(",")
        beside(here, here.cast[role], base, answer.json(), answer.text)


def _searched(asking: Asking, role: str) -> None:
    here, who = asking.world, asking.world.cast[role]
    found = here.clients[role].get("/search", params={"q": WORD, "limit": 50}, headers=after(here.position))
    expected: set[str] = set()
    for base in OWNED[:4]:
        title = models()[base].classes.get(models()[base].search[0])
        see = None if title is None else f"crm.{title}.see"
        for id, record in here.records[base].items():
            if may(who, models()[base].permission, record) and (see is None or may(who, see, record)):
                expected.add(id)
    assert {each["id"] for each in found.json().get("items", ())} == expected, (role, found.text)


def _counted(asking: Asking, role: str) -> None:
    here, who = asking.world, asking.world.cast[role]
    told = here.clients[role].get("/crm/pipeline", headers=after(here.position))
    if told.status_code == 403:
        assert not reaches(role, "crm.deal.read")
        return
    deals = [each for each in here.records["/crm/deals"].values() if may(who, "crm.deal.read", each)]
    assert sum(each["count"] for each in told.json()["items"]) == len(deals)
    worth = [each for each in deals if may(who, "crm.amounts.see", each)]
    assert sum(float(each["amount"] or 0) for each in told.json()["items"]) == 5 * len(worth)


def _asked_by_graphql(asking: Asking, role: str) -> None:
    here, who = asking.world, asking.world.cast[role]
    query = "{ deals(first: 200) { nodes { id amount { amount } } } contacts(first: 200) { nodes { id name email } } }"
    answer = here.clients[role].post("/graphql", json={"query": query}, headers=after(here.position))
    assert answer.status_code == 200, answer.text
    for name, base in (("deals", "/crm/deals"), ("contacts", "/crm/contacts")):
        permission = models()[base].permission
        readable = {id for id, record in here.records[base].items() if may(who, permission, record)}
        told = (answer.json()["data"] or {}).get(name)
        assert (told is None) == (not reaches(role, permission)), answer.text
        if told is not None:
            assert {each["id"] for each in told["nodes"]} == readable
            rows(here, who, base, told["nodes"])


def test_what_is_drawn_reads_nothing_beyond_a_role(asking: Asking) -> None:
    answers = Counter[tuple[str, int]]()
    reading = [each for each in operations() if each.method == "get"]
    for asked in turns(asking.world, reading, Random(f"{SEED} reading")):
        answer = asking.answer(asked)
        answers[asked.role, answer.status] += 1
        if not asked.operation.lets_in(asked.role):
            _refused(asked, answer, 403) if asked.plain else _refused(asked, answer, 403, *UNREADABLE)
        elif asked.operation.permission is not None:
            _read(asking, asked, answer)
    print(f"{answers.total()} requests")
    assert all(answers[role, 200] for role in ROLES), "everybody has views of their own"


def _read(asking: Asking, asked: Asked, answer: Answer) -> None:
    who, record = asking.world.cast[asked.role], asking.record(asked)
    if record is not None and not may(who, str(asked.operation.permission), record):
        _like_what_never_was(asking, asked, answer)
        return
    if answer.code == "forbidden":  # what else it takes, such as that of the records that a file is of
        assert reaches(asked.role, answer.body["permission"]) != {"all"}, answer.about
    if record is not None and asked.plain:
        assert answer.status == 200, answer.about
    base = ALIKE.get(asked.operation.path, asked.operation.base)
    if answer.status != 200 or base not in models():
        return
    if asked.operation.path.endswith(("/history", "/lineage", "/timeline")):
        events(asking.world, who, answer.items(), answer.about)
    else:
        rows(asking.world, who, base, answer.items(), answer.about)
        beside(asking.world, who, base, answer.body, answer.about)


def test_what_is_drawn_changes_nothing_beyond_a_role(asking: Asking) -> None:
    accepted = Counter[str]()
    changing = [each for each in operations() if each.method != "get"]
    for asked in turns(asking.world, changing, Random(f"{SEED} changing")):
        before, stood = asking.record(asked), asking.stands(asked)
        answer = asking.answer(asked)
        if answer.ok and stood is not None:  # it was so already, and who asks may read that
            assert asking.stands(asked) == stood, answer.about
        elif answer.status == 404 and asking.gone(asked):
            assert asked.operation.lets_in(asked.role) or asked.role == "admin.viewer", answer.about
        elif not asked.operation.lets_in(asked.role):
            _refused(asked, answer, 403, *UNREADABLE, *ELSEWHERE.get(asked.operation.base, ()))
        elif before is not None and not may(asking.world.cast[asked.role], str(asked.operation.permission), before):
            _untouched(asking, asked, answer, before)
        if answer.ok:
            accepted[asked.role] += 1
            _allowed(asking, asked, answer)
    print(f"accepted: {dict(accepted)}")
    assert accepted.keys() >= WRITERS, accepted


def _untouched(asking: Asking, asked: Asked, answer: Answer, record: Record) -> None:
    """What somebody may not change is told from what never was by nothing, unless they may read it."""
    if may(asking.world.cast[asked.role], models()[asked.operation.base].permission, record):
        _refused(asked, answer, 403, 404, *UNREADABLE)  # another record that it names may not be there
    else:
        _like_what_never_was(asking, asked, answer)


def _like_what_never_was(asking: Asking, asked: Asked, answer: Answer) -> None:
    never = asking.answer(replace(asked, ids=(unlike(asked.ids[0], asking.world.name), *asked.ids[1:])))
    assert told(answer) == told(never), (answer.about, never.about)
    assert answer.status in (404, *UNREADABLE), answer.about


def _allowed(asking: Asking, asked: Asked, answer: Answer) -> None:
    """What was accepted was within the role as a whole, and what came of it is known from here on."""
    here, operation, given = asking.world, asked.operation, asked.sent.get("json") or {}
    if operation.path.endswith("/grant-role"):
        assert gives(asked.role, given["role_id"]), answer.about
    if operation.path in OWNERS:
        assert asked.role == "owner", answer.about
    if operation.path.startswith("/integration/webhooks") and operation.path.endswith(("webhooks", "/change")):
        assert asked.role == "owner" or given["owner_id"], answer.about
    if operation.path == "/integration/imports":
        assert reaches(asked.role, f"{given['target']}.record") == {"all"}, answer.about
    if operation.path.endswith("/switch-app-off"):
        here.switch_on(given["app"])
    made = answer.body.get("id") if answer.status == 201 and not asked.ids else None
    here.changed(operation.base, made or (asked.ids[0] if asked.ids else None), answer.position)
    record = here.records.get(operation.base, {}).get(made or "")
    if record is not None:
        assert may(here.cast[asked.role], str(operation.permission), record), (record, answer.about)


def _refused(asked: Asked, answer: Answer, *statuses: int) -> None:
    assert answer.status in statuses, answer.about
    if answer.status == 403 and asked.operation.permission is not None:
        assert (answer.code, answer.body["permission"]) == ("forbidden", asked.operation.permission), answer.about
