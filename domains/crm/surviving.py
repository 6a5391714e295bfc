"""What two records that are one come to, field by field, and what each is once they are told apart again.

A record is taken apart into facts: single values, and each thing that is listed, such as one tag. A merge is the facts
that it changes. Taking it back changes those alone that are still as the merge left them.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, cast

from domains.crm import contact_details, custom_values, labels, sharing
from domains.crm.contact_details import Addresses, Reached, gathered, placed, spread
from domains.kernel import Rejected
from schemas.contract import Erased
from schemas.generated.common import ContactKind, ContactPoint, CustomValue, FieldKind, PostalAddress
from schemas.generated.crm.merge import Absorbed

Fact = tuple[str, str]
"""(field, which of those that are listed in it; empty where there is one)."""
Facts = Mapping[Fact, str]

_MOST = {
    "emails": contact_details.MOST,
    "phones": contact_details.MOST,
    "addresses": contact_details.MOST,
    "domains": contact_details.MOST,
    "tags": labels.MOST,
    "readers": sharing.MOST,
    "custom": custom_values.MOST,
}
_EDITOR, _READER = "editor", "reader"


class Labelled(Protocol):
    """What contacts and companies bear alike."""

    @property
    def tags(self) -> tuple[str, ...]: ...
    @property
    def readers(self) -> tuple[str, ...]: ...
    @property
    def editors(self) -> tuple[str, ...]: ...
    @property
    def custom(self) -> tuple[CustomValue, ...] | Erased | None: ...


def checked(take: Mapping[str, str], fields: Collection[str]) -> Mapping[str, str]:
    """Whose values stay, as a caller says it of these fields; raises Rejected(take_unknown)."""
    for field, whose in take.items():
        if (field not in fields and not field.startswith("custom.")) or whose not in ("own", "other"):
            said = f"Say own or other of {', '.join(fields)} or custom.<key>; leave out the rest."
            raise Rejected("take_unknown", said, "take")
    return take


def texts(record: object, names: Sequence[str]) -> dict[Fact, str]:
    """Single values that are texts; nothing of what was erased."""
    values = ((name, getattr(record, name)) for name in names)
    return {(name, ""): value for name, value in values if isinstance(value, str)}


def of_points(field: str, main: str, reached: Reached) -> dict[Fact, str]:
    """Addresses or numbers, and which of them is the primary one."""
    points = spread(reached)
    found: dict[Fact, str] = {(field, each.value): each.kind.value if each.kind else "" for each in points}
    return found | ({(main, ""): points[0].value} if points else {})


def of_addresses(given: Addresses) -> dict[Fact, str]:
    """Postal addresses, and which of them is the primary one."""
    addresses = () if isinstance(given, Erased) else given or ()
    found: dict[Fact, str] = {("addresses", _written(each)): "" for each in addresses}
    return found | ({("address", ""): _written(addresses[0])} if addresses else {})


def of_labels(record: Labelled) -> dict[Fact, str]:
    """Tags, whom it is shared with, and values of fields of a tenant's own."""
    found: dict[Fact, str] = {("tags", each.casefold()): each for each in record.tags}
    found |= {("readers", each): _EDITOR if each in record.editors else _READER for each in record.readers}
    values = custom_values.listed(record.custom)
    return found | {("custom", each.key): json.dumps([each.kind.value, each.values]) for each in values}


def points_of(held: Facts, field: str, main: str) -> Reached:
    primary = held.get((main, ""))
    return gathered(
        [
            ContactPoint(value=value, kind=ContactKind(kind) if kind else None, primary=value == primary)
            for (name, value), kind in held.items()
            if name == field
        ]
    )


def addresses_of(held: Facts) -> Addresses:
    main, addresses = held.get(("address", "")), (each for field, each in held if field == "addresses")
    return placed([replace(_read(each), primary=each == main) for each in addresses])


def labels_of(held: Facts) -> dict[str, Any]:
    """The fields in which a record bears its labels."""
    readers = {name: how for (field, name), how in held.items() if field == "readers"}
    return {
        "tags": tuple(held[fact] for fact in sorted(held) if fact[0] == "tags"),
        "readers": tuple(readers),
        "editors": tuple(name for name, how in readers.items() if how == _EDITOR),
        "custom": _custom(held),
    }


def united(own: Facts, other: Facts, take: Mapping[str, str]) -> dict[Fact, str]:
    """The facts of both: of single values those that `take` says, and the own ones otherwise. A value that is missing
    never stays, and no more is listed than a record may list."""
    found, listed = dict(own), Counter(field for field, _ in own)
    for fact, value in other.items():
        field, key = fact
        if fact not in own:
            if listed[field] < _MOST.get(field, 1):
                found[fact] = value
                listed[field] += 1
        elif field == "readers":
            found[fact] = max(value, own[fact], key=(_READER, _EDITOR).index)
        elif take.get(f"{field}.{key}", take.get(field)) == "other":
            found[fact] = value
    return found


def changes(other_id: str, before: Facts, after: Facts) -> tuple[Absorbed, ...]:
    """What a merge with a record changes."""
    return tuple(
        Absorbed(
            other_id=other_id, field=field, key=key, before=before.get((field, key)), after=after.get((field, key))
        )
        for field, key in sorted(before.keys() | after.keys())
        if before.get((field, key)) != after.get((field, key))
    )


def parted(now: Facts, absorbed: Sequence[Absorbed], other_id: str) -> Facts:
    """The facts without what came of a record and is still as it came."""
    found = dict(now)
    for each in absorbed:
        fact = each.field, each.key
        if each.other_id == other_id and now.get(fact) == each.after:
            if each.before is None:
                found.pop(fact, None)
            else:
                found[fact] = each.before
    return found


def without(absorbed: Sequence[Absorbed], other_id: str) -> tuple[Absorbed, ...]:
    """What is left to take back once this merge was. What another merge found here of it, it would have found of what
    was there before."""
    gone = {(each.field, each.key): each for each in absorbed if each.other_id == other_id}
    left: list[Absorbed] = []
    for each in absorbed:
        if each.other_id == other_id:
            continue
        of = gone.get((each.field, each.key))
        left.append(replace(each, before=of.before) if of is not None and each.before == of.after else each)
    return tuple(left)


def _written(address: PostalAddress) -> str:
    kind = address.kind.value if address.kind else None
    parts = [address.street, address.city, address.region, address.postal_code, address.country, kind]
    return json.dumps(parts, ensure_ascii=False)


def _read(text: str) -> PostalAddress:
    street, city, region, postal_code, country, kind = cast("list[Any]", json.loads(text))
    return PostalAddress(
        street=street,
        city=city,
        region=region,
        postal_code=postal_code,
        country=country,
        kind=ContactKind(kind) if kind else None,
    )


def _custom(held: Facts) -> tuple[CustomValue, ...]:
    values = ((key, json.loads(held[field, key])) for field, key in sorted(held) if field == "custom")
    return tuple(CustomValue(key=key, kind=FieldKind(kind), values=tuple(texts)) for key, (kind, texts) in values)
