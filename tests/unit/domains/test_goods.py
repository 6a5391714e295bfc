"""What may happen to companies, products and imports."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from schemas.generated.common import Money
from schemas.generated.crm.company import (
    AssignCompany,
    ChangeCompanyProfile,
    CompanyAssigned,
    CompanyCreated,
    CompanyPlaced,
    CompanyProfileChanged,
    CompanyRemoved,
    CompanyRenamed,
    CompanyShared,
    CompanyUnshared,
    CreateCompany,
    PlaceCompany,
    RecordCompany,
    RemoveCompany,
    RenameCompany,
    ShareCompany,
    UnshareCompany,
)
from schemas.generated.crm.product import (
    AddProductAlias,
    CreateProduct,
    DropProductAlias,
    ProductAliasAdded,
    ProductAliasDropped,
    ProductCreated,
    ProductRemoved,
    ProductRepriced,
    RecordProduct,
    RemoveProduct,
    RepriceProduct,
)
from schemas.generated.integration.import_job import (
    CompleteImport,
    CompleteRevert,
    FailImport,
    ImportCompleted,
    ImportFailed,
    ImportProgressed,
    ImportReverted,
    ImportRevertFailed,
    ImportRevertStarted,
    ImportStarted,
    RecordImportProgress,
    RevertImport,
    StartImport,
)
from tests.spec import given

AT = datetime(2026, 1, 1, tzinfo=UTC)
FILE = "a" * 64


def usd(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


UMBRA = CompanyCreated(company_id="u", name="Umbra", sector="retail", employees=40, at=AT)
TAKEN_OFF = CompanyRemoved(company_id="u", at=AT)
GTX = ProductCreated(product_id="g", name="GTX Pro", series="GTX", list_price=usd("4821"), at=AT)
ALIAS = ProductAliasAdded(product_id="g", alias="GTXPro", at=AT)
STARTED = ImportStarted(
    import_id="i",
    target="crm.deal",
    file=FILE,
    file_name="deals.csv",
    mapping={"name": "id"},
    currency="USD",
    at=AT,
)
COUNTS = {"total": 10, "rows": 5, "created": 4, "updated": 0, "unchanged": 0, "rejected": 1, "result": FILE, "at": AT}
FIVE = ImportProgressed(import_id="i", **COUNTS)  # type: ignore[arg-type]
DONE = ImportCompleted(import_id="i", at=AT)
REVERTING = ImportRevertStarted(import_id="i", at=AT)


def start(**more: object) -> StartImport:
    usual: dict[str, object] = {"target": "crm.deal", "file": FILE, "file_name": "deals.csv", "mapping": {"name": "id"}}
    return StartImport(import_id="i", at=AT, **(usual | more))  # type: ignore[arg-type]


def test_a_company_is_put_on_file_changed_and_taken_off() -> None:
    given().when(CreateCompany(company_id="u", name="Umbra", sector="retail", employees=40, at=AT)).then(UMBRA)
    given(UMBRA).when(CreateCompany(company_id="u", name="Umbra", sector="retail", employees=40, at=AT)).nothing()
    given(UMBRA).when(RenameCompany(company_id="u", name="Umbra Ltd", at=AT)).then(
        CompanyRenamed(company_id="u", name="Umbra Ltd", at=AT)
    )
    given(UMBRA).when(PlaceCompany(company_id="u", parent_id="holding", at=AT)).then(
        CompanyPlaced(company_id="u", parent_id="holding", at=AT)
    )
    given(UMBRA).when(ChangeCompanyProfile(company_id="u", sector="finance", at=AT)).then(
        CompanyProfileChanged(company_id="u", sector="finance", at=AT)
    )
    given(UMBRA).when(RemoveCompany(company_id="u", at=AT)).then(TAKEN_OFF)
    again = CreateCompany(company_id="u", name="Umbra", sector="retail", employees=40, at=AT)
    given(UMBRA, TAKEN_OFF).when(again).then(UMBRA)


def test_a_company_has_an_owner_or_none_and_is_shared() -> None:
    taken = CompanyAssigned(company_id="u", owner_id="anna", at=AT)
    given(UMBRA).when(AssignCompany(company_id="u", owner_id="anna", at=AT)).then(taken)
    given(UMBRA, taken).when(AssignCompany(company_id="u", owner_id="anna", at=AT)).nothing()
    given(UMBRA, taken).when(AssignCompany(company_id="u", at=AT)).then(
        CompanyAssigned(company_id="u", previous_owner_id="anna", at=AT)
    )
    shared = CompanyShared(company_id="u", user_id="cleo", change=False, at=AT)
    given(UMBRA).when(ShareCompany(company_id="u", user_id="cleo", at=AT)).then(shared)
    given(UMBRA, shared).when(UnshareCompany(company_id="u", user_id="cleo", at=AT)).then(
        CompanyUnshared(company_id="u", user_id="cleo", at=AT)
    )
    given(UMBRA, TAKEN_OFF).when(AssignCompany(company_id="u", owner_id="anna", at=AT)).rejected("company_removed")


def test_an_imported_company_keeps_what_the_row_leaves_out() -> None:
    given(UMBRA).when(RecordCompany(company_id="u", name="Umbra", at=AT)).nothing()
    given(UMBRA).when(RecordCompany(company_id="u", name="Umbra", revenue=usd("9.5"), at=AT)).then(
        CompanyProfileChanged(company_id="u", sector="retail", employees=40, revenue=usd("9.5"), at=AT)
    )


def test_a_product_is_known_by_its_aliases() -> None:
    given().when(CreateProduct(product_id="g", name="GTX Pro", series="GTX", list_price=usd("4821"), at=AT)).then(GTX)
    given(GTX).when(AddProductAlias(product_id="g", alias="GTXPro", at=AT)).then(ALIAS)
    given(GTX, ALIAS).when(AddProductAlias(product_id="g", alias="GTXPro", at=AT)).nothing()
    given(GTX, ALIAS).when(RecordProduct(product_id="g", name="GTX Pro", list_price=usd("4821"), at=AT)).nothing()
    given(GTX, ALIAS).when(DropProductAlias(product_id="g", alias="GTXPro", at=AT)).then(
        ProductAliasDropped(product_id="g", alias="GTXPro", at=AT)
    )
    given(GTX).when(RepriceProduct(product_id="g", list_price=usd("4900"), at=AT)).then(
        ProductRepriced(product_id="g", list_price=usd("4900"), at=AT)
    )
    given(GTX).when(RemoveProduct(product_id="g", at=AT)).then(ProductRemoved(product_id="g", at=AT))


def test_an_import_goes_from_start_to_end_and_back() -> None:
    given().when(start()).then(STARTED)
    given(STARTED).when(start()).nothing()
    given(STARTED).when(RecordImportProgress(import_id="i", **COUNTS)).then(FIVE)  # type: ignore[arg-type]
    given(STARTED, FIVE).when(RecordImportProgress(import_id="i", **COUNTS)).nothing()  # type: ignore[arg-type]
    given(STARTED, FIVE).when(CompleteImport(import_id="i", at=AT)).then(DONE)
    given(STARTED).when(FailImport(import_id="i", code="encoding", reason="Not UTF-8.", at=AT)).then(
        ImportFailed(import_id="i", code="encoding", reason="Not UTF-8.", at=AT)
    )
    given(STARTED, DONE).when(RevertImport(import_id="i", at=AT)).then(REVERTING)
    given(STARTED, DONE, REVERTING).when(CompleteRevert(import_id="i", reverted=4, kept=0, at=AT)).then(
        ImportReverted(import_id="i", reverted=4, kept=0, at=AT)
    )


def test_a_revert_that_came_to_no_end_can_be_begun_again() -> None:
    failing = FailImport(import_id="i", code="internal_error", reason="Begin again.", at=AT)
    failed = ImportRevertFailed(import_id="i", code="internal_error", reason="Begin again.", at=AT)
    given(STARTED, DONE, REVERTING).when(failing).then(failed)
    given(STARTED, DONE, REVERTING, failed).when(failing).nothing()
    given(STARTED, DONE, REVERTING, failed).when(CompleteRevert(import_id="i", reverted=4, kept=0, at=AT)).nothing()
    given(STARTED, DONE, REVERTING, failed).when(RevertImport(import_id="i", at=AT)).then(REVERTING)


@pytest.mark.parametrize(
    ("history", "command", "code", "field"),
    [
        ([], CreateCompany(company_id="u", name="", at=AT), "name_missing", "name"),
        ([], CreateCompany(company_id="u", name="U", parent_id="u", at=AT), "own_parent", "parent_id"),
        (
            [],
            CreateCompany(company_id="u", name="U", year_established=20, at=AT),
            "year_implausible",
            "year_established",
        ),
        ([], CreateCompany(company_id="u", name="U", employees=-1, at=AT), "employees_implausible", "employees"),
        ([], CreateCompany(company_id="u", name="U" * 501, at=AT), "name_too_long", "name"),
        ([], CreateCompany(company_id="u", name="U", parent_id="p" * 101, at=AT), "parent_id_too_long", "parent_id"),
        ([UMBRA], CreateCompany(company_id="u", name="Other", at=AT), "company_exists", None),
        ([UMBRA, TAKEN_OFF], RenameCompany(company_id="u", name="x", at=AT), "company_removed", None),
        ([], CreateProduct(product_id="g", name="G", list_price=usd("-1"), at=AT), "list_price_negative", "list_price"),
        ([GTX], CreateProduct(product_id="g", name="Other", list_price=usd("1"), at=AT), "product_exists", None),
        ([], start(target="crm.dream"), "target_unknown", "target"),
        ([], start(file="x"), "file_malformed", "file"),
        ([], start(mapping={}), "mapping_missing", "mapping"),
        ([STARTED], start(file="b" * 64), "import_exists", None),
        ([STARTED], RevertImport(import_id="i", at=AT), "import_running", None),
    ],
)
def test_refusals(history: list[object], command: object, code: str, field: str | None) -> None:
    given(*history).when(command).rejected(code, field)
