"""A projector whose views do what files in its data folder say: `python -m tests.integration.fragile DATABASE SLOT`.

`broken` names deals, one a line, whose changed amounts no view bears; folding one of the deal named in `deadly` kills
the process on the spot, once.
"""

import os
import signal
import sys
from pathlib import Path

from infra.log.envelope import Recorded
from infra.settings import read
from projections import changes
from projections.fold import Current, step
from projections.model import ReadModel
from schemas.generated.crm.deal import DealAmountChanged
from streams.projector.main import run


def named(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []


def fragile(model: ReadModel, current: Current | None, recorded: Recorded) -> Current | None:
    folder = Path(os.environ["NEXUS_DATA"])
    if isinstance(recorded.event, DealAmountChanged):
        if recorded.id in named(folder / "deadly"):
            (folder / "deadly").unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        if recorded.id in named(folder / "broken"):
            raise ZeroDivisionError("this deal is broken")
    return step(model, current, recorded)


if __name__ == "__main__":
    changes.step = fragile
    run(sys.argv[1], read(), int(sys.argv[2]))
