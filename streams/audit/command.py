"""`nexus360 audit`: what was done, seen, exported and refused, proven."""

from typing import Annotated

import typer

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

    Ends with 1 when something is. The head that it tells of each tenant, kept elsewhere, shows later that nothing
    before it was made anew. The platform goes on meanwhile, and no key is needed.

    Example: nexus360 audit verify demo
    """
    from infra.settings import load
    from streams.audit.verify import NoSuchTopic, run

    try:
        count = run(load(), typer.echo, tenant, topic, _head(head, tenant))
    except (NoSuchTopic, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if count:
        typer.echo(f"{count:,} differences: the log is not what was recorded.", err=True)
        raise typer.Exit(1)
    typer.echo("Everything is as it was recorded.")


def _head(text: str | None, tenant: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    line, _, hash = text.partition(":")
    if tenant is None or not line.isdecimal() or not hash:
        raise ValueError("A head is line:hash, as it was told, and belongs to a tenant; name it.")
    return int(line), hash
