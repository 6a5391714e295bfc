"""What somebody who sells asks all day, as a path of the gateway and as what one would ask the servers oneself.

The statements are written by hand and give the same rows in the same order, which is looked at before anything is
measured. Each question is asked with other values every time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode

import httpx

from projections.catalog import models_by_name
from projections.documents import alias_name
from tests.bench.bare import Bare, Search, Sql
from tests.bench.preload import FIRST
from tests.bench.sales import (
    DAYS,
    LIFECYCLES,
    PEOPLE,
    PIPELINE,
    SOURCES,
    STAGES,
    TAGS,
    companies_of,
    company_id,
    company_name,
    contact_id,
    name_of,
    person,
)

PAGE, CARDS, HITS = 50, 20, 20
ENTRIES, GLANCE = 20, 5
"""Of its timeline, and of each list that names the record: what the console asks for with one."""
DEEP, ROWS = 10, 100
"""Pages of so many rows before the one that is measured as a later one; half the list where that is shorter."""
_SEARCHED = ("contacts", "companies", "deals")

_CONTACTS = """
select r.*, c.name as company_name, p.name as owner_name, p.team_id, t.name as team_name, t.region
from contacts r
left join companies c on c.tenant = r.tenant and c.id = r.company_id
    and c.removed_at is null and c.merged_into is null
left join people p on p.tenant = r.tenant and p.id = r.owner_id
left join teams t on t.tenant = r.tenant and t.id = p.team_id
where r.tenant = %(tenant)s and r.removed_at is null and r.merged_into is null
"""
_COMPANIES = """
select r.*, a.name as parent_name, p.name as owner_name, t.name as team_name, t.region
from companies r
left join companies a on a.tenant = r.tenant and a.id = r.parent_id and a.removed_at is null and a.merged_into is null
left join people p on p.tenant = r.tenant and p.id = r.owner_id
left join teams t on t.tenant = r.tenant and t.id = p.team_id
where r.tenant = %(tenant)s and r.removed_at is null and r.merged_into is null
"""
_DEALS = """
select r.*, c.name as company_name, c.sector, p.name as owner_name, p.team_id, t.name as team_name, t.region,
    l.name as pipeline_name
from deals r
left join companies c on c.tenant = r.tenant and c.id = r.company_id
    and c.removed_at is null and c.merged_into is null
left join people p on p.tenant = r.tenant and p.id = r.owner_id
left join teams t on t.tenant = r.tenant and t.id = p.team_id
left join pipelines l on l.tenant = r.tenant and l.id = r.pipeline_id
where r.tenant = %(tenant)s and r.removed_at is null
"""
_ACTIVITIES = """
select r.*, p.name as owner_name, p.team_id, t.name as team_name, t.region
from activities r
left join people p on p.tenant = r.tenant and p.id = r.owner_id
left join teams t on t.tenant = r.tenant and t.id = p.team_id
where r.tenant = %(tenant)s and r.removed_at is null
"""
_SUMS = """
select stage_id, home_currency, amount_currency, count(*), count(home_amount), sum(home_amount), sum(home_weighted),
    sum(amount), sum(weighted), '' as id
from deals r
where tenant = %(tenant)s and pipeline_id = %(pipeline)s and removed_at is null
group by 1, 2, 3
"""
_BOARD = f"""
select r.* from unnest(%(stages)s::text[]) with ordinality as s (stage, place)
cross join lateral ({_DEALS} and r.pipeline_id = %(pipeline)s and r.stage_id = s.stage
    order by r.updated_at desc, r.id limit {CARDS}) r
order by s.place, r.updated_at desc, r.id
"""
_TIMELINE = """
with around as ({around}), records as (
    select * from around
    union all
    select 'crm', 'activity', id from activities
    where tenant = %(tenant)s and removed_at is null
        and about && array(select domain || '/' || aggregate || '/' || id from around))
