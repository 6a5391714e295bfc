"""Read models at the end of the log, for what may have come about a moment ago."""

import asyncio

from confluent_kafka import KafkaException

from gateway.platform import Platform
from gateway.problems import Problem
from gateway.reach import WAIT
from infra.log.end import log_end
from infra.log.topics import topic
from projections.query import position_of, wait_for


async def up_to_now(here: Platform, domain: str) -> None:
    """Comes back when what the log holds of a domain now is in the read models of its database. A 503 problem where the
    log cannot be asked; raises PositionLate where the read models are far behind."""
    reader, events = here.readers[domain], topic(here.settings.topic_prefix, domain, "events")
    have = await position_of(reader, domain)
    try:
        end = await asyncio.to_thread(log_end, here.settings, [events], have)
    except (KafkaException, TimeoutError) as error:
        detail = "The log cannot be asked now whether there is such a thing. Try again shortly."
        raise Problem(503, "log_unavailable", detail, headers={"Retry-After": "1"}) from error
    await wait_for(reader, domain, end, seconds=WAIT)
