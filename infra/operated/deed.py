"""What an operator does, from its beginning to its end.

What shows data, or takes it out, is recorded before it does. What changes something is recorded twice: that it began,
before anything is changed, and at its end what came of it, so that one that is killed has left a trace. An operator may
have to repair what an entry needs: what cannot be recorded is done all the same, and said; but for data, where the
audit is strict.
"""

import re
from collections.abc import Callable, Collection, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from uuid import uuid4

import typer

from infra.keys import TENANT
from infra.operated import trail
from infra.operated.entry import Draft, Operation, operator
from infra.settings import Settings
from schemas.generated.audit.trail import EntryKind

Record = Callable[[Settings, trail.Drafts, Operation], None]
Tenants = Collection[str] | None
"""Those of these names; all that there are where None."""
_CODE = re.compile(r"([a-z][a-z_]{2,40}): ")


class NotRecorded(Exception):
    """Data would be shown that the audit cannot say was shown, and it is strict; the message says why."""


@dataclass(slots=True)
class Deed:
    """One call of a command. `tenants` are those concerned; `things` is what came of each of several records, by tenant
    and id, None where that is the call's own end; `seen` says that what it shows is recorded."""

    settings: Settings
    operation: Operation
    kind: EntryKind
    tenants: Tenants
    record: str | None
    write: Record
    things: dict[tuple[str, str], Draft | None] = field(default_factory=dict[tuple[str, str], Draft | None])
    seen: bool = False

    def begins(self, things: Collection[tuple[str, str]] = ()) -> None:
        """Says that something is about to be changed: these records, by tenant and id, or what the call is about."""
        if things:
            self.things |= dict.fromkeys(things)
            self._handed(_by_tenant((tenant, Draft(EntryKind.BEGAN, record)) for tenant, record in things))
        else:
            self._written(self.tenants, Draft(EntryKind.BEGAN, self.record))

    def shows(self, tenants: Tenants, record: str | None = None, found: int | None = None) -> None:
        """Says that data of these tenants is about to be shown or taken out. Raises NotRecorded."""
        self.tenants, self.seen = tenants, True
        why = self._written(tenants, Draft(self.kind, self.record if record is None else record, found))
        if why is not None and self.settings.audit == "strict":
            raise NotRecorded(f"audit_unavailable: Nothing is shown that is not in the audit. {why}")

    def came(self, tenant: str, record: str, kind: EntryKind, code: str | None = None) -> None:
        """Says what came of one of several records; the last word counts."""
        self.things[tenant, record] = Draft(kind, record, status=0 if kind is self.kind else 1, code=code)

    def end(self, kind: EntryKind, status: int = 0, code: str | None = None) -> None:
        """Records what is not recorded yet."""
        if self.things:
            self._handed(
                _by_tenant(
                    (tenant, draft or Draft(kind, record, status=status, code=code))
                    for (tenant, record), draft in self.things.items()
                )
            )
        elif not (self.seen and kind is self.kind):
            self._written(self.tenants, Draft(kind, self.record, status=status, code=code))

    def _written(self, tenants: Tenants, draft: Draft) -> str | None:
        """Why it could not be, where it could not, which is said."""
        if tenants is not None:
            return self._handed(dict.fromkeys(tenants, (draft,)))
        if self.settings.audit == "off":
            return None
        try:
            known = trail.everybody(self.settings)
        except Exception as error:  # as below
            return _said(error)
        return self._handed(dict.fromkeys(known, (draft,)))

    def _handed(self, drafts: trail.Drafts) -> str | None:
        """What nobody knows whose it is, such as a command that cannot be read, is in no tenant's audit."""
        somebodys = {tenant: of_tenant for tenant, of_tenant in drafts.items() if TENANT.fullmatch(tenant)}
        if self.settings.audit == "off" or not somebodys:
            return None
        try:
            self.write(self.settings, somebodys, self.operation)
        except Exception as error:  # whatever it is, it must not keep a person from mending it
            return _said(error)
        return None


def _record(settings: Settings, drafts: trail.Drafts, operation: Operation) -> None:
    trail.record(settings, drafts, operation, operator(settings))


@contextmanager
def operated(
    context: typer.Context,
    settings: Settings,
    kind: Literal["DID", "SAW", "EXPORTED"],
    tenants: Tenants = (),
    *,
    record: str | None = None,
    about: tuple[str | None, str | None] = (None, None),
    write: Record = _record,
) -> Generator[Deed]:
    """The block is what the operator does; `about` names domain and aggregate of `record`. That a change begins is
    recorded where it is known by now whom it concerns; else the block says so. The end is recorded: REFUSED where it
    was said no, FAILED for whatever else the block does not come back from, since nobody knows how much of it was
    done."""
    call, done = Operation(str(uuid4()), _words(context), context.params, about), EntryKind(kind)
    deed = Deed(settings, call, done, tenants, record, write)
    if done is EntryKind.DID and tenants != ():
        deed.begins()
    try:
        yield deed
    except NotRecorded:
        raise
    except typer.BadParameter:
        deed.end(EntryKind.REFUSED, 2, "bad_parameter")
        raise
    except typer.Exit as error:
        if error.exit_code == 0 or (deed.seen and error.__cause__ is None):
            deed.end(done)
        else:
            deed.end(EntryKind.REFUSED, error.exit_code, _code(error.__cause__))
        raise
    except BaseException as error:
        deed.end(EntryKind.FAILED, 1, _code(error))
        raise
    deed.end(done)


def _by_tenant(drafts: Iterable[tuple[str, Draft]]) -> trail.Drafts:
    found: dict[str, list[Draft]] = {}
    for tenant, draft in drafts:
        found.setdefault(tenant, []).append(draft)
    return found


def _words(context: typer.Context) -> str:
    """What is typed, however the program is called."""
    names, each = list[str](), context
    while each.parent is not None:
        names.append(each.info_name or "")
        each = each.parent
    return " ".join(("nexus360", *reversed(names)))


def _said(error: Exception) -> str:
    why = f"This could not be recorded in the audit: {error}"
    typer.echo(why, err=True)
    return why


def _code(error: BaseException | None) -> str | None:
    """A stable code: the one that the error has or begins with, else what kind of error it is."""
    if error is None:
        return None
    if isinstance(code := getattr(error, "code", None), str):
        return code
    said = _CODE.match(str(error))
    return said[1] if said else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(error).__name__).lower()
