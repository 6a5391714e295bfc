"""The schema of GraphQL follows from the declarations: read models, reports and commands."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    is_required_argument,
)

from gateway import commands
from gateway.bulk.start import StartBulk
from gateway.describe import operators
from gateway.graphql.conditions import filters_of
from gateway.graphql.names import camel, many_of, one_of, pascal, type_of
from gateway.graphql.registry import Types, named_type, without_doubles
from gateway.graphql.schema import schema
from gateway.relations import Back, Listing, backs, excerpts, listings, public, references
from projections.catalog import models_by_name, read_models, reports
from projections.columns import visible_columns
from projections.model import ReadModel
from projections.query import NOW, Either, Filter, Not, QueryError, Times
from projections.select import answer_columns, class_of
from schemas.contract import contracts, fields
from schemas.generated.common import ContactPoint

DEALS, COMPANIES = models_by_name("crm")["deals"], models_by_name("crm")["companies"]
CONTACTS, ACTIVITIES = models_by_name("crm")["contacts"], models_by_name("crm")["activities"]
USERS = models_by_name("admin")["users"]


def record(name: str) -> GraphQLObjectType:
    found = schema().type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return found


def queries() -> GraphQLObjectType:
    found = schema().query_type
    assert found is not None
    return found


def mutations() -> GraphQLObjectType:
    found = schema().mutation_type
    assert found is not None
    return found


def given(name: str) -> GraphQLInputObjectType:
    found = schema().type_map[name]
    assert isinstance(found, GraphQLInputObjectType)
    return found


def test_every_read_model_report_and_command_is_there_and_nothing_private() -> None:
    asked = {field for model in public() for field in (one_of(model), many_of(model))}
    assert set(queries().fields) == asked | {camel(report.name) for report in reports()}
    routes = [route for contract in contracts().values() for route in commands.routes(contract)]
    names = {route.command.cls.__name__ for route in routes} | {"StartBulkChange", "RevertBulkChange"}
    assert {f"{name[:1].upper()}{name[1:]}" for name in mutations().fields} == names
    private = [model for model in read_models() if not model.public]
    assert private
    assert {many_of(model) for model in private} & set(queries().fields) <= {many_of(model) for model in public()}


@pytest.mark.parametrize("model", public(), ids=lambda model: f"{model.database}.{model.name}")
def test_a_record_has_the_columns_that_http_shows(model: ReadModel) -> None:
    fields = record(type_of(model)).fields
    for column in answer_columns(model):
        field = fields[camel(column.name)]
        hides = column.nullable or class_of(model, column.name) is not None or column.name in model.sealed
        assert isinstance(field.type, GraphQLNonNull) is not hides, column.name
    assert ("hidden" in fields) is bool(model.classes)
    assert "parked" in fields


@pytest.mark.parametrize("model", public(), ids=lambda model: f"{model.database}.{model.name}")
def test_a_list_is_asked_by_what_http_s_is(model: ReadModel) -> None:
    arguments = queries().fields[many_of(model)].args
    times = {"asOf", "knownAt"} if model.times else set[str]()
    searched = {"q"} if model.search else set[str]()
    trash = {"trash"} if model.hidden else set[str]()
    own = {"orderBy"} if model.own else set[str]()
    pages = {"first", "after", "last", "before"}
    assert set(arguments) == pages | {"filter", "sort"} | times | searched | trash | own
    offered = given(f"{type_of(model)}Filter")
    columns = {column.name: column for column in visible_columns(model, models_by_name(model.database))}
    for name in ("id", *model.filters):
        condition = named_type(offered.fields[camel(name)].type)
        assert isinstance(condition, GraphQLInputObjectType)
        assert set(condition.fields) == set(operators(columns[name].kind)), name
    assert ("custom" in offered.fields) is model.own
    sorts = named_type(arguments["sort"].type)
    assert isinstance(sorts, GraphQLEnumType)
    asked = {sign + name for name in ("id", *model.sorts) for sign in ("", "-")}
    assert {value.value for value in sorts.values.values()} == asked


def test_joins_lead_to_records_and_back() -> None:
    assert [(each.name, each.to.name) for each in references(DEALS)] == [
        ("company", "companies"),
        ("product", "products"),
        ("pipeline", "pipelines"),
        ("price_book", "price_books"),
        ("reason", "reasons"),
    ]
    assert [(each.name, dict(each.shown)) for each in excerpts(DEALS)] == [
        ("owner", {"name": "owner_name", "team_id": "team_id"}),
        ("team", {"name": "team_name", "region": "region"}),
    ]
    assert {(each.name, each.column) for each in backs(COMPANIES)} >= {
        ("deals", "company_id"),
        ("contacts", "company_id"),
        ("companies_by_parent", "parent_id"),
    }
    assert Back("users_by_manager", USERS, "manager_id") in backs(USERS)
    assert listings(DEALS) == {"contacts": Listing("contact", "contacts", "contact_id", CONTACTS)}
    assert Back("deals", DEALS, "contacts") in backs(CONTACTS)
    for model, kind in ((DEALS, "deal"), (CONTACTS, "contact"), (COMPANIES, "company")):
        assert Back("activities", ACTIVITIES, "about", f"crm/{kind}/") in backs(model)
    deal, company = record("Deal").fields, record("Company").fields
    assert named_type(deal["company"].type).name == "Company"
    assert named_type(deal["owner"].type).name == "DealOwner"
    assert set(record("DealOwner").fields) == {"id", "name", "teamId"}
    assert named_type(company["deals"].type).name == "DealConnection"


def test_a_mutation_takes_what_the_body_of_http_does() -> None:
    opened, won = mutations().fields["openDeal"], mutations().fields["winDeal"]
    assert set(opened.args) == {"input", "idempotencyKey", "ifMatch"}
    assert is_required_argument(opened.args["input"])
    assert is_required_argument(won.args["id"])
    assert not is_required_argument(won.args["input"])
    body = given("OpenDealInput")
    assert {field.out_name for field in body.fields.values()} == set(commands_body("OpenDeal"))
    assert {name for name, field in body.fields.items() if isinstance(field.type, GraphQLNonNull)} == {
        "name",
        "ownerId",
    }
    assert named_type(body.fields["amount"].type).name == "MoneyInput"
    assert named_type(body.fields["at"].type).name == "DateTime"
    assert named_type(given("StartImportInput").fields["mapping"].type).name == "JSON"
    assert set(record("DealAccepted").fields) == {"id", "version", "position", "events", "repeated", "made", "deal"}


def test_bulk_changes_are_started_by_what_http_takes_and_taken_back_by_an_id() -> None:
    started, reverted = mutations().fields["startBulkChange"], mutations().fields["revertBulkChange"]
    assert set(started.args) == {"input", "idempotencyKey", "ifMatch"}
    assert set(reverted.args) == {"id", "idempotencyKey", "ifMatch"}
    body = given("StartBulkInput").fields
    assert {field.out_name for field in body.values()} == set(StartBulk.model_fields)
    assert {name for name, field in body.items() if isinstance(field.type, GraphQLNonNull)} == {"target", "verb"}
    assert [named_type(body[name].type).name for name in ("values", "where", "ids", "dryRun")] == [
        "JSON", "JSON", "String", "Boolean",
    ]  # fmt: skip
    assert {"status", "selected", "done", "changed", "code", "reason"} <= set(record("BulkChange").fields)


def commands_body(name: str) -> list[str]:
    routes = [route for contract in contracts().values() for route in commands.routes(contract)]
    return list(next(route for route in routes if route.command.cls.__name__ == name).body.model_fields)


def test_what_would_have_the_same_name_is_an_error_of_declarations() -> None:
    types = Types()
    types.once("Deal", "one", lambda name: GraphQLEnumType(name, {"A": "A"}))
    with pytest.raises(ValueError, match="Two declarations would both be the type Deal"):
        types.once("Deal", "another", lambda name: GraphQLEnumType(name, {"B": "B"}))
    with pytest.raises(ValueError, match="both be deals of Query"):
        without_doubles("Query", ["deal", "deals", "deals"])


@pytest.mark.parametrize(
    ("name", "field", "type_"),
    [("engaged_at", "engagedAt", "EngagedAt"), ("won-revenue", "wonRevenue", "WonRevenue"), ("id", "id", "Id")],
)
def test_names(name: str, field: str, type_: str) -> None:
    assert (camel(name), pascal(name)) == (field, type_)


def test_a_type_is_named_by_its_rows() -> None:
    assert (type_of(DEALS), one_of(DEALS), many_of(DEALS)) == ("Deal", "deal", "deals")
    accounts = models_by_name("admin")["service_accounts"]
    assert (type_of(accounts), one_of(accounts), many_of(accounts)) == (
        "ServiceAccount",
        "serviceAccount",
        "serviceAccounts",
    )
    assert type_of(replace(DEALS, name="others")) == "Deal"


def test_conditions_are_said_as_the_address_of_a_list_says_them() -> None:
    asked = {"stage": {"in": ["WON", "LOST"]}, "amount": {"gte": "1000", "lt": "5e3"}, "company_id": {"null": True}}
    assert filters_of(DEALS, asked, NOW) == (
        Filter("stage", "in", ("WON", "LOST")),
        Filter("amount", "gte", "1000"),
        Filter("amount", "lt", "5e3"),
        Filter("company_id", "null", "true"),
    )
    assert filters_of(DEALS, None, NOW) == filters_of(DEALS, {}, NOW) == ()


def test_conditions_stand_in_groups_and_name_periods() -> None:
    then = Times(as_of=datetime(2017, 3, 31, tzinfo=UTC))
    asked = {
        "any": [{"stage": {"eq": "WON"}}, {"not": {"closed_at": {"gte": "this_month"}}}],
        "name": {"contains": "a"},
    }
    won, march = Filter("stage", "eq", "WON"), Filter("closed_at", "gte", "2017-03-01T00:00:00+00:00")
    assert filters_of(DEALS, asked, then) == (Either((won, Not(march))), Filter("name", "contains", "a"))
    offered = given("DealFilter").fields
    assert named_type(offered["any"].type) is named_type(offered["not"].type) is given("DealFilter")


def test_what_is_wrong_in_a_group_is_named_by_its_path() -> None:
    with pytest.raises(QueryError) as refused:
        filters_of(DEALS, {"any": [{"stage": {"eq": "WON"}}, {}]}, NOW)
    assert (refused.value.code, refused.value.field) == ("bad_where", "filter.any.1")


def test_what_a_row_lists_has_a_type_of_its_own() -> None:
    emails, point = record("Contact").fields["emails"], record("ContactPoint")
    assert named_type(emails.type) is point
    declared = [camel(each.name) for each in fields(ContactPoint)]
    assert list(point.fields) == declared
    assert named_type(record("Contact").fields["custom"].type).name == "JSON"
    assert set(given("CreateContactInput").fields) >= {"emails", "phones", "addresses", "custom"}
    assert list(given("ContactPointInput").fields) == declared
