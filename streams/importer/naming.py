"""From what a file calls things to ids. An id says nothing about the name that it was made from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domains.integration.cell_forms import same_name
from infra.sheets.problems import Problem
from streams.importer.matching import Match
from streams.importer.problems import RowRefused

Ids = Mapping[str, tuple[str, ...]]
"""Ids by name, in the form of `same_name`; more than one where several records bear the name."""

_NOUNS = {"admin.user": "user", "crm.company": "company", "crm.product": "product"}


@dataclass(frozen=True, slots=True)
class Directory:
    """What the tenant has on file: ids by name (a product's aliases are names too), and teams' names by id."""

    names: Mapping[str, Ids]
    teams: Mapping[str, str]
    _ids: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    def ids(self, kind: str) -> frozenset[str]:
        """Those of all records of a kind that have a name."""
        if kind not in self._ids:
            self._ids[kind] = frozenset(id for ids in self.names.get(kind, {}).values() for id in ids)
        return self._ids[kind]


@dataclass(frozen=True, slots=True)
class Naming:
    """How one file's names become ids.

    `derive(kind, name)` always gives the same id. `rows` are the keys of the file's rows that other rows refer to.
    `made` are names given to teams that had none, which must not be given again. `match` is how rows find their records
    where the import says by what.
    """

    derive: Callable[[str, str], str]
    directory: Directory
    rows: frozenset[str]
    made: dict[str, str] = field(default_factory=dict[str, str])
    match: Match | None = None

    def record(self, kind: str, row: Mapping[str, Any], key: str | None, name: str | None) -> str:
        """The id of the record that a row is about. In `row` stand ids in place of the names of other records."""
        return self.identify(kind, key, name) if self.match is None else self.match.identify(kind, row)

    def named(self, kind: str, name: str) -> str:
        """The id of the record that bears a name, of the file's or on file; a new one's if there is none."""
        return self.record(kind, {"name": name}, None, name)

    def identify(self, kind: str, key: str | None, name: str | None) -> str:
        """The id of a row: of its key if it has one; else the one record that bears its name, or a new one's."""
        if key is not None or name is None:
            return self.derive(kind, key or "")
        derived = self.derive(kind, same_name(name))
        bearers = self.directory.names.get(kind, {}).get(same_name(name), ())
        if not bearers or derived in bearers:
            return derived
        return self._only(kind, "name", bearers)

    def is_id(self, kind: str, cell: str) -> bool:
        """Whether a cell is the id of a record on file, rather than its name."""
        return cell in self.directory.ids(kind)

    def refer(self, kind: str, field: str, name: str | None) -> str | None:
        """The id of a record on file that a cell names; None for a blank one. Raises `RowRefused`."""
        if name is None:
            return None
        bearers = self.directory.names.get(kind, {}).get(same_name(name), ())
        if not bearers:
            noun = _NOUNS[kind]
            raise RowRefused(
                Problem(f"{field}_unknown", f"No {noun} bears this name; import or create it first.", field)
            )
        return self._only(kind, field, bearers)

    def refer_within(self, kind: str, field: str, cell: str | None, *, keyed: bool) -> str | None:
        """The id of another row of the same file, or else of a record on file. `keyed` files refer by key."""
        if cell is None:
            return None
        if keyed and cell in self.rows:
            return self.identify(kind, cell, None)
        if not keyed and same_name(cell) in self.rows:
            return self.named(kind, cell)
        return self.refer(kind, field, cell)

    def team(self, team_id: str, region: str | None) -> str:
        """The name of a team that the file does not name: the one it has, or its region with the next free number.

        Not its manager's name, which is a person's.
        """
        known = self.directory.teams.get(team_id) or self.made.get(team_id)
        if known is not None:
            return known
        taken = {*self.directory.teams.values(), *self.made.values()}
        word = region or "Team"
        number = next(n for n in range(1, len(taken) + 2) if f"{word} {n}" not in taken)
        return self.made.setdefault(team_id, f"{word} {number}")

    def _only(self, kind: str, field: str, bearers: tuple[str, ...]) -> str:
        if len(bearers) == 1:
            return bearers[0]
        reason = f"{len(bearers)} records of kind {_NOUNS[kind]} bear this name; rename all but one."
        raise RowRefused(Problem(f"{field}_ambiguous", reason, field))
