"""What there is to do: the newest state of every aggregate of a kind that is open, as its domain's snapshots tell.

They hold one state for each aggregate and no more, so that a worker knows everything a moment after it starts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog
from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, TopicPartition

from infra.log import kafka
from infra.log.codec import Codec, Undecodable
from infra.log.envelope import parse_key
from infra.log.topics import topic
from infra.settings import Settings
from infra.vault.shut import SHUT
from schemas.contract import AggregateContract

S = TypeVar("S")
Key = tuple[str, str]
"""Tenant and id."""

_log = structlog.get_logger("board")


@dataclass(frozen=True, slots=True)
class Job(Generic[S]):
    """An aggregate of a tenant that is open."""

    tenant: str
    id: str
    state: S

    @property
    def key(self) -> Key:
        return self.tenant, self.id


class Board(Generic[S]):
    """Follows the states of a contract's aggregates. `look` is for one thread; the others may ask `jobs`."""

    def __init__(
        self, settings: Settings, codec: Codec, contract: AggregateContract, name: str, is_open: Callable[[S], bool]
    ) -> None:
        """`name` tells this worker's consumers from others'."""
        self._codec, self._contract, self._is_open = codec, contract, is_open
        self._open: Mapping[Key, Job[S]] = {}
        self._behind = set(range(settings.partitions))
        self._consumer: Consumer = kafka.consumer(
            settings, f"{settings.topic_prefix}nexus.{name}", **{"enable.partition.eof": True}
        )
        states = topic(settings.topic_prefix, contract.domain, "snapshots")
        kafka.read_from(self._consumer, [TopicPartition(states, number, OFFSET_BEGINNING) for number in self._behind])

    @property
    def jobs(self) -> Mapping[Key, Job[S]]:
        """What is open, as far as it was looked."""
        return self._open

    def look(self, timeout: float) -> bool:
        """Takes in what came; whether everything is known. Raises KafkaException, RegistryUnavailable."""
        states = dict(self._open)
        for message in kafka.arrived(self._consumer, timeout):
            if kafka.at_end(message):
                self._behind.discard(message.partition() or 0)
            elif message.error() is None and (job := self._job(message)) is not None:
                if self._is_open(job.state):
                    states[job.key] = job
                else:
                    states.pop(job.key, None)
        self._open = states
        return not self._behind

    def close(self) -> None:
        self._consumer.close()

    def _job(self, message: Message) -> Job[S] | None:
        key, value = message.key(), message.value()
        try:
            if key is None or value is None:
                return None
            tenant, aggregate, id = parse_key(key)
            if aggregate != self._contract.aggregate:
                return None
            state: Any = self._codec.decode(value, SHUT)
            return Job(tenant, id, state) if isinstance(state, self._contract.state) else None
        except (Undecodable, ValueError, KeyError) as error:
            what = self._contract.aggregate
            _log.error("a state cannot be read", aggregate=what, offset=message.offset(), error=str(error))
            return None
