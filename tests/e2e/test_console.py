"""The console in a real browser: people sign in, define fields of their own, work with them, import files, change many
records at once, merge those that are one and look at other days."""

import os
import re
from collections.abc import Generator
from contextlib import closing
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

from infra.stack import programs
from tests.e2e.test_http import after
from tests.e2e.test_passwords import WORD, Tenant
from tests.platform import EVERYTHING, Platform, platform

QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
STAGES = [
    {"stage_id": "lead", "name": "Lead", "kind": "OPEN", "probability": 10},
    {"stage_id": "talk", "name": "Talk", "kind": "OPEN", "probability": 40},
    {"stage_id": "offer", "name": "Offer", "kind": "OPEN", "probability": 70},
    {"stage_id": "signed", "name": "Signed", "kind": "WON"},
    {"stage_id": "gone", "name": "Gone", "kind": "LOST"},
]
TUESDAY, WEDNESDAY = "2026-03-10", "2026-03-11T09:00:00Z"


@pytest.fixture(scope="module")
def here() -> Generator[Platform]:
    """One that imports files and changes many records at once, as the one that most tests share does not."""
    with platform(*(part for part in EVERYTHING if part not in ("replayer", "mailer", "webhooks"))) as started:
        yield started


@pytest.fixture(scope="module")
def chromium() -> Generator[Browser]:
    # Chromium's sandbox refuses to run for root.
    arguments = [*QUIET, *(("--no-sandbox",) if os.geteuid() == 0 else ())]
    with sync_playwright() as tools:
        program = programs.chromium(print)
        with closing(tools.chromium.launch(executable_path=program, args=arguments)) as browser:
            yield browser


@pytest.fixture(scope="module")
def tenant(here: Platform) -> Generator[Tenant]:
    """Ann may do everything, Mia sells and owns nothing. A deal was worth less before Wednesday."""
    name = f"console-{uuid4().hex[:8]}"
    with here.client(name) as key:
        made = Tenant(here, name, key)
        made.send("/admin/tenants", {"name": "Console"})
        made.join("ann")
        made.send(f"/admin/tenants/{name}/appoint-owner", {"user_id": made.ids["ann"]})
        made.join("mia", "crm.member")
        deal = {"name": "Ten chairs", "owner_id": made.ids["ann"], "amount": _usd("100"), "at": "2026-03-02T09:00:00Z"}
        made.ids["deal"] = made.send("/crm/deals", deal)["id"]
        made.send(f"/crm/deals/{made.ids['deal']}/change-amount", {"amount": _usd("250"), "at": WEDNESDAY})
        assert key.get("/crm/deals", headers=after(made.position)).status_code == 200
        yield made


@pytest.fixture
def ann(chromium: Browser, tenant: Tenant) -> Generator[Page]:
    yield from signed_in(chromium, tenant, "ann")


@pytest.fixture
def mia(chromium: Browser, tenant: Tenant) -> Generator[Page]:
    yield from signed_in(chromium, tenant, "mia")


