"""What stands above companies while they are put back to where they were, so that none comes to stand above itself."""

from dataclasses import dataclass, field

from schemas.generated.crm.company import PlaceCompany
from streams.importer.parents import OnFile


@dataclass(slots=True)
class Tree:
    """`above` has what was found of companies, or said of them since."""

    on_file: OnFile
    above: dict[str, str | None] = field(default_factory=dict[str, str | None])

    def takes(self, command: PlaceCompany) -> bool:
        """Takes a move in, unless its company would stand above itself then; whether it did."""
        at, seen = command.parent_id, set[str]()
        while at is not None and at not in seen:
            if at == command.company_id:
                return False
            seen.add(at)
            at = self._above(at)
        self.above[command.company_id] = command.parent_id
        return True

    def _above(self, id: str) -> str | None:
        if id not in self.above:
            found = self.on_file([id]).get(id)
            self.above[id] = None if found is None else found.parent
        return self.above[id]
