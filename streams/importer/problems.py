"""What can be wrong with a file, a row or a cell. Codes are stable; reasons are sentences that say what to do."""

from dataclasses import dataclass


class FileRefused(Exception):
    """The file cannot be imported at all."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was refused. `field` is the target's field at fault, None where it is the row as a whole."""

    code: str
    reason: str
    field: str | None = None


class RowRefused(Exception):
    """A row that becomes no record, with everything found wrong with it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.reason for problem in problems))
        self.problems = problems
