"""How rows show personal data."""

from schemas.contract import Erased


def shown(value: str | Erased | None) -> str | None:
    """The text, or None where there is none or it was erased."""
    return None if isinstance(value, Erased) else value
