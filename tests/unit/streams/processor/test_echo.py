"""What a command's values are sealed as, again and again."""

from itertools import count

from schemas.contract import ERASED, Erased
from streams.processor.echo import Echo


class Numbering:
    """Seals the same text differently each time, as a vault does; one person is erased."""

    def __init__(self) -> None:
        self.numbers = count()

    def seal(self, subject: str, text: str) -> bytes:
        return f"{next(self.numbers)} {subject} {text}".encode()

    def open(self, subject: str, sealed: bytes) -> str | Erased:
        return ERASED if subject == "gone" else sealed.decode().split(" ", 2)[2]


def test_what_was_opened_is_passed_on_in_the_bytes_it_came_in() -> None:
    vault = Numbering()
    sealed = vault.seal("c1", "Ann Lee")
    echo = Echo(vault)
    assert echo.open("c1", sealed) == "Ann Lee"
    assert echo.seal("c1", "Ann Lee") == sealed


def test_what_was_sealed_is_sealed_once() -> None:
    echo = Echo(Numbering())
    assert echo.seal("c1", "Ann Lee") == echo.seal("c1", "Ann Lee")


def test_the_same_text_of_somebody_else_and_another_text_are_sealed_for_themselves() -> None:
    echo = Echo(Numbering())
    first = echo.seal("c1", "Ann Lee")
    assert echo.seal("c2", "Ann Lee") not in (first, b"0 c2 Ann Lee")
    assert echo.seal("c1", "Ann Leigh") not in (first, b"0 c1 Ann Leigh")


def test_of_somebody_erased_nothing_is_kept() -> None:
    echo = Echo(Numbering())
    assert echo.open("gone", b"0 gone Ann Lee") is ERASED
    assert echo.sealed == {}
    assert "Ann" not in repr(Echo(Numbering(), {("c1", "Ann Lee"): b""}))
