"""Headers that every answer bears unless its route says something else.

Answers are somebody's own: who comes by a session sends no `Authorization`, by which a cache between would know that,
so that it is told. A browser may keep one, and asks whether it is still so before it shows it again.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from infra.settings import Settings

Headers = list[tuple[bytes, bytes]]
_YEAR = 31_536_000


def of(settings: Settings) -> Headers:
    """Those of a gateway. Where browsers find it by https, they never come by anything else again; a name of this
    machine is left alone, since it is everybody's."""
    always = [(b"cache-control", b"private, no-cache"), (b"x-content-type-options", b"nosniff")]
    if urlsplit(settings.public_url).scheme != "https":
        return always
    return [*always, (b"strict-transport-security", f"max-age={_YEAR}".encode())]


def guarded(headers: Iterable[tuple[bytes, bytes]], guards: Headers) -> Headers:
    """An answer's headers with those that it lacks."""
    given = list(headers)
    names = {name.lower() for name, _ in given}
    return [*given, *(each for each in guards if each[0] not in names)]
