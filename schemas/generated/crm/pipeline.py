"""Generated from schemas/crm/pipeline.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.generated.common import PipelineStage
from schemas.wire import from_micros, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The way that some deals go: its stages, and what it takes to enter each of them."""

    NAME: ClassVar[str] = "crm.Pipeline"

    pipeline_id: str = ''
    """The pipeline's id; empty while it does not exist."""
    name: str = ''
    """What people call the pipeline."""
    stages: tuple[PipelineStage, ...] = ()
    """Its stages, in order; last those that are retired."""
    win_reasons: tuple[str, ...] = ()
    """Why deals are won; those of the tenant's list when there are none."""
    lost_reasons: tuple[str, ...] = ()
    """Why deals are lost; those of the tenant's list when there are none."""
    retired: bool = False
    """Whether no deal enters it any more."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "pipeline_id": self.pipeline_id,
            "name": self.name,
            "stages": [x.to_avro(vault) for x in self.stages],
            "win_reasons": list(self.win_reasons),
            "lost_reasons": list(self.lost_reasons),
            "retired": self.retired,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            pipeline_id=data["pipeline_id"],
            name=data["name"],
            stages=tuple(PipelineStage.from_avro(x, vault) for x in data["stages"]),
            win_reasons=tuple(data["win_reasons"]),
            lost_reasons=tuple(data["lost_reasons"]),
            retired=data["retired"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinePipeline:
    """Defines a pipeline with its stages."""

    NAME: ClassVar[str] = "crm.DefinePipeline"

    pipeline_id: str
    """The pipeline's id."""
    name: str
    """What people call the pipeline."""
    stages: tuple[PipelineStage, ...] = ()
    """Its stages, in the order in which deals go through them. Left out: Prospecting, Engaging, Won and Lost."""
    win_reasons: tuple[str, ...] = ()
    """Why deals are won; those of the tenant's list when there are none."""
    lost_reasons: tuple[str, ...] = ()
    """Why deals are lost; those of the tenant's list when there are none."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "pipeline_id": self.pipeline_id,
            "name": self.name,
            "stages": [x.to_avro(vault) for x in self.stages],
            "win_reasons": list(self.win_reasons),
            "lost_reasons": list(self.lost_reasons),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            pipeline_id=data["pipeline_id"],
            name=data["name"],
            stages=tuple(PipelineStage.from_avro(x, vault) for x in data["stages"]),
            win_reasons=tuple(data["win_reasons"]),
            lost_reasons=tuple(data["lost_reasons"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePipeline:
    """Replaces what is said of a pipeline. Stages that are left out are retired, and deals in them stay there,
    or dropped.
    """

    NAME: ClassVar[str] = "crm.ChangePipeline"

    pipeline_id: str
    """The pipeline's id."""
    name: str
    """What people call the pipeline."""
    stages: tuple[PipelineStage, ...]
    """Its stages, in the order in which deals go through them."""
    win_reasons: tuple[str, ...] = ()
    """Why deals are won; those of the tenant's list when there are none."""
    lost_reasons: tuple[str, ...] = ()
    """Why deals are lost; those of the tenant's list when there are none."""
    drop: tuple[str, ...] = ()
    """Ids of stages that are left out and go altogether; no deal may stand in them."""
    occupied: tuple[str, ...] = ()
    """Those of them in which deals stand; the gateway fills them in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "pipeline_id": self.pipeline_id,
            "name": self.name,
            "stages": [x.to_avro(vault) for x in self.stages],
            "win_reasons": list(self.win_reasons),
            "lost_reasons": list(self.lost_reasons),
            "drop": list(self.drop),
            "occupied": list(self.occupied),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            pipeline_id=data["pipeline_id"],
            name=data["name"],
            stages=tuple(PipelineStage.from_avro(x, vault) for x in data["stages"]),
            win_reasons=tuple(data["win_reasons"]),
            lost_reasons=tuple(data["lost_reasons"]),
            drop=tuple(data["drop"]),
            occupied=tuple(data["occupied"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RetirePipeline:
    """Ends a pipeline: no deal enters it any more, and those in it go on."""

    NAME: ClassVar[str] = "crm.RetirePipeline"

    pipeline_id: str
    """The pipeline's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "pipeline_id": self.pipeline_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            pipeline_id=data["pipeline_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RestorePipeline:
    """Takes a pipeline that was retired up again."""

    NAME: ClassVar[str] = "crm.RestorePipeline"

    pipeline_id: str
    """The pipeline's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "pipeline_id": self.pipeline_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            pipeline_id=data["pipeline_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineDefined:
    """A pipeline was defined."""

    NAME: ClassVar[str] = "crm.PipelineDefined"

    pipeline_id: str
    """The pipeline's id."""
    name: str
    """What people call the pipeline."""
    stages: tuple[PipelineStage, ...]
    """Its stages, in the order in which deals go through them."""
    win_reasons: tuple[str, ...] = ()
    """Why deals are won; those of the tenant's list when there are none."""
    lost_reasons: tuple[str, ...] = ()
    """Why deals are lost; those of the tenant's list when there are none."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "pipeline_id": self.pipeline_id,
            "name": self.name,
            "stages": [x.to_avro(vault) for x in self.stages],
            "win_reasons": list(self.win_reasons),
            "lost_reasons": list(self.lost_reasons),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            pipeline_id=data["pipeline_id"],
            name=data["name"],
            stages=tuple(PipelineStage.from_avro(x, vault) for x in data["stages"]),
            win_reasons=tuple(data["win_reasons"]),
            lost_reasons=tuple(data["lost_reasons"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineChanged:
    """What is said of a pipeline was replaced."""

    NAME: ClassVar[str] = "crm.PipelineChanged"

    pipeline_id: str
    """The pipeline's id."""
    name: str
    """What people call the pipeline."""
    stages: tuple[PipelineStage, ...]
    """Its stages, in order; last those that are retired."""
    win_reasons: tuple[str, ...] = ()
    """Why deals are won; those of the tenant's list when there are none."""
    lost_reasons: tuple[str, ...] = ()
    """Why deals are lost; those of the tenant's list when there are none."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "pipeline_id": self.pipeline_id,
            "name": self.name,
            "stages": [x.to_avro(vault) for x in self.stages],
            "win_reasons": list(self.win_reasons),
            "lost_reasons": list(self.lost_reasons),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            pipeline_id=data["pipeline_id"],
            name=data["name"],
            stages=tuple(PipelineStage.from_avro(x, vault) for x in data["stages"]),
            win_reasons=tuple(data["win_reasons"]),
            lost_reasons=tuple(data["lost_reasons"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRetired:
    """No deal enters the pipeline any more."""

    NAME: ClassVar[str] = "crm.PipelineRetired"

    pipeline_id: str
    """The pipeline's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "pipeline_id": self.pipeline_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            pipeline_id=data["pipeline_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRestored:
    """Deals may enter the pipeline again."""

    NAME: ClassVar[str] = "crm.PipelineRestored"

    pipeline_id: str
    """The pipeline's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "pipeline_id": self.pipeline_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            pipeline_id=data["pipeline_id"],
            at=from_micros(data["at"]),
        )


PipelineCommand = DefinePipeline | ChangePipeline | RetirePipeline | RestorePipeline
PipelineEvent = PipelineDefined | PipelineChanged | PipelineRetired | PipelineRestored


CONTRACT = AggregateContract(
    domain="crm",
    aggregate="pipeline",
    plural="pipelines",
    id_field="pipeline_id",
    service="deal",
    state=Pipeline,
    state_version=1,
    commands=(
        CommandContract(cls=DefinePipeline, verb="define", creates=True, permission="crm.pipeline.define", internal=False),
        CommandContract(cls=ChangePipeline, verb="change", creates=False, permission="crm.pipeline.change", internal=False),
        CommandContract(cls=RetirePipeline, verb="retire", creates=False, permission="crm.pipeline.retire", internal=False),
        CommandContract(cls=RestorePipeline, verb="restore", creates=False, permission="crm.pipeline.restore", internal=False),
    ),
    events=(
        PipelineDefined,
        PipelineChanged,
        PipelineRetired,
        PipelineRestored,
    ),
    values=(),
)
