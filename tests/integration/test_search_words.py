# Letters that look like others are what this is about.
# ruff: noqa: RUF001
"""What is found by what is typed, in real Elasticsearch: languages, slips, numbers, phrases, and in which order."""

from collections.abc import AsyncIterator, Iterator
from random import Random

import pytest
from elasticsearch import AsyncElasticsearch

from infra.search import client
from infra.settings import Settings
from projections.asked import MOST
from projections.crm.deals import READ_MODEL as DEALS
from projections.crm.products import READ_MODEL as PRODUCTS
from projections.query import (
    QueryError,
    Searched,
    SearchUnavailable,
    search,
    search_all,
    taken_apart,
)
from projections.visible import NOTHING, Among, Sight
from tests.integration.searching import TENANT, fill, own_indices, patient, row
from tests.unit.projections.log import day

NAMES = {
    "muller": "Müller Maschinenbau",
    "strasse": "Straßenbau Nord",
    "istanbul": "İstanbul Yapı",
    "isparta": "Isparta Gül",
    "zagora": "Ζαγορά Οίνος",
    "korolev": "Королёв Сталь",
    "lodz": "Łódź Tkaniny",
    "tokyo": "東京都交通局",
    "samsung": "삼성전자",
    "katakana": "トヨタ自動車",
    "hebrew": "חברת החשמל",
    "vietnam": "Nguyễn Văn",
    "decomposed": "Cafe\u0301 Cre\u0300me",
    "invisible": "Soft\u00adware \u202eRight",
    "irish": "O'Brien & Sons",
    "french": "L\u2019Oréal",
    "email": "jane.doe@acme-labs.com",
    "phone": "+254 700 123-456",
    "home": "Call 030/1234567",
    "code": "GTX-500 Plus",
    "long": "Donaudampfschifffahrtsgesellschaftskapitän",
    "john": "John Doe",
    "doe": "Doe, Johnson",
}


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with own_indices(DEALS) as (made, es):
        fill(made, es, DEALS, [row(DEALS, id, name=name, owner_id=f"of {id}") for id, name in NAMES.items()])
        yield made


@pytest.fixture
async def es(settings: Settings) -> AsyncIterator[AsyncElasticsearch]:
    async with patient(settings) as made:
        yield made


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("muller", "muller"),
        ("MÜLLER", "muller"),
        ("Mueller", "muller"),
        ("mull masch", "muller"),
        ("strassenbau", "strasse"),
        ("STRAẞEN", "strasse"),
        ("istanbul", "istanbul"),
        ("ISTANBUL", "istanbul"),
        ("ıstanbul yapi", "istanbul"),
        ("ısparta", "isparta"),
        ("ζαγορα", "zagora"),
        ("ΖΑΓΟΡΑ ΟΙΝΟΣ", "zagora"),
        ("οινοσ", "zagora"),
        ("королев", "korolev"),
        ("КОРОЛЁВ", "korolev"),
        ("стал", "korolev"),
        ("lodz", "lodz"),
        ("東京", "tokyo"),
        ("京都", "tokyo"),
        ("交通", "tokyo"),
        ("삼성", "samsung"),
        ("전자", "samsung"),
        ("トヨタ", "katakana"),
        ("ﾄﾖﾀ", "katakana"),
        ("自動車", "katakana"),
        ("החשמל", "hebrew"),
        ("nguyen van", "vietnam"),
        ("café crème", "decomposed"),
        ("cafe creme", "decomposed"),
        ("software", "invisible"),
        ("soft\u00adware right", "invisible"),
        ("obrien", "irish"),
        ("o'brien", "irish"),
        ("o’bri", "irish"),
        ("brien sons", "irish"),
        ("loreal", "french"),
        ("l'oréal", "french"),
        ("oreal", "french"),
        ("jane.doe@acme-labs.com", "email"),
        ("JANE.DOE@", "email"),
        ("jane.d", "email"),
        ("doe@acme", "email"),
        ("labs.com", "email"),
        ("janedoe", "email"),
        ("0700 123 456", "phone"),
        ("+254700123456", "phone"),
        ("700123", "phone"),
        ("00254 700-123", "phone"),
        ("+49 (0)30 1234567", None),
        ("030 1234567", "home"),
        ("gtx-500", "code"),
        ("gtx 500", "code"),
        ("gtx500", "code"),
        ("gtx 50", "code"),
        ("gtx 600", None),
        ("donaudampfschifffahrtsgesellschaft", "long"),
        ("donaudampfschifffahrtsgesellschaftskapitän", "long"),
        ("donaudamfp", "long"),
        ("maschinebau", "muller"),
        ("mashcinenbau", "muller"),
        ("xmüller", None),
        ('"maschinenbau müller"', None),
        ('"müller maschinenbau"', "muller"),
        ("müller -maschinenbau", None),
        ("plus -basic", "code"),
        ("phone", "phone"),
        ("decomp", "decomposed"),
        ("!!! ???", None),
        ("\u202e\u200b", None),
        ("name:* OR _exists_:id", None),
    ],
)
async def test_one_is_found(es: AsyncElasticsearch, settings: Settings, q: str, expected: str | None) -> None:
    found = await search(es, settings.index_prefix, DEALS, TENANT, q)
    assert found[:1] == ([] if expected is None else [expected])


async def test_a_name_that_is_that_comes_first_then_whole_words_beginnings_and_near_ones(
    es: AsyncElasticsearch, settings: Settings
) -> None:
    assert await search(es, settings.index_prefix, DEALS, TENANT, "john doe") == ["john", "doe"]
    assert await search(es, settings.index_prefix, DEALS, TENANT, "jo do") == ["john", "doe"]
    assert set(await search(es, settings.index_prefix, DEALS, TENANT, "doe")) == {"john", "doe", "email"}


