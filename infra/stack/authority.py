"""A certificate authority for development: it signs what a secure stack's servers and the gateway show on loopback.

Elliptic curve keys (P-256), names localhost, 127.0.0.1 and ::1. Private keys are readable by their owner alone. What
ends soon is made anew at the next `up`; servers take it up when they start.
"""

import ipaddress
import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LASTS = timedelta(days=30)
_AUTHORITY_LASTS = timedelta(days=365)
_RENEWED_BEFORE = timedelta(days=10)
_CLOCKS_DIFFER = timedelta(hours=1)
_NAMES = x509.SubjectAlternativeName(
    [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.IPAddress(ipaddress.ip_address("::1")),
    ]
)


def ensure(folder: Path, names: Iterable[str]) -> list[str]:
    """Makes ca.pem and, for each name, NAME.pem and NAME.key where one is missing or ends soon. Gives what it made."""
    folder.mkdir(parents=True, exist_ok=True)
    made: list[str] = []
    if _ends_soon(folder / "ca.pem"):
        _make_authority(folder)
        made.append("ca")
    for name in names:
        if "ca" in made or _ends_soon(folder / f"{name}.pem"):
            _make(folder, name)
            made.append(name)
    return made


def write_private(path: Path, content: bytes) -> None:
    """Writes a file in one step that nobody but its owner can read, not even for a moment."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    new.replace(path)


def _ends_soon(path: Path) -> bool:
    if not path.exists():
        return True
    return _read(path).not_valid_after_utc - datetime.now(UTC) < _RENEWED_BEFORE


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _make_authority(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _named("Nexus360 development authority")
    usage = _usage(sign=False, certify=True)
    signed = (
        _begun(name, name, key.public_key(), _AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    write_private(folder / "ca.key", _private(key))
    (folder / "ca.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))


def _make(folder: Path, name: str) -> None:
    authority = _read(folder / "ca.pem")
    authority_key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    assert isinstance(authority_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    # As a client too: a broker shows its own to its controller.
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    signed = (
        _begun(_named(name), authority.subject, key.public_key(), _LASTS)
        .add_extension(_NAMES, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign=True, certify=False), critical=True)
        .add_extension(purposes, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    write_private(folder / f"{name}.key", _private(key))
    (folder / f"{name}.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, lasts: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, sign: bool, certify: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certify,
        crl_sign=certify,
        encipher_only=False,
        decipher_only=False,
    )


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
