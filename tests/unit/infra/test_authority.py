"""The development authority: what it signs is trusted on loopback, kept private, and renewed before it ends."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from infra.settings import Settings
from infra.stack import authority, ports, secure, stack
from infra.stack.stack import StackFailed
from tests.unit.infra.test_tls import serving, shaken


def trusting(folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=folder / "ca.pem")


@pytest.mark.parametrize("server", ["localhost", "127.0.0.1", "::1"])
def test_what_it_signs_is_trusted_on_loopback(tmp_path: Path, server: str) -> None:
    assert authority.ensure(tmp_path, ["kafka"]) == ["ca", "kafka"]
    assert shaken(trusting(tmp_path), serving(tmp_path, "kafka"), server) == "TLSv1.3"


def test_it_is_trusted_under_no_other_name_and_by_nobody_who_trusts_another(tmp_path: Path) -> None:
    authority.ensure(tmp_path, ["kafka"])
    authority.ensure(tmp_path / "other", [])
    with pytest.raises(ssl.SSLCertVerificationError, match="not valid for"):
        shaken(trusting(tmp_path), serving(tmp_path, "kafka"), "a.example")
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(trusting(tmp_path / "other"), serving(tmp_path, "kafka"), "localhost")


def test_keys_and_passwords_are_for_their_owner_alone(tmp_path: Path) -> None:
    secure.ensure(tmp_path, print)
    folder = tmp_path / "secure"
    private = [*folder.glob("*.key"), *folder.glob("*.json")]
    assert len(private) == 10
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_what_lasts_is_kept_and_what_ends_soon_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authority, "_LASTS", timedelta(days=9))
    authority.ensure(tmp_path, ["kafka"])
    first = (tmp_path / "ca.pem").read_bytes()
    monkeypatch.undo()
    assert authority.ensure(tmp_path, ["kafka", "redis"]) == ["kafka", "redis"]
    assert authority.ensure(tmp_path, ["kafka", "redis"]) == []
    assert (tmp_path / "ca.pem").read_bytes() == first
    ends = x509.load_pem_x509_certificate((tmp_path / "kafka.pem").read_bytes()).not_valid_after_utc
    assert timedelta(days=29) < ends - datetime.now(UTC) < timedelta(days=31)


def test_passwords_stay(tmp_path: Path) -> None:
    secure.ensure(tmp_path, print)
    first = secure.passwords(tmp_path)
    secure.ensure(tmp_path, print)
    assert secure.passwords(tmp_path) == first
    assert len(set(first.values())) == len(first)


def test_a_stack_that_was_made_without_tls_is_not_made_secure_afterwards(tmp_path: Path) -> None:
    ports.choose(tmp_path, lambda part: False)
    with pytest.raises(StackFailed, match="was made without TLS"):
        stack.up(Settings(data=tmp_path, secure=True), print)
