"""Which partition a key belongs to: murmur2 as Java's producer has it, which librdkafka calls `murmur2_random`."""

from struct import unpack_from

_MULTIPLIER = 0x5BD1E995
_MASK = 0xFFFFFFFF


def murmur2(data: bytes) -> int:
    """Kafka's 32-bit murmur2, seed 0x9747b28c (org.apache.kafka.common.utils.Utils.murmur2)."""
    length = len(data)
    h = 0x9747B28C ^ length
    whole = length & ~3
    for word in unpack_from(f"<{whole >> 2}I", data):
        k = word * _MULTIPLIER & _MASK
        k = (k ^ k >> 24) * _MULTIPLIER & _MASK
        h = h * _MULTIPLIER & _MASK ^ k
    if rest := data[whole:]:
        h = (h ^ int.from_bytes(rest, "little")) * _MULTIPLIER & _MASK
    h = (h ^ h >> 13) * _MULTIPLIER & _MASK
    return h ^ h >> 15


def partition_of(key: bytes, partitions: int) -> int:
    """The partition, of so many, that every producer of ours puts this key on."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions
