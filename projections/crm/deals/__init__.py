from typing import get_args

from projections.crm.deals.view import DealRow, evolve, key
from projections.hidden import TRASHED
from projections.model import Join, ReadModel
from schemas.generated.crm.deal import DealEvent

_AMOUNTS = (
    "amount", "amount_said", "weighted", "home_amount", "home_weighted", "lines", "one_off", "mrr", "arr",
)  # fmt: skip
# What a board adds up of each stage. What joins go by is among it: Postgres drops a join of which nothing is asked, and
# still reads that for it.
_BOARD = (
    TRASHED, "company_id", "product_id", "owner_id", "price_book_id", "reason_id",
    "home_currency", "home_amount", "home_amount_currency", "home_weighted", "home_weighted_currency",
    "amount", "amount_currency", "weighted", "weighted_currency",
)  # fmt: skip

READ_MODEL = ReadModel(
    name="deals",
    database="crm",
    version=11,
    row=DealRow,
    events=get_args(DealEvent),
    key=key,
    evolve=evolve,
    aggregate=("crm", "deal"),
    joins=(
        Join("company_id", "companies", {"company_name": "name", "sector": "sector"}),
        Join("product_id", "products", {"product_name": "name", "series": "series"}),
        Join("owner_id", "people", {"owner_name": "name", "team_id": "team_id"}),
        Join("team_id", "teams", {"team_name": "name", "region": "region"}),
        Join("pipeline_id", "pipelines", {"pipeline_name": "name"}),
        Join("price_book_id", "price_books", {"price_book_name": "name"}),
        Join("reason_id", "reasons", {"reason_name": "name"}, {"reason_name": ("won_reason", "lost_reason")}),
    ),
    filters=(
        "name", "stage", "pipeline_id", "pipeline_name", "stage_id", "stage_name", "owner_id", "company_id",
        "product_id", "amount", "amount_currency", "probability", "weighted", "lines", "one_off", "mrr",
        "arr", "forecast_category", "engaged_at", "expected_close_on", "closed_at", "won_reason", "lost_reason",
        "lost_to", "competitors", "next_step", "next_step_on", "entered_at", "rots_at", "stays", "splits", "contacts",
        "company_name", "sector", "product_name", "series", "owner_name", "team_id", "team_name", "region", "readers",
        "editors", "created_at", "updated_at", "removed_at", "price_book_id", "price_book_name", "home_amount",
        "home_amount_currency", "home_weighted", "home_currency", "home_rate_from", "home_rate_id", "reason_id",
        "reason_name",
    ),
    sorts=(
        "name", "stage", "stage_id", "amount", "probability", "weighted", "mrr", "arr", "engaged_at",
        "expected_close_on", "closed_at", "next_step_on", "entered_at", "rots_at", "company_name", "product_name",
        "owner_name", "region", "created_at", "updated_at", "removed_at", "home_amount", "home_weighted",
    ),
    search=("name", "company_name", "product_name", "owner_name", "custom"),
    indexed=(
        "stage", "stage_id", "closed_at", "readers", "contacts", "amount", "expected_close_on", "created_at",
        "updated_at", ("pipeline_id", "stage_id", "updated_at"),
    ),
    covered={("pipeline_id", "stage_id", "updated_at"): _BOARD},
    contained=("name",),
    times=True,
    hidden=(TRASHED,),
    access={"owner": "owner_id", "territory": "region", "readers": "readers", "editors": "editors"},
    classes=dict.fromkeys(_AMOUNTS, "amounts"),
    lists={"contacts": "contacts"},
    timeline=True,
    own=True,
    permission="crm.deal.read",
    doc="Deals, with the names of company, product and owner, and the region they are sold in.",
)  # fmt: skip
