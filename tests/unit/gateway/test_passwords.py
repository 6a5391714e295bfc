"""What a password must be, what its hash costs, which codes count, and how long guessing is made to take."""

import asyncio
import base64

import pytest
from argon2 import PasswordHasher

from gateway.passwords import codes
from gateway.passwords.hashing import MOST_WAITING, Hasher
from gateway.passwords.lockout import FREE, LONGEST, SHORTEST, wait_after
from gateway.passwords.rules import chosen
from gateway.problems import Problem

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
"""Of the test vectors in RFC 6238, appendix B, whose codes have eight digits; ours are the last six of them."""


@pytest.mark.parametrize("password", ["tulip gravel sextant owl", "Fähre über die Ostsee im März", "x8!kQ2vPzr0Lw"])
def test_a_long_password_that_is_hard_to_guess_will_do(password: str) -> None:
    assert chosen(password, ("acme",)) == password


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_too_short"),
        ("x8!kQ2vPzr0", "password_too_short"),
        ("x8!kQ2vPzr0L" * 30, "password_too_long"),
        ("password1234", "password_easy"),
        ("qwertyuiop12", "password_easy"),
        ("aaaaaaaaaaaaaaaa", "password_easy"),
        ("ann.brown@acme.example", "password_easy"),
        ("Nexus360Nexus360", "password_easy"),
    ],
)
def test_others_will_not(password: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        chosen(password, ("nexus360", "acme", "ann.brown@acme.example"))
    assert (caught.value.status, caught.value.code, caught.value.field) == (422, code, "password")
    assert not password or password not in caught.value.detail


def test_a_password_is_the_same_on_every_keyboard() -> None:
    typed = "Fa\N{COMBINING DIAERESIS}hre u\N{COMBINING DIAERESIS}ber die Ostsee im Ma\N{COMBINING DIAERESIS}rz"
    assert chosen(typed, ()) == "Fähre über die Ostsee im März"


async def test_a_hash_fits_its_password_alone() -> None:
    hasher = Hasher(PasswordHasher(1, 64, 1))
    hash = await hasher.hash("word")
    assert await hasher.fits(hash, "word")
    assert not await hasher.fits(hash, "other")
    assert not await hasher.fits(None, "word")
    assert not await hasher.fits("no hash", "word")
    hasher.close()


async def test_hashes_cost_what_rfc_9106_says_and_others_are_outgrown() -> None:
    hasher = Hasher()
    hash = await hasher.hash("word")
    assert hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert not hasher.outgrown(hash)
    assert hasher.outgrown(PasswordHasher(1, 64, 1).hash("word"))
    assert not hasher.outgrown("no hash")
    hasher.close()


async def test_who_would_wait_too_long_for_a_hash_is_refused() -> None:
    hasher = Hasher(PasswordHasher(1, 64, 1))
    asked = await asyncio.gather(*(hasher.hash("word") for _ in range(MOST_WAITING + 5)), return_exceptions=True)
    refused = [each for each in asked if isinstance(each, Problem)]
    assert [(each.status, each.code) for each in refused] == [(503, "too_many_sign_ins")] * 5
    assert await hasher.fits(await hasher.hash("word"), "word")
    hasher.close()


@pytest.mark.parametrize(("now", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_codes_are_those_of_rfc_6238(now: int, code: str) -> None:
    assert codes.step_of(RFC_SECRET, code, now) == now // 30
    assert codes.step_of(RFC_SECRET, f"{code[:3]} {code[3:]}", now) == now // 30


def test_a_code_counts_a_step_early_or_late_and_no_longer() -> None:
    assert [codes.step_of(RFC_SECRET, "081804", 1111111109 + 30 * late) is not None for late in (-2, -1, 0, 1, 2)] == [
        False, True, True, True, False,
    ]  # fmt: skip
    assert {codes.step_of(RFC_SECRET, "081804", 1111111109 + 30 * late) for late in (-1, 0, 1)} == {1111111109 // 30}


@pytest.mark.parametrize("code", ["", "08180", "0818045", "abcdef", "٠٨١٨٠٤", "081805"])
def test_no_other_code_counts(code: str) -> None:
    assert codes.step_of(RFC_SECRET, code, 1111111109) is None


def test_an_authenticator_reads_a_picture_of_its_secret() -> None:
    secret = codes.new_secret()
    address = codes.address(secret, "ann@example.com", "Nexus360-acme")
    assert address.startswith("otpauth://totp/Nexus360-acme:ann%40example.com?")
    assert f"secret={secret}" in address
    assert codes.picture(address).startswith("data:image/svg+xml")
    assert len(base64.b32decode(secret)) == 20


def test_recovery_codes_are_many_and_are_read_however_they_are_written() -> None:
    given = codes.new_recovery_codes()
    assert len(set(given)) == codes.RECOVERY_CODES
    assert all(len(each) == 27 for each in given)
    digest = codes.digest_of(given[0])
    assert digest == codes.digest_of(f" {given[0].upper().replace('-', ' ')} ")
    assert digest != codes.digest_of(given[1])


def test_guessing_takes_longer_and_longer_and_never_for_ever() -> None:
    waits = [wait_after(number) for number in range(1, 100)]
    assert waits[: FREE + 3] == [0] * FREE + [SHORTEST, 2 * SHORTEST, 4 * SHORTEST]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST == 900
