"""`nexus360 admin`: the first administrator of a tenant, and links that set a password."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

admin = typer.Typer(no_args_is_help=True, help="The first administrator of a tenant, and links that set a password.")
_Hours = Annotated[int, typer.Option(min=1, max=168, help="For how many hours the link is good.")]


@admin.command("bootstrap")
def first(
    context: typer.Context,
    tenant: str,
    email: Annotated[str | None, typer.Option(help="What they sign in as; their id when left out.")] = None,
    name: Annotated[str, typer.Option(help="What they are called.")] = "Administrator",
    hours: _Hours = 1,
) -> None:
    """Print a link by which the first owner of a tenant sets a password, on a running platform.

    It is good once, and printed once: the same again ends it and prints another, until a password is set. A tenant that
    does not exist is opened. Example: nexus360 admin bootstrap acme --email ann@example.com
    """
    from gateway.bootstrap import bootstrap

    _print(context, tenant, lambda api: bootstrap(api, tenant, name, email, hours))


@admin.command("invite")
def another(
    context: typer.Context,
    tenant: str,
    user: Annotated[str, typer.Argument(help="The user's id.")],
    hours: _Hours = 1,
) -> None:
    """Print a link by which a user sets a password, the first or another one. Example: nexus360 admin invite acme ID"""
    from gateway.bootstrap import invite

    _print(context, tenant, lambda api: invite(api, user, hours))


def _print(context: typer.Context, tenant: str, invited: Callable[[Any], Any]) -> None:
    """Prints what is given with a client of the tenant's own key; ends with 1 where it is refused."""
    import httpx

    from gateway.client import Refused, client
    from infra.keys import development_key
    from infra.operated import operated
    from infra.settings import load
    from infra.supervise import address
    from infra.tls import own_gateway

    settings = load()
    with operated(context, settings, "DID", (tenant,), about=("admin", "user")) as deed:
        try:
            key = development_key(settings.key_secret.get_secret_value(), tenant)
            told = invited(client(address(settings), key, own_gateway(settings)))
        except (Refused, ValueError) as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from error
        except httpx.ConnectError as error:
            typer.echo(f"Nothing answers at {address(settings)}; `nexus360 serve` starts the platform.", err=True)
            raise typer.Exit(1) from error
        deed.record = told.user
    typer.echo(f"Open this in a browser before {told.expires_at}, and choose a password for user {told.user}:")
    typer.echo(f"  {told.link}")
