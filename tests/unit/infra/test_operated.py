"""What operators do on the command line is in the audit, and no repair waits for it."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
import typer
from typer.testing import CliRunner, Result

import nexus360
from infra.log.sender import LogUnavailable
from infra.operated import Deed, NotRecorded, operated
from infra.operated.entry import Draft, Operation, Operator, entry_of, operator
from infra.settings import AuditMode, Settings
from schemas.contract import PlainVault
from schemas.generated.audit.trail import EntryKind

NOT_RECORDED = {
    "up", "down", "status", "wipe", "topics", "schemas register", "schemas list", "verify", "vault status",
    "audit verify",
}  # fmt: skip
"""Commands that show nothing of tenants' and change nothing of theirs; of `wipe` nothing is left that could tell."""
ANN = Operator("ann", "host-1", None)


@dataclass
class Log:
    """Takes entries, or does not. `order` also has what the command told."""

    down: bool = False
    taken: list[tuple[str, Draft]] = field(default_factory=list[tuple[str, Draft]])
    names: set[str] = field(default_factory=set[str])
    order: list[str] = field(default_factory=list[str])

    @property
    def ends(self) -> list[tuple[str, Draft]]:
        """What came of it."""
        return [each for each in self.taken if each[1].kind is not EntryKind.BEGAN]

    def write(self, settings: Settings, drafts: Mapping[str, Sequence[Draft]], operation: Operation) -> None:
        if self.down:
            raise LogUnavailable("no broker answers")
        self.names.add(operation.name)
        for tenant, of_tenant in drafts.items():
            self.taken += [(tenant, draft) for draft in of_tenant]
        self.order.append("recorded")


def called(
    log: Log,
    body: Callable[[Deed], None],
    kind: Literal["DID", "SAW", "EXPORTED"] = "DID",
    audit: AuditMode = "lenient",
) -> Result:
    """`nexus360 dlq discard`, in acme, with this body."""
    app, group = typer.Typer(), typer.Typer()

    @group.command("discard")
    def _(context: typer.Context) -> None:
        with operated(context, Settings(audit=audit), kind, ("acme",), record="d1", write=log.write) as deed:
            body(deed)
            log.order.append("told")
            typer.echo("told")

    @group.command("other")
    def _() -> None: ...

    app.add_typer(group, name="dlq")
    return CliRunner().invoke(app, ["dlq", "discard"])


def shows(deed: Deed) -> None:
    deed.shows(("acme", "umbra"), "d2", found=3)


def refused(_: Deed) -> None:
    try:
        raise ValueError("busy: Somebody else does it.")
    except ValueError as error:
        raise typer.Exit(2) from error


def fails(_: Deed) -> None:
    raise LogUnavailable("gone")


def test_what_is_done_is_recorded_before_anything_is_changed_and_at_its_end() -> None:
    log = Log()
    assert called(log, lambda deed: None).exit_code == 0
    assert log.taken == [("acme", Draft(EntryKind.BEGAN, "d1")), ("acme", Draft(EntryKind.DID, "d1"))]
    assert log.names == {"nexus360 dlq discard"}
    assert log.order == ["recorded", "told", "recorded"]


def test_a_refusal_has_the_exit_code_and_its_own() -> None:
    log = Log()
    assert called(log, refused).exit_code == 2
    assert log.ends == [("acme", Draft(EntryKind.REFUSED, "d1", status=2, code="busy"))]


def test_of_what_breaks_off_nobody_knows_what_came() -> None:
    log = Log()
    assert isinstance(called(log, fails).exception, LogUnavailable)
    assert log.ends == [("acme", Draft(EntryKind.FAILED, "d1", status=1, code="log_unavailable"))]


def test_what_is_shown_is_recorded_before_and_once() -> None:
    log = Log()
    assert called(log, shows, "SAW").exit_code == 0
    assert log.taken == [(tenant, Draft(EntryKind.SAW, "d2", 3)) for tenant in ("acme", "umbra")]
    assert log.order == ["recorded", "told"]


def test_what_was_shown_and_then_refused_is_there_twice() -> None:
    def both(deed: Deed) -> None:
        shows(deed)
        refused(deed)

    log = Log()
    called(log, both, "EXPORTED")
    assert [(tenant, draft.kind) for tenant, draft in log.taken] == [
        ("acme", EntryKind.EXPORTED),
        ("umbra", EntryKind.EXPORTED),
        ("acme", EntryKind.REFUSED),
        ("umbra", EntryKind.REFUSED),
    ]


@pytest.mark.parametrize(
    ("kind", "audit", "goes_on"),
    [("DID", "lenient", True), ("DID", "strict", True), ("SAW", "lenient", True), ("SAW", "strict", False)],
)
def test_what_cannot_be_recorded_is_done_and_said_unless_data_would_be_shown(
    kind: Literal["DID", "SAW"], audit: AuditMode, goes_on: bool
) -> None:
    done = called(Log(down=True), shows if kind == "SAW" else lambda deed: None, kind, audit)
    assert "This could not be recorded in the audit: no broker answers" in done.stderr
    assert (done.stdout, done.exit_code) == (("told\n", 0) if goes_on else ("", 1))
    if not goes_on:
        assert isinstance(done.exception, NotRecorded)
        assert str(done.exception).startswith("audit_unavailable: ")


