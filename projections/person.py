"""How rows show personal data."""

from schemas.contract import Erased


def shown(value: str | Erased | None) -> str | None:
    """The text, `[erased]` for one that was erased, or None where there is none."""
    return str(value) if isinstance(value, Erased) else value
