"""Who has a part in a deal, and how a deal comes to be as the copy of another one."""

import functools
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from domains.crm.deal_people import MOST_CONTACTS, MOST_SELLERS
from domains.workflows import open_clones
from schemas.built_in_pipeline import PROSPECTING, place
from schemas.generated.common import CustomValue, FieldKind, Money, PipelineRules, PipelineStage, StageKind
from schemas.generated.crm.deal import (
    CloneDeal,
    DealCloned,
    DealCompetitorsSet,
    DealContact,
    DealContactDropped,
    DealContactSet,
    DealEngaged,
    DealFieldsSet,
    DealOpened,
    DealPlanned,
    DealRole,
    DealSplitsSet,
    DropDealContact,
    MoveDeal,
    SetDealContact,
    SetDealSplits,
    Split,
)
from tests.spec import given

AT = datetime(2026, 1, 2, tzinfo=UTC)
USD = Money(amount=Decimal(500), currency="USD")
OPENED = DealOpened(deal_id="d", name="Renewal", owner_id="anna", company_id="c", amount=USD, at=AT)
ANNA, BERT = Split(user_id="anna", percent="66.67"), Split(user_id="bert", percent="33.33")
SPLIT = DealSplitsSet(deal_id="d", splits=(ANNA, BERT), at=AT)
BOSS = DealContact(contact_id="k", roles=(DealRole.CHAMPION, DealRole.DECISION_MAKER))
SAID = DealContactSet(deal_id="d", contact_id="k", roles=BOSS.roles, at=AT)
SET = functools.partial(SetDealContact, deal_id="d", contact_id="k", at=AT)
CLONE = "6f9b1f0e-0000-4000-8000-000000000001"


def splits(*parts: tuple[str, str]) -> SetDealSplits:
    return SetDealSplits(deal_id="d", splits=tuple(Split(user_id=user, percent=part) for user, part in parts), at=AT)


def test_a_deal_is_split_among_sellers_and_no_longer() -> None:
    given(OPENED).when(splits((" anna ", "66.67"), ("bert", " 33.33"))).then(SPLIT)
    given(OPENED, SPLIT).when(splits(("anna", "66.67"), ("bert", "33.33"))).nothing()
    given(OPENED, SPLIT).when(splits()).then(replace(SPLIT, splits=()))
    given(OPENED).when(splits(("anna", "100"))).then(replace(SPLIT, splits=(Split(user_id="anna", percent="100.00"),)))


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ((("anna", "60"), ("bert", "39.99")), "splits_wrong"),
        ((("anna", "60"), ("bert", "40.01")), "splits_wrong"),
        ((("anna", "100.01"),), "splits_wrong"),
        ((("anna", "150"),), "splits_wrong"),
        ((("anna", "0"), ("bert", "100")), "splits_wrong"),
        ((("anna", "-10"), ("bert", "110")), "splits_wrong"),
        ((("anna", "33.333"), ("bert", "66.667")), "splits_wrong"),
        ((("anna", "all"),), "splits_wrong"),
        ((("anna", "50"), ("anna", "50")), "splits_repeated"),
        (tuple((f"u{number}", "1") for number in range(MOST_SELLERS + 1)), "splits_repeated"),
        (((" ", "100"),), "splits_missing"),
    ],
)
def test_parts_that_are_not_all_of_it(parts: tuple[tuple[str, str], ...], code: str) -> None:
    given(OPENED).when(splits(*parts)).rejected(code, "splits")


def test_a_contact_has_a_say_which_changes_and_ends() -> None:
    given(OPENED).when(SET(roles=(DealRole.DECISION_MAKER, DealRole.CHAMPION, DealRole.CHAMPION))).then(SAID)
    given(OPENED, SAID).when(SET(roles=BOSS.roles)).nothing()
    less = replace(SAID, roles=(DealRole.CHAMPION,))
    given(OPENED, SAID).when(SET(roles=(DealRole.CHAMPION,))).then(less)
    gone = DealContactDropped(deal_id="d", contact_id="k", at=AT)
    given(OPENED, SAID).when(DropDealContact(deal_id="d", contact_id="k", at=AT)).then(gone)
    given(OPENED, SAID, gone).when(DropDealContact(deal_id="d", contact_id="k", at=AT)).nothing()
    given(OPENED).when(SET(roles=())).rejected("roles_missing", "roles")
    given(OPENED).when(SET(contact_id=" ", roles=BOSS.roles)).rejected("contact_id_missing", "contact_id")
    many = [replace(SAID, contact_id=f"k{number}") for number in range(MOST_CONTACTS)]
    given(OPENED, *many).when(SET(roles=BOSS.roles)).rejected("contacts_too_many", "contact_id")
    given(OPENED, *many).when(SET(contact_id="k7", roles=(DealRole.OTHER,))).then(
        replace(SAID, contact_id="k7", roles=(DealRole.OTHER,))
    )


