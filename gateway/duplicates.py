"""Records that may be one: of one record, of one that is not on file yet, and all pairs of a tenant. Contacts, who may
be one person, and companies.

Who is alike tells what names and addresses are, so that it takes seeing those: of contacts whose personal fields one
does not see, nothing is found.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from domains.crm import company_facts, contact_facts
from gateway import describe_duplicates as describe
from gateway import platform
from gateway.access.gate import sight_of
from gateway.answers import ok
from gateway.audit.noted import noted
from gateway.auth import Caller, admitted
from gateway.describe import takes
from gateway.problems import Problem, not_found
from gateway.queries import caught_up, number, only, parameters, record_id, times_of
from projections import cursor as cursors
from projections import query
from projections.crm import company_likeness, duplicates, likeness
from projections.crm.comparing import Likeness
from projections.crm.duplicates import COMPANIES, CONTACTS, Kind
from projections.crm.hosts import host, host_of_address, registered
from projections.generations import reading
from projections.visible import Sight, all_of

MOST = 100
"""Suggestions on a page."""
_TIMES = ("as_of", "known_at")
_PLACE = ("street", "city", "region", "postal_code")
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered of one kind of records: under `noun` and `plural` in answers, all pairs at `pairs`. Of one that
    is not on file yet, `said` is made a profile, for which `enough` says what it takes; `reasons` are what may speak
    for two being one. `names` are those of the three routes; `taken` are the fields of which a merge can take the
    other's value."""

    kind: Kind[Any]
    noun: str
    pairs: str
    names: tuple[str, str, str]
    said: Mapping[str, str]
    profile: Callable[[Mapping[str, str]], Any]
    enough: str
    reasons: tuple[str, ...]
    taken: tuple[str, ...]

    @property
    def plural(self) -> str:
        return self.kind.rows


def _person(asked: Mapping[str, str]) -> likeness.Profile:
    return likeness.profile(
        asked.get("name"),
        _one(asked, "email"),
        _one(asked, "phone"),
        _places(asked),
        asked.get("born"),
        asked.get("company_id"),
    )


def _company(asked: Mapping[str, str]) -> company_likeness.Profile:
    site = host(asked["domain"]) if asked.get("domain") else None
    hosts = (registered(site) if site else None, host_of_address(asked["email"]) if asked.get("email") else None)
    return company_likeness.profile(
        asked.get("name"),
        [each for each in hosts if each is not None],
        _one(asked, "phone"),
        asked.get("vat_number"),
        asked.get("registration_number"),
        asked.get("linkedin"),
        _places(asked),
        asked.get("location"),
    )


def _one(asked: Mapping[str, str], name: str) -> Sequence[str]:
    return [asked[name]] if asked.get(name) else []


def _places(asked: Mapping[str, str]) -> Sequence[Mapping[str, str]]:
    place = {name: asked[name] for name in _PLACE if name in asked}
    return [place] if place else []


OFFERS = (
    Offer(
        kind=CONTACTS,
        noun="contact",
        pairs="/crm/duplicates",
        names=("of_nobody_duplicates", "of_contact_duplicates", "pairs_duplicates"),
        said=describe.OF_PERSON,
        profile=_person,
        enough="Say more of the person: an email address, a number, or a name of two words.",
        reasons=("name", "email", "phone", "address", "born", "company"),
        taken=contact_facts.TAKEN,
    ),
    Offer(
        kind=COMPANIES,
        noun="company",
        pairs="/crm/duplicates/companies",
        names=("of_no_company_duplicates", "of_company_duplicates", "pairs_company_duplicates"),
        said=describe.OF_COMPANY,
        profile=_company,
        enough="Say more of the company: its name, a domain that is its own, or a number.",
        reasons=(
            "name", "form", "domain", "phone", "vat_number", "registration_number", "linkedin", "address", "country",
        ),
        taken=company_facts.TAKEN,
    ),
)  # fmt: skip


def add(router: APIRouter, service: str | None) -> None:
    """GET /crm/contacts/duplicates, /crm/contacts/{id}/duplicates, /crm/duplicates, and the same of companies; those
    that one service answers, or all. Before the route of a record, which would take the first for one."""
    for offer in OFFERS:
        if service not in (None, offer.noun):
            continue
        base = f"/crm/{offer.plural}"
        for name, path, endpoint, doc, extra, answers in (
            (offer.names[0], f"{base}/duplicates", _of_none(offer),
             f"{offer.plural.capitalize()} that may be the one that is about to be put on file.",
             describe.of_none(offer.said), describe.alike(offer.kind.model, offer.noun, offer.reasons)),
            (offer.names[1], f"{base}/{{id}}/duplicates", _of_record(offer),
             f"{offer.plural.capitalize()} that may be the same one as this, the likeliest first.",
             describe.of_record(), describe.alike(offer.kind.model, offer.noun, offer.reasons)),
            (offer.names[2], offer.pairs, _pairs(offer),
             f"Pairs of {offer.plural} that may be one, the likeliest first.",
             describe.of_all(), describe.pairs(offer.kind.model, offer.plural, offer.reasons)),
        ):  # fmt: skip
            router.add_api_route(
                path,
                endpoint,
                methods=["GET"],
                name=name,
                operation_id=name,
                summary=doc,
                tags=[f"crm: {offer.plural}"],
                response_class=Response,
                openapi_extra=extra | takes(offer.kind.model.permission),
                responses=answers,
            )


