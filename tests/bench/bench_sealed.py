"""What sealing costs: a processor decides commands that hold three personal values each, sealed under the keys of ten
thousand people, and the same commands with the values as they are.

Half of the commands create a contact, half change one: that is more personal data than any mix of commands holds.
"""

import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from domains.kernel import deciders
from infra.log.envelope import Vaults, encode_command
from infra.vault import Vaults as SealedVaults
from infra.vault import ensure_vault
from schemas.generated.crm.contact import ChangeContact, CreateContact
from streams.processor.loop import Processor
from streams.processor.main import clients, domain_of
from tests.bench.bench_processor import prepare, staged, watched
from tests.bench.result import Benchmark, Result, against_limit, alternating
from tests.integration.processor import AT, DOMAIN, TENANT, Stage, envelope, plain
from tests.platform import drop_databases

COMMANDS = 20_000
BOUND = (
    "not profiled. A command's three values are opened once and passed on in the bytes they came in; the keys of a "
    "batch's people are read from Postgres."
)


def measure(turns: int) -> Sequence[Result]:
    """With and without, in turns."""
    prepare()
    pairs: list[tuple[float, float]] = []
    for sealed_first in alternating(turns):
        order = (_sealed, _plain) if sealed_first else (_plain, _sealed)
        rates = {way: way() for way in order}
        pairs.append((rates[_sealed], rates[_plain]))
        print(f"  run {len(pairs)}: sealed {rates[_sealed]:,.0f}, plain {rates[_plain]:,.0f} commands/s", flush=True)
    sealed, bare = zip(*pairs, strict=True)
    return [
        against_limit(
            "commands full of personal values",
            "commands/s",
            ("three sealed values in each, keys in Postgres", sealed),
            ("the same, values not sealed", "nothing is sealed or opened", bare),
            ("at least", 0.85),
            BOUND,
        )
    ]


def _plain() -> float:
    with staged(1) as [stage]:
        return _decided(stage, plain, lambda tenant, subjects: None)


def _sealed() -> float:
    """The keys are in a database of their own, and not in the memory of the processor that reads them."""
    with staged(1) as [stage]:
        settings = stage.settings.model_copy(update={"database_prefix": f"sealed{uuid.uuid4().hex[:8]}"})
        ensure_vault(settings)
        client, worker = SealedVaults(settings), SealedVaults(settings)
        try:
            client.prefetch(TENANT, _people(stage))
            return _decided(stage, client, worker.prefetch, worker)
        finally:
            client.close()
            worker.close()
            drop_databases(settings)


def _people(stage: Stage) -> list[str]:
    prefix = stage.settings.topic_prefix
    return [str(uuid.uuid5(uuid.NAMESPACE_OID, f"{prefix}{number}")) for number in range(COMMANDS // 2)]


def _decided(
    stage: Stage, client: Vaults, prefetch: Callable[[str, Iterable[str]], None], worker: Vaults | None = None
) -> float:
    """Commands a second. They are sealed and written before the clock runs."""
    for change in (False, True):
        for person in _people(stage):
            _send(stage, client, person, change)
    stage.flush()
    domain = domain_of(stage.settings, DOMAIN, stage.codec, worker or client, prefetch, deciders(DOMAIN))
    name = f"{stage.settings.topic_prefix}nexus.{DOMAIN}.0"
    return watched(Processor(clients(stage.settings, domain, name), threading.Event()), COMMANDS).rate


def _send(stage: Stage, vaults: Vaults, person: str, change: bool) -> None:
    values: dict[str, Any] = {
        "name": f"Person {person[:8]}",
        "email": f"{person[:8]}@example.com",
        "phone": "+15550100",
    }
    made = ChangeContact(contact_id=person, job_title="Buyer", at=AT, **values)
    command = made if change else CreateContact(contact_id=person, at=AT, **values)
    sent = replace(envelope(command, id=person, aggregate="contact"), reply_to=(0, stage.waiting))
    stage.put(*encode_command(sent, stage.codec, vaults(TENANT), stage.settings.topic_prefix))


BENCHMARK = Benchmark("sealed", measure, "bench-apps")
