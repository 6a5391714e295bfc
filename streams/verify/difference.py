"""What verification finds: one record that is not what the log says it is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """`where` is a table, an index or a domain's snapshots, `key` the record, `what` says how it differs, without
    telling values: they may be personal."""

    where: str
    key: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}  {self.key}  {self.what}"


def merged(
    where: str,
    columns: Sequence[str],
    keys: int,
    there: Iterable[Row],
    expected: Iterable[Row],
    name: Callable[[Row], str] = lambda key: "/".join(map(str, key)),
) -> Iterator[Difference]:
    """The differences of two streams of rows, both in order of their first `keys` columns, which are their key."""
    mine, theirs = iter(there), iter(expected)
    row, wanted = next(mine, None), next(theirs, None)
    while row is not None or wanted is not None:
        if wanted is None or (row is not None and row[:keys] < wanted[:keys]):
            assert row is not None
            yield Difference(where, name(row[:keys]), "is there and should not be")
            row = next(mine, None)
        elif row is None or wanted[:keys] < row[:keys]:
            yield Difference(where, name(wanted[:keys]), "is missing")
            wanted = next(theirs, None)
        else:
            pairs = zip(columns, row, wanted, strict=True)
            if differing := [column for column, has, should in pairs if has != should]:
                yield Difference(where, name(row[:keys]), f"differs in {', '.join(differing)}")
            row, wanted = next(mine, None), next(theirs, None)
