"""Generated from schemas/crm/product.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.generated.common import CustomValue
from schemas.generated.common import Money
from schemas.wire import from_micros, to_micros


class ProductStatus(StrEnum):
    """Whether a product is sold."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    ACTIVE = "ACTIVE"
    REMOVED = "REMOVED"

    @classmethod
    def _missing_(cls, value: object) -> "ProductStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Something sold at a list price."""

    NAME: ClassVar[str] = "crm.Product"

    product_id: str = ''
    """The product's id; empty while it does not exist."""
    name: str = ''
    """The product's name."""
    series: str | None = None
    """The series it belongs to."""
    list_price: Money | None = None
    """The price before any discount."""
    aliases: tuple[str, ...] = ()
    """Other names that mean this product, as files and people write them."""
    status: ProductStatus = ProductStatus.NEW
    """Whether the product is sold."""
    custom: tuple[CustomValue, ...] = ()
    """What it holds in fields that the tenant defined, by key."""
    removed_at: datetime | None = None
    """Since when it is in the trash."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "name": self.name,
            "series": self.series,
            "list_price": None if self.list_price is None else self.list_price.to_avro(vault),
            "aliases": list(self.aliases),
            "status": self.status.value,
            "custom": [x.to_avro(vault) for x in self.custom],
            "removed_at": None if self.removed_at is None else to_micros(self.removed_at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            name=data["name"],
            series=data["series"],
            list_price=None if (v := data["list_price"]) is None else Money.from_avro(v, vault),
            aliases=tuple(data["aliases"]),
            status=ProductStatus(data["status"]),
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            removed_at=None if (v := data["removed_at"]) is None else from_micros(v),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateProduct:
    """Adds a product."""

    NAME: ClassVar[str] = "crm.CreateProduct"

    product_id: str
    """The product's id."""
    name: str
    """The product's name."""
    series: str | None = None
    """The series it belongs to."""
    list_price: Money
    """The price before any discount."""
    aliases: tuple[str, ...] = ()
    """Other names that mean this product, as files and people write them."""
    custom: tuple[CustomValue, ...] = ()
    """Values of fields that the tenant defined, by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "name": self.name,
            "series": self.series,
            "list_price": self.list_price.to_avro(vault),
            "aliases": list(self.aliases),
            "custom": [x.to_avro(vault) for x in self.custom],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            name=data["name"],
            series=data["series"],
            list_price=Money.from_avro(data["list_price"], vault),
            aliases=tuple(data["aliases"]),
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameProduct:
    """Gives the product another name."""

    NAME: ClassVar[str] = "crm.RenameProduct"

    product_id: str
    """The product's id."""
    name: str
    """The product's name."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "name": self.name,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            name=data["name"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RepriceProduct:
    """Sets another list price."""

    NAME: ClassVar[str] = "crm.RepriceProduct"

    product_id: str
    """The product's id."""
    list_price: Money
    """The price before any discount."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "list_price": self.list_price.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            list_price=Money.from_avro(data["list_price"], vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AddProductAlias:
    """Lets another name mean this product."""

    NAME: ClassVar[str] = "crm.AddProductAlias"

    product_id: str
    """The product's id."""
    alias: str
    """The other name."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "alias": self.alias,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            alias=data["alias"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DropProductAlias:
    """Ends another name's meaning this product."""

    NAME: ClassVar[str] = "crm.DropProductAlias"

    product_id: str
    """The product's id."""
    alias: str
    """The other name."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "alias": self.alias,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            alias=data["alias"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetProductFields:
    """Sets values of fields that the tenant defined; the others stay, and null takes one away."""

    NAME: ClassVar[str] = "crm.SetProductFields"

    product_id: str
    """The product's id."""
    custom: tuple[CustomValue, ...] = ()
    """Values by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "custom": [x.to_avro(vault) for x in self.custom],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveProduct:
    """Takes the product off sale."""

    NAME: ClassVar[str] = "crm.RemoveProduct"

    product_id: str
    """The product's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreProduct:
    """Takes the product out of the trash, as it was."""

    NAME: ClassVar[str] = "crm.RestoreProduct"

    product_id: str
    """The product's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeProduct:
    """Empties the trash of the product, which cannot be restored then; 30 days after it was removed at the earliest."""

    NAME: ClassVar[str] = "crm.PurgeProduct"

    product_id: str
    """The product's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordProduct:
    """Makes the product what an imported row says, whether new or known; aliases it has stay."""

    NAME: ClassVar[str] = "crm.RecordProduct"

    product_id: str
    """The product's id."""
    name: str
    """The product's name."""
    series: str | None = None
    """The series it belongs to."""
    list_price: Money
    """The price before any discount."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "name": self.name,
            "series": self.series,
            "list_price": self.list_price.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            name=data["name"],
            series=data["series"],
            list_price=Money.from_avro(data["list_price"], vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCreated:
    """A product was added."""

    NAME: ClassVar[str] = "crm.ProductCreated"

    product_id: str
    """The product's id."""
    name: str
    """The product's name."""
    series: str | None = None
    """The series it belongs to."""
    list_price: Money
    """The price before any discount."""
    aliases: tuple[str, ...] = ()
    """Other names that mean this product, as files and people write them."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "name": self.name,
            "series": self.series,
            "list_price": self.list_price.to_avro(vault),
            "aliases": list(self.aliases),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            name=data["name"],
            series=data["series"],
            list_price=Money.from_avro(data["list_price"], vault),
            aliases=tuple(data["aliases"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRenamed:
    """The product has another name."""

    NAME: ClassVar[str] = "crm.ProductRenamed"

    product_id: str
    """The product's id."""
    name: str
    """The product's name."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "name": self.name,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            name=data["name"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRepriced:
    """The product has another list price."""

    NAME: ClassVar[str] = "crm.ProductRepriced"

    product_id: str
    """The product's id."""
    list_price: Money
    """The price before any discount."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "list_price": self.list_price.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            list_price=Money.from_avro(data["list_price"], vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSeriesChanged:
    """The product belongs to another series."""

    NAME: ClassVar[str] = "crm.ProductSeriesChanged"

    product_id: str
    """The product's id."""
    series: str | None = None
    """The series it belongs to."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "series": self.series,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            series=data["series"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductAliasAdded:
    """Another name means this product."""

    NAME: ClassVar[str] = "crm.ProductAliasAdded"

    product_id: str
    """The product's id."""
    alias: str
    """The other name."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "alias": self.alias,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            alias=data["alias"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductAliasDropped:
    """Another name no longer means this product."""

    NAME: ClassVar[str] = "crm.ProductAliasDropped"

    product_id: str
    """The product's id."""
    alias: str
    """The other name."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "alias": self.alias,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            alias=data["alias"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFieldsSet:
    """Fields that the tenant defined hold other values."""

    NAME: ClassVar[str] = "crm.ProductFieldsSet"

    product_id: str
    """The product's id."""
    custom: tuple[CustomValue, ...] = ()
    """All that the record holds in them now, by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "custom": [x.to_avro(vault) for x in self.custom],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRemoved:
    """The product was taken off sale."""

    NAME: ClassVar[str] = "crm.ProductRemoved"

    product_id: str
    """The product's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRestored:
    """The product was taken out of the trash, as it was."""

    NAME: ClassVar[str] = "crm.ProductRestored"

    product_id: str
    """The product's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPurged:
    """The trash was emptied of the product."""

    NAME: ClassVar[str] = "crm.ProductPurged"

    product_id: str
    """The product's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            at=from_micros(data["at"]),
        )


