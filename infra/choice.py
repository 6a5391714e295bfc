"""Names that a command takes as arguments."""

from collections.abc import Iterable

import typer


def chosen(name: str, there: Iterable[str]) -> str:
    """The name, where it is one of these. Raises typer.BadParameter, which says what there is."""
    known = sorted(there)
    if name not in known:
        raise typer.BadParameter(f"There is no {name}; there are {', '.join(known)}.")
    return name
