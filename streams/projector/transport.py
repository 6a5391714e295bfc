# Faust has no types worth the name.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownParameterType=false
# pyright: reportUnknownArgumentType=false, reportMissingParameterType=false, reportUntypedBaseClass=false
# pyright: reportPrivateUsage=false, reportIncompatibleVariableOverride=false
"""Faust on the log's terms: committed records only, from where the read model stands, and every record accounted for.

Faust passes records through several buffers and drops them in some corners of a rebalance. So that none is lost in
silence, each record carries what was fetched before it in its partition; the worker refuses a record whose
predecessor it has not seen. Where the log holds nothing at an offset, nobody guesses where to go on. The names of
methods are those of faust-streaming 0.15.3, pinned in requirements.lock.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiokafka.errors import NoOffsetForPartitionError, OffsetOutOfRangeError
from aiokafka.protocol.group import LeaveGroupRequest
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from projections.positions import Partition

Assign = Callable[[set[Partition]], Awaitable[tuple[int, Mapping[Partition, int]]]]
"""Given the partitions assigned, returns the number of the assignment and the offset at which each partition starts."""

OutOfRange = Callable[[Mapping[Partition, int]], None]
"""Told at which offsets of partitions the log holds nothing."""

LINK = "nexus_link"
"""The header with which the transport marks a record: (assignment, offset of the record fetched before it, or -1)."""


FETCH_WAIT_MS = 500
"""How long the broker may wait with its answer when there is nothing new. It answers as soon as there is, so that no
event waits for this; but each answer takes a millisecond of a core, whether anything happens or not."""


class _Thread(driver.AIOKafkaConsumerThread):
    """The thread that talks to Kafka."""

    assignment_number = 0

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS
        self.starts: dict[Any, int] = {}
        self.fetched: dict[Any, int] = {}
        # A fetch that began before a seek must not end after it, or its records would count as the new assignment's.
        self.turn = asyncio.Lock()
        return consumer

    async def leave(self) -> None:
        """Tells the group, which aiokafka does for no static member."""
        consumer: Any = self._consumer
        coordinator = consumer._coordinator
        if coordinator.generation > 0:
            await coordinator._send_req(LeaveGroupRequest(coordinator.group_id, coordinator.member_id))

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Starts every partition where the read model stands."""
        async with self.turn:
            partitions = {(tp.topic, tp.partition) for tp in self.assignment()}
            self.assignment_number, starts = await self._assign(partitions)
            self.fetched = {}
            self.starts = {TP(*partition): offset for partition, offset in starts.items()}
            for tp, offset in self.starts.items():
                self.seek(tp, offset)
            return self.starts

    @property
    def _assign(self) -> Assign:
        transport: Any = self.consumer.transport
        return transport.assign

    async def getmany(self, active_partitions: Any, timeout: float) -> Any:  # noqa: ASYNC109 - Faust's own signature
        async with self.turn:
            try:
                records = await super().getmany(active_partitions, timeout)
            except NoOffsetForPartitionError:
                return {}  # of before the seek: what is committed to Kafka says nothing
            except OffsetOutOfRangeError as error:
                self._say_out_of_range(error.args[0])
                return {}
            for tp, batch in records.items():
                previous = self.fetched.get(tp, -1)
                for record in batch:
                    record.headers = (*record.headers, (LINK, (self.assignment_number, previous)))
                    previous = record.offset
                self.fetched[tp] = previous
            return records

    def _say_out_of_range(self, asked: Mapping[Any, int]) -> None:
        """What was asked for before the seek, from where something is committed to Kafka, says nothing."""
        since = {tp: offset for tp, offset in asked.items() if tp in self.starts and offset >= self.starts[tp]}
        if since:
            transport: Any = self.consumer.transport
            transport.out_of_range({(tp.topic, tp.partition): offset for tp, offset in since.items()})


class _Consumer(driver.Consumer):
    def _new_consumer_thread(self) -> Any:
        return _Thread(self, loop=self.loop, beacon=self.beacon)


class Transport(driver.Transport):
    """Kafka through aiokafka. Set `assign` and `out_of_range` before the app starts."""

    Consumer = _Consumer
    assign: Assign
    out_of_range: OutOfRange


async def leave_group(app: Any) -> None:
    """Gives an app's partitions to the other workers of its group at once. End the process after it: this client does
    not know that it has left. Raises whatever comes when there is no broker."""
    thread = app.consumer._thread
    if thread._consumer is not None:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(thread.leave(), thread.thread_loop))