ProductCommand = (
    CreateProduct
    | RenameProduct
    | RepriceProduct
    | AddProductAlias
    | DropProductAlias
    | SetProductFields
    | RemoveProduct
    | RestoreProduct
    | PurgeProduct
    | RecordProduct
)
ProductEvent = (
    ProductCreated
    | ProductRenamed
    | ProductRepriced
    | ProductSeriesChanged
    | ProductAliasAdded
    | ProductAliasDropped
    | ProductFieldsSet
    | ProductRemoved
    | ProductRestored
    | ProductPurged
)


CONTRACT = AggregateContract(
    domain="crm",
    aggregate="product",
    plural="products",
    id_field="product_id",
    service="company",
    state=Product,
    state_version=3,
    commands=(
        CommandContract(cls=CreateProduct, verb="create", creates=True, permission="crm.product.create", internal=False),
        CommandContract(cls=RenameProduct, verb="rename", creates=False, permission="crm.product.rename", internal=False),
        CommandContract(cls=RepriceProduct, verb="reprice", creates=False, permission="crm.product.reprice", internal=False),
        CommandContract(cls=AddProductAlias, verb="add-alias", creates=False, permission="crm.product.add-alias", internal=False),
        CommandContract(cls=DropProductAlias, verb="drop-alias", creates=False, permission="crm.product.drop-alias", internal=False),
        CommandContract(cls=SetProductFields, verb="set-fields", creates=False, permission="crm.product.set-fields", internal=False),
        CommandContract(cls=RemoveProduct, verb="remove", creates=False, permission="crm.product.remove", internal=False),
        CommandContract(cls=RestoreProduct, verb="restore", creates=False, permission="crm.product.restore", internal=False),
        CommandContract(cls=PurgeProduct, verb="purge", creates=False, permission="crm.product.purge", internal=False),
        CommandContract(cls=RecordProduct, verb="record", creates=True, permission="crm.product.record", internal=True),
    ),
    events=(
        ProductCreated,
        ProductRenamed,
        ProductRepriced,
        ProductSeriesChanged,
        ProductAliasAdded,
        ProductAliasDropped,
        ProductFieldsSet,
        ProductRemoved,
        ProductRestored,
        ProductPurged,
    ),
    values=(),
)
