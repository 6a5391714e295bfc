"""What there is to replay: the newest state of every replay, as the snapshots of its domain tell.

They hold one state for each replay and no more, so that a worker knows everything a moment after it starts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, TopicPartition

from infra.log import kafka
from infra.log.codec import Codec, Undecodable
from infra.log.envelope import parse_key
from infra.log.topics import topic
from infra.settings import Settings
from schemas.generated.integration.replay_job import CONTRACT, ReplayJob, ReplayStatus
from streams.replay.opening import SHUT
from streams.replay.reading import at_end

OPEN = (ReplayStatus.RUNNING, ReplayStatus.PAUSED)
_log = structlog.get_logger("replayer")


@dataclass(frozen=True, slots=True)
class Job:
    """A replay of a tenant."""

    tenant: str
    state: ReplayJob

    @property
    def key(self) -> tuple[str, str]:
        return self.tenant, self.state.replay_id


class Board:
    """Follows the states. `look` is for one thread; the others may ask `running`."""

    def __init__(self, settings: Settings, codec: Codec) -> None:
        self._codec = codec
        self._open: Mapping[tuple[str, str], Job] = {}
        name = topic(settings.topic_prefix, CONTRACT.domain, "snapshots")
        self._behind = set(range(settings.partitions))
        self._consumer: Consumer = kafka.consumer(
            settings, f"{settings.topic_prefix}nexus.replayer", **{"enable.partition.eof": True}
        )
        self._consumer.assign([TopicPartition(name, number, OFFSET_BEGINNING) for number in self._behind])

    def look(self, timeout: float) -> bool:
        """Takes in what came; whether everything is known. Raises KafkaException, RegistryUnavailable."""
        states = dict(self._open)
        for message in kafka.arrived(self._consumer, timeout):
            if at_end(message):
                self._behind.discard(message.partition() or 0)
            elif message.error() is None and (job := self._job(message)) is not None:
                if job.state.status in OPEN:
                    states[job.key] = job
                else:
                    states.pop(job.key, None)
        self._open = states
        return not self._behind

    def jobs(self) -> list[Job]:
        """Those that run or rest, the oldest first."""
        return sorted(self._open.values(), key=lambda job: (str(job.state.started_at), job.key))

    def running(self, key: tuple[str, str]) -> bool:
        """Whether a replay is to go on."""
        job = self._open.get(key)
        return job is not None and job.state.status is ReplayStatus.RUNNING

    def close(self) -> None:
        self._consumer.close()

    def _job(self, message: Message) -> Job | None:
        key, value = message.key(), message.value()
        try:
            if key is None or value is None:
                return None
            tenant, aggregate, _ = parse_key(key)
            if aggregate != CONTRACT.aggregate:
                return None
            state = self._codec.decode(value, SHUT)
            return Job(tenant, state) if isinstance(state, ReplayJob) else None
        except (Undecodable, ValueError, KeyError) as error:
            _log.error("the state of a replay cannot be read", offset=message.offset(), error=str(error))
            return None
