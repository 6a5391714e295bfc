"""`nexus360 import`: a file of rows into records, as any caller of the HTTP API would."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

if TYPE_CHECKING:
    from gateway.client import Client


def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    target: Annotated[str, typer.Option(help="What rows become: admin.user, crm.company, crm.product, …")],
    map_: Annotated[list[str] | None, typer.Option("--map", help="field=column; found by names if left out.")] = None,
    tenant: Annotated[str, typer.Option(help="Whose data it is.")] = "demo",
    valid_from: Annotated[str | None, typer.Option(help="Business time of rows without a date.")] = None,
    currency: Annotated[str, typer.Option(help="ISO 4217 code of the file's amounts.")] = "USD",
    encoding: Annotated[str | None, typer.Option(help="What lines are in that are no UTF-8.")] = None,
    decimal: Annotated[str | None, typer.Option(help="The sign before decimals: . or ,")] = None,
    dates: Annotated[str | None, typer.Option(help="The order in dates: ymd, dmy or mdy.")] = None,
    match_on: Annotated[list[str] | None, typer.Option(help="A field that says which record a row is about.")] = None,
    known: Annotated[str, typer.Option(help="Rows about records on file: update, skip or fill.")] = "update",
    unknown: Annotated[str, typer.Option(help="Rows about no record on file: create or skip.")] = "create",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Decide everything and record nothing.")] = False,
) -> None:
    """Import a CSV or XLSX file through the HTTP API of a running platform.

    Example: nexus360 import products.csv --target crm.product --map name=product --map list_price=sales_price
    """
    from gateway.client import Refused, client, run_import
    from infra.keys import development_key
    from infra.operated import operated
    from infra.settings import load
    from infra.supervise import address
    from infra.tls import own_gateway

    settings = load()
    key = development_key(settings.key_secret.get_secret_value(), tenant)
    api = client(address(settings), key, own_gateway(settings))
    said = {"encoding": encoding, "decimal": decimal, "dates": dates}
    start: dict[str, Any] = {
        "target": target,
        "mapping": {name: column for name, _, column in (each.partition("=") for each in map_ or ())},
        "currency": currency,
        "valid_from": valid_from,
        "match_on": match_on or [],
        "known": known.upper(),
        "unknown": unknown.upper(),
        "dry_run": dry_run,
        **said,
    }
    with operated(context, settings, "DID", (tenant,), about=("integration", "import")) as deed:
        try:
            if not map_:
                found = _suggested(api, file, target, encoding)
                start |= {**found, **{name: value for name, value in said.items() if value is not None}}
            done = run_import(api, file, start, uuid4().hex, typer.echo)
        except Refused as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from error
        deed.record = done.id
    typer.echo(f"{'dry run' if dry_run else 'import'} {done.id}: {done.summary}")
    for name, words in (("errors", "Rows refused, or to be looked at"), ("changes", "What would change of records")):
        if done.row[name]:
            typer.echo(f"{words}: {address(settings)}/integration/files/{done.row[name]}")


def _suggested(api: "Client", file: Path, target: str, encoding: str | None) -> Mapping[str, Any]:
    """The mapping that the preview suggests, which is told; raises Refused."""
    asked = {"target": target} | ({} if encoding is None else {"encoding": encoding})
    found = api.get(f"/integration/files/{api.upload(file)}/preview", **asked)
    for field, column in found["suggested"]["mapping"].items():
        typer.echo(f"  {field} = {column}")
    if found["ignored"]:
        typer.echo(f"  ignored: {', '.join(found['ignored'])}")
    for name in found["undecided"]:
        if name == "pipeline":
            typer.echo("  Not all pipelines and stages that rows name are there; say with --map which column is which.")
            continue
        typer.echo(f"  How the file writes its {name} cannot be told; say it with --{name} if rows are refused for it.")
    return found["suggested"]
