# fastavro types its streams as IO of an unknown kind.
# pyright: reportUnknownMemberType=false
"""What may change in a contract, what may not, and that the refusal names record, field and way out."""

import json
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import fastavro
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from schemas import avro, compatibility
from schemas.codegen import history
from schemas.compare import changes
from tests.unit.schemas.lab import COLOUR, a, event, lab, record, state

POINT = record("Point", "value", a("x", "double"))
MARK = record("Mark", "value", a("text", "string"))
DECIMAL = {"type": "bytes", "logicalType": "decimal", "precision": 19, "scale": 4}
MICROS = {"type": "long", "logicalType": "timestamp-micros"}
BASE = event(
    "Made",
    a("count", "int"),
    a("note", "string", default=""),
    a("price", ["null", DECIMAL], default=None),
    a("points", {"type": "array", "items": "Point"}),
    a("colour", "Colour"),
    a("who", ["null", "bytes"], default=None, subject="thing_id"),
    a("marks", ["null", "bytes"], default=None, subject="thing_id", list_of="Mark"),
)


def text(made: dict[str, Any], *others: dict[str, Any]) -> str:
    types = [avro.qualify(each, "lab") for each in (COLOUR, POINT, MARK, *others, made)]
    return avro.published_of(f"lab.{made['name']}", {each["name"]: each for each in types})


def with_field(name: str, /, **changed: Any) -> dict[str, Any]:
    return BASE | {"fields": [f | changed if f["name"] == name else f for f in BASE["fields"]]}


def without(name: str) -> dict[str, Any]:
    return BASE | {"fields": [f for f in BASE["fields"] if f["name"] != name]}


def adding(*fields: dict[str, Any]) -> dict[str, Any]:
    return BASE | {"fields": [*BASE["fields"], *fields]}


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        (without("count"), "lab.Made.count was removed and had no default"),
        (adding(a("extra", "string")), "lab.Made.extra was added without a default"),
        (with_field("count", name="number"), "lab.Made.number was added without a default"),
        (with_field("count", type="long"), "lab.Made.count changed from int to long"),
        (with_field("note", type="bytes"), "lab.Made.note changed from string to bytes"),
        (with_field("note", type=["null", "string"]), "lab.Made.note changed from string to null or string"),
        (with_field("price", type=["null", DECIMAL | {"scale": 2}]), "lab.Made.price changed from"),
        (with_field("at", type={"type": "long", "logicalType": "timestamp-millis"}), "lab.Made.at changed from"),
        (with_field("points", type={"type": "array", "items": "double"}), "changed from array of (lab.Point)"),
        (with_field("who", subject="note"), "lab.Made.who was sealed for thing_id and now is for note"),
    ],
)
def test_what_breaks_old_or_new_versions_is_refused(changed: dict[str, Any], complaint: str) -> None:
    (found,) = (c for c in changes(text(BASE), text(changed)) if complaint in c)
    assert "default" in found or NEW in found


NEW = "make a new record with an upcaster"


@pytest.mark.parametrize(
    "changed",
    [
        BASE,
        BASE | {"doc": "Said better."},
        without("note"),
        adding(a("extra", "string", default="")),
        adding(a("extra", ["null", MICROS], default=None)),
        with_field("price", type=[DECIMAL, "null"], default="\u0000"),
        with_field("note", default="another"),
        BASE | {"fields": BASE["fields"][::-1]},
    ],
)
def test_what_breaks_nobody_is_taken(changed: dict[str, Any]) -> None:
    assert not list(changes(text(BASE), text(changed)))


def test_values_inside_an_event_keep_the_same_rules() -> None:
    moved = record("Point", "value", a("x", "float"))
    assert "lab.Point.x changed from double to float" in "\n".join(changes(text(BASE), text(BASE, moved)))


def test_what_a_sealed_list_holds_keeps_the_same_rules() -> None:
    longer = record("Mark", "value", a("text", "string"), a("why", "string"))
    assert "lab.Mark.why was added without a default" in "\n".join(changes(text(BASE), text(BASE, longer)))
    (found,) = changes(text(BASE), text(with_field("marks", list_of="Point")))
    assert "lab.Made.marks changed from lab.Mark to lab.Point" in found


def test_an_enum_may_gain_symbols_and_lose_none() -> None:
    more = COLOUR | {"symbols": ["UNKNOWN", "RED", "BLUE"]}
    assert not list(changes(text(BASE), text(BASE, more)))
    assert "lost the symbol BLUE" in "\n".join(changes(text(BASE, more), text(BASE)))


TYPES = st.sampled_from(
    ["int", "long", "string", "bytes", "double", ["null", "int"], ["null", "string"], "lab.Point", "lab.Colour", MICROS]
)
FIELD = st.tuples(st.sampled_from("abc"), TYPES, st.booleans())
SAMPLES: dict[str, Any] = {"int": 1, "long": 2, "string": "s", "bytes": b"b", "double": 0.5, "lab.Point": {"x": 1.0}}
DEFAULTS: dict[str, Any] = SAMPLES | {"bytes": "b", "lab.Colour": "RED"}


