"""A worker of bulk changes on a platform in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domains.kernel import command_contracts
from infra.bulk_files import Outcome, Selected, keep_outcomes, keep_selection, reported
from infra.log.codec import Codec
from infra.log.envelope import CommandEnvelope
from schemas.generated.common import BookTerms, PipelineRules
from schemas.generated.crm import deal as d
from schemas.generated.integration.bulk_change import (
    BulkChange,
    BulkChangeStatus,
    CancelBulkChange,
    RevertBulkChange,
    StartBulkChange,
)
from streams.bulk.desk import Desk, Job
from streams.bulk.shift import work_on
from streams.importer.rates import Rates
from tests.unit.streams.importer.memory import AT, TENANT, Memory


@dataclass
class Office:
    """A worker's desk. `ends_after` cancels at the so many-th question whether to go on; `rates_read` says how often
    the tenant's rates were."""

    memory: Memory
    codec: Codec = field(default_factory=lambda: Codec(Numbers()))
    ends_after: int | None = None
    rules: Mapping[str, PipelineRules] = field(default_factory=dict[str, PipelineRules])
    books: Mapping[str, BookTerms] = field(default_factory=dict[str, BookTerms])
    rates_read: int = 0

    @property
    def desk(self) -> Desk:
        of = self.memory.desk
        return Desk(
            send=of.send,
            pause=of.pause,
            cancelled=self._cancelled,
            blobs=of.blobs,
            codec=self.codec,
            clock=of.clock,
            prefetch=of.prefetch,
            shown=of.shown,
            present=of.present,
            told=self.memory.told,
            pipelines=lambda _: self.rules,
            rates=self._rates,
            books=lambda _: self.books,
            caused=self.memory.caused,
            above=of.above,
        )

    def _rates(self, tenant: str) -> Rates:
        assert tenant == TENANT
        self.rates_read += 1
        return self.memory.rates

    def _cancelled(self, job: Job) -> bool:
        if self.ends_after is not None:
            self.ends_after -= 1
            if self.ends_after < 0:
                self.do(CancelBulkChange(bulk_change_id=job.id, at=AT))
        return self.state.status is BulkChangeStatus.CANCELLING

    @property
    def state(self) -> BulkChange:
        return self.memory.held["integration", "bulk_change", "b1"][1]

    @property
    def job(self) -> Job:
        return Job(TENANT, self.state)

    def do(self, command: Any) -> None:
        reply = self.memory.do(command)
        assert reply.status == 200, reply

    def started(self, command: Any, records: Sequence[Selected], *, dry_run: bool = False) -> Job:
        contract, verb = command_contracts()[command.NAME]
        target = f"{contract.domain}.{contract.aggregate}"
        file = keep_selection(self.memory.blobs, self.codec, TENANT, "b1", {"": command}, records)
        start = StartBulkChange(
            bulk_change_id="b1",
            target=target,
            verb=verb.verb,
            file=file,
            selected=len(records),
            barred=sum(bool(each.code) for each in records),
            dry_run=dry_run,
            owner_id="ann",
            actor="user:ann",
            at=AT,
        )
        self.do(start)
        return self.job

    def changed(self, command: Any, ids: Sequence[str], **how: Any) -> BulkChange:
        self.works(self.started(command, [Selected(id) for id in ids], **how))
        return self.state

    def works(self, job: Job) -> bool:
        """Whether it came to an end."""
        return work_on(job, self.desk, ())

    def reverted(self, withheld: Sequence[str] = ()) -> BulkChange:
        kept = [Outcome(id, "kept") for id in withheld]
        file = keep_outcomes(self.memory.blobs, TENANT, kept) if kept else None
        self.do(RevertBulkChange(bulk_change_id="b1", withheld=file, actor="user:ann", at=AT))
        self.works(self.job)
        return self.state

    def report(self, hash: str | None) -> Mapping[str, Outcome]:
        return {each.id: each for each in reported(self.memory.blobs, TENANT, hash or "")}

    def of(self, kind: str, id: str) -> Any:
        return self.memory.held["crm", kind, id][1]

    def sent(self) -> list[CommandEnvelope]:
        """The commands to records."""
        return [each for each in self.memory.sent if each.aggregate != "bulk_change"]


class Numbers:
    """Schema ids as they come."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def id_of(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def text_of(self, id: int) -> str:
        from schemas import avro

        return avro.published(self.names[id])


def with_deals(office: Office, many: int) -> Office:
    for number in range(many):
        office.do(d.OpenDeal(deal_id=f"d{number}", name=f"Deal {number}", owner_id="ann", at=AT))
    return office
