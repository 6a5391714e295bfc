"""Questions that are put together once are so for everybody: what one may see is given with them."""

from projections.crm.activities import READ_MODEL as ACTIVITIES
from projections.crm.deals import READ_MODEL as DEALS
from projections.leading import Leading, leading
from projections.picked import Picked, picked
from projections.question import NOW
from projections.timeline import Asked, around, members
from projections.together import Asking
from projections.visible import Among, Sight, any_of


def questions(user: str) -> list[Asking]:
    """What is asked for somebody who sees their own records and what is shared with them."""
    sight = Sight(any_of(Among("owner", frozenset({user})), Among("readers", frozenset({f"user:{user}"}))))
    sights = dict.fromkeys([each.name for each in members(DEALS)], sight)
    return [
        leading(Leading(ACTIVITIES, "about", "crm/deal/d1", "-updated_at", 5, sight), "acme", NOW),
        picked(Picked(ACTIVITIES, ["a1"], ("title",), sight), "acme"),
        around(DEALS, "acme", "d1", Asked(), secret=b"s", sights=sights),
    ]


def test_what_somebody_may_see_stands_in_no_question() -> None:
    for (one, its), (other, others) in zip(questions("ann"), questions("bob"), strict=True):
        assert one is other
        assert its.keys() == others.keys()
        assert its != others
        assert not any(name in one.text for name in (b"ann", b"bob"))
        assert ["ann"] in its.values()
        assert ["user:ann"] in its.values()