@pytest.mark.parametrize("q", ["o", "ÖZ", "özil an", "ozil antonius maximilian", "ozil antonius maximilianus"])
async def test_of_equals_a_name_that_begins_so_comes_before_later_ones(q: str) -> None:
    with own_indices(DEALS) as (settings, blocking):
        names = ["Özil Antonius Maximilianus", "My Özil Antonius Maximilianus", "To Özil Antonius Maximilianus"]
        fill(settings, blocking, DEALS, [row(DEALS, str(at), day(at), name=name) for at, name in enumerate(names)])
        async with patient(settings) as es:
            assert await search(es, settings.index_prefix, DEALS, TENANT, q) == ["0", "2", "1"]


async def test_slips_are_forgiven_where_nothing_is_found_without(es: AsyncElasticsearch, settings: Settings) -> None:
    assert await search(es, settings.index_prefix, DEALS, TENANT, "john deo") == []
    assert await search(es, settings.index_prefix, DEALS, TENANT, "jonh doe") == ["john"]
    asked = taken_apart("maschinebau")
    (here,) = await search_all(es, settings.index_prefix, TENANT, asked, [Searched(DEALS)], 10)
    assert here is not None
    assert [hit.id for hit in here.hits] == ["muller"]


async def test_equals_are_in_the_order_of_their_change() -> None:
    names = ["Alpha two", "Alpha", "Alphabet", "Alpah", "Alpha one"]
    with own_indices(DEALS) as (settings, blocking):
        rows = [row(DEALS, name, day(at), name=name) for at, name in enumerate(names)]
        fill(settings, blocking, DEALS, [*rows, row(DEALS, "elsewhere", day(99), name="Other", company_name="Alpha")])
        async with patient(settings) as es:
            found = await search(es, settings.index_prefix, DEALS, TENANT, "alpha")
    assert found == ["Alpha", "Alpha one", "Alpha two", "elsewhere", "Alphabet"]


async def test_a_record_out_of_sight_is_not_found_and_no_word_of_what_is_hidden_finds_one(
    es: AsyncElasticsearch, settings: Settings
) -> None:
    own = Sight(records=Among("owner", frozenset({"of john"})))
    assert await search(es, settings.index_prefix, DEALS, TENANT, "doe", sight=own) == ["john"]
    assert await search(es, settings.index_prefix, DEALS, "rival", "doe") == []
    assert await search(es, settings.index_prefix, DEALS, TENANT, "doe", sight=Sight(records=NOTHING)) == []


@pytest.mark.parametrize(
    "q",
    [
        " ".join(["a"] * MOST),
        " ".join(f"{letter}aaaaaaaa" for letter in "abcdefghijklmnopqrst"),
        "a" * 500,
        "é" * 500,
        "東" * 500,
        ".*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*x",
        "(a+)+$" * 20,
        '{"match_all": {}} \\" } ] /.*/ ~99 ^9 [a TO z]',
        "\ud7ff\ufffd\U0001f600 a",
        "1" * 500,
        "٠١٢٣٤٥ ²³",
        "क़ख़ग़ สวัสดี ᠮᠣᠩᠭᠣᠯ",
    ],
)
async def test_whatever_comes_is_answered(es: AsyncElasticsearch, settings: Settings, q: str) -> None:
    found = await search(es, settings.index_prefix, DEALS, TENANT, q)
    assert isinstance(found, list)


async def test_several_are_asked_at_once_and_one_without_documents_is_told_apart(
    es: AsyncElasticsearch, settings: Settings
) -> None:
    asked = [Searched(PRODUCTS), Searched(DEALS)]
    products, deals = await search_all(es, settings.index_prefix, TENANT, taken_apart("doe"), asked, 1)
    assert products is None
    assert deals is not None
    assert (len(deals.hits), deals.count, deals.more) == (1, 3, False)


async def test_a_silent_engine_is_said_to_be_silent(settings: Settings) -> None:
    silent = client(settings.model_copy(update={"elasticsearch": "http://127.0.0.1:1"}))
    with pytest.raises(SearchUnavailable):
        await search_all(silent, settings.index_prefix, TENANT, taken_apart("doe"), [Searched(DEALS)], 1)
    await silent.close()


async def test_too_much_is_refused(es: AsyncElasticsearch, settings: Settings) -> None:
    with pytest.raises(QueryError):
        await search(es, settings.index_prefix, DEALS, TENANT, "word " * (MOST + 1))


async def test_any_text_is_a_document_and_is_found_by_its_own_words() -> None:
    """Names drawn of many scripts, with apostrophes, dots and marks between."""
    random = Random(7)
    letters = "abcÀßıİłøñçΣςάЖёй東京カガ한국אبหก'’.-_@&/0123 \u0301\u200b"
    names = ["".join(random.choices(letters, k=random.randint(1, 40))) for _ in range(300)]
    with own_indices(DEALS) as (settings, blocking):
        fill(settings, blocking, DEALS, [row(DEALS, f"n{at}", name=name) for at, name in enumerate(names)])
        async with patient(settings) as es:
            for at, name in enumerate(names):
                words = [word for word in name.split() if any(map(str.isalnum, word)) and word[0] not in "-"]
                if words:
                    found = await search(es, settings.index_prefix, DEALS, TENANT, words[0])
                    assert f"n{at}" in found, (name, words[0])
