"""How rows show personal data."""

from schemas.contract import ERASED, Erased, Sealed


def shown(value: str | Erased | None) -> str | None:
    """The text, `[erased]` for one that was erased, or None where there is none."""
    return str(value) if isinstance(value, Erased) else value


def erased(value: str | None) -> str | None:
    """What a row shows once the person was erased."""
    return value and str(ERASED)


def kept(subject: str, value: Sealed | None) -> str | None:
    """A value that is about somebody else than the row's own record, as it stands in a column that `ReadModel.sealed`
    names: with whose it is, and sealed as it came."""
    return None if value is None else f"{subject}/{value.raw.hex()}"


def parse_kept(text: str) -> tuple[str, bytes]:
    """(whose it is, sealed value) of such a column."""
    subject, _, sealed = text.rpartition("/")
    return subject, bytes.fromhex(sealed)
