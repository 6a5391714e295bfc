"""Bodies of commands: pydantic models made from the contracts, and the records made from checked bodies."""

import functools
import json
import re
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from types import ModuleType
from typing import Annotated, Any, NoReturn, Optional, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    create_model,
)

from gateway.problems import FieldError, Problem
from schemas import avro
from schemas.contract import FieldContract, fields, is_custom, record_type
from schemas.generated.common import Money

LONGEST_TEXT = 10_000
RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
AMOUNT = r"^-?[0-9]{1,15}(\.[0-9]{1,4})?$"


def _plain_text(value: str) -> str:
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError("holds a character that is no text (NUL or half a surrogate pair)")
    return value


def _amount(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise ValueError("must be a decimal number, as text or as a number")
    if isinstance(value, str) and not re.fullmatch(AMOUNT, value):
        raise ValueError("must be a decimal number such as 1054.50")
    amount = Decimal(value)
    if not amount.is_finite() or amount.adjusted() >= 15 or amount != amount.quantize(Decimal("0.0001")):
        raise ValueError("must have at most 15 digits before the point and 4 after it")
    return amount


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and RFC_3339.fullmatch(value) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("must be a time with a zone, such as 2017-03-31T12:00:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("is too far away to be a time in UTC") from None


def _day(value: object) -> date:
    try:
        return date.fromisoformat(cast(str, value))
    except (TypeError, ValueError):
        raise ValueError("must be a date such as 2017-03-31") from None


Text = Annotated[
    str, StringConstraints(strict=True, max_length=LONGEST_TEXT, pattern=r"^[^\x00]*$"), AfterValidator(_plain_text)
]
Amount = Annotated[
    Decimal,
    BeforeValidator(_amount),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": AMOUNT},
                {"type": "number", "exclusiveMinimum": -(10**15), "exclusiveMaximum": 10**15},
            ],
            "examples": ["1054.50"],
        }
    ),
]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2017-03-31T12:00:00Z"]}),
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Int = Annotated[int, Field(strict=True, ge=-(2**31), lt=2**31)]
Long = Annotated[int, Field(strict=True, ge=-(2**63), lt=2**63)]
Yes = Annotated[bool, Field(strict=True)]
OptionalText = Optional[Text]  # noqa: UP045 - | does not take Annotated
OptionalMoment = Optional[Moment]  # noqa: UP045
SIMPLE: Mapping[str, Any] = {"string": Text, "int": Int, "long": Long, "boolean": Yes, "double": float, "bytes": Text}


class MoneyBody(BaseModel):
    """An amount in one currency."""

    model_config = ConfigDict(extra="forbid")
    amount: Amount = Field(description="The amount, to four places; text keeps it exact.")
    currency: Annotated[Text, StringConstraints(pattern="^[A-Z]{3}$")] = Field(
        description="ISO 4217 code.", examples=["USD"]
    )


def _type(schema: avro.Schema, home: ModuleType) -> Any:
    """The pydantic type of an Avro type; `home` is the generated module that holds its enums."""
    match schema:
        case "common.Money":
            return MoneyBody
        case str():
            if schema in SIMPLE:
                return SIMPLE[schema]
            if avro.named_types()[schema]["type"] == "record":
                return _record(schema)
            symbols = avro.named_types()[schema]["symbols"]
            return Annotated[
                str,
                Field(json_schema_extra={"enum": [symbol for symbol in symbols if symbol != "UNKNOWN"]}),
                AfterValidator(_one_of(getattr(home, schema.rsplit(".", 1)[-1]), symbols)),
            ]
        case list():
            inner = next(branch for branch in cast(list[avro.Schema], schema) if branch != "null")
            return Optional[_type(inner, home)]  # noqa: UP045
        case {"type": "array"}:
            return Annotated[list[_type(schema["items"], home)], Field(max_length=1000)]
        case {"type": "map"}:
            return Annotated[dict[Text, _type(schema["values"], home)], Field(max_length=1000)]
        case {"logicalType": "timestamp-micros" | "timestamp-millis"}:
            return Moment
        case {"logicalType": "date"}:
            return Day
        case _:
            return _type(schema["type"], home)


