"""Generated from schemas/common.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import Vault
from schemas.wire import from_unscaled, to_unscaled


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in one currency."""

    NAME: ClassVar[str] = "common.Money"

    amount: Decimal
    """The amount, in units of the currency, to four places."""
    currency: str
    """The ISO 4217 code, such as USD."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "amount": to_unscaled(self.amount, 19, 4),
            "currency": self.currency,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            amount=from_unscaled(data["amount"], 4),
            currency=data["currency"],
        )


class ContactKind(StrEnum):
    """What an address or a number is used for."""

    UNKNOWN = "UNKNOWN"
    WORK = "WORK"
    HOME = "HOME"
    MOBILE = "MOBILE"
    FAX = "FAX"
    BILLING = "BILLING"
    SHIPPING = "SHIPPING"
    OTHER = "OTHER"

    @classmethod
    def _missing_(cls, value: object) -> "ContactKind":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPoint:
    """An email address or a telephone number."""

    NAME: ClassVar[str] = "common.ContactPoint"

    value: str
    """The address in small letters, or the number as E.164 has it, such as +442071838750."""
    kind: ContactKind | None = None
    """What it is used for."""
    primary: bool = False
    """Whether it is the one to use first; the first of the list, if none says so."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "value": self.value,
            "kind": None if self.kind is None else self.kind.value,
            "primary": self.primary,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            value=data["value"],
            kind=None if (v := data["kind"]) is None else ContactKind(v),
            primary=data["primary"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    """Where somebody gets post."""

    NAME: ClassVar[str] = "common.PostalAddress"

    street: str | None = None
    """Street and number, with what else stands above the place."""
    city: str | None = None
    """The place."""
    region: str | None = None
    """State, province or county."""
    postal_code: str | None = None
    """The postal code."""
    country: str | None = None
    """The country's ISO 3166-1 code of two letters, such as GB."""
    kind: ContactKind | None = None
    """What it is used for."""
    primary: bool = False
    """Whether it is the one to use first; the first of the list, if none says so."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "street": self.street,
            "city": self.city,
            "region": self.region,
            "postal_code": self.postal_code,
            "country": self.country,
            "kind": None if self.kind is None else self.kind.value,
            "primary": self.primary,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            street=data["street"],
            city=data["city"],
            region=data["region"],
            postal_code=data["postal_code"],
            country=data["country"],
            kind=None if (v := data["kind"]) is None else ContactKind(v),
            primary=data["primary"],
        )


class FieldKind(StrEnum):
    """What a custom field holds."""

    UNKNOWN = "UNKNOWN"
    TEXT = "TEXT"
    NUMBER = "NUMBER"
    MONEY = "MONEY"
    DATE = "DATE"
    BOOLEAN = "BOOLEAN"
    CHOICE = "CHOICE"
    CHOICES = "CHOICES"
    REFERENCE = "REFERENCE"
    FORMULA = "FORMULA"

    @classmethod
    def _missing_(cls, value: object) -> "FieldKind":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomValue:
    """What a record holds in a field that its tenant defined."""

    NAME: ClassVar[str] = "common.CustomValue"

    key: str
    """The field's key."""
    kind: FieldKind
    """What the field held when this was written; it never changes."""
    values: tuple[str, ...]
    """The value as text: a decimal number, a date as 2026-03-31, true or false, an id; of money the amount and
    the currency; of choices each; nothing where there is none.
    """

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "key": self.key,
            "kind": self.kind.value,
            "values": list(self.values),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            key=data["key"],
            kind=FieldKind(data["kind"]),
            values=tuple(data["values"]),
        )
