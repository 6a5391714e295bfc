"""How finds of several types are put in one order, and how far an answer of several databases is."""

from typing import Any

from gateway.reach import Known, Reach
from gateway.search import ranked, types
from infra.log.position import sign, verify
from projections.catalog import read_models
from projections.query import Found, Hit

SECRET = b"secret"


def found(*hits: tuple[str, float, int]) -> Found:
    return Found([Hit(*hit) for hit in hits], len(hits), False)


def test_the_best_come_first_and_types_take_turns_among_equals() -> None:
    deals = found(("d1", 5, 9), ("d2", 5, 8), ("d3", 5, 7), ("d4", 1, 99))
    people = found(("p1", 8, 1), ("p2", 5, 2), ("p3", 1, 1))
    order = [place.hit.id for place in ranked({"deals": deals, "people": people})]
    assert order == ["p1", "d1", "p2", "d2", "d3", "d4", "p3"]


def test_no_two_read_models_are_searched_under_one_name() -> None:
    assert sorted(id(model) for model in types().values()) == sorted(
        id(model) for model in read_models() if model.search and model.public
    )
    assert {"contacts", "companies", "deals", "products", "users", "teams", "imports"} <= types().keys()


async def test_a_position_of_several_databases_is_what_each_of_them_has() -> None:
    def known(position: dict[str, Any]) -> Known:
        return Known(position, sign(position, SECRET), float("inf"))

    crm = {"crm.events": {0: 7, 1: 3}, "admin.events": {0: 5, 1: 1}}
    admin = {"admin.events": {0: 4}}
    reach = Reach({}, SECRET, {("crm", True): known(crm), ("admin", True): known(admin)})
    shared = verify(await reach.shared(["crm", "admin"], search=True), SECRET)
    assert shared == {"crm.events": {0: 7, 1: 3}, "admin.events": {0: 4, 1: 0}}
