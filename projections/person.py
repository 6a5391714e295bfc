"""How rows show personal data."""

from schemas.contract import ERASED, Erased


def shown(value: str | Erased | None) -> str | None:
    """The text, `[erased]` for one that was erased, or None where there is none."""
    return str(value) if isinstance(value, Erased) else value


def erased(value: str | None) -> str | None:
    """What a row shows once the person was erased."""
    return value and str(ERASED)
