"""A row that becomes no record."""

from infra.sheets.problems import Problem


class RowRefused(Exception):
    """A row that becomes no record, with everything found wrong with it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.reason for problem in problems))
        self.problems = problems
