"""Keys, headers and partitions."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from infra.log import headers as h
from infra.log.codec import Codec
from infra.log.envelope import CommandEnvelope, decode_event, encode_command, key_of, parse_key
from infra.log.partitioner import murmur2, partition_of
from infra.log.replies import EventRef, Reply, decode, encode, parse_reply_to
from schemas import avro
from schemas.contract import PlainVault
from schemas.generated.common import Money
from schemas.generated.crm.deal import DealWon, OpenDeal

AT = datetime(2026, 1, 31, 9, 30, 0, 5, tzinfo=UTC)


class Ids:
    names = ("crm.OpenDeal", "crm.DealWon", "crm.DealRemoved")

    def id_of(self, name: str) -> int:
        return self.names.index(name)

    def text_of(self, id: int) -> str:
        return avro.published(self.names[id])


CODEC = Codec(Ids())


@pytest.mark.parametrize(
    ("key", "hashed"),
    [(b"21", -973932308), (b"foobar", -790332482), (b"a-little-bit-long-string", -985981536), (b"abc", 479470107)],
)
def test_murmur2_is_javas(key: bytes, hashed: int) -> None:
    """Values of org.apache.kafka.common.utils.UtilsTest.testMurmur2."""
    assert murmur2(key) == hashed & 0xFFFFFFFF


def test_a_partition_is_never_negative() -> None:
    assert all(0 <= partition_of(b"%d" % number, 7) < 7 for number in range(1000))


def test_times_are_utc_with_microseconds() -> None:
    assert h.time_text(AT) == "2026-01-31T09:30:00.000005Z"
    assert h.time_text(AT.astimezone(timezone(timedelta(hours=2)))) == "2026-01-31T09:30:00.000005Z"
    assert h.parse_time(h.time_text(AT).encode()) == AT


def test_an_id_may_hold_slashes_and_a_tenant_may_not() -> None:
    assert parse_key(key_of("acme", "deal", "a/b")) == ("acme", "deal", "a/b")
    with pytest.raises(ValueError, match="unpack"):
        parse_key(b"acme/deal")


def test_a_commands_message() -> None:
    command = OpenDeal(deal_id="d1", name="One", owner_id="u1", at=AT)
    envelope = CommandEnvelope(
        command, "acme", "deal", "d1", "id", "corr", "key:acme", "00ff", expected_version=3, reply_to=(2, "gw/7")
    )
    message = encode_command(envelope, CODEC, PlainVault(), "p.")
    headers = h.as_mapping(message.headers)
    assert (message.topic, message.key) == ("p.crm.commands", b"acme/deal/d1")
    assert CODEC.decode(message.value, PlainVault()) == command
    assert headers[h.CE_TYPE] == b"crm.OpenDeal"
    assert headers[h.EXPECTED_VERSION] == b"3"
    assert parse_reply_to(headers[h.REPLY_TO]) == (2, "gw/7")
    assert h.CAUSATION_ID not in headers


def test_an_event_without_its_headers_is_refused() -> None:
    value = CODEC.encode(
        DealWon(deal_id="d1", owner_id="u1", amount=Money(amount=Decimal(1), currency="USD"), at=AT), PlainVault()
    )
    with pytest.raises(h.MissingHeader, match="command_id"):
        decode_event("crm.events", 0, 1, b"acme/deal/d1", value, [], CODEC, lambda tenant: PlainVault())


def test_a_reply_comes_back_as_it_was() -> None:
    reply = Reply("c", "i", 200, 3, (EventRef("e", "crm.DealWon", 3),), "crm.events", 2, 9, repeated=True)
    assert decode(encode(reply)) == reply
