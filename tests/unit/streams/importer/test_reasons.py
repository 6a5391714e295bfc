"""Which reason of a tenant's list a row of deals means."""

from schemas.generated.common import DealOutcome, ListedReason
from schemas.generated.crm.deal import Deal
from streams.importer.reasons import NONE, reasons
from tests.unit.streams.importer.memory import Memory, csv_of
from tests.unit.streams.importer.test_run import DEAL_HEADER, DEALS, deal, imported, with_people_and_products


def listed(id: str, name: str, outcome: DealOutcome = DealOutcome.LOST, *, retired: bool = False) -> ListedReason:
    return ListedReason(reason_id=id, version=3, outcome=outcome, name=name, retired=retired)


PRICE, GONE, ANEW = listed("r", "Price"), listed("old", "Timing", retired=True), listed("new", "timing")
QUALITY = listed("w", "Quality", DealOutcome.WON)
KNOWN = reasons([PRICE, GONE, ANEW, QUALITY])


def test_a_reason_is_meant_by_its_name_in_whatever_case_or_its_id() -> None:
    lost = DealOutcome.LOST
    assert KNOWN.of(lost, " PRICE ") == KNOWN.of(lost, "r") == (PRICE,)
    assert KNOWN.of(lost, "Timing") == (ANEW,), "of two, the one that is not retired"
    assert KNOWN.of(lost, "old") == (GONE,)
    assert KNOWN.of(DealOutcome.WON, "quality") == (QUALITY,)
    for outcome, said in ((lost, "Quality"), (DealOutcome.WON, "Price"), (lost, "Luck"), (lost, ""), (lost, None)):
        assert KNOWN.of(outcome, said) == ()
    assert NONE.of(lost, "Price") == ()


def test_a_row_says_why_a_deal_was_won_or_lost_and_what_is_of_no_list_stays_as_it_is_said(memory: Memory) -> None:
    with_people_and_products(memory)
    memory.reasons = KNOWN
    lost, header = {"deal_stage": "Lost", "close_value": "0"}, (*DEAL_HEADER, "lost for", "won for")
    rows = csv_of(
        header,
        [*deal(1, **lost), "price", "quality"],
        [*deal(2, **lost), "Luck", ""],
        [*deal(3, **lost), "", ""],
        [*deal(4), "price", "QUALITY"],
        [*deal(5), "", " Charm "],
        [*deal(6), "", ""],
        [*deal(7, **lost), "old", ""],
    )
    mapping = DEALS | {"lost_reason": "lost for", "won_reason": "won for"}
    assert imported(memory, "crm.deal", rows, mapping, "deals").rejected == 0

    def said(each: Deal) -> tuple[str | None, str | None]:
        return each.won_reason, each.lost_reason

    found = {each.name: said(each) for each in memory.all("crm", "deal")}
    assert found == {
        "D1": (None, "Price"),
        "D2": (None, "Luck"),
        "D3": (None, "Not given"),
        "D4": ("Quality", None),
        "D5": ("Charm", None),
        "D6": (None, None),
        "D7": (None, "Timing"),
    }
    told = [(each.reason, each.reason_id, each.reason_version) for each in memory.events if hasattr(each, "reason_id")]
    assert told == [
        ("Price", "r", 3), ("Luck", None, None), ("Not given", None, None), ("Quality", "w", 3), ("Charm", None, None),
        (None, None, None), ("Timing", "old", 3),
    ]  # fmt: skip
