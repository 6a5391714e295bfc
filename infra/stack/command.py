"""`nexus360 up`, `down`, `status` and `wipe`: the local stack."""

from typing import Annotated

import typer


def up(
    secure: Annotated[
        bool, typer.Option("--secure", help="With TLS, passwords and access control lists; for a new stack.")
    ] = False,
) -> None:
    """Start the local stack: Kafka, schema registry, PostgreSQL, Redis, Elasticsearch.

    A part whose address is set (NEXUS_KAFKA, NEXUS_POSTGRES, …) is somewhere else already and is left alone.
    Example: nexus360 up
    """
    from infra.settings import Settings
    from infra.stack.stack import up as start

    start(Settings(secure=True) if secure else Settings(), typer.echo)
    typer.echo("Next: `nexus360 serve` starts the platform on it, `nexus360 down` stops the stack.")


def down() -> None:
    """Stop the local stack; its data stays. Example: nexus360 down"""
    from infra.settings import Settings
    from infra.stack.stack import down as stop
    from infra.supervise import stop_detached

    if stop_detached(Settings().data):
        typer.echo("platform       stopped")
    stop(Settings(), typer.echo)


def status() -> None:
    """Show each part of the stack: version, pid, address, whether it answers, and its log.

    Exits with 1 if one is silent. Example: nexus360 status
    """
    from infra.settings import Settings
    from infra.stack.stack import status as look

    rows = look(Settings())
    typer.echo(f"{'PART':14} {'VERSION':8} {'PID':8} {'STATE':8} {'ADDRESS':44} LOG")
    for row in rows:
        state = "answers" if row.answers else "silent"
        which = f"{row.part:14} {row.version or '-':8} {row.pid or '-':<8}"
        typer.echo(f"{which} {state:8} {row.address:44} {row.log}")
    if not all(row.answers for row in rows):
        raise typer.Exit(1)


def wipe(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Stop the local stack and remove ALL its data. Example: nexus360 wipe --yes"""
    from infra.settings import Settings
    from infra.stack.stack import wipe as remove
    from infra.supervise import stop_detached

    settings = Settings()
    if not yes:
        typer.confirm(f"Remove everything in {settings.data}?", abort=True)
    stop_detached(settings.data)
    remove(settings, typer.echo)
