"""What becomes of a transaction's step that the client gives up."""

from typing import Any, cast

import pytest
from confluent_kafka import KafkaError, KafkaException, Producer

from streams.processor.transaction import Broken, abort


class Failing:
    """A producer whose aborts fail with these codes, retriable all of them, and then come to an end."""

    def __init__(self, *codes: int) -> None:
        self.codes, self.asked = list(codes), 0

    def flush(self, _: float) -> int:
        return 0

    def abort_transaction(self, _: float) -> None:
        self.asked += 1
        if self.codes:
            raise KafkaException(cast(Any, KafkaError)(self.codes.pop(0), "for the test", False, True, False))


def aborted(producer: Failing) -> int:
    abort(cast(Producer, producer))
    return producer.asked


def test_a_step_that_may_be_repeated_is() -> None:
    assert aborted(Failing(KafkaError.COORDINATOR_LOAD_IN_PROGRESS, KafkaError.COORDINATOR_LOAD_IN_PROGRESS)) == 3


@pytest.mark.parametrize("code", [KafkaError._TIMED_OUT, KafkaError._TRANSPORT])  # pyright: ignore[reportPrivateUsage]
def test_no_step_is_repeated_that_might_then_never_come_back(code: int) -> None:
    producer = Failing(code)
    with pytest.raises(Broken):
        aborted(producer)
    assert producer.asked == 1