def test_a_stage_may_require_contacts_and_splits() -> None:
    late = PipelineStage(stage_id="late", name="Late", kind=StageKind.OPEN, required=("contacts", "splits"))
    rules = PipelineRules(pipeline_id="p", version=1, stages=(late,))
    move = MoveDeal(deal_id="d", stage_id="late", pipeline_id="p", carried=rules, at=AT)
    given(OPENED).when(move).rejected("stage_fields_missing", "contacts")
    given(OPENED, SAID).when(move).rejected("stage_fields_missing", "splits")


PLAN = DealPlanned(deal_id="d", expected_close_on=date(2026, 3, 1), next_step="Call", at=AT)
CUSTOM = (CustomValue(key="budget", kind=FieldKind.NUMBER, values=("5",)),)
FULL = (
    OPENED,
    DealEngaged(deal_id="d", owner_id="anna", at=AT),
    PLAN,
    DealCompetitorsSet(deal_id="d", competitors=("Umbra",), at=AT),
    SPLIT,
    SAID,
    DealFieldsSet(deal_id="d", custom=CUSTOM, at=AT),
)
CLONED = DealCloned(
    deal_id="d",
    clone_id=CLONE,
    name="Again",
    owner_id="anna",
    company_id="c",
    amount=USD,
    place=PROSPECTING,
    expected_close_on=date(2026, 3, 1),
    next_step="Call",
    competitors=("Umbra",),
    splits=(ANNA, BERT),
    contacts=(BOSS,),
    custom=CUSTOM,
    at=AT,
)
COPY = functools.partial(CloneDeal, deal_id="d", clone_id=CLONE, at=AT)


def test_a_deal_is_copied_with_all_that_is_known_but_how_far_it_is() -> None:
    given(*FULL).when(COPY(name=" Again ")).then(CLONED)
    given(*FULL, CLONED).when(COPY(name="Again")).nothing()
    given(*FULL).when(COPY()).then(replace(CLONED, name="Renewal"))
    (command,) = open_clones.react(open_clones.Nothing(), CLONED, CLONE)
    opened = DealOpened(
        deal_id=CLONE, name="Again", owner_id="anna", company_id="c", amount=USD, cloned_from="d", at=AT
    )
    events = (opened, *(replace(each, deal_id=CLONE) for each in (*FULL[2:5], FULL[6], FULL[5])))
    given().when(command).then(*events)
    given(*events).when(command).nothing()
    given(replace(OPENED, deal_id=CLONE)).when(command).nothing()


def test_a_copy_of_little_says_little() -> None:
    (command,) = open_clones.react(
        open_clones.Nothing(),
        DealCloned(deal_id="d", clone_id=CLONE, name="n", owner_id="o", place=PROSPECTING, at=AT),
        CLONE,
    )
    given().when(command).then(DealOpened(deal_id=CLONE, name="n", owner_id="o", cloned_from="d", at=AT))


def test_a_copy_begins_where_its_pipeline_begins() -> None:
    first = PipelineStage(stage_id="one", name="One", kind=StageKind.OPEN, required=("competitors",))
    rules = PipelineRules(pipeline_id="p", version=3, stages=(first,))
    there = replace(OPENED, place=place(rules, first))
    rivals = DealCompetitorsSet(deal_id="d", competitors=("Umbra",), at=AT)
    given(there).when(COPY(carried=rules)).rejected("stage_fields_missing", "competitors")
    copy = replace(CLONED, name="Renewal", place=place(rules, first))
    bare = replace(copy, expected_close_on=None, next_step=None, splits=(), contacts=(), custom=())
    given(there, rivals).when(COPY(carried=rules)).then(bare)
    given(there, rivals).when(COPY(carried=replace(rules, retired=True))).rejected("pipeline_retired", "pipeline_id")
    given(there, rivals).when(COPY()).rejected("pipeline_changed", "pipeline_id")


def test_what_no_copy_is_made_of() -> None:
    given(OPENED).when(COPY(clone_id="again")).rejected("clone_id_malformed", "clone_id")
    given(replace(OPENED, deal_id=CLONE)).when(COPY(deal_id=CLONE)).rejected("clone_of_itself", "clone_id")
    given(OPENED).when(COPY(name=" ")).rejected("name_missing", "name")
    given().when(COPY()).rejected("not_found")
