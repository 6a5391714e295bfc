"""Formulas over the fields of one record, as tenants write them: `amount * custom.share / 100`.

    comparison = sum [("<" | "<=" | ">" | ">=" | "=" | "!=") sum]
    sum        = product {("+" | "-") product}
    product    = signed {("*" | "/") signed}
    signed     = "-" signed | number | text | name | function "(" comparison {"," comparison} ")" | "(" comparison ")"

A text stands in double quotes, and a quote within it twice. Whatever is computed of something that is missing is
missing, and so is a number divided by zero. Functions: `min`, `max` and `coalesce` of one or more; `round(number,
places)`; `if(condition, then, else)`; `days(from, to)`; `concat` of one text or more; `contains(text, part)`, whatever
the case.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, assert_never

LONGEST = 1000
DEEPEST = 40
MOST = 200
"""Numbers, names and signs that a formula has."""
Kind = Literal["number", "date", "boolean", "text"]
_COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")
_SAME_OR_NOT = ("=", "!=")
_TOKEN = re.compile(
    r'\s*(?:\d{1,15}(?:\.\d{1,6})?|[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?|<=|>=|!=|[-+*/(),<>=]|"(?:[^"]|"")*")'
)


class FormulaError(Exception):
    """A formula that means nothing; the message is a sentence that says why, for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal


@dataclass(frozen=True, slots=True)
class Text:
    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """A field: a built-in one, or a custom one as `custom.<key>`."""

    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    of: "Formula"


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: "Formula"
    right: "Formula"


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: "tuple[Formula, ...]"


Formula = Number | Text | Name | Negative | Binary | Call


def parse(text: str) -> Formula:
    """The formula that a text says. Raises FormulaError."""
    if len(text) > LONGEST:
        raise FormulaError(f"The formula is longer than {LONGEST} characters; shorten it.")
    reading = _Reading(tuple(_tokens(text)))
    if len(reading.tokens) > MOST:
        raise FormulaError(f"The formula has more than {MOST} parts; write it as several fields.")
    formula = _comparison(reading, 0)
    if reading.next() is not None:
        raise FormulaError(f"The formula goes on with {reading.next()!r} where it should end; check the brackets.")
    return formula


def names(formula: Formula) -> frozenset[str]:
    """The fields that it is computed of."""
    match formula:
        case Name():
            return frozenset({formula.name})
        case Number() | Text():
            return frozenset()
        case Negative():
            return names(formula.of)
        case Binary():
            return names(formula.left) | names(formula.right)
        case Call():
            return frozenset(name for each in formula.arguments for name in names(each))
        case _:
            assert_never(formula)


def texts(formula: Formula) -> frozenset[str]:
    """The texts that stand in it."""
    match formula:
        case Text():
            return frozenset({formula.value})
        case Number() | Name():
            return frozenset()
        case Negative():
            return texts(formula.of)
        case Binary():
            return texts(formula.left) | texts(formula.right)
        case Call():
            return frozenset(text for each in formula.arguments for text in texts(each))
        case _:
            assert_never(formula)


def size(formula: Formula, sizes: Mapping[str, int]) -> int:
    """How many parts it has, where fields that are computed themselves have these sizes."""
    match formula:
        case Number() | Text():
            return 1
        case Name():
            return sizes.get(formula.name, 1)
        case Negative():
            return 1 + size(formula.of, sizes)
        case Binary():
            return 1 + size(formula.left, sizes) + size(formula.right, sizes)
        case Call():
            return 1 + sum(size(each, sizes) for each in formula.arguments)
        case _:
            assert_never(formula)


def kind_of(formula: Formula, fields: Mapping[str, Kind]) -> Kind:
    """What it gives, where these are the fields there are. Raises FormulaError for one that there is not, and where
    what is computed does not go together."""
    match formula:
        case Number():
            return "number"
        case Text():
            return "text"
        case Name():
            if formula.name not in fields:
                raise FormulaError(f"There is no field {formula.name!r} to compute with; use {_listed(fields)}.")
            return fields[formula.name]
        case Negative():
            return _numbers("-", (formula.of,), fields)
        case Binary():
            if formula.operator not in _COMPARISONS:
                return _numbers(formula.operator, (formula.left, formula.right), fields)
            kind = _alike(formula.operator, (formula.left, formula.right), fields)
            if kind == "text" and formula.operator not in _SAME_OR_NOT:
                raise FormulaError(f"Texts have no order for {formula.operator}; compare them by = or !=.")
            return "boolean"
        case Call():
            return _given(formula, fields)
        case _:
            assert_never(formula)


