"""`nexus360 retention`: carries out what a tenant says about how long data is kept."""

from typing import Annotated

import typer


def retention(
    context: typer.Context,
    tenant: Annotated[str, typer.Option(help="Whose data.")] = "demo",
    what: Annotated[list[str] | None, typer.Option(help="Of this alone, such as contacts; may be given again.")] = None,
    erase: Annotated[bool, typer.Option("--erase", help="Do it: erase for ever, or remove.")] = False,
) -> None:
    """List what is kept longer than the tenant says, and why some of it stays; with --erase it is erased or removed.

    Rules are set by POST /admin/tenants/TENANT/set-retention, such as {"what": "activities", "days": 730}. Who is on
    legal hold or agrees to something stays, and so does what is changed meanwhile. Run it every night.

    Example: nexus360 retention --tenant demo --what contacts --erase
    """
    from datetime import UTC, datetime

    from gateway.client import Refused, client
    from gateway.retention import carry_out, due, rules
    from infra.keys import development_key
    from infra.operated import operated
    from infra.settings import load
    from infra.supervise import address
    from infra.tls import own_gateway

    settings = load()
    key = development_key(settings.key_secret.get_secret_value(), tenant)
    api = client(address(settings), key, own_gateway(settings))
    with operated(context, settings, "DID" if erase else "SAW", (tenant,)) as deed:
        try:
            if not erase:
                deed.shows((tenant,))
            told = [rule for rule in rules(api, tenant, datetime.now(UTC)) if what is None or rule.what in what]
            if not told:
                typer.echo(f"{tenant} keeps this for ever; set-retention says otherwise.")
            for rule in told:
                words = f"{rule.what} {rule.since} before {rule.before:%Y-%m-%d}"
                if erase:
                    counts = carry_out(api, due(api, rule), typer.echo)
                    came = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(counts.items()))
                    typer.echo(f"{words}, to {rule.action}: {came or 'nothing is due'}.")
                    continue
                found = list(due(api, rule))
                for each in found:
                    typer.echo(f"{each.id}  {rule.what}" + (f"  stays: {each.kept}" if each.kept else ""))
                stay = sum(each.kept is not None for each in found)
                typer.echo(f"{words}, to {rule.action}: {len(found):,} are due, {stay:,} of them stay.")
        except Refused as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from error
