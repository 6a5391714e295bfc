"""Generated from schemas/crm/price_book.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.generated.common import BillingInterval
from schemas.wire import from_micros, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class BookPrice:
    """What a product costs by a price book."""

    NAME: ClassVar[str] = "crm.BookPrice"

    product_id: str
    """The product."""
    unit_price: str
    """What one costs, in the currency of the book, with four places at most."""
    interval: BillingInterval | None = None
    """How often that is paid; once, when left out."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "unit_price": self.unit_price,
            "interval": None if self.interval is None else self.interval.value,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            unit_price=data["unit_price"],
            interval=None if (v := data["interval"]) is None else BillingInterval(v),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBook:
    """What products cost for some customers, in one currency."""

    NAME: ClassVar[str] = "crm.PriceBook"

    price_book_id: str = ''
    """The price book's id; empty while it does not exist."""
    name: str = ''
    """What people call the price book."""
    currency: str = ''
    """The ISO 4217 code of all its prices."""
    prices: tuple[BookPrice, ...] = ()
    """What products cost: of each one price that is paid once, and one for each interval."""
    retired: bool = False
    """Whether no deal takes it up any more."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "price_book_id": self.price_book_id,
            "name": self.name,
            "currency": self.currency,
            "prices": [x.to_avro(vault) for x in self.prices],
            "retired": self.retired,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            price_book_id=data["price_book_id"],
            name=data["name"],
            currency=data["currency"],
            prices=tuple(BookPrice.from_avro(x, vault) for x in data["prices"]),
            retired=data["retired"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePriceBook:
    """Begins a price book."""

    NAME: ClassVar[str] = "crm.CreatePriceBook"

    price_book_id: str
    """The price book's id."""
    name: str
    """What people call the price book."""
    currency: str
    """The ISO 4217 code of all its prices; it never changes."""
    prices: tuple[BookPrice, ...] = ()
    """What products cost."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "price_book_id": self.price_book_id,
            "name": self.name,
            "currency": self.currency,
            "prices": [x.to_avro(vault) for x in self.prices],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            price_book_id=data["price_book_id"],
            name=data["name"],
            currency=data["currency"],
            prices=tuple(BookPrice.from_avro(x, vault) for x in data["prices"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RenamePriceBook:
    """Gives the price book another name."""

    NAME: ClassVar[str] = "crm.RenamePriceBook"

    price_book_id: str
    """The price book's id."""
    name: str
    """What people call the price book."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "price_book_id": self.price_book_id,
            "name": self.name,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            price_book_id=data["price_book_id"],
            name=data["name"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePrices:
    """Sets prices of products, and takes others out of the price book."""

    NAME: ClassVar[str] = "crm.ChangePrices"

    price_book_id: str
    """The price book's id."""
    prices: tuple[BookPrice, ...] = ()
    """Prices to set; one for the same product and interval takes the place of what there is."""
    drop: tuple[str, ...] = ()
    """Products all of whose prices are taken out first."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "price_book_id": self.price_book_id,
            "prices": [x.to_avro(vault) for x in self.prices],
            "drop": list(self.drop),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            price_book_id=data["price_book_id"],
            prices=tuple(BookPrice.from_avro(x, vault) for x in data["prices"]),
            drop=tuple(data["drop"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RetirePriceBook:
    """Ends a price book: no deal takes it up any more, and those that have it go on."""

    NAME: ClassVar[str] = "crm.RetirePriceBook"

    price_book_id: str
    """The price book's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "price_book_id": self.price_book_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            price_book_id=data["price_book_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RestorePriceBook:
    """Takes a price book that was retired up again."""

    NAME: ClassVar[str] = "crm.RestorePriceBook"

    price_book_id: str
    """The price book's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "price_book_id": self.price_book_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            price_book_id=data["price_book_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBookCreated:
    """A price book was begun."""

    NAME: ClassVar[str] = "crm.PriceBookCreated"

    price_book_id: str
    """The price book's id."""
    name: str
    """What people call the price book."""
    currency: str
    """The ISO 4217 code of all its prices; it never changes."""
    prices: tuple[BookPrice, ...] = ()
    """What products cost."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "price_book_id": self.price_book_id,
            "name": self.name,
            "currency": self.currency,
            "prices": [x.to_avro(vault) for x in self.prices],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            price_book_id=data["price_book_id"],
            name=data["name"],
            currency=data["currency"],
            prices=tuple(BookPrice.from_avro(x, vault) for x in data["prices"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBookRenamed:
    """The price book has another name."""

    NAME: ClassVar[str] = "crm.PriceBookRenamed"

    price_book_id: str
    """The price book's id."""
    name: str
    """What people call the price book."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "price_book_id": self.price_book_id,
            "name": self.name,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            price_book_id=data["price_book_id"],
            name=data["name"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PricesChanged:
    """Products cost something else by the price book."""

    NAME: ClassVar[str] = "crm.PricesChanged"

    price_book_id: str
    """The price book's id."""
    prices: tuple[BookPrice, ...] = ()
    """Prices that are new, or other ones than before."""
    dropped: tuple[BookPrice, ...] = ()
    """Prices that are no longer there."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "price_book_id": self.price_book_id,
            "prices": [x.to_avro(vault) for x in self.prices],
            "dropped": [x.to_avro(vault) for x in self.dropped],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            price_book_id=data["price_book_id"],
            prices=tuple(BookPrice.from_avro(x, vault) for x in data["prices"]),
            dropped=tuple(BookPrice.from_avro(x, vault) for x in data["dropped"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBookRetired:
    """No deal takes the price book up any more."""

    NAME: ClassVar[str] = "crm.PriceBookRetired"

    price_book_id: str
    """The price book's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "price_book_id": self.price_book_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            price_book_id=data["price_book_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBookRestored:
    """Deals may take the price book up again."""

    NAME: ClassVar[str] = "crm.PriceBookRestored"

    price_book_id: str
    """The price book's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "price_book_id": self.price_book_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            price_book_id=data["price_book_id"],
            at=from_micros(data["at"]),
        )


PriceBookCommand = CreatePriceBook | RenamePriceBook | ChangePrices | RetirePriceBook | RestorePriceBook
PriceBookEvent = (
    PriceBookCreated
    | PriceBookRenamed
    | PricesChanged
    | PriceBookRetired
    | PriceBookRestored
)


CONTRACT = AggregateContract(
    domain="crm",
    aggregate="price_book",
    plural="price-books",
    id_field="price_book_id",
    service="deal",
    state=PriceBook,
    state_version=1,
    commands=(
        CommandContract(cls=CreatePriceBook, verb="create", creates=True, permission="crm.price-book.create", internal=False),
        CommandContract(cls=RenamePriceBook, verb="rename", creates=False, permission="crm.price-book.rename", internal=False),
        CommandContract(cls=ChangePrices, verb="change-prices", creates=False, permission="crm.price-book.change-prices", internal=False),
        CommandContract(cls=RetirePriceBook, verb="retire", creates=False, permission="crm.price-book.retire", internal=False),
        CommandContract(cls=RestorePriceBook, verb="restore", creates=False, permission="crm.price-book.restore", internal=False),
    ),
    events=(
        PriceBookCreated,
        PriceBookRenamed,
        PricesChanged,
        PriceBookRetired,
        PriceBookRestored,
    ),
    values=(BookPrice,),
)
