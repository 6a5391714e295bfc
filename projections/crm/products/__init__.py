from typing import get_args

from projections.crm.products.view import ProductRow, evolve, key
from projections.hidden import TRASHED
from projections.model import ReadModel
from schemas.generated.crm.product import ProductEvent

READ_MODEL = ReadModel(
    name="products",
    database="crm",
    version=3,
    row=ProductRow,
    events=get_args(ProductEvent),
    key=key,
    evolve=evolve,
    aggregate=("crm", "product"),
    filters=("name", "series", "list_price", "list_price_currency", "created_at", "updated_at", "removed_at"),
    sorts=("name", "series", "list_price", "created_at", "updated_at", "removed_at"),
    search=("name", "series", "aliases", "custom"),
    indexed=("name",),
    times=True,
    hidden=(TRASHED,),
    own=True,
    permission="crm.product.read",
    doc="Products, with series, list price and other names.",
)
