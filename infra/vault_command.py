"""`nexus360 vault`: the master key and what it wraps."""

from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    help="The keys under which personal values are sealed.\n\n"
    "Each person's key is wrapped by the master key: a file (NEXUS_MASTER_KEY), or in the hands of a key vault "
    "(NEXUS_KEY_VAULT). To rotate it changes no event: keys are wrapped anew, while the platform runs.",
)


@app.command()
def rotate(
    context: typer.Context,
    prepare: Annotated[bool, typer.Option("--prepare", help="Only make it, to be put on every machine first.")] = False,
    switch: Annotated[bool, typer.Option("--switch", help="Only put the prepared one in place here.")] = False,
) -> None:
    """Make a new master key, and wrap every key by it.

    The platform may run meanwhile; a rotation that was stopped goes on. The file before stays beside the new one.
    Where it runs on several machines: --prepare on one, copy the file, --switch on the others, then this on the first.
    With a key vault: this alone, on one; the new master key is wrapped by the newest version of the vault's key.
    Example: nexus360 vault rotate
    """
    from infra.operated import operated
    from infra.settings import load
    from infra.vault import rotation
    from infra.vault.errors import VaultUnavailable

    if prepare and switch:
        raise typer.BadParameter("--prepare and --switch are steps of their own, on different machines.")
    step = rotation.prepare if prepare else rotation.switch if switch else rotation.rotate
    settings = load()
    with operated(context, settings, "DID", None):
        try:
            step(settings, typer.echo)
        except (rotation.Busy, rotation.NotPrepared, VaultUnavailable) as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from error


@app.command()
def status() -> None:
    """Tell how many keys each master key wraps, which is used, and who holds it. Example: nexus360 vault status"""
    from infra.settings import load
    from infra.vault.master import master_key
    from infra.vault.rotation import counts, known

    settings = load()
    wrapped = counts(settings)
    by = {row.id: row.wrapped_by for row in known(settings)}
    current = list(by)[-1] if settings.key_vault else master_key(settings.master_key).id
    typer.echo(f"{settings.key_vault or settings.master_key} holds {current}")
    for id in sorted({*by, *wrapped}):
        holder = by.get(id) or "in a file"
        left = "" if id == current else "  to be wrapped anew: run `vault rotate`"
        typer.echo(f"{id}  {wrapped.get(id, 0):10,} keys  {holder}{left}")
