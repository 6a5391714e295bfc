"""What keeps events from being taken, as an address answers or does not."""

from infra.outward import Answer

LONGEST_REST = 3600.0
"""Seconds until what was not taken is sent again, at most."""


class Trouble(Exception):
    """What cannot be sent. `code` is stable; `pause` says that nothing is to be tried any more, `rest` for how many
    seconds at least."""

    def __init__(
        self, code: str, reason: str, event_id: str | None = None, *, pause: bool = False, rest: float = 0.0
    ) -> None:
        super().__init__(reason)
        self.code, self.reason, self.event_id, self.pause, self.rest = code, reason, event_id, pause, rest


def trouble_of(answer: Answer | None, why: str | None, event_id: str) -> Trouble | None:
    """What an answer says, or that there was none; nothing where the event was taken."""
    again = "it is sent again, later each time"
    if answer is None:
        return Trouble("unreachable", f"The address cannot be reached: {why}; {again}.", event_id)
    match answer.status:
        case status if 200 <= status < 300:
            return None
        case 410:
            gone = "The address answers 410: nobody wants events there. Resume the webhook once somebody does."
            return Trouble("webhook_gone", gone, event_id, pause=True)
        case status if 300 <= status < 400:
            return Trouble("redirected", f"The address answers {status}; give the one that it leads to.", event_id)
        case status:
            reason = f"The address answers {status} to an event; {again}. Mend it there, or skip the event."
            return Trouble("refused", reason, event_id, rest=_rest(answer.headers.get("retry-after", "")))


def _rest(asked: str) -> float:
    """For how long a receiver asks to be left alone (RFC 9110, section 10.2.3), as far as it says so in seconds."""
    return min(float(asked), LONGEST_REST) if asked.isdecimal() and len(asked) < 10 else 0.0
