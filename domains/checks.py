"""Checks that several domains share. Each gives back what it checked, or raises Rejected naming the field."""

import re
from decimal import Decimal
from ipaddress import ip_address

from domains.kernel import Rejected
from schemas.contract import Erased
from schemas.generated.common import Money

_CURRENCY = re.compile(r"[A-Z]{3}")
LONGEST_ID = 100


def text(value: str, field: str, longest: int = 500) -> str:
    """Something written, without spaces around it. As long as may be left out, it fits into an index of Postgres, which
    holds 2,704 bytes, in whatever letters it is written."""
    stripped = value.strip()
    if not stripped:
        raise Rejected(f"{field}_missing", f"The {_words(field)} is blank; write one.", field)
    if len(stripped) > longest:
        raise Rejected(
            f"{field}_too_long", f"The {_words(field)} is longer than {longest} characters; shorten it.", field
        )
    return stripped


def optional_text(value: str | None, field: str, longest: int = 500) -> str | None:
    """The same, where nothing may stand; blanks are nothing."""
    return text(value, field, longest) if value and value.strip() else None


def personal(value: str | Erased | None, field: str, longest: int = 500) -> str | Erased | None:
    """A personal value: an erased one passes, and no message quotes one."""
    return value if isinstance(value, Erased) else optional_text(value, field, longest)


def email(value: str | Erased | None, field: str = "email") -> str | Erased | None:
    """An email address, as far as it can be told without writing to it."""
    checked = personal(value, field, 254)
    if isinstance(checked, str):
        local, _, host = checked.rpartition("@")
        if not local or "." not in host or " " in checked:
            raise Rejected("email_malformed", "The email address is none; write it as name@example.com.", field)
    return checked


def currency(code: str, field: str) -> str:
    if not _CURRENCY.fullmatch(code):
        raise Rejected("currency_malformed", "A currency is three capital letters (ISO 4217), such as USD.", field)
    return code


def money(value: Money, field: str) -> Money:
    """An amount of nothing or more."""
    currency(value.currency, field)
    if value.amount < Decimal(0):
        raise Rejected(f"{field}_negative", f"The {_words(field)} is less than nothing; give zero or more.", field)
    return value


def optional_money(value: Money | None, field: str) -> Money | None:
    return None if value is None else money(value, field)


def reference(value: str | None, field: str) -> str | None:
    """The id of another record, or nothing; blanks are nothing. No record has an id that is longer."""
    return optional_text(value, field, LONGEST_ID)


def is_loopback(host: str) -> bool:
    """Whether a host of an address is this machine."""
    return host in ("localhost", "127.0.0.1", "::1")


def is_inward(host: str) -> bool:
    """Whether it is written as a number of an address that is not everybody's: no server has its certificate."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False


def plain(number: Decimal) -> str:
    """A number as it is kept as text: without zeros that say nothing."""
    return f"{number.normalize():f}" if number else "0"


def _words(field: str) -> str:
    return field.replace("_", " ")
