"""What roles permit, written as `crm.deal.read@team`: app, noun and verb, each a word or `*`, and how far it reaches.

`read` is asked of read models, every other verb of the command that bears it, and `see` of classes of fields: the noun
is `amounts`, `pay` or `personal` then.
"""

import re
from dataclasses import dataclass
from typing import Literal, cast, get_args

from domains.kernel import Rejected

Reach = Literal["own", "team", "territory", "all"]
REACHES: tuple[Reach, ...] = get_args(Reach)
"""From the nearest to the farthest; each holds those before it."""
FIELD_CLASSES = ("amounts", "pay", "personal")
_PERMIT = re.compile(r"(\*|[a-z]+)\.(\*|[a-z-]+)\.(\*|[a-z-]+)(?:@([a-z]+))?")


@dataclass(frozen=True, slots=True)
class Permit:
    """`*` stands for any word. A record that nobody has taken is within every reach; one whose kind has no owners is
    so for reading alone."""

    app: str
    noun: str
    verb: str
    reach: Reach = "all"

    def covers(self, permission: str) -> bool:
        """Whether it is about this permission, such as crm.deal.win."""
        parts = permission.split(".")
        return len(parts) == 3 and all(mine in ("*", its) for mine, its in zip(self._words(), parts, strict=True))

    def includes(self, other: "Permit") -> bool:
        """Whether whoever has this one may do all that the other permits."""
        wide_enough = all(mine in ("*", its) for mine, its in zip(self._words(), other._words(), strict=True))
        return wide_enough and REACHES.index(self.reach) >= REACHES.index(other.reach)

    def meet(self, other: "Permit") -> "Permit | None":
        """What both permit, which is a permit again, since a reach holds all those before it; None for nothing."""
        app, noun, verb = (_common(mine, its) for mine, its in zip(self._words(), other._words(), strict=True))
        if app is None or noun is None or verb is None:
            return None
        return Permit(app, noun, verb, REACHES[min(map(REACHES.index, (self.reach, other.reach)))])

    def _words(self) -> tuple[str, str, str]:
        return self.app, self.noun, self.verb

    def __str__(self) -> str:
        return ".".join(self._words()) + ("" if self.reach == "all" else f"@{self.reach}")


def _common(mine: str, its: str) -> str | None:
    """The word that both stand for, if there is one."""
    if mine in ("*", its):
        return its
    return mine if its == "*" else None


def parse(text: str) -> Permit:
    """Raises Rejected naming `permits` for what is no permit."""
    found = _PERMIT.fullmatch(text.strip())
    if found is None or (found[4] is not None and found[4] not in REACHES):
        raise Rejected(
            "permit_malformed",
            f"{text[:80]!r} is no permit; write app.noun.verb, each a word or *, and @own, @team or @territory for "
            "less than all, such as crm.deal.read@team.",
            "permits",
        )
    return Permit(found[1], found[2], found[3], cast(Reach, found[4] or "all"))
