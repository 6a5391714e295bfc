"""A product: something sold at a list price, known by a name and by aliases."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import assert_never

from domains.checks import money, optional_text, text
from domains.crm import undo
from domains.crm.custom_values import merged
from domains.crm.trash import must_be_in_trash, purges
from domains.kernel import Decider, Rejected
from schemas.generated.crm.product import (
    CONTRACT,
    AddProductAlias,
    CreateProduct,
    DropProductAlias,
    Product,
    ProductAliasAdded,
    ProductAliasDropped,
    ProductCommand,
    ProductCreated,
    ProductEvent,
    ProductFieldsSet,
    ProductPurged,
    ProductRemoved,
    ProductRenamed,
    ProductRepriced,
    ProductRestored,
    ProductSeriesChanged,
    ProductStatus,
    PurgeProduct,
    RecordProduct,
    RemoveProduct,
    RenameProduct,
    RepriceProduct,
    RestoreProduct,
    SetProductFields,
)


def _created(command: CreateProduct | RecordProduct) -> ProductCreated:
    aliases = tuple(text(each, "aliases") for each in command.aliases) if isinstance(command, CreateProduct) else ()
    return ProductCreated(
        product_id=command.product_id,
        name=text(command.name, "name"),
        series=optional_text(command.series, "series"),
        list_price=money(command.list_price, "list_price"),
        aliases=tuple(dict.fromkeys(aliases)),
        at=command.at,
    )


def _differences(command: RecordProduct, product: Product) -> Sequence[ProductEvent]:
    """What an imported row says that was not so. Aliases stay."""
    wanted = _created(command)
    events: list[ProductEvent] = []
    if wanted.name != product.name:
        events.append(ProductRenamed(product_id=product.product_id, name=wanted.name, at=command.at))
    if wanted.series is not None and wanted.series != product.series:
        events.append(ProductSeriesChanged(product_id=product.product_id, series=wanted.series, at=command.at))
    if wanted.list_price != product.list_price:
        events.append(ProductRepriced(product_id=product.product_id, list_price=wanted.list_price, at=command.at))
    return events


def _fields_set(command: CreateProduct | SetProductFields, product: Product) -> Sequence[ProductEvent]:
    custom = merged(product.custom, command.custom)
    if custom == product.custom:
        return []
    return [ProductFieldsSet(product_id=command.product_id, custom=custom, at=command.at)]


def decide(command: ProductCommand, product: Product) -> Sequence[ProductEvent]:
    absent = product.status is not ProductStatus.ACTIVE
    match command:
        case CreateProduct():
            created = _created(command)
            events = [created, *_fields_set(command, Product())]
            if absent:
                return events
            if reduce(evolve, events, product) == product:
                return []
            raise Rejected("product_exists", "The product is there already; change it instead.")
        case RecordProduct():
            return [_created(command)] if absent else _differences(command, product)
        case RemoveProduct():
            return [] if absent else [ProductRemoved(product_id=product.product_id, at=command.at)]
        case RestoreProduct():
            known, removed = product.status is not ProductStatus.NEW, product.status is ProductStatus.REMOVED
            must_be_in_trash("product", known=known, removed=removed)
            return [ProductRestored(product_id=product.product_id, at=command.at)]
        case PurgeProduct():
            known = product.status is not ProductStatus.NEW
            purged = ProductPurged(product_id=product.product_id, at=command.at)
            return [purged] if purges("product", product.removed_at, command.at, known=known) else []
        case _ if absent:
            raise Rejected("product_removed", "The product was taken off sale; restore it, or create it again.")
        case RenameProduct():
            name = text(command.name, "name")
            if name == product.name:
                return []
            return [ProductRenamed(product_id=product.product_id, name=name, at=command.at)]
        case RepriceProduct():
            price = money(command.list_price, "list_price")
            if price == product.list_price:
                return []
            return [ProductRepriced(product_id=product.product_id, list_price=price, at=command.at)]
        case AddProductAlias():
            alias = text(command.alias, "alias")
            if alias in product.aliases or alias == product.name:
                return []
            return [ProductAliasAdded(product_id=product.product_id, alias=alias, at=command.at)]
        case DropProductAlias():
            alias = text(command.alias, "alias")
            if alias not in product.aliases:
                return []
            return [ProductAliasDropped(product_id=product.product_id, alias=alias, at=command.at)]
        case SetProductFields():
            return _fields_set(command, product)
        case _:
            assert_never(command)


def evolve(product: Product, event: ProductEvent) -> Product:
    match event:
        case ProductCreated():
            return Product(
                product_id=event.product_id,
                name=event.name,
                series=event.series,
                list_price=event.list_price,
                aliases=event.aliases,
                status=ProductStatus.ACTIVE,
            )
        case ProductRenamed():
            return replace(product, name=event.name)
        case ProductRepriced():
            return replace(product, list_price=event.list_price)
        case ProductSeriesChanged():
            return replace(product, series=event.series)
        case ProductAliasAdded():
            return replace(product, aliases=(*product.aliases, event.alias))
        case ProductAliasDropped():
            return replace(product, aliases=tuple(each for each in product.aliases if each != event.alias))
        case ProductFieldsSet():
            return replace(product, custom=event.custom)
        case ProductRemoved():
            return replace(product, status=ProductStatus.REMOVED, removed_at=event.at)
        case ProductRestored():
            return replace(product, status=ProductStatus.ACTIVE, removed_at=None)
        case ProductPurged():
            return Product(product_id=event.product_id)
        case _:
            assert_never(event)


DECIDER: Decider[ProductCommand, Product, ProductEvent] = Decider(CONTRACT, Product(), decide, evolve, undo.PRODUCT)
