"""`nexus360 demo`: the sample data in a platform that goes on running."""

from typing import Annotated

import typer


def demo(context: typer.Context, tenant: Annotated[str, typer.Option(help="Whose data it becomes.")] = "demo") -> None:
    """Import the sample data over HTTP, check the totals, and leave the platform running. Example: nexus360 demo"""
    from gateway.client import Refused, client
    from gateway.demo import run
    from infra.keys import development_key
    from infra.operated import operated
    from infra.settings import load
    from infra.supervise import NotReady, address, detach
    from infra.tls import own_gateway

    settings = load()
    key = development_key(settings.key_secret.get_secret_value(), tenant)
    try:
        detach(settings, typer.echo)  # before anything is recorded, which takes the key that the first start makes
    except NotReady as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    with operated(context, settings, "DID", (tenant,)):
        try:
            equal = run(client(address(settings), key, own_gateway(settings)), typer.echo)
        except Refused as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from error
    if not equal:
        typer.echo("Some totals differ from what is known; see above.", err=True)
        raise typer.Exit(1)
    typer.echo(f"\nAll totals are equal. The platform is running at {address(settings)}. Next, try:")
    trusted = f" CURL_CA_BUNDLE={settings.ca}" if settings.gateway_certificate else ""
    typer.echo(f"  export KEY={key} URL={address(settings)}{trusted}")
    typer.echo('  curl -H "Authorization: Bearer $KEY" "$URL/crm/deals?stage=WON&sort=-amount&limit=3"')
    typer.echo('  curl -H "Authorization: Bearer $KEY" "$URL/crm/won-revenue?by=region&as_of=2017-06-30"')
    typer.echo(f"  .venv/bin/python nexus360.py admin bootstrap {tenant}")
    typer.echo(f"The last prints a link to a password, with which you sign in at {address(settings)}/console/.")
    typer.echo("`make down` stops everything, `make wipe` also removes the data.")
