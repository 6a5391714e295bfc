"""Generated from schemas/crm/pipeline_choice.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.generated.common import PipelineRules
from schemas.wire import from_micros, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineChoice:
    """Which pipeline deals enter whose opening names none."""

    NAME: ClassVar[str] = "crm.PipelineChoice"

    tenant_id: str = ''
    """The tenant's id; empty while nothing was chosen."""
    pipeline_id: str | None = None
    """The pipeline; the one that is always there, if it is left out."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "pipeline_id": self.pipeline_id,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            pipeline_id=data["pipeline_id"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosePipeline:
    """Says which pipeline deals enter whose opening names none."""

    NAME: ClassVar[str] = "crm.ChoosePipeline"

    tenant_id: str
    """The tenant's id."""
    pipeline_id: str | None = None
    """The pipeline; the one that is always there, if it is left out."""
    carried: PipelineRules | None = None
    """The pipeline by whose rules this is decided; the gateway fills it in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "pipeline_id": self.pipeline_id,
            "carried": None if self.carried is None else self.carried.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            pipeline_id=data["pipeline_id"],
            carried=None if (v := data["carried"]) is None else PipelineRules.from_avro(v, vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineChosen:
    """Deals whose opening names no pipeline enter another one."""

    NAME: ClassVar[str] = "crm.PipelineChosen"

    tenant_id: str
    """The tenant's id."""
    pipeline_id: str | None = None
    """The pipeline; the one that is always there, if it is left out."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "pipeline_id": self.pipeline_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            pipeline_id=data["pipeline_id"],
            at=from_micros(data["at"]),
        )


PipelineChoiceCommand = ChoosePipeline
PipelineChoiceEvent = PipelineChosen


CONTRACT = AggregateContract(
    domain="crm",
    aggregate="pipeline_choice",
    plural="pipeline-choices",
    id_field="tenant_id",
    service="deal",
    state=PipelineChoice,
    state_version=1,
    commands=(
        CommandContract(cls=ChoosePipeline, verb="choose", creates=True, permission="crm.pipeline-choice.choose", internal=False),
    ),
    events=(
        PipelineChosen,
    ),
    values=(),
)
