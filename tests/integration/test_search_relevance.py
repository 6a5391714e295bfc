"""How good the search is, measured: companies, products and people of the CRM sales opportunities, searched in one box.

The mean reciprocal rank is the mean of 1 / the place of what was meant, 0 where it is not among the first ten.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from random import Random

import pytest

from gateway.search import ranked
from infra.settings import ROOT, Settings
from projections.admin.users import READ_MODEL as USERS
from projections.asked import taken_apart
from projections.crm.companies import READ_MODEL as COMPANIES
from projections.crm.products import READ_MODEL as PRODUCTS
from projections.searching import Searched, search_all
from tests.integration.searching import TENANT, fill, own_indices, patient, row

DATA = ROOT / "tests/data/crm-sales-opportunities"
MODELS = {"companies": COMPANIES, "products": PRODUCTS, "users": USERS}
MEANT = {
    "acme": "Acme Corporation",
    "acm": "Acme Corporation",
    "acme corp": "Acme Corporation",
    "corporation acme": "Acme Corporation",
    "betas": "Betasoloin",
    "gtx pro": "GTX Pro",
    "gtxpro": "GTX Pro",
    "gtx plus b": "GTX Plus Basic",
    "gtk 500": "GTK 500",
    "mg adv": "MG Advanced",
    "darcel": "Darcel Schlecht",
    "schlecht darcel": "Darcel Schlecht",
    "da sch": "Darcel Schlecht",
    "moses": "Moses Frase",
    "vicki laf": "Vicki Laflamme",
    "laflame": "Vicki Laflamme",
    "kary": "Kary Hendrixson",
    "hendrix": "Kary Hendrixson",
    "cassey": "Cassey Cress",
    "casey": "Cassey Cress",
    "snelling": "Anna Snelling",
    "kan": "Kan-code",
    "kan-code": "Kan-code",
    "kancode": "Kan-code",
    "cancity": "Cancity",
    "y-corporation": "Y-corporation",
}
"""What people type, and the name of what they mean."""


def rows(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with own_indices(*MODELS.values()) as (made, es):
        companies = [
            row(
                COMPANIES,
                each["account"],
                name=each["account"],
                sector=each["sector"],
                location=each["office_location"],
            )
            for each in rows("accounts.csv")
        ]
        products = [
            row(PRODUCTS, name, name=name, series=each["series"], aliases=["GTXPro"] if name == "GTX Pro" else [])
            for each in rows("products.csv")
            for name in [each["product"]]
        ]
        people = [
            row(USERS, each["sales_agent"], name=each["sales_agent"], team_name=each["regional_office"])
            for each in rows("sales_teams.csv")
        ]
        for model, of in ((COMPANIES, companies), (PRODUCTS, products), (USERS, people)):
            fill(made, es, model, of)
        yield made


async def mean_reciprocal_rank(settings: Settings, meant: Sequence[tuple[str, str]]) -> tuple[float, Mapping[str, int]]:
    """And the places that are not the first, by what was typed; 0 for none."""
    worse, total, of = dict[str, int](), 0.0, [Searched(model) for model in MODELS.values()]
    for q, name in meant:
        async with patient(settings) as es:
            found = await search_all(es, settings.index_prefix, TENANT, taken_apart(q), of, 10)
        there = {kind: each for kind, each in zip(MODELS, found, strict=True) if each is not None}
        names = [place.hit.id for place in ranked(there)[:10]]
        rank = names.index(name) + 1 if name in names else 0
        total += 1 / rank if rank else 0
        if rank != 1:
            worse[q] = rank
    return total / len(meant), worse


async def test_what_is_meant_comes_first(settings: Settings) -> None:
    rank, worse = await mean_reciprocal_rank(settings, list(MEANT.items()))
    assert rank >= 0.98, worse


async def test_names_with_one_letter_wrong(settings: Settings) -> None:
    meant = [(slipped(name, random), name) for random in [Random(42)] for name in sorted(names()) for _ in range(2)]
    rank, worse = await mean_reciprocal_rank(settings, meant)
    assert rank >= 0.95, (rank, worse)


async def test_names_as_they_are_typed(settings: Settings) -> None:
    """Half of a name, at least four characters."""
    meant = [(name[: max(4, len(name) // 2)], name) for name in sorted(names())]
    rank, worse = await mean_reciprocal_rank(settings, meant)
    assert rank >= 0.95, (rank, worse)


def names() -> set[str]:
    return {each["account"] for each in rows("accounts.csv")} | {
        each["sales_agent"] for each in rows("sales_teams.csv")
    }


def slipped(name: str, random: Random) -> str:
    """The name with a letter more, less, another, or two changed round, behind the first letter of a word of some
    length."""
    word = random.choice([word for word in name.split() if len(word) >= 5] or [name])
    at, letter = random.randrange(1, len(word) - 1), random.choice("abcdefghijklmnopqrstuvwxyz")
    changed = random.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )
    return name.replace(word, changed, 1)
