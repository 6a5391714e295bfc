"""What can be wrong with a file, a row or a cell. Codes are stable; reasons are sentences that say what to do."""

from dataclasses import dataclass


class FileRefused(Exception):
    """The file cannot be read at all."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row. `field` is the target's field at fault, None where it is the row as a whole."""

    code: str
    reason: str
    field: str | None = None
