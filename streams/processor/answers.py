"""Tells whoever waits what came of their commands, after the commit, and counts it."""

from collections import Counter
from collections.abc import Mapping, Sequence

import structlog
from confluent_kafka import KafkaException, Producer

from infra.log import replies
from streams.processor import metrics, records
from streams.processor.batch import Domain
from streams.processor.decide import Accepted, Answer, Outcome, Repeated
from streams.processor.partition import Partition

_log = structlog.get_logger("processor")


def send(
    producer: Producer, topic: str, domain: Domain, answers: Sequence[Answer], partitions: Mapping[int, Partition]
) -> None:
    """Sends a reply for every answer that someone waits for. One that cannot be sent is left out: they ask again."""
    for answer in answers:
        if answer.reply_to is None:
            continue
        end = partitions[answer.partition].events_end
        try:
            number, instance = replies.parse_reply_to(answer.reply_to)
            reply = records.reply(answer, instance, domain.events_topic, end)
            producer.produce(topic, replies.encode(reply), instance.encode(), number)
        except (ValueError, BufferError, KafkaException) as error:
            _log.warning("a reply was not sent", error=str(error))
    producer.poll(0)


def count(domain: Domain, answers: Sequence[Answer]) -> None:
    """Adds a batch to what is counted."""
    events = repeated = 0
    statuses: Counter[int] = Counter()
    for answer in answers:
        statuses[_status(answer.outcome)] += 1
        if isinstance(answer.outcome, Accepted):
            events += len(answer.outcome.events)
        elif isinstance(answer.outcome, Repeated):
            repeated += 1
    for status, number in statuses.items():
        metrics.COMMANDS.labels(domain.name, str(status)).inc(number)
    metrics.EVENTS.labels(domain.name).inc(events)
    metrics.REPEATED.labels(domain.name).inc(repeated)
    metrics.BATCH.labels(domain.name).observe(len(answers))


def _status(outcome: Outcome) -> int:
    return 200 if isinstance(outcome, Accepted | Repeated) else outcome.status
