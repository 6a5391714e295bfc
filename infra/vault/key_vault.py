"""Azure Key Vault: a key that never leaves it wraps the platform's master key.

`wrapKey` and `unwrapKey` with RSA-OAEP-256 (RFC 8017 with SHA-256; learn.microsoft.com/rest/api/keyvault), by
Microsoft's clients. Wrapping needs the public half of the key alone, so that the client does it here.
"""

import os
from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import structlog
from azure.core.credentials import TokenCredential
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.identity import (
    AzureAuthorityHosts,
    CredentialUnavailableError,
    EnvironmentCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)
from azure.keyvault.keys import KeyClient
from azure.keyvault.keys.crypto import CryptographyClient, KeyWrapAlgorithm

from infra.addresses import is_loopback
from infra.settings import Settings
from infra.vault.errors import KeyRefused, VaultUnavailable

CONNECTING, ANSWERING = 2.0, 4.0
"""Seconds for which a connection, and an answer, are waited for; each is tried twice."""
_ALGORITHM = KeyWrapAlgorithm.rsa_oaep_256
_REFUSALS = (400, 401, 403, 404)
"""What trying again does not mend: we may not use the key, or there is none that could be used."""
_SILENCE = (ServiceRequestError, ServiceResponseError, CredentialUnavailableError)
_CLOUDS = {
    AzureAuthorityHosts.AZURE_PUBLIC_CLOUD,
    AzureAuthorityHosts.AZURE_CHINA,
    AzureAuthorityHosts.AZURE_GOVERNMENT,
}

log = structlog.get_logger()


class KeyVault:
    """The key that NEXUS_KEY_VAULT names. Its newest version wraps; any version of a key in the same cloud unwraps, so
    that the platform can move from one vault to another. Who we are is said by the variables of azure-identity, or by
    the machine's managed identity. Every method raises VaultUnavailable, KeyRefused where asking again is no use."""

    def __init__(self, settings: Settings) -> None:
        self._key = settings.key_vault
        ca = {} if settings.key_vault_ca is None else {"connection_verify": str(settings.key_vault_ca)}
        self._how: dict[str, Any] = {
            "connection_timeout": CONNECTING,
            "read_timeout": ANSWERING,
            "retry_total": 1,
            "retry_backoff_factor": 0.1,
            **ca,
        }
        self._credential = _credential(self._how)

    def wrap(self, key: bytes) -> tuple[bytes, str]:
        """The wrapped key, and the identifier of the version that wrapped it."""
        vault, _, name = self._key.partition("/keys/")
        with self._asking(self._key):
            with closing(KeyClient(vault, self._credential, **self._asked(vault))) as client:
                newest = client.get_key(name)
            with closing(CryptographyClient(newest, self._credential, **self._asked(vault))) as client:
                found = client.wrap_key(_ALGORITHM, key)
        return found.encrypted_key, str(newest.id)

    def unwrap(self, wrapped: bytes, by: str) -> bytes:
        """The key that a version of a key wrapped."""
        if _cloud(by) != _cloud(self._key):
            raise KeyRefused(f"The master key was wrapped by {by}, which is in another cloud than {self._key}.")
        with (
            self._asking(by),
            closing(CryptographyClient(by, self._credential, **self._asked(by))) as client,
        ):
            return client.unwrap_key(_ALGORITHM, wrapped).key

    def _asked(self, url: str) -> dict[str, Any]:
        # A stand-in on this machine has no domain of which a challenge could name the end.
        return {**self._how, "verify_challenge_resource": not is_loopback(urlsplit(url).hostname or "")}

    @contextmanager
    def _asking(self, about: str) -> Generator[None]:
        try:
            yield
        except (AzureError, ValueError) as error:
            found = _told(error, about)
            log.warning("key_vault_unavailable", key=about, error=type(error).__name__, refused=_is_refusal(error))
            raise found from error


def _told(error: Exception, about: str) -> VaultUnavailable:
    refused = _is_refusal(error)
    match error:
        case ClientAuthenticationError() if refused:
            why = "we were not let in: look at AZURE_TENANT_ID, AZURE_CLIENT_ID and what stands for a password"
        case HttpResponseError(status_code=int(status)):
            why = f"it answered {status} {error.reason or ''}".strip()
        case _:
            why = f"it did not answer ({type(error).__name__})"
    kind = KeyRefused if refused else VaultUnavailable
    return kind(f"The key vault cannot be asked for {about}: {why}. Nothing is lost; see docs/key-vault.md.")


def _is_refusal(error: Exception) -> bool:
    """Whether a vault, or who says who we are, said no, rather than nothing."""
    if any(isinstance(each, _SILENCE) for each in _chain(error)):
        return False
    match error:
        case HttpResponseError(status_code=int(status)):
            return status in _REFUSALS
        case _:
            return isinstance(error, ClientAuthenticationError | ValueError)


def _chain(error: BaseException | None) -> Generator[BaseException]:
    """What was raised and what led to it: azure-identity tells of a lost connection as of a wrong password."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _credential(how: dict[str, Any]) -> TokenCredential:
    """Who we are: an application with a secret or a certificate, a workload's identity, or the machine's."""
    known = {name for name in os.environ if name.startswith("AZURE_")}
    authority = os.environ.get("AZURE_AUTHORITY_HOST", AzureAuthorityHosts.AZURE_PUBLIC_CLOUD)
    # A cloud of one's own is not known to Microsoft's, which would be asked about it.
    private: dict[str, Any] = {"disable_instance_discovery": (urlsplit(authority).hostname or authority) not in _CLOUDS}
    if known & {"AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH"}:
        return EnvironmentCredential(**how, **private)
    if "AZURE_FEDERATED_TOKEN_FILE" in known:
        return WorkloadIdentityCredential(**how, **private)
    return ManagedIdentityCredential(client_id=os.environ.get("AZURE_CLIENT_ID"), **how)


def _cloud(key: str) -> str:
    """The domain that a vault's name is in; the whole address of what is on this machine."""
    host = urlsplit(key).hostname or ""
    return urlsplit(key).netloc if is_loopback(host) else host.partition(".")[2]
