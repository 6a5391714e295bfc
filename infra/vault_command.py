"""`nexus360 vault`: the master key and what it wraps."""

import typer

app = typer.Typer(
    no_args_is_help=True,
    help="The keys under which personal values are sealed.\n\n"
    "Each person's key is wrapped by the master key, a file (NEXUS_MASTER_KEY). To rotate it changes no event: keys "
    "are wrapped anew, while the platform runs.",
)


@app.command()
def rotate() -> None:
    """Make a new master key, and wrap every key by it.

    The platform may run meanwhile; a rotation that was stopped goes on. The file before stays beside the new one.
    Example: nexus360 vault rotate
    """
    from infra.settings import load
    from infra.vault.errors import VaultUnavailable
    from infra.vault.rotation import Busy
    from infra.vault.rotation import rotate as turn

    try:
        turn(load(), typer.echo)
    except (Busy, VaultUnavailable) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


@app.command()
def status() -> None:
    """Tell how many keys each master key wraps, and which is in the file. Example: nexus360 vault status"""
    from infra.settings import load
    from infra.vault.master import master_key
    from infra.vault.rotation import counts

    settings = load()
    current = master_key(settings.master_key)
    typer.echo(f"{settings.master_key} holds {current.id}")
    for id, count in sorted(counts(settings).items()):
        typer.echo(f"{id}  {count:10,} keys" + ("" if id == current.id else "  to be wrapped anew: run `vault rotate`"))
