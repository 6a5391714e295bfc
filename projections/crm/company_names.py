"""A company's name without what is not its own: the legal form, articles, and other ways of writing the same word.

Which legal forms there are, and what is short for which, is from ISO 20275 (Entity Legal Forms), those that companies
write behind or before their names.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from projections.crm.comparing import words

_FORMS = """
    ltd: ltd, limited, private limited, pvt ltd, pvt limited, pty ltd, pty limited, pte ltd, pte limited, pty, pvt, pte
    plc: plc, public limited company
    inc: inc, incorporated, corp, corporation
    llc: llc, llp, lp, lc, pllc, limited liability company
    co: co, company, cie, compagnie
    gmbh: gmbh, ggmbh, mbh, ges mbh, gesmbh, gesellschaft mit beschrankter haftung
    ug: ug, ug haftungsbeschrankt
    ag: ag, aktiengesellschaft
    kg: kg, ohg, gbr, kgaa
    se: se
    ek: ek, ev, eg, ekfm, ekfr
    sa: sa, societe anonyme, sociedad anonima, sociedade anonima
    sas: sas, sasu
    sarl: sarl, eurl, sarlu
    snc: snc, sci, scop, scrl, sprl, bvba, srl, srls
    spa: spa, sapa
    sl: sl, slu, sau, sociedad limitada
    decv: sa de cv, sapi de cv, s de rl de cv, s de rl, sab de cv
    ltda: ltda, limitada, eireli, epp, lda
    nv: nv
    bv: bv, vof
    ab: ab, aktiebolag
    hb: hb
    as: as, asa, aksjeselskap
    aps: aps, ivs
    ehf: ehf, hf
    oy: oy, oyj, osakeyhtio, ky
    spzoo: sp zoo, sp z oo, spolka zoo, spolka z oo, spolka z ograniczona odpowiedzialnoscia, spk, spj
    spa-pl: spolka akcyjna
    sro: sro, spol sro, vos
    doo: doo, dd, ad, ood, eood
    kft: kft, zrt, nyrt
    sia: sia, uab, ou
    sti: sti, ltd sti, anonim sirketi, limited sirketi
    bhd: bhd, sdn bhd, berhad
    tbk: tbk, pt
    kk: kk, gk, kabushiki kaisha, godo kaisha
    ooo: ooo, oao, zao, pao, ооо, оао, зао, пао, ао
"""  # noqa: RUF001
_STANDING_BEFORE = "pt ooo oao zao pao ооо оао зао пао ао ab oy uab sia sarl eurl sas ets"  # noqa: RUF001
_BEFORE = frozenset(_STANDING_BEFORE.split())
"""Forms that stand before names, too."""
_ATTACHED = tuple(words("株式会社 有限会社 合同会社 股份有限公司 有限公司 주식회사 유한회사"))
"""Forms that are written without a space between them and the name."""
_SAME: Mapping[str, str] = {
    "intl": "international", "int": "international", "internacional": "international",
    "tech": "technology", "technologies": "technology", "techs": "technology", "technologie": "technology",
    "mfg": "manufacturing", "mgmt": "management", "svc": "services", "svcs": "services", "service": "services",
    "bros": "brothers", "gebr": "gebruder", "assoc": "associates", "assocs": "associates", "ind": "industries",
    "inds": "industries", "industry": "industries", "industrie": "industries", "sys": "systems", "system": "systems",
    "sol": "solutions", "solution": "solutions", "grp": "group", "gruppe": "group", "groupe": "group",
    "gruppo": "group", "holding": "holdings", "dept": "department", "univ": "university", "saint": "st", "sankt": "st",
    "ets": "etablissements", "lab": "labs", "laboratories": "labs", "centre": "center", "partner": "partners",
}  # fmt: skip
_SILENT = frozenset(("the", "and", "und", "et", "y", "og", "och", "en", "der", "die", "das"))
_LONGEST = 5
"""Words of a form."""


@dataclass(frozen=True, slots=True)
class Name:
    """`words` are the name's own, in order; `forms` the legal forms that it names, each by one spelling."""

    words: tuple[str, ...] = ()
    forms: frozenset[str] = frozenset()

    @property
    def joined(self) -> str:
        return "".join(self.words)


UNNAMED = Name()


def _spellings() -> Iterator[tuple[tuple[str, ...], str]]:
    for line in _FORMS.split("\n"):
        form, _, spelled = line.strip().partition(":")
        for each in filter(None, (part.strip() for part in spelled.split(","))):
            yield tuple(each.split()), form


_BY_SPELLING: Mapping[tuple[str, ...], str] = dict(_spellings())


def name_of(text: str | None) -> Name:
    """The name that a text is. What is nothing but a form, such as Limited, is a name all the same."""
    found, forms = [each for each in _glued(words(text)) if each not in _SILENT] or list(words(text)), set[str]()
    found = [part for each in found for part in _detached(each, forms)]
    while form := _at_the_end(found):
        forms.add(_BY_SPELLING[form])
        del found[-len(form) :]
    if len(found) > 1 and found[0] in _BEFORE:
        forms.add(_BY_SPELLING.get((found[0],), found[0]))
        del found[0]
    return Name(tuple(_written(each) for each in found), frozenset(forms))


def _glued(said: Sequence[str]) -> list[str]:
    """Letters that stand alone are one word, as in G.m.b.H. and in H & M."""
    found: list[str] = []
    after_letter = False
    for word in said:
        letter = len(word) == 1 and word.isascii()
        if letter and after_letter:
            found[-1] += word
        else:
            found.append(word)
        after_letter = letter
    return found


def _detached(word: str, forms: set[str]) -> list[str]:
    """A word without the form that is written at it; the form is noted."""
    for form in _ATTACHED:
        rest = word.removeprefix(form).removesuffix(form)
        if rest != word:
            forms.add(form)
            return [rest] if rest else []
    return [word]


def _at_the_end(found: Sequence[str]) -> tuple[str, ...] | None:
    """The longest form that stands behind a name, where something stands before it."""
    ends = (tuple(found[-length:]) for length in range(min(_LONGEST, len(found) - 1), 0, -1))
    return next((each for each in ends if each in _BY_SPELLING), None)


def _written(word: str) -> str:
    """One way of writing a word: Mueller as Müller, which is folded to Muller, and Intl as International."""
    same = _SAME.get(word, word)
    return same.replace("ae", "a").replace("oe", "o").replace("ue", "u") if same.isascii() else same
