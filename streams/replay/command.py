"""`nexus360 replay`: recorded events again, into a program, a new topic or Parquet files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import uuid4

import typer

_INTO: Any = {"rich_help_panel": "Where to (one of these)"}
_WHAT: Any = {"rich_help_panel": "What"}
_HOW: Any = {"rich_help_panel": "How"}


def replay(
    context: typer.Context,
    parquet: Annotated[Path | None, typer.Option(help="Into Parquet files in this new folder.", **_INTO)] = None,
    topic: Annotated[str | None, typer.Option(help="Into this new topic, byte for byte.", **_INTO)] = None,
    program: Annotated[
        str | None,
        typer.Option(help="Into this program: a CloudEvents JSON line for each event on its input.", **_INTO),
    ] = None,
    domain: Annotated[list[str] | None, typer.Option(help="Events of this domain: crm.", **_WHAT)] = None,
    type_: Annotated[list[str] | None, typer.Option("--type", help="Of this type: crm.DealWon.", **_WHAT)] = None,
    tenant: Annotated[list[str] | None, typer.Option(help="Of this tenant.", **_WHAT)] = None,
    aggregate: Annotated[list[str] | None, typer.Option(help="Of records of this kind: deal.", **_WHAT)] = None,
    id_: Annotated[list[str] | None, typer.Option("--id", help="Of the record with this id.", **_WHAT)] = None,
    key: Annotated[list[str] | None, typer.Option(help="Under this key: demo/deal/7d1f.", **_WHAT)] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="Recorded then or later: 2026-01-31, 2026-01-31T09:30:00Z.", **_WHAT)
    ] = None,
    until: Annotated[str | None, typer.Option(help="Recorded before then.", **_WHAT)] = None,
    occurred_from: Annotated[str | None, typer.Option(help="Took place in business then or later.", **_WHAT)] = None,
    occurred_until: Annotated[str | None, typer.Option(help="Took place in business before then.", **_WHAT)] = None,
    offsets: Annotated[
        list[str] | None,
        typer.Option(help="Of a partition's offsets: crm/3=100-200, crm/3=100-, crm/3. The last is left out.", **_WHAT),
    ] = None,
    rate: Annotated[float | None, typer.Option(min=0.001, help="At most so many events a second.", **_HOW)] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where the checkpoint is.", **_HOW)] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how much there is to read.", **_HOW)] = False,
    personal: Annotated[bool, typer.Option("--personal", help="Parquet: open personal fields.", **_HOW)] = False,
    rows_per_file: Annotated[
        int, typer.Option(min=1, help="Parquet: events that are cut into files.", **_HOW)
    ] = 250_000,
    sealed: Annotated[bool, typer.Option("--sealed", help="Program: data as the log has it, in Avro.", **_HOW)] = False,
    acknowledge: Annotated[
        Literal["exit", "lines"],
        typer.Option(help="Program: by its exit code after each batch, or by lines with ids of what is done.", **_HOW),
    ] = "exit",
    batch: Annotated[
        int, typer.Option(min=1, help="Program: events for each run that `exit` acknowledges.", **_HOW)
    ] = 1000,
    checkpoint: Annotated[
        Path | None, typer.Option(help="Program: where the checkpoint is, if not below NEXUS_DATA.", **_HOW)
    ] = None,
) -> None:
    """Read recorded events again, into a program, a new topic or Parquet files. Nobody else notices.

    \b
    An option that says what is wanted may be given several times; without any,
    everything is read. A replay ends where the log ended when it began.
    It may be killed at any time, and --resume goes on: in Parquet and in topics
    no event is lost or doubled, a program is given the last ones again.

    \b
    Examples:
      nexus360 replay --parquet jan --from 2026-01-01 --until 2026-02-01
      nexus360 replay --parquet won --type crm.DealWon --tenant demo --personal
      nexus360 replay --topic backfill.deals --domain crm --aggregate deal
      nexus360 replay --program "python load.py" --domain crm --rate 500
      nexus360 replay --program ./load --acknowledge lines --key demo/deal/7d1f
      nexus360 replay --parquet jan --resume
      nexus360 replay --dry-run --offsets crm/3=100-2000

    \b
    Reading Parquet, here with DuckDB:
      select type, count(*) from read_parquet('jan/*/*/*.parquet',
        hive_partitioning = true, union_by_name = true) group by type
    """
    from infra.operated import operated
    from infra.settings import load
    from streams.replay.by_hand import Into, estimate, summary
    from streams.replay.by_hand import replay as start
    from streams.replay.parse import bounds_of
    from streams.replay.refused import Refused
    from streams.replay.run import Order

    settings, whose = load(), _tenants(tenant or (), key or ())
    with operated(context, settings, "EXPORTED", () if dry_run else whose) as deed:
        try:
            bounds = bounds_of(
                domains=domain or (),
                tenants=tenant or (),
                aggregates=aggregate or (),
                ids=id_ or (),
                keys=key or (),
                types=type_ or (),
                recorded_from=from_,
                recorded_until=until,
                occurred_from=occurred_from,
                occurred_until=occurred_until,
                offsets=offsets or (),
            )
            order = Order(str(uuid4()), bounds, resume, rate)
            if dry_run:
                places = estimate(settings, order).places
                for place in places:
                    typer.echo(f"{place.topic:32} {place.partition:3} offsets {place.start:,} to {place.end:,}")
                typer.echo(f"At most {sum(p.end - p.start for p in places):,} events would be looked at.")
                return
            into = Into(
                parquet=parquet,
                topic=topic,
                program=program,
                personal=personal,
                sealed=sealed,
                lines=acknowledge == "lines",
                batch=batch,
                rows_per_file=rows_per_file,
                checkpoint=checkpoint,
            )
            deed.shows(whose)
            done = start(settings, order, into, lambda told: typer.echo(str(told), err=True))
        except Refused as error:
            typer.echo(f"{error.code}: {error}", err=True)
            raise typer.Exit(1) from error
    typer.echo(summary(done), err=program is not None)
    if not done.finished:
        typer.echo("Stopped before the end; the same command with --resume goes on.", err=True)
        raise typer.Exit(130)


def _tenants(named: Sequence[str], keys: Sequence[str]) -> set[str] | None:
    """Whose audit says that events were taken out; all tenants' where none is named."""
    return {*named, *(key.partition("/")[0] for key in keys)} or None