select h.*, p.name as actor_name
from records
cross join lateral (
    select * from history h
    where h.tenant = %(tenant)s and h.domain = records.domain and h.aggregate = records.aggregate and h.id = records.id
    order by h.occurred_at desc, h."offset" desc, h.partition desc, h.topic desc limit %(most)s + 1
) h
left join people p on p.tenant = %(tenant)s and 'user:' || p.id = h.actor
order by h.occurred_at desc, h."offset" desc, h.partition desc, h.topic desc limit %(most)s
"""
_OF_CONTACT = """
select 'crm' as domain, 'contact' as aggregate, %(id)s as id
union all select 'crm', 'deal', id from deals
    where tenant = %(tenant)s and removed_at is null
        and contacts @> jsonb_build_array(jsonb_build_object('contact_id', %(id)s::text))
"""
# By their order Postgres would go through half a million deals to find five of somebody.
_WITH_CONTACT = """r.id = any(array(select id from deals
    where tenant = %(tenant)s and contacts @> jsonb_build_array(jsonb_build_object('contact_id', %(id)s::text))))"""
_OF_COMPANY = """
select 'crm' as domain, 'company' as aggregate, %(id)s as id
union all select 'crm', 'contact', id from contacts
    where tenant = %(tenant)s and company_id = %(id)s and removed_at is null and merged_into is null
