# confluent_kafka types its callbacks loosely.
# pyright: reportUnknownMemberType=false, reportPrivateImportUsage=false
"""A secure stack of its own: the platform does on it what it does elsewhere, and whoever may not is turned away."""

import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import orjson
import psycopg
import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition
from pydantic import SecretStr

from infra import postgres
from infra import settings as infra_settings
from infra.addresses import WITH_TLS
from infra.log import kafka
from infra.log.envelope import key_of
from infra.log.headers import CE_TYPE, TENANT
from infra.log.topics import Kind as Topic
from infra.log.topics import TopicRefused, ensure_topics
from infra.log.users import Kind, as_kind
from infra.settings import PARTS, ROOT, Settings
from infra.stack import process, secure, stack
from infra.stack.part import Place
from infra.supervise import address
from infra.turned_away import TurnedAway, check
from tests.e2e.importing import imported
from tests.e2e.test_dead_letters import put
from tests.e2e.test_replay_job import reached, start
from tests.platform import Platform, kept, platform, reaching

FRONT_DOOR = (sys.executable, str(ROOT / "nexus360.py"))
WRONG = SecretStr("wrong")
PREFIX = "secure."
"""Of the topics of the stack's platform; its users may do what they do with these alone."""


@pytest.fixture(scope="module")
def given() -> Generator[Settings]:
    """What the environment would say; the stack runs."""
    base = Path(tempfile.mkdtemp(prefix="nexus360-secure-", dir=os.environ.get("TMPDIR", "/var/tmp")))
    base.chmod(0o755)
    here = Settings(data=base / "stack", secure=True, topic_prefix=PREFIX)
    if elsewhere := Place(here, {}).elsewhere:
        pytest.fail(f"This wants servers of its own: unset {', '.join(sorted(elsewhere))} (NEXUS_…).")
    try:
        stack.up(here, print)
        yield here
    finally:
        stack.wipe(here, print)
        shutil.rmtree(base, ignore_errors=True)


@pytest.fixture(scope="module")
def known(given: Settings) -> Settings:
    """What the platform knows of the stack."""
    return infra_settings.read(data=given.data, topic_prefix=PREFIX)


@pytest.fixture(scope="module")
def here(known: Settings) -> Generator[Platform]:
    """All of it, each kind of process as the user that it has."""
    reached: dict[str, Any] = {**reaching(known), "kafka_users": str(known.kafka_users), "topic_prefix": PREFIX}
    with platform(**reached) as started:
        yield started


@pytest.fixture
def subscriber(here: Platform, known: Settings) -> Settings:
    """An outside system's settings."""
    password = SecretStr(secure.passwords(known.data)[secure.SUBSCRIBER])
    return here.settings.model_copy(update={"kafka_user": secure.SUBSCRIBER, "kafka_password": password})


@pytest.fixture
def operator(known: Settings) -> dict[str, str]:
    """The environment of who works on the command line, and may no more of Kafka than its commands take."""
    password = secure.passwords(known.data)[secure.OPERATOR]
    return {"NEXUS_KAFKA_USER": secure.OPERATOR, "NEXUS_KAFKA_PASSWORD": password}


def test_the_platform_does_on_it_what_it_does_elsewhere(here: Platform) -> None:
    name = f"Umbra {uuid4().hex[:8]}"
    with here.client("acme") as acme:
        made = acme.post("/crm/companies", json={"name": name})
        assert made.status_code == 201, made.text
        after = {"Nexus-After": made.json()["position"]}
        assert acme.get(f"/crm/companies/{made.json()['id']}", headers=after).json()["name"] == name
        here.until("it is found", lambda: _found(acme, name))
        with acme.stream("GET", "/events") as stream:
            assert stream.status_code == 200
        parts = acme.get("/health/ready").json()["parts"]
    assert {name: parts[name]["status"] for name in PARTS} == dict.fromkeys(PARTS, "answers")
    with kept(here):  # a projector ends when its read models are live no more, and is waited for until it is back
        rebuilt = _nexus(here, "rebuild", "crm")
    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
    assert "did not come over" not in rebuilt.stdout
    verified = _nexus(here, "verify", "crm")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def _found(client: httpx.Client, name: str) -> list[Any]:
    """By the search, once its index is there."""
    answer = client.get("/crm/companies", params={"q": name})
    return answer.json()["items"] if answer.is_success else []