def test_where_no_audit_is_kept_nothing_is_recorded_or_said() -> None:
    log = Log(down=True)
    done = called(log, shows, "SAW", "off")
    assert (done.stdout, done.stderr, log.taken) == ("told\n", "", [])


def test_of_several_records_each_is_there_with_the_last_that_came_of_it() -> None:
    def several(deed: Deed) -> None:
        deed.came("acme", "d1", EntryKind.DID, "pending")
        deed.came("umbra", "d2", EntryKind.DID)
        deed.came("", "nobody's", EntryKind.DID)
        deed.came("acme", "d1", EntryKind.FAILED, "late")

    log = Log()
    called(log, several)
    assert log.ends == [
        ("acme", Draft(EntryKind.FAILED, "d1", status=1, code="late")),
        ("umbra", Draft(EntryKind.DID, "d2")),
    ]


def test_of_several_records_each_begins_and_has_an_end_whatever_becomes_of_the_call() -> None:
    def breaks_off(deed: Deed) -> None:
        deed.begins([("acme", "d1"), ("umbra", "d2"), ("acme", "d3")])
        deed.came("acme", "d1", EntryKind.DID)
        refused(deed)

    log = Log()
    called(log, breaks_off)
    assert log.taken[1:] == [
        *((tenant, Draft(EntryKind.BEGAN, id)) for tenant, id in (("acme", "d1"), ("acme", "d3"), ("umbra", "d2"))),
        ("acme", Draft(EntryKind.DID, "d1")),
        ("acme", Draft(EntryKind.REFUSED, "d3", status=2, code="busy")),
        ("umbra", Draft(EntryKind.REFUSED, "d2", status=2, code="busy")),
    ]


def asked(*, alone: bool = True, **given: Any) -> str:
    operation = Operation("o1", "nexus360 replay", given, (None, None))
    return entry_of(Draft(EntryKind.EXPORTED), operation, ANN, b"secret", PlainVault(), alone=alone).asked


def test_parameters_are_told_but_for_texts_that_may_be_somebodys() -> None:
    told = asked(tenant="acme", domain=["crm", "admin"], rate=5.0, personal=True, sealed=False, email="ann@example.com")
    domains, mark = told.rpartition("&email=")[::2]
    assert domains == "domain=crm&domain=admin&rate=5.0&personal=true"
    assert mark.startswith("~")
    assert asked(reason="ann@example.com").partition("=")[2] == mark, "the same text has the same mark"
    assert asked(from_="2026-01-31") == "from=2026-01-31"
    assert asked(where="ann@example.com").startswith("where=~")


def test_no_tenant_reads_of_anothers_records() -> None:
    assert asked(key=["acme/deal/7"]) == "key=acme/deal/7"
    assert asked(key=["acme/deal/7"], alone=False).startswith("key=~")
    assert all(each.startswith("key=~") for each in asked(key=["acme/deal/7", "umbra/deal/8"]).split("&"))


def test_an_entry_says_who_and_keeps_from_where_sealed() -> None:
    who = Operator("root/ann", "host-1", "192.0.2.7")
    operation = Operation("o1", "nexus360 key", {}, ("admin", "user"))
    entry = entry_of(Draft(EntryKind.DID, "ann@example.com"), operation, who, b"secret", PlainVault())
    assert (entry.actor, entry.subject, entry.user_id) == ("operator:root/ann", "operator:root/ann", None)
    assert entry.record is not None
    assert entry.record.startswith("~")
    assert entry.address is not None
    assert entry.agent is not None
    assert (entry.address.value, entry.agent.value) == ("192.0.2.7", "nexus360 on host-1")


def test_who_shares_a_user_says_who_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.setenv("USER", "somebody-else")
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 50000 192.0.2.1 22")
    alone = operator(Settings(operator=""))
    assert alone.name not in ("", "somebody-else")
    assert alone.address == "192.0.2.7"
    monkeypatch.setenv("SUDO_USER", "bea")
    assert operator(Settings(operator="")).name == f"{alone.name}/bea"
    assert operator(Settings(operator="ann")).name == f"{alone.name}/ann"


def commands(app: typer.Typer, before: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every command that can be called, by its words."""
    for each in app.registered_commands:
        assert each.callback is not None
        yield f"{before}{each.name or each.callback.__name__.replace('_', '-')}", each.callback
    for group in app.registered_groups:
        assert group.typer_instance is not None
        yield from commands(group.typer_instance, f"{before}{group.name} ")


def test_no_command_forgets_the_audit() -> None:
    """Who records takes its context, in which the words and the parameters are."""
    silent = {
        words
        for words, callback in commands(nexus360.app)
        if "context" not in inspect.signature(callback).parameters and not words.startswith("serve ")
    }
    assert silent == NOT_RECORDED
