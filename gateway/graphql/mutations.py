"""What is sent to the log as mutations, one for each command that has a route, on the same way into it."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLField,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
    is_required_input_field,
)

from gateway import commands, outcome
from gateway.access.gate import model_of
from gateway.audit.witness import Part
from gateway.bodies import checked
from gateway.commands import Asked, Prepare, Route
from gateway.graphql.columns import Info
from gateway.graphql.inputs import input_type
from gateway.graphql.names import one_of, pascal
from gateway.graphql.reading import Reader, Record
from gateway.graphql.records import record_type
from gateway.graphql.registry import Types
from gateway.graphql.scalars import LONG
from gateway.graphql.weight import RECORD, weighing
from gateway.problems import Problem
from projections.model import ReadModel
from schemas.contract import AggregateContract, minted

Accepted = Mapping[str, Any]
_KEY = "Makes a retry safe: the same key and input have one effect and one answer, by HTTP too."
_EXPECTED = "The version that you saw; when another is there now, stale_version is the answer."


def _told(name: str) -> Any:
    def resolve(accepted: Accepted, info: Info) -> Any:
        return accepted[name]

    return resolve


def _made(accepted: Accepted, info: Info) -> str | None:
    return accepted.get("made")


def _field(name: str, kind: Any, said: str | None = None) -> GraphQLField:
    return GraphQLField(GraphQLNonNull(kind), resolve=_told(name), description=said)


EVENT = GraphQLObjectType(
    "AcceptedEvent",
    {"id": _field("id", GraphQLString), "type": _field("type", GraphQLString), "version": _field("version", LONG)},
    description="What happened, as the log has it.",
)


def mutation_name(route: Route) -> str:
    """The field that sends a command."""
    name: str = route.command.cls.__name__
    return name[:1].lower() + name[1:]


def mutation_field(types: Types, route: Route, prepare: Prepare) -> GraphQLField:
    """A command, made by `prepare`: its input, where it takes one, and what came of it."""
    creates, body = route.command.creates, input_type(types, route.body) if route.body.model_fields else None

    async def resolve(
        root: Any,
        info: Info,
        id: str | None = None,
        input: Mapping[str, Any] | None = None,
        key: str | None = None,
        expected: int | None = None,
    ) -> Accepted:
        path = route.path if creates else route.path.replace("{id}", str(id))
        headers = info.context.request.headers
        traced = commands.traceparent(headers.get("traceparent"))
        asked = Asked(path, id, commands.idempotency_key(key), expected, traced, headers.get("nexus-after"))
        return await _sent(info.context, route, prepare, dict(input or {}), asked)

    arguments = {
        **({} if creates else {"id": GraphQLArgument(GraphQLNonNull(GraphQLID))}),
        **({} if body is None else {"input": _given(body)}),
        "idempotencyKey": GraphQLArgument(GraphQLString, out_name="key", description=_KEY),
        "ifMatch": GraphQLArgument(LONG, out_name="expected", description=_EXPECTED),
    }
    kind = _accepted_type(types, route.aggregate)
    said = f"{route.command.cls.__doc__} Takes the permission `{route.command.permission}`."
    return GraphQLField(kind, arguments, resolve, description=said, extensions=weighing(RECORD))


def _given(body: GraphQLInputObjectType) -> GraphQLArgument:
    needed = any(is_required_input_field(each) for each in body.fields.values())
    return GraphQLArgument(GraphQLNonNull(body) if needed else body)


async def _sent(reader: Reader, route: Route, prepare: Prepare, given: Mapping[str, Any], asked: Asked) -> Accepted:
    """What the processor says to a command; raises the problem that a refusal stands for."""
    here, permission = reader.here, route.command.permission
    part = Part("POST", route.path, permission, {} if asked.id is None else {"id": asked.id})
    async with reader.audited(part) as told:
        values = checked(given, route.body)
        envelope = await prepare(here, reader.who, values, asked, told)
        reply = await commands.ask(here, envelope)
        if reply.status != 200:
            raise outcome.refusal(reply, {}, new=envelope.expected_version == 0)
    token = outcome.token_of(reply, here.secret)
    told = outcome.told(envelope.id, reply, token) | outcome.made_by(envelope.command)
    return {**told, "repeated": bool(reply.repeated)}


def _accepted_type(types: Types, contract: AggregateContract) -> GraphQLObjectType:
    """The answer to an accepted command, with the record that it is about, as the command left it or later."""
    model = model_of(contract.domain, contract.aggregate)

    def make(name: str) -> GraphQLObjectType:
        fields = {
            "id": _field("id", GraphQLID, "The record that the command is about."),
            "version": _field("version", LONG),
            "position": _field("position", GraphQLString, "Send it as Nexus-After to read what this wrote."),
            "events": _field("events", GraphQLList(GraphQLNonNull(EVENT))),
            "repeated": _field("repeated", GraphQLBoolean, "Whether this was answered before."),
        }
        if any(minted(each.cls) for each in contract.commands):
            said = "The id of what the command makes beside its record, which a moment later is there."
            fields["made"] = GraphQLField(GraphQLID, resolve=_made, description=said)
        if model is not None:
            fields[one_of(model)] = _record_field(types, model)
        return GraphQLObjectType(name, fields, description="It is in the log.")

    return types.once(f"{pascal(contract.aggregate)}Accepted", ("accepted", contract.domain, contract.aggregate), make)


def _record_field(types: Types, model: ReadModel) -> GraphQLField:
    async def resolve(accepted: Accepted, info: Info) -> Record | None:
        try:
            return await info.context.written(model, accepted["id"], accepted["position"])
        except Problem as problem:
            if problem.code == "not_found":  # it was removed, or is not one that its sender may read
                return None
            raise

    return GraphQLField(record_type(types, model), resolve=resolve, extensions=weighing(RECORD))