def signed_in(chromium: Browser, tenant: Tenant, person: str) -> Generator[Page]:
    """Somebody who asked for the deals and signed in on the way; nothing on their pages may break or be blocked."""
    said: list[ConsoleMessage] = []
    before = overloads(tenant)
    with closing(chromium.new_context(base_url=tenant.here.url, locale="en-US", timezone_id="UTC")) as window:
        page = window.new_page()
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda message: said.append(message))
        page.goto("/console/crm/deals")
        page.get_by_label("Your organisation").fill(tenant.name)
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("User name or email address").fill(f"{person}@example.com")
        page.get_by_label("Password").fill(WORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Deals")).to_be_visible()
        assert page.url == f"{tenant.here.url}/console/crm/deals"
        yield page
        wrong = [f"{each.text} {each.location['url']}" for each in said if _is_trouble(each)]
        away = [each for each in wrong if "a status of 503" in each and "/console/" not in each]
    # A gateway that is late sends questions away, which a page asks again; for anything else they may not be refused.
    assert broken + [each for each in wrong if each not in away] == []
    assert len(away) <= overloads(tenant) - before, away


def _is_trouble(said: ConsoleMessage) -> bool:
    # Of a refusal, which is looked at on the page, browsers say that something could not be loaded.
    return said.type == "error" and "the server responded with a status of 4" not in said.text


def overloads(tenant: Tenant) -> float:
    """How many requests the gateway has sent away since it would have been late with them."""
    told = tenant.key.get("/metrics").text
    return sum(float(each) for each in re.findall(r"^nexus_refused_total\{.*\} (.*)$", told, re.M))


def test_a_field_that_is_defined_is_everywhere_at_once(ann: Page, tenant: Tenant) -> None:
    define(ann, "Deals", label="Tier", holds="One choice", choices="Gold\nSilver")
    define(ann, "Deals", label="Points", holds="Formula", formula='if(custom.tier = "Gold", 10, 0)')

    ann.get_by_role("link", name="Deals", exact=True).click()
    ann.get_by_role("link", name="New deal").click()
    ann.get_by_label("Name").fill("Twelve tables")
    ann.get_by_label("Tier").select_option("Gold")
    ann.get_by_role("button", name="Open", exact=True).click()
    expect(ann.get_by_role("heading", name="Twelve tables")).to_be_visible()
    own = ann.get_by_role("region", name="Fields of your own")
    expect(own).to_contain_text("Gold")
    expect(own).to_contain_text("10")

    ann.get_by_role("link", name="Deals", exact=True).first.click()
    expect(ann.get_by_role("columnheader", name="Tier")).to_be_visible()
    row = ann.get_by_role("row").filter(has_text="Twelve tables")
    expect(row).to_contain_text("Gold")
    expect(row).to_contain_text("10")
    expect(ann.get_by_role("row").filter(has_text="Ten chairs")).to_be_visible()
    ann.get_by_role("button", name="Filter").click()
    ann.get_by_label("Column").select_option(label="Tier")
    ann.get_by_label("Value").select_option("Gold")
    ann.get_by_role("button", name="Add").click()
    expect(ann.get_by_role("row").filter(has_text="Ten chairs")).to_have_count(0)
    expect(row).to_be_visible()
    assert "custom.tier=Gold" in ann.url
    ann.get_by_role("button", name="Download").click()
    with ann.expect_download() as file:
        ann.get_by_role("link", name="CSV").click()
    lines = file.value.path().read_text().splitlines()
    assert (len(lines), "custom.tier" in lines[0], "Gold" in lines[1]) == (2, True, True)


def test_a_field_is_set_where_it_stands_and_a_wrong_value_is_said_there(ann: Page, tenant: Tenant) -> None:
    define(ann, "Deals", label="Seats", holds="Number")
    ann.goto(f"/console/crm/deals/{tenant.ids['deal']}")
    ann.get_by_role("button", name="Set Seats").click()
    ann.get_by_label("Seats").fill("many")
    ann.get_by_role("button", name="Save").click()
    expect(ann.get_by_role("alert")).to_contain_text("does not fit")
    ann.get_by_label("Seats").fill("12.5")
    ann.get_by_role("button", name="Save").click()
    expect(ann.get_by_role("region", name="Fields of your own")).to_contain_text("12.5")
    found = tenant.key.get(f"/crm/deals/{tenant.ids['deal']}").json()
    assert found["custom"]["seats"] == "12.5"


def test_what_somebody_else_changed_is_not_written_over(ann: Page, tenant: Tenant) -> None:
    deal = tenant.send("/crm/deals", {"name": "One desk", "owner_id": tenant.ids["ann"]})["id"]
    tenant.settle()
    ann.goto(f"/console/crm/deals/{deal}")
    ann.get_by_role("button", name="Actions").click()
    ann.get_by_role("button", name="Plan", exact=True).click()
    ann.get_by_label("Next step", exact=True).fill("Call them")
    tenant.send(f"/crm/deals/{deal}/change-amount", {"amount": _usd("70")})
    ann.get_by_role("button", name="Plan", exact=True).click()
    ann.get_by_role("button", name="Read it again and keep what I typed").click()
    expect(ann.get_by_text("$70").first).to_be_visible()
    expect(ann.get_by_label("Next step", exact=True)).to_have_value("Call them")
    ann.get_by_role("button", name="Plan", exact=True).click()
    expect(ann.get_by_role("button", name="Read it again and keep what I typed")).to_have_count(0)

    def planned() -> dict[str, Any] | None:
        found = tenant.key.get(f"/crm/deals/{deal}").json()
        return found if found["next_step"] else None

    found = tenant.here.until("it is planned", planned)
    assert (found["next_step"], found["amount"]["amount"]) == ("Call them", "70")


def test_a_card_is_moved_and_what_somebody_else_moved_meanwhile_stays_there(ann: Page, tenant: Tenant) -> None:
    made = tenant.send("/crm/pipelines", {"name": "Renewals", "stages": STAGES})["id"]
    deal = {"owner_id": tenant.ids["ann"], "pipeline_id": made, "amount": _usd("40")}
    lamps, rugs = (tenant.send("/crm/deals", {"name": name, **deal})["id"] for name in ("Two lamps", "Three rugs"))
    assert tenant.key.get("/crm/deals", headers=after(tenant.position)).status_code == 200
    ann.get_by_role("navigation", name="How deals are shown").get_by_role("link", name="Board").click()
    ann.get_by_label("Pipeline").select_option(label="Renewals")
    lead, talk = ann.get_by_role("region", name="Lead"), ann.get_by_role("region", name="Talk")
    card = lead.get_by_role("article", name="Two lamps")
    expect(card).to_contain_text("$40")
    card.drag_to(talk)
    expect(ann.get_by_text("Two lamps is in Talk now.")).to_be_visible()
    ann.reload()
    expect(talk.get_by_role("article", name="Two lamps")).to_be_visible()
    assert f"pipeline={made}" in ann.url, "so that a link shows the same"

    menu = ann.get_by_role("button", name="Move Three rugs to…")
    expect(menu).to_be_visible()
    tenant.send(f"/crm/deals/{rugs}/move", {"stage_id": "offer"})
    assert tenant.key.get(f"/crm/deals/{rugs}", headers=after(tenant.position)).json()["stage_id"] == "offer"
    menu.focus()
    ann.keyboard.press("Enter")
    ann.get_by_role("button", name="Talk", exact=True).press("Enter")
    expect(ann.get_by_role("alert")).to_contain_text("Somebody else has changed Three rugs meanwhile")
    expect(ann.get_by_role("region", name="Offer").get_by_role("article", name="Three rugs")).to_be_visible()
    stages = [tenant.key.get(f"/crm/deals/{id}").json()["stage_id"] for id in (lamps, rugs)]
    assert stages == ["talk", "offer"]


def test_a_list_and_a_record_are_shown_as_of_last_tuesday(ann: Page, tenant: Tenant) -> None:
    row = ann.get_by_role("row").filter(has_text="Ten chairs")
    expect(row).to_contain_text("$250")
    ann.get_by_label("As of").fill(TUESDAY)
    expect(row).to_contain_text("$100")
    assert ann.url.endswith(f"as_of={TUESDAY}"), "so that a link shows the same"
    ann.reload()
    expect(row).to_contain_text("$100")
    expect(ann.get_by_role("button", name="New deal")).to_be_disabled()
    row.get_by_role("link", name="Ten chairs").click()
    expect(ann.get_by_role("article")).to_contain_text("$100")
    expect(ann.get_by_role("article")).not_to_contain_text("$250")
    expect(ann.get_by_role("button", name="Actions")).to_be_disabled()
    ann.get_by_role("button", name="Back to now").click()
    expect(ann.get_by_role("article")).to_contain_text("$250")


def test_a_report_is_compared_with_another_day_and_leads_to_its_records(ann: Page, tenant: Tenant) -> None:
    ann.get_by_role("link", name="Reports").click()
    ann.get_by_role("link", name="Pipeline", exact=True).click()
    expect(ann.get_by_role("heading", name="Pipeline", level=1)).to_be_visible()
    ann.goto("/console/reports/crm/pipeline?by=stage&created_at.lt=2026-03-05T00:00:00Z")
    row = ann.get_by_role("row").filter(has_text="Prospecting")
    expect(row).to_contain_text("$250")
    ann.get_by_label("Compare with").fill(TUESDAY)
    expect(row).to_contain_text("$100")
    expect(row).to_contain_text("+$150")
    assert f"compare={TUESDAY}" in ann.url, "so that a link shows the same"
    ann.get_by_role("button", name="Download").click()
    with ann.expect_download() as file:
        ann.get_by_role("link", name="CSV").click()
    lines = file.value.path().read_text().splitlines()
    assert (len(lines), "stage" in lines[0], "250" in lines[1]) == (2, True, True)
    row.get_by_role("link", name="Prospecting").click()
    expect(ann.get_by_role("row").filter(has_text="Ten chairs")).to_contain_text("$250")


def test_a_file_is_tried_imported_and_taken_back(ann: Page, tenant: Tenant) -> None:
    rows = b"Account,Place,Founded\nBolt Works,Ulm,1996\nNut Works,Bonn,long ago\n"
    ann.get_by_role("link", name="Companies", exact=True).click()
    expect(ann.get_by_role("heading", name="Companies")).to_be_visible()
    ann.get_by_role("link", name="Import", exact=True).click()
    ann.get_by_label("The file").set_input_files({"name": "works.csv", "mimeType": "text/csv", "buffer": rows})
    ann.get_by_role("button", name="Look at it").click()
    expect(ann.get_by_label("Account becomes")).to_have_value("name")
    expect(ann.get_by_label("Founded becomes")).to_have_value("year_established")
    ann.get_by_label("Place becomes").select_option(label="Location")
    ann.get_by_role("button", name="Try it").click()
    tried = ann.get_by_role("region", name="What would come of it")
    expect(tried.get_by_text("Tried. Nothing was imported.")).to_be_visible(timeout=60_000)
    expect(counted(tried, "Would be created")).to_have_text("1")
    expect(counted(tried, "Rejected")).to_have_text("1")
    expect(tried.get_by_role("row").filter(has_text="Year established")).to_contain_text("write digits only")
    assert tenant.key.get("/crm/companies", params={"name": "Bolt Works"}).json()["items"] == []

    ann.get_by_role("button", name="Import it").click()
    expect(ann.get_by_text("Imported.", exact=True)).to_be_visible(timeout=60_000)
    expect(counted(ann.get_by_role("article"), "Created")).to_have_text("1")
    with ann.expect_download() as file:
        ann.get_by_role("link", name="Download the report").click()
    lines = file.value.path().read_text().splitlines()
    assert (file.value.suggested_filename, len(lines)) == ("works-errors.csv", 2)
    assert "number_malformed" in lines[1]
    assert "Nut Works" in lines[1]
    [made] = tenant.key.get("/crm/companies", params={"name": "Bolt Works"}).json()["items"]
    assert (made["location"], made["year_established"]) == ("Ulm", 1996)

    ann.get_by_role("button", name="Take it back").click()
    expect(ann.get_by_text("Taken back.", exact=True)).to_be_visible(timeout=60_000)
    expect(counted(ann.get_by_role("article"), "Taken back")).to_have_text("1")
    ann.get_by_role("link", name="companies", exact=True).click()
    expect(ann.get_by_role("heading", name="Companies")).to_be_visible()
    expect(ann.get_by_role("row").filter(has_text="Bolt Works")).to_have_count(0)


def test_two_deals_are_changed_at_once_and_taken_back(ann: Page, tenant: Tenant) -> None:
    names = ("Twin sofa", "Twin stool", "Twin shelf")
    deals = [tenant.send("/crm/deals", {"name": name, "owner_id": tenant.ids["ann"]})["id"] for name in names]
    tenant.settle()
    ann.goto("/console/crm/deals?name.prefix=Twin")
    for name in names[:2]:
        ann.get_by_label(f"Select {name}").check()
    expect(ann.get_by_role("group", name="Selected")).to_contain_text("2 selected")
    ann.get_by_role("button", name="Change…").click()
    ann.get_by_role("button", name="Plan", exact=True).click()
    ann.get_by_label("Next step", exact=True).fill("Call them")
    ann.get_by_role("button", name="Try it").click()
    tried = ann.get_by_role("region", name="What would come of it")
    expect(tried.get_by_text("Tried. Nothing was changed.")).to_be_visible(timeout=60_000)
    expect(counted(tried, "Would change")).to_have_text("2")
    assert [step_of(tenant, id) for id in deals] == [None, None, None]

    ann.get_by_role("button", name="Plan: 2 deals").click()
    expect(ann.get_by_text("Done.", exact=True)).to_be_visible(timeout=60_000)
    expect(counted(ann.get_by_role("article"), "Changed")).to_have_text("2")
    assert [step_of(tenant, id) for id in deals] == ["Call them", "Call them", None]

    ann.get_by_role("button", name="Take it back").click()
    expect(ann.get_by_text("Taken back.", exact=True)).to_be_visible(timeout=60_000)
    assert [step_of(tenant, id) for id in deals] == [None, None, None]


def test_whoever_types_somebody_who_is_on_file_is_told_so(ann: Page, tenant: Tenant) -> None:
    known = {"name": "Jackie Treehorn", "phone": "+49 30 7654321", "owner_id": tenant.ids["ann"]}
    tenant.send("/crm/contacts", known)
    tenant.settle()
    ann.get_by_role("link", name="Contacts", exact=True).click()
    ann.get_by_role("link", name="New contact").click()
    name = ann.get_by_label("Name", exact=True)
    name.fill("Jacky Treehorn")
    ann.get_by_label("Phone", exact=True).fill("+49 30 7654321")
    alike = ann.get_by_role("region", name="This contact may be on file already")
    expect(alike).to_contain_text("Jackie Treehorn")
    expect(alike).to_be_in_viewport()
    with ann.context.expect_page() as opened:
        alike.get_by_role("link", name="Jackie Treehorn").click()
    expect(opened.value.get_by_role("heading", name="Jackie Treehorn")).to_be_visible()
    expect(name).to_have_value("Jacky Treehorn")
    name.fill("Somebody else entirely")
    ann.get_by_label("Phone", exact=True).fill("")
    expect(alike).to_have_count(0)


def test_two_who_are_one_are_merged_and_told_apart_again(ann: Page, tenant: Tenant) -> None:
    said = {"name": "Maude Lebowski", "phone": "+49 30 1234567", "owner_id": tenant.ids["ann"]}
    one, other, third = (
        tenant.send("/crm/contacts", {**said, **more})["id"]
        for more in (
            {"job_title": "Painter"},
            {"job_title": "Artist", "email": "m@maude.example"},
            {"name": "M. Lebowski"},
        )
    )
    call = {"kind": "CALL", "title": "Ask Maude", "owner_id": tenant.ids["ann"], "contact_ids": [other]}
    tenant.send("/crm/activities", call)
    tenant.settle()
    ann.get_by_role("link", name="Contacts", exact=True).click()
    ann.get_by_role("link", name="Duplicates").click()
    pairs = ann.get_by_role("main").get_by_role("listitem")
    pairs.filter(has_text="M. Lebowski").first.get_by_role("button", name="They are two").click()
    expect(pairs.filter(has_text="M. Lebowski")).to_have_count(1)
    ann.goto(f"/console/crm/contacts/{one}")
    alike = ann.get_by_role("region", name="May be the same contact").get_by_role("listitem")
    alike.filter(has_text="Maude Lebowski").get_by_role("link", name="Compare").click()
    ann.get_by_label("Artist").check()
    expect(ann.get_by_role("row").filter(has_text="m@maude.example").get_by_role("radio")).to_have_count(0)
    ann.get_by_role("button", name="Merge").click()
    merged = ann.get_by_role("region", name="Merged into this one")
    expect(merged).to_contain_text("Maude Lebowski")
    expect(merged).to_contain_text("done, with 1 record that named it", timeout=60_000)
    expect(ann.get_by_role("region", name="Values")).to_contain_text("Artist")
    expect(ann.get_by_role("region", name="Values")).to_contain_text("m@maude.example")
    expect(ann.get_by_role("region", name="Activities")).to_contain_text("Ask Maude")
    listed = {each["id"] for each in tenant.key.get("/crm/contacts").json()["items"]}
    assert {one, other, third} & listed == {one, third}
    assert tenant.key.get(f"/crm/contacts/{other}", follow_redirects=False).status_code == 308

    merged.get_by_role("button", name="Tell apart").click()
    expect(merged).to_contain_text("told apart again")
    expect(ann.get_by_role("region", name="Values")).to_contain_text("Painter")
    ann.goto(f"/console/crm/contacts/{other}")
    expect(ann.get_by_role("region", name="Values")).to_contain_text("Artist")


def test_the_box_finds_and_the_keyboard_leads_there(ann: Page, tenant: Tenant) -> None:
    tenant.here.until("it is found", lambda: tenant.key.get("/search", params={"q": "chairs"}).json()["items"])
    ann.keyboard.press("/")
    ann.keyboard.type("ten chai")
    expect(ann.get_by_role("option").filter(has_text="Ten chairs")).to_be_visible()
    ann.keyboard.press("Enter")
    expect(ann.get_by_role("heading", name="Ten chairs")).to_be_visible()


def test_nobody_is_shown_what_they_may_not_see_or_do(mia: Page, tenant: Tenant) -> None:
    expect(mia.get_by_role("row").filter(has_text="Ten chairs")).to_have_count(0)
    expect(mia.get_by_role("link", name="Users")).to_have_count(0)
    mia.goto("/console/admin/users")
    expect(mia.get_by_text("There is nothing here")).to_be_visible()
    mia.goto(f"/console/crm/deals/{tenant.ids['deal']}")
    expect(mia.get_by_text("There is no such deal")).to_be_visible()


def test_who_signs_out_is_out(ann: Page, tenant: Tenant) -> None:
    ann.get_by_role("button", name="Ann").click()
    ann.get_by_role("button", name="Sign out").click()
    expect(ann.get_by_label("Your organisation")).to_be_visible()
    ann.goto("/console/crm/deals")
    expect(ann.get_by_label("Your organisation")).to_be_visible()


def counted(part: Locator, label: str) -> Locator:
    """How many a result tells by that label."""
    return part.locator(f'dt:text-is("{label}") + dd')


def step_of(tenant: Tenant, deal: str) -> str | None:
    return tenant.key.get(f"/crm/deals/{deal}").json()["next_step"]


def define(page: Page, record: str, **said: str) -> None:
    """Defines a field at the page of fields; what it holds is said first, since it says what else there is to say."""
    page.get_by_role("link", name="Fields of your own").click()
    page.get_by_role("button", name=record, exact=True).click()
    page.get_by_role("button", name="Define a field").click()
    page.get_by_label("Holds").select_option(label=said.pop("holds"))
    for name, value in said.items():
        page.get_by_label(name.title(), exact=True).fill(value)
    page.get_by_role("button", name="Define", exact=True).click()
    expect(page.get_by_text(f"{said['label']} is defined")).to_be_visible()


def _usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}
