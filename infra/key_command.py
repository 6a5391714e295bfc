"""`nexus360 key`: a development key."""

from typing import Annotated

import typer


def key(
    context: typer.Context,
    tenant: str,
    user: Annotated[str | None, typer.Option(help="Of this user, who may do what their roles permit.")] = None,
) -> None:
    """Print the development key of a tenant. Example: curl -H "Authorization: Bearer $(nexus360 key demo)" …"""
    from infra.keys import development_key
    from infra.operated import operated
    from infra.settings import load

    settings = load()
    with operated(context, settings, "DID", (tenant,)):
        typer.echo(development_key(settings.key_secret.get_secret_value(), tenant, user))
