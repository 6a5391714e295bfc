"""The OpenAPI document: what FastAPI makes of the routes, with the shapes that they share and how to sign in."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from projections.dead_letters.letter import WHATS
from projections.dead_letters.requests import OUTCOMES

_TEXT = {"type": "string"}
_TIME = {"type": "string", "format": "date-time"}
_MADE = {"type": "string", "description": "The id of what the command makes beside its record, if it makes such."}
_DECIMAL = {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$", "examples": ["1054.5"]}

_DEAD_LETTER: dict[str, Any] = {
    "id": {"type": "string", "examples": ["crm/read-models/acme/crm.deal/7d1f"]},
    "what": {"type": "string", "enum": list(WHATS)},
    "where": {"type": "string", "description": "The database or the domain, or workflows."},
    **dict.fromkeys(("tenant", "subject"), _TEXT),
    "type": {"type": "string", "description": "Of the event or the command that stopped."},
    "since": _TIME,
    "behind": {"type": "integer", "minimum": 0, "description": "Events that wait behind it."},
    "code": {"type": "string", "description": "Stable for a kind of reason: branch on it."},
    "reason": _TEXT,
    "requested": {"type": ["string", "null"], "description": "redrive or discard, if that is asked for and not done."},
    "how": {"type": "string", "description": "How to redrive it."},
}
_HELD: dict[str, Any] = {
    "trace": _TEXT,
    "topic": _TEXT,
    "partition": {"type": "integer"},
    "offset": {"type": "integer"},
    "headers": {"type": "object", "additionalProperties": _TEXT},
    "data": {"type": ["object", "null"], "description": "The event or the command, personal values sealed."},
    "data_base64": {"type": ["string", "null"], "description": "Its bytes where it cannot be read."},
}

SCHEMAS: dict[str, Any] = {
    "Problem": {
        "type": "object",
        "description": "A refusal (RFC 9457).",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": _TEXT,
            "status": {"type": "integer"},
            "code": {"type": "string", "description": "Stable: branch on it."},
            "detail": {"type": "string", "description": "A sentence that says what to do."},
            "field": {"type": "string", "description": "The field, parameter or header at fault."},
            "version": {"type": "integer", "description": "With 412: the version that is there now."},
            "command_id": {"type": "string", "description": "With 503 and 504: the command in question."},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["field", "code", "message"],
                    "properties": {"field": _TEXT, "code": _TEXT, "message": _TEXT},
                },
            },
        },
        "examples": [
            {
                "type": "urn:nexus360:problem:stale_version",
                "title": "Precondition Failed",
                "status": 412,
                "code": "stale_version",
                "detail": "The deal is at version 4, not 3; read it again.",
                "version": 4,
            }
        ],
    },
    "Accepted": {
        "type": "object",
        "required": ["id", "version", "position", "events"],
        "properties": {
            "id": {"type": "string", "description": "The record that the command is about."},
            "version": {"type": "integer", "minimum": 0},
            "position": {"type": "string", "description": "Send it as Nexus-After to read what this wrote."},
            "made": _MADE,
            "events": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "type", "version"],
                    "properties": {"id": _TEXT, "type": _TEXT, "version": {"type": "integer"}},
                },
            },
        },
    },
    "CommandStatus": {
        "type": "object",
        "required": ["command_id", "id", "state"],
        "properties": {
            "command_id": _TEXT,
            "id": {"type": "string", "description": "The record that the command is about."},
            "made": _MADE,
            "state": {"type": "string", "enum": ["pending", "accepted", "refused"]},
            "answer": {"$ref": "#/components/schemas/Accepted"},
            "problem": {"$ref": "#/components/schemas/Problem"},
        },
    },
    "Standing": {
        "type": "object",
        "required": ["tenant", "user", "on_behalf_of", "roles", "team", "territories", "apps_off", "permissions"],
        "properties": {
            "tenant": _TEXT,
            "user": {
                "type": ["string", "null"],
                "description": "`account:<id>` for a service account, null for the tenant's own key.",
            },
            "on_behalf_of": {
                "type": ["string", "null"],
                "description": "The user for whom a service account acts, which X-On-Behalf-Of names.",
            },
            **{name: {"type": "array", "items": _TEXT} for name in ("roles", "team", "territories", "apps_off")},
            "permissions": {
                "type": "object",
                "description": "What you may do, and whether to all records of the kind or to some.",
                "additionalProperties": {"type": "string", "enum": ["all", "some"]},
            },
        },
    },
    "Decision": {
        "type": "object",
        "required": ["permission", "allowed", "because"],
        "properties": {
            "permission": _TEXT,
            "allowed": {"type": "boolean"},
            "reach": {"type": ["string", "null"], "description": "Without a record: all, some or none of them."},
            "because": {"type": "array", "items": _TEXT, "description": "The permits that lead to it, by role."},
        },
    },
    "Session": {
        "type": "object",
        "required": ["tenant", "user", "csrf", "seconds"],
        "properties": {
            **dict.fromkeys(("tenant", "user"), _TEXT),
            "csrf": {"type": "string", "description": "Send it as Nexus-CSRF with every change."},
            "seconds": {"type": "integer", "minimum": 0, "description": "Until one must sign in again."},
        },
    },
    "SignedOut": {
        "type": "object",
        "required": ["end_session"],
        "properties": {
            "end_session": {
                "type": ["string", "null"],
                "description": "Where the browser may go to end the provider's own session.",
            }
        },
    },
    "Everybody": {
        "type": "object",
        "required": ["permission", "id", "at", "users", "accounts", "notes"],
        "properties": {
            "permission": _TEXT,
            "id": _TEXT,
            "at": {**_TIME, "description": "The moment that counted."},
            "users": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["user", "because"],
                    "properties": {
                        "user": {"type": "string", "description": "Their id."},
                        "because": {"type": "array", "items": _TEXT},
                    },
                },
            },
            "accounts": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["account", "because"],
                    "properties": {
                        "account": {"type": "string", "description": "The service account's id."},
                        "because": {"type": "array", "items": _TEXT},
                    },
                },
            },
            "notes": {"type": "array", "items": _TEXT, "description": "What to keep in mind of this answer."},
        },
    },
    "Money": {
        "type": "object",
        "required": ["amount", "currency"],
        "properties": {"amount": _DECIMAL, "currency": {"type": ["string", "null"]}},
    },
    "Event": {
        "type": "object",
        "required": ["event_id", "type", "aggregate", "id", "version", "occurred_at", "recorded_at", "data"],
        "properties": {
            **dict.fromkeys(("event_id", "type", "aggregate", "id", "actor"), _TEXT),
            **dict.fromkeys(("command_id", "correlation_id", "causation_id"), _TEXT),
            "version": {"type": "integer", "minimum": 1},
            "occurred_at": _TIME,
            "recorded_at": _TIME,
            "data": {"type": ["object", "null"], "description": "The event's fields; null where it cannot be read."},
            "hidden": {"type": "array", "items": _TEXT, "description": "Fields of it that you may not see."},
        },
    },
    "File": {
        "type": "object",
        "required": ["file", "size"],
        "properties": {"file": {"type": "string", "description": "SHA-256, in hex."}, "size": {"type": "integer"}},
    },
    "DeadLetter": {
        "type": "object",
        "description": "Something that could not be done and waits for people.",
        "required": [name for name in _DEAD_LETTER if name != "requested"],
        "properties": _DEAD_LETTER,
    },
    "DeadLetterShown": {
        "type": "object",
        "required": ["id", "what", "reason", "trace", "data"],
        "properties": _DEAD_LETTER | _HELD,
    },
    "DeadLetterOutcome": {
        "type": "object",
        "required": ["id", "outcome", "told"],
        "properties": {
            "id": _TEXT,
            "outcome": {"type": "string", "enum": ["pending", *OUTCOMES]},
            "told": {"type": "string", "description": "A sentence that says what came of it."},
        },
    },
    "Health": {"type": "object", "required": ["status"], "properties": {"status": _TEXT}},
}


def _header(description: str, **schema: Any) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string", **schema}}


HEADERS: dict[str, Any] = {
    "RateLimit-Limit": _header("Requests a second.", type="integer"),
    "RateLimit-Remaining": _header("Requests left in this second.", type="integer"),
    "RateLimit-Reset": _header("Seconds until it begins anew.", type="integer"),
    "RateLimit-Status": _header("`unavailable` while nothing is counted.", enum=["unavailable"]),
    "X-Request-Id": _header("The id of this request in the log."),
    "ETag": _header("The version, in quotes; send it as If-Match."),
    "Nexus-Position": _header("How far in the log this is; send it as Nexus-After to see no less."),
    "Nexus-Parked": _header("`true` when an event of this record waits, so that this may be old.", enum=["true"]),
    "Idempotent-Replayed": _header("`true` when this was answered before.", enum=["true"]),
    "Content-Disposition": _header("The name of the file."),
    "Location": _header("Where it is.", format="uri-reference"),
    "Retry-After": _header("Seconds to wait.", type="integer"),
    "WWW-Authenticate": _header("How to sign in."),
}
_PUBLIC = ("/health/live", "/health/ready", "/metrics")


def complete(app: FastAPI) -> None:
    """Makes the app give this document at /openapi.json."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
                openapi_version="3.1.0",
            )
            shared = _share_problems(document)
            document["components"] = {
                "schemas": SCHEMAS,
                "headers": HEADERS,
                "responses": shared,
                "securitySchemes": {
                    "key": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": "A token of a connected OpenID provider, the tenant named in Nexus-Tenant; or a "
                        "development key, of which `nexus360 key TENANT` prints one. A service account that may act "
                        "for users names one, by their id, in X-On-Behalf-Of: it may do what both may then.",
                    },
                    "session": {
                        "type": "apiKey",
                        "in": "cookie",
                        "name": "__Host-nexus-session",
                        "description": "After /signin/{tenant}. Changes bear Nexus-CSRF too.",
                    },
                },
            }
            document["security"] = [{"key": []}, {"session": []}]
            for path in _PUBLIC:
                for operation in document["paths"].get(path, {}).values():
                    operation["security"] = []
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi


def _share_problems(document: dict[str, Any]) -> dict[str, Any]:
    """Takes problem answers, which are many and few of a kind, out of the operations, and gives them by name."""
    shared: dict[str, Any] = {}
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if status >= "400":
                    shared[f"Problem{status}"] = answer
                    operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
    return shared