def _given(call: Call, fields: Mapping[str, Kind]) -> Kind:
    """What a function gives."""
    match call.function, call.arguments:
        case (("min" | "max"), (_, *_)):
            return _numbers(call.function, call.arguments, fields)
        case "coalesce", (_, *_):
            return _alike(call.function, call.arguments, fields)
        case "round", (number, Number() as places) if places.value in range(7):
            return _numbers("round", (number,), fields)
        case "days", (since, until):
            if (kind_of(since, fields), kind_of(until, fields)) != ("date", "date"):
                raise FormulaError("days counts from one date to another; give it two dates.")
            return "number"
        case "if", (condition, then, otherwise):
            if kind_of(condition, fields) != "boolean":
                raise FormulaError("The first of what stands in if(…) must be a comparison, such as amount > 100.")
            return _alike("if", (then, otherwise), fields)
        case "concat", (_, *_):
            return _texts("concat", call.arguments, fields)
        case "contains", (_, _):
            _texts("contains", call.arguments, fields)
            return "boolean"
        case (("min" | "max" | "coalesce" | "round" | "days" | "if" | "concat" | "contains"), _):
            raise FormulaError(f"{call.function}(…) does not take what stands in it; see how it is written.")
        case _:
            there = "min, max, coalesce, round, if, days, concat or contains"
            raise FormulaError(f"There is no function {call.function}; use {there}.")


def _numbers(what: str, of: Sequence[Formula], fields: Mapping[str, Kind]) -> Kind:
    if any(kind_of(each, fields) != "number" for each in of):
        raise FormulaError(f"{what} takes numbers only; a date, a text or a comparison stands beside it.")
    return "number"


def _texts(what: str, of: Sequence[Formula], fields: Mapping[str, Kind]) -> Kind:
    if any(kind_of(each, fields) != "text" for each in of):
        raise FormulaError(f"{what} takes texts only; a number, a date or a comparison stands in it.")
    return "text"


def _alike(what: str, of: Sequence[Formula], fields: Mapping[str, Kind]) -> Kind:
    kinds: list[Kind] = [kind_of(each, fields) for each in of]
    if any(kind != kinds[0] for kind in kinds):
        raise FormulaError(f"{what} takes what is of one kind: numbers, dates, texts or comparisons.")
    return kinds[0]


def _listed(fields: Mapping[str, Kind]) -> str:
    return ", ".join(sorted(fields)) or "numbers, since the record has none"


@dataclass(slots=True)
class _Reading:
    """Where the parser is in a formula's tokens."""

    tokens: tuple[str, ...]
    at: int = 0

    def next(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> str | None:
        token = self.next()
        self.at += 1
        return token

    def took(self, *wanted: str) -> str | None:
        """The next token, taken, if it is one of these."""
        return self.take() if self.next() in wanted else None


def _tokens(text: str) -> Iterator[str]:
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None and text[at:].lstrip()[0] == '"':
            raise FormulaError('A text is not closed; close it with ".')
        if found is None:
            raise FormulaError(f"The formula holds {text[at:].strip()[0]!r}, which means nothing there; take it out.")
        yield found[0].strip()
        at = found.end()


def _comparison(reading: _Reading, depth: int) -> Formula:
    if depth > DEEPEST:
        raise FormulaError(f"The formula has brackets {DEEPEST} deep; write it in parts, as several fields.")
    left = _sum(reading, depth)
    operator = reading.took(*_COMPARISONS)
    return left if operator is None else Binary(operator, left, _sum(reading, depth))


def _sum(reading: _Reading, depth: int) -> Formula:
    left = _product(reading, depth)
    while (operator := reading.took("+", "-")) is not None:
        left = Binary(operator, left, _product(reading, depth))
    return left


def _product(reading: _Reading, depth: int) -> Formula:
    left = _signed(reading, depth)
    while (operator := reading.took("*", "/")) is not None:
        left = Binary(operator, left, _signed(reading, depth))
    return left


def _signed(reading: _Reading, depth: int) -> Formula:
    if depth > DEEPEST:
        raise FormulaError(f"The formula has signs and brackets {DEEPEST} deep; write it in parts, as several fields.")
    token = reading.take()
    match token:
        case None:
            raise FormulaError("The formula ends where something should follow; complete it.")
        case "-":
            return Negative(_signed(reading, depth + 1))
        case "(":
            inner = _comparison(reading, depth + 1)
            _close(reading)
            return inner
        case _ if token[0].isdigit():
            return Number(Decimal(token))
        case _ if token[0] == '"':
            return _text(token)
        case _ if not token[0].isalpha():
            raise FormulaError(f"The formula has {token!r} where a field, a number or a text should stand.")
        case _ if reading.took("(") is not None:
            return Call(token, _arguments(reading, depth))
        case _:
            return Name(token)


def _text(token: str) -> Text:
    value = token[1:-1].replace('""', '"')
    if not value.isprintable():
        raise FormulaError("A text holds what cannot be printed; leave that out.")
    return Text(value)


def _arguments(reading: _Reading, depth: int) -> tuple[Formula, ...]:
    found = [_comparison(reading, depth + 1)]
    while reading.took(",") is not None:
        found.append(_comparison(reading, depth + 1))
    _close(reading)
    return tuple(found)


def _close(reading: _Reading) -> None:
    if reading.took(")") is None:
        raise FormulaError("A bracket is not closed; close it with ).")
