"""Companies that are invented and then written down once more, as other people would: with slips, with another or no
legal form, abbreviated, in other letters, with values left out, old or new. Beside them stand companies that are alike
and not the same: subsidiaries of a group, namesakes in other places, neighbours in one house. All follows from a seed.

Names, streets and numbers are nobody's. What share of records is written how is a guess at what files of customers
hold; there is no public set of companies of which it is known which are one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from string import ascii_lowercase
from typing import Any

from projections.crm.company_likeness import Profile, profile
from projections.crm.hosts import hosts_of

Companies = Mapping[str, Profile]

_BEGIN = """Müller Schäfer Groß Krü Vogel Brandt Lind Berg Øver Søren Håkan Du Lefè Gar Châ Mo Gar Nú Ibá Ros Fer Bian
Nowa Łuka Wiś Ková Dvoř Szab Yil Oka Ade Har Ash Mac O'Br Fitz Whit Pem Tana Pet Stein Wald Eisen Hög Köh Zim Kel
Rich Win"""
_END = """mann quist ström gaard sen son bois vre nier teau reau cía ñez si rari chi ak sik niewski ar áček kó maz for
yemi row down Leod ien gerald aker berton ka rov er bauer feld heim ault etti ov mont ley ford"""
_FIRST = """Bright North Blue Iron Silver Oak Stone Clear River Sun Fjord Cedar Amber Falcon Summit Harbor Cobalt Copper
Maple Quantum Vertex Nova Terra Lumen Helio Aqua Zeno Kara Polar Orbit Delta Prism Raven Tidal Ember Cinder"""
_SECOND = """moor field bridge gate wood light works point path ford line core nest wave grid mark stead crest tec via
gen loop dyne flux port ridge well spire"""
_TRADES = """Logistics Software Consulting Foods Energy Pharma Textiles Systems Technologies Partners Manufacturing Bau
Logistik Conseil Services Media Capital Insurance Marine Solutions International Travel Plastics Optics Robotics Dairy
Brewing Security Design Analytics Tools Paper Glass Ceramics Printing Catering"""
_STREETS = """Mill Church Station Garden King Queen Market Linden Schiller Goethe Republic Victor Harbour Bridge Castle
Forest Meadow Orchard Tower Canal Rose Park"""
BEGIN, END, FIRST, SECOND, TRADES, STREETS = map(str.split, (_BEGIN, _END, _FIRST, _SECOND, _TRADES, _STREETS))
SHORT = {"International": "Intl", "Technologies": "Tech", "Manufacturing": "Mfg.", "Services": "Svcs"}
ALSO = {"Germany": "Deutschland", "United Kingdom": "UK", "United States": "USA", "Poland": "Polska", "Norway": "Norge"}


@dataclass(frozen=True, slots=True)
class Country:
    """`forms` are legal forms, each in all its spellings."""

    name: str
    tld: str
    calling: str
    forms: tuple[tuple[str, ...], ...]
    cities: tuple[tuple[str, str], ...]
    street: str


COUNTRIES = (
    Country("Germany", "de", "+49", (("GmbH", "G.m.b.H.", "gmbh"), ("AG",), ("GmbH & Co. KG", "GmbH & Co KG")),
            (("München", "80"), ("Berlin", "10"), ("Köln", "50"), ("Nürnberg", "90")), "{}straße {}"),
    Country("United Kingdom", "co.uk", "+44", (("Ltd", "Limited", "Ltd."), ("PLC", "plc"), ("LLP",)),
            (("Leeds", "LS1 "), ("York", "YO1 "), ("Bristol", "BS1 "), ("London", "EC2 ")), "{1} {0} Lane"),
    Country("United States", "com", "+1", (("Inc.", "Inc", "Incorporated"), ("LLC", "L.L.C.")),
            (("Chicago", "606"), ("Boston", "021"), ("Austin", "787"), ("Portland", "972")), "{1} {0} Street"),
    Country("France", "fr", "+33", (("SAS", "S.A.S."), ("SARL", "S.à r.l.", "S.A.R.L."), ("SA", "S.A.")),
            (("Lyon", "690"), ("Paris", "750"), ("Orléans", "450")), "{1} rue {0}"),
    Country("Poland", "pl", "+48", (("Sp. z o.o.", "sp. z o. o."), ("S.A.", "SA")),
            (("Łódź", "90-"), ("Kraków", "30-"), ("Gdańsk", "80-")), "ul. {} {}"),
    Country("Norway", "no", "+47", (("AS", "A/S"), ("ASA",)), (("Oslo", "01"), ("Tromsø", "90")), "{} gate {}"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Company:
    """`name` has no legal form; `form` is one of the spellings of one, `label` what its domain is called."""

    name: str
    form: str
    country: Country
    label: str
    tld: str
    phone: str
    vat_number: str
    registration_number: str
    street: str
    city: str
    code: str
    parent_id: str | None = None


def companies(seed: int, count: int = 800) -> Companies:
    """By id, as `tests.pairs.same` reads them: every second one is written down twice, some three times."""
    drawn = Random(seed)
    found: dict[str, Profile] = {}
    for number, each in enumerate(_everybody(drawn, count)):
        found[f"rec-{number}-org"] = _written(drawn, each, again=False)
        for copy in range(drawn.choice((0, 0, 1, 1, 1, 2))):
            found[f"rec-{number}-dup-{copy}"] = _written(drawn, _later(drawn, each), again=True)
    return found


def _everybody(drawn: Random, count: int) -> Iterator[Company]:
    for number in range(count):
        one = _company(drawn)
        yield one
        match drawn.randrange(40):
            case 0 | 1:
                yield from _group(drawn, one, f"group-{number}" if drawn.random() < 0.5 else None)
            case 2:  # a namesake elsewhere
                other = _company(drawn)
                yield replace(other, name=one.name)
            case 3:  # of the same family, in the same town
                other = _company(drawn)
                family = f"{one.name.split()[0]} {drawn.choice(TRADES)}"
                yield replace(other, name=family, country=one.country, city=one.city, code=one.code, form=one.form)
            case 4:  # in the same house
                neighbour = _company(drawn)
                house = {"city": one.city, "code": one.code, "street": one.street}
                yield replace(neighbour, country=one.country, form=one.form, **house)
            case _:
                pass


def _company(drawn: Random) -> Company:
    country = drawn.choice(COUNTRIES)
    head = _family(drawn) if drawn.random() < 0.4 else drawn.choice(FIRST) + drawn.choice(SECOND)
    trades = drawn.sample(TRADES, drawn.choice((0, 1, 1, 1, 1, 2)))
    if drawn.random() < 0.08:
        trades = ["&", drawn.choice(("Sons", "Söhne", "Partners", _family(drawn)))]
    city, begin = drawn.choice(country.cities)
    label = _ascii("".join([head, *trades] if drawn.random() < 0.7 else [head, drawn.choice(("online", "hq", "web"))]))
    digits = "".join(str(drawn.randrange(10)) for _ in range(9))
    return Company(
        name=" ".join([head, *trades]),
        form=drawn.choice(country.forms)[0],
        country=country,
        label=label,
        tld=drawn.choice((country.tld, country.tld, "com", "example")),
        phone=f"{country.calling} {digits[:3]} {digits[3:]}",
        vat_number=f"{country.tld[-2:].upper()}{drawn.randrange(10**8, 10**9)}",
        registration_number=f"{drawn.choice(('HRB ', '', 'No. '))}{drawn.randrange(10**5, 10**8)}",
        street=country.street.format(drawn.choice(STREETS), drawn.randrange(1, 200)),
        city=city,
        code=begin + "".join(str(drawn.randrange(10)) for _ in range(5 - len(begin))),
    )


def _family(drawn: Random) -> str:
    return drawn.choice(BEGIN) + drawn.choice(END)


def _group(drawn: Random, top: Company, parent_id: str | None) -> Iterator[Company]:
    """Subsidiaries in other countries, each called after the group and often under its domain."""
    abroad = [each for each in COUNTRIES if each is not top.country]
    for country in drawn.sample(abroad, drawn.choice((1, 2))):
        own = _company(drawn)
        city, begin = drawn.choice(country.cities)
        one_domain = drawn.random() < 0.5
        yield replace(
            own,
            name=f"{top.name} {country.name}",
            country=country,
            form=drawn.choice(country.forms)[0],
            label=top.label,
            tld=top.tld if one_domain else country.tld,
            city=city,
            code=f"{begin}{drawn.randrange(100, 999)}",
            street=country.street.format(drawn.choice(STREETS), drawn.randrange(1, 200)),
            parent_id=parent_id,
        )


def _later(drawn: Random, company: Company) -> Company:
    """The same company some years later, or in the eyes of somebody else."""
    other = replace(_company(drawn), country=company.country)
    if drawn.random() < 0.08:
        company = replace(company, street=other.street, city=other.city, code=other.code)
    if drawn.random() < 0.12:
        company = replace(company, phone=other.phone)
    match drawn.randrange(25):
        case 0:
            company = replace(company, tld="example" if company.tld != "example" else "com")
        case 1:
            company = replace(company, label=other.label)
        case _:
            pass
    spelled = next(each for each in company.country.forms if company.form in each)
    if drawn.random() < 0.05:
        spelled = drawn.choice(company.country.forms)
    form = drawn.choice((drawn.choice(spelled), drawn.choice(spelled), drawn.choice(spelled), ""))
    return replace(company, name=_misspelled(drawn, company), form=form)


def _misspelled(drawn: Random, company: Company) -> str:
    name = company.name
    match drawn.randrange(12):
        case 0:
            name = _slip(drawn, name)
        case 1:
            name = _ascii(name, " &'")
        case 2:
            name = name.replace("ü", "ue").replace("ö", "oe").replace("ä", "ae").replace("ß", "ss")
        case 3:
            name = name.upper()
        case 4:
            name = " ".join(SHORT.get(word, word) for word in name.split())
        case 5:
            name = name.replace("&", drawn.choice(("and", "+", "und"))) if "&" in name else f"The {name}"
        case 6 if " " in name and "&" not in name:
            name = name.rpartition(" ")[0]
        case 7 if " " in name and "&" not in name:
            name = "".join(name.split())
        case 8:
            name = _slip(drawn, _slip(drawn, name))
        case 9:
            name = f"{name} ({drawn.choice((company.city, company.country.name))})"
        case _:
            pass
    return name


def _slip(drawn: Random, text: str) -> str:
    """A letter left out, doubled, swapped with the next, or another one."""
    at = drawn.randrange(1, len(text) - 1)
    return drawn.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
            text[:at] + drawn.choice(ascii_lowercase) + text[at + 1 :],
        )
    )


def _ascii(text: str, kept: str = "") -> str:
    table = str.maketrans("üöäøåéèêáíóúñłńśřčýıÜÖÄØÅÉŁ", "uoaoaeeeaiounlnsrcyiUOAOAEL")
    plain = text.translate(table).replace("ß", "ss")
    return "".join(each for each in plain if each.isascii() and (each.isalnum() or each in kept))


def _written(drawn: Random, company: Company, *, again: bool) -> Profile:
    """What somebody writes down of a company, which is never all."""

    def told(share: float) -> bool:
        return drawn.random() < share

    address: dict[str, Any] = {"street": company.street, "city": company.city, "postal_code": company.code}
    if again and told(0.2):
        address["street"] = _slip(drawn, company.street)
    if again and told(0.1):
        address["city"] = _ascii(company.city)
    if told(0.3):
        del address["street"]
    country = company.country.name
    if told(0.08):
        country = ALSO.get(country, country)
    domain = f"{company.label.lower()}.{company.tld}"
    website = f"https://www.{domain}/about"
    phone = company.phone.replace(" ", "") if not again or told(0.7) else f"0{company.phone.partition(' ')[2]}"
    return profile(
        f"{company.name} {company.form}".strip(),
        hosts_of([domain] if told(0.55) else [], website if told(0.45) else None),
        [phone] if told(0.6) else [],
        company.vat_number if told(0.2) else None,
        company.registration_number if told(0.15) else None,
        None,
        [address] if told(0.7) else [],
        country if told(0.6) else None,
        company.parent_id if told(0.7) else None,
    )
