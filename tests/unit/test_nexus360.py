"""The command line answers at once: what its commands need is loaded when they run."""

import subprocess
import sys

import pytest

from infra.settings import ROOT

NEEDED_LATER = {
    "confluent_kafka", "cryptography", "elasticsearch", "fastapi", "faust", "httpx", "msgspec", "psycopg", "pydantic",
    "redis", "sqlalchemy", "structlog",
}  # fmt: skip


def told(*command: str) -> str:
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def test_nothing_is_loaded_that_only_a_command_needs() -> None:
    loaded = told("-c", "import sys, nexus360; print(*sys.modules)").split()
    assert {"nexus360", "typer"} <= set(loaded)
    assert NEEDED_LATER & set(loaded) == set()


def test_help_names_the_commands() -> None:
    named = {word for line in told("nexus360.py", "--help").splitlines() for word in line.split()[:2]}
    assert named >= {
        "up", "down", "status", "wipe", "key", "topics", "import", "demo", "rebuild", "replay", "retention", "verify",
        "serve", "schemas", "dlq", "vault", "audit", "trash",
    }  # fmt: skip


@pytest.mark.parametrize(
    "command", ["rebuild nope", "rebuild nope --list", "serve processor nope", "serve projector nope"]
)
def test_a_name_of_nothing_is_refused_with_those_that_there_are(command: str) -> None:
    done = subprocess.run([sys.executable, "nexus360.py", *command.split()], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "There is no nope; there are admin, audit, crm, integration." in done.stderr
