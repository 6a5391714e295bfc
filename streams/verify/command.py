"""`nexus360 verify`: everything that was made of the log, compared with it."""

from typing import Annotated

import typer


def verify(
    names: Annotated[
        list[str] | None, typer.Argument(help="Databases or domains, such as crm; all when left out.")
    ] = None,
) -> None:
    """Fold the log again and compare it with every table, search document and snapshot; name each difference.

    The platform goes on meanwhile, and nothing is changed. Ends with 1 when something differs, with 2 when it cannot be
    told.

    Example: nexus360 verify crm
    """
    from infra.settings import load
    from streams.verify.main import Unknown, run
    from streams.verify.rows import NotFolded

    try:
        count = run(load(), names or [], typer.echo)
    except (Unknown, NotFolded) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if count:
        typer.echo(f"{count:,} differences. A table or its documents are made again by `nexus360 rebuild`.", err=True)
        raise typer.Exit(1)
    typer.echo("Everything is as the log says.")
