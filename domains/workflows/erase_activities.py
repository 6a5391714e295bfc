"""When the last contact whom an activity named was erased, the words of the activity are erased as well: they were
about nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass

from domains.kernel import Workflow
from schemas.generated.admin.data_subject import EraseDataSubject
from schemas.generated.crm.activity import ParticipantForgotten


@dataclass(frozen=True, slots=True)
class Words:
    """Nothing need be known of an activity: the event says all."""


def keys(event: ParticipantForgotten) -> Sequence[str]:
    return [event.activity_id]


def evolve(words: Words, event: ParticipantForgotten, key: str) -> Words:
    return words


def react(words: Words, event: ParticipantForgotten, key: str) -> Sequence[EraseDataSubject]:
    if not event.last:
        return []
    reason = "The last person whom it named was erased."
    return [EraseDataSubject(data_subject_id=key, basis="other", reason=reason, at=event.at)]


WORKFLOW: Workflow[Words] = Workflow("erase_activities", (ParticipantForgotten,), keys, Words, Words(), evolve, react)
