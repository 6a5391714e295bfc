"""What can be asked for with a record follows from the declarations of read models, and so does what is said of it."""

from typing import Any

import pytest

from gateway.app import create_app
from gateway.beside import ROWS, Beside, ids_in, models, newest, offered, wanted
from gateway.problems import Problem
from gateway.record import tag
from gateway.relations import public
from infra.settings import Settings
from projections.catalog import models_by_name
from projections.timeline import concerning

CRM = models_by_name("crm")
COMPANIES, DEALS, TENANTS = CRM["companies"], CRM["deals"], models_by_name("admin")["tenants"]


def test_a_record_has_its_timeline_and_what_leads_to_it_beside_it() -> None:
    assert list(offered(CRM["contacts"])) == ["timeline", "activities", "deals"]
    assert list(offered(COMPANIES)) == ["timeline", "activities", "companies_by_parent", "contacts", "deals"]
    assert list(offered(CRM["products"])) == ["deals"]
    assert list(offered(models_by_name("admin")["users"])) == ["credentials", "identities", "teams", "users_by_manager"]
    assert not offered(TENANTS)


def test_every_list_is_one_that_its_own_route_gives() -> None:
    for model in public():
        for name, back in offered(model).items():
            assert (back is None) == (name == "timeline")
            if back is not None:
                assert back.of.public
                assert back.column in back.of.filters
                assert newest(back.of).removeprefix("-") in ("id", *back.of.sorts)


def asked(text: str, **more: str) -> Beside:
    return wanted({"with": text, **more}, COMPANIES)


def test_what_is_wanted_is_read() -> None:
    assert wanted({"limit": "7"}, COMPANIES) == Beside({})
    assert wanted({}, TENANTS) == Beside({})
    assert asked("deals,timeline,deals") == Beside({"deals": ROWS, "timeline": ROWS})
    assert asked("deals,timeline", limit="100") == Beside({"deals": 100, "timeline": 100})
    assert asked("deals,timeline", limit="5", **{"limit.timeline": "195"}) == Beside({"deals": 5, "timeline": 195})
    assert asked("deals", **{"limit.deals": "200"}) == Beside({"deals": 200})
    assert models(COMPANIES, Beside({})) == []
    assert models(COMPANIES, asked("contacts,deals")) == [CRM["contacts"], DEALS]
    assert models(COMPANIES, asked("timeline")) == [*concerning(COMPANIES)]


@pytest.mark.parametrize(
    ("text", "more", "code", "field"),
    [
        ("people", {}, "unknown_relation", "with"),
        ("deals, timeline", {}, "unknown_relation", "with"),
        ("deals,", {}, "unknown_relation", "with"),
        ("", {}, "unknown_relation", "with"),
        ("deals", {"limit": "0"}, "bad_limit", "limit"),
        ("deals", {"limit": "201"}, "bad_limit", "limit"),
        ("deals,timeline", {"limit": "101"}, "bad_limit", "limit"),
        ("deals", {"limit": "many"}, "bad_limit", "limit"),
        ("deals", {"limit.deals": "0"}, "bad_limit", "limit.deals"),
        ("deals", {"limit.deals": "201"}, "bad_limit", "limit.deals"),
        ("deals", {"limit.deals": "few"}, "bad_limit", "limit.deals"),
        ("deals", {"limit.timeline": "5"}, "bad_limit", "limit.timeline"),
        ("deals,timeline", {"limit.deals": "181"}, "bad_limit", "limit"),
    ],
)
def test_what_cannot_be_wanted_is_refused(text: str, more: dict[str, str], code: str, field: str) -> None:
    with pytest.raises(Problem) as refused:
        asked(text, **more)
    assert (refused.value.status, refused.value.code, refused.value.field) == (400, code, field)
    if code == "unknown_relation":
        assert all(name in refused.value.detail for name in offered(COMPANIES))


def test_a_limit_is_looked_at_without_lists_too() -> None:
    with pytest.raises(Problem) as refused:
        wanted({"limit": "0"}, COMPANIES)
    assert refused.value.code == "bad_limit"


def test_the_ids_of_what_is_shown_are_told_once() -> None:
    pages: dict[str, Any] = {
        "timeline": {"items": [{"id": "d1"}, {"id": "c1"}, {"id": "d1"}]},
        "deals": {"items": [{"id": "d1"}, {"id": "d2"}]},
        "contacts": None,
    }
    assert list(ids_in(pages)) == ["d1", "c1", "d2"]


def test_a_record_with_something_beside_it_has_a_tag_of_all() -> None:
    assert tag(TENANTS, 3, b"{}") == '"3"'
    tags = {tag(TENANTS, 3, body, more=True) for body in (b'{"with": {}}', b'{"with": null}')}
    assert len(tags) == 2
    assert all(each.startswith('"3.') for each in tags)


def test_the_document_tells_of_it() -> None:
    paths = create_app(Settings()).openapi()["paths"]
    for model in public():
        operation = paths[f"/{model.database}/{model.name.replace('_', '-')}/{{id}}"]["get"]
        said = {each["name"]: each for each in operation["parameters"]}
        row = operation["responses"]["200"]["content"]["application/json"]["schema"]
        own = {name.removeprefix("limit.") for name in said if name.startswith("limit.")}
        assert own == set(offered(model))
        assert ("with" in said) == ("limit" in said) == ("with" in row["properties"]) == bool(offered(model))
        if offered(model):
            assert said["with"]["schema"]["examples"] == [",".join(offered(model))]
            assert list(row["properties"]["with"]["properties"]) == list(offered(model))
    deals = paths["/crm/contacts/{id}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    page = deals["properties"]["with"]["properties"]["deals"]
    assert page["description"] == "The first page of `/crm/deals?contacts=<id>&sort=-updated_at`."
    assert "company_name" in page["anyOf"][0]["properties"]["items"]["items"]["properties"]
