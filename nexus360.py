"""The front door: the command line of Nexus360. Nothing imports it.

Commands import what they need when they run, so that `--help` answers at once.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import uuid4

import typer

from gateway.retention_command import retention
from infra.vault_command import app as vault
from streams.audit.command import audit

app = typer.Typer(no_args_is_help=True, add_completion=False, help="A business platform on one event log.")
serve = typer.Typer(invoke_without_command=True, help="Run the platform, all of it or one part.")
schemas_app = typer.Typer(no_args_is_help=True, help="What the schema registry holds.")
dlq = typer.Typer(
    no_args_is_help=True,
    help="Dead letters: what could not be done and waits for people.\n\n"
    "An event that a view or a workflow cannot fold is parked, with what follows of that record; a command that "
    "raised, or that a workflow sent and a rule refused, is set aside. Everything else goes on. Mend what is wrong, "
    "restart that part, then redrive: what waits is done in order. What can never be done is discarded, with a "
    "reason.\n\n"
    "\b\nExamples:\n  nexus360 dlq list\n  nexus360 dlq show crm/read-models/demo/crm.deal/7d1f\n"
    "  nexus360 dlq redrive crm/read-models/demo/crm.deal/7d1f\n  nexus360 dlq redrive --all --where crm\n"
    "  nexus360 dlq discard crm/read-models/demo/crm.deal/7d1f --reason 'written by a test'",
)
app.add_typer(serve, name="serve")
app.add_typer(schemas_app, name="schemas")
app.add_typer(dlq, name="dlq")
app.add_typer(vault, name="vault")
app.command()(retention)
app.add_typer(audit, name="audit")

_INTO: Any = {"rich_help_panel": "Where to (one of these)"}
_WHAT: Any = {"rich_help_panel": "What"}
_HOW: Any = {"rich_help_panel": "How"}


@app.command()
def up(
    secure: Annotated[
        bool, typer.Option("--secure", help="With TLS, passwords and access control lists; for a new stack.")
    ] = False,
) -> None:
    """Start the local stack: Kafka, schema registry, PostgreSQL, Redis, Elasticsearch.

    A part whose address is set (NEXUS_KAFKA, NEXUS_POSTGRES, …) is somewhere else already and is left alone.
    Example: nexus360 up
    """
    from infra.settings import Settings
    from infra.stack.stack import up as start

    start(Settings(secure=True) if secure else Settings(), typer.echo)
    typer.echo("Next: `nexus360 serve` starts the platform on it, `nexus360 down` stops the stack.")


@app.command()
def down() -> None:
    """Stop the local stack; its data stays. Example: nexus360 down"""
    from infra.settings import Settings
    from infra.stack.stack import down as stop
    from infra.supervise import stop_detached

    if stop_detached(Settings().data):
        typer.echo("platform       stopped")
    stop(Settings(), typer.echo)


@app.command()
def status() -> None:
    """Show each part of the stack: version, pid, address, whether it answers, and its log.

    Exits with 1 if one is silent. Example: nexus360 status
    """
    from infra.settings import Settings
    from infra.stack.stack import status as look

    rows = look(Settings())
    typer.echo(f"{'PART':14} {'VERSION':8} {'PID':8} {'STATE':8} {'ADDRESS':44} LOG")
    for row in rows:
        state = "answers" if row.answers else "silent"
        which = f"{row.part:14} {row.version or '-':8} {row.pid or '-':<8}"
        typer.echo(f"{which} {state:8} {row.address:44} {row.log}")
    if not all(row.answers for row in rows):
        raise typer.Exit(1)


@app.command()
def wipe(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Stop the local stack and remove ALL its data. Example: nexus360 wipe --yes"""
    from infra.settings import Settings
    from infra.stack.stack import wipe as remove
    from infra.supervise import stop_detached

    settings = Settings()
    if not yes:
        typer.confirm(f"Remove everything in {settings.data}?", abort=True)
    stop_detached(settings.data)
    remove(settings, typer.echo)


@app.command()
def key(
    tenant: str,
    user: Annotated[str | None, typer.Option(help="Of this user, who may do what their roles permit.")] = None,
) -> None:
    """Print the development key of a tenant. Example: curl -H "Authorization: Bearer $(nexus360 key demo)" …"""
    from infra.keys import development_key
    from infra.settings import load

    typer.echo(development_key(load().key_secret.get_secret_value(), tenant, user))


@app.command()
def topics() -> None:
    """List the topics with their partitions and messages; makes those that are missing."""
    from infra.log.inventory import describe
    from infra.log.topics import ensure_topics
    from infra.settings import load
    from schemas.contract import domains

    ensure_topics(load(), domains())
    for row in describe(load(), domains()):
        typer.echo(f"{row.name:32} {row.partitions:3} partitions {row.offsets:10,} offsets, kept {row.kept}")


@schemas_app.command("register")
def schemas_register() -> None:
    """Register every schema that this version writes, and remember all ids on disk."""
    from infra.log.registry import register
    from infra.settings import load

    typer.echo(f"{register(load())} subjects are registered.")


