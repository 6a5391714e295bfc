"""Where references in a tenant's own fields lead once records were merged."""

from projections.moved import end_of, refers_in, refers_of
from projections.own import NONE, Own
from schemas.generated.common import FieldKind
from schemas.generated.crm.field_set import Field


def reference(key: str, to: str, *, retired: bool = False) -> Field:
    return Field(key=key, label=key, kind=FieldKind.REFERENCE, refers_to=to, retired=retired)


FIELDS = (
    reference("rival", "company"),
    reference("helper", "user"),
    reference("old", "contact", retired=True),
    reference("paper", "product"),
    Field(key="note", label="Note", kind=FieldKind.TEXT),
)


def test_fields_that_refer_to_what_may_be_merged_are_led_on() -> None:
    found = refers_of("crm", Own(FIELDS))
    assert {key: model.name for key, model in found.items()} == {"rival": "companies", "old": "contacts"}
    assert refers_of("crm", NONE) == {}


def test_definitions_as_a_row_has_them_say_the_same() -> None:
    told = [{"key": each.key, "kind": str(each.kind), "refers_to": each.refers_to} for each in FIELDS]
    assert refers_in("crm", told) == refers_of("crm", Own(FIELDS))
    assert refers_in("crm", None) == {}


def test_an_id_leads_on_until_nobody_took_its_place() -> None:
    moves = {"a": "b", "b": "c"}
    assert [end_of(moves, id) for id in ("a", "b", "c", "z")] == ["c", "c", "c", "z"]


def test_one_that_leads_round_and_round_leads_nowhere() -> None:
    moves = {"a": "b", "b": "c", "c": "b"}
    assert [end_of(moves, id) for id in ("a", "b", "c")] == ["a", "b", "c"]