union all select 'crm', 'deal', id from deals where tenant = %(tenant)s and company_id = %(id)s and removed_at is null
union all select 'crm', 'company', id from companies
    where tenant = %(tenant)s and parent_id = %(id)s and removed_at is null and merged_into is null
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One asking: the paths, one after the other, and what is asked bare in their stead. `ordered` says that both give
    the same ids in the same order."""

    paths: Sequence[str]
    bare: Sequence[Bare]
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """`of` gives the asking of a number; `how` says in a clause what it is, `without` the same of the bare one.
    `bounded` says that it has a goal."""

    name: str
    how: str
    without: str
    of: Callable[[int], Asked]
    bounded: bool = True


@dataclass(frozen=True, slots=True)
class Tenant:
    """The tenant that is asked about, with so many contacts."""

    name: str
    contacts: int
    index_prefix: str

    def sql(self, text: str, **values: Any) -> Sql:
        return Sql(text, {"tenant": self.name, **values})


def questions(tenant: Tenant, client: httpx.Client) -> list[Question]:
    """All of them. Cursors of later pages are asked for here."""
    return [
        Question("contacts of somebody", f"{_LISTED}: owner, lifecycle and source, latest first", _SAME, _own(tenant)),
        Question("contacts with a tag", f"{_LISTED}: tag, lifecycle and age, by name", _SAME, _tagged(tenant)),
        Question(
            "a later page of contacts", f"{_LATER}: lifecycle, source and age", _SAME, _later(_aged(tenant), client)
        ),
        Question("deals of somebody", f"{_LISTED}: owner, stage and amount, largest first", _SAME, _owned(tenant)),
        Question("deals that are due", f"{_LISTED}: stage, amount and due date, by due date", _SAME, _due(tenant)),
        Question("a later page of deals", f"{_LATER}: stage, pipeline and age", _SAME, _later(_large(tenant), client)),
        Question(
            "a board of ten stages",
            f"GET /crm/deals/board: sums and {CARDS} cards of each stage",
            "two statements, one for the sums and one for the cards",
            _board(tenant),
        ),
        Question(
            "search as one types",
            "GET /search over contacts, companies and deals, letter by letter",
            "a question after beginnings of words to each of the three indices, in one request, best and latest first",
            _typed(tenant),
        ),
        Question(
            "the page of a contact", f"GET /crm/contacts/{{id}} {_WITH_IT}", "four statements", _of_contact(tenant)
        ),
        Question(
            "the page of a company", f"GET /crm/companies/{{id}} {_WITH_IT}", "six statements", _of_company(tenant)
        ),
        Question(
            "a company with fifty of each",
            "GET /crm/companies/{id}?with=timeline,contacts,deals&limit=50, which is more than the console asks for",
            "four statements",
            _with_much(tenant),
            bounded=False,
        ),
    ]


_LISTED = f"the first {PAGE} rows of a list with three filters and a sort"
_LATER = f"{PAGE} rows after the first {DEEP * ROWS} of a list with three filters and a sort, by cursor"
_WITH_IT = f"as the console asks for it: with the newest {ENTRIES} of its timeline and {GLANCE} of each list besides"
_SAME = "the statement that gives the same rows, by psycopg as the same role"


def _own(tenant: Tenant) -> Callable[[int], Asked]:
    def of(number: int) -> Asked:
        drawn = Random(number)
        owner, lifecycle, source = person(drawn.randrange(PEOPLE)), drawn.choice(LIFECYCLES), drawn.choice(SOURCES)
        asked = {"owner_id": owner, "lifecycle": lifecycle, "source": source, "sort": "-updated_at", "limit": PAGE}
        text = f"""{_CONTACTS} and r.owner_id = %(owner)s and r.lifecycle = %(lifecycle)s and r.source = %(source)s
            order by r.updated_at desc, r.id limit {PAGE}"""
        return _list("contacts", asked, tenant.sql(text, owner=owner, lifecycle=lifecycle, source=source))

    return of


def _tagged(tenant: Tenant) -> Callable[[int], Asked]:
    def of(number: int) -> Asked:
        drawn = Random(number)
        tag, lifecycle, since = drawn.choice(TAGS), drawn.choice(LIFECYCLES), FIRST + timedelta(drawn.randrange(DAYS))
        asked = {"tags": tag, "lifecycle": lifecycle, "created_at.gte": _z(since), "sort": "name", "limit": PAGE}
        text = f"""{_CONTACTS} and r.tags @> array[%(tag)s] and r.lifecycle = %(lifecycle)s
            and r.created_at >= %(since)s order by r.name, r.id limit {PAGE}"""
        return _list("contacts", asked, tenant.sql(text, tag=tag, lifecycle=lifecycle, since=since))

    return of


def _aged(tenant: Tenant) -> Callable[[int], tuple[str, Mapping[str, Any], Sql]]:
    def of(number: int) -> tuple[str, Mapping[str, Any], Sql]:
        drawn = Random(number)
        lifecycle, source = drawn.choice(LIFECYCLES), drawn.choice(SOURCES)
        since = FIRST + timedelta(drawn.randrange(DAYS // 2))
        asked = {"lifecycle": lifecycle, "source.ne": source, "created_at.gte": _z(since), "sort": "-created_at"}
        text = f"""{_CONTACTS} and r.lifecycle = %(lifecycle)s and r.source is distinct from %(source)s
            and r.created_at >= %(since)s and r.created_at <= %(value)s
            and (r.created_at < %(value)s or r.id > %(id)s)
            order by r.created_at desc, r.id limit {PAGE}"""
        return "created_at", asked, tenant.sql(text, lifecycle=lifecycle, source=source, since=since)

    return of


def _owned(tenant: Tenant) -> Callable[[int], Asked]:
    def of(number: int) -> Asked:
        drawn = Random(number)
        owner, stage, least = person(drawn.randrange(PEOPLE)), drawn.choice(STAGES), drawn.randrange(100, 10_000)
        asked = {"owner_id": owner, "stage_id": stage, "amount.gte": least, "sort": "-amount", "limit": PAGE}
        text = f"""{_DEALS} and r.owner_id = %(owner)s and r.stage_id = %(stage)s and r.amount >= %(least)s
            order by r.amount desc, r.id limit {PAGE}"""
        return _list("deals", asked, tenant.sql(text, owner=owner, stage=stage, least=least))

    return of


def _due(tenant: Tenant) -> Callable[[int], Asked]:
    def of(number: int) -> Asked:
        drawn = Random(number)
        stage, least = drawn.choice(STAGES), drawn.randrange(100, 20_000)
        since = (FIRST + timedelta(drawn.randrange(DAYS))).date()
        asked = {"stage_id": stage, "amount.gte": least, "expected_close_on.gte": since.isoformat()}
        text = f"""{_DEALS} and r.stage_id = %(stage)s and r.amount >= %(least)s
            and r.expected_close_on >= %(since)s order by r.expected_close_on, r.id limit {PAGE}"""
        sorted_so = {**asked, "sort": "expected_close_on", "limit": PAGE}
        return _list("deals", sorted_so, tenant.sql(text, stage=stage, least=least, since=since))

    return of


def _large(tenant: Tenant) -> Callable[[int], tuple[str, Mapping[str, Any], Sql]]:
    def of(number: int) -> tuple[str, Mapping[str, Any], Sql]:
        drawn = Random(number)
        stage, most = drawn.choice(STAGES), FIRST + timedelta(DAYS - drawn.randrange(DAYS // 2))
        asked = {"stage_id": stage, "pipeline_id": PIPELINE, "created_at.lt": _z(most), "sort": "-amount"}
        text = f"""{_DEALS} and r.stage_id = %(stage)s and r.pipeline_id = %(pipeline)s and r.created_at < %(most)s
            and r.amount <= %(value)s and (r.amount < %(value)s or r.id > %(id)s)
            order by r.amount desc, r.id limit {PAGE}"""
        return "amount", asked, tenant.sql(text, stage=stage, pipeline=PIPELINE, most=most)

    return of


def _later(first: Callable[[int], tuple[str, Mapping[str, Any], Sql]], client: httpx.Client) -> Callable[[int], Asked]:
    """The page after some, which are turned here. A list that ends before gives its last page."""
    turned: dict[int, Asked] = {}

    def of(number: int) -> Asked:
        number %= 12
        if number not in turned:
            column, asked, sql = first(number)
            kind = "contacts" if column == "created_at" else "deals"
            cursor, row = _turned(client, f"/crm/{kind}", asked)
            value = row[column]["amount"] if column == "amount" else row[column]
            bare = Sql(sql.text, {**sql.values, "value": str(value), "id": row["id"]})
            turned[number] = _list(kind, {**asked, "cursor": cursor, "limit": PAGE}, bare)
        return turned[number]

    return of


def _turned(client: httpx.Client, path: str, asked: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """A cursor, and the row that it stands after: twice as far as is looked there are rows, or as many as there are."""
    found: list[tuple[str, Mapping[str, Any]]] = []
    more: Mapping[str, Any] = {}
    while len(found) < 2 * DEEP:
        page = client.get(path, params={**asked, **more, "limit": ROWS}).raise_for_status().json()
        if page["next_cursor"] is None:
            break
        found.append((page["next_cursor"], page["items"][-1]))
        more = {"cursor": page["next_cursor"]}
    assert found, f"{path} has no second page; ask of a larger tenant."
    return found[len(found) // 2]


def _board(tenant: Tenant) -> Callable[[int], Asked]:
    def of(number: int) -> Asked:
        del number
        values = {"pipeline": PIPELINE, "stages": list(STAGES)}
        bare = [tenant.sql(_SUMS, pipeline=PIPELINE), tenant.sql(_BOARD, **values)]
        return Asked([f"/crm/deals/board?pipeline={PIPELINE}&cards={CARDS}"], bare, ordered=False)

    return of


def _typed(tenant: Tenant) -> Callable[[int], Asked]:
    """One letter more each time, of a contact's name or a company's, until it stands there."""

    def of(number: int) -> Asked:
        which, letters = divmod(number, 8)
        drawn = Random(which)
        names = (
            name_of(drawn.randrange(tenant.contacts)),
            company_name(drawn.randrange(companies_of(tenant.contacts))),
        )
        typed = names[which % 2][: letters + 1].rstrip()
        path = f"/search?{urlencode({'q': typed, 'types': ','.join(_SEARCHED), 'limit': HITS})}"
        return Asked([path], [Search([_begun(tenant, each, typed) for each in _SEARCHED], tenant.name)], ordered=False)

    return of


def _begun(tenant: Tenant, of: str, typed: str) -> tuple[str, Mapping[str, Any]]:
    model = models_by_name("crm")[of]
    fields = [f"text.{name}.begin" for name in model.search]
    words = [{"multi_match": {"query": word, "fields": fields, "operator": "and"}} for word in typed.split()]
    body = {
        "size": HITS,
        "_source": ["id"],
        "query": {"bool": {"filter": [{"term": {"tenant": tenant.name}}], "must": words}},
        "sort": ["_score", {"updated_at": "desc"}],
    }
    return alias_name(tenant.index_prefix, model), body


def _of_contact(tenant: Tenant) -> Callable[[int], Asked]:
    def of(number: int) -> Asked:
        id = contact_id(Random(number).randrange(tenant.contacts))
        bare = [
            tenant.sql(f"{_CONTACTS} and r.id = %(id)s", id=id),
            tenant.sql(_TIMELINE.format(around=_OF_CONTACT), id=id, most=ENTRIES),
            _about(tenant, f"crm/contact/{id}"),
            _newest(tenant, f"{_DEALS} and {_WITH_CONTACT}", id, GLANCE),
        ]
        return Asked([_page(f"/crm/contacts/{id}", "timeline", "activities", "deals")], bare)

    return of


def _of_company(tenant: Tenant) -> Callable[[int], Asked]:
    def of(number: int) -> Asked:
        id = _some_company(tenant, number)
        bare = [
            tenant.sql(f"{_COMPANIES} and r.id = %(id)s", id=id),
            tenant.sql(_TIMELINE.format(around=_OF_COMPANY), id=id, most=ENTRIES),
            _about(tenant, f"crm/company/{id}"),
            _newest(tenant, f"{_COMPANIES} and r.parent_id = %(id)s", id, GLANCE),
            _newest(tenant, f"{_CONTACTS} and r.company_id = %(id)s", id, GLANCE),
            _newest(tenant, f"{_DEALS} and r.company_id = %(id)s", id, GLANCE),
        ]
        names = ("timeline", "activities", "companies_by_parent", "contacts", "deals")
        return Asked([_page(f"/crm/companies/{id}", *names)], bare)

    return of


def _with_much(tenant: Tenant) -> Callable[[int], Asked]:
    def of(number: int) -> Asked:
        id = _some_company(tenant, number)
        bare = [
            tenant.sql(f"{_COMPANIES} and r.id = %(id)s", id=id),
            tenant.sql(_TIMELINE.format(around=_OF_COMPANY), id=id, most=PAGE),
            _newest(tenant, f"{_CONTACTS} and r.company_id = %(id)s", id, PAGE),
            _newest(tenant, f"{_DEALS} and r.company_id = %(id)s", id, PAGE),
        ]
        return Asked([f"/crm/companies/{id}?with=timeline,contacts,deals&limit={PAGE}"], bare)

    return of


def _some_company(tenant: Tenant, number: int) -> str:
    return company_id(Random(number).randrange(companies_of(tenant.contacts)))


def _page(record: str, *names: str) -> str:
    return f"{record}?{urlencode({'with': ','.join(names), 'limit': GLANCE, 'limit.timeline': ENTRIES})}"


def _newest(tenant: Tenant, rows: str, id: str, most: int) -> Sql:
    return tenant.sql(f"{rows} order by r.updated_at desc, r.id limit {most}", id=id)


def _about(tenant: Tenant, record: str) -> Sql:
    text = f"""{_ACTIVITIES} and r.id = any(array(
        select id from activities where tenant = %(tenant)s and about @> array[%(about)s]))
        order by r.updated_at desc, r.id limit {GLANCE}"""
    return tenant.sql(text, about=record)


def _list(kind: str, asked: Mapping[str, Any], bare: Sql) -> Asked:
    return Asked([f"/crm/{kind}?{urlencode(asked)}"], [bare])


def _z(moment: Any) -> str:
    return moment.isoformat().replace("+00:00", "Z")
