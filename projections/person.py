"""How rows show personal data."""

from typing import TypeVar

from schemas.contract import ERASED, Erased, Record, Sealed
from schemas.generated.common import ContactPoint

Value = TypeVar("Value", bound=Record)


def shown(value: str | Erased | None) -> str | None:
    """The text, `[erased]` for one that was erased, or None where there is none."""
    return str(value) if isinstance(value, Erased) else value


def erased(value: str | None) -> str | None:
    """What a row shows once the person was erased."""
    return value and str(ERASED)


def listed(values: tuple[Value, ...] | Erased | None) -> tuple[Value, ...] | None:
    """The values of a list, or None where there are none: of one that was erased nothing is left to list."""
    return None if isinstance(values, Erased) else values or None


def points(
    values: tuple[ContactPoint, ...] | Erased | None, main: str | Erased | None
) -> tuple[ContactPoint, ...] | None:
    """All addresses or numbers of somebody, where a record tells but the primary one, too."""
    alone = (ContactPoint(value=main, primary=True),) if isinstance(main, str) else None
    return alone if values is None else listed(values)


def kept(subject: str, value: Sealed | None) -> str | None:
    """A value that is about somebody else than the row's own record, as it stands in a column that `ReadModel.sealed`
    names: with whose it is, and sealed as it came."""
    return None if value is None else f"{subject}/{value.raw.hex()}"


def parse_kept(text: str) -> tuple[str, bytes]:
    """(whose it is, sealed value) of such a column."""
    subject, _, sealed = text.rpartition("/")
    return subject, bytes.fromhex(sealed)
