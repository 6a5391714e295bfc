"""Seats of who listens to events: so many altogether, of one tenant, and of those who came in as the same."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from prometheus_client import Gauge

from gateway.problems import Problem

LISTENERS = Gauge("event_streams", "Connections that listen to events.")


@dataclass(frozen=True, slots=True)
class Seats:
    """Those of one gateway. A caller is named within a tenant, as in the events that they cause."""

    most: int = 500
    most_of_tenant: int = 100
    most_of_caller: int = 20
    _taken: Counter[tuple[str, ...]] = field(default_factory=Counter[tuple[str, ...]])

    @contextmanager
    def taken(self, tenant: str, caller: str) -> Generator[None]:
        """A seat, for as long as the block lasts; a 429 or 503 problem when there is none."""
        places = ((), (tenant,), (tenant, caller))
        self._check(*(self._taken[place] for place in places))
        self._taken.update(places)
        LISTENERS.inc()
        try:
            yield
        finally:
            LISTENERS.dec()
            self._taken.subtract(places)
            for place in places:
                if self._taken[place] == 0:
                    del self._taken[place]

    def _check(self, altogether: int, of_tenant: int, of_caller: int) -> None:
        later = {"Retry-After": "30"}
        if of_caller >= self.most_of_caller:
            detail = f"You listen {self.most_of_caller} times already; end one of these streams first."
            raise Problem(429, "too_many_streams", detail, headers=later)
        if of_tenant >= self.most_of_tenant:
            detail = f"Your tenant listens {self.most_of_tenant} times already; try again later."
            raise Problem(429, "too_many_streams", detail, headers=later)
        if altogether >= self.most:
            raise Problem(503, "too_many_streams", "Too many listen already; try again later.", headers=later)
