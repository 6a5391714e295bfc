"""Contexts: who is trusted, under which names, and what is shown to a server that asks who we are."""

import ssl
from pathlib import Path

import pytest

from infra import tls
from infra.settings import Settings
from infra.stack import authority


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    authority.ensure(tmp_path, ["gateway", "us", "other"])
    return tmp_path


def shaken(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> str | None:
    """The protocol that both agree on, in memory."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(to_client, to_server, server_hostname=name)
    asked = server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (asking, asked):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return asking.version()


def serving(folder: Path, name: str) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return made


def test_a_server_that_asks_is_shown_our_certificate(folder: Path) -> None:
    asks = serving(folder, "gateway")
    asks.load_verify_locations(folder / "ca.pem")
    asks.verify_mode = ssl.CERT_REQUIRED
    files = {"ca": folder / "ca.pem", "client_certificate": folder / "us.pem", "client_key": folder / "us.key"}
    assert shaken(tls.client_context(Settings(**files)), asks, "localhost") == "TLSv1.3"  # pyright: ignore[reportArgumentType]
    with pytest.raises(ssl.SSLError, match="peer did not return a certificate"):
        shaken(tls.client_context(Settings(ca=folder / "ca.pem")), asks, "localhost")


def test_our_own_gateway_is_known_by_its_certificate_whatever_it_is_called(folder: Path) -> None:
    ours = tls.own_gateway(Settings(gateway_certificate=folder / "gateway.pem", gateway_key=folder / "gateway.key"))
    assert shaken(ours, serving(folder, "gateway"), "0.0.0.0") == "TLSv1.3"
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(ours, serving(folder, "other"), "localhost")


def test_nothing_older_than_tls_1_2_is_spoken() -> None:
    assert tls.client_context(Settings()).minimum_version == ssl.TLSVersion.TLSv1_2