def sample(type: Any) -> Any:
    return None if isinstance(type, list) else 3 if isinstance(type, dict) else SAMPLES.get(type, "RED")


def made_of(fields: list[tuple[str, Any, bool]]) -> dict[str, Any]:
    def default(type: Any) -> Any:
        return None if isinstance(type, list) else 3 if isinstance(type, dict) else DEFAULTS[type]

    return event("Made", *(a(n, t, **({"default": default(t)} if given else {})) for n, t, given in fields))


@given(
    st.lists(FIELD, unique_by=lambda f: f[0]),
    st.lists(FIELD, unique_by=lambda f: f[0]),
    st.integers(0, 2),
)
def test_what_is_taken_is_readable_in_both_directions(
    old: list[tuple[str, Any, bool]], new: list[tuple[str, Any, bool]], same: int
) -> None:
    new = old[:same] + [field for field in new if field[0] not in {f[0] for f in old[:same]}]
    before, after = text(made_of(old)), text(made_of(new))
    assume(not list(changes(before, after)))
    for fields, writer, reader in ((old, before, after), (new, after, before)):
        value = {n: sample(t) for n, t, _ in fields} | {"thing_id": "t", "at": 0}
        buffer = BytesIO()
        fastavro.schemaless_writer(buffer, avro.wire_of(writer), value)
        buffer.seek(0)
        fastavro.schemaless_reader(buffer, avro.wire_of(writer), avro.wire_of(reader))


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def generate_history() -> None:
    for path, content in history.wanted():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository whose main branch has a lab domain with a state and one event."""
    folder = tmp_path / "schemas"
    folder.mkdir()
    git(tmp_path, "init", "-q")
    with lab(folder, monkeypatch, COLOUR, POINT, MARK, state(), BASE):
        generate_history()
    commit(tmp_path)
    return folder


def complaints(folder: Path, monkeypatch: pytest.MonkeyPatch, *types: dict[str, Any]) -> str:
    with lab(folder, monkeypatch, *types):
        generate_history()
        return "\n".join([*compatibility.against_history(), *compatibility.against_base("main")])


def test_an_unchanged_contract_passes(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert complaints(repository, monkeypatch, COLOUR, POINT, MARK, state(), BASE) == ""


def test_a_renamed_or_removed_record_is_refused(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = complaints(repository, monkeypatch, COLOUR, POINT, MARK, state(), BASE | {"name": "Produced"})
    assert "lab.Made is in main and is gone here" in found
    assert '"retired": true' in found


def test_a_retired_record_passes(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    retired, produced = BASE | {"retired": True}, event("Produced", a("x", "int"), upcasts="lab.Made")
    assert complaints(repository, monkeypatch, COLOUR, POINT, MARK, state(), retired, produced) == ""


def test_a_state_may_change_when_its_version_rises(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with lab(repository, monkeypatch, COLOUR, POINT, MARK, state(a("n", "int", default=0)), BASE):
        generate_history()
    commit(repository.parent)
    changed = a("n", "string", default="")
    found = complaints(repository, monkeypatch, COLOUR, POINT, MARK, state(changed), BASE)
    assert "raise the version of lab.Thing above 1" in found
    assert complaints(repository, monkeypatch, COLOUR, POINT, MARK, state(changed, version=2), BASE) == ""


def test_compatibility_holds_with_every_version_and_not_the_last_alone(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for field in (a("extra", "int", default=0), None):
        with lab(repository, monkeypatch, COLOUR, POINT, MARK, state(), adding(*([field] if field else []))):
            generate_history()
        commit(repository.parent)
    found = complaints(repository, monkeypatch, COLOUR, POINT, MARK, state(), adding(a("extra", "string", default="")))
    assert "Against version 2: lab.Made.extra changed from int to string" in found


def test_history_grows_by_committed_versions_only(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = repository / "history" / "lab.Made"
    for doc in ("Said better.", "Said best."):
        with lab(repository, monkeypatch, COLOUR, POINT, MARK, state(), BASE | {"doc": doc}):
            generate_history()
    assert sorted(path.name for path in folder.iterdir()) == ["1.avsc", "2.avsc"]
    assert json.loads((folder / "2.avsc").read_text())["doc"] == "Said best."


def test_history_that_was_changed_or_lost_is_refused(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = repository / "history" / "lab.Made" / "1.avsc"
    first.write_text(first.read_text().replace("A record.", "Another."))
    found = complaints(repository, monkeypatch, COLOUR, POINT, MARK, state(), BASE)
    assert "1.avsc is committed in main and differs here" in found
    first.unlink()
    assert "has the versions [2]" in complaints(repository, monkeypatch, COLOUR, POINT, MARK, state(), BASE)


def test_without_a_base_the_check_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert compatibility.main(["--base", "no-such-branch"]) == 0
    assert "Not compared with no-such-branch" in capsys.readouterr().err
