"""Which view of a list somebody sees when they name none."""

from collections.abc import Sequence

from domains.checks import LONGEST_ID, reference, text
from domains.kernel import Decider
from schemas.generated.admin.view_choice import CONTRACT, ChooseView, ViewChoice, ViewChosen


def decide(command: ChooseView, choice: ViewChoice) -> Sequence[ViewChosen]:
    chosen = ViewChosen(
        view_choice_id=command.view_choice_id,
        user_id=text(command.user_id, "user_id", LONGEST_ID),
        list=text(command.list, "list", LONGEST_ID),
        saved_view_id=reference(command.saved_view_id, "saved_view_id"),
        at=command.at,
    )
    return [] if evolve(choice, chosen) == choice else [chosen]


def evolve(choice: ViewChoice, event: ViewChosen) -> ViewChoice:
    return ViewChoice(
        view_choice_id=event.view_choice_id,
        user_id=event.user_id,
        list=event.list,
        saved_view_id=event.saved_view_id,
    )


DECIDER: Decider[ChooseView, ViewChoice, ViewChosen] = Decider(CONTRACT, ViewChoice(), decide, evolve)
