"""What rows of a file can become: the fields of each target, and what they are called elsewhere.

The names are those of the columns that HubSpot, Salesforce, Pipedrive and Outlook write into their exports, as their
public documentation tells them, in the form of `cell_forms.plain`; a field's own name is always one of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "first", "integer", "amount", "millions", "moment", "stage", "currency", "tags"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a target. `required` means that a column must be mapped to it and no cell of it may be blank. `names`
    are what its column may be called, the likeliest first. `verb` is what filling it does beyond recording. The column
    of one that is not `suggested` by its name alone is so where what it names is there (`suggesting_pipelines`)."""

    kind: Kind = "text"
    required: bool = False
    names: tuple[str, ...] = ()
    verb: str | None = None
    suggested: bool = True


@dataclass(frozen=True, slots=True)
class Importable:
    """`any_of` are fields of which every row fills at least one. `match` are those by which a record on file can be
    found, `within` is the field that names another row.
    """

    fields: Mapping[str, Field]
    any_of: tuple[str, ...] = ()
    match: tuple[str, ...] = ()
    within: str | None = None


_KEY = ("id", "record id", "key", "external id")
_OWNER = ("owner", "owner name", "record owner")

IMPORTABLE: Mapping[str, Importable] = {
    "admin.user": Importable(
        {
            "key": Field(names=(*_KEY, "user id", "employee id")),
            "name": Field(required=True, names=("full name", "user name", "sales agent", "display name")),
            "email": Field(names=("email address", "e mail", "e mail address")),
            "manager": Field(names=("manager name", "reports to")),
            "team": Field(names=("team name", "department")),
            "region": Field(names=("regional office", "office", "territory")),
        },
        match=("name", "email"),
        within="manager",
    ),
    "crm.company": Importable(
        {
            "key": Field(names=("account id", "company id", "organization id", *_KEY)),
            "name": Field(
                required=True, names=("company name", "account name", "organization name", "account", "company")
            ),
            "sector": Field(names=("industry", "account industry", "organization industry")),
            "year_established": Field("integer", names=("year founded", "year started", "founded")),
            "revenue": Field("amount", names=("annual revenue",)),
            "revenue_millions": Field("millions"),
            "currency": Field("currency", names=("annual revenue currency", "account currency", "currency code")),
            "employees": Field("integer", names=("number of employees", "organization number of employees")),
            "location": Field(
                names=("city", "billing city", "organization address", "organization city locality", "office location")
            ),
            "domain": Field("tags", names=("company domain name", "domain name", "domains", "email domain")),
            "website": Field(names=("website url", "url", "web site", "homepage", "organization website")),
            "linkedin": Field(names=("linkedin company page", "linkedin url", "organization linkedin profile")),
            "phone": Field(names=("phone number", "account phone", "company phone", "main phone", "telephone")),
            "registration_number": Field(names=("company registration number", "registration no", "company number")),
            "vat_number": Field(names=("vat", "vat id", "vat no", "tax id", "tax number")),
            "description": Field(names=("about us", "account description", "company description")),
            "parent": Field(names=("parent account", "parent company", "parent account name", "subsidiary of")),
            "owner": Field(names=("company owner", "account owner", "organization owner", *_OWNER), verb="assign"),
            "tags": Field("tags", names=("labels", "label", "organization label"), verb="tag"),
            "lifecycle": Field(names=("lifecycle stage",), verb="classify"),
            "source": Field(names=("account source", "lead source", "original source"), verb="classify"),
        },
        match=("name", "location"),
        within="parent",
    ),
    "crm.product": Importable(
        {
            "key": Field(names=("product id", "sku", "product code", "item code", *_KEY)),
            "name": Field(required=True, names=("product name", "product", "item name")),
            "series": Field(names=("family", "product family", "category")),
            "list_price": Field("amount", required=True, names=("price", "unit price", "sales price")),
            "currency": Field("currency", names=("price currency", "currency code")),
        },
        match=("name",),
    ),
    "crm.contact": Importable(
        {
            "key": Field(names=("contact id", "person id", *_KEY)),
            "name": Field(names=("full name", "person name", "contact name", "display name")),
            "first_name": Field(names=("person first name", "given name", "firstname")),
            "last_name": Field(names=("person last name", "surname", "family name", "lastname")),
            "email": Field(
                "first",
                names=("email address", "person email work", "e mail address", "e mail", "person email", "work email")
            ),
            "phone": Field(
                "first",
                names=("phone number", "person phone work", "business phone", "person phone", "telephone", "work phone")
            ),
            "job_title": Field(names=("title", "person job title", "position", "role")),
            "company": Field(
                names=(
                    "associated company", "company name", "account name", "person organization", "organization",
                    "organization name", "account",
                )
            ),
            "owner": Field(names=("contact owner", "person owner", *_OWNER), verb="assign"),
            "tags": Field("tags", names=("labels", "label", "person label", "categories"), verb="tag"),
            "lifecycle": Field(names=("lifecycle stage",), verb="classify"),
            "source": Field(names=("lead source", "original source"), verb="classify"),
        },
        any_of=("name", "first_name", "last_name", "email"),
        match=("email", "phone", "name", "company"),
    ),
    "crm.deal": Importable(
        {
            "key": Field(required=True, names=("opportunity id", "deal id", *_KEY)),
            "name": Field(names=("deal name", "opportunity name", "deal title", "title")),
            "owner": Field(required=True, names=("deal owner", "opportunity owner", "sales agent", *_OWNER)),
            "company": Field(
                names=(
                    "associated company", "account name", "deal organization", "account", "company name",
                    "organization name",
                )
            ),
            "product": Field(names=("product name",)),
            "pipeline": Field(names=("pipeline name", "deal pipeline", "sales pipeline"), suggested=False),
            "stage": Field("stage", names=("deal status", "deal stage", "status")),
            "amount": Field("amount", names=("deal value", "deal amount", "value", "close value")),
            "currency": Field(
                "currency", names=("amount currency", "deal currency of value", "opportunity currency", "currency code")
            ),
            "engaged_at": Field("moment", names=("create date", "created date", "deal deal created", "engage date")),
            "closed_at": Field("moment", names=("close date", "deal deal closed on", "closed date", "deal won time")),
            "expected_close_on": Field("moment", names=("expected close date", "deal expected close date", "close by")),
            "next_step": Field(names=("next steps", "deal next step")),
            "lost_reason": Field(names=("closed lost reason", "loss reason", "deal lost reason")),
            "won_reason": Field(names=("closed won reason", "win reason", "deal won reason")),
        },
        match=("name", "company", "owner"),
    ),
}  # fmt: skip
"""By the name that StartImport gives."""

STAGES: Mapping[str, str] = {
    "prospecting": "Prospecting",
    "open": "Prospecting",
    "lead": "Prospecting",
    "lead in": "Prospecting",
    "appointment scheduled": "Prospecting",
    "qualification": "Prospecting",
    "qualified": "Engaging",
    "engaging": "Engaging",
    "qualified to buy": "Engaging",
    "needs analysis": "Engaging",
    "value proposition": "Engaging",
    "id decision makers": "Engaging",
    "perception analysis": "Engaging",
    "contact made": "Engaging",
    "demo scheduled": "Engaging",
    "presentation scheduled": "Engaging",
    "decision maker bought in": "Engaging",
    "contract sent": "Engaging",
    "proposal price quote": "Engaging",
    "proposal made": "Engaging",
    "negotiation review": "Engaging",
    "negotiations started": "Engaging",
    "won": "Won",
    "closed won": "Won",
    "closedwon": "Won",
    "lost": "Lost",
    "closed lost": "Lost",
    "closedlost": "Lost",
}
"""Stages by what other systems call them."""
