"""What a processor's reply says to a caller: the body of an accepted command, or the problem of a refused one."""

from collections.abc import Mapping
from typing import Any

from gateway.problems import Problem, body_of
from infra.log.position import sign
from infra.log.replies import Reply
from schemas.contract import minted

CODES = {404: "not_found", 409: "rejected", 412: "stale_version", 422: "invalid_field", 500: "internal_error"}


def token_of(reply: Reply, secret: bytes) -> str:
    """The signed position of a reply; empty when it has none."""
    return sign({reply.topic: {reply.partition: reply.offset}}, secret) if reply.topic else ""


def made_by(command: Any) -> dict[str, str]:
    """`made`, the id of what a command makes beside its own record; nothing for most commands."""
    field = minted(command.__class__)
    return {} if field is None else {"made": getattr(command, field)}


def told(id: str, reply: Reply, token: str) -> dict[str, Any]:
    """The body of an accepted command."""
    events = [{"id": event.id, "type": event.type, "version": event.version} for event in reply.events]
    return {"id": id, "version": reply.version, "position": token, "events": events}


def refusal(reply: Reply, headers: Mapping[str, str], *, new: bool = False) -> Problem:
    """The problem that a refused command's reply stands for. Of a record that was to be `new` nothing is told."""
    if new and reply.status == 412:
        kept = {name: value for name, value in headers.items() if name != "ETag"}
        return Problem(409, "id_taken", "This id was used before; leave it out and one is given.", headers=kept)
    code = reply.code or CODES.get(reply.status, "rejected")
    more = {"version": reply.version} if reply.status == 412 else {}
    detail = reply.message or "The command was refused."
    return Problem(reply.status, code, detail, reply.field, headers=headers, more=more)


def state(id: str, reply: Reply, secret: bytes, made: dict[str, str], *, new: bool = False) -> dict[str, Any]:
    """The same as members of a status resource."""
    if reply.status == 200:
        return {"state": "accepted", "answer": told(id, reply, token_of(reply, secret)) | made}
    return {"state": "refused", "problem": body_of(refusal(reply, {}, new=new))}
