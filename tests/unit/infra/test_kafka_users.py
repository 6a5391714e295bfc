# pyright: reportPrivateImportUsage=false
"""Each kind of process is a user of its own to Kafka, and may do what it does."""

import json
from pathlib import Path

import pytest
from confluent_kafka.admin import AclOperation, ResourcePatternType, ResourceType
from pydantic import SecretStr

from infra.log.users import KINDS, BadUsers, Kind, as_kind
from infra.settings import Settings
from infra.stack import secure
from infra.stack.rights import operating, rights, rights_of
from schemas.contract import domains

PREFIX = "blue."
WRITES: dict[Kind, set[str]] = {
    "gateway": {"commands"},
    "processor": {"events", "snapshots", "dead-letters", "replies"},
    "projector": set(),
    "workflows": {"commands"},
    "worker": {"commands"},
}
READS: dict[Kind, set[str]] = {
    "gateway": {"events", "dead-letters", "replies"},
    "processor": {"commands", "events", "snapshots"},
    "projector": {"events"},
    "workflows": {"events", "replies"},
    "worker": {"events", "snapshots", "replies"},
}


def topics(kind: Kind, what: AclOperation) -> set[str]:
    """The kinds of topics to which a kind of process may do this; fails unless it is so in every domain."""
    found = {name for (sort, name, _), does in rights_of(kind, PREFIX) if sort == ResourceType.TOPIC and does == what}
    kinds = {name.rpartition(".")[2] for name in found}
    of_domains = {f"{PREFIX}{domain}.{each}" for domain in domains() for each in kinds - {"replies"}}
    assert found == of_domains | ({f"{PREFIX}gateway.replies"} if "replies" in kinds else set())
    return kinds


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_reads_and_writes_what_it_is_for(kind: Kind) -> None:
    assert topics(kind, AclOperation.WRITE) == WRITES[kind]
    assert topics(kind, AclOperation.READ) == READS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_joins_no_group_of_another_and_makes_or_removes_nothing(kind: Kind) -> None:
    mine = {"processor": "nexus.crm", "projector": "nexus.crm.projector", "workflows": "nexus.workflows"}
    joined = {
        (name, pattern)
        for (sort, name, pattern), does in rights_of(kind, PREFIX)
        if sort == ResourceType.GROUP and does == AclOperation.READ
    }
    named = {(f"{PREFIX}{each}", ResourcePatternType.LITERAL) for each in mine.values()}
    assert joined & named == {(f"{PREFIX}{mine[kind]}", ResourcePatternType.LITERAL)} if kind in mine else not joined
    assert all(pattern == ResourcePatternType.LITERAL for _, pattern in joined)
    assert {does for _, does in rights_of(kind, PREFIX)} <= {
        AclOperation.READ,
        AclOperation.WRITE,
        AclOperation.DESCRIBE,
    }
    assert all(name.startswith(PREFIX) for (_, name, _), _ in rights_of(kind, PREFIX))


def test_only_processors_have_transactions_and_only_the_platform_all_topics() -> None:
    bindings = list(rights(PREFIX))
    transactional = {each.principal for each in bindings if each.restype == ResourceType.TRANSACTIONAL_ID}
    assert transactional == {"User:processor", f"User:{secure.PLATFORM}", f"User:{secure.OPERATOR}"}
    assert {each.principal for each in bindings if each.name in ("*", "kafka-cluster")} == {f"User:{secure.PLATFORM}"}
    outside = {(each.name, each.operation) for each in bindings if each.principal == f"User:{secure.SUBSCRIBER}"}
    events = {(f"{PREFIX}{domain}.events", AclOperation.READ) for domain in domains()}
    assert outside == {*events, (f"{secure.SUBSCRIBER}.", AclOperation.READ)}


def test_an_operator_sends_commands_and_writes_nothing_else_of_the_platforms() -> None:
    written = {
        name for (sort, name, _), does in operating(PREFIX) if sort == ResourceType.TOPIC and does != AclOperation.READ
    }
    commands = {f"{PREFIX}{domain}.commands" for domain in domains()}
    assert written == {*commands, f"{PREFIX}replay.checkpoints", f"{secure.OPERATOR}."}
    [fenced] = [name for (sort, name, _), _ in operating(PREFIX) if sort == ResourceType.TRANSACTIONAL_ID]
    assert fenced == f"{PREFIX}nexus.replay.{secure.OPERATOR}."


def given(path: Path | None) -> Settings:
    return Settings(kafka_user="platform", kafka_password=SecretStr("p"), kafka_users=path)


def test_a_process_is_who_the_file_says_or_else_who_all_are(tmp_path: Path) -> None:
    file = tmp_path / "users.json"
    file.write_text(json.dumps({"gateway": {"user": "g", "password": "secret"}}))
    gateway = as_kind(given(file), "gateway")
    assert (gateway.kafka_user, gateway.kafka_password.get_secret_value()) == ("g", "secret")
    assert as_kind(given(file), "worker") == given(file)
    assert as_kind(given(None), "gateway") == given(None)


@pytest.mark.parametrize("text", ["", "[]", '{"gateway": "g"}', '{"gateway": {"user": "g"}}', '{"gateway": []}'])
def test_a_file_that_is_none_is_told_with_what_to_write(tmp_path: Path, text: str) -> None:
    (tmp_path / "users.json").write_text(text)
    with pytest.raises(BadUsers, match=r"NEXUS_KAFKA_USERS is .*users\.json, which cannot be read\. Write it as"):
        as_kind(given(tmp_path / "users.json"), "gateway")


def test_a_stack_of_before_gets_the_passwords_that_it_lacks_and_keeps_those_it_has(tmp_path: Path) -> None:
    secure.ensure(tmp_path, print)
    file = tmp_path / "secure/passwords.json"
    before = {name: word for name, word in secure.passwords(tmp_path).items() if name not in KINDS}
    file.write_text(json.dumps(before))
    secure.ensure(tmp_path, print)
    after = secure.passwords(tmp_path)
    assert {name: after[name] for name in before} == before
    users = json.loads((tmp_path / "secure/kafka-users.json").read_text())
    assert users == {kind: {"user": kind, "password": after[kind]} for kind in KINDS}
    assert len(set(after.values())) == len(after)
    assert (tmp_path / "secure/kafka-users.json").stat().st_mode & 0o077 == 0
