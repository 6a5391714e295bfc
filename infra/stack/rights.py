# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportPrivateImportUsage=false
"""Who may do what with the log of a secure stack, as Kafka's access control lists.

Each kind of process may do what it does: processors alone write events and states, and nobody else reads commands. The
platform's own user makes topics, and may do all that processes do. An operator may do what the command line takes on a
platform that has its topics. A subscriber may read events, in consumer groups that begin with its name.
"""

from collections.abc import Iterator, Mapping, Sequence

from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialUpsertion,
)
from pydantic import SecretStr

from infra.log.kafka import admin
from infra.log.topics import Kind as Topic
from infra.log.topics import processor_group, replies_topic, topic
from infra.log.users import KINDS, Kind
from infra.settings import Settings
from infra.stack import secure
from infra.stack.part import Place
from infra.stack.process import DidNotStart
from schemas.contract import domains

Pattern = tuple[ResourceType, str, ResourcePatternType]
Right = tuple[Pattern, AclOperation]

_NAMED, _BEGINNING = ResourcePatternType.LITERAL, ResourcePatternType.PREFIXED
_READ, _WRITE, _DESCRIBE = AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE  # who reads or writes describes
_PLATFORM: Mapping[Pattern, Sequence[AclOperation]] = {
    (ResourceType.TOPIC, "*", _NAMED): (
        AclOperation.CREATE,
        AclOperation.DESCRIBE,
        AclOperation.DESCRIBE_CONFIGS,
        AclOperation.READ,
        AclOperation.WRITE,
        AclOperation.DELETE,  # what tests made
    ),
    (ResourceType.GROUP, "*", _NAMED): (AclOperation.DESCRIBE, AclOperation.READ),
    (ResourceType.TRANSACTIONAL_ID, "*", _NAMED): (AclOperation.DESCRIBE, AclOperation.WRITE),
    (ResourceType.BROKER, "kafka-cluster", _NAMED): (AclOperation.DESCRIBE, AclOperation.IDEMPOTENT_WRITE),
}
_ITERATIONS = 4096


def grant(place: Place) -> None:
    """Makes the users of the kinds of processes, and gives everybody their rights; those given already stay. Raises
    DidNotStart."""
    known = place.settings
    client = admin(_as_broker(place, known))
    try:
        _make_users(client, secure.passwords(place.data))
        for given in client.create_acls(list(rights(known.topic_prefix))).values():
            given.result(30)
    except KafkaException as error:
        raise DidNotStart(f"kafka does not take its access control lists: {error.args[0].str()}") from error


def _as_broker(place: Place, known: Settings) -> Settings:
    password = SecretStr(secure.passwords(place.data)[secure.BROKER])
    return known.model_copy(update={"kafka_user": secure.BROKER, "kafka_password": password})


def _make_users(client: AdminClient, passwords: Mapping[str, str]) -> None:
    """A stack that was made before there were these users has none of them in its folder."""
    how = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, _ITERATIONS)
    wanted: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(name, how, passwords[name].encode()) for name in (secure.OPERATOR, *KINDS)
    ]
    for made in client.alter_user_scram_credentials(wanted).values():
        made.result(30)


def rights(prefix: str) -> Iterator[AclBinding]:
    """For topics, groups and transactions that begin with this prefix."""
    for where, operations in _PLATFORM.items():
        for what in operations:
            yield _may(secure.PLATFORM, where, what)
    for kind in KINDS:
        for where, what in rights_of(kind, prefix):
            yield _may(kind, where, what)
    for where, what in operating(prefix):
        yield _may(secure.OPERATOR, where, what)
    for where in _topics(prefix, "events"):
        yield _may(secure.SUBSCRIBER, where, _READ)
    yield _may(secure.SUBSCRIBER, _groups(f"{secure.SUBSCRIBER}."), _READ)


def rights_of(kind: Kind, prefix: str) -> Iterator[Right]:
    """What processes of a kind do, and no more."""
    yield _groups(f"{prefix}nexus."), _DESCRIBE
    match kind:
        case "gateway":
            yield from _sending(prefix)
            yield from _all(_topics(prefix, "events", "dead-letters"), _READ)
        case "processor":
            yield from _all(_topics(prefix, "commands", "events", "snapshots"), _READ)
            yield from _all(_topics(prefix, "events", "snapshots", "dead-letters"), _WRITE)
            yield (ResourceType.TOPIC, replies_topic(prefix), _NAMED), _WRITE
            for domain in domains():
                group = processor_group(prefix, domain)
                yield (ResourceType.GROUP, group, _NAMED), _READ
                yield (ResourceType.TRANSACTIONAL_ID, f"{group}.", _BEGINNING), _WRITE
        case "projector":
            yield from _all(_topics(prefix, "events"), _READ)
            for domain in domains():
                yield (ResourceType.GROUP, f"{prefix}nexus.{domain}.projector", _NAMED), _READ
        case "workflows":
            yield from _sending(prefix)
            yield from _all(_topics(prefix, "events"), _READ)
            yield (ResourceType.GROUP, f"{prefix}nexus.workflows", _NAMED), _READ
        case "worker":
            yield from _sending(prefix)
            yield from _all(_topics(prefix, "events", "snapshots"), _READ)


def operating(prefix: str) -> Iterator[Right]:
    """What the command line does, and no more: it looks at everything, sends commands, and so writes the audit. Into a
    topic it replays where the topic's name begins with its own."""
    yield _groups(f"{prefix}nexus."), _DESCRIBE
    yield from _sending(prefix)
    yield from _all(_topics(prefix, "events", "snapshots", "dead-letters"), _READ)
    own = (ResourceType.TOPIC, f"{secure.OPERATOR}.", _BEGINNING)
    for where in (own, (ResourceType.TOPIC, f"{prefix}replay.checkpoints", _NAMED)):
        yield from ((where, what) for what in (AclOperation.CREATE, _READ, _WRITE))
    yield (ResourceType.TRANSACTIONAL_ID, f"{prefix}nexus.replay.{secure.OPERATOR}.", _BEGINNING), _WRITE


def _sending(prefix: str) -> Iterator[Right]:
    """Of whoever sends commands and reads the answers."""
    yield from _all(_topics(prefix, "commands"), _WRITE)
    yield (ResourceType.TOPIC, replies_topic(prefix), _NAMED), _READ
    yield _groups(f"{prefix}replies."), _DESCRIBE


def _topics(prefix: str, *kinds: Topic) -> list[Pattern]:
    return [(ResourceType.TOPIC, topic(prefix, domain, kind), _NAMED) for domain in domains() for kind in kinds]


def _groups(beginning: str) -> Pattern:
    return ResourceType.GROUP, beginning, _BEGINNING


def _all(where: Sequence[Pattern], what: AclOperation) -> Iterator[Right]:
    yield from ((each, what) for each in where)


def _may(user: str, where: Pattern, what: AclOperation) -> AclBinding:
    kind, name, pattern = where
    return AclBinding(kind, name, pattern, f"User:{user}", "*", what, AclPermissionType.ALLOW)
