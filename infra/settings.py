"""Settings: environment variables named NEXUS_…, over what the local stack wrote down, over defaults for loopback.

An address that is set by environment variable means that the cluster exists already: nothing local is started for it.
"""

import functools
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from infra import addresses
from infra.addresses import is_loopback

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT_SECRET = "nexus360-development-only"  # noqa: S105 - refused beyond loopback, see below
AuditMode = Literal["lenient", "strict", "off"]
PARTS = ("kafka", "registry", "postgres", "redis", "elasticsearch")
GATEWAY_PORT = 8360
SECURE_SETTINGS = Path("secure/settings.json")
_FILES = ("ca", "client_certificate", "client_key", "gateway_certificate", "gateway_key", "kafka_users", "key_vault_ca")
_NONE = SecretStr("")
_KEY_IN_VAULT = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?/keys/[0-9A-Za-z-]{1,127}")


class Settings(BaseSettings):
    """Everything that differs between installations. Frozen; pass it, or the few values needed, as arguments.

    Users and passwords may stand in addresses too; they are taken out, so that an address can be shown to anybody.
    """

    # Not the input in errors: it may hold passwords.
    model_config = SettingsConfigDict(env_prefix="NEXUS_", frozen=True, extra="ignore", hide_input_in_errors=True)

    data: Path = ROOT / ".nexus"
    kafka: str = Field(default="", description="Bootstrap servers, host:port, comma-separated.")
    registry: str = Field(default="", description="URL of a schema registry with Confluent's API.")
    postgres: str = Field(default="", description="postgresql://user@host:port, without a database name.")
    redis: str = Field(default="", description="redis://host:port/0, or rediss:// with TLS.")
    elasticsearch: str = Field(default="", description="http://host:port, or https://.")

    kafka_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_user: str = ""
    kafka_password: SecretStr = _NONE
    kafka_users: Path | None = Field(
        default=None, description="JSON file with the user that each kind of process is, see infra/log/users.py."
    )
    registry_user: str = ""
    registry_password: SecretStr = _NONE
    postgres_password: SecretStr = Field(default=_NONE, description="Of the user in NEXUS_POSTGRES.")
    redis_user: str = ""
    redis_password: SecretStr = _NONE
    elasticsearch_user: str = ""
    elasticsearch_password: SecretStr = _NONE
    elasticsearch_api_key: SecretStr = Field(default=_NONE, description="Encoded; instead of a user.")

    ca: Path | None = Field(
        default=None,
        description="PEM file of the authorities that signed the servers' certificates; else the system's.",
    )
    client_certificate: Path | None = Field(default=None, description="PEM file, for servers that ask who we are.")
    client_key: Path | None = None
    gateway_certificate: Path | None = Field(default=None, description="PEM file with its chain: the API speaks TLS.")
    gateway_key: Path | None = None
    plaintext: Literal["refused", "allowed"] = Field(
        default="refused", description="Whether what others could read may be sent to other machines."
    )
    secure: bool = Field(default=False, description="Whether a new local stack speaks TLS and asks for passwords.")

    topic_prefix: str = ""
    database_prefix: str = "nexus"
    index_prefix: str = "nexus"
    partitions: int = Field(default=6, ge=1)
    replication: int = Field(default=1, ge=1)

    gateway_host: str = "127.0.0.1"
    gateway_port: int = GATEWAY_PORT
    key_secret: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    master_key: Path = Path()
    key_vault: str = Field(
        default="",
        description="The key in Azure Key Vault that wraps the master key, such as "
        "https://acme.vault.azure.net/keys/nexus360; without it the master key is a file.",
    )
    key_vault_ca: Path | None = Field(
        default=None, description="PEM file of the authorities of Key Vault and Entra ID; else the usual ones."
    )
    blobs: Path = Path()
    public_url: str = Field(
        default="", description="Where browsers find the gateway, such as https://nexus.example.com."
    )
    provider_addresses: Literal["public", "any"] = Field(
        default="public",
        description="Whether names of sign-in providers and mail servers may lead to addresses in a network of ours.",
    )
    session_idle: int = Field(default=3600, ge=60, description="Seconds without a request after which a session ends.")
    session_longest: int = Field(default=43_200, ge=60, description="Seconds after which a session ends in any case.")
    rate_limit: int = Field(default=600, ge=1, description="Requests a second that one tenant may make.")
    refused_keys: int = Field(
        default=30, ge=1, description="Keys and passwords a minute that may be refused from one address."
    )
    reports_kept: int = Field(default=30, ge=1, description="Days for which reports on refused rows are kept.")
    replays_kept: int = Field(default=30, ge=1, description="Days for which archives of replays are kept.")
    sign_ins: int = Field(
        default=300, ge=1, description="Requests to sign in a minute that one address may make, of two in a sign-in."
    )
    longest_wait: float = Field(
        default=1.0, gt=0, description="Seconds. A gateway refuses what would wait longer than this for its answer."
    )
    audit: AuditMode = Field(
        default="lenient",
        description="While the log takes no audit entries and there is no room for more: `strict` refuses requests, "
        "`lenient` answers them and counts what is missing. `off` keeps no audit.",
    )
    operator: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$|^$",
        description="Who works on the command line, where several share a user of the operating system; for the audit.",
    )
    mail_every: float = Field(default=60.0, gt=0, description="Seconds between two looks into a mailbox.")
    log_level: str = "INFO"

    @model_validator(mode="before")
    @classmethod
    def fill_paths(cls, values: dict[str, Any]) -> dict[str, Any]:
        data = Path(values.get("data") or ROOT / ".nexus").resolve()
        return {"master_key": data / "master.key", "blobs": data / "blobs", **values, "data": data}

    @model_validator(mode="before")
    @classmethod
    def take_secrets_out_of_addresses(cls, values: dict[str, Any]) -> dict[str, Any]:
        taken: dict[str, str] = {}
        for part in PARTS:
            if address := values.get(part):
                taken |= addresses.apart(part, str(address))
        without = {part: taken[part] for part in PARTS if part in taken}
        return {**taken, **values, **without}

    @field_validator("public_url")
    @classmethod
    def check_public_url(cls, value: str) -> str:
        given = value.rstrip("/").lower()
        parts = urlsplit(given)
        fits = given == "" or (
            given == f"{parts.scheme}://{parts.netloc}"
            and parts.hostname is not None
            and "@" not in parts.netloc
            and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)))
        )
        if not fits:
            raise ValueError(
                "NEXUS_PUBLIC_URL is where browsers find the gateway, without a path: https://nexus.example.com, "
                "or http with a loopback address."
            )
        return given

    @field_validator("key_vault")
    @classmethod
    def check_key_vault(cls, value: str) -> str:
        given = value.rstrip("/")
        if given and not _KEY_IN_VAULT.fullmatch(given):
            raise ValueError(
                "NEXUS_KEY_VAULT is the key's identifier without its version: https://NAME.vault.azure.net/keys/KEY."
            )
        return given

    @model_validator(mode="after")
    def refuse_development_secret_beyond_loopback(self) -> "Settings":
        hosts = [self.gateway_host, *filter(None, [urlsplit(self.public_url).hostname])]
        outside = [host for host in hosts if not is_loopback(host)]
        if outside and self.key_secret.get_secret_value() == DEVELOPMENT_SECRET:
            raise ValueError(
                f"The gateway would be found at {outside[0]} with the development secret, which everybody knows. "
                "Set NEXUS_KEY_SECRET to a secret of your own, or stay on this machine: NEXUS_GATEWAY_HOST=127.0.0.1 "
                "and no NEXUS_PUBLIC_URL."
            )
        return self

    @model_validator(mode="after")
    def refuse_what_others_could_read(self) -> "Settings":
        if self.plaintext == "allowed":
            return self
        for part in PARTS:
            address = getattr(self, part)
            hosts = addresses.beyond(part, address) if address else []
            if hosts and addresses.readable(part, address, self.kafka_protocol):
                raise ValueError(
                    f"Others could read what is sent to {part} at {', '.join(hosts)}. {addresses.WITH_TLS[part]}; "
                    "NEXUS_PLAINTEXT=allowed sends it nevertheless."
                )
        if self.gateway_certificate is None and not is_loopback(self.gateway_host):
            raise ValueError(
                f"Others could read what is sent to the gateway on {self.gateway_host}. Set NEXUS_GATEWAY_CERTIFICATE "
                "and NEXUS_GATEWAY_KEY; where something before it speaks TLS, set NEXUS_PLAINTEXT=allowed."
            )
        return self

    @model_validator(mode="after")
    def refuse_half_of_what_belongs_together(self) -> "Settings":
        for name in _FILES:
            if (path := getattr(self, name)) and not path.is_file():
                raise ValueError(f"NEXUS_{name.upper()} is {path}, which is no file.")
        for whose in ("CLIENT", "GATEWAY"):
            certificate, key = (getattr(self, f"{whose.lower()}_{what}") for what in ("certificate", "key"))
            if (certificate is None) != (key is None):
                raise ValueError(f"NEXUS_{whose}_CERTIFICATE and NEXUS_{whose}_KEY belong together: set both.")
        if self.kafka_protocol.startswith("SASL") and not (self.kafka_user and self.kafka_password):
            raise ValueError(f"{self.kafka_protocol} needs NEXUS_KAFKA_USER and NEXUS_KAFKA_PASSWORD.")
        return self


def local(data: Path) -> dict[str, Any]:
    """The addresses of the local stack's parts and the gateway's port, as `up` wrote them into stack.json; with them,
    for a secure stack, what its servers ask for."""
    try:
        written = json.loads((data / "stack.json").read_text())
    except FileNotFoundError:
        return {}
    asked = secure_local(data) if written.get("secure") else {}
    return {**written["addresses"], "gateway_port": written.get("gateway_port", GATEWAY_PORT), **asked}


def secure_local(data: Path) -> dict[str, Any]:
    """What a secure stack's servers ask for, as `up` wrote it down."""
    return json.loads((data / SECURE_SETTINGS).read_text())


def filled(given: Settings, local: Mapping[str, Any]) -> Settings:
    """Settings with the local stack's where none is given. What belongs to a part that is elsewhere is left out."""
    said = {name: getattr(given, name) for name in given.model_fields_set}
    missing = {name: value for name, value in local.items() if name.partition("_")[0] not in said}
    return Settings(**{**missing, **said})


def read(**overrides: Any) -> Settings:
    """Settings from the environment, with the local stack's where none is set."""
    given = Settings(**overrides)
    return filled(given, local(given.data))


@functools.cache
def load() -> Settings:
    """The settings of this process."""
    return read()
