# schemathesis is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Schemathesis reads the OpenAPI document and sends what it allows, and what it does not, to the real gateway.

Whatever comes: no 5xx, and only answers that the document describes. A budget of time bounds it; what was found once
stays found through the seed.
"""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi import checks as openapi

from gateway.app import create_app
from infra.settings import Settings
from tests.platform import Platform

SECONDS = 75.0
EXAMPLES = 40
"""For one operation, if the time allows."""
STREAMS = ("/events",)  # an answer that does not end
CHECKS = (
    not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
    openapi.negative_data_rejection,
)


def _operations() -> Iterator[Any]:
    load_all_checks()
    schema = schemathesis.openapi.from_dict(create_app(Settings()).openapi())
    for result in schema.get_all_operations():
        operation: Any = result.ok()  # pyright: ignore[reportAttributeAccessIssue]
        if operation.path not in STREAMS:
            yield operation


OPERATIONS = list(_operations())


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_the_api_says_what_its_document_says(here: Platform, operation: Any, mode: Any) -> None:
    deadline = time.monotonic() + SECONDS / (2 * len(OPERATIONS))
    headers = {"Authorization": f"Bearer {here.key('fuzz')}"}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        if time.monotonic() > deadline:
            return
        answer = case.call(base_url=here.url, headers=headers)
        assert answer.status_code != 500, (case, answer.text)
        case.validate_response(answer, checks=CHECKS, headers=headers)

    send()
