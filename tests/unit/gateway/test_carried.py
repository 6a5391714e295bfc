"""What commands carry of other aggregates."""

from gateway.carried import READ
from schemas.contract import contracts, fields


def test_whatever_a_command_carries_is_read_somewhere() -> None:
    commands = [command.cls for contract in contracts().values() for command in contract.commands]
    carried = {field.carried for command in commands for field in fields(command) if field.carried is not None}
    assert carried == set(READ)
