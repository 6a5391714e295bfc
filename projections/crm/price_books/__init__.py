from typing import get_args

from projections.crm.price_books.view import PriceBookRow, evolve, key
from projections.model import ReadModel
from schemas.generated.crm.price_book import PriceBookEvent

READ_MODEL = ReadModel(
    name="price_books",
    database="crm",
    version=1,
    row=PriceBookRow,
    events=get_args(PriceBookEvent),
    key=key,
    evolve=evolve,
    aggregate=("crm", "price_book"),
    filters=("name", "currency", "prices", "retired", "created_at", "updated_at"),
    sorts=("name", "currency", "created_at", "updated_at"),
    times=True,
    permission="crm.price-book.read",
    doc="Price books: what products cost for some customers, in one currency.",
)
