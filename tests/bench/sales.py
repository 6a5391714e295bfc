"""A tenant that sells: contacts, half as many deals, and what stands around them, written onto the log in bulk.

Of N contacts there are N / 20 companies, N / 2 deals in one pipeline of ten stages and N / 10 activities, of 200 people
in 20 teams. Every value follows from a record's number, so that what is asked afterwards can be drawn again.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from random import Random
from typing import Any

from infra.settings import Settings
from infra.vault import Vaults
from schemas.generated.admin.team import TeamCreated
from schemas.generated.admin.user import UserCreated
from schemas.generated.common import ForecastCategory, Money, PipelineStage, StageKind
from schemas.generated.crm.activity import ActivityCreated, ActivityKind
from schemas.generated.crm.company import CompanyCreated
from schemas.generated.crm.contact import ContactClassified, ContactCreated, ContactTagged
from schemas.generated.crm.deal import (
    DealContactSet,
    DealLost,
    DealMoved,
    DealOpened,
    DealPlanned,
    DealRole,
    DealWon,
    Place,
)
from schemas.generated.crm.pipeline import PipelineDefined
from tests.bench.preload import FIRST, Happening, write

PEOPLE, TEAMS = 200, 20
REGIONS = ("North", "South", "East", "West", "Overseas")
LIFECYCLES = ("subscriber", "lead", "qualified", "opportunity", "customer", "former")
SOURCES = ("web", "fair", "referral", "advert", "partner", "call", "event", "list")
TAGS = tuple(f"tag {number}" for number in range(200))
"""Of which the first are borne by many and the last by few."""
SECTORS = ("retail", "finance", "software", "medical", "energy", "transport", "food", "building")
TITLES = ("Buyer", "Head of sales", "Engineer", "Director", "Assistant", "Accountant", "Partner", "Analyst")
PIPELINE = "direct"
STAGES = (
    "new", "qualified", "demo", "trial", "proposal", "negotiation", "legal", "signing", "won", "lost",
)  # fmt: skip
DAYS = 1500
"""Over which all of it came, from the first day on."""
_FIRST_NAMES = (
    "Ada", "Bruno", "Chloé", "David", "Élise", "Farah", "Gábor", "Hanna", "Igor", "Jana", "Karim", "Lena", "Marie",
    "Nils", "Olga", "Pablo", "Quentin", "Rosa", "Sören", "Tara", "Ulla", "Viktor", "Wanda", "Xenia", "Yusuf", "Zoë",
)  # fmt: skip
_SYLLABLES = (
    "ba", "ber", "co", "dor", "el", "fan", "gor", "hil", "is", "jo", "kam", "lin", "mar", "nov", "or", "pe", "ril",
    "san", "tor", "ul", "vin", "wal", "zel", "qui",
)  # fmt: skip
_KINDS = {"won": StageKind.WON, "lost": StageKind.LOST}
_AT_ONCE = 1000


def person(number: int) -> str:
    return f"person-{number}"


def company_id(number: int) -> str:
    return f"company-{number:07d}"


def contact_id(number: int) -> str:
    return f"contact-{number:07d}"


def deal_id(number: int) -> str:
    return f"deal-{number:07d}"


def companies_of(contacts: int) -> int:
    return max(1, contacts // 20)


def name_of(number: int) -> str:
    """What a contact is called."""
    drawn = Random(number * 7 + 1)
    return f"{drawn.choice(_FIRST_NAMES)} {_word(drawn)}"


def company_name(number: int) -> str:
    drawn = Random(number * 7 + 2)
    return f"{_word(drawn)} {drawn.choice(('Ltd', 'GmbH', 'Inc', 'AG', 'SA'))}"


def fill(settings: Settings, tenant: str, contacts: int) -> int:
    """Commits the tenant's events; gives how many there are. Contacts, activities and people have keys of their own,
    as if processors had written them."""
    with closing(Vaults(settings)) as vaults:
        return write(settings, tenant, keyed(vaults, tenant, happenings(contacts)), vaults(tenant))


def happenings(contacts: int, first: int = 0, step: int = 1) -> Iterator[Happening]:
    """All that happened, each record's in its order; or a share of it, that of each `step`th record from `first` on."""
    if first == 0:
        yield from _team_and_people()
        yield Happening("pipeline", PIPELINE, 1, _pipeline())
    for number in range(first, companies_of(contacts), step):
        yield Happening("company", company_id(number), 1, _company(number))
    for number in range(first, contacts, step):
        yield from _numbered("contact", contact_id(number), _contact(number, contacts))
    for number in range(first, contacts // 2, step):
        yield from _numbered("deal", deal_id(number), _deal(number, contacts))
    for number in range(first, contacts // 10, step):
        id = f"activity-{number:07d}"
        yield Happening("activity", id, 1, _activity(id, number, contacts))


def keyed(vaults: Vaults, tenant: str, happening: Iterator[Happening]) -> Iterator[Happening]:
    """The same, after the keys of those whom they are about are made, many at once."""
    while batch := list(islice(happening, _AT_ONCE)):
        vaults.prefetch(tenant, {each.id for each in batch if each.aggregate in ("contact", "user", "activity")})
        yield from batch


def _numbered(aggregate: str, id: str, events: Sequence[Any]) -> Iterator[Happening]:
    for version, event in enumerate(events, 1):
        yield Happening(aggregate, id, version, event)


def _team_and_people() -> Iterator[Happening]:
    for number in range(TEAMS):
        id = f"team-{number}"
        region = REGIONS[number % len(REGIONS)]
        yield Happening("team", id, 1, TeamCreated(team_id=id, name=f"Team {number}", region=region, at=FIRST))
    for number in range(PEOPLE):
        id, team = person(number), f"team-{number % TEAMS}"
        event = UserCreated(user_id=id, name=name_of(10**7 + number), team_id=team, at=FIRST)
        yield Happening("user", id, 1, event)


def _pipeline() -> PipelineDefined:
    stages = [
        PipelineStage(stage_id=id, name=id.capitalize(), kind=place.kind, probability=place.probability)
        for id in STAGES
        for place in (_place(id),)
    ]
    return PipelineDefined(pipeline_id=PIPELINE, name="Direct sales", stages=tuple(stages), at=FIRST)


def _place(stage: str) -> Place:
    kind = _KINDS.get(stage, StageKind.OPEN)
    probability = {StageKind.WON: 100, StageKind.LOST: 0}.get(kind, 10 * STAGES.index(stage) + 5)
    category = ForecastCategory.PIPELINE if kind is StageKind.OPEN else ForecastCategory.CLOSED
    return Place(
        stage_id=stage,
        stage_name=stage.capitalize(),
        pipeline_id=PIPELINE,
        pipeline_version=1,
        kind=kind,
        probability=probability,
        category=category,
    )


def _company(number: int) -> CompanyCreated:
    drawn = Random(number * 7 + 3)
    return CompanyCreated(
        company_id=company_id(number),
        name=company_name(number),
        sector=drawn.choice(SECTORS),
        year_established=drawn.randint(1950, 2020),
        employees=int(drawn.lognormvariate(4, 1.5)) + 1,
        location=drawn.choice(REGIONS),
        owner_id=person(drawn.randrange(PEOPLE)),
        domains=(f"{_word(drawn).lower()}{number}.example",),
        at=_moment(drawn),
    )


def _contact(number: int, contacts: int) -> list[Any]:
    drawn = Random(number * 7 + 4)
    id, name, at = contact_id(number), name_of(number), _moment(drawn)
    company = drawn.randrange(companies_of(contacts)) if drawn.random() < 0.9 else None
    events: list[Any] = [
        ContactCreated(
            contact_id=id,
            name=name,
            email=f"{name.split()[1].lower()}.{number}@example.com",
            phone=f"+4930{number:08d}" if drawn.random() < 0.6 else None,
            job_title=drawn.choice(TITLES),
            company_id=None if company is None else company_id(company),
            owner_id=person(drawn.randrange(PEOPLE)),
            at=at,
        )
    ]
    if drawn.random() < 0.8:
        events.append(
            ContactClassified(
                contact_id=id,
                lifecycle=drawn.choice(LIFECYCLES),
                source=drawn.choice(SOURCES),
                at=at + timedelta(days=drawn.randrange(1, 200)),
            )
        )
    if drawn.random() < 0.4:
        tags = {TAGS[int(len(TAGS) * drawn.random() ** 3)] for _ in range(drawn.randint(1, 3))}
        last = events[-1].at + timedelta(days=drawn.randrange(1, 100))
        events.append(ContactTagged(contact_id=id, tags=tuple(sorted(tags)), at=last))
    return events


def _deal(number: int, contacts: int) -> list[Any]:
    drawn = Random(number * 7 + 5)
    id, owner, at = deal_id(number), person(drawn.randrange(PEOPLE)), _moment(drawn)
    amount = Money(amount=Decimal(int(100 * drawn.lognormvariate(9, 1.2))) / 100, currency="EUR")
    company, stage = drawn.randrange(companies_of(contacts)), drawn.choice(STAGES)
    events: list[Any] = [
        DealOpened(
            deal_id=id,
            name=f"{company_name(company)} {drawn.choice(('renewal', 'licence', 'service', 'pilot', 'upgrade'))}",
            company_id=company_id(company),
            owner_id=owner,
            amount=amount if drawn.random() < 0.9 else None,
            place=_place("new"),
            at=at,
        )
    ]
    if drawn.random() < 0.7:
        due = (at + timedelta(days=drawn.randrange(10, 300))).date()
        events.append(DealPlanned(deal_id=id, expected_close_on=due, at=at + timedelta(hours=1)))
    if drawn.random() < 0.4:
        whose = contact_id(drawn.randrange(contacts))
        roles, then = (drawn.choice((DealRole.CHAMPION, DealRole.DECISION_MAKER)),), at + timedelta(hours=2)
        events.append(DealContactSet(deal_id=id, contact_id=whose, roles=roles, at=then))
    then, place = at + timedelta(days=drawn.randrange(1, 200)), _place(stage)
    match place.kind:
        case StageKind.WON:
            events.append(DealWon(deal_id=id, owner_id=owner, amount=amount, place=place, at=then))
        case StageKind.LOST:
            events.append(DealLost(deal_id=id, owner_id=owner, reason="Price", place=place, at=then))
        case _ if stage != "new":
            moved = DealMoved(
                deal_id=id, owner_id=owner, from_pipeline_id=PIPELINE, from_stage_id="new", place=place, at=then
            )
            events.append(moved)
        case _:
            pass
    return events


def _activity(id: str, number: int, contacts: int) -> ActivityCreated:
    drawn = Random(number * 7 + 6)
    at = _moment(drawn)
    kind = drawn.choice((ActivityKind.CALL, ActivityKind.TASK, ActivityKind.MEETING, ActivityKind.NOTE))
    return ActivityCreated(
        activity_id=id,
        kind=kind,
        title=f"{kind.value.capitalize()} with {name_of(number)}",
        owner_id=person(drawn.randrange(PEOPLE)),
        due_at=at + timedelta(days=drawn.randrange(30)),
        contact_ids=(contact_id(drawn.randrange(contacts)),),
        links=(f"crm/deal/{deal_id(drawn.randrange(max(1, contacts // 2)))}",),
        at=at,
    )


def _moment(drawn: Random) -> datetime:
    return FIRST + timedelta(days=drawn.randrange(DAYS), seconds=drawn.randrange(86_400))


def _word(drawn: Random) -> str:
    return "".join(drawn.choices(_SYLLABLES, k=3)).capitalize()
