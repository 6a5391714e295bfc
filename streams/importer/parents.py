"""Which company stands above which while an import goes on: so that its rows put none above itself, neither together
nor with what is on file."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from infra.sheets.problems import Problem
from schemas.contract import Record
from schemas.generated.crm.company import RecordCompany
from streams.importer.lookup import Lookup

_NAMED = 10
"""Companies of a ring that a report names."""


class Standing(NamedTuple):
    """What a company is called, and the id of the one above it."""

    name: str
    parent: str | None


OnFile = Callable[[Collection[str]], Mapping[str, Standing]]
"""Gives those of these companies that are on file."""


@dataclass(slots=True)
class Parents:
    """`said` has what rows said so far, `known` what is on file of what the rows at hand lead to."""

    on_file: OnFile
    said: Lookup
    known: dict[str, Standing | None] = field(default_factory=dict[str, Standing | None])

    def bring(self, commands: Iterable[Record]) -> None:
        """Has at hand what stands above the companies that these rows name, and nothing else."""
        self.known = {}
        self._learn({each.parent_id for each in commands if isinstance(each, RecordCompany) and each.parent_id})

    def place(self, command: RecordCompany) -> Problem | None:
        """Takes in what a row says, or tells how its company would stand above itself then."""
        own, parent = command.company_id, command.parent_id
        if parent is not None and parent != own:  # of itself as its parent the company says what is to be said
            chain, at = list[str](), parent
            while at is not None and at not in (own, *chain):
                chain.append(at)
                at = self._above(at)
            if at == own:
                return self._problem(command.name, chain[:_NAMED])
        if parent is not None:
            self.said.set(("parent", own), parent)
        self.said.set(("name", own), command.name)
        return None

    def _problem(self, name: str, above: Sequence[str]) -> Problem:
        way = ", which is under ".join([name, *map(self._name, above), name])
        return Problem("cyclic_tree", f"The company would stand above itself: {way}. Name another parent.", "parent")

    def _learn(self, ids: set[str]) -> None:
        while wanted := ids - self.known.keys():
            found = self.on_file(wanted)
            self.known |= {id: found.get(id) for id in wanted}
            ids = {above for id in wanted if (above := self._above(id)) is not None}

    def _above(self, id: str) -> str | None:
        if said := self.said.find(("parent", id)):
            return said[0]
        return None if (known := self._known(id)) is None else known.parent

    def _name(self, id: str) -> str:
        if said := self.said.find(("name", id)):
            return said[0]
        return "a company" if (known := self._known(id)) is None else known.name

    def _known(self, id: str) -> Standing | None:
        if id not in self.known:
            self._learn({id})
        return self.known[id]
