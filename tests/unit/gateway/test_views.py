"""What may be kept in a saved view, and what is said of one whose list has changed since."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway import views
from gateway.problems import Problem
from projections.crm.deals import READ_MODEL as DEALS
from projections.own import Own
from projections.query import QueryError
from schemas.generated.admin.saved_view import ChangeSavedView, CreateSavedView
from schemas.generated.admin.view_choice import ChooseView
from schemas.generated.common import FieldKind
from schemas.generated.crm.field_set import Field

AT = datetime(2026, 1, 1, tzinfo=UTC)


def view(list: str = "crm/deals", **shown: Any) -> CreateSavedView:
    return CreateSavedView(saved_view_id="v", list=list, name="Mine", owner_id="ann", at=AT, **shown)


@pytest.mark.parametrize(
    "command",
    [
        view(),
        view(where='{"any": [{"stage": "WON"}, {"closed_at": "this_month"}]}', sort="stage,-amount", fields=("name",)),
        view("crm/contacts", where='{"email": null, "company_name": {"contains": "ltd"}}'),
        view("audit/entries", where='{"kind": "EXPORTED"}'),
        ChangeSavedView(saved_view_id="v", list="crm/deals", sort="name", at=AT),
        ChooseView(view_choice_id="c", user_id="ann", list="crm/deals", at=AT),
    ],
)
def test_what_may_be_kept(command: Any) -> None:
    views.must_be_askable(command)


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (view("crm/nothing"), "unknown_list", "list"),
        (view("crm/people"), "unknown_list", "list"),
        (view("crm/won-revenue"), "unknown_list", "list"),
        (ChooseView(view_choice_id="c", user_id="ann", list="deals", at=AT), "unknown_list", "list"),
        (view(where="stage=WON"), "bad_where", "where"),
        (view(where='{"any": [{"colour": "red"}]}'), "unknown_filter", "where.any.0.colour"),
        (view(where='{"not": {"stage": "won"}}'), "bad_value", "where.not.stage"),
        (view(where='{"stage": {"like": "W"}}'), "unknown_operator", "where.stage.like"),
        (view(sort="stage,-colour"), "unknown_sort", "sort"),
        (view(sort="name,name,name,name,name,name"), "too_many_sorts", "sort"),
        (view(fields=("name", "colour")), "unknown_field", "fields"),
        (view(where='{"owner_name": "Ann"}'), "view_names_somebody", "where.owner_name"),
        (view("crm/contacts", where='{"email": {"ne": "a@example.com"}}'), "view_names_somebody", "where.email.ne"),
        (view("admin/users", where='{"manager_name": "Mia"}'), "unknown_filter", "where.manager_name"),
    ],
)
def test_what_may_not_be_kept(command: Any, code: str, field: str) -> None:
    with pytest.raises(Problem) as refused:
        views.must_be_askable(command)
    assert (refused.value.status, refused.value.code, refused.value.field) == (422, code, field)
    assert refused.value.detail.endswith(".")
    assert not refused.value.detail.endswith("..")


OWN = Own(
    (Field(key="share", label="Share", kind=FieldKind.NUMBER), Field(key="due", label="Due", kind=FieldKind.DATE))
)


def test_fields_of_ones_own_may_be_kept_where_there_are_such() -> None:
    kept = view(
        where='{"custom": {"due": "this_month", "share": {"gte": 1}}}', sort="-custom.share", fields=("custom.due",)
    )
    views.must_be_askable(kept, OWN)
    with pytest.raises(Problem) as refused:
        views.must_be_askable(kept)
    assert (refused.value.code, refused.value.field) == ("unknown_filter", "where.custom.due")
    with pytest.raises(Problem) as refused:
        views.must_be_askable(view("crm/contacts", where='{"custom": {"share": 1}}'), OWN)
    assert (refused.value.code, refused.value.field) == ("view_names_somebody", "where.custom.share")


def test_a_view_whose_list_has_changed_says_what_is_gone() -> None:
    kept: dict[str, Any] = {"where": '{"colour": "red"}', "sort": None, "fields": []}
    for row, gone in ((kept, "colour"), (kept | {"where": None, "sort": "-shape"}, "shape")):
        with pytest.raises(QueryError, match=gone) as refused:
            views.as_kept(DEALS, row)
        assert (refused.value.code, refused.value.field) == ("view_outdated", "view")
