"""The schema registry: what is registered, what is refused, and that an outage stops nothing that was known."""

import json
import uuid
from pathlib import Path

import pytest
from confluent_kafka.schema_registry import Schema
from confluent_kafka.schema_registry.error import SchemaRegistryError

from infra.log.codec import Codec, RegistryUnavailable, Undecodable
from infra.log.registry import codec, ids, register, subjects
from infra.settings import Settings, load
from schemas import avro, history
from schemas.contract import PlainVault
from schemas.generated.crm.deal import DealWon
from tests.records import example

VAULT = PlainVault()
NOWHERE = "http://127.0.0.1:9"
"""The discard port, on which nothing listens."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load().model_copy(update={"topic_prefix": f"test-{uuid.uuid4().hex[:8]}.", "data": tmp_path})


def test_every_record_has_a_subject_with_the_rule_of_its_topic(settings: Settings) -> None:
    assert register(settings) == len(list(subjects(settings)))
    client = ids(settings).client
    for name, rule in (("crm.events-crm.DealWon", "FULL_TRANSITIVE"), ("crm.snapshots-crm.Deal", "NONE")):
        subject = settings.topic_prefix + name
        assert client.get_compatibility(subject) == rule
        assert len(client.get_versions(subject)) == len(history.versions(name.partition("-")[2]))


def test_registering_again_changes_nothing(settings: Settings) -> None:
    register(settings)
    before = ids(settings).id_of("crm.DealWon")
    register(settings)
    assert ids(settings).id_of("crm.DealWon") == before


def test_a_registry_that_has_forgotten_its_ids_is_told_from_the_one_that_gave_them(settings: Settings) -> None:
    register(settings)
    path = settings.data / "schemas.json"
    before = {str(int(id) + 1_000_000): text for id, text in json.loads(path.read_text()).items()}
    path.write_text(json.dumps(before))
    with pytest.raises(ValueError, match="other ids than before"):
        register(settings)
    assert json.loads(path.read_text()) == before


def test_an_incompatible_schema_is_refused_by_the_registry_too(settings: Settings) -> None:
    register(settings)
    schema = json.loads(avro.published("crm.DealWon"))
    schema["fields"].append({"name": "extra", "type": "int", "doc": "No default."})
    subject = f"{settings.topic_prefix}crm.events-crm.DealWon"
    with pytest.raises(SchemaRegistryError) as refused:
        ids(settings).client.register_schema(subject, Schema(json.dumps(schema), "AVRO"))
    assert refused.value.http_status_code == 409


def test_another_process_reads_the_ids_from_disk_while_the_registry_is_down(settings: Settings) -> None:
    register(settings)
    value = codec(settings).encode(example(DealWon), VAULT)
    alone = codec(settings.model_copy(update={"registry": NOWHERE}))
    assert alone.encode(example(DealWon), VAULT) == value
    assert alone.decode(value, VAULT) == example(DealWon)


def test_bytes_of_another_installation_are_read_by_asking_the_registry_once(settings: Settings, tmp_path: Path) -> None:
    register(settings)
    value = codec(settings).encode(example(DealWon), VAULT)
    elsewhere = settings.model_copy(update={"data": tmp_path / "elsewhere"})
    assert codec(elsewhere).decode(value, VAULT) == example(DealWon)
    assert codec(elsewhere.model_copy(update={"registry": NOWHERE})).decode(value, VAULT) == example(DealWon)


def test_a_silent_registry_is_never_mistaken_for_a_bad_event(settings: Settings) -> None:
    silent = codec(settings.model_copy(update={"registry": NOWHERE}))
    value = b"\0" + (2**31 - 1).to_bytes(4, "big") + b"x"
    with pytest.raises(RegistryUnavailable, match="does not answer"):
        silent.decode(value, VAULT)
    with pytest.raises(RegistryUnavailable, match="does not answer"):
        register(settings.model_copy(update={"registry": NOWHERE}))
    with pytest.raises(RegistryUnavailable, match="schemas register"):
        silent.encode(example(DealWon), VAULT)
    with pytest.raises(Undecodable, match="never gave out"):
        Codec(ids(settings)).decode(value, VAULT)


def test_processes_that_learn_at_the_same_time_keep_what_each_has_learned(settings: Settings) -> None:
    one, other = ids(settings), ids(settings)
    one.read_cache()
    other.remember(1, '"one"')
    one.remember(2, '"two"')
    assert (ids(settings).text_of(1), ids(settings).text_of(2)) == ('"one"', '"two"')