@schemas_app.command("list")
def schemas_list() -> None:
    """List the subjects that this version writes."""
    from infra.log.registry import subjects
    from infra.settings import load

    for subject, _, compatibility in subjects(load()):
        typer.echo(f"{subject:60} {compatibility}")


@app.command("import")
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


@app.command()
def demo(tenant: Annotated[str, typer.Option(help="Whose data it becomes.")] = "demo") -> None:
    """Import the sample data over HTTP, check the totals, and leave the platform running. Example: nexus360 demo"""
    from gateway.client import Refused, client
    from gateway.demo import run
    from infra.keys import development_key
    from infra.settings import load
    from infra.supervise import NotReady, address, detach
    from infra.tls import own_gateway

    settings = load()
    key = development_key(settings.key_secret.get_secret_value(), tenant)
    try:
        detach(settings, typer.echo)
        equal = run(client(address(settings), key, own_gateway(settings)), typer.echo)
    except (NotReady, Refused) as error:
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
    typer.echo("`make down` stops everything, `make wipe` also removes the data.")


@app.command()
def rebuild(
    database: str,
    processes: Annotated[int | None, typer.Option(help="How many fold in parallel; as many as cores.")] = None,
    back: Annotated[bool, typer.Option("--back", help="Go back to the kept generation, brought up to date.")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="Remove what is not live, to free its disk.")] = False,
    show: Annotated[bool, typer.Option("--list", help="List the generations there are.")] = False,
    accept_parked: Annotated[bool, typer.Option("--accept-parked", help="Swap though keys are parked anew.")] = False,
) -> None:
    """Build a database's read models again from the start of the log, beside the live ones, then swap them.

    The platform goes on meanwhile: queries are answered from the live generation until the new one has caught up. The
    one before is kept until --drop. Needed after a read model's version changed; the projector does it by itself when
    it starts. Example: nexus360 rebuild crm
    """
    from infra.settings import load
    from projections.generations import NoGeneration
    from streams.rebuild import build, tidy

    try:
        if show:
            for line in tidy.told(load(), database):
                typer.echo(line)
        elif drop:
            tidy.drop(load(), database, typer.echo)
        else:
            build.run(database, load(), typer.echo, processes=processes, back=back, parked=accept_parked)
    except (build.NotSwapped, NoGeneration) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


