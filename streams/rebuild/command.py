"""`nexus360 rebuild`: a database's read models again, from the start of the log."""

from typing import Annotated

import typer


def rebuild(
    context: typer.Context,
    database: str,
    processes: Annotated[
        int | None, typer.Option(help="How many fold in parallel; as many as cores, fewer of a short log.")
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="Go back to the kept generation, brought up to date.")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="Remove what is not live, to free its disk.")] = False,
    show: Annotated[bool, typer.Option("--list", help="List the generations there are.")] = False,
    accept_parked: Annotated[bool, typer.Option("--accept-parked", help="Swap though keys are parked anew.")] = False,
) -> None:
    """Build a database's read models again from the start of the log, beside the live ones, then swap them.

    The platform goes on meanwhile: queries are answered from the live generation until the new one has caught up. The
    one before is kept until --drop. Needed after a read model's version changed; the projector does it by itself when
    it starts. Example: nexus360 rebuild crm
    """
    from infra.choice import chosen
    from infra.operated import operated
    from infra.settings import load
    from projections.catalog import databases
    from projections.generations import NoGeneration
    from streams.rebuild import build, tidy

    settings, database = load(), chosen(database, databases())
    if show:
        for line in tidy.told(settings, database):
            typer.echo(line)
        return
    with operated(context, settings, "DID", None):
        try:
            if drop:
                tidy.drop(settings, database, typer.echo)
            else:
                build.run(database, settings, typer.echo, processes=processes, back=back, parked=accept_parked)
        except (build.NotSwapped, NoGeneration) as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from error
