"""`nexus360 import`: a CSV file into records, as any caller of the HTTP API would."""

from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer


def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    target: Annotated[str, typer.Option(help="What rows become: admin.user, crm.company, crm.product, …")],
    map_: Annotated[list[str], typer.Option("--map", help="field=column, once for each field.")],
    tenant: Annotated[str, typer.Option(help="Whose data it is.")] = "demo",
    valid_from: Annotated[str | None, typer.Option(help="Business time of rows without a date.")] = None,
    currency: Annotated[str, typer.Option(help="ISO 4217 code of the file's amounts.")] = "USD",
) -> None:
    """Import a CSV file through the HTTP API of a running platform.

    Example: nexus360 import products.csv --target crm.product --map name=product --map list_price=sales_price
    """
    from gateway.client import Refused, client, run_import
    from infra.keys import development_key
    from infra.settings import load
    from infra.supervise import address
    from infra.tls import own_gateway

    settings = load()
    key = development_key(settings.key_secret.get_secret_value(), tenant)
    api = client(address(settings), key, own_gateway(settings))
    mapping = {name: column for name, _, column in (each.partition("=") for each in map_)}
    start = {"target": target, "mapping": mapping, "currency": currency, "valid_from": valid_from}
    try:
        done = run_import(api, file, start, uuid4().hex, typer.echo)
    except Refused as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(f"import {done.id}: {done.summary}")
    if done.row["errors"]:
        typer.echo(f"The rejected rows are in {address(settings)}/integration/files/{done.row['errors']}")
