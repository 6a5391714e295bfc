"""Settings: environment variables named NEXUS_…, over what the local stack wrote down, over defaults for loopback.

An address that is set by environment variable means that the cluster exists already: nothing local is started for it.
"""

import functools
import ipaddress
import json
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT_SECRET = "nexus360-development-only"  # noqa: S105 - refused beyond loopback, see below
PARTS = ("kafka", "registry", "postgres", "redis", "elasticsearch")
GATEWAY_PORT = 8360


class Settings(BaseSettings):
    """Everything that differs between installations. Frozen; pass it, or the few values needed, as arguments."""

    model_config = SettingsConfigDict(env_prefix="NEXUS_", frozen=True, extra="ignore")

    data: Path = ROOT / ".nexus"
    kafka: str = Field(default="", description="Bootstrap servers, host:port, comma-separated.")
    registry: str = Field(default="", description="URL of a schema registry with Confluent's API.")
    postgres: str = Field(default="", description="postgresql://user@host:port, without a database name.")
    redis: str = Field(default="", description="redis://host:port/0")
    elasticsearch: str = Field(default="", description="http://host:port")

    topic_prefix: str = ""
    database_prefix: str = "nexus"
    index_prefix: str = "nexus"
    partitions: int = Field(default=6, ge=1)
    replication: int = Field(default=1, ge=1)

    gateway_host: str = "127.0.0.1"
    gateway_port: int = GATEWAY_PORT
    key_secret: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    master_key: Path = Path()
    blobs: Path = Path()
    rate_limit: int = Field(default=600, ge=1, description="Requests a second that one tenant may make.")
    longest_wait: float = Field(
        default=1.0, gt=0, description="Seconds. A gateway refuses what would wait longer than this for its answer."
    )
    log_level: str = "INFO"

    @model_validator(mode="before")
    @classmethod
    def fill_paths(cls, values: dict[str, Any]) -> dict[str, Any]:
        data = Path(values.get("data") or ROOT / ".nexus").resolve()
        return {"master_key": data / "master.key", "blobs": data / "blobs", **values, "data": data}

    @model_validator(mode="after")
    def refuse_development_secret_beyond_loopback(self) -> "Settings":
        if self.key_secret.get_secret_value() == DEVELOPMENT_SECRET and not is_loopback(self.gateway_host):
            raise ValueError(
                f"The gateway would listen on {self.gateway_host} with the development secret. "
                "Set NEXUS_KEY_SECRET to a secret of your own, or NEXUS_GATEWAY_HOST to 127.0.0.1."
            )
        return self


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the host."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def local(data: Path) -> dict[str, Any]:
    """The addresses of the local stack's parts and the gateway's port, as `up` wrote them into stack.json."""
    try:
        written = json.loads((data / "stack.json").read_text())
    except FileNotFoundError:
        return {}
    return {**written["addresses"], "gateway_port": written.get("gateway_port", GATEWAY_PORT)}


def read(**overrides: Any) -> Settings:
    """Settings from the environment, with the local stack's addresses where none is set."""
    given = Settings(**overrides)
    missing = {name: value for name, value in local(given.data).items() if name not in given.model_fields_set}
    return given.model_copy(update=missing)


@functools.cache
def load() -> Settings:
    """The settings of this process."""
    return read()