def _sight(who: Caller, offer: Offer) -> Sight:
    """The records that somebody sees, and sees the personal fields of; a 403 problem where none may be read."""
    model = offer.kind.model
    sight = sight_of(who, model.permission, model)
    return Sight(all_of(sight.records, sight.of("personal")))


def _of_record(offer: Offer) -> Endpoint:
    kind, model = offer.kind, offer.kind.model

    async def endpoint(request: Request) -> Response:
        who, limits = await admitted(request)
        here, asked = platform.of(request), parameters(request)
        only(asked, {"limit", "after", *_TIMES}, "duplicates")
        sight, limit, id = _sight(who, offer), _limit(asked), record_id(request, model)
        await caught_up(request, here, model.database)
        times, position = times_of(asked, model), await here.reach.token(model.database)
        readable = sight_of(who, model.permission, model)
        async with reading(here.readers[model.database], who.tenant, model) as connection:
            if await query.get(connection, model, who.tenant, id, times, readable) is None:
                raise not_found(model.name)
            own = await query.get(connection, model, who.tenant, id, times, sight)
            if own is None:  # seen, but not what it is compared by
                profile, found = None, list[duplicates.Row]()
            else:
                profile = kind.of_row(own["row"])
                keys = kind.keys_of(profile)
                found = await duplicates.candidates(connection, kind, who.tenant, keys, sight, id, times)
        return await _told(request, offer, profile, found, limit, {**limits, "Nexus-Position": position})

    return endpoint


def _of_none(offer: Offer) -> Endpoint:
    kind, model = offer.kind, offer.kind.model

    async def endpoint(request: Request) -> Response:
        who, limits = await admitted(request)
        here, asked = platform.of(request), parameters(request)
        only(asked, {*offer.said, "limit", "after", *_TIMES}, "duplicates")
        sight, limit = _sight(who, offer), _limit(asked)
        await caught_up(request, here, model.database)
        times, position = times_of(asked, model), await here.reach.token(model.database)
        profile = offer.profile(asked)
        if not (keys := kind.keys_of(profile)):
            raise Problem(400, "too_little_said", offer.enough, "name")
        async with reading(here.readers[model.database], who.tenant, model) as connection:
            found = await duplicates.candidates(connection, kind, who.tenant, keys, sight, times=times)
        return await _told(request, offer, profile, found, limit, {**limits, "Nexus-Position": position})

    return endpoint


async def _told(
    request: Request,
    offer: Offer,
    profile: Any,
    found: Sequence[duplicates.Row],
    limit: int,
    headers: Mapping[str, str],
) -> Response:
    alike = await asyncio.to_thread(duplicates.likely, offer.kind, profile, found, limit)
    noted(request.scope).shown(row["id"] for row, _ in alike)
    return ok({"items": [_said(each) | {offer.noun: row} for row, each in alike]}, headers=headers)


def _pairs(offer: Offer) -> Endpoint:
    kind, model = offer.kind, offer.kind.model

    async def endpoint(request: Request) -> Response:
        who, limits = await admitted(request)
        here, asked = platform.of(request), parameters(request)
        only(asked, {"limit", "cursor", "after", *_TIMES}, "duplicates")
        sight, limit = _sight(who, offer), _limit(asked)
        await caught_up(request, here, model.database)
        times, position = times_of(asked, model), await here.reach.token(model.database)
        question = cursors.question_digest([offer.pairs, who.tenant, times])
        behind = _behind(asked["cursor"], question, here.secret) if "cursor" in asked else None
        async with reading(here.readers[model.database], who.tenant, model) as connection:
            candidates = await duplicates.pairs(connection, kind, who.tenant, sight, times)
        found = await asyncio.to_thread(duplicates.twins, kind, candidates)
        left = [each for each in found if behind is None or _place(each) > behind]
        page = left[:limit]
        cursor = None
        if len(left) > limit:
            weight, one, other = _place(page[-1])
            cursor = cursors.write(question, [Decimal(str(weight)), one], other, here.secret)
        noted(request.scope).shown(dict.fromkeys(row["id"] for each in page for row in (each.one, each.other)))
        items = [_said(each.likeness) | {offer.plural: [each.one, each.other]} for each in page]
        return ok({"items": items, "next_cursor": cursor}, headers={**limits, "Nexus-Position": position})

    return endpoint


def _place(each: duplicates.Twins) -> tuple[float, str, str]:
    return -each.likeness.weight, each.one["id"], each.other["id"]


def _behind(cursor: str, question: str, secret: bytes) -> tuple[float, str, str]:
    (weight, one), other = cursors.read(cursor, question, ["number", "text"], secret)
    return float(weight), one, other


def _said(alike: Likeness) -> dict[str, Any]:
    return {"score": alike.score, "because": list(alike.because)}


def _limit(asked: Mapping[str, str]) -> int:
    limit = number(asked.get("limit", "20"), "limit")
    if not 1 <= limit <= MOST:
        raise Problem(400, "bad_limit", f"limit must be between 1 and {MOST}.", "limit")
    return limit
