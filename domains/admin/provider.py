"""A provider: an OpenID provider that vouches for the people of a tenant.

Its issuer never changes, since identities are people of that issuer. A secret reaches this domain sealed already.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from domains.checks import is_inward, is_loopback, optional_text, text
from domains.kernel import Decider, Rejected
from schemas.generated.admin.provider import (
    CONTRACT,
    ChangeProvider,
    ConnectProvider,
    DisconnectProvider,
    Provider,
    ProviderChanged,
    ProviderCommand,
    ProviderConnected,
    ProviderDisconnected,
    ProviderEvent,
    ProviderStatus,
)

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Those with a public key alone (RFC 7518, RFC 8037): with a shared secret whoever checks a token could make one."""
ENTRA = "https://login.microsoftonline.com/{}/v2.0"
"""The issuer of a directory's tokens of version 2.0."""
MOST = 20
_DIRECTORY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CLAIM = re.compile(r"[A-Za-z0-9_.:/-]{1,100}")
_ISSUER = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a command asks for beside issuer, subject claim and secret, as it is kept."""

    name: str
    client_id: str
    audiences: tuple[str, ...]
    algorithms: tuple[str, ...]
    link_by_external_id: bool


def issuer(value: str) -> str:
    """An issuer identifier (OpenID Connect Discovery 1.0, section 3): https, or http on this machine alone."""
    given = text(value, "issuer", 500)
    found = _ISSUER.fullmatch(given)
    if found is None:
        raise Rejected(
            "issuer_malformed",
            "The issuer is no address; copy it from the provider, as https://login.example.com/realm.",
            "issuer",
        )
    scheme, host = found[1], found[2].strip("[]")
    if scheme == "http" and not is_loopback(host):
        raise Rejected("issuer_not_https", "The issuer must begin with https://; use the provider's own.", "issuer")
    if scheme == "https" and is_inward(host):
        raise Rejected("issuer_inward", "The issuer is an address inside; name the provider by its host.", "issuer")
    return given


def _each(values: Sequence[str], field: str) -> tuple[str, ...]:
    """Each value once, in order."""
    if len(values) > MOST:
        raise Rejected(f"too_many_{field}", f"There are more than {MOST} {field}; leave some out.", field)
    return tuple(sorted({text(each, field, 200) for each in values}))


def _asked(command: ConnectProvider | ChangeProvider) -> _Asked:
    algorithms = _each(command.algorithms, "algorithms") or ("RS256",)
    if unknown := [each for each in algorithms if each not in ALGORITHMS]:
        detail = f"{unknown[0][:20]!r} is none of {', '.join(ALGORITHMS)}; only signatures with a public key count."
        raise Rejected("algorithm_refused", detail, "algorithms")
    name, client = text(command.name, "name", 100), text(command.client_id, "client_id", 200)
    audiences = _each(command.audiences, "audiences")
    return _Asked(name, client, audiences, algorithms, command.link_by_external_id)


def _source(command: ConnectProvider) -> tuple[str, str, str | None]:
    """(issuer, subject claim, directory) that a command names, or that follow from the directory."""
    directory = optional_text(command.directory_id, "directory_id", 100)
    claim = optional_text(command.subject_claim, "subject_claim", 100)
    if claim is not None and not _CLAIM.fullmatch(claim):
        raise Rejected("claim_malformed", "A claim's name has letters, digits and _.:/- only.", "subject_claim")
    if claim in ("email", "preferred_username", "upn", "unique_name", "name"):
        detail = "Whoever runs a directory can give anybody that value; name sub, oid or another id that stays."
        raise Rejected("claim_not_an_id", detail, "subject_claim")
    if directory is None:
        return issuer(command.issuer or ""), claim or "sub", None
    directory = directory.lower()
    if not _DIRECTORY.fullmatch(directory):
        raise Rejected(
            "directory_malformed", "The directory (tenant) id is a uuid; copy it from its Overview.", "directory_id"
        )
    given = optional_text(command.issuer, "issuer")
    if given not in (None, ENTRA.format(directory)):
        raise Rejected("issuer_of_another", "That is not the issuer of the directory; leave issuer out.", "issuer")
    return ENTRA.format(directory), claim or "oid", directory


def _kept(provider: Provider) -> _Asked:
    return _Asked(
        provider.name, provider.client_id, provider.audiences, provider.algorithms, provider.link_by_external_id
    )


def decide(command: ProviderCommand, provider: Provider) -> Sequence[ProviderEvent]:
    connected = provider.status is ProviderStatus.CONNECTED
    match command:
        case ConnectProvider():
            asked, (source, claim, directory) = _asked(command), _source(command)
            if connected:
                same = (source, claim, directory, asked) == (
                    provider.issuer,
                    provider.subject_claim,
                    provider.directory_id,
                    _kept(provider),
                )
                if same and command.client_secret == provider.client_secret:
                    return []
                raise Rejected("provider_exists", "The provider is connected already; change it instead.")
            return [
                ProviderConnected(
                    provider_id=command.provider_id,
                    name=asked.name,
                    issuer=source,
                    client_id=asked.client_id,
                    client_secret=command.client_secret,
                    audiences=asked.audiences,
                    algorithms=asked.algorithms,
                    subject_claim=claim,
                    directory_id=directory,
                    link_by_external_id=asked.link_by_external_id,
                    at=command.at,
                )
            ]
        case DisconnectProvider():
            return [ProviderDisconnected(provider_id=provider.provider_id, at=command.at)] if connected else []
        case ChangeProvider():
            if not connected:
                raise Rejected("provider_disconnected", "The provider was disconnected; connect it again first.")
            asked, secret = _asked(command), command.client_secret or provider.client_secret
            if (asked, secret) == (_kept(provider), provider.client_secret):
                return []
            return [
                ProviderChanged(
                    provider_id=provider.provider_id,
                    name=asked.name,
                    client_id=asked.client_id,
                    client_secret=secret,
                    audiences=asked.audiences,
                    algorithms=asked.algorithms,
                    link_by_external_id=asked.link_by_external_id,
                    at=command.at,
                )
            ]
        case _:
            assert_never(command)


def evolve(provider: Provider, event: ProviderEvent) -> Provider:
    match event:
        case ProviderConnected():
            return Provider(
                provider_id=event.provider_id,
                name=event.name,
                issuer=event.issuer,
                client_id=event.client_id,
                client_secret=event.client_secret,
                audiences=event.audiences,
                algorithms=event.algorithms,
                subject_claim=event.subject_claim,
                directory_id=event.directory_id,
                link_by_external_id=event.link_by_external_id,
                status=ProviderStatus.CONNECTED,
            )
        case ProviderChanged():
            return replace(
                provider,
                name=event.name,
                client_id=event.client_id,
                client_secret=event.client_secret,
                audiences=event.audiences,
                algorithms=event.algorithms,
                link_by_external_id=event.link_by_external_id,
            )
        case ProviderDisconnected():
            return Provider(provider_id=event.provider_id, status=ProviderStatus.DISCONNECTED)
        case _:
            assert_never(event)


DECIDER: Decider[ProviderCommand, Provider, ProviderEvent] = Decider(CONTRACT, Provider(), decide, evolve)
