"""The ledger: a tenant's list of its trails, by which one that vanished is missed."""

from collections.abc import Sequence
from typing import assert_never

from domains.audit.chain import bound
from domains.kernel import Decider
from schemas.generated.audit.ledger import (
    CONTRACT,
    ClosingEntered,
    EnterClosing,
    EnterOpening,
    Ledger,
    LedgerCommand,
    LedgerEvent,
    OpeningEntered,
)


def decide(command: LedgerCommand, ledger: Ledger) -> Sequence[LedgerEvent]:
    match command:
        case EnterOpening():
            if command.trail_id in ledger.open:
                return []
            entered = OpeningEntered
        case EnterClosing():
            if command.trail_id not in ledger.open:
                return []
            entered = ClosingEntered
        case _:
            assert_never(command)
    line = entered(
        ledger_id=command.ledger_id,
        line=ledger.lines + 1,
        trail_id=command.trail_id,
        trail_hash=command.trail_hash,
        hash="",
        at=command.at,
    )
    return [bound(ledger.hash, line)]


def evolve(ledger: Ledger, event: LedgerEvent) -> Ledger:
    match event:
        case OpeningEntered():
            still = (*ledger.open, event.trail_id)
        case ClosingEntered():
            still = tuple(each for each in ledger.open if each != event.trail_id)
        case _:
            assert_never(event)
    return Ledger(ledger_id=event.ledger_id, lines=event.line, open=still, hash=event.hash)


DECIDER: Decider[LedgerCommand, Ledger, LedgerEvent] = Decider(CONTRACT, Ledger(), decide, evolve)
