"""`nexus360 trash`: what is in a tenant's trash for long, and emptying it."""

from typing import Annotated

import typer


def trash(
    context: typer.Context,
    tenant: Annotated[str, typer.Option(help="Whose trash.")] = "demo",
    days: Annotated[int, typer.Option(min=30, help="What has been in it for so many days.")] = 30,
    empty: Annotated[bool, typer.Option("--empty", help="Take it out, for ever.")] = False,
) -> None:
    """List what has been in the trash for long, and empty it with --empty.

    Companies, deals and products are purged; contacts and activities are erased, which a legal hold forbids.
    Run it every night. Example: nexus360 trash --tenant demo --days 90 --empty
    """
    from datetime import UTC, datetime, timedelta

    from gateway.client import Refused, client
    from gateway.trash import due
    from gateway.trash import empty as carry_out
    from infra.keys import development_key
    from infra.operated import operated
    from infra.settings import load
    from infra.supervise import address
    from infra.tls import own_gateway

    settings = load()
    key = development_key(settings.key_secret.get_secret_value(), tenant)
    api = client(address(settings), key, own_gateway(settings))
    with operated(context, settings, "DID" if empty else "SAW", (tenant,)) as deed:
        try:
            found = list(due(api, datetime.now(UTC) - timedelta(days=days)))
            if not empty:
                deed.shows((tenant,), found=len(found))
            for each in found:
                typer.echo(f"{each.kind}/{each.id}  in the trash since {each.since[:10]}")
            typer.echo(f"{len(found):,} records have been in the trash for {days} days.")
            if empty:
                typer.echo(f"{carry_out(api, found, typer.echo):,} of them are taken out.")
        except Refused as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from error
