"""`nexus360 dlq`: dead letters, for people at a terminal."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from infra.operated import Deed

dlq = typer.Typer(
    no_args_is_help=True,
    help="Dead letters: what could not be done and waits for people.\n\n"
    "An event that a view or a workflow cannot fold is parked, with what follows of that record; a command that "
    "raised, or that a workflow sent and a rule refused, is set aside. Everything else goes on. Mend what is wrong, "
    "restart that part, then redrive: what waits is done in order. What can never be done is discarded, with a "
    "reason.\n\n"
    "\b\nExamples:\n  nexus360 dlq list\n  nexus360 dlq show crm/read-models/demo/crm.deal/7d1f\n"
    "  nexus360 dlq redrive crm/read-models/demo/crm.deal/7d1f\n  nexus360 dlq redrive --all --where crm\n"
    "  nexus360 dlq discard crm/read-models/demo/crm.deal/7d1f --reason 'written by a test'",
)

_Where = Annotated[str | None, typer.Option(help="Only in this database or domain, such as crm, or workflows.")]
_What = Annotated[str | None, typer.Option(help="Only read-models, commands, workflow-events or workflow-commands.")]
_Whose = Annotated[str | None, typer.Option(help="Only of this tenant.")]
_Json = Annotated[bool, typer.Option("--json", help="As JSON, one line for each.")]
_Wait = Annotated[float, typer.Option(min=0, help="Seconds to wait for the outcome of each.")]


@dlq.command("list")
def list_waiting(
    context: typer.Context,
    where: _Where = None,
    what: _What = None,
    tenant: _Whose = None,
    as_json: _Json = False,
) -> None:
    """List what waits: its id, since when, how many events wait behind it, and why.

    Example: nexus360 dlq list --where crm --json
    """
    from streams.dead_letters import by_hand

    _ended(context, "SAW", lambda deed: by_hand.list_(deed, typer.echo, where, what, tenant, as_json=as_json))


@dlq.command("show")
def show_one(context: typer.Context, id_: Annotated[str, typer.Argument(metavar="ID")], as_json: _Json = False) -> None:
    """Show one with its trace and what it holds; personal values stay sealed.

    Example: nexus360 dlq show crm/read-models/demo/crm.deal/7d1f
    """
    from streams.dead_letters import by_hand

    _ended(context, "SAW", lambda deed: by_hand.show(deed, typer.echo, id_, as_json=as_json))


@dlq.command("redrive")
def redrive(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All that `list` shows with the same options.")] = False,
    where: _Where = None,
    what: _What = None,
    tenant: _Whose = None,
    wait: _Wait = 30.0,
    as_json: _Json = False,
) -> None:
    """Do again, in order, what waits. What fails again stays, with the new reason; nothing is lost.

    Events are folded by the process that owns their partition, which must run; a command is sent once more under its
    own id, so that it counts once. Ends with 1 unless all are settled.
    Example: nexus360 dlq redrive --all --where crm
    """
    from streams.dead_letters import by_hand

    chosen = by_hand.Chosen(tuple(ids or ()), all_, where, what, tenant)
    _ended(context, "DID", lambda deed: by_hand.redrive(deed, typer.echo, chosen, wait, as_json=as_json))


@dlq.command("discard")
def discard(
    context: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="ID")],
    reason: Annotated[str, typer.Option(help="Why it may go; kept with your name.")],
    wait: _Wait = 30.0,
    as_json: _Json = False,
) -> None:
    """Take out for good what stops it: one event, or the command. What waits behind it is done.

    It stays in the log, and in a table with the reason; rebuilds leave it out as well.
    Example: nexus360 dlq discard crm/read-models/demo/crm.deal/7d1f --reason 'written by a test'
    """
    from streams.dead_letters import by_hand

    _ended(context, "DID", lambda deed: by_hand.discard(deed, typer.echo, id_, reason, wait, as_json=as_json))


def _ended(context: typer.Context, kind: Literal["DID", "SAW"], run: Callable[["Deed"], bool]) -> None:
    """Ends with 1 when not everything is settled, and with 2 for what cannot be asked."""
    from infra.operated import operated
    from infra.settings import load
    from streams.dead_letters.by_hand import REFUSALS

    with operated(context, load(), kind, about=(None, "dead_letter")) as deed:
        try:
            settled = run(deed)
        except REFUSALS as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from error
        if not settled:
            raise typer.Exit(1)
