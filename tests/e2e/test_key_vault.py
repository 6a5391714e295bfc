"""A platform whose master key is in a key vault, over HTTP: what an outage holds up is done afterwards."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import key_vault
from tests.e2e.test_http import after, problem
from tests.platform import Platform, platform


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Generator[key_vault.KeyVault]:
    with pytest.MonkeyPatch.context() as patch, key_vault.key_vault(Path(tmp_path_factory.mktemp("azure"))) as vault:
        for name, value in vault.environment().items():
            patch.setenv(name, value)
        yield vault


@pytest.fixture(scope="module")
def held(azure: key_vault.KeyVault) -> Generator[Platform]:
    key, ca = f"{azure.url}/keys/nexus360", azure.ca
    with platform("processor crm", "projector crm", "gateway", key_vault=key, key_vault_ca=ca) as started:
        yield started


def restart(here: Platform, part: str) -> None:
    here.kill(part)
    here.start(part)
    here.wait_ready()


def test_an_outage_is_a_503_for_what_needs_a_key_and_loses_nothing(held: Platform, azure: key_vault.KeyVault) -> None:
    with held.client("acme") as acme:
        made = acme.post("/crm/contacts", json={"name": "Maud Hall"})
        assert made.status_code == 201, made.text
        contact, position = made.headers["Location"], after(made.json()["position"])
        assert acme.get(contact, headers=position).json()["name"] == "Maud Hall"
        assert not held.settings.master_key.exists()

        azure.stop()
        assert acme.get(f"{contact}/history").is_success, "the master key is in memory"
        restart(held, "gateway")
        assert acme.get(contact).json()["name"] == "Maud Hall", "rows hold what is shown"
        problem(acme.get(f"{contact}/history"), 503, "vault_unavailable")
        refused = acme.post("/crm/contacts", json={"name": "Zoe"})
        problem(refused, 503, "vault_unavailable")
        assert refused.headers["Retry-After"]

        azure.start()
        history = held.until("the vault is asked again", lambda: _history(acme, contact))
        assert history["items"][0]["data"]["name"] == "Maud Hall"
        assert [each["name"] for each in acme.get("/crm/contacts").json()["items"]] == ["Maud Hall"]


def _history(client: httpx.Client, contact: str) -> dict[str, Any] | None:
    answer = client.get(f"{contact}/history")
    return answer.json() if answer.is_success else None


def test_a_command_that_waits_for_the_vault_is_done_once_it_answers(held: Platform, azure: key_vault.KeyVault) -> None:
    with held.client("umbra") as umbra:
        made = umbra.post("/crm/contacts", json={"name": "Ann"})
        assert made.status_code == 201, made.text
        azure.stop()
        restart(held, "processor crm")
        later = umbra.post("/crm/contacts", json={"name": "Bert"}, headers={"Prefer": "respond-async"})
        assert later.status_code == 202, later.text
        assert umbra.get(later.headers["Location"]).json()["state"] == "pending"
        azure.start()
        told = held.until("the command is done", lambda: _accepted(umbra, later.headers["Location"]))
        listed = umbra.get("/crm/contacts", headers=after(told["answer"]["position"])).json()["items"]
        assert sorted(each["name"] for each in listed) == ["Ann", "Bert"]


def _accepted(client: httpx.Client, place: str) -> dict[str, Any] | None:
    told = client.get(place).json()
    return told if told["state"] == "accepted" else None
