"""Who each kind of process is to Kafka: a user of its own where NEXUS_KAFKA_USERS names one, so that none of them may
do what another does."""

import json
from typing import Any, Literal, cast, get_args

from pydantic import SecretStr

from infra.settings import Settings

Kind = Literal["gateway", "processor", "projector", "workflows", "worker"]
"""A `worker` is an importer, replayer, eraser, mailer or sender of webhooks: it reads states and sends commands."""
KINDS: tuple[Kind, ...] = get_args(Kind)


class BadUsers(Exception):
    """The file of users is none; the message says what to write."""


def as_kind(settings: Settings, kind: Kind) -> Settings:
    """The settings of a process of this kind. Without a file, or one that leaves the kind out, it is who all are."""
    if settings.kafka_users is None:
        return settings
    try:
        given: Any = json.loads(settings.kafka_users.read_text()).get(kind)
        user, password = (settings.kafka_user, None) if given is None else (given["user"], given["password"])
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise BadUsers(
            f"NEXUS_KAFKA_USERS is {settings.kafka_users}, which cannot be read. Write it as "
            f'{{"gateway": {{"user": "…", "password": "…"}}, …}}, with any of {", ".join(KINDS)}.'
        ) from error
    if password is None:
        return settings
    return settings.model_copy(update={"kafka_user": cast(str, user), "kafka_password": SecretStr(password)})
