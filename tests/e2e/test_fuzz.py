# schemathesis is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Schemathesis reads the OpenAPI document and sends what it allows, and what it does not, to the real gateway.

Whatever comes: no 5xx, and only answers that the document describes. A budget of time bounds it; what was found once
stays found through the seed.
"""

import functools
import os
import time
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi import checks as openapi

from gateway.app import create_app
from infra.settings import Settings
from tests.platform import Platform

SECONDS = float(os.environ.get("NEXUS_FUZZ_SECONDS", "75"))
EXAMPLES = max(40, int(SECONDS / 2))
"""For one operation, if the time allows."""
STREAMS = ("/events",)  # an answer that does not end
CHECKS = (
    not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
)
ANYTHING_FITS = ("/integration/files",)  # every sequence of bytes is a file
NOTHING_MISFITS = ("/signin", "/signout")  # forms and headers of free text; tests/e2e/test_sign_in.py


@functools.cache
def fitting() -> tuple[Any, ...]:
    """Every operation of the document but the streams. Who may come in is tested elsewhere."""
    load_all_checks()
    document = create_app(Settings()).openapi()
    del document["security"], document["components"]["securitySchemes"]
    schema = schemathesis.openapi.from_dict(document)
    operations = [result.ok() for result in schema.get_all_operations()]  # pyright: ignore[reportAttributeAccessIssue]
    return tuple(each for each in operations if each.path not in STREAMS)


class Over(Exception):
    """The time of an operation is over. Hypothesis, told nothing, would go on drawing what nobody sends."""


def _takes_something(operation: Any) -> bool:
    raw = operation.definition.raw
    return not operation.path.startswith(NOTHING_MISFITS) and bool(raw.get("parameters") or raw.get("requestBody"))


FITTING, UNFITTING = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
WORK = [
    pytest.param(operation, mode, id=f"{operation.label} {mode.value}")
    for operation in fitting()
    for mode in (FITTING, UNFITTING)
    if mode is FITTING or _takes_something(operation)
]


@pytest.mark.parametrize(("operation", "mode"), WORK)
def test_the_api_says_what_its_document_says(here: Platform, operation: Any, mode: Any) -> None:
    deadline = time.monotonic() + SECONDS / len(WORK)
    refuses = mode is UNFITTING and operation.path not in ANYTHING_FITS
    checks = (*CHECKS, openapi.negative_data_rejection) if refuses else CHECKS
    headers, wrong = {"Authorization": f"Bearer {here.key('fuzz')}"}, list[Any]()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        report_multiple_bugs=False,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        if time.monotonic() > deadline and not wrong:
            raise Over
        wrong.append(case)  # until it went well: what did not is sent again, however late, to be told
        answer = case.call(base_url=here.url, headers=headers)
        assert answer.status_code != 500, (case, answer.text)
        case.validate_response(answer, checks=checks, headers=headers)
        wrong.clear()

    with suppress(Over):
        send()
