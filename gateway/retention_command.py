"""`nexus360 retention`: carries out what a tenant says about how long contacts are kept."""

from typing import Annotated

import typer


def retention(
    tenant: Annotated[str, typer.Option(help="Whose contacts.")] = "demo",
    erase: Annotated[bool, typer.Option("--erase", help="Erase them, for ever.")] = False,
) -> None:
    """List the contacts that are kept longer than the tenant says, and erase them with --erase.

    How long is set by POST /admin/tenants/TENANT/set-retention with {"months": 24}. Who is on legal hold stays. Run it
    every night. Example: nexus360 retention --tenant demo --erase
    """
    from datetime import UTC, datetime

    from gateway.client import Refused, client
    from gateway.retention import due
    from gateway.retention import erase as carry_out
    from infra.keys import development_key
    from infra.settings import load
    from infra.supervise import address
    from infra.tls import own_gateway

    settings = load()
    key = development_key(settings.key_secret.get_secret_value(), tenant)
    api = client(address(settings), key, own_gateway(settings))
    try:
        found = due(api, tenant, datetime.now(UTC))
        if found is None:
            typer.echo(f"{tenant} keeps contacts for ever; set-retention says otherwise.")
            return
        for id in found.ids:
            typer.echo(f"{id}  unchanged since {found.before:%Y-%m-%d}" + ("  on hold" if id in found.held else ""))
        typer.echo(f"{len(found.ids):,} contacts are due, {len(found.held & set(found.ids)):,} of them on hold.")
        if erase:
            typer.echo(f"The erasure of {carry_out(api, found, typer.echo):,} is ordered.")
    except Refused as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
