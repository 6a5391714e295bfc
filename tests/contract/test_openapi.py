"""The OpenAPI document is complete, and true of the routes there are."""

import re
from typing import Any

import pytest
from jsonschema_rs import meta, validator_for

from gateway.app import create_app
from gateway.services import PORTS
from infra.settings import Settings
from projections.catalog import read_models, reports
from schemas.contract import contracts

METHODS = ("get", "post", "put", "patch", "delete")
NO_COMMANDS = ("/operations/", "/admin/service-accounts/{id}/keys", "/admin/users/{id}/invite", "/signin/account")
"""Where something else than a command of a contract is sent."""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(Settings()).openapi()


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def test_every_command_read_model_and_report_has_its_route(document: dict[str, Any]) -> None:
    paths = document["paths"]
    for contract in contracts().values():
        base = f"/{contract.domain}/{contract.plural}"
        for command in contract.commands:
            path = base if command.creates else f"{base}/{{id}}/{command.verb}"
            described = paths.get(path, {}).get("post", {}).get("summary") == command.cls.__doc__
            assert described is not command.internal, command.cls.NAME
    for model in read_models():
        if model.public:
            kinds = ("", "/{id}", *(("/{id}/history", "/{id}/lineage") if model.aggregate else ()))
            assert all("get" in paths[f"/{model.database}/{model.name.replace('_', '-')}{kind}"] for kind in kinds)
    for report in reports():
        assert "get" in paths[f"/{report.database}/{report.name.replace('_', '-')}"]


def test_it_is_openapi_3_1_whose_references_lead_somewhere(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")

    def check(value: Any) -> None:
        match value:
            case {"$ref": str() as target}:
                found: Any = document
                for part in target.removeprefix("#/").split("/"):
                    found = found[part]
            case dict():
                for each in value.values():  # pyright: ignore[reportUnknownVariableType]
                    check(each)
            case list():
                for each in value:  # pyright: ignore[reportUnknownVariableType]
                    check(each)
            case _:
                pass

    check(document)


def test_every_schema_is_one_and_every_example_fits(document: dict[str, Any]) -> None:
    def resolved(schema: dict[str, Any]) -> dict[str, Any]:
        return {**schema, "components": document["components"]}

    for path, method, operation in operations(document):
        for media in operation.get("requestBody", {}).get("content", {}).values():
            meta.validate(media["schema"])
            for example in media.get("examples", {}).values():
                validator_for(resolved(media["schema"])).validate(example["value"])
        for parameter in operation.get("parameters", ()):
            meta.validate(parameter["schema"])
            if "example" in parameter:
                validator_for(parameter["schema"]).validate(parameter["example"])
        names = [(parameter["in"], parameter["name"]) for parameter in operation.get("parameters", ())]
        assert len(names) == len(set(names)), (method, path)
    for schema in document["components"]["schemas"].values():
        meta.validate(schema)
        for example in schema.get("examples", ()):
            validator_for(resolved(schema)).validate(example)


def test_every_route_says_how_to_sign_in_and_what_can_go_wrong(document: dict[str, Any]) -> None:
    assert document["security"] == [{"key": []}, {"session": []}]
    identities: list[str] = []
    for path, method, operation in operations(document):
        identities.append(operation["operationId"])
        in_path = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path)), (method, path)
        if operation.get("security") == []:
            continue
        assert {"401", "429"} <= set(operation["responses"]), (method, path)
        if method == "post" and path not in ("/integration/files", "/signout") and not path.startswith(NO_COMMANDS):
            names = {p["name"] for p in operation["parameters"]}
            assert {"Idempotency-Key", "If-Match", "Prefer"} <= names, path
            assert {"202", "404", "409", "412", "422", "503", "504"} <= set(operation["responses"]), path
    assert len(identities) == len(set(identities))


def test_personal_fields_and_times_are_marked(document: dict[str, Any]) -> None:
    body = document["paths"]["/crm/contacts"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert "Personal" in body["properties"]["email"]["description"]
    assert body["properties"]["at"]["anyOf"][0]["format"] == "date-time"
    assert body["additionalProperties"] is False


@pytest.mark.parametrize("service", ["deal", "contact", "admin"])
def test_a_service_alone_serves_its_own_routes(service: str) -> None:
    paths = create_app(Settings(), service).openapi()["paths"]
    routed = [contract for contract in contracts().values() if not all(each.internal for each in contract.commands)]
    served = {contract.plural for contract in routed if contract.service == service}
    others = {contract.plural for contract in routed} - served
    assert service in PORTS
    assert "/health/ready" in paths
    others_than_commands = ("/integration/files", "/signin", "/signout")
    posted = [path for path, item in paths.items() if "post" in item and not path.startswith(others_than_commands)]
    commands = {path.split("/")[2] for path in posted}
    assert commands == served
    assert not {path for path in paths for other in others if f"/{other}/" in f"{path}/"}
