"""Headers of every answer."""

from pydantic import SecretStr

from gateway.guards import guarded, of
from infra.settings import Settings

NO_STORE = (b"Cache-Control", b"no-store")


def test_an_answer_is_kept_by_nobody_between_unless_its_route_says_something_else() -> None:
    guards = of(Settings())
    assert guarded([(b"etag", b'"1"')], guards) == [
        (b"etag", b'"1"'),
        (b"cache-control", b"private, no-cache"),
        (b"x-content-type-options", b"nosniff"),
    ]
    assert guarded([NO_STORE], guards) == [NO_STORE, (b"x-content-type-options", b"nosniff")]


def test_who_came_by_https_comes_by_nothing_else() -> None:
    outside = Settings(public_url="https://nexus.example.com", key_secret=SecretStr("other"))
    assert dict(of(outside))[b"strict-transport-security"] == b"max-age=31536000"
    assert b"strict-transport-security" not in dict(of(Settings(public_url="http://localhost:8360")))