@app.command()
def replay(
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
    from infra.settings import load
    from streams.replay.command import Into, estimate, summary
    from streams.replay.command import replay as start
    from streams.replay.parse import bounds_of
    from streams.replay.refused import Refused
    from streams.replay.run import Order

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
            places = estimate(load(), order).places
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
        done = start(load(), order, into, lambda told: typer.echo(str(told), err=True))
    except Refused as error:
        typer.echo(f"{error.code}: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(summary(done), err=program is not None)
    if not done.finished:
        typer.echo("Stopped before the end; the same command with --resume goes on.", err=True)
        raise typer.Exit(130)


@app.command()
def verify(
    names: Annotated[
        list[str] | None, typer.Argument(help="Databases or domains, such as crm; all when left out.")
    ] = None,
) -> None:
    """Fold the log again and compare it with every table, search document and snapshot; name each difference.

    The platform goes on meanwhile, and nothing is changed. Ends with 1 when something differs.

    Example: nexus360 verify crm
    """
    from infra.settings import load
    from streams.verify.main import Unknown, run

    try:
        count = run(load(), names or [], typer.echo)
    except Unknown as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if count:
        typer.echo(f"{count:,} differences. A table or its documents are made again by `nexus360 rebuild`.", err=True)
        raise typer.Exit(1)
    typer.echo("Everything is as the log says.")


_Where = Annotated[str | None, typer.Option(help="Only in this database or domain, such as crm, or workflows.")]
_What = Annotated[str | None, typer.Option(help="Only read-models, commands, workflow-events or workflow-commands.")]
_Whose = Annotated[str | None, typer.Option(help="Only of this tenant.")]
_Json = Annotated[bool, typer.Option("--json", help="As JSON, one line for each.")]
_Wait = Annotated[float, typer.Option(min=0, help="Seconds to wait for the outcome of each.")]


@dlq.command("list")
def dlq_list(where: _Where = None, what: _What = None, tenant: _Whose = None, as_json: _Json = False) -> None:
    """List what waits: its id, since when, how many events wait behind it, and why.

    Example: nexus360 dlq list --where crm --json
    """
    from streams.dead_letters import command

    _dlq(lambda: command.list_(typer.echo, where, what, tenant, as_json=as_json))


@dlq.command("show")
def dlq_show(id_: Annotated[str, typer.Argument(metavar="ID")], as_json: _Json = False) -> None:
    """Show one with its trace and what it holds; personal values stay sealed.

    Example: nexus360 dlq show crm/read-models/demo/crm.deal/7d1f
    """
    from streams.dead_letters import command

    _dlq(lambda: command.show(typer.echo, id_, as_json=as_json))


@dlq.command("redrive")
def dlq_redrive(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All that `list` shows with the same options.")] = False,
    where: _Where = None,
    what: _What = None,
    tenant: _Whose = None,
    wait: _Wait = 30.0,
    as_json: _Json = False,
) -> None:
    """Do again, in order, what waits. What fails again stays, with the new reason; nothing is lost.

    Events are folded by the process that owns their partition, which must run; a command is sent once more under its
    own id, so that it counts once. Ends with 1 unless all are settled.
    Example: nexus360 dlq redrive --all --where crm
    """
    from streams.dead_letters import command

    chosen = command.Chosen(tuple(ids or ()), all_, where, what, tenant)
    _dlq(lambda: command.redrive(typer.echo, chosen, wait, as_json=as_json))


@dlq.command("discard")
def dlq_discard(
    id_: Annotated[str, typer.Argument(metavar="ID")],
    reason: Annotated[str, typer.Option(help="Why it may go; kept with your name.")],
    wait: _Wait = 30.0,
    as_json: _Json = False,
) -> None:
    """Take out for good what stops it: one event, or the command. What waits behind it is done.

    It stays in the log, and in a table with the reason; rebuilds leave it out as well.
    Example: nexus360 dlq discard crm/read-models/demo/crm.deal/7d1f --reason 'written by a test'
    """
    from streams.dead_letters import command

    _dlq(lambda: command.discard(typer.echo, id_, reason, wait, as_json=as_json))


def _dlq(run: Callable[[], bool]) -> None:
    """Ends with 1 when not everything is settled, and with 2 for what cannot be asked."""
    from streams.dead_letters.command import REFUSALS

    try:
        settled = run()
    except REFUSALS as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if not settled:
        raise typer.Exit(1)


@serve.callback()
def everything(context: typer.Context) -> None:
    """Without a part: all of them, as processes of their own, started again if one dies.

    Example: nexus360 serve
    """
    from infra.logs import configure
    from infra.settings import load

    settings = load()
    configure(settings.log_level)
    if context.invoked_subcommand is None:
        from infra.supervise import serve_everything
        from streams.workflows.prepare import prepare

        serve_everything(settings, typer.echo, lambda: prepare(settings))


@serve.command()
def gateway(
    service: Annotated[str | None, typer.Option(help="One service alone, on its own port.")] = None,
    port: Annotated[int | None, typer.Option(help="Another port.")] = None,
) -> None:
    """The HTTP API. Example: nexus360 serve gateway --service deal"""
    from gateway.main import run
    from infra.settings import load

    run(load(), service, port)


@serve.command()
def processor(
    domain: str, slot: Annotated[int, typer.Option(help="Processors of one domain have slots 0, 1, …")] = 0
) -> None:
    """Decides a domain's commands. Example: nexus360 serve processor crm --slot 1"""
    from infra.settings import load
    from streams.processor.main import run

    run(domain, slot, load())


@serve.command()
def projector(
    database: str, slot: Annotated[int, typer.Option(help="Projectors of one database have slots 0, 1, …")] = 0
) -> None:
    """Folds events into a database's read models and search documents. Example: nexus360 serve projector crm"""
    from infra.settings import load
    from streams.projector.main import run

    run(database, load(), slot)


@serve.command()
def workflows() -> None:
    """Turns events into the commands that follow from them. Example: nexus360 serve workflows"""
    from infra.settings import load
    from streams.workflows.main import run

    run(load())


@serve.command()
def importer() -> None:
    """Turns uploaded files into records. Example: nexus360 serve importer"""
    from infra.settings import load
    from streams.importer.main import run

    run(load())


@serve.command()
def replayer() -> None:
    """Writes recorded events into files for those who ask over HTTP. Example: nexus360 serve replayer"""
    from infra.settings import load
    from streams.replayer.main import run

    run(load())


@serve.command()
def eraser() -> None:
    """Destroys the keys of persons whose erasure was ordered, and records the proof. Example: nexus360 serve eraser"""
    from infra.settings import load
    from streams.eraser.main import run

    run(load())


def main() -> None:
    """Runs a command. What a person can put right is told as a sentence, without a traceback."""
    try:
        app()
    except Exception as error:
        if (told := _told(error)) is None:
            raise
        typer.echo(told, err=True)
        raise SystemExit(1) from error


def _told(error: Exception) -> str | None:
    """The sentence for a setting or a stack that a person can put right; None for what only a programmer can."""
    from pydantic import ValidationError

    from infra.log.topics import TopicRefused
    from infra.stack.stack import StackFailed
    from infra.turned_away import TurnedAway
    from infra.vault.errors import WrongMasterKey

    if isinstance(error, StackFailed | TopicRefused | TurnedAway | WrongMasterKey):
        return str(error)
    if isinstance(error, ValidationError) and error.title == "Settings":
        wrong = (
            ("_".join(("NEXUS", *map(str, one["loc"]))).upper(), one["msg"].removeprefix("Value error, "))
            for one in error.errors()
        )
        return "\n".join(f"{name}: {message}" if name != "NEXUS" else message for name, message in wrong)
    return None


if __name__ == "__main__":
    main()
