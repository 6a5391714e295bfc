"""A row as it stands in a file."""

from collections.abc import Sequence
from dataclasses import dataclass

from infra.sheets.problems import Problem


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is where it begins, the header being line 1; of a workbook it is the row's number. `problem` is why it
    cannot be used. `guessed` says that letters of it were read in the fallback."""

    line: int
    cells: Sequence[str]
    problem: Problem | None = None
    guessed: bool = False
