# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportPrivateImportUsage=false
"""Who may do what with the log of a secure stack, as Kafka's access control lists.

The platform may do what its processes do. A subscriber may read events, in consumer groups that begin with its name.
"""

from collections.abc import Iterator, Mapping, Sequence

from confluent_kafka import KafkaException
from confluent_kafka.admin import AclBinding, AclOperation, AclPermissionType, ResourcePatternType, ResourceType
from pydantic import SecretStr

from infra.log.kafka import admin
from infra.log.topics import topic
from infra.settings import Settings
from infra.stack import secure
from infra.stack.part import Place
from infra.stack.process import DidNotStart
from schemas.contract import domains

Pattern = tuple[ResourceType, str, ResourcePatternType]

_NAMED = ResourcePatternType.LITERAL
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


def grant(place: Place) -> None:
    """Gives the rights of platform and subscriber; those given already stay. Raises DidNotStart."""
    known = place.settings
    client = admin(_as_broker(place, known))
    try:
        for given in client.create_acls(list(rights(known.topic_prefix))).values():
            given.result(30)
    except KafkaException as error:
        raise DidNotStart(f"kafka does not take its access control lists: {error.args[0].str()}") from error


def _as_broker(place: Place, known: Settings) -> Settings:
    password = SecretStr(secure.passwords(place.data)[secure.BROKER])
    return known.model_copy(update={"kafka_user": secure.BROKER, "kafka_password": password})


def rights(prefix: str) -> Iterator[AclBinding]:
    """For topics that begin with this prefix where they name a domain's events."""
    for where, operations in _PLATFORM.items():
        for what in operations:
            yield _may(secure.PLATFORM, where, what)
    for domain in domains():
        events = (ResourceType.TOPIC, topic(prefix, domain, "events"), _NAMED)
        yield _may(secure.SUBSCRIBER, events, AclOperation.READ)
    groups = (ResourceType.GROUP, f"{secure.SUBSCRIBER}.", ResourcePatternType.PREFIXED)
    yield _may(secure.SUBSCRIBER, groups, AclOperation.READ)


def _may(user: str, where: Pattern, what: AclOperation) -> AclBinding:
    kind, name, pattern = where
    return AclBinding(kind, name, pattern, f"User:{user}", "*", what, AclPermissionType.ALLOW)