def _nexus(here: Platform, *command: str, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, **here.environment, **more}
    return subprocess.run(
        [*FRONT_DOOR, *command], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def test_all_parts_answer_those_who_are_let_in(given: Settings, known: Settings) -> None:
    check(known)
    assert all(row.answers for row in stack.status(given))


def test_who_does_not_trust_the_authority_talks_to_none_and_is_told_which_setting_to_set(known: Settings) -> None:
    with pytest.raises(TurnedAway) as told:
        check(known.model_copy(update={"ca": None}))
    sentences = str(told.value).splitlines()
    assert [each.split(" at ")[0] for each in sentences] == [f"The certificate of {part}" for part in PARTS]
    assert all("Set NEXUS_CA" in each for each in sentences)


def test_a_wrong_password_opens_nothing_and_the_sentence_names_its_setting(known: Settings) -> None:
    with pytest.raises(TurnedAway) as told:
        check(known.model_copy(update={f"{part}_password": WRONG for part in PARTS}))
    sentences = str(told.value).splitlines()
    assert [each.split(" at ")[0] for each in sentences] == list(PARTS)
    for part, each in zip(PARTS, sentences, strict=True):
        assert "does not know us. Check" in each
        assert f"NEXUS_{part.upper()}_PASSWORD" in each


def test_the_platform_does_not_start_where_it_is_turned_away(here: Platform) -> None:
    environment = {**os.environ, **here.environment, "NEXUS_KAFKA_PASSWORD": "wrong"}
    done = subprocess.run(
        [*FRONT_DOOR, "serve"], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("kafka at ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("part", "question", "answer"),
    [
        ("redis", b"PING\r\n", b"+PONG"),
        ("registry", b"GET /apis/ccompat/v7/subjects HTTP/1.1\r\nHost: localhost\r\n\r\n", b"HTTP/1.1 200"),
        ("elasticsearch", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"HTTP/1.1 200"),
        ("gateway", b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n", b"HTTP/1.1 200"),
    ],
)
def test_a_question_without_tls_is_not_answered(here: Platform, part: str, question: bytes, answer: bytes) -> None:
    with socket.create_connection(_door(here, part), timeout=5) as plain:
        plain.sendall(question)
        try:
            assert not plain.recv(4096).startswith(answer)
        except ConnectionResetError:
            return


def test_postgres_and_kafka_answer_none_without_tls_either(known: Settings) -> None:
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        postgres.administrator(_plain(known))
    with pytest.raises(KafkaException):
        kafka.admin(_plain(known)).list_topics(timeout=2)


def test_who_speaks_without_tls_is_told_how_to_ask_for_it(known: Settings) -> None:
    with pytest.raises(TurnedAway) as told:
        check(_plain(known))
    sentences = str(told.value).splitlines()
    assert [each.split(" at ")[0] for each in sentences] == list(PARTS)
    for part, each in zip(PARTS, sentences, strict=True):
        assert f"wants TLS. {WITH_TLS[part]}." in each


def _plain(known: Settings) -> Settings:
    return known.model_copy(
        update={
            "kafka_protocol": "PLAINTEXT",
            "postgres": known.postgres.replace("verify-full", "disable"),
            **{part: getattr(known, part).replace("s://", "://") for part in ("registry", "redis", "elasticsearch")},
        }
    )


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
@pytest.mark.parametrize("part", ["kafka", "registry", "redis", "elasticsearch", "gateway"])
def test_nothing_older_than_tls_1_2_is_spoken(here: Platform, part: str) -> None:
    assert _spoken(here, part, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
    assert _spoken(here, part, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        _spoken(here, part, ssl.TLSVersion.TLSv1_1)


def _spoken(here: Platform, part: str, only: ssl.TLSVersion) -> str | None:
    asking = ssl.create_default_context(cafile=here.settings.ca)
    asking.set_ciphers("ALL:@SECLEVEL=0")  # else our side would refuse first
    asking.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    asking.maximum_version = only
    asking.minimum_version = only
    with (
        socket.create_connection(_door(here, part), timeout=5) as plain,
        asking.wrap_socket(plain, server_hostname="localhost") as wrapped,
    ):
        return wrapped.version()


def _door(here: Platform, part: str) -> tuple[str, int]:
    where = address(here.settings) if part == "gateway" else str(getattr(here.settings, part))
    url = urlsplit(where if "://" in where else f"//{where}")
    assert url.hostname
    assert url.port
    return url.hostname, url.port


def test_every_kind_of_process_has_the_rights_that_it_takes(here: Platform) -> None:
    with here.client("acme") as acme:
        done = imported(here, acme, "crm.contact", b"name\nMaud\n", {"name": "name"})
        assert (done["status"], done["created"]) == ("COMPLETED", 1), done
        [maud] = here.until("she is there", lambda: acme.get("/crm/contacts").json()["items"])
        path, order = f"/crm/contacts/{maud['id']}", {"basis": "objection", "reason": "by letter"}
        asked = acme.post(f"/admin/data-subjects/{maud['id']}/erase", json=order)
        assert asked.is_success, asked.text
        here.until("she is erased", lambda: acme.get(path).json()["name"] == "[erased]")
        here.until("all of it is in the audit", lambda: acme.get("/audit/entries").json()["items"])
        replay = reached(here, acme, start(acme, domains=["crm"]), "COMPLETED")
        assert replay["events"] > 1
    for part in here.processes:
        told = "".join(here.lines(part)).replace("_", "").lower()
        assert "authorizationfailed" not in told, (part, here.tail(part))


WRITES: dict[Kind, set[Topic]] = {
    "gateway": {"commands"},
    "processor": {"events", "snapshots", "dead-letters"},
    "projector": set(),
    "workflows": {"commands"},
    "worker": {"commands"},
}
READS: dict[Kind, set[Topic]] = {
    "gateway": {"events", "dead-letters"},
    "processor": {"commands", "events", "snapshots"},
    "projector": {"events"},
    "workflows": {"events"},
    "worker": {"events", "snapshots"},
}


@pytest.mark.parametrize("kind", WRITES)
def test_a_kind_of_process_does_nothing_that_another_is_for(here: Platform, kind: Kind) -> None:
    mine = as_kind(here.settings, kind)
    assert mine.kafka_user == kind
    for topic in get_args(Topic):
        name = f"{PREFIX}crm.{topic}"
        if topic not in WRITES[kind]:
            assert _written(mine, name) == KafkaError.TOPIC_AUTHORIZATION_FAILED, topic
        if topic not in READS[kind]:
            assert _read(mine, name) == KafkaError.TOPIC_AUTHORIZATION_FAILED, topic
    if kind != "processor":
        assert _told(mine, f"{PREFIX}crm.events", f"{PREFIX}nexus.crm") == KafkaError.GROUP_AUTHORIZATION_FAILED
        with pytest.raises(KafkaException, match="TRANSACTIONAL_ID_AUTHORIZATION_FAILED"):
            kafka.transactional_producer(mine, f"{PREFIX}nexus.crm.0").init_transactions(20)
    with pytest.raises(TopicRefused):
        ensure_topics(mine.model_copy(update={"topic_prefix": "other."}), ["crm"])


def test_a_subscriber_reads_events_and_does_nothing_else(here: Platform, subscriber: Settings) -> None:
    with here.client("acme") as acme:
        assert acme.post("/crm/companies", json={"name": "Told to all"}).is_success
    events = f"{PREFIX}crm.events"
    assert isinstance(_told(subscriber, events, "subscriber.test"), bytes)
    assert _told(subscriber, f"{PREFIX}crm.commands", "subscriber.test") == KafkaError.TOPIC_AUTHORIZATION_FAILED
    assert _told(subscriber, events, f"{PREFIX}nexus.crm") == KafkaError.GROUP_AUTHORIZATION_FAILED
    assert _written(subscriber, events) == KafkaError.TOPIC_AUTHORIZATION_FAILED
    with pytest.raises(TopicRefused, match="Give NEXUS_KAFKA_USER the rights"):
        ensure_topics(subscriber, ["crm"])


def _written(settings: Settings, topic: str) -> int | None:
    """The code with which the broker refuses to take a message; None if it has it."""
    delivered: list[KafkaError | None] = []
    intruder = kafka.producer(settings, **{"enable.idempotence": False})
    intruder.produce(topic, b"forged", partition=0, on_delivery=lambda error, _: delivered.append(error))
    assert intruder.flush(20) == 0
    [error] = delivered
    return None if error is None else error.code()


def _read(settings: Settings, topic: str) -> int | None:
    """The code with which the broker refuses to show a topic to who is in no group; None if it shows it."""
    reader = kafka.consumer(settings, f"{PREFIX}nexus.test", **{"enable.partition.eof": True})
    try:
        if hidden := reader.list_topics(topic, 20).topics[topic].error:  # whoever may nothing is not told of it either
            return hidden.code()
        reader.assign([TopicPartition(topic, 0, 0)])
        message = reader.poll(30)
        assert message is not None
        error = message.error()
        return None if error is None or error.code() == KafkaError._PARTITION_EOF else error.code()  # pyright: ignore[reportPrivateUsage]
    except KafkaException as refused:
        return refused.args[0].code()
    finally:
        reader.close()


def _told(settings: Settings, topic: str, group: str) -> bytes | int | None:
    """The first message that a member of a group is given, or the code with which the broker refuses."""
    reader = kafka.consumer(settings, group, **{"auto.offset.reset": "earliest"})
    try:
        reader.subscribe([topic])
        message = reader.poll(30)
        assert message is not None
        error = message.error()
        return message.value() if error is None else error.code()
    except KafkaException as refused:
        return refused.args[0].code()
    finally:
        reader.close()


def test_the_command_line_works_as_an_operator_who_writes_but_commands_and_is_in_the_audit(
    here: Platform, operator: dict[str, str], tmp_path: Path
) -> None:
    name = f"umbra-{uuid4().hex[:8]}"

    def done(*command: str) -> str:
        told = _nexus(here, *command, **operator)
        assert told.returncode == 0, (command, told.stdout, told.stderr)
        assert "could not be recorded" not in told.stderr, command
        assert "authorization" not in (told.stdout + told.stderr).replace("_", "").lower(), command
        return told.stdout

    with here.client(name) as umbra:
        for path in ("/admin/tenants", "/crm/companies"):
            umbra.post(path, json={"name": "Umbra"}).raise_for_status()
        done("verify", "crm")
        with kept(here):
            done("rebuild", "crm")
        letters = [_parked(here, umbra, name, f"c{number}") for number in range(2)]
        assert done("key", name).strip() == here.key(name)
        assert all(each in done("dlq", "list", "--tenant", name) for each in letters)
        assert "base64 cnViYmlzaA==" in done("dlq", "show", letters[0])
        again = _nexus(here, "dlq", "redrive", letters[0], **operator)
        assert (again.returncode, "failed_again" in again.stdout) == (1, True), again.stderr
        for each in letters:
            done("dlq", "discard", each, "--reason", "a test wrote it")
        done("replay", "--parquet", str(tmp_path / "taken"), "--tenant", name)
        done("trash", "--tenant", name)
        done("retention", "--tenant", name)
        done("rebuild", "crm", "--drop")
        done("vault", "rotate")
        words = "key, dlq list, dlq show, dlq redrive, dlq discard, replay, trash, retention, rebuild, vault rotate"
        wanted = {f"nexus360 {each}" for each in words.split(", ")}
        here.until("all of it is in the audit", lambda: wanted <= {each["operation"] for each in _deeds(umbra)})
        assert f"{name}: " in done("audit", "verify", name)
        copy = f"{secure.OPERATOR}.{uuid4().hex[:8]}"
        done("replay", "--topic", copy, "--domain", "audit")
        assert f"{name}: " in done("audit", "verify", name, "--topic", copy)
        assert {each["operation"] for each in _followed(here, name, operator, tmp_path / "told")} >= wanted


def _parked(here: Platform, client: httpx.Client, tenant: str, id: str) -> str:
    """The id of a dead letter: an event that nobody can fold, written by who may write events."""
    headers = {CE_TYPE: b"crm.CompanyRenamed", TENANT: tenant.encode()}
    put(here, "events", key_of(tenant, "company", id), b"rubbish", **headers)
    letter = f"crm/read-models/{tenant}/crm.company/{id}"
    here.until("it is parked", lambda: client.get(f"/operations/dead-letters/{letter}").is_success)
    return letter


def _deeds(client: httpx.Client) -> list[dict[str, Any]]:
    """What operators did, as the audit has it."""
    asked = {"actor.prefix": "operator:", "limit": 200}
    return client.get("/audit/entries", params=asked).raise_for_status().json()["items"]


def _followed(here: Platform, tenant: str, operator: dict[str, str], out: Path) -> list[dict[str, Any]]:
    """The entries that are told to who follows the audit, as far as their own."""
    environment = {**os.environ, **here.environment, **operator}
    words = [*FRONT_DOOR, "audit", "follow", tenant]
    with out.open("wb") as told, subprocess.Popen(words, env=environment, cwd=ROOT, stdout=told) as follower:
        try:
            here.until("their own is told", lambda: b'"nexus360 audit follow"' in out.read_bytes())
        finally:
            follower.terminate()
    assert follower.returncode == 0
    lines = map(orjson.loads, out.read_bytes().splitlines())
    return [line for line in lines if "operation" in line]


def test_an_operator_makes_no_topic_and_forges_no_event(
    here: Platform, operator: dict[str, str], tmp_path: Path
) -> None:
    update = {"kafka_user": secure.OPERATOR, "kafka_password": SecretStr(operator["NEXUS_KAFKA_PASSWORD"])}
    mine = here.settings.model_copy(update=update)
    for topic in get_args(Topic):
        if topic != "commands":
            assert _written(mine, f"{PREFIX}crm.{topic}") == KafkaError.TOPIC_AUTHORIZATION_FAILED, topic
    assert _read(mine, f"{PREFIX}crm.commands") == KafkaError.TOPIC_AUTHORIZATION_FAILED
    for looked_at in ("crm.events", "crm.snapshots", "crm.dead-letters", "gateway.replies"):
        assert _read(mine, f"{PREFIX}{looked_at}") is None, looked_at
    assert _told(mine, f"{PREFIX}crm.events", f"{PREFIX}nexus.crm") == KafkaError.GROUP_AUTHORIZATION_FAILED
    with pytest.raises(TopicRefused):
        ensure_topics(mine.model_copy(update={"topic_prefix": "other."}), ["crm"])


def test_a_caller_who_does_not_trust_the_authority_does_not_talk_to_the_gateway(here: Platform) -> None:
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        httpx.get(f"{here.url}/health/live")


def test_a_new_certificate_is_taken_up_by_a_restart(given: Settings, known: Settings) -> None:
    place: Any = urlsplit(known.redis)
    first = ssl.get_server_certificate((place.hostname, place.port))
    process.stop(given.data / "redis.pid")
    secure.certificate(given.data, "redis").unlink()
    said: list[str] = []
    stack.up(given, said.append)
    assert any("made for redis in" in line for line in said)
    assert ssl.get_server_certificate((place.hostname, place.port)) != first
    check(known)
