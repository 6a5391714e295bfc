"""Reads the audit from the log, or from a copy of it, and tells every difference from what was recorded."""

from collections.abc import Callable, Collection
from contextlib import closing
from datetime import UTC, datetime

from confluent_kafka import Message

from infra.log import kafka, registry
from infra.log.codec import Codec, Undecodable
from infra.log.envelope import parse_key
from infra.log.topics import topic
from infra.settings import Settings
from infra.vault import tenants_known
from infra.vault.shut import SHUT
from streams.audit.check import Tenant
from streams.processor.reading import ends, read_through
from streams.replay.refused import Refused
from streams.verify.difference import Difference

Say = Callable[[str], None]


def run(
    settings: Settings,
    say: Say,
    tenant: str | None = None,
    name: str | None = None,
    head: tuple[int, str] | None = None,
) -> int:
    """Says each difference and how far the audit goes, and gives the number of differences. `tenant` is the one wanted,
    `name` a topic with a copy, `head` as in `Tenant`. No key is needed, and none asked for. Raises Refused where there
    is nothing to verify, and VaultUnavailable where it cannot be told why."""
    of = name or topic(settings.topic_prefix, "audit", "events")
    found = dict[str, Tenant]() if tenant is None else {tenant: Tenant(tenant, head)}
    codec, count = registry.codec(settings), 0

    def tell(difference: Difference) -> None:
        nonlocal count
        count += 1
        say(f"  {difference}")

    client = kafka.admin(settings)
    described = client.list_topics(timeout=10).topics.get(of)
    if described is None:
        raise Refused("topic_missing", f"There is no topic {of}; check NEXUS_TOPIC_PREFIX, and --topic if it is given.")
    partitions = list(described.partitions)
    group = f"{settings.topic_prefix}nexus.audit.verify"
    settled = {"enable.partition.eof": True, "auto.offset.reset": "earliest"}
    with closing(kafka.consumer(settings, group, **settled)) as reader:
        ended = ends(client, of, partitions)
        for messages in read_through(reader, of, dict.fromkeys(partitions, 0), ended, lambda: None):
            for message in messages:
                for difference in _taken(found, tenant, codec, message):
                    tell(difference)
    for each in sorted(found.values(), key=lambda each: each.name):
        for difference in each.end(datetime.now(UTC)):
            tell(difference)
        if not each.empty or count:
            say(_summary(each))
    if not count and all(each.empty for each in found.values()):
        raise nothing(tenant, of, copied=name is not None, known=lambda: tenants_known(settings))
    return count


def nothing(tenant: str | None, of: str, *, copied: bool, known: Callable[[], Collection[str]]) -> Refused:
    """Why there was nothing to verify: of what nobody has read it is not told that everything is well. `known` gives
    the tenants that there are."""
    if tenant is None:
        return Refused("no_audit", f"There is nothing of any tenant's audit in {of}, and so nothing to verify.")
    if copied:
        return Refused("no_audit", f"There is nothing of {tenant}'s audit in {of}, and so nothing to verify.")
    if tenant not in known():
        return Refused(
            "unknown_tenant", f"There is no tenant {tenant}, nor anything of one in the audit. Check the name."
        )
    return Refused(
        "no_audit",
        f"Nothing of {tenant}'s is in its audit yet, and so there is nothing to verify. "
        "If there once was, verify it with --head and a head that was told then.",
    )


def _taken(found: dict[str, Tenant], wanted: str | None, codec: Codec, message: Message) -> list[Difference]:
    try:
        name, aggregate, id = parse_key(message.key() or b"")
    except ValueError:
        place = f"{message.topic()}/{message.partition()}/{message.offset()}"
        return [Difference("audit", place, "is no event of the audit")]
    if wanted not in (None, name):
        return []
    tenant = found.setdefault(name, Tenant(name))
    try:
        event = codec.original(message.value() or b"", SHUT)
    except (Undecodable, ValueError, KeyError):
        return list(tenant.unreadable(aggregate, id))
    return list(tenant.take(event))


def _summary(tenant: Tenant) -> str:
    trails = tenant.trails.values()
    entries, dropped = sum(each.entries for each in trails), sum(each.dropped for each in trails)
    missing = f", {dropped:,} requests that could not be kept" if dropped else ""
    return (
        f"{tenant.name}: {entries:,} entries in {len(trails):,} trails, {tenant.open:,} of them open{missing}; "
        f"head {tenant.lines}:{tenant.hash or '-'}"
    )
