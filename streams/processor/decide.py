"""One command and its aggregate as it stands → what comes of it. No Kafka, no clock, no files.

The order of the questions matters: a command id that was accepted before gets its first answer, even if the version has
moved on since; then a copy that comes after its refusal is let go; only then is the expected version asked, and only
then is the command itself decoded and decided.
"""

import hashlib
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domains.kernel import Decider, Rejected, execute
from infra.log.codec import Codec, RegistryUnavailable
from infra.vault import VaultUnavailable
from schemas.contract import CommandContract, Vault, fields
from streams.processor import seen
from streams.processor.command import Command, Unreadable
from streams.processor.echo import Echo

UNAVAILABLE = (RegistryUnavailable, VaultUnavailable)
"""What codec and vault raise when they cannot be asked now: the command must wait, and is not at fault."""


LARGEST = 600_000
"""Bytes of one event or state: with headers, well below the largest message that a broker takes by default."""


@dataclass(frozen=True, slots=True)
class Held:
    """An aggregate as it stands: decoded, and as its snapshot's value. A new one has version 0."""

    version: int
    seen: bytes
    state: Any
    value: bytes


@dataclass(frozen=True, slots=True)
class Happened:
    """An event, encoded. Its id is uuid5(command id, index): the same whoever decides the command."""

    id: str
    type: str
    at: datetime
    value: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """The command was accepted; `held` is the aggregate after it. There may be no event."""

    held: Held
    events: tuple[Happened, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """The command was accepted before: this is its first answer. `types` are those of its events, in order."""

    version: int
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing came of the command; `version` is the aggregate's current one. `status` is as in `Reply`."""

    status: int
    version: int
    code: str
    message: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The command goes to the dead letters. `trace` names functions and lines and holds no data."""

    status: int
    code: str
    message: str
    reason: str
    trace: str


Outcome = Accepted | Repeated | Refused | Failed


@dataclass(frozen=True, slots=True)
class Answer:
    """An outcome, and what is needed to tell it to whoever waits for it."""

    partition: int
    command_id: bytes
    reply_to: bytes | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Rules:
    """An aggregate's decider, with the contracts of its commands by name ("crm.WinDeal").

    `personal` says whether some of them hold personal values about the aggregate itself.
    """

    decider: Decider[Any, Any, Any]
    commands: Mapping[str, CommandContract]
    personal: bool

    @property
    def state_version(self) -> int:
        return self.decider.contract.state_version


def event_id(command_id: bytes, index: int) -> str:
    """uuid5(command id, index), as the standard library gives it in three times the time."""
    digest = bytearray(hashlib.sha1(command_id + b"%d" % index, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def rules_of(deciders: Mapping[str, Decider[Any, Any, Any]]) -> Mapping[str, Rules]:
    """The rules of a domain, by aggregate."""
    return {aggregate: _rules(decider) for aggregate, decider in deciders.items()}


def _rules(decider: Decider[Any, Any, Any]) -> Rules:
    contract = decider.contract
    personal = any(f.subject == contract.id_field for command in contract.commands for f in fields(command.cls))
    return Rules(decider, {command.cls.NAME: command for command in contract.commands}, personal)


def decide(
    rules: Rules,
    command: Command,
    value: bytes,
    held: Held,
    now: int,
    codec: Codec,
    vault: Vault,
    *,
    late: bool = False,
) -> Outcome:
    """What comes of a command. `now` is the recorded time in µs; a copy is `late` when one that was sent after it was
    refused.

    Raises what codec and vault raise when they cannot be reached (`UNAVAILABLE`): then it must be asked again later.
    """
    first = seen.find(held.seen, command.command_id)
    if first is not None:
        return _again(first, command, held)
    if late:
        message = "This copy came late: one that was sent after it was refused. Send the command once more."
        return Refused(409, held.version, "late_copy", message)
    if command.source_time is not None and command.source_time <= seen.evicted_until(held.seen):
        message = "This workflow's command is older than the ids kept, so it may have been accepted before."
        return Refused(409, held.version, "too_old", message)
    if command.expected_version is not None and command.expected_version != held.version:
        message = f"The version is {held.version}, not {command.expected_version}: look at it again and decide anew."
        return Refused(412, held.version, "stale_version", message)
    return _decide(rules, command, value, held, now, codec, vault)


def _again(first: seen.First, command: Command, held: Held) -> Outcome:
    if seen.UNKNOWN not in (first.fingerprint, command.fingerprint) and first.fingerprint != command.fingerprint:
        message = "This idempotency key was used for another request: use a new one for every new request."
        return Refused(422, held.version, "idempotency_key_reused", message)
    return Repeated(first.version, first.types)


def _decide(rules: Rules, command: Command, value: bytes, held: Held, now: int, codec: Codec, vault: Vault) -> Outcome:
    contract = rules.commands.get(command.type)
    if contract is None:
        return unreadable(Unreadable(f"{command.aggregate} has no command {command.type[:100]}."))
    echo = Echo(vault)
    try:
        record = codec.decode(value, echo)
    except UNAVAILABLE:
        raise
    except Exception as error:
        return unreadable(error)
    if type(record) is not contract.cls or getattr(record, rules.decider.contract.id_field) != command.id:
        return unreadable(Unreadable("The value is not the command that type and key name."))
    try:
        events, state = execute(rules.decider, contract, held.state, held.version, record)
        happened = tuple(
            Happened(event_id(command.command_id, index), event.NAME, event.at, codec.encode(event, echo))
            for index, event in enumerate(events)
        )
        encoded = codec.encode(state, echo) if happened or not held.value else held.value
    except Rejected as rejected:
        return _rejected(rejected, held.version)
    except UNAVAILABLE:
        raise
    except Exception as error:
        return broken(error)
    if any(len(value) > LARGEST for value in (encoded, *(event.value for event in happened))):
        message = f"The {command.aggregate} would become larger than the log takes: send less, or in parts."
        return Refused(422, held.version, "too_large", message)
    version = held.version + len(happened)
    types = [event.type for event in happened]
    ids = seen.add(held.seen, command.command_id, command.fingerprint, now, version, types, command.source_time)
    return Accepted(Held(version, ids, state, encoded), happened)


def _rejected(rejected: Rejected, version: int) -> Refused:
    refused_as = 409 if rejected.field is None else 422
    status = 404 if rejected.code == "not_found" else refused_as
    return Refused(status, version, rejected.code, rejected.message, rejected.field)


def unreadable(error: Exception) -> Failed:
    """The outcome of a command that cannot be read. Only our own sentences are passed on; others may quote data."""
    message = str(error) if isinstance(error, Unreadable) else "The command cannot be decoded."
    return Failed(400, "unreadable_command", message, f"{type(error).__name__}: {message}", trace_of(error))


def broken(error: Exception) -> Failed:
    message = "The command failed for an internal reason; it was set aside and had no effect."
    return Failed(500, "internal_error", message, f"{type(error).__name__} while deciding", trace_of(error))


def trace_of(error: BaseException) -> str:
    """Where it happened, innermost last, without the exception's text, which may quote personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    return "\n".join([*(f"{f.filename}:{f.lineno} {f.name}" for f in frames), type(error).__name__])
