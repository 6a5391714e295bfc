"""`nexus360 audit`: what was done, seen, exported and refused, proven."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from streams.audit.follow import Order

audit = typer.Typer(no_args_is_help=True, help="The audit: what was done, seen, exported and refused.")


@audit.command()
def verify(
    tenant: Annotated[str | None, typer.Argument(help="Of this tenant; of all when left out.")] = None,
    head: Annotated[
        str | None,
        typer.Option(help="A head that was told earlier, of one tenant; it must still be there."),
    ] = None,
    topic: Annotated[str | None, typer.Option(help="In this topic, such as a copy, rather than in the log.")] = None,
) -> None:
    """Read the audit from the log, compute every hash again, and name what is missing or was changed.

    Ends with 1 when something is, and with 2 when there is nothing to verify. The head that it tells of each tenant,
    kept elsewhere, shows later that nothing before it was made anew. The platform goes on meanwhile, and no key is
    needed.

    Example: nexus360 audit verify demo
    """
    from infra.settings import load
    from streams.audit.verify import run
    from streams.replay.refused import Refused

    try:
        count = run(load(), typer.echo, tenant, topic, _head(head, tenant))
    except Refused as error:
        typer.echo(f"{error.code}: {error}", err=True)
        raise typer.Exit(2) from error
    if count:
        typer.echo(f"{count:,} differences: the log is not what was recorded.", err=True)
        raise typer.Exit(1)
    typer.echo("Everything is as it was recorded.")


@audit.command()
def follow(
    context: typer.Context,
    tenant: Annotated[str | None, typer.Argument(help="Of this tenant; of all when left out.")] = None,
    syslog: Annotated[
        str | None,
        typer.Option(help="To this syslog receiver, as tls://siem.example.com:6514; else to standard output."),
    ] = None,
    after: Annotated[str | None, typer.Option(help="After the line with this `position`.")] = None,
    since: Annotated[
        str | None, typer.Option(help="At the first start: what was recorded then or later, or `now`.")
    ] = None,
    bookmark: Annotated[
        Path | None,
        typer.Option(help="Keep here how far it is, and go on there. With --syslog below NEXUS_DATA if not said."),
    ] = None,
    personal: Annotated[
        bool, typer.Option("--personal", help="With network addresses and user agents, which no erasure will reach.")
    ] = False,
) -> None:
    """Give the entries of the audit, all there are and then as they come, each as a line of JSON.

    None is left out, whatever is stopped or killed: it goes on after its bookmark, or after the position that is
    given. Some may come once more; their `id` tells. Ends with SIGTERM or Ctrl-C.

    \b
    Examples:
      nexus360 audit follow demo --since now
      nexus360 audit follow --after 0=18,3=44+2
      nexus360 audit follow --syslog tls://siem.example.com:6514
    """
    import os
    import signal
    import sys
    from threading import Event

    from infra.operated import operated
    from infra.settings import load
    from infra.syslog import Connection, ReceiverUntrusted, address_of
    from streams.audit.follow import follow as go
    from streams.audit.outlets import Collected, Outlet, Printed
    from streams.replay.refused import Refused

    settings, stop = load(), Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _, __: stop.set())

    def say(text: str) -> None:
        typer.echo(text, err=True)

    whose = None if tenant is None else (tenant,)
    with operated(context, settings, "EXPORTED", whose) as deed:
        try:
            receiver = None if syslog is None else address_of(syslog, settings)
            if receiver is not None and bookmark is None:
                bookmark = settings.data / "audit" / f"{receiver.host}-{receiver.port}-{tenant or 'all'}.json"

            def outlet() -> Outlet:
                return Printed(sys.stdout.buffer) if receiver is None else Collected(Connection(receiver, settings))

            order = _order(tenant, after, since, bookmark, personal=personal)
            deed.shows(whose)
            go(settings, order, outlet, stop, say)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody is there for what is left of it
        except (Refused, ReceiverUntrusted, ValueError) as error:
            say(f"{error.code}: {error}" if isinstance(error, Refused) else str(error))
            raise typer.Exit(1) from error


def _order(
    tenant: str | None, after: str | None, since: str | None, bookmark: Path | None, *, personal: bool
) -> "Order":
    from datetime import UTC, datetime

    from streams.audit.bookmark import parse
    from streams.audit.follow import Order
    from streams.replay.parse import time_of
    from streams.replay.refused import Refused

    if after is not None and since is not None:
        raise Refused("options_clash", "--after and --since both say where to begin; leave out one of them.")
    return Order(
        tenant=tenant,
        after=None if after is None else parse(after),
        since=datetime.now(UTC) if since == "now" else time_of(since),
        kept=bookmark,
        personal=personal,
    )


def _head(text: str | None, tenant: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    from streams.replay.refused import Refused

    line, _, hash = text.partition(":")
    if tenant is None or not line.isdecimal() or not hash:
        raise Refused("bad_head", "A head is line:hash, as it was told, and belongs to a tenant; name it.")
    return int(line), hash
