"""How people sort records of their own accord: tags, and where somebody came from and how far along they are."""

from collections.abc import Sequence
from dataclasses import Field, dataclass, replace
from typing import Any, ClassVar, Protocol, TypeVar

from domains.checks import optional_text, text
from domains.kernel import Rejected

MOST = 100
"""Tags that one record bears."""
LONGEST = 50


class Labelled(Protocol):
    """A record, or an event that tells all of it."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def lifecycle(self) -> str | None: ...
    @property
    def source(self) -> str | None: ...
    @property
    def tags(self) -> tuple[str, ...]: ...


class Classifying(Protocol):
    """A command or event that says both."""

    @property
    def lifecycle(self) -> str | None: ...
    @property
    def source(self) -> str | None: ...


class Tagging(Protocol):
    """A command that says which tags come and go."""

    @property
    def add(self) -> tuple[str, ...]: ...
    @property
    def remove(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Class:
    """How far along a record is, and where it came from."""

    lifecycle: str | None
    source: str | None


Record = TypeVar("Record", bound=Labelled)


def to_classify(command: Classifying, known: Classifying) -> Class | None:
    """What the command says, or None if that was so."""
    said = Class(
        optional_text(command.lifecycle, "lifecycle", LONGEST), optional_text(command.source, "source", LONGEST)
    )
    return None if said == Class(known.lifecycle, known.source) else said


def to_tag(command: Tagging, known: Sequence[str]) -> tuple[str, ...] | None:
    """All tags that the record bears then, in order, or None if they are the same. Of two spellings that differ in case
    alone the known one stays. Raises Rejected(tag_both, tags_too_many, …)."""
    added, removed = _by_name(command.add, "add"), _by_name(command.remove, "remove")
    if both := added.keys() & removed.keys():
        message = f"The tag {added[min(both)]} is to come and to go; leave it out of one of both."
        raise Rejected("tag_both", message, "remove")
    before = _by_name(known, "tags")
    left = {name: tag for name, tag in (added | before).items() if name not in removed}
    if len(left) > MOST:
        raise Rejected("tags_too_many", f"A record bears {MOST} tags at most; remove some first.", "add")
    tags = tuple(left[name] for name in sorted(left))
    return None if tags == tuple(known) else tags


def classified(record: Record, event: Classifying) -> Record:
    return replace(record, lifecycle=event.lifecycle, source=event.source)


def _by_name(tags: Sequence[str], field: str) -> dict[str, str]:
    """Tags by what tells them apart, cleaned of needless spaces."""
    clean = (" ".join(text(tag, field, LONGEST).split()) for tag in tags)
    return {tag.casefold(): tag for tag in clean}