@functools.cache
def _record(name: str) -> Any:
    """The pydantic type of a value record; what it gives is the record."""
    cls = record_type(name)
    members = {each.name: _member(each, sys.modules[cls.__module__]) for each in fields(cls)}
    body = create_model(cls.__name__, __config__=ConfigDict(extra="forbid"), __doc__=cls.__doc__, **members)

    def made(checked: BaseModel) -> Any:
        return cls(**{each: _value(getattr(checked, each)) for each in members})

    return Annotated[body, AfterValidator(made)]


def _one_of(enum: Callable[[str], Any], symbols: list[str]) -> Callable[[str], Any]:
    """A check that turns a symbol into its enum."""

    def check(value: str) -> Any:
        if value not in symbols or value == "UNKNOWN":
            raise ValueError(f"must be one of {', '.join(symbols[1:])}")
        return enum(value)

    return check


def model(cls: type[Any], id_field: str, *, creates: bool) -> type[BaseModel]:
    """The body of a command: its fields without its id (which a creating one may carry) and without what is carried,
    `at` and what is minted being optional."""
    members: dict[str, Any] = {}
    for each in fields(cls):
        if each.carried is not None:
            continue
        if each.name == id_field:
            if creates:
                members[id_field] = (
                    OptionalText,
                    Field(None, description="Your own id (a uuid); given when left out."),
                )
        elif each.minted:
            members[each.name] = (OptionalText, Field(None, description=f"{each.doc} Given when left out."))
        elif each.name == "at":
            members["at"] = (OptionalMoment, Field(None, description=f"{each.doc} Now, when left out."))
        else:
            members[each.name] = _member(each, sys.modules[cls.__module__])
    return create_model(cls.__name__, __config__=ConfigDict(extra="forbid"), __doc__=cls.__doc__, **members)


def _member(each: FieldContract, home: ModuleType) -> Any:
    if is_custom(each):
        return (dict[Text, Any], Field(default_factory=dict[str, Any], description=each.doc, max_length=200))
    kind: Any = _personal(each) if each.subject else _type(each.type, home)
    kept = " Personal: it is kept sealed." if each.subject else ""
    kept += " Secret: it is kept sealed and never shown." if each.secret else ""
    default: Any = ... if each.required else each.default
    # A default is checked like what is sent: of an enum it is a text until then.
    return (kind, Field(default, description=each.doc + kept, validate_default=True))


def _personal(each: FieldContract) -> Any:
    if each.list_of is None:
        return OptionalText
    return Optional[Annotated[list[_record(each.list_of)], Field(max_length=100)]]  # noqa: UP045


def parse(body: bytes, content_type: str | None, expected: type[BaseModel]) -> dict[str, Any]:
    """The checked values of a body by field. An empty body is {}. Raises 400, 415 and 422 problems."""
    if body and content_type is not None and content_type.partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, "unsupported_media_type", "Send the body as application/json.")
    try:
        given = json.loads(body.decode() or "{}", parse_float=Decimal, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise Problem(400, "malformed_json", "The body is not UTF-8; encode it so.") from error
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise Problem(400, "malformed_json", f"The body is not JSON that can be read: {error}.") from error
    return checked(given, expected)


def checked(given: Any, expected: type[BaseModel]) -> dict[str, Any]:
    """The checked values by field of a body that was read; a 422 problem for what does not fit."""
    try:
        body = expected.model_validate(given)
    except ValidationError as error:
        raise invalid(error) from error
    return {name: _value(getattr(body, name)) for name in expected.model_fields}


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


def _value(value: Any) -> Any:
    match value:
        case MoneyBody():
            return Money(amount=value.amount, currency=value.currency)
        case list():
            return tuple(_value(each) for each in cast(list[Any], value))
        case _:
            return value


def invalid(error: ValidationError) -> Problem:
    """One 422 problem for everything that pydantic found."""
    errors = [
        FieldError(".".join(str(part) for part in each["loc"]) or "body", each["type"], each["msg"])
        for each in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    first = errors[0]
    return Problem(422, "invalid_field", f"{first.field}: {first.message}.", first.field, errors)
